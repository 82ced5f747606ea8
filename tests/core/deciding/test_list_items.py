"""A list names each incident once, the most urgent first, with all that happened on it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from maild.core.deciding.list_items import Gathered, list_items

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def one(row: int, number: int, kind: str = "staff_new_incident", **changes: Any) -> Gathered:
    """Return one notification about the checkout."""
    return Gathered(row, number, kind, {"subject": "Checkout"}, **{"priority": "normal", **changes})


def numbers(*gathered: Gathered) -> list[str]:
    """Return the incidents of the list, in its order."""
    return [item["number"] for item in list_items(gathered)]


def test_hotrush_comes_first_and_then_what_is_due_first() -> None:
    """What nobody waits for comes last, and what is about no incident after that."""
    assert numbers(
        Gathered(1, 0, "withheld_notice", {"uid": 4, "mailbox": "support"}),
        one(2, 1002),
        one(3, 1003, due_at=NOON + HOUR),
        one(4, 1004, priority="high", due_at=NOON),
        one(5, 1005, priority="hotrush", due_at=NOON + 2 * HOUR),
    ) == ["1005", "1004", "1003", "1002", "0"]


def test_all_of_one_incident_is_one_line() -> None:
    """It counts what happened, in order."""
    mails = [one(row, 1003, "staff_new_message") for row in (7, 5)]
    (item,) = list_items([*mails, one(1, 1003), one(6, 1003, "reminder")])
    assert item["what"] == "new request, 2 new mails, reminder: Checkout"


def test_a_line_says_priority_and_due_time() -> None:
    """As words; no due time where no clock runs."""
    (running,) = list_items([one(1, 1003, priority="hotrush", due_at=NOON)])
    assert running["priority"] == "hotrush"
    assert running["due"] == "2026-03-02T12:00:00Z"
    (answered,) = list_items([one(1, 1003)])
    assert (answered["priority"], answered["due"]) == ("normal", "")


def test_mails_that_cannot_be_fetched_keep_a_line_each() -> None:
    """They are about no incident and have nothing in common."""
    lost = [Gathered(row, 0, "withheld_notice", {"uid": row, "mailbox": "support"}) for row in (4, 5)]
    assert [item["what"] for item in list_items(lost)] == [
        "mail that can't be fetched: UID 4 of support",
        "mail that can't be fetched: UID 5 of support",
    ]


def test_a_reminder_of_a_promise_that_is_broken_says_so() -> None:
    """Whoever reads the list sees which ones are late already."""
    late = Gathered(1, 1003, "reminder", {"subject": "Checkout", "late": True}, "normal", NOON)
    soon = Gathered(2, 1004, "reminder", {"subject": "Checkout", "late": False}, "normal", NOON + HOUR)
    assert [item["what"] for item in list_items([soon, late])] == [
        "answer is late: Checkout",
        "reminder: Checkout",
    ]


def test_a_new_owner_reads_what_was_given_to_them() -> None:
    """In the morning it may be many at once."""
    assert list_items([one(1, 1003, "assigned")])[0]["what"] == "given to you: Checkout"
