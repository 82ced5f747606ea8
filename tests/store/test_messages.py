"""What was received is kept once, byte for byte, and the same mail is known again."""

from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from maild.core.actions import Dispose
from maild.core.message import Attachment, Message
from maild.store.database import Database
from maild.store.messages import Kept, attachments_of_entry, keep, raw_of, reconcile, usable_id
from maild.store.tables import attachment, blob, entry, message
from tests.parts.messages import a_message
from tests.parts.records import NOW, WHY, a_delivery, came, did, opening

MAIL = a_message(message_id="<a@example.net>", body_hash="h1")
QUARANTINED = [Dispose("quarantined", (WHY,))]


def a_file(name: str, content: bytes, **changes: Any) -> Attachment:
    """Return an attachment with this content."""
    digest = sha256(content).hexdigest()
    return Attachment(name, "text/plain", len(content), digest, content=content, **changes)


def count(tx: Connection, table: Any) -> int:
    """Return how many rows the table has."""
    return tx.execute(select(func.count()).select_from(table)).scalar_one()


def test_the_bytes_come_back_as_they_came(database: Database) -> None:
    """NUL, bare line ends, 8-bit: the raw bytes are what was received."""
    raw = bytes(range(256)) + b"\r\n.\r\n\n\r"
    with database.begin() as tx:
        kept = keep(tx, a_delivery(raw), None, NOW)
        assert raw_of(tx, kept.message) == raw


def test_an_unreadable_mail_is_kept_as_bytes_alone(database: Database) -> None:
    """Nothing is known of it but its size; two of them are two mails."""
    with database.begin() as tx:
        first, second = (keep(tx, a_delivery(b"\xff"), None, NOW) for _ in range(2))
        row = tx.execute(select(message)).first()
    assert first.message != second.message
    assert row is not None
    assert (row.message_id, row.body_hash, row.subject, row.size) == (None, None, None, 1)


def test_the_same_mail_again_is_a_duplicate_of_its_first_arrival(database: Database) -> None:
    """Message-ID and body hash agree, though the trace headers differ: one content, and who brought it first."""
    with database.begin() as tx:
        first = came(tx, opening(), message=MAIL)
        again = keep(tx, a_delivery(b"Received: elsewhere\r\n\r\ny"), MAIL, NOW)
        assert again.duplicate_of == first.arrival
        assert count(tx, message) == 1
        assert count(tx, blob) == 2


@pytest.mark.parametrize(
    "other",
    [
        a_message(message_id="<a@example.net>", body_hash="h2"),
        a_message(message_id="<b@example.net>", body_hash="h1"),
        a_message(message_id=None, body_hash="h1"),
    ],
    ids=["other content", "other id", "no id"],
)
def test_a_mail_that_differs_in_id_or_content_is_another_mail(database: Database, other: Message) -> None:
    """The same Message-ID with other content is kept; dedupe never loses what somebody wrote."""
    with database.begin() as tx:
        first = came(tx, opening(), message=MAIL)
        kept = keep(tx, a_delivery(), other, NOW)
        assert kept.duplicate_of is None
        assert kept.message != first.arrival
        assert count(tx, message) == 2


def test_a_mail_whose_first_arrival_was_quarantined_gets_another_chance(database: Database) -> None:
    """It comes again: not a duplicate, and its files are not stored twice."""
    mail = a_message(message_id="<a@example.net>", body_hash="h1", attachments=(a_file("a", b"x"),))
    with database.begin() as tx:
        came(tx, QUARANTINED, message=mail)
        again = keep(tx, a_delivery(), mail, NOW)
        assert again.duplicate_of is None
        assert count(tx, attachment) == 1
        came(tx, opening(), message=mail)
        assert keep(tx, a_delivery(), mail, NOW).duplicate_of is not None


def test_without_a_message_id_only_a_rescan_knows_a_mail_again(database: Database) -> None:
    """Two mails with the same bytes may be two mails; found again in its folder it is one."""
    nameless = a_message(message_id=None)
    with database.begin() as tx:
        first = came(tx, opening(), message=nameless)
        assert keep(tx, a_delivery(), nameless, NOW).duplicate_of is None
        assert keep(tx, a_delivery(rescan=True), nameless, NOW).duplicate_of == first.arrival
        assert keep(tx, a_delivery(b"other", rescan=True), nameless, NOW).duplicate_of is None


