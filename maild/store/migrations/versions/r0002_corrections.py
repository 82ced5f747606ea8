"""Corrections: what staff changed a verdict to."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "correction",
        sa.Column("id", key, nullable=False),
        sa.Column("incident", key, nullable=False),
        sa.Column("verdict", key, nullable=False),
        sa.Column("entry", key, nullable=False),
        sa.Column("author", key, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("before", sa.Text, nullable=False),
        sa.Column("after", sa.Text, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("field IN ('scope', 'priority')", name=op.f("ck_correction_field")),
        sa.CheckConstraint("before <> after", name=op.f("ck_correction_changes")),
        sa.ForeignKeyConstraint(["author"], ["address.id"], name="fk_correction_author_address"),
        sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_correction_entry_entry"),
        sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_correction_incident_incident"),
        sa.ForeignKeyConstraint(["verdict"], ["verdict.id"], name="fk_correction_verdict_verdict"),
        sa.PrimaryKeyConstraint("id", name="pk_correction"),
        sa.Index("ix_correction_incident", "incident"),
        sa.Index("ix_correction_verdict", "verdict"),
    )
