"""A mail that nobody can read or place is kept in quarantine, and a person is asked to look."""

from maild.core.actions import Dispose
from maild.core.deciding.decide_unreadable_mail import decide_unreadable_mail
from maild.core.reasons import because
from tests.parts import cases as c

DEEP = because("too_deep", limit=50)


def test_it_is_quarantined_with_its_reason() -> None:
    """Rule 18: a person must look, and is told why."""
    done = decide_unreadable_mail(DEEP, "support", c.NOW, c.rules())
    assert done[0] == Dispose("quarantined", (DEEP,))


def test_each_of_the_staff_is_told_what_why_and_where_from() -> None:
    """The mail says nothing of its content: nobody knows what is in it."""
    told = c.mails(decide_unreadable_mail(DEEP, "support", c.NOW, c.rules()), "quarantine_notice")
    assert [mail.to.address for mail in told] == [c.ANNA.address, c.BEN.address]
    assert told[0].facts == {
        "reason": "nested deeper than 50 levels",
        "came_from": "support",
        "received": "2026-03-02T09:00:00Z",
    }
    assert told[0].audience == "staff"
