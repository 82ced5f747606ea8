"""Every action is carried out, once, in one transaction, and leaves its reason behind."""

from dataclasses import replace
from typing import Any, get_args

import pytest
from sqlalchemy import Connection, Select, Table, event, select

from maild.core.actions import (
    Action,
    AddEntry,
    AddParty,
    Dispose,
    Disposition,
    ForIncident,
    KeepSilent,
    QueueReply,
    ReleaseEntry,
    SetPriority,
    SetState,
    UseConfirmation,
)
from maild.core.message import Address
from maild.core.reasons import because
from maild.errors import Overtaken
from maild.store import incidents, tables
from maild.store.customers import address_id
from maild.store.database import Database
from maild.store.mailboxes import meet
from maild.store.messages import keep
from maild.store.record import APPLY, Recorded, Replayed, record
from tests.parts.messages import ALICE, a_message
from tests.parts.records import (
    ANNA,
    DAY,
    HOUR,
    LIMITS,
    MINUTE,
    NOW,
    WHY,
    a_delivery,
    an_incident,
    came,
    did,
    everything_new,
    notification,
    opening,
)

CLOSED = SetState("closed", because("closed_by_staff", name="Anna"))
HELD = AddEntry("unverified", ANNA, "We are on it.", (WHY,), state="held")
QUARANTINED = [Dispose("quarantined", (because("crashed", error="ValueError"),))]


def only(tx: Connection, table: Table) -> Any:
    """Return the only row of the table."""
    return tx.execute(select(table)).one()


def events(tx: Connection) -> list[tuple[str, str, list[str]]]:
    """Return what was noted: name, text, the names of the reasons."""
    query: Select[Any] = select(tables.event).order_by(tables.event.c.id)
    return [(row.name, row.text, [why["name"] for why in row.reasons]) for row in tx.execute(query)]


def test_there_is_a_function_for_every_action() -> None:
    """An action that the core may ask for and the store cannot apply does not exist."""
    assert set(APPLY) == set(get_args(Action))


def test_a_new_mail_becomes_an_incident_with_all_that_was_decided(database: Database) -> None:
    """One call: arrival, incident, requester, verdict, entry, and their connections."""
    delivery = a_delivery(
        mail_from="alice@example.net", recipients=("support@example.org",), received_at=NOW - HOUR
    )
    with database.begin() as tx:
        done = came(tx, opening(flags=("backlog",), linked_to=None), delivery=delivery)
        assert done == Recorded(1001, 1, 0)
        found = incidents.load(tx, 1001)
        arrival, entry, verdict = (
            only(tx, table) for table in (tables.arrival, tables.entry, tables.verdict)
        )
    assert found is not None
    assert (found.state, found.priority, found.scope) == ("submitted", "high", "checkout")
    assert (found.requester.address, found.opened_at, found.flags) == (
        ALICE.address,
        NOW - HOUR,
        ("backlog",),
    )
    assert (arrival.disposition, arrival.incident, arrival.handled_at) == ("opened", 1001, NOW)
    assert (arrival.mail_from, arrival.recipients) == ("alice@example.net", ["support@example.org"])
    assert arrival.reasons == [{"name": "opened", "text": "a new request"}]
    assert (entry.incident, entry.arrival, entry.kind) == (1001, arrival.id, "customer_message")
    assert (verdict.incident, verdict.config_version) == (1001, "v1")
    assert verdict.evidence[0]["rule"] == "checkout.phrase"


def test_numbers_start_at_1001_and_go_up(database: Database) -> None:
    """On both databases, also after a transaction that was undone (which may leave a gap)."""
    with database.begin() as tx:
        assert an_incident(tx) == 1001
        assert an_incident(tx) == 1002
    with pytest.raises(LookupError), database.begin() as tx:
        raise LookupError(an_incident(tx))
    with database.begin() as tx:
        assert an_incident(tx) in (1003, 1004)


def test_a_mail_of_the_future_is_dated_now(database: Database) -> None:
    """A mail server whose clock is ahead does not give us more time."""
    with database.begin() as tx:
        came(tx, opening(), delivery=a_delivery(received_at=NOW + DAY))
        assert only(tx, tables.incident).opened_at == NOW
        assert only(tx, tables.arrival).received_at == NOW + DAY


