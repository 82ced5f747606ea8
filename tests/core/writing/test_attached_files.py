"""Files of a mail in words, and which of them go along with a notification."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.message import Attachment
from maild.core.writing.attached_files import file_lines, fitting, named, size_words
from tests.parts import cases as c


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (1_000, "1 kB"),
        (20_480, "20 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (14_200_000, "14.2 MB"),
    ],
)
def test_a_size_is_told_in_words(size: int, words: str) -> None:
    """Short, and never 1000 of the smaller unit."""
    assert size_words(size) == words


def test_a_name_is_harmless() -> None:
    """It is a stranger's word: no path of it is shown, as none is sent."""
    assert named(replace(c.FILE, name="../../.htaccess\nx")) == "htaccess x (3 bytes)"


def files(*sizes: int) -> list[Attachment]:
    """Return files of these sizes."""
    return [replace(c.FILE, name=f"{i}.txt", size=size) for i, size in enumerate(sizes)]


def test_a_file_too_large_makes_room_for_those_behind_it() -> None:
    """It is named last, and said not to be attached."""
    assert file_lines(files(60, 50, 40), 100) == [
        "0.txt (60 bytes)",
        "2.txt (40 bytes)",
        "not attached, too large: 1.txt (50 bytes)",
    ]


@given(st.lists(st.integers(0, 100)), st.integers(0, 300))
def test_what_goes_along_never_exceeds_the_limit_and_every_file_is_named(sizes: list[int], most: int) -> None:
    """Whatever the sizes, equal files included."""
    found = files(*sizes)
    assert sum(file.size for file in fitting(found, most)) <= most
    lines = file_lines(found, most)
    assert len(lines) == len(found)
    assert sum(line.startswith("not attached") for line in lines) == len(found) - len(fitting(found, most))
