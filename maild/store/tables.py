"""The tables, and the keys and checks that carry the promises (one line each says which).

Vocabularies that are closed (states, dispositions, roles) are CHECKs, taken from the types of the core. Words
that grow with every release (kinds of reply, of timer, of event) are not: a new template needs no migration.
A column that refers to a row is named for that row, without `_id`: `entry.incident` is an incident's number.
The tables of the clocks are in clock_tables.py.
"""

from typing import Literal, get_args

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from maild.core.actions import CorrectedField, Disposition, EntryKind, EntryState
from maild.core.customer import Role
from maild.core.incident import ENDED_STATES, HotRush, Priority, State
from maild.store.account_tables import customer
from maild.store.clock_tables import step as step
from maild.store.clock_tables import timer as timer
from maild.store.columns import BigKey, Instant, one_of, partial
from maild.store.columns import metadata as metadata
from maild.store.team_tables import morning as morning

FIRST_NUMBER = 1001
# A Message-ID cannot be folded, so it fits a line (RFC 5322 §2.1.1); PostgreSQL refuses to index long text.
MESSAGE_ID_BYTES = 998
# 64 for the local part, 255 for the domain (RFC 5321 §4.5.3.1).
ADDRESS_CHARS = 320

# Conditions of partial indexes, for queries too. The words stand in the SQL and not in parameters: only so
# does a database see that the index answers the query.
QUARANTINED = "disposition = 'quarantined'"
OPEN = "state IN ('queued', 'held', 'sending')"
HELD = "state = 'held'"
UNOWNED = "owner IS NULL AND state = 'submitted'"
OURS = "owner IS NOT NULL AND state IN ('submitted', 'awaiting_entitlement', 'assigned', 'in_progress')"
ENDED = f"state IN ({', '.join(map(repr, ENDED_STATES))})"
COUNTED = "audience = 'customer' AND automatic"  # what the caps count, once it was sent

OutboxState = Literal["queued", "sending", "sent", "held", "failed", "cancelled"]
Audience = Literal["customer", "staff"]

