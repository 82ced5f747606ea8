"""Incidents come back as the core wants them, and clues lead where they should."""

import threading
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import event

from maild.core import reply_token
from maild.core.actions import (
    Action,
    AddEntry,
    AddParty,
    AskConfirmation,
    ClockHappened,
    Dispose,
    QueueReply,
    RememberThread,
    SetState,
)
from maild.core.customer import Party
from maild.core.incident import Priority
from maild.core.message import Address, Attachment
from maild.core.reasons import because
from maild.core.reply_token import Token
from maild.core.understanding.find_incident import Candidates, Clues
from maild.store import incidents, outbox
from maild.store.database import Database
from tests.parts.messages import ALICE, a_message
from tests.parts.records import (
    ANNA,
    BEN,
    DAY,
    HOUR,
    MINUTE,
    NOW,
    WHY,
    a_clock,
    a_delivery,
    an_incident,
    came,
    did,
    opening,
)

FURTHER: list[Action] = [Dispose("appended", (WHY,)), AddEntry("customer_message", ALICE, "more", (WHY,))]


def test_an_incident_comes_back_with_its_parties(database: Database) -> None:
    """The requester first, each with the id that tokens are bound to."""
    with database.begin() as tx:
        number = an_incident(tx, AddParty(ANNA, "staff", proven=True))
        found = incidents.load(tx, number)
    assert found is not None
    assert (found.number, found.subject, found.language) == (number, "The checkout is down", "en")
    assert [(p.address, p.role, p.proven) for p in found.parties] == [
        (ALICE.address, "requester", False),
        (ANNA.address, "staff", True),
    ]
    assert found.party("ANNA@staff.example.org") == found.parties[1]
    assert isinstance(found.requester, Party)


def test_what_is_not_there_is_none(database: Database) -> None:
    """Also numbers that no database has: they come from strangers' subjects."""
    with database.begin() as tx:
        for number in (1001, 0, -5, 9_999_999_999, 10**30):
            assert incidents.load(tx, number) is None


def test_the_last_message_id_is_that_of_the_customers_newest_mail(database: Database) -> None:
    """Not a machine's, not ours, not one that came late but is older."""
    with database.begin() as tx:
        number = came(tx, opening(), message=a_message(message_id="<1@x>")).incident
        assert number is not None
        for message_id, age in (("<2@x>", -2 * HOUR), ("<3@x>", -HOUR), ("<0@x>", -DAY)):
            message = a_message(message_id=message_id)
            delivery = a_delivery(received_at=NOW + age + 3 * HOUR)
            came(tx, FURTHER, message=message, delivery=delivery, incident=number, now=NOW + 3 * HOUR)
        note: list[Action] = [Dispose("quiet", (WHY,)), AddEntry("machine_note", ALICE, "away", (WHY,))]
        came(tx, note, message=a_message(message_id="<9@x>"), incident=number, now=NOW + DAY)
        found = incidents.load(tx, number)
    assert found is not None
    assert found.last_message_id == "<3@x>"


def test_clues_lead_to_incidents_by_number_and_by_message_id(database: Database) -> None:
    """Received mails and mails of ours; whatever they lead to is among the candidates."""
    ack = QueueReply("acknowledgement", ALICE, {})
    with database.begin() as tx:
        first = came(tx, opening(ack), message=a_message(message_id="<in@x>")).incident
        second, third = an_incident(tx), an_incident(tx)
        (row,) = outbox.claim(tx, NOW, limit=9, lease=MINUTE)
        outbox.sent(tx, row.id, "<out@us>", NOW)
        ids = ("<in@x>", "<out@us>", "<nobody@x>", "<" + "a" * 2000)
        found = incidents.candidates(tx, Clues((), ids, (second, 4711)), a_message(), None)
    assert found.by_message_id == {"<in@x>": first, "<out@us>": first}
    assert set(found.by_number) == {first, second}
    assert third not in found.by_number


def test_no_clues_cost_no_query(database: Database) -> None:
    """A mail of nobody without any reference asks the database nothing."""
    with database.begin() as tx:
        tx.invalidate()  # any statement would fail now
        found = incidents.candidates(tx, Clues((), (), ()), a_message(sender=None), None)
        assert (dict(found.by_number), dict(found.by_message_id)) == ({}, {})
        tx.rollback()


