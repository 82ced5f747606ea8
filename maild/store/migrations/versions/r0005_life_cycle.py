"""The whole life of an incident: more states, an owner, what became of its HotRush, what it was merged into."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ENDED = "('closed', 'declined', 'merged', 'spam')"
STATES = (
    "('submitted', 'awaiting_entitlement', 'assigned', 'in_progress', 'waiting', 'pre_closed',"
    " 'closed', 'declined', 'merged', 'spam')"
)


def upgrade() -> None:
    """Widen the checks and add the columns; on SQLite the table is made anew and keeps its next number."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if sqlite:
        op.execute(
            "CREATE TEMPORARY TABLE last_number AS SELECT seq FROM sqlite_sequence WHERE name = 'incident'"
        )
    op.add_column("incident", sa.Column("owner", key))
    op.add_column("incident", sa.Column("hotrush", sa.Text(), nullable=False, server_default="none"))
    op.add_column("incident", sa.Column("withdrawals", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("incident", sa.Column("merged_into", key))
    with op.batch_alter_table("incident", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.drop_constraint(op.f("ck_incident_state"), type_="check")
        table.drop_constraint(op.f("ck_incident_closed_at"), type_="check")
        table.create_check_constraint(op.f("ck_incident_state"), f"state IN {STATES}")
        table.create_check_constraint(
            op.f("ck_incident_closed_at"), f"(state IN {ENDED}) = (closed_at IS NOT NULL)"
        )
        table.create_check_constraint(
            op.f("ck_incident_hotrush"), "hotrush IN ('none', 'granted', 'offered', 'withdrawn', 'removed')"
        )
        table.create_check_constraint(
            op.f("ck_incident_merged_into"), "(state = 'merged') = (merged_into IS NOT NULL)"
        )
        table.create_check_constraint(op.f("ck_incident_withdrawals"), "withdrawals >= 0")
        table.create_foreign_key(op.f("fk_incident_owner_address"), "address", ["owner"], ["id"])
        table.create_foreign_key(
            op.f("fk_incident_merged_into_incident"), "incident", ["merged_into"], ["number"]
        )
    op.create_index("ix_incident_owner", "incident", ["owner"], sqlite_where=_OWNED, postgresql_where=_OWNED)
    if sqlite:
        op.execute("DELETE FROM sqlite_sequence WHERE name = 'incident'")
        op.execute("INSERT INTO sqlite_sequence (name, seq) SELECT 'incident', seq FROM last_number")
        op.execute("DROP TABLE last_number")


_OWNED = sa.text("owner IS NOT NULL")
