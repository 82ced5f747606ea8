"""Times in words: what a person in any country reads without doubt."""

import locale
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.writing.time_words import minutes_words, say

# Built here, because a zone is read from a file and the functions under test open none.
BERLIN, KOLKATA, DUBAI, ST_JOHNS = (
    ZoneInfo(name) for name in ("Europe/Berlin", "Asia/Kolkata", "Asia/Dubai", "America/St_Johns")
)
NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)


@pytest.fixture
def another_locale() -> Iterator[str]:
    """Set a locale that is not English, if this machine has one, and set the old one again."""
    before = locale.setlocale(locale.LC_TIME)
    for name in ("de_DE.UTF-8", "ru_RU.UTF-8", "fr_FR.UTF-8"):
        try:
            locale.setlocale(locale.LC_TIME, name)
        except locale.Error:
            continue
        break
    yield locale.setlocale(locale.LC_TIME)
    locale.setlocale(locale.LC_TIME, before)


def test_an_instant_is_said_with_day_zone_and_offset() -> None:
    """No part is left to guess: weekday, date in words, time, zone, offset."""
    assert say(NOON, UTC) == "Monday 23 November 2026, 11:00 UTC"


def test_the_zone_is_the_readers() -> None:
    """The same instant is said as the clocks in that zone show it, date included."""
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert say(late, BERLIN) == "Friday 1 January 2027, 00:30 CET (UTC+01:00)"
    assert say(late, KOLKATA) == "Friday 1 January 2027, 05:00 IST (UTC+05:30)"
    assert say(late, ST_JOHNS) == "Thursday 31 December 2026, 20:00 NST (UTC-03:30)"


def test_summer_time_is_told_apart() -> None:
    """The two 02:30 of the night when clocks go back are two different texts."""
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert say(first, BERLIN) == "Sunday 25 October 2026, 02:30 CEST (UTC+02:00)"
    assert say(second, BERLIN) == "Sunday 25 October 2026, 02:30 CET (UTC+01:00)"


def test_a_zone_without_abbreviation_is_named_in_full() -> None:
    """`+04` says no more than the offset; the zone's name does."""
    assert say(NOON, DUBAI) == "Monday 23 November 2026, 15:00 Asia/Dubai (UTC+04:00)"


def test_a_zone_that_is_only_an_offset_is_named_by_it() -> None:
    """A fixed offset has no other name."""
    assert say(NOON, timezone(timedelta(hours=-3))) == "Monday 23 November 2026, 08:00 UTC-03:00"


def test_the_instant_may_be_given_in_any_zone() -> None:
    """What counts is the instant, not the zone it came in."""
    assert say(NOON.astimezone(KOLKATA), UTC) == say(NOON, UTC)


def test_seconds_are_cut_not_rounded() -> None:
    """A due time is never said later than it is."""
    assert say(NOON + timedelta(seconds=59, microseconds=999_999), UTC) == say(NOON, UTC)


def test_the_machines_locale_changes_nothing(another_locale: str) -> None:
    """Mails are in English also on a machine that speaks another language."""
    assert another_locale
    assert say(NOON, UTC) == "Monday 23 November 2026, 11:00 UTC"


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 minutes"),
        (1, "1 minute"),
        (59, "59 minutes"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (90, "1 hour 30 minutes"),
        (120, "2 hours"),
        (1500, "25 hours"),
    ],
)
def test_minutes_are_said_in_hours_and_minutes(minutes: int, words: str) -> None:
    """One is singular, none is left out, and days are not made of open hours."""
    assert minutes_words(minutes) == words


@given(st.integers(0, 10**6))
def test_no_minute_is_lost_in_words(minutes: int) -> None:
    """The words add up to the number again."""
    words = minutes_words(minutes).split()
    worth = {"hour": 60, "hours": 60, "minute": 1, "minutes": 1}
    assert sum(int(n) * worth[unit] for n, unit in zip(words[::2], words[1::2], strict=True)) == minutes


@given(st.timedeltas(timedelta(days=-9999), timedelta(days=9999)).map(lambda far: NOON + far))
def test_the_words_hold_the_same_date_and_time(instant: datetime) -> None:
    """Read back by the C locale's own parser, the text is the instant cut to its minute."""
    text = say(instant, UTC).removesuffix(" UTC")
    read = datetime.strptime(text, "%A %d %B %Y, %H:%M").replace(tzinfo=UTC)
    assert read == instant.replace(second=0, microsecond=0)
