"""More kinds of clocks, which can be paused, and what was promised kept by value."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
instant = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables of policies and pauses; clocks that run go on with what was promised."""
    make_tables()
    widen_timers()


def make_tables() -> None:
    """Make `policy`, `clocks` and `pause`."""
    op.create_table(
        "policy",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("promises", sa.Text(), nullable=False),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_policy_hash")),
        sa.PrimaryKeyConstraint("hash", name="pk_policy"),
    )
    op.create_table(
        "clocks",
        sa.Column("incident", key, nullable=False),
        sa.Column("policy", sa.String(64), nullable=False),
        sa.Column("organisation", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "phase IN ('open', 'waiting', 'pre_closed', 'resolved')", name=op.f("ck_clocks_phase")
        ),
        sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_clocks_incident_incident"),
        sa.ForeignKeyConstraint(["policy"], ["policy.hash"], name="fk_clocks_policy_policy"),
        sa.PrimaryKeyConstraint("incident", name="pk_clocks"),
    )
    op.create_index("ix_clocks_policy", "clocks", ["policy"])
    op.create_table(
        "pause",
        sa.Column("timer", key, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("since", instant, nullable=False),
        sa.Column("until", instant),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_pause_until")),
        sa.ForeignKeyConstraint(["timer"], ["timer.id"], name="fk_pause_timer_timer"),
        sa.PrimaryKeyConstraint("timer", "position", name="pk_pause"),
    )


def widen_timers() -> None:
    """Give each timer what it did not need before: whose promise it is, its budget, and what stopped it."""
    op.add_column("timer", sa.Column("priority", sa.Text(), nullable=False, server_default="normal"))
    op.add_column("timer", sa.Column("rule", sa.Integer(), nullable=False, server_default="-1"))
    op.add_column("timer", sa.Column("budget_us", sa.BigInteger()))
    op.add_column("timer", sa.Column("stopped_by", sa.Text()))
    op.execute(
        "UPDATE timer SET priority = (SELECT priority FROM incident WHERE incident.number = timer.incident)"
    )
    op.execute(
        "UPDATE timer SET stopped_by = CASE WHEN EXISTS (SELECT 1 FROM entry WHERE entry.incident = timer.incident"
        " AND entry.kind = 'staff_answer') THEN 'answer' ELSE 'end' END WHERE stopped_at IS NOT NULL"
    )
    with op.batch_alter_table("timer") as table:
        table.alter_column("due_at", existing_type=instant, nullable=True)
        table.alter_column("priority", existing_type=sa.Text(), server_default=None)
        table.alter_column("rule", existing_type=sa.Integer(), server_default=None)
        table.create_check_constraint(
            op.f("ck_timer_stopped_by"), "(stopped_at IS NULL) = (stopped_by IS NULL)"
        )
