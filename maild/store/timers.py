"""The clocks of incidents: which are due to be looked at, and which runs."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select

from maild.core.promising.sla import Plan, Step, Timer, TimerKind
from maild.store.tables import step, timer

_DUE = (
    select(timer)
    .where(timer.c.next_at <= bindparam("now"))
    .order_by(timer.c.next_at, timer.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_RUNNING = select(timer).where(
    timer.c.incident == bindparam("number"), timer.c.kind == bindparam("kind"), timer.c.stopped_at.is_(None)
)
_NEWEST = (
    select(timer)
    .where(timer.c.incident == bindparam("number"), timer.c.kind == bindparam("kind"))
    .order_by(timer.c.cycle.desc())
    .limit(1)
)
_NEXT = select(func.min(timer.c.next_at))
_FIRED = (
    select(step.c.timer, step.c.step)
    .where(step.c.timer.in_(bindparam("timers", expanding=True)))
    .order_by(step.c.fired_at, step.c.step)
)


def due(tx: Connection, now: datetime, limit: int) -> list[Timer]:
    """Return the timers to look at by `now`, longest overdue first; ours until the transaction ends.

    Another process that asks meanwhile gets others.
    """
    return _timers(tx, tx.execute(_DUE, {"now": now, "most": limit}).all())


def running(tx: Connection, incident: int, kind: TimerKind) -> Timer | None:
    """Return the clock of that kind that runs on the incident, or None."""
    found = _timers(tx, tx.execute(_RUNNING, {"number": incident, "kind": kind}).all())
    return found[0] if found else None


def newest(tx: Connection, incident: int, kind: TimerKind) -> Timer | None:
    """Return the newest clock of that kind on the incident, running or not, or None."""
    found = _timers(tx, tx.execute(_NEWEST, {"number": incident, "kind": kind}).all())
    return found[0] if found else None


def next_due(tx: Connection) -> datetime | None:
    """Return when the next timer is to be looked at, or None where none is."""
    found: datetime | None = tx.scalar(_NEXT)
    return found


def _timers(tx: Connection, rows: Iterable[Row[Any]]) -> list[Timer]:
    rows = list(rows)
    if not rows:
        return []
    fired: dict[int, list[str]] = {row.id: [] for row in rows}
    for number, name in tx.execute(_FIRED, {"timers": list(fired)}):
        fired[number].append(name)
    return [_timer(row, tuple(fired[row.id])) for row in rows]


def _timer(row: Row[Any], fired: tuple[str, ...]) -> Timer:
    steps = tuple(Step(one["name"], datetime.fromisoformat(one["at"])) for one in row.steps)
    plan = Plan(row.started_at, row.due_at, steps)
    return Timer(row.id, row.incident, row.kind, row.cycle, plan, row.stopped_at, fired, row.next_at)
