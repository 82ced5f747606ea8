"""A week in figures, asked of what lies in the database: incidents, answers, promises, mails and owners."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, text

from maild.core.deciding.week_facts import Answered, OwnerWeek, Promised, Week
from maild.core.incident import OPEN_STATES
from maild.core.staff import StaffMember
from maild.store.tables import OURS, address, entry, incident, timer
from maild.store.workload import BEGUN, NOT_BACKLOG


def _in_week(column: Any) -> Any:
    return (column >= bindparam("begin")) & (column < bindparam("end"))


ANSWERS = ("first_response", "next_response")  # the clocks of promises to answer
# Not those whose cause is gone, nor those that another one took the place of.
_COUNTS = or_(timer.c.stopped_by.is_(None), timer.c.stopped_by.in_(("answer", "end")))
_COUNT = select(func.count()).select_from(incident)
_OPENED = _COUNT.where(_in_week(incident.c.opened_at), NOT_BACKLOG)
_CLOSED = _COUNT.where(_in_week(incident.c.closed_at), incident.c.state == "closed")
_OPEN = _COUNT.where(incident.c.state.in_(OPEN_STATES), BEGUN)
_FIRST = (
    select(entry.c.incident, func.min(entry.c.at).label("answered_at"))
    .where(entry.c.kind == "staff_answer")
    .group_by(entry.c.incident)
    .subquery()
)
_ANSWERED = (
    select(incident.c.opened_at, _FIRST.c.answered_at)
    .join(_FIRST, _FIRST.c.incident == incident.c.number)
    .where(_in_week(_FIRST.c.answered_at), NOT_BACKLOG)
    .order_by(incident.c.number)
)
_PROMISED = (
    select(timer.c.priority, address.c.key, timer.c.due_at, timer.c.stopped_at)
    .join(incident, incident.c.number == timer.c.incident)
    .outerjoin(address, address.c.id == incident.c.owner)
    .where(timer.c.kind.in_(ANSWERS), _in_week(timer.c.due_at), _COUNTS)
    .order_by(timer.c.id)
)
_MAILS = (
    select(entry.c.at).where(entry.c.kind == "customer_message", _in_week(entry.c.at)).order_by(entry.c.id)
)
_ANSWERS_OF = (
    select(address.c.key, func.count().label("answers"))
    .join(address, address.c.id == entry.c.author)
    .where(entry.c.kind == "staff_answer", _in_week(entry.c.at))
    .group_by(address.c.key)
)
_CLOSED_OF = (
    select(address.c.key, func.count().label("closed"))
    .select_from(incident.join(address, address.c.id == incident.c.owner))
    .where(_in_week(incident.c.closed_at), incident.c.state == "closed")
    .group_by(address.c.key)
)
_OPEN_OF = (
    select(address.c.key, func.count().label("open"))
    .select_from(incident.join(address, address.c.id == incident.c.owner))
    .where(text(OURS))
    .group_by(address.c.key)
)


def week(tx: Connection, begin: datetime, end: datetime, staff: Iterable[StaffMember]) -> Week:
    """Return all that is told of the week from `begin` until just before `end`."""
    asked = {"begin": begin, "end": end}
    promised = (
        Promised(row.priority, row.key or "", row.stopped_at is not None and row.stopped_at <= row.due_at)
        for row in tx.execute(_PROMISED, asked)
    )
    return Week(
        begin=begin,
        end=end,
        opened=int(tx.scalar(_OPENED, asked) or 0),
        closed=int(tx.scalar(_CLOSED, asked) or 0),
        open=int(tx.scalar(_OPEN) or 0),
        answered=tuple(Answered(row.opened_at, row.answered_at) for row in tx.execute(_ANSWERED, asked)),
        promised=tuple(promised),
        mails_at=tuple(tx.scalars(_MAILS, asked)),
        owners=_owners(tx, asked, staff),
    )


def _owners(
    tx: Connection, asked: dict[str, datetime], staff: Iterable[StaffMember]
) -> tuple[OwnerWeek, ...]:
    """Return what each of the staff did and has, in the order of the config; groups own nothing."""
    answers = {row.key: row.answers for row in tx.execute(_ANSWERS_OF, asked)}
    closed = {row.key: row.closed for row in tx.execute(_CLOSED_OF, asked)}
    having = {row.key: row.open for row in tx.execute(_OPEN_OF)}
    return tuple(
        OwnerWeek(one.name, one.key, answers.get(one.key, 0), closed.get(one.key, 0), having.get(one.key, 0))
        for one in staff
        if not one.group
    )
