"""What a further mail of a customer does, by the state of its incident and by what it says."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from maild.core.actions import (
    Action,
    AddEntry,
    ClockHappened,
    Dispose,
    Flag,
    OpenIncident,
    QueueReply,
    SetState,
)
from maild.core.deciding.case import Case
from maild.core.deciding.decide_customer_mail import decide_customer_mail
from maild.core.incident import ENDED_STATES, OPEN_STATES, State
from maild.core.understanding.new_text import split_text
from tests.parts import cases as c
from tests.parts.messages import ALICE

WORDS = ["solved", "Gelöst, danke!", "решено"]


def further(text: str, state: State = "waiting", *, vouched: bool = True, **changes: Any) -> Case:
    """Return the case of a further mail of Alice's, by our token unless not vouched for."""
    there = {name: changes.pop(name) for name in ("flags", "closed_at") if name in changes}
    ended = {"closed_at": c.NOW - c.DAY} if state in ENDED_STATES else {}
    incident = c.incident(state=state, proven=True, **{**ended, **there})
    joined = c.found(incident, c.thread_token() if vouched else None)
    return c.case(c.message(text=text), joined, split=split_text(text), **changes)


def decided(case: Case, **rules: Any) -> list[Action]:
    """Return what is decided about it."""
    return decide_customer_mail(case, c.rules(**rules), c.NOW)


def state_after(done: list[Action]) -> State | None:
    """Return the state that was set, or None where none was."""
    return next((action.state for action in c.of_type(done, SetState)), None)


def events(done: list[Action]) -> list[str]:
    """Return what the clocks were told."""
    return [action.event.type for action in c.of_type(done, ClockHappened)]


@pytest.mark.parametrize("state", OPEN_STATES)
@pytest.mark.parametrize("word", WORDS)
def test_the_customers_word_alone_closes_what_is_open(word: str, state: State) -> None:
    """Their own problem is theirs to call solved; they are told what follows, the staff hear of it."""
    done = decided(further(word, state))
    assert (state_after(done), events(done)) == ("closed", ["resolved"])
    assert c.why(done)[0] == "closed_by_customer"
    (notice,) = c.mails(done, "closed")
    assert (notice.to, notice.facts["reopen_days"]) == (ALICE, 14)
    assert notice.facts["reopen_until"] == "2026-03-16T08:59:00Z"
    assert {mail.facts["state"] for mail in c.mails(done, "staff_new_message")} == {"closed"}


def test_a_word_that_nobody_vouches_for_closes_nothing() -> None:
    """Anybody can write a number into a subject: then it is a further mail, and staff see it as unproven."""
    done = decided(further("solved", vouched=False))
    assert (state_after(done), c.mails(done, "closed")) == ("in_progress", [])


def test_the_word_of_somebody_else_in_the_thread_closes_nothing() -> None:
    """What a colleague of theirs holds for solved is read by a person."""
    incident = c.incident(state="waiting")
    joined = c.found(incident, c.thread_token())
    other = c.message(sender=c.message().to[0], text="solved")
    done = decided(c.case(other, joined, split=split_text("solved")))
    assert state_after(done) == "in_progress"


def test_more_than_the_word_is_a_letter() -> None:
    """Whoever has more to say wants an answer."""
    assert state_after(decided(further("Solved, but now the cart is empty"))) == "in_progress"


@pytest.mark.parametrize("state", ["closed", "declined", "spam"])
@pytest.mark.parametrize("text", ["Thanks!", "Vielen Dank, Anna!", "Спасибо, всё работает", "solved"])
def test_thanks_open_nothing_again(text: str, state: State) -> None:
    """Rule 32: an entry, the state stays, one line to the staff and nothing to the customer."""
    done = decided(further(text, state))
    assert (state_after(done), events(done)) == (None, [])
    assert c.why(done)[0] == "thanks_when_over"
    assert c.only(done, AddEntry).text == text
    assert {mail.kind for mail in c.mails(done)} == {"staff_new_message"}


