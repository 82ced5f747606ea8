"""Morning mail goes out on working days, at one time of day where its reader is, and only for today."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.deciding.mornings import Mornings, end_of, mornings_due, week_before
from maild.core.promising.business_hours import Calendar
from maild.core.staff import Away, StaffMember
from tests.parts import cases as c

BERLIN, AUCKLAND = ZoneInfo("Europe/Berlin"), ZoneInfo("Pacific/Auckland")
AT = Mornings(at=time(8, 30))


def due(now: datetime, *staff: StaffMember, mornings: Mornings = AT) -> list[tuple[str, str, bool]]:
    """Return whose morning has begun: name, date, whether it is the first of the week."""
    found = mornings_due(staff or (c.ANNA,), mornings, now, c.OFFICE)
    return [(one.member.name, one.name, one.first_of_week) for one in found]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Return an instant of March 2026, whose second day is a Monday."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def test_a_morning_begins_at_its_time_and_lasts_until_midnight() -> None:
    """So that a daemon which was down at half past eight still sends it."""
    assert due(at(2, 8, 29)) == []
    assert due(at(2, 8, 30)) == due(at(2, 23, 59)) == [("Anna", "2026-03-02", True)]
    assert due(at(3, 0)) == []


def test_only_the_first_working_morning_of_a_week_is_its_first() -> None:
    """Tuesday is, where Monday is a day off."""
    assert due(at(3, 9)) == [("Anna", "2026-03-03", False)]
    off = replace(c.ANNA, away=(Away(date(2026, 3, 2), date(2026, 3, 2)),))
    assert due(at(3, 9), off) == [("Anna", "2026-03-03", True)]


def test_no_mail_on_days_off() -> None:
    """Neither on a weekend nor during an absence."""
    assert due(at(7, 9)) == []
    assert due(at(4, 9), replace(c.ANNA, away=(Away(date(2026, 3, 4), date(2026, 3, 4)),))) == []


def test_each_reads_it_in_the_morning_where_they_are() -> None:
    """Half past eight in Auckland is 19:30 of the day before here."""
    kiri = replace(c.BEN, name="Kiri", zone=AUCKLAND)
    assert due(at(2, 19, 29), kiri) == []
    assert due(at(2, 19, 30), kiri) == [("Kiri", "2026-03-03", False)]


def test_a_change_of_the_clock_moves_the_morning_with_it() -> None:
    """Berlin: 07:30 UTC in winter, 06:30 UTC in summer."""
    hanna = replace(c.ANNA, zone=BERLIN)
    assert due(at(27, 7, 29), hanna) == []
    assert due(at(27, 7, 30), hanna) != []
    assert due(at(30, 6, 29), hanna) == []
    assert due(at(30, 6, 30), hanna) == [("Anna", "2026-03-30", True)]


def test_groups_get_none_and_nobody_does_where_it_is_off() -> None:
    """A group's readers have addresses of their own."""
    assert due(at(2, 9), c.TEAM) == []
    assert due(at(2, 9), mornings=Mornings(digest=False)) == []


def test_the_week_before_is_from_monday_to_monday_where_the_reader_is() -> None:
    """With the hour that a change of the clock takes from it."""
    begin, end = week_before(replace(c.ANNA, zone=BERLIN), date(2026, 3, 31), c.OFFICE)
    assert (begin, end) == (at(22, 23), at(29, 22))
    assert end - begin == timedelta(days=7) - c.HOUR


def test_a_day_is_over_at_midnight_where_the_reader_is() -> None:
    """Midnight in Berlin is 23:00 here."""
    assert end_of(replace(c.ANNA, zone=BERLIN), date(2026, 3, 2), c.OFFICE) == at(2, 23)


@given(st.integers(0, 500_000), st.sampled_from([UTC, BERLIN, AUCKLAND]))
def test_a_year_of_ticks_has_one_morning_a_working_day(minutes: int, zone: ZoneInfo) -> None:
    """Whatever the minute at which it ticks: the name of the morning says which one it is."""
    hours, start = Calendar(zone, c.OFFICE.weekly), c.NOW + minutes * c.MINUTE
    member = replace(c.ANNA, calendar=hours)
    names = {
        morning.name
        for n in range(14 * 24)
        for morning in mornings_due((member,), AT, start + n * c.HOUR, c.OFFICE)
    }
    assert all(date.fromisoformat(name).weekday() < 5 for name in names)
    assert len(names) in (9, 10, 11)


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_any_time_of_day_may_be_a_morning(hour: int) -> None:
    """The config may say midnight."""
    assert due(at(2, hour), mornings=Mornings(at=time(hour))) == [("Anna", "2026-03-02", True)]