def test_an_id_that_stands_on_two_incidents_leads_to_the_elder(database: Database) -> None:
    """Sent or received, in whatever order they are found: who copies a Message-ID draws no mail to themselves."""
    with database.begin() as tx:
        older = came(
            tx, opening(QueueReply("closed", ALICE, {})), message=a_message(message_id="<2@x>")
        ).incident
        (row,) = outbox.claim(tx, NOW, limit=9, lease=MINUTE)
        outbox.sent(tx, row.id, "<1@x>", NOW)
        younger = came(tx, opening(), message=a_message(message_id="<1@x>", body_hash="a")).incident
        came(tx, FURTHER, message=a_message(message_id="<2@x>", body_hash="b"), incident=younger)
        found = incidents.candidates(tx, Clues((), ("<1@x>", "<2@x>"), ()), a_message(), None)
    assert found.by_message_id == {"<1@x>": older, "<2@x>": older}
    assert set(found.by_number) == {older}
    assert older != younger


def test_mail_in_quarantine_leads_nowhere(database: Database) -> None:
    """Nobody joins an incident through a mail that was never let in."""
    with database.begin() as tx:
        came(tx, [Dispose("quarantined", (WHY,))], message=a_message(message_id="<1@x>"))
        assert incidents.candidates(tx, Clues((), ("<1@x>",), ()), a_message(), None).by_message_id == {}


def test_incidents_can_be_looked_at_without_writing(database: Database) -> None:
    """A reader takes no locks: PostgreSQL would refuse them."""
    with database.begin() as tx:
        number = an_incident(tx)
    with database.read() as tx:
        assert incidents.load(tx, number) is not None


def test_the_queue_shows_open_before_closed_hotrush_first_then_by_due_time(database: Database) -> None:
    """What has no clock comes after what has one."""

    def due(hours: int) -> ClockHappened:
        return a_clock(NOW + (hours - 8) * HOUR)

    with database.begin() as tx:
        late = an_incident(tx, due(9))
        hot_late = an_incident(tx, due(12), priority="hotrush")
        soon = an_incident(tx, due(2))
        hot_soon = an_incident(tx, due(3), priority="hotrush")
        no_clock = an_incident(tx)
        closed = an_incident(
            tx, SetState("closed", because("closed_by_staff", name="Anna")), priority="hotrush"
        )
        rows = incidents.listing(tx, state=None)
    assert [row["number"] for row in rows] == [hot_soon, hot_late, soon, late, no_clock, closed]
    assert list(rows[0]) == [
        "number",
        "state",
        "priority",
        "scope",
        "subject",
        "requester",
        "opened_at",
        "due_at",
        "owner",
        "hotrush",
        "withdrawals",
        "flags",
    ]
    assert (rows[0]["requester"], rows[0]["due_at"]) == (ALICE.address, NOW + 3 * HOUR)
    assert rows[4]["due_at"] is None


def test_the_queue_can_be_asked_for_a_state_or_a_number(database: Database) -> None:
    """Both choose; what fits neither is not there."""
    with database.begin() as tx:
        first, second = an_incident(tx), an_incident(tx)
        did(tx, [SetState("waiting", because("answered", name="Anna"))], second)
        assert [row["number"] for row in incidents.listing(tx, state="waiting")] == [second]
        assert [row["number"] for row in incidents.listing(tx, state=None, number=first)] == [first]
        assert incidents.listing(tx, state="waiting", number=first) == []


def test_equally_due_incidents_stand_by_priority(database: Database) -> None:
    """Without a clock high comes before normal, normal before low."""
    wanted: list[Priority] = ["low", "normal", "high"]
    with database.begin() as tx:
        for priority in wanted:
            an_incident(tx, priority=priority)
        rows = incidents.listing(tx, state=None)
    assert [row["priority"] for row in rows] == wanted[::-1]


