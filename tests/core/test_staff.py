"""Who may act: the people and group addresses of the config, by address; and when each of them works."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.promising.business_hours import Calendar
from maild.core.staff import (
    Away,
    StaffMember,
    away_now,
    next_at_work,
    staff_member,
    works_now,
    works_on,
    zone_of,
)
from tests.parts import cases as c

STAFF = (c.ANNA, c.TEAM, StaffMember("Zoë", "Zoë@Müller.example"))


@pytest.mark.parametrize("address", ["ZOË@Müller.example", "anna@\u017ftaff.example.org", "", None])
def test_no_other_letter_is_taken_for_its_like(address: str | None) -> None:
    """Unicode folds a long s into an s; an attacker must not become Anna by it."""
    assert staff_member(STAFF, address) is None


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("anna@staff.example.org", "Anna"),
        ("ANNA@STAFF.EXAMPLE.ORG", "Anna"),
        ("team@staff.example.org", "The team"),
        ("ZOë@MüLLER.EXAMPLE", "Zoë"),
    ],
)
def test_a_member_is_known_by_address_whatever_its_case(address: str, name: str) -> None:
    """A to Z in any case; no other letter is taken for its like."""
    found = staff_member(STAFF, address)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "address", [None, "", "anna", "anna@staff.example.org.evil.example", "xanna@staff.example.org"]
)
def test_nobody_else_is(address: str | None) -> None:
    """Not by a part of an address, and not without one."""
    assert staff_member(STAFF, address) is None


def test_the_first_of_two_with_one_address_counts() -> None:
    """The config refuses that; the core still gives one answer."""
    twin = StaffMember("Twin", c.ANNA.address)
    assert staff_member((c.ANNA, twin), c.ANNA.address) is c.ANNA


EAST = timezone(timedelta(hours=9), "JST")
NIGHTS = Calendar(EAST, ((((540, 1020),),) * 5 + ((),) * 2))  # Monday to Friday, 09:00 to 17:00 in the east
KEN = replace(c.ANNA, name="Ken", calendar=NIGHTS)
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


def test_a_member_without_hours_works_when_the_service_is_open() -> None:
    """Monday 09:00 is, and 08:59 is not."""
    assert works_now(c.ANNA, c.NOW, c.OFFICE)
    assert not works_now(c.ANNA, c.NOW - c.MINUTE, c.OFFICE)


def test_hours_of_their_own_are_hours_of_their_own_zone() -> None:
    """09:00 in the east is midnight here; at 09:00 here it is 18:00 there."""
    assert works_now(KEN, datetime(2026, 3, 3, 0, 0, tzinfo=UTC), c.OFFICE)
    assert not works_now(KEN, c.NOW, c.OFFICE)


def test_who_is_away_does_not_work_first_and_last_day_included() -> None:
    """An absence of two days is over on the third."""
    anna = replace(c.ANNA, away=(Away(MONDAY, TUESDAY),))
    days = [works_now(anna, c.NOW + n * c.DAY, c.OFFICE) for n in range(3)]
    assert days == [False, False, True]
    assert [works_on(anna, MONDAY + timedelta(n), c.OFFICE) for n in range(3)] == [False, False, True]


def test_a_day_of_absence_is_a_day_where_the_member_is() -> None:
    """Monday 20:00 here is Tuesday 05:00 in the east: Tuesday's absence has begun."""
    ken = replace(KEN, away=(Away(TUESDAY, TUESDAY),))
    assert away_now(ken, c.NOW + 11 * c.HOUR, c.OFFICE)
    assert not away_now(ken, c.NOW, c.OFFICE)


def test_where_a_member_reads_is_said_by_their_zone_else_by_their_hours() -> None:
    """Somebody may keep the hours of one place and live in another."""
    assert zone_of(c.ANNA, c.OFFICE) is UTC
    assert zone_of(KEN, c.OFFICE) is EAST
    assert zone_of(replace(KEN, zone=UTC), c.OFFICE) is UTC


def test_a_weekend_is_no_working_day() -> None:
    """Saturday has no hours."""
    assert not works_on(c.ANNA, date(2026, 3, 7), c.OFFICE)


def test_after_an_absence_the_next_opening_counts() -> None:
    """Away from Wednesday to Sunday, somebody begins on Monday; two absences in a row are one."""
    anna = replace(
        c.ANNA, away=(Away(date(2026, 3, 6), date(2026, 3, 8)), Away(date(2026, 3, 4), date(2026, 3, 5)))
    )
    assert next_at_work(anna, c.NOW, c.OFFICE) == c.NOW
    assert next_at_work(anna, c.NOW + 2 * c.DAY, c.OFFICE) == c.NOW + 7 * c.DAY


@given(
    st.integers(0, 60 * 24 * 30),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), max_size=4),
    st.sampled_from([c.OFFICE, NIGHTS]),
)
def test_the_next_instant_at_work_is_one_and_none_lies_before_it(
    minutes: int, absences: list[tuple[int, int]], hours: Calendar
) -> None:
    """Whatever the hours and absences: stepping there by quarters of an hour finds no earlier one."""
    away = tuple(
        Away(MONDAY + timedelta(first), MONDAY + timedelta(first + length)) for first, length in absences
    )
    member = replace(c.ANNA, away=away, calendar=hours)
    now = c.NOW + minutes * c.MINUTE
    found = next_at_work(member, now, c.OFFICE)
    assert works_now(member, found, c.OFFICE)
    before = now
    while before < found:
        assert not works_now(member, before, c.OFFICE)
        before += 15 * c.MINUTE
