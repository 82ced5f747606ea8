"""The clocks of incidents: how they stand, and which have come to a step."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Executable, Row, bindparam, func, select

from maild.core.promising.business_hours import open_time
from maild.core.promising.clocks import SLA_KINDS, Clocks
from maild.core.promising.sla import ALWAYS, About, Policy
from maild.core.promising.steps import Step, Watch
from maild.core.promising.timer import Pause, Timer
from maild.store.clock_tables import clocks, pause, policy, step, timer
from maild.store.policies import read
from maild.store.tables import event, incident

_DUE = (
    select(timer)
    .where(timer.c.next_at <= bindparam("now"))
    .order_by(timer.c.next_at, timer.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
_INCIDENT = (
    select(incident.c.priority, incident.c.scope, clocks, policy.c.promises)
    .outerjoin(clocks, clocks.c.incident == incident.c.number)
    .outerjoin(policy, policy.c.hash == clocks.c.policy)
    .where(incident.c.number == bindparam("number"))
)
_TIMERS = select(timer).where(timer.c.incident == bindparam("number")).order_by(timer.c.id)
_PAUSES = (
    select(pause)
    .where(pause.c.timer.in_(bindparam("timers", expanding=True)))
    .order_by(pause.c.timer, pause.c.position)
)
_POLICIES = (
    select(clocks.c.incident, policy.c.promises)
    .join(policy, policy.c.hash == clocks.c.policy)
    .where(clocks.c.incident.in_(bindparam("numbers", expanding=True)))
)
_CHANGES = (
    select(event.c.at, event.c.text)
    .where(event.c.incident == bindparam("number"), event.c.name == "clock_changed")
    .order_by(event.c.id)
)
_NEXT = select(func.min(timer.c.next_at))
_FIRED = (
    select(step.c.timer, step.c.step)
    .where(step.c.timer.in_(bindparam("timers", expanding=True)))
    .order_by(step.c.fired_at, step.c.step)
)

NO_PROMISES = Policy(ALWAYS)
# When the next thing is due that we promised on an incident, as a column of a query on incidents.
DUE_NEXT = (
    select(func.min(timer.c.due_at))
    .where(timer.c.incident == incident.c.number, timer.c.stopped_at.is_(None), timer.c.kind.in_(SLA_KINDS))
    .correlate(incident)
    .scalar_subquery()
    .label("due_at")
)


def due(tx: Connection, now: datetime, limit: int) -> list[Watch]:
    """Return the clocks to look at by `now`, longest overdue first; ours until the transaction ends.

    Another process that asks meanwhile gets others.
    """
    rows = tx.execute(_DUE, {"now": now, "most": limit}).all()
    numbers = {row.incident for row in rows}
    kept = {one.incident: read(one.promises) for one in _ask(tx, _POLICIES, "numbers", numbers)}
    fired = _by_timer(_ask(tx, _FIRED, "timers", {row.id for row in rows}))
    pauses = _by_timer(_ask(tx, _PAUSES, "timers", {row.id for row in rows}))
    return [
        Watch(
            id=row.id,
            incident=row.incident,
            timer=_timer(row, pauses.get(row.id, []), kept.get(row.incident, NO_PROMISES)),
            policy=kept.get(row.incident, NO_PROMISES),
            steps=_steps(row),
            fired=tuple(one.step for one in fired.get(row.id, ())),
        )
        for row in rows
    ]


def load(tx: Connection, number: int) -> Clocks:
    """Return the clocks of an incident with the policy that was kept with it; raises LookupError without an incident.

    Without a policy nothing is promised on it, and no clock starts.
    """
    found = tx.execute(_INCIDENT, {"number": number}).first()
    if found is None:
        raise LookupError(f"there is no incident {number}")
    kept = read(found.promises) if found.promises else NO_PROMISES
    rows = tx.execute(_TIMERS, {"number": number}).all()
    pauses = _by_timer(_ask(tx, _PAUSES, "timers", {row.id for row in rows}))
    return Clocks(
        policy=kept,
        priority=found.priority,
        about=About(found.organisation or "", found.scope),
        phase=found.phase or "open",
        answered=bool(found.answered),
        timers=tuple(_timer(row, pauses.get(row.id, []), kept) for row in rows),
    )


def changes(tx: Connection, number: int) -> dict[str, list[tuple[datetime, str]]]:
    """Return what changed the promises of an incident's clocks, by kind: when, and what became of it."""
    found: dict[str, list[tuple[datetime, str]]] = {}
    for row in tx.execute(_CHANGES, {"number": number}):
        kind, _, words = row.text.partition(", ")
        found.setdefault(kind, []).append((row.at, words))
    return found


def next_due(tx: Connection) -> datetime | None:
    """Return when the next clock is to be looked at, or None where none is."""
    found: datetime | None = tx.scalar(_NEXT)
    return found


def _ask(tx: Connection, query: Executable, name: str, keys: Collection[int]) -> list[Row[Any]]:
    """Return what the query finds for these keys; for none it is not asked."""
    return list(tx.execute(query, {name: list(keys)})) if keys else []


def _by_timer(rows: Iterable[Row[Any]]) -> dict[int, list[Row[Any]]]:
    found: dict[int, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.timer, []).append(row)
    return found


def _timer(row: Row[Any], pauses: list[Row[Any]], kept: Policy) -> Timer:
    if row.budget_us is None:
        budget = open_time(kept.hours(row.kind, row.rule), row.started_at, row.due_at)
    else:
        budget = timedelta(microseconds=row.budget_us)
    return Timer(
        kind=row.kind,
        priority=row.priority,
        started_at=row.started_at,
        budget=budget,
        due_at=row.due_at,
        cycle=row.cycle,
        rule=row.rule,
        pauses=tuple(Pause(one.since, one.until) for one in pauses),
        stopped_at=row.stopped_at,
        stopped_by=row.stopped_by,
    )


def _steps(row: Row[Any]) -> tuple[Step, ...]:
    return tuple(Step(one["name"], datetime.fromisoformat(one["at"])) for one in row.steps)
