"""What a person must look at: listed, shown whole, and handed out to be handled again."""

import pytest

from maild.core.actions import Action, Dispose
from maild.core.reasons import because
from maild.errors import NotFound, UserError
from maild.store import quarantine
from maild.store.database import Database
from maild.store.mailboxes import meet
from maild.store.messages import keep
from maild.store.record import MailCame, record
from tests.parts.messages import a_message
from tests.parts.records import LIMITS, NOW, a_delivery, came, opening

WHY: list[Action] = [
    Dispose("quarantined", (because("too_deep", limit=50), because("crashed", error="RecursionError")))
]
RAW = b"\xff\x00 no mail at all\r\n"


def test_the_quarantine_lists_what_lies_in_it(database: Database) -> None:
    """Readable or not, oldest first, with the first reason's name and all sentences; nothing else."""
    with database.begin() as tx:
        kept = keep(tx, a_delivery(RAW), None, NOW)
        occasion = MailCame(a_delivery(RAW), kept.message, None, "v1")
        record(tx, WHY, occasion, incident=None, now=NOW, limits=LIMITS)
        came(tx, opening())
        came(tx, WHY, message=a_message(message_id=None))
        rows = quarantine.listing(tx)
    assert rows[0] == {
        "arrival": 1,
        "received_at": NOW,
        "source": "smtp",
        "sender": None,
        "subject": None,
        "size": len(RAW),
        "reason": "too_deep",
        "text": "nested deeper than 50 levels; the reader failed: RecursionError",
    }
    assert [(row["arrival"], row["sender"], row["subject"]) for row in rows[1:]] == [
        (3, "Alice <alice@example.net>", "The checkout is down")
    ]


def test_one_mail_is_shown_with_how_it_came(database: Database) -> None:
    """Mailbox and UID, envelope, hash of its bytes, the config that decided."""
    with database.begin() as tx:
        delivery = a_delivery(RAW, mail_from="", recipients=("support@example.org",))
        came(tx, WHY, delivery=delivery)
        row = quarantine.show(tx, 1)
    assert (row["mail_from"], row["recipients"], row["config_version"]) == ("", ["support@example.org"], "v1")
    assert (row["mailbox"], row["uid"], row["backlog"], len(row["sha256"])) == (None, None, False, 64)
    assert row["reason"] == "too_deep"


def test_a_mail_is_handed_out_as_it_came_in(database: Database) -> None:
    """Byte for byte, from the same place at the same time: as if it had just been delivered."""
    with database.begin() as tx:
        mailbox = meet(tx, "support", "INBOX", NOW).id
        by_imap = a_delivery(RAW, source="support", mailbox=mailbox, uidvalidity=3, uid=9, backlog=True)
        by_smtp = a_delivery(RAW, mail_from="a@b.example", recipients=("x@y.example", "z@y.example"))
        for delivery in (by_imap, by_smtp):
            came(tx, WHY, delivery=delivery)
        assert [quarantine.delivery(tx, arrival) for arrival in (1, 2)] == [by_imap, by_smtp]
        assert quarantine.raw(tx, 1) == RAW


def test_two_arrivals_of_one_content_keep_their_own_bytes(database: Database) -> None:
    """The trace headers differ: what came second can be seen as it came."""
    mail = a_message(message_id="<1@x>", body_hash="h")
    with database.begin() as tx:
        for raw in (b"Received: one\r\n\r\n", b"Received: two\r\n\r\n"):
            came(tx, WHY, message=mail, delivery=a_delivery(raw))
        assert [quarantine.raw(tx, arrival) for arrival in (1, 2)] == [
            b"Received: one\r\n\r\n",
            b"Received: two\r\n\r\n",
        ]


@pytest.mark.parametrize("ask", [quarantine.show, quarantine.raw, quarantine.delivery])
def test_a_mail_that_is_not_in_quarantine_is_not_found(database: Database, ask: object) -> None:
    """Handled ones and ones that never were: the message names the number and the way to the list."""
    assert callable(ask)
    with database.begin() as tx:
        came(tx, opening())
        for arrival in (1, 77):
            with pytest.raises(NotFound, match=f"no mail {arrival} in quarantine; `maild quarantine list`"):
                ask(tx, arrival)
    assert issubclass(NotFound, UserError)


def test_a_mail_that_was_handled_leaves_the_quarantine(database: Database) -> None:
    """The list is what is left to do."""
    with database.begin() as tx:
        came(tx, WHY)
        assert len(quarantine.listing(tx)) == 1
        tx.exec_driver_sql("UPDATE arrival SET disposition = 'kept'")
        assert quarantine.listing(tx) == []
