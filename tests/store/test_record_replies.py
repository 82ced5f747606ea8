"""Mails of ours are queued once, and requests to confirm are bundled when they are many."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import IntegrityError

from maild.core import reply_token
from maild.core.actions import Action, AddEntry, AskConfirmation, Dispose, QueueReply
from maild.core.message import Address
from maild.core.reply_token import Token
from maild.store import incidents, outbox, tables
from maild.store.database import Database
from maild.store.record import TimeCame, record
from tests.parts.messages import ALICE, a_message
from tests.parts.records import (
    ANNA,
    BEN,
    DAY,
    HOUR,
    LIMITS,
    MINUTE,
    NOW,
    WHY,
    an_incident,
    came,
    did,
    notification,
    opening,
)

ACK = QueueReply("acknowledgement", ALICE, {"subject": ""}, in_reply_to="<1@example.net>")
NOTICE = QueueReply("quarantine_notice", ANNA, {"reason": "too deep"}, audience="staff")


def mails(tx: Connection) -> list[Any]:
    """Return every row of the outbox, in order."""
    return list(tx.execute(select(tables.outbox).order_by(tables.outbox.c.id)))


def ask(tx: Connection, number: int, now: datetime = NOW, to: Address = ANNA, text: str = "yes") -> int:
    """Let a staff mail come in that needs to be confirmed; return its entry."""
    held = AddEntry("unverified", to, text, (WHY,), state="held")
    actions: list[Action] = [
        Dispose("appended", (WHY,)),
        held,
        AskConfirmation(to, {"number": str(number), "to": "Alice", "what": "send it", "text": text}),
    ]
    message = a_message(message_id=f"<{text}@example.org>", body_hash=text)
    came(tx, actions, message=message, incident=number, now=now)
    return tx.execute(select(tables.entry.c.id).order_by(tables.entry.c.id.desc())).scalars().first() or 0


def test_a_queued_mail_holds_all_that_it_takes_to_write_it(database: Database) -> None:
    """Recipient, facts, what it answers, why: and it is due at once."""
    with database.begin() as tx:
        done = came(tx, opening(replace(ACK, proven=True)))
        (row,) = mails(tx)
    assert done.queued == 1
    assert (row.incident, row.kind, row.cause, row.state) == (1001, "acknowledgement", "opened", "queued")
    assert (row.audience, row.automatic, row.proven, row.domain) == ("customer", True, True, "example.net")
    assert (row.facts, row.in_reply_to, row.entry) == ({"subject": ""}, "<1@example.net>", None)
    assert (row.created_at, row.not_before, row.attempts) == (NOW, NOW, 0)


def test_every_mail_has_a_key_that_nobody_can_guess(database: Database) -> None:
    """120 random bits, in letters and digits that survive a relay which folds case."""
    with database.begin() as tx:
        an_incident(tx, *(notification(Address(f"{n}@example.org")) for n in range(30)))
        keys = {row.key for row in mails(tx)}
    assert len(keys) == 30
    assert all(len(key) == 24 and key.isalnum() and key == key.lower() for key in keys)


def test_an_incident_gets_one_acknowledgement_whatever_asks_for_it(database: Database) -> None:
    """Another mail, another time: the unique key refuses the second (invariant I3)."""
    with database.begin() as tx:
        number = an_incident(tx, ACK)
        again = came(tx, [Dispose("appended", (WHY,)), ACK], incident=number, now=NOW + DAY)
        assert again.queued == 0
        assert len(mails(tx)) == 1
        assert an_incident(tx, ACK) != number
        assert len(mails(tx)) == 2


def test_one_cause_makes_one_mail_to_each_recipient(database: Database) -> None:
    """Two clocks may remind twice; one step reminds each person once (invariant I6)."""

    def remind(tx: Connection, cause: str) -> int:
        both = [replace(notification(one), kind="reminder") for one in (ANNA, BEN)]
        occasion = TimeCame(cause)
        return record(tx, both, occasion, incident=number, now=NOW, limits=LIMITS).queued

    with database.begin() as tx:
        number = an_incident(tx)
        assert [remind(tx, cause) for cause in ("timer:1:0.5", "timer:1:0.5", "timer:1:1.0")] == [2, 0, 2]


def test_a_mail_about_no_incident_is_queued_once_too(database: Database) -> None:
    """NULL never equals NULL: without an incident a second index keeps the promise."""
    with database.begin() as tx:
        assert did(tx, [NOTICE], cause="arrival:5").queued == 1
        assert did(tx, [NOTICE], cause="arrival:5").queued == 0
        assert did(tx, [replace(NOTICE, to=BEN)], cause="arrival:5").queued == 1
        assert did(tx, [NOTICE], cause="arrival:6").queued == 1


def test_the_cause_of_a_mail_is_the_arrival_that_led_to_it(database: Database) -> None:
    """Two mails of a customer lead to two notifications."""
    with database.begin() as tx:
        number = an_incident(tx, notification())
        came(tx, [Dispose("appended", (WHY,)), notification()], incident=number)
        assert [row.cause for row in mails(tx)] == ["arrival:1", "arrival:2"]


def test_attachments_go_along_with_the_entry_just_added(database: Database) -> None:
    """The row names the entry; without `with_attachments` it names none."""
    answer = QueueReply("answer", ALICE, {"text": "x"}, automatic=False, with_attachments=True)
    note = AddEntry("staff_answer", ANNA, "x", (WHY,))
    with database.begin() as tx:
        number = an_incident(tx)
        actions: list[Action] = [Dispose("appended", (WHY,)), note, answer, replace(answer, to=ANNA)]
        came(tx, [*actions, replace(answer, to=BEN, with_attachments=False)], incident=number)
        assert [row.entry for row in mails(tx)] == [2, 2, None]


def test_a_held_mail_asks_its_author_once(database: Database) -> None:
    """The request answers the staff mail, is about a person and no incident, and holds the item."""
    with database.begin() as tx:
        number = an_incident(tx)
        entry = ask(tx, number)
        (row,) = mails(tx)
        token = Token("confirm", reply_token.opening(row.created_at), 1, row.confirmation)
        found = incidents.confirmation(tx, token, NOW)
    assert (row.kind, row.incident, row.state, row.audience) == ("confirmation", None, "queued", "staff")
    assert row.in_reply_to == "<yes@example.org>"
    assert row.facts["items"] == [{"number": "1001", "to": "Alice", "what": "send it", "text": "yes"}]
    assert found is not None
    assert (found.address, found.used_at) == (ANNA.address, None)
    assert [(held.entry, held.incident.number, held.text) for held in found.entries] == [
        (entry, number, "yes")
    ]


def test_after_five_requests_in_an_hour_the_next_waits_and_becomes_a_list(database: Database) -> None:
    """The sixth is held until the first is an hour old; what comes meanwhile is added to it (rule 11)."""
    with database.begin() as tx:
        number = an_incident(tx)
        for minute in range(8):
            ask(tx, number, NOW + minute * MINUTE, text=f"t{minute}")
        rows = mails(tx)
        held = incidents.held_entries(tx, rows[-1].confirmation, NOW)
    assert [row.state for row in rows] == ["queued"] * 5 + ["held"]
    assert rows[-1].not_before == NOW + HOUR
    assert rows[-1].reason == "cap_confirmations"
    assert [item["text"] for item in rows[-1].facts["items"]] == ["t5", "t6", "t7"]
    assert [one.text for one in held] == ["t5", "t6", "t7"]


def test_another_person_is_asked_at_once(database: Database) -> None:
    """The cap is a person's own."""
    with database.begin() as tx:
        number = an_incident(tx)
        for minute in range(6):
            ask(tx, number, NOW + minute * MINUTE, text=f"t{minute}")
        ask(tx, number, NOW + 6 * MINUTE, to=BEN, text="t6")
        assert [row.state for row in mails(tx)][-2:] == ["held", "queued"]


