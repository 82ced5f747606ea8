"""The table of the staff's mornings."""

from sqlalchemy import BigInteger, Column, ForeignKey, PrimaryKeyConstraint, String, Table, Text

from maild.store.columns import Instant, metadata

# A morning of one of the staff that was looked at: its mail is queued, or there was nothing to say. `newest` is the
# highest number of an incident then; by time it could not be told what came in since: a mail may come in late.
morning = Table(
    "morning",
    metadata,
    Column("address", ForeignKey("address.id"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("day", String(10), nullable=False),
    Column("at", Instant, nullable=False),
    Column("newest", BigInteger, nullable=False),
    PrimaryKeyConstraint("address", "kind", "day"),
)
