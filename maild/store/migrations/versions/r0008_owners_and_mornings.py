"""When an owner was given an incident, and who waits for one."""

import sqlalchemy as sa
from alembic import op

from maild.store.columns import Instant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OWNED = sa.text("owner IS NOT NULL")
OURS = sa.text(
    "owner IS NOT NULL AND state IN ('submitted', 'awaiting_entitlement', 'assigned', 'in_progress')"
)
UNOWNED = sa.text("owner IS NULL AND state = 'submitted'")


def upgrade() -> None:
    """Add the column and the indexes by which the queue is dealt."""
    op.add_column("incident", sa.Column("owned_at", Instant()))
    op.drop_index("ix_incident_owner", "incident")
    for name, columns, where in (
        ("ix_incident_owner", ["owner", "owned_at"], OWNED),
        ("ix_incident_ours", ["owner"], OURS),
        ("ix_incident_unowned", ["number"], UNOWNED),
    ):
        op.create_index(name, "incident", columns, sqlite_where=where, postgresql_where=where)
