"""A week, asked of the database: what is in it is in it to the microsecond, and nothing else is."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from maild.core.actions import AddEntry, ClockHappened, Dispose, SetOwner, SetState
from maild.core.deciding.week_facts import Answered, OwnerWeek, Promised
from maild.core.promising.clock_event import ClockEvent
from maild.core.staff import StaffMember
from maild.store.database import Database
from maild.store.week import week
from tests.parts.messages import ALICE
from tests.parts.records import (
    ANNA,
    BEN,
    DAY,
    HOUR,
    NOW,
    WHY,
    a_clock,
    a_delivery,
    an_incident,
    came,
    did,
    opening,
)

BEGIN, END = NOW, NOW + 7 * DAY
STAFF = (
    StaffMember("Anna", ANNA.address),
    StaffMember("Ben", BEN.address),
    StaffMember("The team", "team@staff.example.org", group=True),
)


def answer(tx: Connection, number: int, at: datetime) -> None:
    """Let Anna answer an incident."""
    did(tx, [AddEntry("staff_answer", ANNA, "Try again.", (WHY,), proven=True)], number, now=at)


def promise(tx: Connection, due_at: datetime, stopped_at: datetime | None, **changes: object) -> int:
    """Open an incident whose first answer is due then, and is given at `stopped_at`; return its number."""
    clock = a_clock(due_at - 8 * HOUR, str(changes.get("priority", "high")))  # type: ignore[arg-type]
    if clock.event.priority == "hotrush":
        clock = a_clock(due_at - 2 * HOUR, "hotrush")
    number = an_incident(tx, clock, now=NOW - 7 * DAY, **changes)
    if stopped_at:
        did(tx, [ClockHappened(ClockEvent("staff_reply", stopped_at))], number)
    return number


def test_opened_closed_and_open_are_counted(database: Database) -> None:
    """The beginning belongs to the week and the end to the next one; what is declined was not closed."""
    with database.begin() as tx:
        for at in (BEGIN - timedelta.resolution, BEGIN, END - timedelta.resolution, END):
            came(tx, opening(), delivery=a_delivery(received_at=at), now=at)
        did(tx, [SetState("closed", WHY)], 1001, now=BEGIN + HOUR)
        did(tx, [SetState("declined", WHY)], 1002, now=BEGIN + HOUR)
        did(tx, [SetState("closed", WHY)], 1003, now=END)
        found = week(tx, BEGIN, END, STAFF)
    assert (found.opened, found.closed, found.open) == (2, 1, 1)


def test_what_was_there_before_maild_came_is_no_work_of_the_week(database: Database) -> None:
    """It came in no week, and its answer took years; open is what somebody has begun with."""
    with database.begin() as tx:
        old = [an_incident(tx, now=NOW, flags=("backlog",)) for _ in range(3)]
        answer(tx, old[0], NOW + HOUR)
        did(tx, [SetState("in_progress", WHY)], old[0], now=NOW + HOUR)
        found = week(tx, BEGIN, END, STAFF)
    assert (found.opened, found.open, found.answered) == (0, 1, ())


def test_the_first_answer_of_an_incident_counts_in_its_week(database: Database) -> None:
    """From when it was opened to when it was first answered; a second answer is none."""
    with database.begin() as tx:
        first, second = (an_incident(tx, now=NOW - DAY) for _ in range(2))
        answer(tx, first, NOW + HOUR)
        answer(tx, first, NOW + 2 * HOUR)
        answer(tx, second, NOW - HOUR)
        answer(tx, second, NOW + HOUR)
        found = week(tx, BEGIN, END, STAFF)
    assert found.answered == (Answered(NOW - DAY, NOW + HOUR),)


def test_a_promise_belongs_to_the_week_in_which_it_ended(database: Database) -> None:
    """Kept at its very end; broken a moment later, or by nobody's answer yet."""
    with database.begin() as tx:
        due = NOW + DAY
        promise(tx, due, due)
        promise(tx, due, due + timedelta.resolution, priority="hotrush")
        owned = promise(tx, due, None)
        did(tx, [SetOwner(BEN, WHY)], owned)
        promise(tx, NOW - HOUR, None)
        promise(tx, END, NOW)
        found = week(tx, BEGIN, END, STAFF)
    assert found.promised == (
        Promised("high", "", kept=True),
        Promised("hotrush", "", kept=False),
        Promised("high", BEN.key, kept=False),
    )


def test_mails_of_customers_are_told_by_when_they_came(database: Database) -> None:
    """The first and each further one; not those of machines, nor of another week."""
    with database.begin() as tx:
        number = an_incident(tx)
        for kind, at in (("customer_message", DAY), ("machine_note", DAY), ("customer_message", 8 * DAY)):
            entry = AddEntry(kind, ALICE, "Still.", (WHY,))  # type: ignore[arg-type]
            later = a_delivery(received_at=NOW + at)
            came(tx, [Dispose("appended", (WHY,)), entry], delivery=later, incident=number, now=NOW + at)
        assert len(week(tx, BEGIN, END, STAFF).mails_at) == 2


def test_each_of_the_staff_has_what_they_did_and_have(database: Database) -> None:
    """Answers by who wrote them, the rest by who owns; a group has none, and who did nothing has zeros."""
    with database.begin() as tx:
        for state in ("assigned", "waiting", "closed"):
            number = an_incident(tx)
            answer(tx, number, NOW + HOUR)
            did(tx, [SetOwner(BEN, WHY), SetState(state, WHY)], number, now=NOW + 2 * HOUR)  # type: ignore[arg-type]
        found = week(tx, BEGIN, END, STAFF)
    assert found.owners == (
        OwnerWeek("Anna", ANNA.key, 3, 0, 0),
        OwnerWeek("Ben", BEN.key, 0, 1, 1),
    )


def test_a_week_in_which_nothing_happened_is_empty(database: Database) -> None:
    """Also in an empty database."""
    with database.begin() as tx:
        assert not week(tx, BEGIN, END, STAFF).anything
