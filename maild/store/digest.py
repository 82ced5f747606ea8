"""How everything stands, for the morning mail, and how the last week went; and which mornings were looked at."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, select, text

from maild.core.actions import MorningKind, NoteMorning
from maild.core.deciding.digest_facts import OpenIncident, Standing
from maild.core.deciding.mornings import Morning
from maild.core.incident import OPEN_STATES
from maild.core.promising.clocks import WAIT_KINDS
from maild.core.staff import StaffMember
from maild.errors import Overtaken
from maild.store.columns import insert_or_skip
from maild.store.recording import Recording
from maild.store.tables import QUARANTINED, address, arrival, incident, timer
from maild.store.team_tables import morning
from maild.store.timers import DUE_NEXT
from maild.store.workload import BEGUN, NOT_BACKLOG

MOST_NEW = 50  # of what came in, the newest that are looked at to be listed
# When the customer's silence has consequences: the clock that runs while it is their turn.
_SILENCE_ENDS = (
    select(func.min(timer.c.due_at))
    .where(timer.c.incident == incident.c.number, timer.c.stopped_at.is_(None), timer.c.kind.in_(WAIT_KINDS))
    .correlate(incident)
    .scalar_subquery()
    .label("closes_at")
)
_INCIDENTS = select(
    incident.c.number,
    incident.c.subject,
    incident.c.priority,
    incident.c.state,
    incident.c.opened_at,
    DUE_NEXT,
    _SILENCE_ENDS,
    address.c.address.label("owner"),
    address.c.name.label("owner_name"),
).outerjoin(address, address.c.id == incident.c.owner)
_OPEN = _INCIDENTS.where(incident.c.state.in_(OPEN_STATES), BEGUN).order_by(incident.c.number)
_ABOVE = incident.c.number > bindparam("known")
_NEW = _INCIDENTS.where(_ABOVE, NOT_BACKLOG).order_by(incident.c.number.desc()).limit(MOST_NEW)
_NEW_COUNT = select(func.count()).select_from(incident).where(_ABOVE, NOT_BACKLOG)
_NEWEST = select(func.coalesce(func.max(incident.c.number), 0))
_BEFORE = _NEWEST.where(incident.c.opened_at <= bindparam("since"))
_KEPT = select(func.count()).where(arrival.c.disposition == "kept", arrival.c.handled_at > bindparam("since"))
_QUARANTINED = select(func.count()).select_from(arrival).where(text(QUARANTINED))
_LOOKED_AT = (
    select(address.c.key, morning.c.kind, morning.c.day)
    .join(address, address.c.id == morning.c.address)
    .where(morning.c.day.in_(bindparam("days", expanding=True)))
)
_LAST = (
    select(morning.c.at, morning.c.newest)
    .join(address, address.c.id == morning.c.address)
    .where(address.c.key == bindparam("key"), morning.c.kind == "digest")
    .order_by(morning.c.at.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Last:
    """When somebody's last digest was, and the highest number of an incident that it knew of."""

    at: datetime
    newest: int


def looked_at(tx: Connection, mornings: Iterable[Morning]) -> set[tuple[str, MorningKind, str]]:
    """Return which mornings of those days were looked at: whose (by key), for which mail, of which day."""
    rows = tx.execute(_LOOKED_AT, {"days": list({one.name for one in mornings})})
    return {(row.key, row.kind, row.day) for row in rows}


def last_morning(tx: Connection, member: StaffMember, otherwise: datetime) -> Last:
    """Return the last digest of a member; where none ever was, as if it had been at `otherwise`."""
    found = tx.execute(_LAST, {"key": member.key}).first()
    if found is not None:
        return Last(found.at, found.newest)
    return Last(otherwise, int(tx.scalar(_BEFORE, {"since": otherwise}) or 0))


def standing(tx: Connection, last: Last) -> Standing:
    """Return how everything stands, and what came in since the last digest.

    What was there before maild came counts once somebody has begun with it: nobody was promised anything about it.
    """
    since = {"known": last.newest}
    return Standing(
        open=tuple(map(_open_incident, tx.execute(_OPEN))),
        came_in=tuple(map(_open_incident, tx.execute(_NEW, since))),
        came_in_count=int(tx.scalar(_NEW_COUNT, since) or 0),
        kept=int(tx.scalar(_KEPT, {"since": last.at}) or 0),
        quarantined=int(tx.scalar(_QUARANTINED) or 0),
        newest=int(tx.scalar(_NEWEST) or 0),
    )


def _open_incident(row: Row[*tuple[Any, ...]]) -> OpenIncident:
    return OpenIncident(
        number=row.number,
        subject=row.subject,
        priority=row.priority,
        state=row.state,
        opened_at=row.opened_at,
        due_at=row.due_at,
        closes_at=row.closes_at,
        owner=row.owner or "",
        owner_name=row.owner_name or "",
    )


def note_morning(work: Recording, action: NoteMorning) -> None:
    """Note that a morning was looked at; raises Overtaken where another process did."""
    row: dict[str, object] = {"address": work.address(action.person), "kind": action.kind, "day": action.day}
    row |= {"at": work.now, "newest": action.newest}
    if work.tx.scalar(insert_or_skip(work.tx, morning, morning.c.day), row) is None:
        raise Overtaken(
            f"the {action.kind} of {action.person.address} for {action.day} was written meanwhile"
        )
