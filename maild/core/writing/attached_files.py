"""The files of a mail, in words for people, and which of them a notification to the staff takes along."""

from collections.abc import Sequence

from maild.core.message import Attachment
from maild.core.writing.write_mime import file_name


def fitting(files: Sequence[Attachment], most: int) -> tuple[Attachment, ...]:
    """Return the files that together have at most `most` bytes: in order, each that still has room."""
    taken: list[Attachment] = []
    for file in files:
        if file.size <= most:
            taken.append(file)
            most -= file.size
    return tuple(taken)


def file_lines(files: Sequence[Attachment], most: int) -> list[str]:
    """Return a line for each file, name and size; those that `fitting` leaves out come last, and say so."""
    taken = set(map(id, fitting(files, most)))
    attached = [named(file) for file in files if id(file) in taken]
    return attached + [f"not attached, too large: {named(file)}" for file in files if id(file) not in taken]


def named(file: Attachment) -> str:
    """Return a file's name, made harmless as when it is sent, and its size.

    >>> named(Attachment("../shot.png", "image/png", 20_480, ""))
    'shot.png (20 kB)'
    """
    return f"{file_name(file.name)} ({size_words(file.size)})"


def size_words(size: int) -> str:
    """Return a number of bytes in words, with one digit behind the point from a million on.

    >>> size_words(312), size_words(20_480), size_words(1_400_000)
    ('312 bytes', '20 kB', '1.4 MB')
    """
    if size < 1_000:
        return f"{size} byte{'' if size == 1 else 's'}"
    return f"{size / 1_000:.0f} kB" if size < 999_500 else f"{size / 1_000_000:.1f} MB"
