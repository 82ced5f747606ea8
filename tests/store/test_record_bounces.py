"""What a mail that came back changes in the store: its row, the clock, the mark; each once, with its reason."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from maild.core.actions import (
    ForIncident,
    LiftSuppression,
    NoteBounce,
    QueueReply,
    Suppress,
)
from maild.core.reasons import because
from maild.errors import Overtaken
from maild.store import customers, incidents, outbox, sent_mail, tables
from maild.store.database import Database
from tests.parts.messages import ALICE
from tests.parts.records import ANNA, HOUR, MINUTE, NOW, a_clock, an_incident, did, notification

WHY = because("bounce_user_unknown", address=ALICE.address)
ANSWER = QueueReply("answer", ALICE, {"subject": "The checkout is down"}, automatic=False)
OURS = "<maild.T1-x@example.org>"


def left(database: Database, incident: int, message_id: str = OURS, minutes: int = 0) -> int:
    """Let an answer leave; return its row."""
    with database.begin() as tx:
        did(tx, [ANSWER], incident, NOW + minutes * MINUTE, cause=message_id)
        (row,) = outbox.claim(tx, NOW + HOUR, limit=1, lease=HOUR)
        outbox.sent(tx, row.id, message_id, NOW + HOUR)
    return row.id


def events(database: Database, name: str) -> list[str]:
    """Return the texts of the events of a name."""
    with database.read() as tx:
        return list(tx.scalars(select(tables.event.c.text).where(tables.event.c.name == name)))


def test_a_mail_that_came_back_says_why_and_counts_for_the_caps(database: Database) -> None:
    """It has left, whatever became of it: its time of leaving stays."""
    with database.begin() as tx:
        number = an_incident(tx)
    row = left(database, number)
    with database.begin() as tx:
        did(tx, [NoteBounce(row, WHY)], number)
        (found,) = outbox.listing(tx, "sent")
    assert (found["reason"], found["text"], found["sent_at"]) == (WHY.name, WHY.text, NOW + HOUR)


@pytest.mark.parametrize("times", [0, 2])
def test_only_what_left_comes_back_and_only_once(database: Database, times: int) -> None:
    """Two reports at the same moment, or one about a mail that waits: the later one decides again."""
    with database.begin() as tx:
        number = an_incident(tx)
        did(tx, [ANSWER], number)
        row = 1
    if times:
        row = left(database, number)
    again = [NoteBounce(row, WHY)] * max(1, times)
    with pytest.raises(Overtaken), database.begin() as tx:
        did(tx, again, number)


def test_an_address_is_marked_once_and_lifted_once(database: Database) -> None:
    """Each with one event on the incident, and what the incident knows of its requester follows."""
    lift = LiftSuppression(ALICE, because("lifted", address=ALICE.address))
    with database.begin() as tx:
        number = an_incident(tx)
        did(tx, [Suppress(ALICE, WHY), Suppress(ALICE, because("complained", address=ALICE.address))], number)
        assert customers.known(tx, ALICE).suppressed == "bounce_user_unknown"
        found = incidents.load(tx, number)
        assert found is not None
        assert found.requester.suppressed == "bounce_user_unknown"
        did(tx, [lift, lift], number)
        found = incidents.load(tx, number)
        assert found is not None
        assert found.requester.suppressed == ""
    assert events(database, "suppressed") == events(database, "suppression_lifted") == [ALICE.address]


def test_a_mail_about_no_incident_is_queued_once_for_its_cause(database: Database) -> None:
    """Whatever incident was at hand before, and however many mails say the same."""
    told = QueueReply("delivery_problem", ANNA, {}, audience="staff", cause="unreachable:x:2026-03-02")
    with database.begin() as tx:
        numbers = [an_incident(tx), an_incident(tx)]
        queued = [did(tx, [ForIncident(None), told], number).queued for number in numbers]
        (row,) = outbox.listing(tx, None)
    assert (queued, row["incident"]) == ([1, 0], None)


def test_a_mail_of_ours_is_found_by_its_message_id_in_any_case(database: Database) -> None:
    """Relays fold it; who names no mail of ours finds none."""
    with database.begin() as tx:
        number = an_incident(tx, a_clock())
    row = left(database, number, OURS.lower())
    with database.begin() as tx:
        found = sent_mail.sent_mail(tx, ["<other@example.org>", "x" * 5000, OURS.upper()])
        assert found is not None
        assert (found.id, found.recipient, found.left, found.came_back) == (row, ALICE, True, False)
        assert (found.incident and found.incident.number) == number
        assert (found.clocks and found.clocks.due()) == NOW + 8 * HOUR
        assert sent_mail.sent_mail(tx, ["<other@example.org>"]) is None
        assert sent_mail.sent_mail(tx, []) is None


def test_what_became_of_each_answer_is_known(database: Database) -> None:
    """Lost are those that came back, failed or were cancelled; the rest are with the customer or on their way."""
    with database.begin() as tx:
        number = an_incident(tx)
    first, second = (left(database, number, f"<{n}@example.org>", minutes=n) for n in (1, 2))
    with database.begin() as tx:
        did(tx, [NoteBounce(first, WHY)], number)
        did(tx, [ANSWER], number, cause="third")
        (third,) = outbox.claim(tx, NOW + HOUR, limit=1, lease=HOUR)
        outbox.failed(tx, third.id, "550", NOW)
        found = sent_mail.by_row(tx, third.id)
    assert [(one.mail, one.lost) for one in found.answers] == [
        (first, True),
        (second, False),
        (third.id, True),
    ]
    assert found.answers[0].at == NOW + timedelta(minutes=1)
    assert not found.left


def test_a_row_that_is_not_there_is_a_fault_of_ours(database: Database) -> None:
    """And a mail of no incident has no answers and no clock."""
    with database.begin() as tx:
        did(tx, [notification()])
        found = sent_mail.by_row(tx, 1)
        assert (found.incident, found.answers, found.clocks) == (None, (), None)
        with pytest.raises(LookupError):
            sent_mail.by_row(tx, 99)
