"""One mail of ours as whoever sends it sees it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, select
from sqlalchemy import Row as Found

from maild.core.actions import Fact, ReplyKind
from maild.core.incident import Priority
from maild.core.message import Address
from maild.store.account_tables import customer
from maild.store.tables import address, incident, outbox


@dataclass(frozen=True, slots=True)
class Row:
    """One mail to one recipient, claimed: what it takes to write it, and what was tried.

    `key` makes its Message-ID, the same at every attempt. `incident`, `opened_at` (when it was opened) and its
    `priority` now are None where it is about none. `language` is that of the incident, else of the customer, and
    `zone` the customer's, each "" where nothing is known. `attempts` counts this one; `entry` is the one whose files
    go along; `forced`: no cap may hold it; `in_doubt`: an earlier attempt may have arrived.
    """

    id: int
    key: str
    incident: int | None
    kind: ReplyKind
    audience: Literal["customer", "staff"]
    automatic: bool
    recipient: Address
    address_id: int
    proven: bool
    facts: Mapping[str, Fact]
    cause: str
    state: str
    created_at: datetime
    first_tried_at: datetime | None
    attempts: int
    in_reply_to: str | None
    entry: int | None
    confirmation: int | None
    lease_until: datetime | None
    forced: bool = False
    opened_at: datetime | None = None
    in_doubt: bool = False
    priority: Priority | None = None
    language: str = ""
    zone: str = ""


_ROWS = (
    select(outbox, address.c.address.label("to"), address.c.name.label("to_name"), incident.c.opened_at)
    .add_columns(incident.c.priority, incident.c.language)
    .add_columns(customer.c.language.label("customers_language"), customer.c.zone.label("customers_zone"))
    .join(address, address.c.id == outbox.c.address)
    .outerjoin(incident, incident.c.number == outbox.c.incident)
    .outerjoin(customer, customer.c.id == address.c.customer)
    .where(outbox.c.id.in_(bindparam("rows", expanding=True)))
    .order_by(outbox.c.id)
)


def rows_of(tx: Connection, ids: Iterable[int]) -> list[Row]:
    """Return the rows with these ids, oldest first."""
    return [_row(found) for found in tx.execute(_ROWS, {"rows": list(ids)})]


def _row(found: Found[Any]) -> Row:
    return Row(
        id=found.id,
        key=found.key,
        incident=found.incident,
        kind=found.kind,
        audience=found.audience,
        automatic=found.automatic,
        recipient=Address(found.to, found.to_name),
        address_id=found.address,
        proven=found.proven,
        facts=found.facts,
        cause=found.cause,
        state=found.state,
        created_at=found.created_at,
        first_tried_at=found.first_tried_at,
        attempts=found.attempts,
        in_reply_to=found.in_reply_to,
        entry=found.entry,
        confirmation=found.confirmation,
        lease_until=found.lease_until,
        forced=found.forced,
        opened_at=found.opened_at,
        in_doubt=found.reason == "may_have_arrived",
        priority=found.priority,
        language=found.language or found.customers_language or "",
        zone=found.customers_zone or "",
    )