def test_a_new_mail_costs_few_statements(database: Database) -> None:
    """The whole of a new mail, kept and recorded, with parties, clock and three mails: at most 18 statements."""
    statements: list[str] = []
    with database.begin() as tx:
        came(tx, everything_new(ALICE))  # the staff are known from the second mail on
        event.listen(tx, "before_cursor_execute", lambda *args: statements.append(args[2]))
        actions = everything_new(Address("bob@example.net", "Bob"))
        came(tx, actions, message=a_message(message_id="<9@example.net>"))
    assert len(statements) <= 18, "\n".join(statements)


def test_a_decision_about_a_mail_must_say_what_became_of_it(database: Database) -> None:
    """Every arrival has a disposition (rule 18)."""
    with pytest.raises(ValueError, match="says first what becomes of it"), database.begin() as tx:
        came(tx, [notification()])


def test_an_action_without_an_incident_is_refused(database: Database) -> None:
    """Nothing is written down in the air."""
    with pytest.raises(ValueError, match="none is at hand"), database.begin() as tx:
        did(tx, [CLOSED])


def test_a_mail_that_belongs_to_no_incident_names_none(database: Database) -> None:
    """Kept and quarantined mails have no incident, whatever they were matched to."""
    with database.begin() as tx:
        number = an_incident(tx)
        words: tuple[Disposition, ...] = ("kept", "quarantined", "duplicate")
        for word in words:
            came(tx, [Dispose(word, (WHY,))], incident=number)
        rows = tx.execute(select(tables.arrival.c.incident).order_by(tables.arrival.c.id)).scalars()
        assert list(rows) == [number, None, None, None]


def test_the_same_uid_is_taken_in_once(database: Database) -> None:
    """A second reader of the folder finds that it was overtaken, and leaves no trace."""
    with database.begin() as tx:
        mailbox = meet(tx, "support", "INBOX", NOW).id
        delivery = a_delivery(mailbox=mailbox, uidvalidity=1, uid=7)
        came(tx, opening(), delivery=delivery)
    with pytest.raises(Overtaken, match="UID 7 of smtp was taken in meanwhile"), database.begin() as tx:
        came(tx, opening(), delivery=delivery)
    with database.read() as tx:
        assert len(tx.execute(select(tables.incident)).all()) == 1


def test_an_action_speaks_of_the_incident_at_hand(database: Database) -> None:
    """The one matched, or the one that the last ForIncident named."""
    note = AddEntry("internal_note", ANNA, "one", (WHY,))
    with database.begin() as tx:
        first, second = an_incident(tx), an_incident(tx)
        actions: list[Action] = [Dispose("appended", (WHY,)), note]
        actions += [ForIncident(second), replace(note, text="two")]
        done = came(tx, actions, incident=first)
        rows = tx.execute(
            select(tables.entry.c.incident, tables.entry.c.text).where(tables.entry.c.kind == "internal_note")
        )
        assert sorted(rows.all()) == [(first, "one"), (second, "two")]
        assert done.incident == second


def test_a_party_is_added_once_and_proven_if_it_was_either_time(database: Database) -> None:
    """Its first role stays; a proof is never taken back."""
    bob = Address("bob@example.net", "Bob")
    with database.begin() as tx:
        number = an_incident(tx, AddParty(bob, "cc", proven=False), AddParty(bob, "staff", proven=True))
        did(tx, [AddParty(ALICE, "cc", proven=True), AddParty(bob, "cc", proven=False)], number)
        found = incidents.load(tx, number)
    assert found is not None
    assert [(p.address, p.role, p.proven) for p in found.parties] == [
        (ALICE.address, "requester", True),
        (bob.address, "cc", True),
    ]


