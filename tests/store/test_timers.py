"""Which clocks are due, and how those of an incident stand."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection

from maild.core.actions import ClockHappened
from maild.core.promising.clock_event import ClockEvent
from maild.core.promising.clocks import Clocks
from maild.core.promising.sla import About, Minutes, Rule
from maild.core.promising.steps import Step
from maild.store import timers
from maild.store.database import Database
from tests.parts.records import HOUR, MINUTE, NOW, POLICY, a_clock, an_incident


def clock(tx: Connection, first: datetime) -> int:
    """Start a clock on a new incident whose first step is at `first`; return the incident."""
    return an_incident(tx, a_clock(first - 4 * HOUR))


def test_due_clocks_come_longest_overdue_first(database: Database) -> None:
    """Not those of the future, and no more than asked for."""
    with database.begin() as tx:
        late, later, future = (clock(tx, NOW + hours * HOUR) for hours in (2, 1, 3))
        assert [one.incident for one in timers.due(tx, NOW + 2 * HOUR, 9)] == [later, late]
        assert [one.incident for one in timers.due(tx, NOW + 2 * HOUR, 1)] == [later]
        assert [one.incident for one in timers.due(tx, NOW + 3 * HOUR, 9)][-1] == future
        assert timers.due(tx, NOW, 9) == []


def test_steps_come_back_as_they_were_laid_out(database: Database) -> None:
    """Whatever zone they were in, to the microsecond; with the policy that they keep."""
    odd = datetime(2026, 3, 29, 3, 30, 0, 7, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with database.begin() as tx:
        clock(tx, odd)
        (found,) = timers.due(tx, odd, 1)
    assert found.steps[0] == Step("0.5", odd)
    assert (found.timer.started_at, found.fired, found.policy) == (odd - 4 * HOUR, (), POLICY)


def test_the_next_instant_is_the_earliest_of_all_clocks(database: Database) -> None:
    """None where no clock runs."""
    with database.begin() as tx:
        assert timers.next_due(tx) is None
        for minutes in (30, 20, 40):
            clock(tx, NOW + minutes * MINUTE)
        assert timers.next_due(tx) == NOW + 20 * MINUTE


def test_an_incident_without_a_policy_has_no_clocks(database: Database) -> None:
    """Nothing is promised on it; and where no incident is, nobody may ask."""
    with database.begin() as tx:
        assert timers.load(tx, an_incident(tx)) == Clocks(
            timers.NO_PROMISES, "high", timers.About(scope="checkout")
        )
        with pytest.raises(LookupError):
            timers.load(tx, 9999)


def test_two_processes_fire_different_clocks(database: Database) -> None:
    """Clocks that one looks at are left out by the other; what it leaves undone is found again."""
    with database.begin() as tx:
        for _ in range(6):
            clock(tx, NOW)
    got: list[int] = []
    together = threading.Barrier(3)

    def work() -> None:
        together.wait()
        with database.begin() as tx:
            due = timers.due(tx, NOW, 2)
            for one in due:
                tx.exec_driver_sql(f"UPDATE timer SET next_at = NULL WHERE id = {one.id}")
            got.extend(one.id for one in due)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [1, 2, 3, 4, 5, 6]


def test_what_is_promised_may_depend_on_the_organisation(database: Database) -> None:
    """Of whoever asked; it is kept with the incident, from the very first clock on."""
    quick = Rule(organisations=frozenset({"shop ltd"}), targets={"first_response": Minutes(30)})
    promises = replace(POLICY, first_response={"normal": Minutes(60)}, rules=(quick,))
    with database.begin() as tx:
        created = ClockHappened(ClockEvent("created", NOW, "normal"), promises)
        theirs = an_incident(tx, replace(created, about=About("Shop Ltd")))
        others = an_incident(tx, created)
        due = [timers.load(tx, number).due() for number in (theirs, others)]
    assert due == [NOW + 30 * MINUTE, NOW + 60 * MINUTE]
