"""The first schema.

What this maild wrote on its first day, kept as it was: tables.py moves on, this file does not.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

key = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
instant = sa.DateTime(timezone=True)
text = sa.Text()
metadata = sa.MetaData()


def upgrade() -> None:
    """Make every table; incidents are numbered from 1001 on both databases."""
    connection = op.get_bind()
    metadata.create_all(connection)
    if connection.dialect.name == "sqlite":
        op.execute("INSERT INTO sqlite_sequence (name, seq) VALUES ('incident', 1000)")


def partial(name: str, *columns: str, where: str, unique: bool = False) -> sa.Index:
    """Return an index over the rows for which `where` holds, on both databases."""
    return sa.Index(
        name, *columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
    )


sa.Table(
    "address",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("key", text, nullable=False),
    sa.Column("address", text, nullable=False),
    sa.Column("name", text, nullable=False),
    sa.Column("first_seen_at", instant, nullable=False),
    sa.CheckConstraint("length(key) BETWEEN 1 AND 320", name="ck_address_key"),
    sa.PrimaryKeyConstraint("id", name="pk_address"),
    sa.UniqueConstraint("key", name="uq_address_key"),
)

sa.Table(
    "blob",
    metadata,
    sa.Column("sha256", sa.String(length=64), nullable=False),
    sa.Column("bytes", sa.LargeBinary, nullable=False),
    sa.CheckConstraint("length(sha256) = 64", name="ck_blob_sha256"),
    sa.PrimaryKeyConstraint("sha256", name="pk_blob"),
)

sa.Table(
    "config_version",
    metadata,
    sa.Column("version", text, nullable=False),
    sa.Column("text", text, nullable=False),
    sa.Column("loaded_at", instant, nullable=False),
    sa.PrimaryKeyConstraint("version", name="pk_config_version"),
)

sa.Table(
    "incident",
    metadata,
    sa.Column("number", key, sa.Identity(start=1001), nullable=False),
    sa.Column("state", text, nullable=False),
    sa.Column("subject", text, nullable=False),
    sa.Column("priority", text, nullable=False),
    sa.Column("scope", text, nullable=False),
    sa.Column("language", text, nullable=False),
    sa.Column("flags", sa.JSON, nullable=False),
    sa.Column("linked_to", key),
    sa.Column("opened_at", instant, nullable=False),
    sa.Column("closed_at", instant),
    sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="ck_incident_closed_at"),
    sa.CheckConstraint("priority IN ('hotrush', 'high', 'normal', 'low')", name="ck_incident_priority"),
    sa.CheckConstraint(
        "state IN ('submitted', 'in_progress', 'waiting', 'closed')", name="ck_incident_state"
    ),
    sa.CheckConstraint("number >= 1001", name="ck_incident_number"),
    sa.ForeignKeyConstraint(["linked_to"], ["incident.number"], name="fk_incident_linked_to_incident"),
    sa.PrimaryKeyConstraint("number", name="pk_incident"),
    sqlite_autoincrement=True,
)

sa.Table(
    "mailbox",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("account", text, nullable=False),
    sa.Column("folder", text, nullable=False),
    sa.Column("uidvalidity", sa.BigInteger),
    sa.Column("cursor", sa.BigInteger, nullable=False),
    sa.Column("first_contact_at", instant, nullable=False),
    sa.Column("backlog_below", sa.BigInteger),
    sa.Column("lease_owner", text),
    sa.Column("lease_until", instant),
    sa.CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="ck_mailbox_lease"),
    sa.CheckConstraint("cursor >= 0", name="ck_mailbox_cursor"),
    sa.PrimaryKeyConstraint("id", name="pk_mailbox"),
    sa.UniqueConstraint("account", "folder", name="uq_mailbox_account_folder"),
)

sa.Table(
    "confirmation",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("address", key, nullable=False),
    sa.Column("created_at", instant, nullable=False),
    sa.Column("used_at", instant),
    sa.ForeignKeyConstraint(["address"], ["address.id"], name="fk_confirmation_address_address"),
    sa.PrimaryKeyConstraint("id", name="pk_confirmation"),
    sa.Index("ix_confirmation_address_created_at", "address", "created_at"),
)

sa.Table(
    "event",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("incident", key),
    sa.Column("at", instant, nullable=False),
    sa.Column("name", text, nullable=False),
    sa.Column("text", text, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_event_incident_incident"),
    sa.PrimaryKeyConstraint("id", name="pk_event"),
    sa.Index("ix_event_incident", "incident"),
)

sa.Table(
    "message",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("message_id", text),
    sa.Column("body_hash", text),
    sa.Column("raw", sa.String(length=64), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sender", text),
    sa.Column("subject", text),
    sa.Column("first_seen_at", instant, nullable=False),
    sa.CheckConstraint("length(message_id) <= 998", name="ck_message_message_id"),
    sa.CheckConstraint("message_id IS NULL OR body_hash IS NOT NULL", name="ck_message_readable"),
    sa.ForeignKeyConstraint(["raw"], ["blob.sha256"], name="fk_message_raw_blob"),
    sa.PrimaryKeyConstraint("id", name="pk_message"),
    sa.UniqueConstraint("message_id", "body_hash", name="uq_message_message_id_body_hash"),
    sa.Index("ix_message_raw", "raw"),
)

sa.Table(
    "party",
    metadata,
    sa.Column("incident", key, nullable=False),
    sa.Column("address", key, nullable=False),
    sa.Column("role", text, nullable=False),
    sa.Column("proven", sa.Boolean, nullable=False),
    sa.Column("added_at", instant, nullable=False),
    sa.CheckConstraint("role IN ('requester', 'cc', 'staff')", name="ck_party_role"),
    sa.ForeignKeyConstraint(["address"], ["address.id"], name="fk_party_address_address"),
    sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_party_incident_incident"),
    sa.PrimaryKeyConstraint("incident", "address", name="pk_party"),
    partial("uq_party_requester", "incident", where="role = 'requester'", unique=True),
)

sa.Table(
    "suppression",
    metadata,
    sa.Column("address", key, nullable=False),
    sa.Column("reason", text, nullable=False),
    sa.Column("since", instant, nullable=False),
    sa.ForeignKeyConstraint(["address"], ["address.id"], name="fk_suppression_address_address"),
    sa.PrimaryKeyConstraint("address", name="pk_suppression"),
)

sa.Table(
    "timer",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("incident", key, nullable=False),
    sa.Column("kind", text, nullable=False),
    sa.Column("cycle", sa.Integer, nullable=False),
    sa.Column("started_at", instant, nullable=False),
    sa.Column("due_at", instant, nullable=False),
    sa.Column("steps", sa.JSON, nullable=False),
    sa.Column("next_at", instant),
    sa.Column("stopped_at", instant),
    sa.CheckConstraint("cycle >= 1", name="ck_timer_cycle"),
    sa.CheckConstraint("stopped_at IS NULL OR next_at IS NULL", name="ck_timer_stopped"),
    sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_timer_incident_incident"),
    sa.PrimaryKeyConstraint("id", name="pk_timer"),
    sa.UniqueConstraint("incident", "kind", "cycle", name="uq_timer_incident_kind_cycle"),
    sa.Index("ix_timer_next_at", "next_at"),
    partial("uq_timer_running", "incident", "kind", where="stopped_at IS NULL", unique=True),
)

sa.Table(
    "verdict",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("incident", key, nullable=False),
    sa.Column("scope", text, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("priority", text, nullable=False),
    sa.Column("in_scope", sa.Boolean, nullable=False),
    sa.Column("multi", sa.Boolean, nullable=False),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("config_version", text, nullable=False),
    sa.Column("at", instant, nullable=False),
    sa.CheckConstraint("priority IN ('hotrush', 'high', 'normal', 'low')", name="ck_verdict_priority"),
    sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_verdict_incident_incident"),
    sa.PrimaryKeyConstraint("id", name="pk_verdict"),
    sa.Index("ix_verdict_incident", "incident"),
)

sa.Table(
    "arrival",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("message", key, nullable=False),
    sa.Column("raw", sa.String(length=64), nullable=False),
    sa.Column("source", text, nullable=False),
    sa.Column("mailbox", key),
    sa.Column("uidvalidity", sa.BigInteger),
    sa.Column("uid", sa.BigInteger),
    sa.Column("mail_from", text),
    sa.Column("recipients", sa.JSON, nullable=False),
    sa.Column("backlog", sa.Boolean, nullable=False),
    sa.Column("received_at", instant, nullable=False),
    sa.Column("handled_at", instant, nullable=False),
    sa.Column("disposition", text, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("config_version", text, nullable=False),
    sa.Column("incident", key),
    sa.CheckConstraint(
        "(disposition IN ('opened', 'appended', 'quiet')) = (incident IS NOT NULL)",
        name="ck_arrival_incident",
    ),
    sa.CheckConstraint(
        "disposition IN ('opened', 'appended', 'quiet', 'kept', 'quarantined', 'duplicate')",
        name="ck_arrival_disposition",
    ),
    sa.CheckConstraint(
        "(mailbox IS NULL) = (uid IS NULL) AND (uid IS NULL) = (uidvalidity IS NULL)",
        name="ck_arrival_uid_of_mailbox",
    ),
    sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_arrival_incident_incident"),
    sa.ForeignKeyConstraint(["mailbox"], ["mailbox.id"], name="fk_arrival_mailbox_mailbox"),
    sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_arrival_message_message"),
    sa.ForeignKeyConstraint(["raw"], ["blob.sha256"], name="fk_arrival_raw_blob"),
    sa.PrimaryKeyConstraint("id", name="pk_arrival"),
    sa.UniqueConstraint("mailbox", "uidvalidity", "uid", name="uq_arrival_mailbox_uidvalidity_uid"),
    sa.Index("ix_arrival_incident", "incident"),
    sa.Index("ix_arrival_message", "message"),
    partial("ix_arrival_quarantined", "id", where="disposition = 'quarantined'"),
)

sa.Table(
    "attachment",
    metadata,
    sa.Column("message", key, nullable=False),
    sa.Column("position", sa.Integer, nullable=False),
    sa.Column("name", text, nullable=False),
    sa.Column("content_type", text, nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    sa.Column("sha256", sa.String(length=64), nullable=False),
    sa.Column("inline", sa.Boolean, nullable=False),
    sa.Column("content_id", text, nullable=False),
    sa.ForeignKeyConstraint(["message"], ["message.id"], name="fk_attachment_message_message"),
    sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_attachment_sha256_blob"),
    sa.PrimaryKeyConstraint("message", "position", name="pk_attachment"),
)

sa.Table(
    "step",
    metadata,
    sa.Column("timer", key, nullable=False),
    sa.Column("step", text, nullable=False),
    sa.Column("fired_at", instant, nullable=False),
    sa.ForeignKeyConstraint(["timer"], ["timer.id"], name="fk_step_timer_timer"),
    sa.PrimaryKeyConstraint("timer", "step", name="pk_step"),
)

sa.Table(
    "entry",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("incident", key, nullable=False),
    sa.Column("arrival", key),
    sa.Column("kind", text, nullable=False),
    sa.Column("state", text, nullable=False),
    sa.Column("author", key),
    sa.Column("text", text, nullable=False),
    sa.Column("commands", sa.JSON, nullable=False),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("proven", sa.Boolean, nullable=False),
    sa.Column("at", instant, nullable=False),
    sa.Column("confirmation", key),
    sa.CheckConstraint(
        "kind IN ('customer_message', 'staff_answer', 'internal_note', 'machine_note', 'unverified')",
        name="ck_entry_kind",
    ),
    sa.CheckConstraint("state IN ('done', 'held', 'released')", name="ck_entry_state"),
    sa.ForeignKeyConstraint(["arrival"], ["arrival.id"], name="fk_entry_arrival_arrival"),
    sa.ForeignKeyConstraint(["author"], ["address.id"], name="fk_entry_author_address"),
    sa.ForeignKeyConstraint(["confirmation"], ["confirmation.id"], name="fk_entry_confirmation_confirmation"),
    sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_entry_incident_incident"),
    sa.PrimaryKeyConstraint("id", name="pk_entry"),
    partial("ix_entry_confirmation", "confirmation", where="confirmation IS NOT NULL"),
    sa.Index("ix_entry_incident", "incident"),
)

sa.Table(
    "outbox",
    metadata,
    sa.Column("id", key, nullable=False),
    sa.Column("key", text, nullable=False),
    sa.Column("incident", key),
    sa.Column("kind", text, nullable=False),
    sa.Column("cause", text, nullable=False),
    sa.Column("address", key, nullable=False),
    sa.Column("domain", text, nullable=False),
    sa.Column("audience", text, nullable=False),
    sa.Column("automatic", sa.Boolean, nullable=False),
    sa.Column("proven", sa.Boolean, nullable=False),
    sa.Column("facts", sa.JSON, nullable=False),
    sa.Column("in_reply_to", text),
    sa.Column("entry", key),
    sa.Column("confirmation", key),
    sa.Column("state", text, nullable=False),
    sa.Column("created_at", instant, nullable=False),
    sa.Column("not_before", instant, nullable=False),
    sa.Column("lease_until", instant),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("first_tried_at", instant),
    sa.Column("sent_at", instant),
    sa.Column("message_id", text),
    sa.Column("reason", text),
    sa.Column("reason_text", text),
    sa.Column("last_error", text),
    sa.Column("forced", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="ck_outbox_lease"),
    sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="ck_outbox_sent_at"),
    sa.CheckConstraint("audience IN ('customer', 'staff')", name="ck_outbox_audience"),
    sa.CheckConstraint("state <> 'sent' OR message_id IS NOT NULL", name="ck_outbox_message_id"),
    sa.CheckConstraint(
        "state IN ('queued', 'sending', 'sent', 'held', 'failed', 'cancelled')", name="ck_outbox_state"
    ),
    sa.CheckConstraint("(reason IS NULL) = (reason_text IS NULL)", name="ck_outbox_reason"),
    sa.CheckConstraint("attempts >= 0", name="ck_outbox_attempts"),
    sa.ForeignKeyConstraint(["address"], ["address.id"], name="fk_outbox_address_address"),
    sa.ForeignKeyConstraint(
        ["confirmation"], ["confirmation.id"], name="fk_outbox_confirmation_confirmation"
    ),
    sa.ForeignKeyConstraint(["entry"], ["entry.id"], name="fk_outbox_entry_entry"),
    sa.ForeignKeyConstraint(["incident"], ["incident.number"], name="fk_outbox_incident_incident"),
    sa.PrimaryKeyConstraint("id", name="pk_outbox"),
    sa.UniqueConstraint("incident", "kind", "cause", "address", name="uq_outbox_incident_kind_cause_address"),
    sa.UniqueConstraint("key", name="uq_outbox_key"),
    sa.UniqueConstraint("message_id", name="uq_outbox_message_id"),
    partial("ix_outbox_address_sent_at", "address", "sent_at", where="sent_at IS NOT NULL"),
    partial("ix_outbox_confirmation", "confirmation", where="confirmation IS NOT NULL"),
    partial(
        "ix_outbox_domain_sent_at",
        "domain",
        "sent_at",
        where="sent_at IS NOT NULL AND audience = 'customer' AND automatic",
    ),
    partial("ix_outbox_held", "reason", "domain", "address", where="state = 'held'"),
    partial("ix_outbox_open", "not_before", where="state IN ('queued', 'held', 'sending')"),
    partial(
        "ix_outbox_sent_at", "sent_at", where="sent_at IS NOT NULL AND audience = 'customer' AND automatic"
    ),
    partial("uq_outbox_no_incident", "kind", "cause", "address", where="incident IS NULL", unique=True),
)
