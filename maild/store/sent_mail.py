"""A mail of ours that a report is about, or that was given up, with what became of the answers on its incident."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select

from maild.core.message import Address
from maild.core.sent_mail import SentAnswer, SentMail
from maild.store import incidents, timers
from maild.store.messages import usable_id
from maild.store.tables import address, entry, outbox

_MAILS = select(outbox, address.c.address.label("to"), address.c.name.label("to_name")).join(
    address, address.c.id == outbox.c.address
)
_BY_MESSAGE_ID = _MAILS.where(outbox.c.message_id.in_(bindparam("ids", expanding=True)))
_BY_ROW = _MAILS.where(outbox.c.id == bindparam("row"))
# A row says what it answers where it takes files along, and every answer does.
_ANSWERS = (
    select(outbox.c.id, outbox.c.created_at, outbox.c.state, outbox.c.reason, entry.c.at)
    .outerjoin(entry, entry.c.id == outbox.c.entry)
    .where(outbox.c.incident == bindparam("number"), outbox.c.kind == "answer")
    .order_by(outbox.c.id)
)


def sent_mail(tx: Connection, message_ids: Iterable[str]) -> SentMail | None:
    """Return the mail of ours with the first of these Message-IDs that is ours, or None; relays fold their case."""
    ids = [form for one in message_ids if usable_id(one) for form in (one, one.lower())]
    rows = tx.execute(_BY_MESSAGE_ID, {"ids": ids}).all() if ids else []
    found = min(rows, key=lambda row: ids.index(row.message_id), default=None)
    return _sent(tx, found) if found is not None else None


def by_row(tx: Connection, row: int) -> SentMail:
    """Return the mail of ours in row `row` of the outbox; LookupError where there is none."""
    found = tx.execute(_BY_ROW, {"row": row}).first()
    if found is None:
        raise LookupError(f"there is no row {row} in the outbox")
    return _sent(tx, found)


def _sent(tx: Connection, found: Row[Any]) -> SentMail:
    number = found.incident
    return SentMail(
        id=found.id,
        kind=found.kind,
        audience=found.audience,
        recipient=Address(found.to, found.to_name),
        subject=str(found.facts.get("subject", "")),
        left=found.sent_at is not None,
        came_back=_came_back(found.reason),
        incident=incidents.load(tx, number) if number else None,
        answers=_answers(tx, number) if number else (),
        clocks=timers.load(tx, number) if number else None,
    )


def _answers(tx: Connection, number: int) -> tuple[SentAnswer, ...]:
    return tuple(
        SentAnswer(
            row.id,
            min(row.at or row.created_at, row.created_at),
            row.state in ("failed", "cancelled") or _came_back(row.reason),
        )
        for row in tx.execute(_ANSWERS, {"number": number})
    )


def _came_back(reason: str | None) -> bool:
    return (reason or "").startswith("bounce_")
