"""The mails that came in, each with what became of it and why: nothing that arrived is out of sight."""

from typing import Any

from sqlalchemy import Connection, bindparam, select

from maild.core.actions import Disposition
from maild.store.tables import arrival, message

_NEWEST = (
    select(
        arrival.c.id.label("arrival"),
        arrival.c.received_at,
        arrival.c.source,
        arrival.c.disposition,
        arrival.c.incident,
        message.c.sender,
        message.c.subject,
        arrival.c.reasons,
    )
    .join(message, message.c.id == arrival.c.message)
    .where(arrival.c.disposition == bindparam("disposition"))
    .order_by(arrival.c.id.desc())
    .limit(bindparam("most"))
)


def listing(tx: Connection, disposition: Disposition, most: int = 200) -> list[dict[str, Any]]:
    """Return the newest mails of that disposition as flat rows, newest first, at most `most`.

    Columns: arrival, received_at, source, disposition, incident, sender, subject, reason (its name), text (all
    sentences).
    """
    return [
        _flat(dict(row._mapping)) for row in tx.execute(_NEWEST, {"disposition": disposition, "most": most})
    ]


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    reasons = row.pop("reasons")
    return row | {"reason": reasons[0]["name"], "text": "; ".join(reason["text"] for reason in reasons)}
