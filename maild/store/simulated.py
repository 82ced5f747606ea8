"""What a simulation asks of its private database: whose turn it is, and in the end everything that happened."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, exists, func, select

from maild.core.message import Address
from maild.core.promising.clocks import SLA_KINDS
from maild.core.simulating.record import Came, Clock, Mail, Moved, Opened
from maild.core.simulating.waiting import OUR_TURN, Waiting
from maild.store.columns import insert_or_skip
from maild.store.tables import address, arrival, entry, event, incident, message, outbox, party, timer
from maild.store.timers import DUE_NEXT

DOMAIN = "simulated.invalid"  # of the mails that simulated people write (RFC 6761 §6.4: nobody's, for ever)

_TOUCHED = (
    select(arrival.c.id, arrival.c.incident).where(arrival.c.id > bindparam("last")).order_by(arrival.c.id)
)
_SAID = (
    select(func.max(entry.c.id))
    .where(entry.c.incident == incident.c.number, entry.c.kind.in_(("customer_message", "unverified")))
    .scalar_subquery()
)
_OURS = (
    select(func.max(entry.c.id))
    .where(entry.c.incident == incident.c.number, entry.c.kind == "staff_answer")
    .scalar_subquery()
)
_ANSWERS = (
    select(func.count())
    .select_from(entry)
    .where(entry.c.incident == incident.c.number, entry.c.kind == "staff_answer")
    .scalar_subquery()
)
_OWNER = address.alias("owned_by")
_PROMISED = exists().where(timer.c.incident == incident.c.number, timer.c.kind.in_(SLA_KINDS))
_NAME = (
    select(arrival.c.raw)
    .where(arrival.c.incident == incident.c.number)
    .order_by(arrival.c.id)
    .limit(1)
    .scalar_subquery()
)
_WAITING = (
    select(
        incident,
        DUE_NEXT,
        _PROMISED.label("promised"),
        _NAME.label("opened_by"),
        _ANSWERS.label("answers"),
        _OWNER.c.key.label("owned_by"),
        address.c.id.label("party"),
        address.c.address,
        address.c.name.label("called"),
    )
    .join(party, (party.c.incident == incident.c.number) & (party.c.role == "requester"))
    .join(address, address.c.id == party.c.address)
    .outerjoin(_OWNER, _OWNER.c.id == incident.c.owner)
    .where(
        incident.c.number.in_(bindparam("numbers", expanding=True)),
        incident.c.state.in_(OUR_TURN),
        func.coalesce(_OURS, 0) < func.coalesce(_SAID, 1),
    )
)


def touched(tx: Connection, last: int) -> tuple[int, set[int]]:
    """Return the number of the newest arrival, and the incidents of those that came after arrival `last`."""
    rows = tx.execute(_TOUCHED, {"last": last}).all()
    return (rows[-1].id if rows else last), {row.incident for row in rows if row.incident is not None}


def waiting(tx: Connection, numbers: Iterable[int]) -> dict[int, Waiting]:
    """Return those of the incidents on which it is the staff's turn: open, and the last word is the customer's."""
    rows = tx.execute(_WAITING, {"numbers": list(numbers)})
    return {row.number: _waiting(row) for row in rows}


def _waiting(row: Row[Any]) -> Waiting:
    return Waiting(
        number=row.number,
        name=row.opened_by or str(row.number),
        scope=row.scope,
        priority=row.priority,
        opened_at=row.opened_at,
        due_at=row.due_at,
        requester=Address(row.address, row.called),
        party=row.party,
        promised=row.promised,
        answers=row.answers,
        owner=row.owned_by or "",
    )


def know(tx: Connection, people: Sequence[Address], now: datetime) -> dict[str, int]:
    """Store the addresses as far as they are new, and return their rows by their keys."""
    for one in people:
        row = {"key": one.key, "address": one.address, "name": one.name, "first_seen_at": now}
        tx.execute(insert_or_skip(tx, address), row)
    keys = [one.key for one in people]
    found = tx.execute(select(address.c.key, address.c.id).where(address.c.key.in_(keys)))
    return {row.key: row.id for row in found}


def arrivals(tx: Connection) -> Iterator[Came]:
    """Yield every mail that came, in order; those of the people of a simulation are known by their domain."""
    query = select(arrival.c.received_at, arrival.c.disposition, message.c.message_id).join(
        message, message.c.id == arrival.c.message
    )
    for row in tx.execute(query.order_by(arrival.c.received_at, arrival.c.id)):
        yield Came(row.received_at, row.disposition, (row.message_id or "").endswith(f"@{DOMAIN}>"))


def opened(tx: Connection) -> Iterator[Opened]:
    """Yield every incident, by number."""
    columns = (
        incident.c[name] for name in ("number", "opened_at", "closed_at", "scope", "priority", "state")
    )
    for row in tx.execute(select(*columns, incident.c.subject).order_by(incident.c.number)):
        yield Opened(**row._mapping)


def clocks(tx: Connection) -> Iterator[Clock]:
    """Yield every promise, by when it was made; waits for the customer are none."""
    names = ("incident", "kind", "cycle", "priority", "started_at", "due_at", "stopped_at", "stopped_by")
    query = select(*(timer.c[name] for name in names)).where(timer.c.kind.in_(SLA_KINDS))
    for row in tx.execute(query.order_by(timer.c.started_at, timer.c.id)):
        yield Clock(**row._mapping)


def mails(tx: Connection) -> Iterator[Mail]:
    """Yield every mail of ours, in the order in which they were written."""
    names = ("incident", "kind", "audience", "created_at", "sent_at", "state", "reason")
    query = select(*(outbox.c[name] for name in names)).order_by(outbox.c.created_at, outbox.c.id)
    for row in tx.execute(query):
        yield Mail(**row._mapping)


def moves(tx: Connection) -> Iterator[Moved]:
    """Yield every change of a state, in order."""
    query = select(event.c.incident, event.c.at, event.c.text).where(event.c.name == "state")
    for row in tx.execute(query.order_by(event.c.at, event.c.id)):
        yield Moved(*row)


def silences(tx: Connection) -> Counter[str]:
    """Count the acknowledgements that were not written, by the name of the reason."""
    query = select(event.c.reasons).where(event.c.name == "silent", event.c.text == "acknowledgement")
    return Counter(why["name"] for reasons in tx.scalars(query) for why in reasons)
