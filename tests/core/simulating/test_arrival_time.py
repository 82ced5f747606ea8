"""When a mail of an archive came: what is asked, in which order, and what is no answer."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.header_block import read_header
from maild.core.simulating.arrival_time import FIRST_YEAR, LAST_YEAR, Came, arrival_time

RECEIVED = (
    b"Received: from mx.example by us (Postfix; in a comment)\r\n"
    b"\tfor <a@b.example>; Mon, 02 Mar 2026 10:00:05 +0100\r\n"
)
EARLIER = b"Received: by mx.example; Mon, 02 Mar 2026 03:00:00 +0000\r\n"
FROM_LINE = b"From jane@customer.example Mon Mar  2 11:00:00 2026\n"
DATE = b"Date: Mon, 2 Mar 2026 12:00:00 +0000\r\n"
NINE = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)
ELEVEN, NOON = (datetime(2026, 3, 2, hour, tzinfo=UTC) for hour in (11, 12))


def came(header: bytes, from_line: bytes = b"") -> Came | None:
    """Return when a mail with this header came."""
    return arrival_time(read_header(header + b"\r\ntext"), from_line)


def test_the_topmost_received_says_it() -> None:
    """That of our own server, behind its last semicolon, in whatever zone; those below are of servers before it."""
    assert came(RECEIVED + EARLIER + DATE, FROM_LINE) == Came(NINE, "received")


def test_then_the_line_above_the_mail_then_its_date() -> None:
    """The one was written when the mail was stored, the other by its sender."""
    assert came(DATE, FROM_LINE) == Came(ELEVEN, "from_line")
    assert came(DATE) == Came(NOON, "date")
    assert came(b"Subject: x\r\n") is None


@pytest.mark.parametrize(
    "received",
    [
        b"Received: from mx.example by us with no date\r\n",
        b"Received: by us; yesterday\r\n",
        b"Received: by us; Mon, 99 Mar 2026 10:00:00 +0000\r\n",
        b"Received: by us; Thu, 01 Jan 1970 00:00:00 +0000\r\n",
        b"Received: by us; Fri, 31 Dec 9999 23:59:59 -2359\r\n",
        b"Received: by us;\r\n",
    ],
)
def test_a_date_that_cannot_be_is_passed_over(received: bytes) -> None:
    """Clocks of servers were wrong too, and some write none."""
    assert came(received + DATE) == Came(NOON, "date")


@pytest.mark.parametrize(
    ("line", "at"),
    [
        (b"From - Mon Mar  2 11:00:00 2026", ELEVEN),
        (b"From a@b Mon Mar 02 11:00 2026", ELEVEN),
        (b"From a@b Mon Mar  2 12:00:00 +0100 2026", ELEVEN),
        (b"From a@b Mon Mar  2 06:30:00 2026 -0430", ELEVEN),
    ],
)
def test_each_way_to_write_the_line_is_read(line: bytes, at: datetime) -> None:
    """UTC (RFC 4155), unless an offset stands there."""
    assert came(b"", line) == Came(at, "from_line")


@pytest.mark.parametrize(
    "line",
    [
        b"From -",
        b"From a@b Mon Foo  2 11:00:00 2026",
        b"From a@b Mon Feb 30 11:00:00 2026",
        b"From a@b Thu Jan  1 00:00:00 1970",
    ],
)
def test_a_line_without_a_date_says_nothing(line: bytes) -> None:
    """Some programs write a fixed one, or none."""
    assert came(b"", line) is None


def test_a_date_without_a_zone_is_utc() -> None:
    """RFC 5322 §4.3 says of -0000 that nobody knows; one has to be taken."""
    assert came(b"Date: Mon, 2 Mar 2026 12:00:00\r\n") == Came(NOON, "date")
    assert came(b"Date: Mon, 2 Mar 2026 12:00:00 -0000\r\n") == Came(NOON, "date")


@given(st.text(), st.binary())
def test_whatever_stands_there_nothing_is_raised(text: str, line: bytes) -> None:
    """And what comes out is a whole second of a year that can be."""
    found = came(f"Received: x; {text}\r\nDate: {text}\r\n".encode(), line)
    assert found is None or (FIRST_YEAR <= found.at.year <= LAST_YEAR and found.at.microsecond == 0)


@given(st.integers(0, 2**32), st.integers(-720, 720))
def test_a_date_is_read_as_it_was_written(seconds: int, offset: int) -> None:
    """By the same instant in the header and in the line above it."""
    local = datetime(1983, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    sign, ahead = "-" if offset < 0 else "+", abs(offset)
    zone = f"{sign}{ahead // 60:02}{ahead % 60:02}"
    at = came(f"Received: by us; {local:%d %b} {local.year:04} {local:%H:%M:%S} {zone}\r\n".encode())
    line = came(b"", f"From x {local:%a %b %d %H:%M:%S} {local.year:04} {zone}".encode())
    assert at is not None
    assert line is not None
    assert at.at == line.at == local - timedelta(minutes=offset)
