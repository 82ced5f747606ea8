"""An mbox file (RFC 4155) cut into its mails, one after the other, however large it is.

A mail begins at a From_ line: `From `, and a date as asctime writes it. Programs differ in what they do to lines of
a text that begin so: most put a `>` before them, and one more where one stands there (mboxrd); it is taken off again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

PIECE = 65_536
# The date is at the end, maybe with a zone before or behind the year. Some programs leave out who sent it.
_FROM = re.compile(
    rb"From (?:\S{0,512} {1,3})?(?:\S{1,512} {1,3})?"
    rb"[A-Z][a-z]{2},? [A-Za-z0-9 ]{4,8} \d\d?:\d\d(?::\d\d)?[ \w+:-]{4,30}\s*$"
)
_BARE = re.compile(rb"From ?-?\s*$")
_QUOTED = re.compile(rb">+From ")
_LONGEST_FROM = 1_200


@dataclass(frozen=True, slots=True)
class Boxed:
    """One mail of a file: the offset of its From_ line, that line, and its bytes.

    From that offset on the file is an mbox that begins with this very mail.
    """

    offset: int
    from_line: bytes
    raw: bytes = field(repr=False)


def mails_of(file: BinaryIO, most: int) -> Iterator[bytes]:
    """Yield the bytes of each mail, at most `most` + 1 of it: what is longer is too large anyway.

    Yields nothing for a file that does not begin with a From_ line.
    """
    return (boxed.raw for boxed in boxed_in(file, most))


def boxed_in(file: BinaryIO, most: int) -> Iterator[Boxed]:
    """Yield each mail as `mails_of` does, with the line that it begins with and where that stands."""
    line = file.readline(PIECE)
    if not _begins(line, after_blank=True):
        return
    at, begin, mail = len(line), (0, line), bytearray()
    blank = whole = True
    while line := file.readline(PIECE):
        if whole and _begins(line, after_blank=blank):
            yield Boxed(*begin, _ended(mail))
            begin, mail = (at, line), bytearray()
        elif len(mail) <= most:
            mail += line[1:] if whole and _QUOTED.match(line) else line
            del mail[most + 1 :]
        at += len(line)
        blank = whole and not line.strip()
        whole = line.endswith(b"\n")
    yield Boxed(*begin, _ended(mail))


def _begins(line: bytes, *, after_blank: bool) -> bool:
    """Say whether a mail begins here. A line without a date must at least follow an empty one."""
    if not line.startswith(b"From ") or len(line) > _LONGEST_FROM:
        return False
    return bool(_FROM.match(line)) or (after_blank and bool(_BARE.match(line)))


def _ended(mail: bytearray) -> bytes:
    """Return the mail without the empty line that parts it from the next."""
    for end in (b"\r\n\r\n", b"\n\n"):
        if mail.endswith(end):
            return bytes(mail[: -len(end) // 2])
    return bytes(mail)
