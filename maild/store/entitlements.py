"""What was bought: added once, looked up for whoever writes, listed, revoked, and the ledger added up."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, or_, select, update
from sqlalchemy.sql import ColumnElement

from maild.core.entitlement import Account, Charge, Entitlement, Kind, Option
from maild.core.message import Address
from maild.store.account_tables import charge, customer, entitlement, organisation
from maild.store.columns import insert_or_skip
from maild.store.organisations import Owner, owner_of


@dataclass(frozen=True, slots=True)
class Bought:
    """One thing that was bought or given, before it is stored; `external` is its id elsewhere, or None."""

    kind: Kind
    starts_at: datetime
    ends_at: datetime | None = None
    option: Option = ""
    store: str = ""
    amount: int | None = 1
    note: str = ""
    external: str | None = None


# What can be used now or later; locked, so that two mails of one owner choose one after the other.
_OF_OWNER = (
    select(entitlement)
    .where(or_(entitlement.c.customer == bindparam("person"), entitlement.c.organisation == bindparam("org")))
    .where(entitlement.c.revoked_at.is_(None))
    .where(or_(entitlement.c.ends_at.is_(None), entitlement.c.ends_at > bindparam("now")))
    .where(or_(entitlement.c.amount.is_(None), entitlement.c.used < entitlement.c.amount))
    .order_by(entitlement.c.id)
)
_OF_OWNER_LOCKED = _OF_OWNER.with_for_update()
_PURCHASES = 0x6D61696C64  # a number of ours among the advisory locks of the database: "maild"
_ALONE = select(func.pg_advisory_xact_lock(_PURCHASES))
_TOGETHER = select(func.pg_advisory_xact_lock_shared(_PURCHASES))
_IS_LIVE = charge.c.state.in_(("reserved", "spent"))
_CHARGES = (
    select(charge, entitlement.c.kind, entitlement.c.option)
    .join(entitlement, entitlement.c.id == charge.c.entitlement)
    .where(charge.c.incident.in_(bindparam("numbers", expanding=True)))
    .order_by(charge.c.id)
)
_LIVE_CHARGES = _CHARGES.where(_IS_LIVE)
_OWNER_NAME = func.coalesce(organisation.c.name, customer.c.name).label("owner")
_LIST = (
    select(
        entitlement.c.id,
        _OWNER_NAME,
        *(entitlement.c[name] for name in ("kind", "option", "store", "amount", "used")),
        *(entitlement.c[name] for name in ("starts_at", "ends_at", "revoked_at", "external", "note")),
    )
    .outerjoin(organisation, organisation.c.id == entitlement.c.organisation)
    .outerjoin(customer, customer.c.id == entitlement.c.customer)
    .order_by(_OWNER_NAME, entitlement.c.id)
)
_BY_EXTERNAL = select(entitlement).where(entitlement.c.external == bindparam("asked"))
_REVOKE = (
    update(entitlement)
    .where(entitlement.c.id == bindparam("row"), entitlement.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("at"))
)
_TAKEN_BY = (
    select(charge.c.incident)
    .where(charge.c.entitlement == bindparam("row"), charge.c.state == "reserved")
    .order_by(charge.c.incident)
    .distinct()
)


def no_mail_meanwhile(tx: Connection) -> None:
    """Wait for the mails that are being handled, and let others wait until the end of this transaction: a purchase.

    Else a mail that does not see the purchase yet would wait for one, and the purchase not see that mail. To be asked
    first of all, by whoever holds nothing that a mail could wait for. SQLite has one writer at a time anyway.
    """
    if tx.dialect.name == "postgresql":
        tx.execute(_ALONE)


def no_purchase_meanwhile(tx: Connection) -> None:
    """Wait for a purchase that is being stored, and let the next one wait; mails do not wait for each other."""
    if tx.dialect.name == "postgresql":
        tx.execute(_TOGETHER)


def add(tx: Connection, owner: Owner, bought: Bought, now: datetime) -> int | None:
    """Store what was bought and return its id; None where the same `external` is there already."""
    row = _row(owner, bought) | {"used": 0, "added_at": now}
    made: int | None = tx.scalar(insert_or_skip(tx, entitlement, entitlement.c.id), row)
    return made


def differs(tx: Connection, owner: Owner, bought: Bought, but_for: Collection[str] = ()) -> str:
    """Return in which columns, but for some, what is stored under the same `external` is something else, or ""."""
    stored = tx.execute(_BY_EXTERNAL, {"asked": bought.external}).mappings().one()
    new = _row(owner, bought)
    return ", ".join(name for name in new if name not in but_for and stored[name] != new[name])


def account_of(tx: Connection, sender: Address | None, now: datetime, number: int | None = None) -> Account:
    """Return what the owner of an address has, and what incident `number` takes of it.

    In a transaction that may write, what can still be reserved is ours until the end.
    """
    owner = owner_of(tx, sender) if sender else Owner()
    charges = charges_by_incident(tx, [number])[number] if number is not None else ()
    rows: tuple[Entitlement, ...] = ()
    if owner.customer is not None or owner.organisation is not None:
        asked = {"person": owner.customer, "org": owner.organisation, "now": now}
        writing = not tx.get_execution_options().get("postgresql_readonly", False)
        found = tx.execute(_OF_OWNER_LOCKED if writing else _OF_OWNER, asked)
        rows = tuple(_entitlement(row._mapping) for row in found)
    return Account(owner.name, owner.customer, owner.organisation, rows, charges, now)


def charges_by_incident(tx: Connection, numbers: Sequence[int]) -> dict[int, tuple[Charge, ...]]:
    """Return what each of these incidents takes: reserved or spent."""
    found: dict[int, tuple[Charge, ...]] = dict.fromkeys(numbers, ())
    for row in tx.execute(_LIVE_CHARGES, {"numbers": list(numbers)}):
        found[row.incident] = (*found[row.incident], _charge(row._mapping))
    return found


def charges_of(tx: Connection, number: int) -> list[dict[str, Any]]:
    """Return the ledger of one incident, oldest first, as flat rows: all that it ever took, and what became of it."""
    return [dict(row._mapping) for row in tx.execute(_CHARGES, {"numbers": [number]})]


def listing(tx: Connection, owner: Owner | None = None) -> list[dict[str, Any]]:
    """Return what was bought, of one owner or of all, as flat rows, sorted by owner.

    Columns: id, owner, kind, option, store, amount (None: no use empties it), used, starts_at, ends_at, revoked_at,
    external, note.
    """
    query = _LIST if owner is None else _LIST.where(_belongs(owner))
    return [dict(row._mapping) for row in tx.execute(query)]


def revoke(tx: Connection, row: int, now: datetime) -> list[int] | None:
    """Let nothing more be reserved of an entitlement; return the incidents that keep what they have reserved.

    None where there is no such entitlement in force.
    """
    if tx.execute(_REVOKE, {"row": row, "at": now}).rowcount != 1:
        return None
    return list(tx.scalars(_TAKEN_BY, {"row": row}))


def _belongs(owner: Owner) -> ColumnElement[bool]:
    theirs = entitlement.c.customer == owner.customer
    shared = entitlement.c.organisation == owner.organisation
    if owner.customer is None or owner.organisation is None:
        return shared if owner.customer is None else theirs
    return or_(theirs, shared)


def _row(owner: Owner, bought: Bought) -> dict[str, Any]:
    """Return the columns that say what was bought; a customer owns it unless only an organisation is named."""
    return {
        "external": bought.external,
        "customer": owner.customer,
        "organisation": owner.organisation if owner.customer is None else None,
        "kind": bought.kind,
        "option": bought.option,
        "store": bought.store,
        "amount": bought.amount,
        "starts_at": bought.starts_at,
        "ends_at": bought.ends_at,
        "note": bought.note,
    }


def _entitlement(row: Mapping[Any, Any]) -> Entitlement:
    names = ("id", "kind", "starts_at", "ends_at", "option", "store", "amount", "used")
    return Entitlement(**{name: row[name] for name in names}, revoked=row["revoked_at"] is not None)


def _charge(row: Mapping[Any, Any]) -> Charge:
    names = ("entitlement", "kind", "option", "purpose", "units", "state", "part")
    return Charge(*(row[name] for name in names))
