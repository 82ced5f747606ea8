"""The order in which simulated people take what waits."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from maild.core.message import Address
from maild.core.simulating.waiting import OUR_TURN, Waiting

NOON, HOUR = datetime(2026, 3, 2, 12, tzinfo=UTC), timedelta(hours=1)
ONE = Waiting(1001, "a", "outage", "normal", NOON, NOON + 4 * HOUR, Address("jane@customer.example"), 1)
SOONER = replace(ONE, number=1002, due_at=NOON + HOUR)
HOTRUSH = replace(ONE, number=1003, priority="hotrush", due_at=NOON + 9 * HOUR)
NOT_DUE = replace(ONE, number=1004, due_at=None, priority="low", opened_at=NOON - HOUR)
NOT_DUE_HIGH = replace(NOT_DUE, number=1005, priority="high")


def test_hotrush_comes_first_then_what_is_due_next() -> None:
    """Then, where no promise runs, the higher priority, and the elder incident."""
    queue = sorted((NOT_DUE, ONE, SOONER, NOT_DUE_HIGH, HOTRUSH), key=lambda one: one.place("queue"))
    assert [one.number for one in queue] == [1003, 1002, 1001, 1005, 1004]


def test_the_eldest_may_come_first_instead() -> None:
    """As in a mailbox that is read from top to bottom: to see what the queue is good for."""
    queue = sorted((ONE, HOTRUSH, NOT_DUE), key=lambda one: one.place("arrival"))
    assert [one.number for one in queue] == [1004, 1001, 1003]


def test_it_is_our_turn_in_every_open_state_but_two() -> None:
    """A state that is added must be thought of here."""
    assert set(OUR_TURN) == {"submitted", "awaiting_entitlement", "assigned", "in_progress"}


def test_an_incident_is_for_its_owner_or_for_everybody() -> None:
    """Whose owner is not there to answer is taken by the others, as one that nobody owns."""
    people = {"anna@x.example", "ben@x.example"}
    owned = replace(ONE, owner="anna@x.example")
    assert [owned.is_for(key, people) for key in sorted(people)] == [True, False]
    assert ONE.is_for("ben@x.example", people)
    assert replace(ONE, owner="carl@x.example").is_for("ben@x.example", people)
