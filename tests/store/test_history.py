"""The history of an incident tells everything that happened on it, and why, in order of time."""

from maild.core.actions import (
    Action,
    AddEntry,
    AskConfirmation,
    Dispose,
    KeepSilent,
    QueueReply,
    SetState,
)
from maild.core.reasons import Reason, because
from maild.core.writing.time_words import stamp
from maild.store import outbox
from maild.store.database import Database
from maild.store.history import HistoryLine, history
from tests.parts.messages import ALICE, a_message
from tests.parts.records import (
    ANNA,
    HOUR,
    MINUTE,
    NOW,
    WHY,
    a_clock,
    a_delivery,
    an_incident,
    came,
    did,
    everything_new,
    opening,
)


def kinds(lines: list[HistoryLine]) -> list[str]:
    """Return the kinds of the lines."""
    return [line.kind for line in lines]


def test_a_new_incident_tells_what_came_what_was_read_and_what_is_sent(database: Database) -> None:
    """One instant, told in the order of cause and effect."""
    with database.begin() as tx:
        came(tx, everything_new(ALICE), message=a_message(subject="Help"))
        lines = history(tx, 1001)
    assert kinds(lines) == [
        "opened",
        "customer_message",
        "verdict",
        "clock_started",
        "acknowledgement",
        "staff_new_incident",
        "staff_new_incident",
    ]
    assert lines[0] == HistoryLine(
        NOW, "opened", "Alice <alice@example.net>", "by smtp: Help", (WHY,), "arrival", 1
    )
    assert lines[1] == HistoryLine(
        NOW, "customer_message", "Alice", "It shows a white page.\n", (WHY,), "entry", 1, author=ALICE.address
    )
    assert lines[2].text == "scope checkout, priority high"
    assert lines[2].reasons == (
        Reason("checkout.phrase", "checkout.phrase: 'checkout' (subject), scope checkout"),
        Reason("decided_by", "config v1 says so"),
    )
    assert lines[3].text == f"first_response, due {stamp(NOW + 8 * HOUR)}"
    assert (lines[4].who, lines[4].text) == (ALICE.address, "queued")


def test_the_history_is_in_order_of_time(database: Database) -> None:
    """A mail counts from when it came in, a decision from when it was made."""
    with database.begin() as tx:
        came(tx, opening(a_clock()), delivery=a_delivery(received_at=NOW - HOUR))
        did(tx, [SetState("waiting", because("answered", name="Anna"))], 1001, NOW + HOUR)
        lines = history(tx, 1001)
    assert kinds(lines) == ["opened", "customer_message", "verdict", "clock_started", "state"]
    assert [line.at for line in lines] == sorted(line.at for line in lines)
    assert lines[-1] == HistoryLine(NOW + HOUR, "state", "", "waiting", (because("answered", name="Anna"),))


def test_a_held_entry_says_so_with_its_commands(database: Database) -> None:
    """And the request to confirm it is part of the history, though it is about a person."""
    held = AddEntry("unverified", ANNA, "Done.", (WHY,), state="held", commands=("close",))
    actions: list[Action] = [Dispose("appended", (WHY,)), held, AskConfirmation(ANNA, {"number": "1001"})]
    with database.begin() as tx:
        number, other = an_incident(tx), an_incident(tx)
        later = a_delivery(received_at=NOW + MINUTE)
        came(tx, actions, delivery=later, incident=number, now=NOW + MINUTE)
        lines, others = history(tx, number), history(tx, other)
    assert kinds(lines)[-2:] == ["unverified (held)", "confirmation"]
    assert (lines[-2].who, lines[-2].text) == ("Anna", "#close\nDone.")
    assert "confirmation" not in kinds(others)


def test_a_mail_of_ours_tells_what_became_of_it(database: Database) -> None:
    """Why it waits, what its last error was, when it left."""
    with database.begin() as tx:
        number = an_incident(tx, QueueReply("acknowledgement", ALICE, {}))
        (row,) = outbox.claim(tx, NOW, limit=1, lease=MINUTE)
        outbox.again(tx, row.id, NOW, "451 later")
        outbox.claim(tx, NOW, limit=1, lease=MINUTE)
        wait = because("cap_total", count=60)
        outbox.held(tx, row.id, NOW, wait)
        held = history(tx, number)[-1]
        outbox.claim(tx, NOW, limit=1, lease=MINUTE)
        outbox.sent(tx, row.id, "<a@us>", NOW + MINUTE)
        sent = history(tx, number)[-1]
    assert (held.text, held.reasons) == ("held", (wait, Reason("last_error", "451 later")))
    assert sent.text == f"sent {stamp(NOW + MINUTE)}"


def test_a_silence_is_told_with_its_reason(database: Database) -> None:
    """Nobody has to wonder why there was no acknowledgement."""
    why = because("no_ack_staff")
    with database.begin() as tx:
        number = an_incident(tx, KeepSilent("acknowledgement", why))
        line = history(tx, number)[-1]
    assert (line.kind, line.text, line.reasons) == ("silent", "acknowledgement", (why,))


def test_an_incident_that_is_not_there_has_no_history(database: Database) -> None:
    """Nothing happened."""
    with database.begin() as tx:
        assert history(tx, 4711) == []
