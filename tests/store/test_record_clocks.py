"""Events of clocks on the rows of both databases: they fold as in the core, each step fires once, and all is noted."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from maild.core.actions import ClockHappened, FireStep, Recompute, SetPriority, SetState, WaitStep
from maild.core.incident import Priority
from maild.core.message import Address
from maild.core.promising.clock_event import ClockEvent, ClockEventType
from maild.core.promising.clocks import Clocks
from maild.core.promising.sla import About, Policy, Rule
from maild.core.promising.target import BusinessDays, Minutes
from maild.core.reasons import because
from maild.errors import Overtaken
from maild.store import policies, tables, timers
from maild.store.clock_tables import pause
from maild.store.database import Database
from tests.parts.records import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    POLICY,
    ROUND_THE_CLOCK,
    a_clock,
    an_incident,
    did,
    notification,
)

WHOLE = Policy(
    ROUND_THE_CLOCK,
    {"hotrush": Minutes(120), "high": Minutes(240), "normal": BusinessDays(1)},
    next_response={"high": Minutes(300), "hotrush": Minutes(60)},
    update={"high": Minutes(600)},
    resolution={"high": Minutes(6000), "hotrush": Minutes(1000)},
    rules=(Rule(scopes=frozenset({"tax"}), targets={"update": None}),),
    pre_close_days=5,
    close_days=3,
)


def happened(
    type_: ClockEventType, at: datetime = NOW + HOUR, priority: Priority | None = None
) -> ClockHappened:
    """Return an event with a reason."""
    return ClockHappened(ClockEvent(type_, at, priority), reason=because("answered", name="Anna"))


def events(tx: Connection) -> list[tuple[str, str, Any]]:
    """Return the events written, as (name, text, reasons)."""
    found = tx.execute(select(tables.event).order_by(tables.event.c.id))
    return [(row.name, row.text, row.reasons) for row in found]


def test_a_clock_is_started_with_its_first_step(database: Database) -> None:
    """It comes back as it was started, with the policy that was in force."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock())
        expected = Clocks(POLICY, about=About(scope="checkout")).after(a_clock().event)
        assert timers.load(tx, number) == expected
        assert timers.next_due(tx) == NOW + 4 * HOUR
        assert events(tx) == [("clock_started", "first_response, due 2026-03-02 17:00Z", [])]


def test_a_clock_without_a_policy_is_none(database: Database) -> None:
    """Nothing was promised on the incident, and no event starts anything."""
    with database.begin() as tx:
        number = an_incident(tx)
        did(tx, [happened("customer_message"), happened("staff_reply"), happened("waiting")], number)
        assert timers.load(tx, number).timers == ()
        assert events(tx) == []


def test_whose_incident_it_is_is_kept_with_its_clocks(database: Database) -> None:
    """A rule for an organisation holds on every later event too."""
    rule = Rule(organisations=frozenset({"big ltd"}), targets={"first_response": Minutes(30)})
    created = replace(a_clock(policy=replace(POLICY, rules=(rule,))), about=About("Big Ltd"))
    with database.begin() as tx:
        number = an_incident(tx, created)
        assert timers.load(tx, number).due() == NOW + 30 * MINUTE
        assert timers.load(tx, number).about == About("Big Ltd", "checkout")


def test_the_policy_of_an_incident_stays_what_it_was(database: Database) -> None:
    """Another config promises something else to later incidents; one policy is written once."""
    other = replace(POLICY, first_response={"high": Minutes(60)})
    with database.begin() as tx:
        first, second, third = (an_incident(tx, a_clock(policy=one)) for one in (POLICY, other, POLICY))
        kept = [timers.load(tx, number).policy for number in (first, second, third)]
        assert kept == [POLICY, other, POLICY]
        assert len(tx.execute(select(timers.policy)).all()) == 2


