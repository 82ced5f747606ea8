"""Who buys: customers with their addresses, organisations with their domains, and to whom an address belongs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection, bindparam, func, literal, select, update

from maild.core.customer import is_free_mail
from maild.core.message import Address
from maild.errors import NotFound, UserError
from maild.store.account_tables import customer, organisation, organisation_domain
from maild.store.columns import insert_or_skip
from maild.store.customers import address_ids
from maild.store.tables import address


@dataclass(frozen=True, slots=True)
class Owner:
    """To whom what was bought belongs: a customer or an organisation, or neither for somebody unknown.

    `name` is who that is, for staff; `language` and `zone` are what is known of the person, or "".
    """

    customer: int | None = None
    organisation: int | None = None
    name: str = ""
    language: str = ""
    zone: str = ""


# One row, whatever is known: every mail asks, and mostly nothing is.
_THEIRS = organisation.alias("theirs")
_ASKED = select(literal(1).label("row")).subquery("asked")
_OWNER = select(
    *(customer.c[name] for name in ("id", "name", "language", "zone")),
    func.coalesce(_THEIRS.c.id, organisation.c.id).label("organisation"),
    func.coalesce(_THEIRS.c.name, organisation.c.name).label("of"),
).select_from(
    _ASKED.outerjoin(address, address.c.key == bindparam("key"))
    .outerjoin(customer, customer.c.id == address.c.customer)
    .outerjoin(_THEIRS, _THEIRS.c.id == customer.c.organisation)
    .outerjoin(organisation_domain, organisation_domain.c.domain == bindparam("asked"))
    .outerjoin(organisation, organisation.c.id == organisation_domain.c.organisation)
)
_OF_DOMAIN = (
    select(organisation.c.id, organisation.c.name)
    .join(organisation_domain, organisation_domain.c.organisation == organisation.c.id)
    .where(organisation_domain.c.domain == bindparam("asked"))
)
_BY_NAME = select(organisation.c.id, organisation.c.name).where(organisation.c.key == bindparam("asked"))
_CUSTOMERS_NAMED = select(customer.c.id, customer.c.name).where(
    func.lower(customer.c.name) == bindparam("asked")
)
_NAMES = select(organisation.c.name).order_by(organisation.c.id)
_DOMAINS = select(organisation_domain.c.domain).order_by(organisation_domain.c.domain)
_JOIN = update(customer).where(customer.c.id == bindparam("row"))
_GIVE = update(address).where(address.c.id == bindparam("row")).values(customer=bindparam("owner"))


def owner_of(tx: Connection, sender: Address) -> Owner:
    """Return to whom an address belongs: its customer with their organisation, else the organisation of its domain."""
    row = tx.execute(_OWNER, {"key": sender.key, "asked": sender.domain}).one()
    return Owner(row.id, row.organisation, row.of or row.name or "", row.language or "", row.zone or "")


def find_owner(tx: Connection, said: str, now: datetime) -> Owner:
    """Return the owner that a person names: an address, `@domain`, or the name of an organisation or a customer.

    An address makes its customer, and a domain its organisation, where they are new. Raises NotFound for a name that
    nobody has, UserError for one that several have or for a domain where anybody can have an address.
    """
    if said.startswith("@"):
        return at_domain(tx, said[1:], now)
    return customer_of(tx, Address(said), now) if "@" in said else owner_named(tx, said)


def known_owner(tx: Connection, said: str) -> Owner:
    """Return the owner that a person names, as find_owner does, and make none; raises NotFound, UserError."""
    if "@" not in said:
        return owner_named(tx, said)
    found = owner_of(tx, Address(f"x{said}" if said.startswith("@") else said))
    if found == Owner():
        raise NotFound(f"nothing was bought for {said}")
    return found


def owner_named(tx: Connection, said: str) -> Owner:
    """Return the organisation or the one customer of that name; raises NotFound with the nearest, UserError."""
    named = tx.execute(_BY_NAME, {"asked": said.casefold()}).first()
    if named is not None:
        return Owner(None, named.id, named.name)
    people = tx.execute(_CUSTOMERS_NAMED, {"asked": said.lower()}).all()
    if len(people) == 1:
        return Owner(people[0].id, None, people[0].name)
    if people:
        raise UserError(f"several customers are called {said}: name an address of the one you mean")
    near = get_close_matches(said, [*tx.scalars(_NAMES), *(f"@{one}" for one in tx.scalars(_DOMAINS))], n=1)
    hint = f"did you mean {near[0]}?" if near else "an address or @domain makes a new owner"
    raise NotFound(f"no organisation or customer is called {said}; {hint}")


def customer_of(tx: Connection, person: Address, now: datetime) -> Owner:
    """Return the customer whose address this is, made where there is none yet."""
    found = owner_of(tx, person)
    if found.customer is not None:
        return Owner(found.customer, None, person.address, found.language, found.zone)
    row = address_ids(tx, [person], now)[person.key]
    made = tx.execute(_NEW_CUSTOMER, {"name": person.name or person.address, "added_at": now}).scalar_one()
    tx.execute(_GIVE, {"row": row, "owner": made})
    return Owner(made, None, person.address)


def at_domain(tx: Connection, domain: str, now: datetime) -> Owner:
    """Return the organisation with that mail domain, made and called by it where there is none yet."""
    domain = domain.casefold()
    found = _by_domain(tx, domain)
    return Owner(None, *found) if found else organisation_named(tx, domain, [domain], now)


def organisation_named(tx: Connection, name: str, domains: Iterable[str], now: datetime) -> Owner:
    """Return the organisation of that name, made where it is new, with these domains beside those that it has.

    Raises UserError for a domain that stands for nobody, or for another organisation.
    """
    tx.execute(insert_or_skip(tx, organisation), {"key": name.casefold(), "name": name, "added_at": now})
    row = tx.execute(_BY_NAME, {"asked": name.casefold()}).one()
    for domain in (one.casefold() for one in domains):
        if is_free_mail(domain):
            raise UserError(f"@{domain}: anybody can have an address there; name the person's whole address")
        tx.execute(insert_or_skip(tx, organisation_domain), {"domain": domain, "organisation": row.id})
        holder = tx.execute(_OF_DOMAIN, {"asked": domain}).one()
        if holder.id != row.id:
            raise UserError(f"@{domain} belongs to {holder.name} already")
    return Owner(None, row.id, row.name)


def join(tx: Connection, person: Owner, organisation_id: int) -> None:
    """Let a customer be one of an organisation's, so that they use what it bought."""
    tx.execute(_JOIN.values(organisation=organisation_id), {"row": person.customer})


def describe(tx: Connection, person: Owner, language: str, zone: str) -> None:
    """Keep a customer's language and zone, as far as they are said."""
    said = {name: value for name, value in (("language", language), ("zone", zone)) if value}
    if said:
        tx.execute(_JOIN.values(**said), {"row": person.customer})


def add_address(tx: Connection, owner: int, further: Address, now: datetime) -> None:
    """Let a further address be that of a customer."""
    row = address_ids(tx, [further], now)[further.key]
    tx.execute(_GIVE, {"row": row, "owner": owner})


def _by_domain(tx: Connection, domain: str) -> tuple[int, str] | None:
    found: Any = tx.execute(_OF_DOMAIN, {"asked": domain}).first()
    return (found.id, found.name) if found else None


_NEW_CUSTOMER = customer.insert().values(organisation=None, language="", zone="").returning(customer.c.id)