def test_a_confirmation_knows_whether_files_wait_with_it(database: Database) -> None:
    """Only real files count, not the pictures of a signature."""
    picture = Attachment("logo.png", "image/png", 1, sha256(b"x").hexdigest(), inline=True, content=b"x")
    held = AddEntry("unverified", ANNA, "", (WHY,), state="held", commands=("close",))
    ask = AskConfirmation(ANNA, {"number": "1001"})
    with database.begin() as tx:
        number = an_incident(tx)
        for files in ((picture,), (picture, replace(picture, inline=False))):
            message = a_message(message_id=None, attachments=files)
            came(tx, [Dispose("appended", (WHY,)), held, ask], message=message, incident=number)
        tokens = [Token("confirm", reply_token.opening(NOW), 1, row) for row in (1, 2, 3)]
        found = [incidents.confirmation(tx, token, NOW) for token in tokens]
    assert found[2] is None
    assert [[one.files for one in asked.entries] for asked in found if asked] == [[False], [True]]
    assert found[0] is not None
    assert found[0].entries[0].commands == ("close",)
    assert found[0].entries[0].incident.number == number


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_the_newest_mail_of_an_incident_is_found_without_sorting_all(database: Database) -> None:
    """Each mail on an incident asks for it, and an incident may have ten thousand entries."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    with database.begin() as tx:
        event.listen(tx, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
        incidents.load(tx, 1001)
        query, values = asked[0]
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
    assert "SEARCH entry USING INDEX ix_entry_incident_at (incident=?)" in plan
    assert not any("ORDER BY" in line for line in plan), plan


def test_two_that_decide_about_one_incident_do_so_one_after_the_other(database: Database) -> None:
    """The second sees the state that the first left, because loading makes the incident its own."""
    with database.begin() as tx:
        number = an_incident(tx)
    seen: list[str] = []
    together = threading.Barrier(2)

    def decide() -> None:
        together.wait()
        with database.begin() as tx:
            found = incidents.load(tx, number)
            assert found is not None
            seen.append(found.state)
            did(tx, [SetState("waiting", because("answered", name="Anna"))], number)

    threads = [threading.Thread(target=decide) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["submitted", "waiting"]


def test_answers_of_one_person_are_counted(database: Database) -> None:
    """Only answers that reach the customer count, of that person, on that incident, after that moment."""
    with database.begin() as tx:
        number = an_incident(
            tx,
            *(AddEntry("staff_answer", ANNA, "Done.", (WHY,)) for _ in range(2)),
            AddEntry("internal_note", ANNA, "Hm.", (WHY,)),
            AddEntry("staff_answer", BEN, "Done.", (WHY,)),
        )
        other = an_incident(tx, requester=BEN)
        assert incidents.answers_since(tx, number, ANNA, NOW - HOUR) == 2
        assert incidents.answers_since(tx, number, ANNA, NOW) == 0
        assert incidents.answers_since(tx, other, ANNA, NOW - HOUR) == 0
        assert incidents.answers_since(tx, number, None, NOW - HOUR) == 0


# --- mails that we never saw, and what was sent again -------------------------------------------------------------


def weaker(database: Database, sender: Address = ALICE, text: str = "", **changes: Any) -> Candidates:
    """Return the candidates for a mail that refers to `<never@seen>`."""
    mail = a_message(sender=sender, text=text, **changes)
    with database.begin() as tx:
        return incidents.candidates(tx, Clues((), ("<never@seen>",), (), "<own@seen>"), mail, NOW + MINUTE)


def test_a_mail_that_we_never_saw_leads_its_requester_to_the_newest_incident(database: Database) -> None:
    """Kept once an incident, however often it is named; an id that is longer than a line is left out."""
    remember = RememberThread(("<never@seen>", "<never@seen>", f"<{'x' * 999}>"))
    with database.begin() as tx:
        _, newest = (an_incident(tx, remember, remember) for _ in range(2))
    assert weaker(database).by_ancestor == {"<never@seen>": newest}
    assert set(weaker(database).by_number) == {newest}
    assert weaker(database, BEN).by_ancestor == {}


def test_who_is_only_named_in_copy_is_led_nowhere_until_proven(database: Database) -> None:
    """Ben did nothing; once he proved himself there, he takes part."""
    with database.begin() as tx:
        number = an_incident(tx, RememberThread(("<own@seen>",)), AddParty(BEN, "cc", proven=False))
    assert weaker(database, BEN).by_ancestor == {}
    with database.begin() as tx:
        did(tx, [AddParty(BEN, "cc", proven=True)], number)
    assert weaker(database, BEN).by_ancestor == {"<own@seen>": number}


def test_the_same_words_of_the_same_sender_lead_to_where_they_stand(database: Database) -> None:
    """Subject, text and sender, within ten minutes; one that differs is another mail."""
    with database.begin() as tx:
        number = came(tx, opening(), message=a_message(message_id=None)).incident
    words = "It shows a white page.\n"
    assert weaker(database, text=words).same == number
    assert weaker(database, text=words, subject="Another").same is None
    assert weaker(database, text="Something else.\n").same is None
    assert weaker(database, BEN, text=words).same is None
    with database.begin() as tx:
        late = NOW + incidents.SENT_AGAIN + MINUTE
        again = incidents.candidates(tx, Clues((), (), ()), a_message(text=words), late)
    assert again.same is None


@pytest.mark.parametrize(("said_in", "answered"), [(None, "<1@x>"), ("<inner@x>", "<inner@x>"), ("", None)])
def test_our_next_mail_answers_the_mail_in_which_the_customer_said_it(
    database: Database, said_in: str | None, answered: str | None
) -> None:
    """Of a forwarded mail that is its own Message-ID, or none: never that of whoever forwarded it."""
    said = AddEntry("customer_message", ALICE, "more", (WHY,), message_id=said_in)
    with database.begin() as tx:
        number = an_incident(tx)
        came(tx, [FURTHER[0], said], message=a_message(message_id="<1@x>"), incident=number, now=NOW + HOUR)
        found = incidents.load(tx, number)
    assert found is not None
    assert found.last_message_id == answered