def test_a_stopped_clock_says_when_and_why_and_fires_no_more(database: Database) -> None:
    """A second stop changes nothing and notes nothing."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock())
        did(tx, [happened("staff_reply"), happened("staff_reply", NOW + DAY)], number)
        (row,) = tx.execute(select(tables.timer)).all()
        assert (row.stopped_at, row.stopped_by, row.next_at) == (NOW + HOUR, "answer", None)
        assert timers.due(tx, NOW + 9 * DAY, 10) == []
        assert [name for name, _, _ in events(tx)] == ["clock_started", "clock_stopped"]
        assert events(tx)[1][2][0]["name"] == "answered"


def test_a_lost_answer_lets_the_clock_run_as_if_it_had_not_stopped(database: Database) -> None:
    """Same start, same due time, same steps; the next one is the first that has not fired."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock())
        did(tx, [FireStep(1, "0.5", None)], number)
        before = timers.load(tx, number)
        did(tx, [happened("staff_reply", NOW + 5 * HOUR), happened("answer_lost", NOW + 6 * HOUR)], number)
        assert timers.load(tx, number) == before
        assert timers.next_due(tx) is not None
        assert events(tx)[-1][:2] == ("clock_restarted", "first_response, due 2026-03-02 17:00Z")
        (watch,) = timers.due(tx, NOW + 9 * HOUR, 1)
        assert watch.fired == ("0.5",)


def test_a_step_fires_once(database: Database) -> None:
    """The second to fire it finds that it was overtaken, and its mails are undone with it."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock())
        did(tx, [FireStep(1, "0.5", NOW + 8 * HOUR), notification()], number)
        assert timers.next_due(tx) == NOW + 8 * HOUR
    with pytest.raises(Overtaken, match=r"step 0\.5 of timer 1 fired already"), database.begin() as tx:
        did(tx, [notification(Address("x@y")), FireStep(1, "0.5", None)], number)
    with database.read() as tx:
        assert len(tx.execute(select(tables.outbox)).all()) == 1


def test_no_step_fires_once_the_clock_was_stopped(database: Database) -> None:
    """The answer came between looking and firing: no reminder after the promise is met (invariant I6)."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock())
        did(tx, [happened("staff_reply")], number)
    with pytest.raises(Overtaken, match="its clock was stopped"), database.begin() as tx:
        did(tx, [FireStep(1, "0.5", None)], number)


def test_a_clock_can_be_told_to_wait(database: Database) -> None:
    """Nothing fired: it is looked at again at the instant given."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock())
        did(tx, [WaitStep(1, NOW + 3 * DAY)], number)
        assert timers.next_due(tx) == NOW + 3 * DAY


def test_another_promise_keeps_the_steps_that_fired(database: Database) -> None:
    """The next instant is that of the first step which has not fired yet."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock())
        did(tx, [FireStep(1, "0.5", None), happened("priority_changed", NOW, "hotrush")], number)
        due = NOW + 2 * HOUR
        assert timers.load(tx, number).due() == due
        (watch,) = timers.due(tx, due + MINUTE, 1)
        assert (watch.fired, watch.timer.due_at, watch.timer.priority) == (("0.5",), due, "hotrush")
        assert events(tx)[-1][:2] == (
            "clock_changed",
            "first_response, now due 2026-03-02 11:00Z: 120 minutes in all",
        )


def test_a_clock_that_stands_still_is_not_looked_at(database: Database) -> None:
    """It has no due time until it runs on; its pauses stay."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock(policy=WHOLE))
        did(tx, [happened("staff_reply"), happened("waiting")], number)
        resolution = timers.load(tx, number).running("resolution")
        assert resolution is not None
        assert resolution.due_at is None
        assert [one.timer.kind for one in timers.due(tx, NOW + 99 * DAY, 9)] == ["silence"]
        did(tx, [happened("customer_message", NOW + DAY)], number)
        (row,) = tx.execute(select(pause).where(pause.c.timer == 2)).all()
        assert (row.since, row.until) == (NOW + HOUR, NOW + DAY)
        names = [name for name, text, _ in events(tx) if text.startswith("resolution")]
        assert names == ["clock_started", "clock_paused", "clock_resumed"]


def test_a_raise_while_a_clock_stands_still_is_noted(database: Database) -> None:
    """Whoever adds it up by hand must see from when on it was given less."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock(policy=WHOLE))
        did(tx, [happened("staff_reply"), happened("waiting")], number)
        did(tx, [happened("priority_changed", NOW + 2 * HOUR, "hotrush")], number, NOW + 2 * HOUR)
        assert timers.changes(tx, number) == {"resolution": [(NOW + 2 * HOUR, "now 1060 minutes in all")]}