def test_a_rescan_does_not_quarantine_twice(database: Database) -> None:
    """The bytes in quarantine are the very mail that is found again, readable or not."""
    with database.begin() as tx:
        first = came(tx, QUARANTINED)
        assert keep(tx, a_delivery(rescan=True), None, NOW).duplicate_of == first.arrival
        named = came(tx, QUARANTINED, message=MAIL)
        assert keep(tx, a_delivery(rescan=True), MAIL, NOW).duplicate_of == named.arrival


def test_one_content_is_stored_once_whatever_it_is_called(database: Database) -> None:
    """Twice in one mail, and again in the next (a logo under a signature): three files, one blob."""
    logo = (a_file("logo.png", b"PNG"), a_file("../../copy.png", b"PNG", inline=True))
    with database.begin() as tx:
        keep(tx, a_delivery(b"one"), a_message(message_id="<1@x>", body_hash="1", attachments=logo), NOW)
        keep(tx, a_delivery(b"two"), a_message(message_id="<2@x>", body_hash="2", attachments=logo[:1]), NOW)
        assert (count(tx, attachment), count(tx, blob)) == (3, 3)
        hashes = set(tx.scalars(select(attachment.c.sha256)))
        assert hashes == {sha256(b"PNG").hexdigest()}


def test_attachments_come_back_with_their_entry(database: Database) -> None:
    """In the order of the mail, with content; equal contents are stored once."""
    files = (
        a_file("a.txt", b"one"),
        a_file("b.txt", b"one", inline=True, content_id="x@y"),
        a_file("../..", b""),
    )
    with database.begin() as tx:
        came(tx, opening(), message=a_message(message_id=None, attachments=files))
        found = attachments_of_entry(tx, tx.execute(select(entry.c.id)).scalar_one())
        assert found == files
        assert [one.content for one in found] == [b"one", b"one", b""]
        assert count(tx, blob) == 3


def test_an_entry_without_a_mail_has_no_files(database: Database) -> None:
    """What a person did by hand brings none."""
    with database.begin() as tx:
        did(tx, opening()[1:])
        assert attachments_of_entry(tx, tx.execute(select(entry.c.id)).scalar_one()) == ()


@pytest.mark.parametrize(
    ("message_id", "usable"),
    [
        (None, None),
        ("", None),
        ("<a@b>", "<a@b>"),
        ("<" + "a" * 996 + ">", "<" + "a" * 996 + ">"),
        ("<" + "a" * 997 + ">", None),
        ("<" + "ä" * 500 + ">", None),
    ],
)
def test_an_id_longer_than_a_line_is_none(message_id: str | None, usable: str | None) -> None:
    """998 bytes fit a line, 999 do not; no index has to take more."""
    assert usable_id(message_id) == usable


def test_an_endless_message_id_is_stored_and_looked_up_without_trouble(database: Database) -> None:
    """A hostile id must not keep its mail out: PostgreSQL refuses to index long text."""
    endless = a_message(message_id="<" + "aB3" * 40_000 + "@x>", body_hash="h1")
    with database.begin() as tx:
        assert keep(tx, a_delivery(), endless, NOW).duplicate_of is None
        assert keep(tx, a_delivery(), endless, NOW).duplicate_of is None


def test_every_arrival_is_counted_under_one_disposition(database: Database) -> None:
    """The six words are always there, and add up to the total."""
    with database.begin() as tx:
        assert set(reconcile(tx).values()) == {0}
        number = came(tx, opening()).incident
        came(tx, [Dispose("quiet", (WHY,))], incident=number)
        came(tx, QUARANTINED)
        came(tx, QUARANTINED)
        found = reconcile(tx)
    assert found == {
        "opened": 1,
        "appended": 0,
        "quiet": 1,
        "kept": 0,
        "quarantined": 2,
        "duplicate": 0,
        "total": 4,
    }


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("12")), max_size=8),
    st.sampled_from([True, False]),
)
def test_the_first_arrival_of_each_content_is_the_one_that_counts(
    database: Database, mails: list[tuple[str, str]], rescan: bool
) -> None:
    """Whatever comes in whatever order: a duplicate names the first arrival of the same id and content."""
    first: dict[tuple[str, str], int | None] = {}
    with database.begin() as tx:
        everything = tx.begin_nested()
        for message_id, body in mails:
            mail = a_message(message_id=f"<{message_id}@x>", body_hash=body)
            kept = keep(tx, a_delivery(rescan=rescan), mail, NOW)
            assert isinstance(kept, Kept)
            assert kept.duplicate_of == first.get((message_id, body))
            arrival = came(tx, opening(), message=mail).arrival
            first.setdefault((message_id, body), arrival)
        everything.rollback()
