"""An archive of mail in the order in which it came: an mbox file, a maildir, or a folder of .eml files.

Only where each mail lies and when it came is kept in memory; its bytes are read when its time has come.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal

from maild.core.reading.header_block import read_header
from maild.core.simulating.arrival_time import Came, arrival_time
from maild.errors import UserError
from maild.mail.mbox import boxed_in, mails_of

HEADER_BYTES = 262_144  # of the header at most are looked at for the time
TimeBy = Literal["received", "from_line", "date", "neighbour"]


@dataclass(frozen=True, slots=True)
class Dated:
    """One mail: when it came, how we know, where it stands in the archive (from 1), its file and offset there."""

    at: datetime
    by: TimeBy
    position: int
    file: Path
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class Archive:
    """All mails by the time of their arrival, those of one instant by their place in the archive."""

    path: Path
    mails: tuple[Dated, ...]
    message_bytes: int

    @property
    def begins(self) -> datetime:
        """When the first mail came."""
        return self.mails[0].at

    @property
    def ends(self) -> datetime:
        """When the last mail came."""
        return self.mails[-1].at

    @property
    def times_by(self) -> Mapping[str, int]:
        """Of how many mails the time is known by what."""
        return Counter(mail.by for mail in self.mails)

    def raw(self, mail: Dated) -> bytes:
        """Return the bytes of a mail, at most one more than are read; raises UserError where they are gone."""
        with _readable(mail.file), mail.file.open("rb") as file:
            if mail.offset is None:
                return file.read(self.message_bytes + 1)
            file.seek(mail.offset)
            return next(mails_of(file, self.message_bytes), b"")


def open_archive(path: Path, message_bytes: int) -> Archive:
    """Find all mails of an mbox or a folder; raises UserError for what is neither, and for one without a mail."""
    with _readable(path):
        found = list(_of_folder(path) if path.is_dir() else _of_mbox(path))
    if not any(came for came, _ in found):
        raise UserError(f"{path}: no mail in it says when it came: none has a Received or Date field")
    mails = _dated(found)
    return Archive(path, tuple(sorted(mails, key=lambda mail: (mail.at, mail.position))), message_bytes)


Place = tuple[Path, int | None]


def _of_mbox(path: Path) -> Iterator[tuple[Came | None, Place]]:
    with path.open("rb") as file:
        if not _is_mbox(file):
            raise UserError(f"{path}: is no mbox: it must begin with a line `From ...`")
        for boxed in boxed_in(file, HEADER_BYTES):
            yield arrival_time(read_header(boxed.raw), boxed.from_line), (path, boxed.offset)


def _is_mbox(file: BinaryIO) -> bool:
    begins = file.read(5) == b"From "
    file.seek(0)
    return begins


def _of_folder(path: Path) -> Iterator[tuple[Came | None, Place]]:
    """Yield the mails of a maildir, else every .eml below the folder, by name."""
    boxes = [path / name for name in ("cur", "new") if (path / name).is_dir()]
    files = [file for box in boxes for file in box.iterdir()] or list(path.rglob("*.eml"))
    mails = sorted(file for file in files if file.is_file() and not file.name.startswith("."))
    if not mails:
        raise UserError(f"{path}: holds no mail: neither is it a maildir nor are there .eml files in it")
    for file in mails:
        with file.open("rb") as opened:
            yield arrival_time(read_header(opened.read(HEADER_BYTES))), (file, None)


def _dated(found: list[tuple[Came | None, Place]]) -> Iterator[Dated]:
    """Yield the mails; one of no known time came with the one before it, the first ones with the one after them."""
    last = next(came.at for came, _ in found if came)
    for position, (came, (file, offset)) in enumerate(found, start=1):
        last = came.at if came else last
        yield Dated(last, came.by if came else "neighbour", position, file, offset)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UserError(f"{error.filename or path}: can't be read: {error.strerror}") from None
