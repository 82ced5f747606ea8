"""Mails that we never saw, whose words an entry holds, and who wrote lately."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of ancestors, the Message-ID of an entry, and the index by author and time."""
    op.create_table(
        "ancestor",
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("incident", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.CheckConstraint("length(message_id) <= 998", name="message_id"),
        sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_ancestor_incident_incident"),
        sa.PrimaryKeyConstraint("message_id", "incident", name="pk_ancestor"),
    )
    op.add_column("entry", sa.Column("message_id", sa.Text()))
    op.create_index("ix_entry_author_at", "entry", ["author", "at"])
