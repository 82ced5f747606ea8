"""Who buys, what was bought, and the ledger of what incidents took of it."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
when = sa.DateTime(timezone=True)
LIVE = sa.text("state IN ('reserved', 'spent')")


def upgrade() -> None:
    """Make the tables, and let addresses be those of customers."""
    _owners()
    _entitlements()
    _charges()
    with op.batch_alter_table("address") as address:
        address.add_column(sa.Column("customer", key))
        address.create_foreign_key("fk_address_customer_customer", "customer", ["customer"], ["id"])
    op.create_index("ix_address_customer", "address", ["customer"])


def _owners() -> None:
    op.create_table(
        "organisation",
        sa.Column("id", key, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("added_at", when, nullable=False),
        sa.CheckConstraint("length(key) >= 1", name=op.f("ck_organisation_key")),
        sa.UniqueConstraint("key", name="uq_organisation_key"),
        sa.PrimaryKeyConstraint("id", name="pk_organisation"),
    )
    op.create_table(
        "organisation_domain",
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("organisation", key, nullable=False),
        sa.CheckConstraint("length(domain) >= 1", name=op.f("ck_organisation_domain_domain")),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_organisation_domain_organisation_organisation"
        ),
        sa.PrimaryKeyConstraint("domain", name="pk_organisation_domain"),
        sa.Index("ix_organisation_domain_organisation", "organisation"),
    )
    op.create_table(
        "customer",
        sa.Column("id", key, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("organisation", key),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.Column("added_at", when, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_customer_organisation_organisation"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.Index("ix_customer_organisation", "organisation"),
    )


def _entitlements() -> None:
    op.create_table(
        "entitlement",
        sa.Column("id", key, nullable=False),
        sa.Column("external", sa.Text),
        sa.Column("organisation", key),
        sa.Column("customer", key),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("option", sa.Text, nullable=False),
        sa.Column("store", sa.Text, nullable=False),
        sa.Column("amount", sa.Integer),
        sa.Column("used", sa.Integer, nullable=False),
        sa.Column("starts_at", when, nullable=False),
        sa.Column("ends_at", when),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("added_at", when, nullable=False),
        sa.Column("revoked_at", when),
        sa.CheckConstraint(
            "kind IN ('incident', 'hotrush', 'subscription', 'points', 'free')",
            name=op.f("ck_entitlement_kind"),
        ),
        sa.CheckConstraint("option IN ('', 'normal', 'urgent')", name=op.f("ck_entitlement_option")),
        sa.CheckConstraint("(organisation IS NULL) <> (customer IS NULL)", name=op.f("ck_entitlement_owner")),
        sa.CheckConstraint("(amount IS NULL) = (kind = 'subscription')", name=op.f("ck_entitlement_amount")),
        sa.CheckConstraint(
            "used >= 0 AND (amount IS NULL OR used <= amount)", name=op.f("ck_entitlement_used")
        ),
        sa.CheckConstraint("ends_at IS NULL OR ends_at > starts_at", name=op.f("ck_entitlement_ends_at")),
        sa.CheckConstraint(
            "(kind IN ('incident', 'free')) = (option <> '')", name=op.f("ck_entitlement_paid")
        ),
        sa.ForeignKeyConstraint(
            ["organisation"], ["organisation.id"], name="fk_entitlement_organisation_organisation"
        ),
        sa.ForeignKeyConstraint(["customer"], ["customer.id"], name="fk_entitlement_customer_customer"),
        sa.UniqueConstraint("external", name="uq_entitlement_external"),
        sa.PrimaryKeyConstraint("id", name="pk_entitlement"),
        sa.Index("ix_entitlement_organisation", "organisation"),
        sa.Index("ix_entitlement_customer", "customer"),
    )


def _charges() -> None:
    op.create_table(
        "charge",
        sa.Column("id", key, nullable=False),
        sa.Column("entitlement", key, nullable=False),
        sa.Column("slot", sa.Integer, nullable=False),
        sa.Column("incident", key, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("part", sa.Integer, nullable=False),
        sa.Column("units", sa.Integer, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("reserved_at", when, nullable=False),
        sa.Column("settled_at", when),
        sa.Column("reason", sa.Text, nullable=False),
        sa.CheckConstraint("purpose IN ('incident', 'hotrush')", name=op.f("ck_charge_purpose")),
        sa.CheckConstraint("state IN ('reserved', 'spent', 'released')", name=op.f("ck_charge_state")),
        sa.CheckConstraint("(state = 'reserved') = (settled_at IS NULL)", name=op.f("ck_charge_settled_at")),
        sa.CheckConstraint("units >= 1 AND slot >= 1 AND part >= 1", name=op.f("ck_charge_units")),
        sa.ForeignKeyConstraint(
            ["entitlement"], ["entitlement.id"], name="fk_charge_entitlement_entitlement"
        ),
        sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_charge_incident_incident"),
        sa.PrimaryKeyConstraint("id", name="pk_charge"),
        sa.Index("ix_charge_incident", "incident"),
    )
    for name, columns in (
        ("uq_charge_slot", ["entitlement", "slot"]),
        ("uq_charge_incident", ["incident", "purpose", "part"]),
    ):
        op.create_index(name, "charge", columns, unique=True, sqlite_where=LIVE, postgresql_where=LIVE)
