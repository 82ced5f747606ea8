"""Which incidents wait for an owner, and how much each of the staff has: what incidents are dealt by."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Text, bindparam, cast, func, or_, select, text

from maild.core.deciding.assign import Load, Unowned
from maild.core.staff import StaffMember
from maild.store.tables import OURS, UNOWNED, address, entry, event, incident
from maild.store.timers import DUE_NEXT

# Without the flag of what was there before maild came: a person looks through that once.
NOT_BACKLOG = ~cast(incident.c.flags, Text).like('%"backlog"%')
# ... until somebody has begun with it.
BEGUN = or_(NOT_BACKLOG, incident.c.state != "submitted", incident.c.owner.is_not(None))
_ANY = select(incident.c.number).where(text(UNOWNED), NOT_BACKLOG).limit(1)
_WAITING = (
    select(incident.c.number, incident.c.priority, incident.c.scope, DUE_NEXT)
    .where(text(UNOWNED), NOT_BACKLOG)
    .order_by(incident.c.number)
)
# The newest word of why an incident is not given to anybody yet, so that the same is not written each second.
_TOLD = (
    select(event.c.incident, func.max(event.c.id).label("id"))
    .where(
        event.c.incident.in_(bindparam("numbers", expanding=True)),
        event.c.name == "silent",
        event.c.text == "assigned",
    )
    .group_by(event.c.incident)
    .subquery()
)
_WHY_NOT = select(event.c.incident, event.c.reasons).join(_TOLD, _TOLD.c.id == event.c.id)
_LOADS = (
    select(
        address.c.key,
        select(func.count())
        .where(text(OURS), incident.c.owner == address.c.id)
        .scalar_subquery()
        .label("open"),
        select(func.max(incident.c.owned_at))
        .where(incident.c.owner == address.c.id)
        .scalar_subquery()
        .label("last_at"),
    )
    .where(address.c.key.in_(bindparam("keys", expanding=True)))
    .order_by(address.c.id)
)
_TEXT = (
    select(entry.c.text)
    .where(entry.c.incident == bindparam("number"), entry.c.kind == "customer_message")
    .order_by(entry.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Waits:
    """An incident that waits for an owner, and what was last said of why it still does."""

    incident: Unowned
    told: str


def any_unowned(tx: Connection) -> bool:
    """Say whether any incident waits for an owner."""
    return tx.execute(_ANY).first() is not None


def unowned(tx: Connection) -> list[Waits]:
    """Return the incidents that wait for an owner, oldest first; what was there before maild came does not."""
    rows = tx.execute(_WAITING).all()
    told = {
        row.incident: "; ".join(reason["text"] for reason in row.reasons)
        for row in tx.execute(_WHY_NOT, {"numbers": [row.number for row in rows]})
    }
    return [
        Waits(Unowned(row.number, row.priority, row.scope, row.due_at), told.get(row.number, ""))
        for row in rows
    ]


def loads(tx: Connection, staff: Iterable[StaffMember]) -> Mapping[str, Load]:
    """Return what each of the staff has, by key: open incidents whose turn is ours, and when they got the last."""
    rows = tx.execute(_LOADS, {"keys": [member.key for member in staff]})
    return {row.key: Load(row.open, row.last_at) for row in rows}


def newest_text(tx: Connection, number: int) -> str:
    """Return what the customer last said on the incident, "" where they said nothing."""
    return str(tx.scalar(_TEXT, {"number": number}) or "")
