"""Who buys, what was bought, and what incidents took of it: the tables, with the keys that carry the promises.

No use is sold twice: `entitlement.used` never exceeds `amount`, one live charge stands on each slot of an
entitlement, and one on each incident and purpose. Each of the three alone would hold; audit() compares them.
"""

from typing import get_args

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, Table, Text

from maild.core.entitlement import ChargeState, Kind, Option, Purpose
from maild.store.columns import BigKey, Instant, metadata, one_of, partial

LIVE = "state IN ('reserved', 'spent')"

# `key` is the name case-folded: what is compared.
organisation = Table(
    "organisation",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    CheckConstraint("length(key) >= 1", name="key"),
)

# Whoever writes from there belongs to the organisation, unless their customer says something else.
organisation_domain = Table(
    "organisation_domain",
    metadata,
    Column("domain", Text, primary_key=True),
    Column("organisation", ForeignKey("organisation.id"), nullable=False, index=True),
    CheckConstraint("length(domain) >= 1", name="domain"),
)

# One person, who may have many addresses: address.customer. Language and zone: "" where nobody said so.
customer = Table(
    "customer",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("name", Text, nullable=False),
    Column("organisation", ForeignKey("organisation.id"), index=True),
    Column("language", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
)

# `external` is its id where it was sold, or the hash of its row in an import: an import brings it once.
entitlement = Table(
    "entitlement",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("external", Text, unique=True),
    Column("organisation", ForeignKey("organisation.id"), index=True),
    Column("customer", ForeignKey("customer.id"), index=True),
    Column("kind", Text, nullable=False),
    Column("option", Text, nullable=False),
    Column("store", Text, nullable=False),
    Column("amount", Integer),
    Column("used", Integer, nullable=False),
    Column("starts_at", Instant, nullable=False),
    Column("ends_at", Instant),
    Column("note", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("revoked_at", Instant),
    one_of("kind", get_args(Kind)),
    one_of("option", get_args(Option)),
    CheckConstraint("(organisation IS NULL) <> (customer IS NULL)", name="owner"),
    CheckConstraint("(amount IS NULL) = (kind = 'subscription')", name="amount"),
    CheckConstraint("used >= 0 AND (amount IS NULL OR used <= amount)", name="used"),
    CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name="ends_at"),
    CheckConstraint("(kind IN ('incident', 'free')) = (option <> '')", name="paid"),
)

# The ledger: a row says what one incident took, and what became of that. Rows stay; only their state changes, from
# reserved to spent or released, and from spent to released; the units where the price falls, the incident where two
# become one. `slot` is which use it is, counted from 1.
charge = Table(
    "charge",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("entitlement", ForeignKey("entitlement.id"), nullable=False),
    Column("slot", Integer, nullable=False),
    Column("incident", ForeignKey("incident.number"), nullable=False, index=True),
    Column("purpose", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("units", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("reserved_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Column("reason", Text, nullable=False),
    one_of("purpose", get_args(Purpose)),
    one_of("state", get_args(ChargeState)),
    CheckConstraint("(state = 'reserved') = (settled_at IS NULL)", name="settled_at"),
    CheckConstraint("units >= 1 AND slot >= 1 AND part >= 1", name="units"),
    partial("uq_charge_slot", "entitlement", "slot", where=LIVE, unique=True),
    partial("uq_charge_incident", "incident", "purpose", "part", where=LIVE, unique=True),
)
