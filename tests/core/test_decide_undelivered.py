"""A mail to a customer that will not arrive is told to the staff."""

from maild.core.decide_undelivered import decide_undelivered
from maild.core.new_text import ANSWER_ABOVE
from tests.parts import cases as c
from tests.parts.messages import ALICE

REFUSED = "550 5.1.1 no such user"


def test_each_of_the_staff_learns_what_did_not_reach_whom_and_why() -> None:
    """The customer now waits for nothing: somebody must find another way."""
    told = c.mails(decide_undelivered("answer", ALICE, "The checkout is down", REFUSED, c.rules()))
    assert [mail.to.address for mail in told] == [c.ANNA.address, c.BEN.address]
    assert {(mail.kind, mail.audience, mail.proven) for mail in told} == {("delivery_problem", "staff", True)}
    assert told[0].facts == {
        "subject": "The checkout is down",
        "recipient": str(ALICE),
        "kind": "answer",
        "error": REFUSED,
        "answer_above": ANSWER_ABOVE,
    }


def test_the_kind_is_said_in_words_and_a_long_error_is_cut() -> None:
    """A server may say anything, at any length."""
    told = c.mails(decide_undelivered("backlog_summary", ALICE, "", "x" * 5000, c.rules()))
    assert told[0].facts["kind"] == "backlog summary"
    assert told[0].facts["error"] == "x" * 500