def test_an_hour_later_a_person_is_asked_at_once_again(database: Database) -> None:
    """The window moves on with the oldest request in it."""
    with database.begin() as tx:
        number = an_incident(tx)
        for minute in range(5):
            ask(tx, number, NOW + minute * MINUTE, text=f"t{minute}")
        ask(tx, number, NOW + HOUR, text="t5")
        assert {row.state for row in mails(tx)} == {"queued"}


def test_a_list_that_left_takes_no_more_items(database: Database) -> None:
    """What is being sent stays as it is: the next request is a new mail."""
    with database.begin() as tx:
        number = an_incident(tx)
        for minute in range(6):
            ask(tx, number, NOW + minute * MINUTE, text=f"t{minute}")
        outbox.claim(tx, NOW + HOUR, limit=10, lease=MINUTE)
        ask(tx, number, NOW + HOUR + MINUTE / 2, text="t6")
        assert [row.state for row in mails(tx)] == ["sending"] * 6 + ["held"]


def test_two_items_of_one_mail_are_asked_in_one_request(database: Database) -> None:
    """A mail that needs two things confirmed leads to one mail."""
    asked = AskConfirmation(ANNA, {"number": "1001", "to": "", "what": "", "text": "a"})
    held = AddEntry("unverified", ANNA, "a", (WHY,), state="held")
    with database.begin() as tx:
        number = an_incident(tx)
        actions: list[Action] = [Dispose("appended", (WHY,)), held, asked]
        came(tx, [*actions, replace(held, text="b"), asked], incident=number)
        (row,) = mails(tx)
        assert len(row.facts["items"]) == 2
        assert len(incidents.held_entries(tx, row.confirmation, NOW)) == 2


def test_a_request_needs_something_to_confirm(database: Database) -> None:
    """Without an entry there is nothing that a reply could release."""
    with pytest.raises(ValueError, match="about an entry"), database.begin() as tx:
        did(tx, [AskConfirmation(ANNA, {})])


def test_the_database_itself_refuses_a_second_mail_of_the_same_cause(database: Database) -> None:
    """The promise does not hang on our code: the same row by SQL fails, with and without incident (invariant I12)."""
    with database.begin() as tx:
        an_incident(tx, ACK)
        did(tx, [NOTICE])
    columns = ", ".join(c.name for c in tables.outbox.columns if c.name not in ("id", "key"))
    for kind in ("acknowledgement", "quarantine_notice"):
        again = (
            f"INSERT INTO outbox (key, {columns}) SELECT 'other', {columns} FROM outbox WHERE kind = '{kind}'"
        )
        with pytest.raises(IntegrityError), database.begin() as tx:
            tx.execute(text(again))


def test_a_mail_is_queued_in_the_transaction_that_opens_its_incident(database: Database) -> None:
    """Undone together: no acknowledgement of an incident that is not there."""
    with pytest.raises(LookupError), database.begin() as tx:
        raise LookupError(an_incident(tx, ACK))
    with database.read() as tx:
        assert mails(tx) == []


def test_who_confirms_promptly_is_never_slowed_down(database: Database) -> None:
    """The cap counts requests that nobody answered: after many used ones the next leaves at once."""
    with database.begin() as tx:
        number = an_incident(tx)
        for i in range(LIMITS.confirmations_per_hour + 2):
            ask(tx, number, NOW + i * MINUTE, text=f"answer {i}")
            tx.execute(tables.confirmation.update().values(used_at=NOW))
        ask(tx, number, NOW + 10 * MINUTE, text="one more")
        assert mails(tx)[-1].state == "queued"