mailbox = Table(
    "mailbox",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("account", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("uidvalidity", BigInteger),
    Column("cursor", BigInteger, nullable=False),
    Column("first_contact_at", Instant, nullable=False),
    Column("backlog_below", BigInteger),
    Column("lease_owner", Text),
    Column("lease_until", Instant),
    UniqueConstraint("account", "folder"),
    CheckConstraint("cursor >= 0", name="cursor"),
    CheckConstraint("(lease_owner IS NULL) = (lease_until IS NULL)", name="lease"),
)

blob = Table(
    "blob",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("bytes", LargeBinary, nullable=False),
    CheckConstraint("length(sha256) = 64", name="sha256"),
)

# `body_hash` is NULL where the mail could not be read; two NULL Message-IDs are never equal, so that mails
# without one are never taken for each other.
message = Table(
    "message",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("message_id", Text),
    Column("body_hash", Text),
    Column("raw", ForeignKey("blob.sha256"), nullable=False, index=True),
    Column("size", Integer, nullable=False),
    Column("sender", Text),
    Column("subject", Text),
    Column("first_seen_at", Instant, nullable=False),
    UniqueConstraint("message_id", "body_hash"),
    CheckConstraint("message_id IS NULL OR body_hash IS NOT NULL", name="readable"),
    CheckConstraint(f"length(message_id) <= {MESSAGE_ID_BYTES}", name="message_id"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("message", ForeignKey("message.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", ForeignKey("blob.sha256"), nullable=False),
    Column("inline", Boolean, nullable=False),
    Column("content_id", Text, nullable=False),
    PrimaryKeyConstraint("message", "position"),
)

incident = Table(
    "incident",
    metadata,
    Column("number", BigKey, Identity(start=FIRST_NUMBER), primary_key=True),
    Column("state", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("priority", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("flags", JSON, nullable=False),
    Column("linked_to", ForeignKey("incident.number")),
    Column("opened_at", Instant, nullable=False),
    Column("closed_at", Instant),
    Column("owner", ForeignKey("address.id")),
    Column("owned_at", Instant),
    Column("hotrush", Text, nullable=False, server_default="none"),
    Column("withdrawals", Integer, nullable=False, server_default="0"),
    Column("merged_into", ForeignKey("incident.number")),
    one_of("state", get_args(State)),
    one_of("priority", get_args(Priority)),
    one_of("hotrush", get_args(HotRush)),
    CheckConstraint(f"({ENDED}) = (closed_at IS NOT NULL)", name="closed_at"),
    CheckConstraint("(state = 'merged') = (merged_into IS NOT NULL)", name="merged_into"),
    CheckConstraint("withdrawals >= 0", name="withdrawals"),
    CheckConstraint(f"number >= {FIRST_NUMBER}", name="number"),
    partial("ix_incident_owner", "owner", "owned_at", where="owner IS NOT NULL"),
    partial("ix_incident_ours", "owner", where=OURS),
    partial("ix_incident_unowned", "number", where=UNOWNED),
    # AUTOINCREMENT: a number that was once in a subject line never means another incident.
    sqlite_autoincrement=True,
)

# One delivery is one row: the same UID of the same folder never makes a second one. `config_version` is no
# foreign key on purpose: a mail must not be refused because a bookkeeping row is missing.
arrival = Table(
    "arrival",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("message", ForeignKey("message.id"), nullable=False, index=True),
    Column("raw", ForeignKey("blob.sha256"), nullable=False),
    Column("source", Text, nullable=False),
    Column("mailbox", ForeignKey("mailbox.id")),
    Column("uidvalidity", BigInteger),
    Column("uid", BigInteger),
    Column("mail_from", Text),
    Column("recipients", JSON, nullable=False),
    Column("backlog", Boolean, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("handled_at", Instant, nullable=False),
    Column("disposition", Text, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("config_version", Text, nullable=False),
    Column("incident", ForeignKey("incident.number"), index=True),
    UniqueConstraint("mailbox", "uidvalidity", "uid"),
    one_of("disposition", get_args(Disposition)),
    CheckConstraint(
        "(mailbox IS NULL) = (uid IS NULL) AND (uid IS NULL) = (uidvalidity IS NULL)", name="uid_of_mailbox"
    ),
    CheckConstraint(
        "(disposition IN ('opened', 'appended', 'quiet')) = (incident IS NOT NULL)", name="incident"
    ),
    partial("ix_arrival_quarantined", "id", where=QUARANTINED),
)

# `key` is the address case-folded: what is compared. `address` is as it was first written: what is sent to.
address = Table(
    "address",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("address", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("first_seen_at", Instant, nullable=False),
    Column("customer", ForeignKey(customer.c.id), index=True),
    CheckConstraint(f"length(key) BETWEEN 1 AND {ADDRESS_CHARS}", name="key"),
)

# One requester an incident.
party = Table(
    "party",
    metadata,
    Column("incident", ForeignKey("incident.number"), nullable=False),
    Column("address", ForeignKey("address.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("added_at", Instant, nullable=False),
    PrimaryKeyConstraint("incident", "address"),
    one_of("role", get_args(Role)),
    partial("uq_party_requester", "incident", where="role = 'requester'", unique=True),
)

# A mail that we never saw, to which mails on that incident refer.
ancestor = Table(
    "ancestor",
    metadata,
    Column("message_id", Text, nullable=False),
    Column("incident", ForeignKey("incident.number"), nullable=False),
    PrimaryKeyConstraint("message_id", "incident"),
    CheckConstraint(f"length(message_id) <= {MESSAGE_ID_BYTES}", name="message_id"),
)

# A confirmation mail: its token works until `used_at` is set.
confirmation = Table(
    "confirmation",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("address", ForeignKey("address.id"), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("used_at", Instant),
    Index("ix_confirmation_address_created_at", "address", "created_at"),
)

# `message_id`: of what was said, where that is not the Message-ID of the mail that brought it; "" is none at all.
entry = Table(
    "entry",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("incident", ForeignKey("incident.number"), nullable=False),
    Column("arrival", ForeignKey("arrival.id")),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("author", ForeignKey("address.id")),
    Column("text", Text, nullable=False),
    Column("commands", JSON, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("at", Instant, nullable=False),
    Column("confirmation", ForeignKey("confirmation.id")),
    Column("message_id", Text),
    one_of("kind", get_args(EntryKind)),
    one_of("state", get_args(EntryState)),
    Index("ix_entry_author_at", "author", "at"),
    Index("ix_entry_incident_at", "incident", "at", "id"),
    partial("ix_entry_confirmation", "confirmation", where="confirmation IS NOT NULL"),
)

verdict = Table(
    "verdict",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("incident", ForeignKey("incident.number"), nullable=False, index=True),
    Column("scope", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("priority", Text, nullable=False),
    Column("in_scope", Boolean, nullable=False),
    Column("multi", Boolean, nullable=False),
    Column("evidence", JSON, nullable=False),
    Column("config_version", Text, nullable=False),
    Column("at", Instant, nullable=False),
    one_of("priority", get_args(Priority)),
)

# What staff changed a verdict to: the newest row of a field is the label of that verdict.
correction = Table(
    "correction",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("incident", ForeignKey("incident.number"), nullable=False, index=True),
    Column("verdict", ForeignKey("verdict.id"), nullable=False, index=True),
    Column("entry", ForeignKey("entry.id"), nullable=False),
    Column("author", ForeignKey("address.id"), nullable=False),
    Column("field", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("at", Instant, nullable=False),
    one_of("field", get_args(CorrectedField)),
    CheckConstraint("before <> after", name="changes"),
)

# One mail to one recipient. Its unique key is (incident, kind, cause, recipient). A row of no incident has a
# NULL in it, and to a unique constraint every NULL is a new value: for those there is
# `uq_outbox_no_incident`. `domain` is the recipient's, copied so that the cap on a domain is one look into an
# index. `forced`: a person wants it to leave whatever the caps say.
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("incident", ForeignKey("incident.number")),
    Column("kind", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("address", ForeignKey("address.id"), nullable=False),
    Column("domain", Text, nullable=False),
    Column("audience", Text, nullable=False),
    Column("automatic", Boolean, nullable=False),
    Column("proven", Boolean, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("in_reply_to", Text),
    Column("entry", ForeignKey("entry.id")),
    Column("confirmation", ForeignKey("confirmation.id")),
    Column("state", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("not_before", Instant, nullable=False),
    Column("lease_until", Instant),
    Column("attempts", Integer, nullable=False),
    Column("first_tried_at", Instant),
    Column("sent_at", Instant),
    Column("message_id", Text, unique=True),
    Column("reason", Text),
    Column("reason_text", Text),
    Column("last_error", Text),
    Column("forced", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("incident", "kind", "cause", "address"),
    one_of("state", get_args(OutboxState)),
    one_of("audience", get_args(Audience)),
    CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="lease"),
    CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent_at"),
    CheckConstraint("state <> 'sent' OR message_id IS NOT NULL", name="message_id"),
    CheckConstraint("attempts >= 0", name="attempts"),
    CheckConstraint("(reason IS NULL) = (reason_text IS NULL)", name="reason"),
    Index("ix_outbox_incident_id", "incident", "id"),
    partial("uq_outbox_no_incident", "kind", "cause", "address", where="incident IS NULL", unique=True),
    partial("ix_outbox_open", "not_before", where=OPEN),
    partial("ix_outbox_held", "reason", "domain", "address", where=HELD),
    partial("ix_outbox_confirmation", "confirmation", where="confirmation IS NOT NULL"),
    partial("ix_outbox_sent_at", "sent_at", where=f"sent_at IS NOT NULL AND {COUNTED}"),
    partial("ix_outbox_address_sent_at", "address", "sent_at", where="sent_at IS NOT NULL"),
    partial("ix_outbox_domain_sent_at", "domain", "sent_at", where=f"sent_at IS NOT NULL AND {COUNTED}"),
)

suppression = Table(
    "suppression",
    metadata,
    Column("address", ForeignKey("address.id"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("since", Instant, nullable=False),
)

event = Table(
    "event",
    metadata,
    Column("id", BigKey, primary_key=True),
    Column("incident", ForeignKey("incident.number"), index=True),
    Column("at", Instant, nullable=False),
    Column("name", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("reasons", JSON, nullable=False),
)

config_version = Table(
    "config_version",
    metadata,
    Column("version", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("loaded_at", Instant, nullable=False),
)
