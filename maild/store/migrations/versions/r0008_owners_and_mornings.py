"""When an owner was given an incident, who waits for one, and the mornings of the staff."""

import sqlalchemy as sa
from alembic import op

from maild.store.columns import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OWNED = sa.text("owner IS NOT NULL")
OURS = sa.text(
    "owner IS NOT NULL AND state IN ('submitted', 'awaiting_entitlement', 'assigned', 'in_progress')"
)
UNOWNED = sa.text("owner IS NULL AND state = 'submitted'")


def upgrade() -> None:
    """Add the column, the indexes by which the queue is dealt, and the table."""
    op.add_column("incident", sa.Column("owned_at", Instant()))
    op.drop_index("ix_incident_owner", "incident")
    for name, columns, where in (
        ("ix_incident_owner", ["owner", "owned_at"], OWNED),
        ("ix_incident_ours", ["owner"], OURS),
        ("ix_incident_unowned", ["number"], UNOWNED),
    ):
        op.create_index(name, "incident", columns, sqlite_where=where, postgresql_where=where)
    op.create_table(
        "morning",
        sa.Column("address", key, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("newest", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("address", "kind", "day", name=op.f("pk_morning")),
        sa.ForeignKeyConstraint(["address"], ["address.id"], name=op.f("fk_morning_address_address")),
    )