def test_todays_promises_are_given_by_hand_to_what_runs(database: Database) -> None:
    """From its start; what has stopped stays, and the incident keeps them from then on."""
    other = replace(POLICY, first_response={"high": Minutes(60)}, next_response={"high": Minutes(90)})
    with database.begin() as tx:
        runs, stopped, bare = an_incident(tx, a_clock()), an_incident(tx, a_clock()), an_incident(tx)
        did(tx, [happened("staff_reply", NOW + 2 * HOUR)], stopped, NOW + 2 * HOUR)
        for number in (runs, stopped, bare):
            did(tx, [Recompute(other)], number, NOW + MINUTE)
            assert timers.load(tx, number).policy == other
        assert timers.load(tx, runs).due() == NOW + HOUR
        first = timers.load(tx, stopped).newest("first_response")
        assert first is not None
        assert first.due_at == NOW + 8 * HOUR
        assert timers.changes(tx, runs) == {
            "first_response": [(NOW + MINUTE, "now due 2026-03-02 10:00Z: 60 minutes in all")]
        }


def test_incidents_of_an_older_maild_get_the_policy_in_force_once(database: Database) -> None:
    """As they stand: whose turn it is, and whether we ever spoke."""
    with database.begin() as tx:
        new, kept = an_incident(tx), an_incident(tx, a_clock(policy=WHOLE))
        waits = an_incident(tx, SetState("waiting", because("answered", name="Anna")))
        over = an_incident(tx, SetState("closed", because("closed_by_staff", name="Anna")))
        policies.adopt(tx, POLICY)
        policies.adopt(tx, WHOLE)
        found = {number: timers.load(tx, number) for number in (new, kept, waits, over)}
    assert [one.policy for one in found.values()] == [POLICY, WHOLE, POLICY, POLICY]
    assert [(one.phase, one.answered) for one in found.values()] == [
        ("open", False),
        ("open", False),
        ("waiting", True),
        ("resolved", True),
    ]


EVENTS: list[ClockEventType] = [
    "customer_message",
    "staff_reply",
    "waiting",
    "resumed",
    "pre_closed",
    "resolved",
    "reopened",
    "priority_changed",
    "answer_lost",
]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(EVENTS), st.integers(0, 3 * 1440), st.sampled_from(["high", "hotrush", "normal"])
        ),
        max_size=12,
    )
)
def test_whatever_happens_the_rows_stand_as_the_core_says(
    database: Database, story: list[tuple[ClockEventType, int, Priority]]
) -> None:
    """The store folds nothing of its own: what is read back is what the same events make of values."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock(policy=WHOLE))
        clocks = Clocks(WHOLE, about=About(scope="checkout")).after(a_clock().event)
        at = NOW
        for type_, minutes, priority in story:
            at += minutes * MINUTE
            named = priority if type_ == "priority_changed" else None
            event = ClockEvent(type_, at, named)
            clocks = clocks.after(event)
            changed = [SetPriority(named, because("raised", wanted=named, evidence=""))] if named else []
            did(tx, [*changed, ClockHappened(event)], number)
            assert timers.load(tx, number) == clocks


@pytest.mark.parametrize("policy", [POLICY, WHOLE])
def test_a_policy_is_read_as_it_was_written(policy: Policy) -> None:
    """Calendars, targets, rules: by value."""
    assert policies.read(policies.write(policy)) == policy