def test_one_digit_after_closing_is_a_rating() -> None:
    """The closing notice asks for it; it opens nothing again, and the staff read it."""
    done = decided(further("5, thank you", "closed"))
    assert (state_after(done), c.only(done, Flag).flag) == (None, "rated:5")
    assert {mail.kind for mail in c.mails(done)} == {"staff_new_message"}


@pytest.mark.parametrize(
    ("text", "state"), [("5 orders are lost", "closed"), ("5", "declined"), ("5", "waiting")]
)
def test_a_digit_elsewhere_is_a_letter(text: str, state: State) -> None:
    """With words around it, or on an incident that was not closed."""
    done = decided(further(text, state))
    assert (c.of_type(done, Flag), state_after(done)) != ([], None)
    assert c.of_type(done, Flag) == []


def test_who_writes_within_the_window_opens_it_again_and_is_told() -> None:
    """The same incident goes on; a promise begins anew."""
    done = decided(further("It is back.", "closed"))
    assert (state_after(done), events(done)) == ("in_progress", ["reopened"])
    assert c.only(done, ClockHappened).event.by == "customer"
    (told,) = c.mails(done, "reopened")
    assert (told.to, told.facts["subject"]) == (ALICE, "The checkout is down")


@pytest.mark.parametrize("state", ["closed", "declined"])
def test_who_writes_later_has_a_new_incident_that_names_the_old_one(state: State) -> None:
    """No mail is lost, and nothing that is long over comes back to life."""
    late = {"closed_at": c.NOW - timedelta(days=14, seconds=1)}
    done = decided(further("It is back.", state, **late))
    opened = c.only(done, OpenIncident)
    assert opened.linked_to == 1003
    assert c.mails(done, "acknowledgement")[0].facts["subject"] == ""


def test_an_objection_brings_back_what_was_declined() -> None:
    """A person decided, and a person looks again."""
    done = decided(further("But it is the same fault as last week.", "declined"))
    assert (state_after(done), events(done)) == ("submitted", ["reopened"])
    assert c.why(done)[0] == "objected"
    assert len(c.mails(done, "reopened")) == 1


def test_mail_on_spam_is_kept_and_shown_and_answered_by_nothing() -> None:
    """Staff may have been wrong, and #reopen says so; a spammer reads nothing of us."""
    done = decided(further("Buy our links, HotRush!", "spam", verdict=c.HOTRUSH))
    assert (c.disposed(done), state_after(done), events(done)) == ("appended", None, [])
    assert {mail.kind for mail in c.mails(done)} == {"staff_new_message"}
    assert "#reopen" in str(c.mails(done)[0].facts["notes"])


def test_whoever_writes_although_told_of_a_doubt_is_shown_to_staff_as_such() -> None:
    """The mail may be an objection: the notification says that a word of the staff is wanted."""
    done = decided(further("It is a defect of yours.", "submitted", flags=("out_of_scope",)))
    notes = c.mails(done, "staff_new_message")[0].facts["notes"]
    assert any("#accept or #decline" in str(note) for note in notes if isinstance(notes, list))
    assert state_after(done) is None


def test_a_notice_goes_to_no_machine_and_to_no_dead_address() -> None:
    """I9: what may not be acknowledged is not told of its reopening either."""
    done = decided(further("It is back.", "closed", writer=c.writer("list")))
    assert state_after(done) == "in_progress"
    assert c.mails(done, "reopened") == []


@pytest.mark.parametrize("state", get_args(State))
@pytest.mark.parametrize("text", ["solved", "thanks", "yes", "2", "It is back.", ""])
@pytest.mark.parametrize("vouched", [True, False])
def test_no_mail_is_lost_and_no_notice_is_sent_twice(text: str, state: State, vouched: bool) -> None:
    """Whatever the state: one disposition, one entry with the text, each mail of ours once."""
    done = decided(further(text, state, vouched=vouched, flags=("several", "split_asked:tax")))
    assert len(c.of_type(done, Dispose)) == 1
    assert c.of_type(done, AddEntry)[0].text == c.case(c.message(text=text)).said
    sent = [(mail.kind, mail.to.key) for mail in c.of_type(done, QueueReply)]
    assert len(sent) == len(set(sent))
    assert len(c.of_type(done, SetState)) <= 1