def test_states_and_priorities_change_with_a_reason(database: Database) -> None:
    """Closing sets its time, reopening takes it away, and each change is noted."""
    with database.begin() as tx:
        number = an_incident(tx)
        did(tx, [CLOSED, SetPriority("hotrush", because("raised", wanted="x", evidence="y"))], number)
        closed = incidents.load(tx, number)
        did(tx, [SetState("in_progress", because("reopened", days=14))], number, NOW + HOUR)
        again = incidents.load(tx, number)
        noted = events(tx)
    assert closed is not None
    assert again is not None
    assert (closed.state, closed.closed_at, closed.priority) == ("closed", NOW, "hotrush")
    assert (again.state, again.closed_at) == ("in_progress", None)
    assert noted == [
        ("state", "closed", ["closed_by_staff"]),
        ("priority", "hotrush", ["raised"]),
        ("state", "in_progress", ["reopened"]),
    ]


def test_silence_is_noted_with_its_reason(database: Database) -> None:
    """Whoever looks for an acknowledgement finds why there is none."""
    with database.begin() as tx:
        an_incident(tx, KeepSilent("acknowledgement", because("no_ack_staff")))
        assert events(tx) == [("silent", "acknowledgement", ["no_ack_staff"])]


def test_a_held_entry_is_released_once(database: Database) -> None:
    """It becomes what it was meant to be; a second release finds that it was overtaken."""
    with database.begin() as tx:
        number = an_incident(tx, HELD)
        entry = tx.execute(select(tables.entry.c.id).where(tables.entry.c.state == "held")).scalar_one()
        release = ReleaseEntry(entry, "staff_answer", because("staff_released", name="Anna"))
        answer = QueueReply(
            "answer", ALICE, {"text": "We are on it."}, automatic=False, with_attachments=True
        )
        did(tx, [release, answer], number)
        row = tx.execute(select(tables.entry).where(tables.entry.c.id == entry)).one()
        assert (row.kind, row.state) == ("staff_answer", "released")
        assert only(tx, tables.outbox).entry == entry
        assert events(tx) == [("released", "staff_answer", ["staff_released"])]
    with pytest.raises(Overtaken, match="not held any more"), database.begin() as tx:
        did(tx, [release], number)


def test_a_confirmation_is_used_once(database: Database) -> None:
    """Its token works once, whoever is quicker."""
    with database.begin() as tx:
        anna = address_id(tx, ANNA.address, ANNA.name, NOW)
        tx.execute(tables.confirmation.insert(), {"address": anna, "created_at": NOW})
        did(tx, [UseConfirmation(1)])
        assert only(tx, tables.confirmation).used_at == NOW
    with pytest.raises(Overtaken, match="used meanwhile"), database.begin() as tx:
        did(tx, [UseConfirmation(1)])


def test_a_quarantined_mail_can_be_handled_again(database: Database) -> None:
    """Its arrival gets the new disposition and incident; what it was is noted."""
    received = NOW - DAY
    with database.begin() as tx:
        first = came(tx, QUARANTINED, delivery=a_delivery(received_at=received))
        assert first.arrival is not None
        read = keep(tx, a_delivery(), a_message(), NOW)
        occasion = Replayed(first.arrival, read.message, "<1@example.net>", "v2")
        done = record(tx, opening(), occasion, incident=None, now=NOW + MINUTE, limits=LIMITS)
        row = only(tx, tables.arrival)
        assert done == Recorded(1001, first.arrival, 0)
        assert (row.disposition, row.incident, row.message) == ("opened", 1001, read.message)
        assert (row.config_version, row.received_at, row.handled_at) == ("v2", received, NOW + MINUTE)
        assert only(tx, tables.incident).opened_at == received
        assert events(tx) == [("replayed", f"arrival {first.arrival}, which was quarantined", ["crashed"])]


@pytest.mark.parametrize("arrival", [1, 77])
def test_only_a_mail_in_quarantine_is_handled_again(database: Database, arrival: int) -> None:
    """One that was handled meanwhile, or never was there: overtaken, and nothing is opened twice."""
    with database.begin() as tx:
        kept = keep(tx, a_delivery(), a_message(), NOW)
        came(tx, opening())
    occasion = Replayed(arrival, kept.message, None, "v2")
    with pytest.raises(Overtaken, match="not in quarantine"), database.begin() as tx:
        record(tx, opening(), occasion, incident=None, now=NOW, limits=LIMITS)
