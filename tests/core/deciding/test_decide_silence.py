"""A customer whose turn it is says nothing: a reminder, a notice, the end."""

from dataclasses import replace
from datetime import datetime

import pytest

from maild.core.actions import (
    Action,
    ClockHappened,
    FireStep,
    KeepSilent,
    SetState,
    WaitStep,
)
from maild.core.deciding.decide_silence import decide_silence
from maild.core.incident import OPEN_STATES, Incident, State
from maild.core.promising.sla import TimerKind
from maild.core.promising.steps import INSTANT, Watch, lay_out
from maild.core.promising.timer import Timer
from maild.core.reasons import because
from tests.parts import cases as c
from tests.parts.messages import ALICE

POLICY = replace(c.POLICY, pre_close_days=5, close_days=3)
DUE = c.NOW + 5 * c.DAY
END = DUE + INSTANT  # when it is over: a word at the due time itself is in time
HALF = c.NOW + 2.5 * c.DAY


def wait(kind: TimerKind = "silence", *fired: str) -> Watch:
    """Return a wait of five days that began now, reminded at half of it."""
    timer = Timer(kind, "normal", c.NOW, 5 * c.DAY, DUE)
    return Watch(9, 1003, timer, POLICY, lay_out(timer, POLICY), fired)


def decided(watch: Watch, at: datetime, incident: Incident | None = None) -> list[Action]:
    """Return what is decided on an incident that waits, or is about to be closed."""
    state: State = "waiting" if watch.timer.kind == "silence" else "pre_closed"
    return decide_silence(watch, incident or c.incident(state=state, proven=True), c.rules(), at)


def test_before_its_first_step_nothing_happens() -> None:
    """It is looked at again then."""
    assert decided(wait(), HALF - c.MINUTE) == [WaitStep(9, HALF)]


def test_half_way_the_customer_is_reminded_once() -> None:
    """Of their own turn, with the day on which it would end."""
    done = decided(wait(), HALF)
    (told,) = c.mails(done)
    assert (told.kind, told.to, told.audience) == ("waiting_reminder", ALICE, "customer")
    assert told.facts == {"subject": "The checkout is down", "closes_on": "2026-03-07T09:00:00Z"}
    assert c.of_type(done, FireStep) == [FireStep(9, "0.5", END)]
    assert decided(wait("silence", "0.5"), HALF + c.DAY) == [WaitStep(9, END)]


def test_at_its_end_the_closing_is_announced() -> None:
    """With what it costs, and until when a word is in time."""
    done = decided(wait("silence", "0.5"), END)
    assert c.only(done, SetState).state == "pre_closed"
    assert c.only(done, ClockHappened).event.type == "pre_closed"
    (told,) = c.mails(done)
    assert told.kind == "pre_closed"
    assert told.facts == {"subject": "The checkout is down", "cost": "", "closes_at": "2026-03-10T09:00:00Z"}


def test_after_a_downtime_only_the_newest_step_counts() -> None:
    """Nobody is reminded of what is announced in the same breath; both steps are spent."""
    done = decided(wait(), END + c.DAY)
    assert [mail.kind for mail in c.mails(done)] == ["pre_closed"]
    assert [step.step for step in c.of_type(done, FireStep)] == ["0.5", "1.0"]
    assert c.mails(done)[0].facts["closes_at"] == "2026-03-11T09:00:00Z"


def test_after_the_notice_it_is_closed_and_told() -> None:
    """With the time within which a letter opens it again."""
    done = decided(wait("closing"), END)
    assert c.only(done, SetState).state == "closed"
    assert c.only(done, ClockHappened).event.type == "resolved"
    (told,) = c.mails(done)
    assert (told.kind, told.facts["reopen_until"]) == ("closed", "2026-03-21T09:00:00Z")


@pytest.mark.parametrize("kind", ["silence", "closing"])
@pytest.mark.parametrize("state", OPEN_STATES)
def test_a_wait_that_lost_its_state_does_nothing(kind: TimerKind, state: State) -> None:
    """Who wrote in the same second is not told that they were silent."""
    if state != {"silence": "waiting", "closing": "pre_closed"}[kind]:
        assert decided(wait(kind), END, c.incident(state=state)) == [WaitStep(9, None)]


@pytest.mark.parametrize(("kind", "state"), [("silence", "waiting"), ("closing", "pre_closed")])
def test_who_is_sent_nothing_automatic_is_closed_without_a_word(kind: TimerKind, state: State) -> None:
    """I9; why nobody is told is written down."""
    silent = c.incident(state=state, unanswerable=because("no_ack_no_reply", address="x@example.org"))
    done = decided(wait(kind), END, silent)
    assert c.mails(done) == []
    assert c.only(done, KeepSilent).reason.name == "no_mail_unanswerable"
    assert c.only(done, SetState)


def test_an_unproven_requester_reads_nothing_of_their_mail() -> None:
    """Rule 4."""
    done = decided(wait(), HALF, c.incident(state="waiting"))
    assert c.mails(done)[0].facts["subject"] == ""


def test_a_clock_of_another_kind_is_not_looked_at_here() -> None:
    """What reminds the staff is remind.py's."""
    watch = wait("first_response")
    assert decided(watch, END, c.incident(state="waiting")) == [WaitStep(9, None)]
