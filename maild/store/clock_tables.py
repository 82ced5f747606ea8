"""The tables of the clocks: what was promised on an incident, what runs there, and what was told of it."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from maild.core.promising.clocks import PHASES
from maild.store.columns import BigKey, Instant, metadata, one_of, partial

# The promises of one config, by value: those of an incident stay what they were when it was opened.
policy = Table(
    "policy",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("promises", Text, nullable=False),
    CheckConstraint("length(hash) = 64", name="hash"),
)

# What all clocks of an incident have in common. `organisation` is whose it was when it was opened, "" for nobody's;
# `answered`: we have spoken, or it was over once.
clocks = Table(
    "clocks",
    metadata,
    Column("incident", ForeignKey("incident.number"), primary_key=True),
    Column("policy", ForeignKey("policy.hash"), nullable=False, index=True),
    Column("organisation", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("answered", Boolean, nullable=False),
    one_of("phase", PHASES),
)

# One clock of a kind runs on an incident; the ones before it stay, with lower cycles. `due_at` is NULL while it is
# paused. `rule` is the number of the rule of its policy that promises it, -1 for what is promised to everybody.
# Clocks that began before revision 0006 have no `budget_us`: it is the open time between start and due time.
timer = Table(
    "timer",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("incident", ForeignKey("incident.number"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("cycle", Integer, nullable=False),
    Column("priority", Text, nullable=False),
    Column("rule", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("budget_us", BigInteger),
    Column("due_at", Instant),
    Column("steps", JSON, nullable=False),
    Column("next_at", Instant, index=True),
    Column("stopped_at", Instant),
    Column("stopped_by", Text),
    UniqueConstraint("incident", "kind", "cycle"),
    CheckConstraint("stopped_at IS NULL OR next_at IS NULL", name="stopped"),
    CheckConstraint("(stopped_at IS NULL) = (stopped_by IS NULL)", name="stopped_by"),
    CheckConstraint("cycle >= 1", name="cycle"),
    partial("uq_timer_running", "incident", "kind", where="stopped_at IS NULL", unique=True),
)

# A time during which a timer stood still; `until` is NULL while it does.
pause = Table(
    "pause",
    metadata,
    Column("timer", ForeignKey("timer.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("since", Instant, nullable=False),
    Column("until", Instant),
    PrimaryKeyConstraint("timer", "position"),
    CheckConstraint("until IS NULL OR until >= since", name="until"),
)

# A step of a timer fires once.
step = Table(
    "step",
    metadata,
    Column("timer", ForeignKey("timer.id"), nullable=False),
    Column("step", Text, nullable=False),
    Column("fired_at", Instant, nullable=False),
    PrimaryKeyConstraint("timer", "step"),
)
