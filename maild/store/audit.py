"""Does the ledger add up? Every row that does not, in a sentence; nothing is changed."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, func, select

from maild.store.account_tables import charge, entitlement
from maild.store.tables import event, incident

_IS_LIVE = charge.c.state.in_(("reserved", "spent"))
_TAKEN = (
    select(charge.c.entitlement, func.sum(charge.c.units).label("units"))
    .where(_IS_LIVE)
    .group_by(charge.c.entitlement)
    .subquery()
)
_COUNTERS = (
    select(entitlement, func.coalesce(_TAKEN.c.units, 0).label("taken"))
    .outerjoin(_TAKEN, _TAKEN.c.entitlement == entitlement.c.id)
    .order_by(entitlement.c.id)
)
_WAS_CLOSED = (
    select(event.c.incident)
    .where(event.c.incident == incident.c.number, event.c.name == "state", event.c.text == "closed")
    .exists()
    .label("was_closed")
)
_LEDGER = (
    select(
        charge,
        incident.c.state.label("now"),
        incident.c.flags,
        entitlement.c.kind,
        entitlement.c.starts_at,
        entitlement.c.ends_at,
        entitlement.c.revoked_at,
        _WAS_CLOSED,
    )
    .join(entitlement, entitlement.c.id == charge.c.entitlement)
    .join(incident, incident.c.number == charge.c.incident)
    .where(_IS_LIVE)
    .order_by(charge.c.incident, charge.c.purpose, charge.c.part, charge.c.id)
)
_FREE_ENDS = frozenset({"declined", "merged", "spam"})


def audit(tx: Connection) -> list[str]:
    """Return in words each row that does not add up: none at any time, unless somebody changed rows by hand."""
    return [*_counters(tx), *_ledger(tx)]


def _counters(tx: Connection) -> Iterator[str]:
    """The counter of each entitlement is the sum of what incidents take of it, and that is no more than there is."""
    for row in tx.execute(_COUNTERS):
        name = f"entitlement {row.id}"
        if row.used != row.taken:
            yield f"{name}: its counter says {row.used}, and the ledger takes {row.taken}"
        if row.amount is not None and row.taken > row.amount:
            yield f"{name}: the ledger takes {row.taken} of {row.amount}"


def _ledger(tx: Connection) -> Iterator[str]:
    """Each incident is paid for once, by what was in force, and what it takes is what its state asks for."""
    rows = tx.execute(_LEDGER).all()
    for (number, purpose), group in groupby(rows, key=lambda row: (row.incident, row.purpose)):
        parts = list(group)
        # Only points may come from several purchases.
        if len(parts) > 1 and {row.kind for row in parts} != {"points"}:
            listed = ", ".join(str(row.id) for row in parts)
            yield f"incident {number}: is charged twice for its {purpose}, by charges {listed}"
    slots: dict[tuple[int, int], int] = {}
    for row in rows:
        first = slots.setdefault((row.entitlement, row.slot), row.id)
        found = [*_against_state(row), *_against_time(row)]
        found += [f"takes the same use as charge {first}"] if first != row.id else []
        yield from (f"charge {row.id} of incident {row.incident}: {what}" for what in found)


def _against_state(row: Row[*tuple[Any, ...]]) -> Iterator[str]:
    if row.now in _FREE_ENDS:
        yield f"is {row.state}, and the incident is {row.now}"
    if "bug" in row.flags:
        yield f"is {row.state}, and the incident is a bug of ours"
    if row.now == "awaiting_entitlement":
        yield f"is {row.state}, and the incident waits for an entitlement"
    if row.state == "reserved" and row.now == "closed":
        yield "is reserved, and the incident is closed"
    if row.state == "spent" and row.purpose == "incident" and not row.was_closed:
        yield "is spent, and the incident was never closed"


def _against_time(row: Row[*tuple[Any, ...]]) -> Iterator[str]:
    if row.reserved_at < row.starts_at or (row.ends_at is not None and row.reserved_at >= row.ends_at):
        yield "was reserved while its entitlement was not in force"
    if row.revoked_at is not None and row.reserved_at > row.revoked_at:
        yield "was reserved after its entitlement was revoked"
