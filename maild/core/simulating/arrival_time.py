"""When a mail of an archive came, read off its header and the line above it.

A daemon never believes a mail's own header about time: it goes by its mail server's clock (rules: The clock). An
archive has lost that clock, and nobody is promised anything by a simulation; so here the header is asked, and first
what the last mail server wrote.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from maild.core.reading.header_block import HeaderBlock

Clue = Literal["received", "from_line", "date"]

# Mail has dates since RFC 822; what lies before, or beyond any archive, is a clock that was wrong.
FIRST_YEAR, LAST_YEAR = 1982, 2200
_DATE_CHARS = 200
_ASCTIME = re.compile(
    rb"([A-Z][a-z]{2}) +(\d{1,2}) +(\d\d?):(\d\d)(?::(\d\d))? +(?:([+-]\d{4}) +)?(\d{4})(?: +([+-]\d{4}))?"
)
_MONTHS = (b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec")


@dataclass(frozen=True, slots=True)
class Came:
    """When a mail came, in UTC, whole seconds, and what says so."""

    at: datetime
    by: Clue


def arrival_time(header: HeaderBlock, from_line: bytes = b"") -> Came | None:
    """Return when the mail came: by its topmost Received, else by the From_ line, else by Date; None for nothing.

    A date that cannot be is passed over for the next best.
    """
    return next(_clues(header, from_line), None)


def _clues(header: HeaderBlock, from_line: bytes) -> Iterator[Came]:
    # RFC 5321 §4.4: each server writes its Received on top, with its date behind the last semicolon.
    received = header.first("received")
    for by, instant in (
        ("received", _dated(received.rpartition(";")[2]) if ";" in received else None),
        ("from_line", _asctime(from_line)),
        ("date", _dated(header.first("date"))),
    ):
        if instant is not None:
            yield Came(instant, by)  # type: ignore[arg-type]  # the words of Clue, as above


def _dated(text: str) -> datetime | None:
    """Read a date of RFC 5322 §3.3; without a zone it is UTC."""
    try:
        read = parsedate_to_datetime(text.strip()[:_DATE_CHARS])
    except (ValueError, IndexError, TypeError, OverflowError):
        return None
    return _possible(read if read.tzinfo else read.replace(tzinfo=UTC))


def _asctime(line: bytes) -> datetime | None:
    """Read the date of a From_ line (RFC 4155), which is UTC unless it names an offset."""
    found = _ASCTIME.search(line)
    if found is None or found[1] not in _MONTHS:
        return None
    day, hour, minute, second, year = (int(found[part] or 0) for part in (2, 3, 4, 5, 7))
    offset = (found[6] or found[8] or b"+0000").decode()
    ahead = timedelta(hours=int(offset[1:3]), minutes=int(offset[3:]))
    try:
        local = datetime(year, _MONTHS.index(found[1]) + 1, day, hour, minute, second, tzinfo=UTC)
        return _possible(local + ahead if offset[0] == "-" else local - ahead)
    except (ValueError, OverflowError):
        return None


def _possible(instant: datetime) -> datetime | None:
    try:
        instant = instant.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return None
    return instant if FIRST_YEAR <= instant.year <= LAST_YEAR else None
