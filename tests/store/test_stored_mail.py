"""The mail that opened incidents, as a backtest reads it, and what staff corrected."""

from datetime import timedelta

import pytest

from maild.core.actions import Action, AddEntry, Correct, Dispose
from maild.core.reasons import because
from maild.store import stored_mail
from maild.store.database import Database
from maild.store.stored_mail import corrections, count, opened
from tests.parts.messages import ALICE, a_message
from tests.parts.records import (
    ANNA,
    DAY,
    NOW,
    WHY,
    a_delivery,
    an_incident,
    came,
    did,
    everything_new,
    opening,
)

LATE = because("reopen_window_over", number=1001, days=14)
QUOTED = "On Monday, Anna wrote:\n> It is broken.\n\nIt is broken again.\n"


def with_text(said: str, *reasons: object) -> list[Action]:
    """Return the actions that open an incident by a mail of this text, for these reasons."""
    actions = opening()
    why = (WHY, *reasons)
    entry = AddEntry("customer_message", ALICE, said, (WHY,))
    return [Dispose("opened", why), *actions[1:-1], entry]  # type: ignore[arg-type]


def test_an_incident_is_told_with_the_mail_that_opened_it(database: Database) -> None:
    """Subject as received, text as written, when it came, how it came, what it is now."""
    with database.begin() as tx:
        message = a_message(message_id="<1@x>", subject="Re: The checkout")
        came(tx, everything_new(ALICE), message=message, delivery=a_delivery(source="support"))
    [one] = opened(database, NOW)
    assert (one.number, one.subject, one.text) == (1001, "Re: The checkout", "It shows a white page.")
    assert (one.source, one.received_at) == ("support", NOW)
    assert (one.scope, one.priority, one.acknowledged) == ("checkout", "high", True)


def test_where_none_was_sent_nothing_was_acknowledged(database: Database) -> None:
    """Backlog, machines: their senders read nothing."""
    with database.begin() as tx:
        an_incident(tx)
    assert [one.acknowledged for one in opened(database, NOW)] == [False]


def test_further_mail_opens_nothing(database: Database) -> None:
    """It was classified for its incident, which has its verdict."""
    with database.begin() as tx:
        number = an_incident(tx)
        entry = AddEntry("customer_message", ALICE, "And now?\n", (WHY,))
        came(tx, [Dispose("appended", (WHY,)), entry], incident=number, now=NOW + DAY)
    assert [one.text for one in opened(database, NOW)] == ["It shows a white page."]


@pytest.mark.parametrize(("reasons", "told"), [((), QUOTED), ((LATE,), "\nIt is broken again.\n")])
def test_only_a_late_answer_begins_with_a_quote(
    database: Database, reasons: tuple[object, ...], told: str
) -> None:
    """A first mail that forwards another is the request as a whole; so the daemon reads it."""
    with database.begin() as tx:
        came(tx, with_text(QUOTED, *reasons))
    [one] = opened(database, NOW)
    assert one.text.strip() == told.strip()


def test_since_chooses_by_the_day_of_opening(database: Database) -> None:
    """The later of two."""
    with database.begin() as tx:
        an_incident(tx)
        came(tx, opening(), delivery=a_delivery(received_at=NOW + DAY), now=NOW + DAY)
    assert [one.number for one in opened(database, NOW + timedelta(hours=1))] == [1002]
    assert (count(database, NOW), count(database, NOW + timedelta(hours=1))) == (2, 1)


def test_more_than_a_batch_comes_whole_and_in_order(database: Database) -> None:
    """They are read in portions, so that no transaction is long."""
    many = stored_mail.BATCH + 3
    with database.begin() as tx:
        for _ in range(many):
            an_incident(tx)
    assert [one.number for one in opened(database, NOW)] == list(range(1001, 1001 + many))


@pytest.fixture
def corrected(database: Database) -> Database:
    """A database in which staff corrected an incident three times."""
    note = AddEntry("internal_note", ANNA, "", (WHY,))
    with database.begin() as tx:
        number = an_incident(tx)
        for field, before, after in (
            ("scope", "checkout", "offers"),
            ("priority", "high", "low"),
            ("scope", "offers", "outage"),
        ):
            did(tx, [note, Correct(field, before, after, ANNA)], number)  # type: ignore[arg-type]
    return database


def test_of_several_corrections_the_last_counts(corrected: Database) -> None:
    """Whatever was said in between."""
    assert corrections(corrected) == {1001: {"scope": "outage", "priority": "low"}}


def test_nothing_corrected_is_nothing_said(database: Database) -> None:
    """An incident that staff left alone has no label."""
    with database.begin() as tx:
        an_incident(tx)
    assert corrections(database) == {}
