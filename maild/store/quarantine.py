"""Mail that a person must look at: the list, one of them, and its bytes."""

from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, text

from maild.core.message import Delivery
from maild.errors import NotFound
from maild.store.tables import QUARANTINED, arrival, blob, message

_LIST = (
    select(
        arrival.c.id.label("arrival"),
        arrival.c.received_at,
        arrival.c.source,
        message.c.sender,
        message.c.subject,
        message.c.size,
        arrival.c.reasons,
    )
    .join(message, message.c.id == arrival.c.message)
    .where(text(QUARANTINED))
    .order_by(arrival.c.id)
)
_SHOW = _LIST.add_columns(
    arrival.c.mailbox,
    arrival.c.uidvalidity,
    arrival.c.uid,
    arrival.c.mail_from,
    arrival.c.recipients,
    arrival.c.backlog,
    arrival.c.handled_at,
    arrival.c.config_version,
    arrival.c.raw.label("sha256"),
).where(arrival.c.id == bindparam("row"))
_BYTES = select(blob.c.bytes).where(blob.c.sha256 == bindparam("sha256"))


def listing(tx: Connection) -> list[dict[str, Any]]:
    """Return the mails in quarantine, oldest first, as flat rows.

    Columns: arrival, received_at, source, sender, subject, size, reason (its name), text (its sentence).
    `sender` and `subject` are None where nobody could read the mail.
    """
    return [_flat(row) for row in tx.execute(_LIST)]


def show(tx: Connection, row: int) -> dict[str, Any]:
    """Return all that is known of a quarantined arrival: the columns of the list, and how it came.

    Raises NotFound where arrival `row` is not in quarantine.
    """
    return _flat(_find(tx, row))


def raw(tx: Connection, row: int) -> bytes:
    """Return the bytes of a quarantined arrival. Raises NotFound."""
    return bytes(tx.execute(_BYTES, {"sha256": _find(tx, row).sha256}).scalar_one())


def delivery(tx: Connection, row: int) -> Delivery:
    """Return a quarantined arrival as it came in, to be handled again. Raises NotFound."""
    found = _find(tx, row)
    return Delivery(
        raw=raw(tx, row),
        received_at=found.received_at,
        source=found.source,
        mailbox=found.mailbox,
        uidvalidity=found.uidvalidity,
        uid=found.uid,
        mail_from=found.mail_from,
        recipients=tuple(found.recipients),
        backlog=found.backlog,
    )


def _find(tx: Connection, row: int) -> Row[Any]:
    found = tx.execute(_SHOW, {"row": row}).first()
    if found is None:
        raise NotFound(f"no mail {row} in quarantine; `maild quarantine list` shows which there are")
    return found


def _flat(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    flat: dict[str, Any] = dict(row._mapping)
    reasons = flat.pop("reasons")
    flat["reason"] = reasons[0]["name"]
    flat["text"] = "; ".join(reason["text"] for reason in reasons)
    return flat
