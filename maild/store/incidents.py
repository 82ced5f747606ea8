"""Incidents as the core wants them, what a mail's clues lead to, and the queue as people see it."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Text,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    null,
    or_,
    select,
    union_all,
)

from maild.core.customer import Party
from maild.core.deciding.case import Confirmation, HeldEntry
from maild.core.deciding.staff_commands import verb_and_word
from maild.core.entitlement import Charge
from maild.core.incident import ENDED_STATES, OPEN_STATES, UNANSWERABLE, UNPAID, Incident
from maild.core.message import Address, Message
from maild.core.reasons import Reason
from maild.core.reply_token import Token, opening
from maild.core.understanding.find_incident import Candidates, Clues
from maild.store import first_request, timers
from maild.store.entitlements import account_of, charges_by_incident
from maild.store.messages import usable_id
from maild.store.tables import (
    address,
    ancestor,
    arrival,
    attachment,
    entry,
    event,
    incident,
    message,
    outbox,
    party,
    suppression,
)
from maild.store.tables import confirmation as asked
from maild.store.timers import DUE_NEXT

# The newest mail of the customer's: what our next mail to them answers.
_LAST_MESSAGE_ID = (
    select(func.nullif(func.coalesce(entry.c.message_id, message.c.message_id), ""))
    .join(arrival, arrival.c.message == message.c.id)
    .join(entry, entry.c.arrival == arrival.c.id)
    .where(entry.c.incident == incident.c.number, entry.c.kind == "customer_message")
    .order_by(entry.c.at.desc(), entry.c.id.desc())
    .limit(1)
    .scalar_subquery()
    .label("last_message_id")
)
# Why the mail that opened it was not acknowledged, where that is so.
_UNACKNOWLEDGED = (
    select(event.c.reasons)
    .where(event.c.incident == incident.c.number, event.c.name == "silent", event.c.text == "acknowledgement")
    .order_by(event.c.id)
    .limit(1)
    .scalar_subquery()
    .label("unacknowledged")
)
_OWNER = (
    select(address.c.address).where(address.c.id == incident.c.owner).scalar_subquery().label("owner_address")
)
_INCIDENTS = (
    select(incident, _LAST_MESSAGE_ID, _UNACKNOWLEDGED, _OWNER)
    .where(incident.c.number.in_(bindparam("numbers", expanding=True)))
    .order_by(incident.c.number)
)
_INCIDENTS_LOCKED = _INCIDENTS.with_for_update(of=incident)
_PARTIES = (
    select(party.c.incident, party.c.role, party.c.proven, address.c.id, address.c.address, address.c.name)
    .add_columns(func.coalesce(suppression.c.reason, "").label("suppressed"))
    .join(address, address.c.id == party.c.address)
    .outerjoin(suppression, suppression.c.address == address.c.id)
    .where(party.c.incident.in_(bindparam("numbers", expanding=True)))
    .order_by(party.c.incident, party.c.added_at, address.c.id)
)
# Mails that came in, and mails of ours; with the same id twice, the elder incident is named last and counts:
# who claims another's Message-ID for a mail of their own must not draw the other's next mail to themselves.
_BY_MESSAGE_ID = union_all(
    select(message.c.message_id, arrival.c.incident.label("number"))
    .join(arrival, arrival.c.message == message.c.id)
    .where(
        message.c.message_id.in_(bindparam("ids", expanding=True)),
        arrival.c.incident.is_not(None),
    ),
    select(outbox.c.message_id, outbox.c.incident).where(
        outbox.c.message_id.in_(bindparam("ids", expanding=True)), outbox.c.incident.is_not(None)
    ),
).order_by(literal_column("number").desc())

# What a sender's mail may belong to though it names nothing: incidents on which they wrote, by ids of mails we never
# saw (the newest incident is named last and counts), and what they wrote just now in the same words.
_WEAKER = union_all(
    select(ancestor.c.message_id, ancestor.c.incident.label("number"))
    .join(party, party.c.incident == ancestor.c.incident)
    .join(address, address.c.id == party.c.address)
    .where(
        ancestor.c.message_id.in_(bindparam("ids", expanding=True)),
        address.c.key == bindparam("sender"),
        or_(party.c.role == "requester", party.c.proven),
    ),
    select(cast(null(), Text), entry.c.incident)
    .join(address, address.c.id == entry.c.author)
    .join(arrival, arrival.c.id == entry.c.arrival)
    .join(message, message.c.id == arrival.c.message)
    .where(
        address.c.key == bindparam("sender"),
        entry.c.at.between(bindparam("since"), bindparam("until")),
        entry.c.text == bindparam("text"),
        entry.c.kind.in_(("customer_message", "machine_note")),
        message.c.subject == bindparam("subject"),
    ),
).order_by(literal_column("number"))
_SAID_BEFORE = (
    select(entry.c.text)
    .where(entry.c.incident == bindparam("number"), entry.c.kind == "customer_message")
    .order_by(entry.c.id.desc())
    .limit(bindparam("most"))
)
SENT_AGAIN = timedelta(minutes=10)

_RANK = case({"hotrush": 0, "high": 1, "normal": 2, "low": 3}, value=incident.c.priority)
_HOLDER = address.alias("holder")
_QUEUE = (
    select(
        incident.c.number,
        incident.c.state,
        incident.c.priority,
        incident.c.scope,
        incident.c.subject,
        address.c.address.label("requester"),
        incident.c.opened_at,
        DUE_NEXT,
        _HOLDER.c.address.label("owner"),
        incident.c.hotrush,
        incident.c.withdrawals,
        incident.c.flags,
    )
    .join(party, (party.c.incident == incident.c.number) & (party.c.role == "requester"))
    .join(address, address.c.id == party.c.address)
    .outerjoin(_HOLDER, _HOLDER.c.id == incident.c.owner)
    .order_by(
        incident.c.state.in_(ENDED_STATES),
        incident.c.priority != "hotrush",
        DUE_NEXT.nulls_last(),
        _RANK,
        incident.c.number,
    )
)
_CONFIRMATION = (
    select(asked, address.c.address.label("person"))
    .join(address, address.c.id == asked.c.address)
    .where(asked.c.id == bindparam("row"))
)
_WAITING = (
    select(incident.c.number, incident.c.flags, incident.c.hotrush)
    .where(incident.c.state.in_(OPEN_STATES))
    .order_by(incident.c.hotrush != "offered", incident.c.opened_at, incident.c.number)
)
_HELD = (
    select(
        entry.c.id,
        entry.c.incident,
        entry.c.text,
        entry.c.commands,
        exists()
        .where(
            arrival.c.id == entry.c.arrival, attachment.c.message == arrival.c.message, ~attachment.c.inline
        )
        .label("files"),
    )
    .where(entry.c.confirmation == bindparam("row"))
    .order_by(entry.c.id)
)

_ANSWERS = (
    select(func.count())
    .select_from(entry)
    .join(address, address.c.id == entry.c.author)
    .where(
        entry.c.incident == bindparam("number"),
        entry.c.kind == "staff_answer",
        entry.c.at > bindparam("since"),
        address.c.key == bindparam("who"),
    )
)


def load(tx: Connection, number: int) -> Incident | None:
    """Return incident `number` with its parties, or None.

    In a transaction that may write it is ours until the end: two mails on one incident are decided one after
    the other, each seeing what the one before it did.
    """
    return _load(tx, [number]).get(number)


def candidates(tx: Connection, clues: Clues, message: Message, sent_at: datetime | None) -> Candidates:
    """Return the incidents that the clues of a mail lead to, and where each known Message-ID leads.

    `sent_at` is when the mail came, where its sender may have sent the very same before; None does not ask for that.
    """
    ids = [one for one in clues.message_ids if usable_id(one)]
    by_id = {row.message_id: row.number for row in tx.execute(_BY_MESSAGE_ID, {"ids": ids})} if ids else {}
    numbers = {*clues.numbers, *(token.incident for token in clues.tokens), *by_id.values()}
    if clues.tokens or message.sender is None:
        return Candidates(_load(tx, numbers), by_id)
    asked = {
        "ids": [*ids, *([clues.own_id] if usable_id(clues.own_id) else [])],
        "sender": message.sender.key,
        "subject": message.subject,
        "text": message.text,
        "since": sent_at - SENT_AGAIN if sent_at else None,
        "until": sent_at + SENT_AGAIN if sent_at else None,
    }
    weaker = tx.execute(_WEAKER, asked).all()
    by_ancestor = {row.message_id: row.number for row in weaker if row.message_id is not None}
    same = max((row.number for row in weaker if row.message_id is None), default=None)
    numbers |= {*by_ancestor.values(), *([] if same is None else [same])}
    return Candidates(_load(tx, numbers), by_id, by_ancestor, same)


def waiting(tx: Connection) -> list[int]:
    """Return the open incidents that a purchase may change: those with HotRush offered first, then the oldest."""
    rows = tx.execute(_WAITING).all()
    return [row.number for row in rows if row.hotrush == "offered" or UNPAID in row.flags]


def merged_into(tx: Connection, found: Incident) -> Incident:
    """Return the incident that one was merged into, however often; itself, where it was not."""
    while found.merged_into is not None and (target := load(tx, found.merged_into)):
        found = target
    return found


def answers_since(tx: Connection, number: int, author: Address | None, since: datetime) -> int:
    """Return how many answers to the customer `author` gave on incident `number` after `since`."""
    asked = {"number": number, "since": since, "who": author.key if author else ""}
    return int(tx.scalar(_ANSWERS, asked) or 0)


def said_before(tx: Connection, number: int, most: int) -> list[str]:
    """Return what customers last said on incident `number`, the newest first."""
    return list(tx.scalars(_SAID_BEFORE, {"number": number, "most": most}))


def listing(tx: Connection, *, state: str | None, number: int | None = None) -> list[dict[str, Any]]:
    """Return the queue as flat rows: open first, then HotRush, then by due time.

    `state` (`open`: all that are not closed) and `number` choose. Columns: number, state, priority, scope, subject,
    requester (address), opened_at, due_at (when the next answer is due; None: no clock runs), hotrush, withdrawals,
    flags, owner (address, or None).
    """
    query = _QUEUE
    if state is not None:
        query = query.where(
            incident.c.state.in_(OPEN_STATES) if state == "open" else incident.c.state == state
        )
    query = query if number is None else query.where(incident.c.number == number)
    return [dict(row._mapping) for row in tx.execute(query)]


def confirmation(tx: Connection, token: Token, now: datetime) -> Confirmation | None:
    """Return the confirmation of the token with the entries it asked about, released or not, or None.

    None too where it was made for one that had the same id before the database came from a backup.
    """
    found = tx.execute(_CONFIRMATION, {"row": token.item}).first()
    if found is None or opening(found.created_at) != token.incident:
        return None
    return Confirmation(found.id, found.address, found.person, found.used_at, held_entries(tx, found.id, now))


def held_entries(tx: Connection, row: int, now: datetime) -> tuple[HeldEntry, ...]:
    """Return the entries that confirmation `row` asked about, each with its incident, oldest first."""
    rows = tx.execute(_HELD, {"row": row}).all()
    incidents = {
        number: merged_into(tx, found)
        for number, found in _load(tx, {held.incident for held in rows}).items()
    }
    return tuple(
        HeldEntry(
            held.id,
            incidents[held.incident],
            held.text,
            tuple(held.commands),
            held.files,
            timers.load(tx, held.incident),
            first_request.problems(tx, held.incident),
            merge_partner(tx, tuple(held.commands)),
            account_of(tx, Address(incidents[held.incident].requester.address), now, held.incident),
        )
        for held in rows
    )


def merge_partner(tx: Connection, verbs: tuple[str, ...]) -> Incident | None:
    """Return the incident that commands of the staff want merged, or None where they name none that is there."""
    words = [word for verb, word in map(verb_and_word, verbs) if verb == "merge"]
    number = words[-1].lstrip("#") if words else ""
    return load(tx, int(number)) if number.isascii() and number.isdigit() and len(number) < 18 else None


def _load(tx: Connection, numbers: Iterable[int]) -> dict[int, Incident]:
    # Beyond 64 bits there is no incident, and the drivers refuse to ask.
    asked = [number for number in set(numbers) if 0 < number < 2**63]
    if not asked:
        return {}
    writing = not tx.get_execution_options().get("postgresql_readonly", False)
    rows = tx.execute(_INCIDENTS_LOCKED if writing else _INCIDENTS, {"numbers": asked}).all()
    parties: dict[int, list[Party]] = {row.number: [] for row in rows}
    for one in tx.execute(_PARTIES, {"numbers": asked}):
        parties[one.incident].append(
            Party(one.id, one.address, one.name, one.role, one.proven, one.suppressed)
        )
    charges = charges_by_incident(tx, asked)
    return {
        row.number: _incident(row._mapping, tuple(parties[row.number]), charges.get(row.number, ()))
        for row in rows
    }


def _incident(row: Mapping[Any, Any], parties: tuple[Party, ...], charges: tuple[Charge, ...]) -> Incident:
    silences = (Reason(one["name"], one["text"]) for one in row["unacknowledged"] or ())
    return Incident(
        number=row["number"],
        state=row["state"],
        subject=row["subject"],
        priority=row["priority"],
        scope=row["scope"],
        language=row["language"],
        opened_at=row["opened_at"],
        closed_at=row["closed_at"],
        parties=parties,
        last_message_id=row["last_message_id"],
        flags=tuple(row["flags"]),
        unanswerable=next((why for why in silences if why.name in UNANSWERABLE), None),
        owner=row["owner_address"] or "",
        hotrush=row["hotrush"],
        withdrawals=row["withdrawals"],
        merged_into=row["merged_into"],
        charges=charges,
    )
