"""A mail to a customer that will not arrive: the address, the clock, the state, and word to the staff."""

from dataclasses import replace
from typing import Any

import pytest

from maild.core.actions import ClockHappened, QueueReply, SetState, Suppress
from maild.core.deciding.decide_undelivered import Loss, decide_undelivered, refused
from maild.core.incident import State
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import because
from maild.core.sent_mail import SentAnswer, SentMail
from maild.core.understanding.new_text import ANSWER_ABOVE
from tests.parts import cases as c
from tests.parts.messages import ALICE

REFUSED = "550 5.1.1 no such user"
ANSWERED_AT = c.NOW - 10 * c.MINUTE
STOPPED = c.clocks(
    ClockEvent("staff_reply", ANSWERED_AT), ClockEvent("waiting", ANSWERED_AT), at=c.NOW - c.HOUR
)


def sent(kind: str = "answer", state: State = "waiting", **changes: Any) -> SentMail:
    """Return a mail to Alice: by default the only answer on her incident, which stopped the clock."""
    usual = SentMail(
        id=8,
        kind=kind,
        audience="customer",
        recipient=ALICE,
        subject="The checkout is down",
        left=True,
        came_back=False,
        incident=c.incident(state=state),
        answers=(SentAnswer(8, ANSWERED_AT, lost=False),) if kind == "answer" else (),
        clocks=STOPPED,
    )
    return replace(usual, **changes)


def loss(mail: SentMail | None = None, *, hard: bool = True) -> Loss:
    """Return the loss of that mail."""
    why = because("bounce_user_unknown", address=ALICE.address)
    return Loss(mail or sent(), why, REFUSED, hard, c.NOW)


def test_each_of_the_staff_learns_what_did_not_reach_whom_and_why() -> None:
    """The customer now waits for nothing: somebody must find another way."""
    told = c.mails(decide_undelivered(loss(), c.rules()))
    assert [mail.to.address for mail in told] == [c.ANNA.address, c.BEN.address]
    assert {(mail.kind, mail.audience, mail.proven, mail.cause) for mail in told} == {
        ("delivery_problem", "staff", True, "outbox:8")
    }
    assert told[0].facts == {
        "subject": "The checkout is down",
        "recipient": str(ALICE),
        "kind": "answer",
        "reason": "there is no such mailbox",
        "error": REFUSED,
        "complaint": False,
        "marked": True,
        "due": "2026-03-02T17:00:00Z",
        "answer_above": ANSWER_ABOVE,
    }


def test_a_dead_address_is_marked_and_a_full_mailbox_is_not() -> None:
    """Only what every further mail would meet as well keeps automatic mail away."""
    assert c.only(decide_undelivered(loss(), c.rules()), Suppress).address == ALICE
    assert c.of_type(decide_undelivered(loss(hard=False), c.rules()), Suppress) == []


def test_a_lost_answer_undoes_the_stop_of_the_clock_and_its_state() -> None:
    """Nobody has answered: the promise runs on as if nobody had tried."""
    actions = decide_undelivered(loss(hard=False), c.rules())
    happened = c.only(actions, ClockHappened)
    assert happened.event == ClockEvent("answer_lost", c.NOW, answered_at=ANSWERED_AT)
    assert happened.reason == because("clock_again")
    assert c.owed(actions, STOPPED) == c.clocks(at=c.NOW - c.HOUR).due()
    assert c.only(actions, SetState).state == "submitted"


@pytest.mark.parametrize(
    ("mail", "state"),
    [
        (
            sent(answers=(SentAnswer(8, ANSWERED_AT, lost=False), SentAnswer(9, c.NOW, lost=False))),
            "in_progress",
        ),
        (sent(clocks=c.clocks(ClockEvent("resolved", c.NOW - c.HOUR), at=c.NOW - c.DAY)), "submitted"),
        (sent(clocks=c.clocks()), "submitted"),
        (sent(clocks=None), "submitted"),
    ],
    ids=["another answer is there", "stopped before", "runs", "none"],
)
def test_a_clock_that_this_answer_did_not_stop_is_left_alone(mail: SentMail, state: State) -> None:
    """But it is our turn again: an answer that nobody got is none."""
    actions = decide_undelivered(loss(mail), c.rules())
    assert c.only(actions, ClockHappened).reason == because("answer_lost")
    assert c.only(actions, SetState).state == state
    assert c.mails(actions)[0].facts["due"] == ""


def test_when_the_last_of_several_answers_is_lost_the_clock_runs_again() -> None:
    """The first stopped it and was lost before; while the second was there, the customer had an answer."""
    answers = (SentAnswer(7, ANSWERED_AT, lost=True), SentAnswer(8, c.NOW, lost=False))
    done = decide_undelivered(loss(sent(answers=answers)), c.rules())
    assert c.only(done, ClockHappened).event.answered_at == ANSWERED_AT
    assert c.owed(done, STOPPED) is not None


@pytest.mark.parametrize("mail", [sent(state="closed"), sent("acknowledgement"), sent("closed", "closed")])
def test_closing_and_what_no_person_wrote_undo_nothing(mail: SentMail) -> None:
    """What was closed was decided; an acknowledgement never stopped a clock. The staff are told all the same."""
    actions = decide_undelivered(loss(mail), c.rules())
    assert c.of_type(actions, ClockHappened) + c.of_type(actions, SetState) == []
    assert len(c.mails(actions)) == 2


def test_whom_it_is_about_is_not_told() -> None:
    """A member of staff who writes as a customer has an address that gets nothing."""
    anna = replace(ALICE, address=c.ANNA.address.upper())
    told = c.of_type(decide_undelivered(loss(sent(recipient=anna)), c.rules()), QueueReply)
    assert [mail.to.address for mail in told] == [c.BEN.address]


@pytest.mark.parametrize(
    ("error", "name", "hard"),
    [
        (REFUSED, "bounce_user_unknown", True),
        ("552 5.2.2 mailbox full", "bounce_mailbox_full", False),
        ("550 5.7.1 relaying denied", "bounce_policy", False),
        ("'no such user' is no address that a mail can be sent to", "bounce_user_unknown", False),
        ("outgoing mail: relay.example.com:25: 450 4.1.1 no such user", "bounce_user_unknown", False),
    ],
)
def test_a_refusal_at_the_door_is_read_like_a_report(error: str, name: str, hard: bool) -> None:
    """Only a mail server's final word says anything of the address; our own troubles do not."""
    lost = refused(sent(), error, c.NOW)
    assert (lost.why.name, lost.hard, lost.said) == (name, hard, error)


def test_the_kind_is_said_in_words_and_a_long_error_is_cut() -> None:
    """A server may say anything, at any length."""
    told = c.mails(decide_undelivered(refused(sent("backlog_summary"), "x" * 5000, c.NOW), c.rules()))
    assert told[0].facts["kind"] == "backlog summary"
    assert told[0].facts["error"] == "x" * 500
