"""A week in figures: each is what it says, counted by hand here."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from maild.core.deciding.week_facts import (
    Answered,
    OwnerWeek,
    Promised,
    Week,
    busiest,
    percentile,
    weekly_figures,
)
from tests.parts import cases as c

ANNA = OwnerWeek("Anna", c.ANNA.key, 7, 4, 2)


def week(**found: Any) -> Week:
    """Return the week of NOW, in which nothing happened but what is given."""
    nothing = {"opened": 0, "closed": 0, "open": 0, "answered": (), "promised": (), "mails_at": ()}
    return Week(c.NOW - 9 * c.HOUR, c.NOW + 7 * c.DAY - 9 * c.HOUR, **nothing | {"owners": ()} | found)


def facts(**found: Any) -> dict[str, Any]:
    """Return the facts of such a week."""
    return dict(weekly_figures(week(**found), "Lea", c.OFFICE, c.UTC))


def test_counts_are_told_as_they_are() -> None:
    """What came in, was closed, is open; and the week itself."""
    told = facts(opened=12, closed=9, open=30)
    assert (told["opened"], told["closed"], told["open"]) == (12, 9, 30)
    assert (told["since"], told["until"]) == ("2026-03-02T00:00:00Z", "2026-03-08T23:59:59Z")


def test_first_answers_are_measured_in_opening_time() -> None:
    """Three answered after one, two and nine open hours; the night between does not count."""
    answered = (
        Answered(c.NOW, c.NOW + c.HOUR),
        Answered(c.NOW + 8 * c.HOUR, c.NOW + 25 * c.HOUR),
        Answered(c.NOW, c.NOW + 24 * c.HOUR),
    )
    told = facts(answered=answered)
    assert (told["answered"], told["median"], told["p90"]) == (3, 120, 540)


def test_promises_are_told_by_priority_the_highest_first() -> None:
    """How many were broken of how many; a priority without any is left out."""
    promised = (
        Promised("normal", "", kept=True),
        Promised("hotrush", "", kept=False),
        Promised("normal", "", kept=False),
        Promised("hotrush", "", kept=True),
        Promised("hotrush", "", kept=True),
    )
    told = facts(promised=promised)
    assert told["promises"] == [
        {"priority": "hotrush", "broken": "1", "total": "3"},
        {"priority": "normal", "broken": "1", "total": "2"},
    ]
    assert (told["kept"], told["broken"]) == (3, 2)


def test_each_owner_has_a_row() -> None:
    """With what they answered, closed and have, and how many promises on theirs were broken."""
    promised = (Promised("normal", c.ANNA.key, kept=False), Promised("low", c.BEN.key, kept=False))
    assert facts(owners=(ANNA,), promised=promised)["owners"] == [
        {"name": "Anna", "answered": "7", "closed": "4", "open": "2", "late": "1"}
    ]


def test_the_busiest_hours_are_those_of_the_reader() -> None:
    """The busiest first, at most three; of equals the earlier."""
    at = [c.NOW + hours * c.HOUR for hours in (0, 0.5, 24, 3, 27, 6, 14, 15)]
    assert busiest(at, c.UTC) == ["09:00-10:00", "12:00-13:00", "00:00-01:00"]
    told = facts(mails_at=tuple(at))
    assert told["busiest"] == "09:00-10:00, 12:00-13:00, 00:00-01:00"
    assert told["chart"].splitlines()[0] == "00:00  ████████ 1"
    assert len(told["chart"].splitlines()) == 24


def test_the_last_hour_of_a_day_ends_at_midnight() -> None:
    """23:00 to 24:00."""
    assert busiest([c.NOW + 14 * c.HOUR], c.UTC) == ["23:00-24:00"]


def test_a_week_without_anything_is_known_as_one() -> None:
    """Open incidents alone are the digest's."""
    assert not week(open=5, owners=(ANNA,)).anything
    assert week(opened=1).anything


@given(st.lists(st.integers(0, 1000), min_size=1), st.integers(1, 100))
def test_a_percentile_is_the_least_value_that_so_many_do_not_exceed(values: list[int], part: int) -> None:
    """By counting: at least `part` of a hundred are not greater, and with the next smaller value fewer are."""
    values = sorted(values)
    found = percentile(values, part)
    assert sum(1 for one in values if one <= found) * 100 >= part * len(values)
    smaller = [one for one in values if one < found]
    assert len(smaller) * 100 < part * len(values)
