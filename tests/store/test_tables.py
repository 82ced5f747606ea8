"""The promises are kept by the database itself: each is broken by SQL here, and refused (invariant I12)."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from maild.core.actions import Correct, FireStep, QueueReply
from maild.store.database import Database
from maild.store.mailboxes import meet
from maild.store.tables import address, metadata
from tests.parts.messages import ALICE, a_message
from tests.parts.records import NOW, a_clock, a_delivery, an_incident, came, did, opening

COPY = {
    "arrival": "message, raw, source, mailbox, uidvalidity, uid, recipients, backlog, received_at, handled_at,"
    " disposition, reasons, config_version, incident",
    "timer": "incident, kind, cycle, started_at, due_at, steps",
    "party": "incident, role, proven, added_at",
}


@pytest.fixture
def filled(database: Database) -> Database:
    """A database with one of nearly everything."""
    with database.begin() as tx:
        mailbox = meet(tx, "support", "INBOX", NOW).id
        delivery = a_delivery(mailbox=mailbox, uidvalidity=1, uid=7)
        message = a_message(message_id="<1@x>", body_hash="h")
        more = (
            a_clock(),
            QueueReply("acknowledgement", ALICE, {}),
            Correct("scope", "checkout", "tax", ALICE),
        )
        came(tx, opening(*more), message=message, delivery=delivery)
        did(tx, [FireStep(1, "0.5", None)], 1001)
    return database


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO step SELECT timer, step, fired_at FROM step",
        f"INSERT INTO arrival ({COPY['arrival']}) SELECT {COPY['arrival']} FROM arrival",
        f"INSERT INTO timer ({COPY['timer']}) SELECT {COPY['timer']} FROM timer",
        f"INSERT INTO timer ({COPY['timer']}) SELECT {COPY['timer'].replace('cycle', '2')} FROM timer",
        "INSERT INTO party SELECT * FROM party",
        (
            "INSERT INTO mailbox (account, folder, cursor, first_contact_at)"
            " SELECT account, folder, 0, first_contact_at FROM mailbox"
        ),
        (
            "INSERT INTO message (message_id, body_hash, raw, size, first_seen_at)"
            " SELECT message_id, body_hash, raw, 1, first_seen_at FROM message"
        ),
        "INSERT INTO address (key, address, name, first_seen_at) SELECT key, '', '', first_seen_at FROM address",
    ],
    ids=["step", "arrival", "timer cycle", "timer running", "party", "mailbox", "message", "address"],
)
def test_what_may_be_there_once_is_not_there_twice(filled: Database, statement: str) -> None:
    """The unique keys that carry the promises, each met by a copy of the row."""
    with pytest.raises(IntegrityError), filled.begin() as tx:
        tx.execute(text(statement))


@pytest.mark.parametrize(
    "change",
    [
        "incident SET state = 'solved'",
        "incident SET state = 'closed'",
        "incident SET closed_at = opened_at",
        "incident SET priority = 'urgent'",
        "incident SET number = 1",
        "arrival SET disposition = 'lost'",
        "arrival SET disposition = 'kept'",
        "arrival SET incident = NULL",
        "arrival SET uid = NULL",
        "arrival SET message = 99",
        "entry SET kind = 'rumour'",
        "entry SET state = 'open'",
        "entry SET incident = 99",
        "party SET role = 'boss'",
        "party SET address = 99",
        "timer SET stopped_at = started_at, next_at = started_at",
        "timer SET cycle = 0",
        "outbox SET state = 'gone'",
        "outbox SET state = 'sending'",
        "outbox SET state = 'sent'",
        "outbox SET state = 'sent', sent_at = created_at",
        "outbox SET lease_until = created_at",
        "outbox SET audience = 'everybody'",
        "outbox SET attempts = -1",
        "outbox SET reason = 'cap_total'",
        "outbox SET incident = 99",
        "message SET body_hash = NULL",
        "message SET raw = 'nothing'",
        "mailbox SET lease_owner = 'me'",
        'mailbox SET "cursor" = -1',
        "blob SET sha256 = 'short'",
        "verdict SET priority = 'urgent'",
        "correction SET field = 'mood'",
        "correction SET after = before",
        "correction SET verdict = 99",
        "correction SET author = 99",
    ],
)
def test_a_row_that_makes_no_sense_is_refused(filled: Database, change: str) -> None:
    """Words outside the vocabulary, states without what belongs to them, references to nothing."""
    with pytest.raises(IntegrityError), filled.begin() as tx:
        tx.execute(text(f"UPDATE {change}"))


def test_an_incident_has_one_requester(filled: Database) -> None:
    """A second one, under another address, is refused."""
    with filled.begin() as tx:
        row = {"id": 50, "key": "x", "address": "x", "name": "", "first_seen_at": NOW}
        tx.execute(address.insert(), row)
    columns = COPY["party"]
    second = f"INSERT INTO party (address, {columns}) SELECT 50, {columns} FROM party"
    with pytest.raises(IntegrityError), filled.begin() as tx:
        tx.execute(text(second))


def test_what_others_refer_to_cannot_be_deleted(filled: Database) -> None:
    """Bytes, mails, incidents and addresses stay as long as anything names them."""
    for table in ("blob", "message", "incident", "address", "arrival", "mailbox"):
        with pytest.raises(IntegrityError), filled.begin() as tx:
            tx.execute(text(f"DELETE FROM {table}"))


def test_a_number_is_never_used_again(database: Database) -> None:
    """A number that stood in a subject line means that incident for ever, even if its row is gone."""
    with database.begin() as tx:
        number = did(tx, opening()[1:2]).incident
        for table in ("party", "verdict", "incident"):
            tx.execute(metadata.tables[table].delete())
        assert an_incident(tx) == (number or 0) + 1
        assert len(tx.execute(select(metadata.tables["incident"])).all()) == 1
