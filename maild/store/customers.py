"""Who writes and who is written to: one row an address, and the addresses that get no automatic mail."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from maild.core.message import Address
from maild.store.account_tables import customer
from maild.store.columns import insert_or_skip
from maild.store.tables import address, suppression

_FIND = select(address.c.id, address.c.key, address.c.name).where(
    address.c.key.in_(bindparam("keys", expanding=True))
)
_RENAME = update(address).where(address.c.id == bindparam("row")).values(name=bindparam("new_name"))
_KNOWN = (
    select(suppression.c.reason, customer.c.language)
    .select_from(address)
    .outerjoin(suppression, suppression.c.address == address.c.id)
    .outerjoin(customer, customer.c.id == address.c.customer)
    .where(address.c.key == bindparam("key"))
)

_LIFT = delete(suppression).where(
    suppression.c.address.in_(select(address.c.id).where(address.c.key == bindparam("key")))
)
_LIST = (
    select(address.c.address, suppression.c.reason, suppression.c.since)
    .join(address, address.c.id == suppression.c.address)
    .order_by(suppression.c.since, address.c.id)
)


def address_id(tx: Connection, found: str, name: str, now: datetime) -> int:
    """Return the id of the address, new or known; a name that is not empty replaces the one it had."""
    wanted = Address(found, name)
    return address_ids(tx, [wanted], now)[wanted.key]


def address_ids(tx: Connection, wanted: Iterable[Address], now: datetime) -> Mapping[str, int]:
    """Return the ids of many addresses by their keys, in one statement where all of them are known.

    Where an address comes twice, the last name that is not empty counts. Rows that stay as they are are not
    touched: every mail names the same staff, and must not queue for their rows.
    """
    by_key: dict[str, Address] = {}
    for one in wanted:
        if one.name or one.key not in by_key:
            by_key[one.key] = one
    if not by_key:
        return {}
    known = {row.key: row for row in tx.execute(_FIND, {"keys": list(by_key)})}
    renamed = [
        {"row": row.id, "new_name": by_key[row.key].name}
        for row in known.values()
        if by_key[row.key].name not in {"", row.name}
    ]
    if renamed:
        tx.execute(_RENAME, renamed)
    missing = [one for key, one in by_key.items() if key not in known]
    return {key: row.id for key, row in known.items()} | _add(tx, missing, now)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an address: why it gets no automatic mail, and the language that its customer reads, or ""."""

    suppressed: str = ""
    language: str = ""


def known(tx: Connection, who: Address) -> Known:
    """Return what is known of an address."""
    row = tx.execute(_KNOWN, {"key": who.key}).first()
    return Known(row.reason or "", row.language or "") if row else Known()


def suppress(tx: Connection, found: str, reason: str, now: datetime) -> bool:
    """Send no automatic mail to the address any more; False where that was so, and the first reason stays."""
    row = {"address": address_id(tx, found, "", now), "reason": reason, "since": now}
    return tx.scalar(insert_or_skip(tx, suppression, suppression.c.address), row) is not None


def lift(tx: Connection, found: str) -> bool:
    """Let automatic mail to the address leave again; False where it could anyway."""
    return tx.execute(_LIFT, {"key": Address(found).key}).rowcount > 0


def suppressions(tx: Connection) -> list[dict[str, Any]]:
    """Return the suppression list, oldest first. Columns: address, reason (its name), since."""
    return [dict(row._mapping) for row in tx.execute(_LIST)]


def _add(tx: Connection, missing: list[Address], now: datetime) -> dict[str, int]:
    """Insert the addresses; one that another transaction inserted meanwhile is looked up."""
    if not missing:
        return {}
    # In a fixed order: two transactions that add the same addresses wait for each other, and not in a circle.
    rows = [
        {"key": one.key, "address": one.address, "name": one.name, "first_seen_at": now}
        for one in sorted(missing, key=lambda one: one.key)
    ]
    added = tx.execute(insert_or_skip(tx, address, address.c.id, address.c.key), rows)
    ids = {row.key: row.id for row in added}
    overtaken = [one.key for one in missing if one.key not in ids]
    if overtaken:
        ids |= {row.key: row.id for row in tx.execute(_FIND, {"keys": overtaken})}
    return ids
