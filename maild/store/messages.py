"""What was received: the bytes under their hash, what they say, and whether we had the same mail before."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, get_args

from sqlalchemy import Connection, Row, and_, bindparam, exists, func, or_, select

from maild.core.actions import Disposition
from maild.core.message import Attachment, Delivery, Message
from maild.errors import NotFound
from maild.store.columns import insert_or_skip
from maild.store.tables import MESSAGE_ID_BYTES, arrival, attachment, blob, entry, message


@dataclass(frozen=True, slots=True)
class Kept:
    """A received content: its row, and the arrival that brought the same content before, if one did."""

    message: int
    duplicate_of: int | None


# A quarantined mail that comes again gets another chance; found again in its own folder it is still the same
# one.
_EARLIER = (
    select(message.c.id, func.min(arrival.c.id).label("arrival"))
    .outerjoin(
        arrival,
        and_(
            arrival.c.message == message.c.id,
            or_(arrival.c.disposition != "quarantined", bindparam("rescan")),
        ),
    )
    .group_by(message.c.id)
    .order_by(message.c.id)
    .limit(1)
)
_EARLIER_BY_ID = _EARLIER.where(
    message.c.message_id == bindparam("message_id"), message.c.body_hash == bindparam("body_hash")
)
_EARLIER_BY_BYTES = _EARLIER.where(message.c.raw == bindparam("raw"), message.c.message_id.is_(None))
_RAW = (
    select(blob.c.bytes).join(message, message.c.raw == blob.c.sha256).where(message.c.id == bindparam("row"))
)
_ATTACHMENTS = (
    select(attachment, blob.c.bytes)
    .join(blob, blob.c.sha256 == attachment.c.sha256)
    .join(arrival, arrival.c.message == attachment.c.message)
    .join(entry, entry.c.arrival == arrival.c.id)
    .where(entry.c.id == bindparam("row"))
    .order_by(attachment.c.position)
)
_OF_INCIDENT = or_(
    arrival.c.incident == bindparam("number"),
    exists().where(entry.c.arrival == arrival.c.id, entry.c.incident == bindparam("number")),
)
_MAIL = (
    select(arrival.c.message, blob.c.bytes)
    .join(blob, blob.c.sha256 == arrival.c.raw)
    .where(arrival.c.id == bindparam("row"), _OF_INCIDENT)
)
_FILES = (
    select(attachment, blob.c.bytes)
    .join(blob, blob.c.sha256 == attachment.c.sha256)
    .where(attachment.c.message == bindparam("message"))
    .order_by(attachment.c.position)
)
_COUNTS = select(arrival.c.disposition, func.count().label("arrivals")).group_by(arrival.c.disposition)


def keep(tx: Connection, delivery: Delivery, found: Message | None, now: datetime) -> Kept:
    """Store the bytes of a delivery and what was read from them; None is a mail that nobody could read.

    The same content is stored once. Two mails are the same where Message-ID and body hash agree (rule 17);
    without a Message-ID only where a folder is read again and the very bytes were there before.
    """
    digest = sha256(delivery.raw).hexdigest()
    tx.execute(insert_or_skip(tx, blob), {"sha256": digest, "bytes": delivery.raw})
    message_id = usable_id(found.message_id) if found else None
    if message_id is None and delivery.rescan:
        earlier = tx.execute(_EARLIER_BY_BYTES, {"raw": digest, "rescan": True}).first()
        if earlier is not None:
            return Kept(earlier.id, earlier.arrival)
    row = {
        "message_id": message_id,
        "body_hash": found.body_hash if found else None,
        "raw": digest,
        "size": len(delivery.raw),
        "sender": str(found.sender) if found and found.sender else None,
        "subject": found.subject if found else None,
        "first_seen_at": now,
    }
    new = tx.scalar(insert_or_skip(tx, message, message.c.id), row)
    if new is None:
        row["rescan"] = delivery.rescan
        earlier = tx.execute(_EARLIER_BY_ID, row).one()
        return Kept(earlier.id, earlier.arrival)
    if found and found.attachments:
        _keep_attachments(tx, new, found.attachments)
    return Kept(new, None)


def raw_of(tx: Connection, row: int) -> bytes:
    """Return the bytes of message `row` as they first came."""
    return bytes(tx.execute(_RAW, {"row": row}).scalar_one())


def attachments_of_entry(tx: Connection, row: int) -> tuple[Attachment, ...]:
    """Return the files that came with entry `row`, with their content, in the order of the mail."""
    return tuple(map(_file, tx.execute(_ATTACHMENTS, {"row": row})))


def mail_of(tx: Connection, number: int, row: int) -> tuple[bytes, tuple[Attachment, ...]]:
    """Return the bytes of arrival `row`, a mail of incident `number`, and its files. Raises NotFound."""
    found = tx.execute(_MAIL, {"number": number, "row": row}).first()
    if found is None:
        raise NotFound(f"incident {number} has no mail {row}; `maild show {number}` says which there are")
    return bytes(found.bytes), tuple(map(_file, tx.execute(_FILES, {"message": found.message})))


def _file(found: Row[Any]) -> Attachment:
    return Attachment(
        found.name,
        found.content_type,
        found.size,
        found.sha256,
        found.inline,
        found.content_id,
        bytes(found.bytes),
    )


def reconcile(tx: Connection) -> dict[str, int]:
    """Count the arrivals by what became of them: all six words, and `total` (rule 18)."""
    counts: dict[str, int] = dict.fromkeys(get_args(Disposition), 0)
    counts |= {row.disposition: row.arrivals for row in tx.execute(_COUNTS)}
    counts["total"] = sum(counts.values())
    return counts


def usable_id(message_id: str | None) -> str | None:
    """Return the Message-ID if it can be one: an id longer than a line never is (RFC 5322 §2.1.1)."""
    return message_id if message_id and len(message_id.encode()) <= MESSAGE_ID_BYTES else None


def _keep_attachments(tx: Connection, row: int, found: tuple[Attachment, ...]) -> None:
    contents = {one.sha256: one.content for one in found}
    # Sorted, so that two transactions with the same files wait for each other, and not in a circle.
    tx.execute(
        insert_or_skip(tx, blob), [{"sha256": key, "bytes": contents[key]} for key in sorted(contents)]
    )
    tx.execute(
        attachment.insert(),
        [
            {
                "message": row,
                "position": position,
                "name": one.name,
                "content_type": one.content_type,
                "size": one.size,
                "sha256": one.sha256,
                "inline": one.inline,
                "content_id": one.content_id,
            }
            for position, one in enumerate(found)
        ],
    )
