"""How much automatic mail went to customers lately: what the caps of core/deciding/caps.py are held against."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, true
from sqlalchemy import Row as Found

from maild.core.deciding.caps import DAY, HOUR, MINUTE, Traffic, Window
from maild.store.outbox_row import Row
from maild.store.tables import COUNTED, HELD, outbox

_SAME_ADDRESS = outbox.c.address == bindparam("address_id")
_SAME_DOMAIN = outbox.c.domain == bindparam("same_domain")
_IN_HOUR = outbox.c.sent_at > bindparam("hour_ago")

_TO_ADDRESS = (
    select(
        func.count().label("day"),
        func.min(outbox.c.sent_at).label("day_oldest"),
        func.count().filter(_IN_HOUR).label("hour"),
        func.min(outbox.c.sent_at).filter(_IN_HOUR).label("hour_oldest"),
        func.max(outbox.c.sent_at).filter(outbox.c.kind == "acknowledgement").label("acknowledged_at"),
    )
    .where(_SAME_ADDRESS, outbox.c.sent_at > bindparam("day_ago"), text(COUNTED))
    .subquery()
)
_TO_DOMAIN = (
    select(func.count().label("domain"), func.min(outbox.c.sent_at).label("domain_oldest"))
    .where(_SAME_DOMAIN, _IN_HOUR, text(COUNTED))
    .subquery()
)
_IN_ALL = (
    select(func.count().label("total"), func.min(outbox.c.sent_at).label("total_oldest"))
    .where(outbox.c.sent_at > bindparam("minute_ago"), text(COUNTED))
    .subquery()
)


def _waiting(reason: str, *same: Any) -> Any:
    """Return the count of older mails that wait for the window that `reason` names."""
    return (
        select(func.count())
        .where(text(HELD), outbox.c.reason == reason, outbox.c.id < bindparam("row"), *same)
        .scalar_subquery()
    )


_TRAFFIC = (
    select(
        _TO_ADDRESS,
        _TO_DOMAIN,
        _IN_ALL,
        _waiting("cap_address_hour", _SAME_DOMAIN, _SAME_ADDRESS).label("hour_ahead"),
        _waiting("cap_address_day", _SAME_DOMAIN, _SAME_ADDRESS).label("day_ahead"),
        _waiting("cap_domain", _SAME_DOMAIN).label("domain_ahead"),
        _waiting("cap_total").label("total_ahead"),
    )
    .join_from(_TO_ADDRESS, _TO_DOMAIN, true())
    .join(_IN_ALL, true())
)


_RECEIPTS = select(
    func.count(), func.min(outbox.c.sent_at), _waiting("cap_receipts", _SAME_DOMAIN, _SAME_ADDRESS)
).where(_SAME_ADDRESS, _IN_HOUR, outbox.c.kind == "receipt")


def receipts(tx: Connection, row: Row, now: datetime) -> Window:
    """Return the receipts that the person of `row` got within the hour, and those that wait before it."""
    about = {"address_id": row.address_id, "same_domain": row.recipient.domain, "row": row.id}
    return Window(*tx.execute(_RECEIPTS, about | {"hour_ago": now - HOUR}).one())


def traffic(tx: Connection, row: Row, now: datetime) -> Traffic:
    """Return the automatic customer mail that bears on `row`, in one query.

    A mail that waits for one window does not stand in the queue for another: whoever floods us with one
    address must not hold up everybody's acknowledgement.
    """
    found: Found[Any] = tx.execute(
        _TRAFFIC,
        {
            "row": row.id,
            "address_id": row.address_id,
            "same_domain": row.recipient.domain,
            "day_ago": now - DAY,
            "hour_ago": now - HOUR,
            "minute_ago": now - MINUTE,
        },
    ).one()
    return Traffic(
        address_hour=Window(found.hour, found.hour_oldest, found.hour_ahead),
        address_day=Window(found.day, found.day_oldest, found.day_ahead),
        domain_hour=Window(found.domain, found.domain_oldest, found.domain_ahead),
        total_minute=Window(found.total, found.total_oldest, found.total_ahead),
        acknowledged_at=found.acknowledged_at,
    )
