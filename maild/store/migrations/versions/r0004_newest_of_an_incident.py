"""What is newest on an incident is found without reading all that is on it."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Put the entries and the mails of ours of each incident in order."""
    op.create_index("ix_entry_incident_at", "entry", ["incident", "at", "id"])
    op.drop_index("ix_entry_incident", "entry")
    op.create_index("ix_outbox_incident_id", "outbox", ["incident", "id"])
