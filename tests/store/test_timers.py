"""Which clocks are due, and in what order."""

import threading
from datetime import datetime, timedelta, timezone

from sqlalchemy import Connection

from maild.core.actions import StartTimer
from maild.core.promising.sla import Plan, Step
from maild.store import timers
from maild.store.database import Database
from tests.parts.records import DAY, HOUR, MINUTE, NOW, an_incident


def clock(tx: Connection, first: datetime) -> int:
    """Start a clock on a new incident whose first step is at `first`; return the incident."""
    plan = Plan(NOW, NOW + DAY, (Step("0.5", first), Step("1.0", NOW + DAY)))
    return an_incident(tx, StartTimer("first_response", plan))


def test_due_clocks_come_longest_overdue_first(database: Database) -> None:
    """Not those of the future, and no more than asked for."""
    with database.begin() as tx:
        late, later, future = (clock(tx, NOW + hours * HOUR) for hours in (2, 1, 3))
        assert [one.incident for one in timers.due(tx, NOW + 2 * HOUR, 9)] == [later, late]
        assert [one.incident for one in timers.due(tx, NOW + 2 * HOUR, 1)] == [later]
        assert [one.incident for one in timers.due(tx, NOW + 3 * HOUR, 9)][-1] == future
        assert timers.due(tx, NOW, 9) == []


def test_steps_come_back_as_they_were_laid_out(database: Database) -> None:
    """Whatever zone they were in, to the microsecond."""
    odd = datetime(2026, 3, 29, 3, 30, 0, 7, tzinfo=timezone(timedelta(hours=5, minutes=45)))
    with database.begin() as tx:
        clock(tx, odd)
        (found,) = timers.due(tx, odd, 1)
    assert found.plan.steps[0] == Step("0.5", odd)
    assert found.next_at == odd
    assert found.plan.started_at == NOW


def test_the_next_instant_is_the_earliest_of_all_clocks(database: Database) -> None:
    """None where no clock runs."""
    with database.begin() as tx:
        assert timers.next_due(tx) is None
        for minutes in (30, 20, 40):
            clock(tx, NOW + minutes * MINUTE)
        assert timers.next_due(tx) == NOW + 20 * MINUTE


def test_an_incident_without_a_clock_has_none_running(database: Database) -> None:
    """Backlog has no clock."""
    with database.begin() as tx:
        assert timers.running(tx, an_incident(tx), "first_response") is None


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
