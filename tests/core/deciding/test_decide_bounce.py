"""A report about a mail of ours: believed of a mail that left, to that very address; everything else is only noted."""

from dataclasses import replace
from typing import Any

import pytest

from maild.core.actions import AddEntry, ClockHappened, Dispose, ForIncident, NoteBounce, Suppress
from maild.core.deciding.case import Case
from maild.core.deciding.decide import decide
from maild.core.deciding.decide_bounce import decide_bounce
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import because
from maild.core.sent_mail import SentAnswer, SentMail
from maild.core.understanding.automatic import Kind
from maild.core.understanding.bounce import Bounce, FailedRecipient
from maild.core.understanding.bounce_fields import Action as What
from maild.core.understanding.bounce_words import Failure
from tests.parts import cases as c
from tests.parts.messages import ALICE

SAID = "550 5.1.1 no such user"
REPORT = because("delivery_report", actions="failed")


def sent(kind: str = "answer", **changes: Any) -> SentMail:
    """Return a mail to Alice that left: the only answer on her incident, which stopped the clock, or another kind."""
    answered = c.clocks(ClockEvent("staff_reply", c.NOW), ClockEvent("waiting", c.NOW))
    usual = SentMail(
        id=8,
        kind=kind,
        audience="customer",
        recipient=ALICE,
        subject="The checkout is down",
        left=True,
        came_back=False,
        incident=c.incident(state="waiting"),
        answers=(SentAnswer(8, c.NOW, lost=False),),
        clocks=answered,
    )
    return replace(usual, **changes)


def failed(
    address: str = ALICE.address,
    reason: Failure = "user_unknown",
    action: What = "failed",
    original: str = "",
) -> FailedRecipient:
    """Return what a report says of one address."""
    return FailedRecipient(address, "5.1.1", action, reason, SAID, original)


def report(
    returned: SentMail | None, *recipients: FailedRecipient, kind: Kind = "bounce", **changes: Any
) -> Case:
    """Return the case of a report about `returned`; by default it says that Alice's address does not exist."""
    said = recipients or (failed(),)
    bounce = Bounce(any(one.hard for one in said), said, "<maild.x@example.org>")
    usual = {"bounce": bounce, "writer": c.writer(kind, REPORT), "returned": returned}
    return c.case(c.message(text="It failed."), **{**usual, **changes})


def test_a_lost_answer_is_noted_marked_told_and_the_clock_runs_again() -> None:
    """All that follows from one report, and the server's own words with it."""
    actions = decide_bounce(report(sent()), c.rules())
    assert c.disposed(actions) == "quiet"
    assert c.why(actions) == ["bounce_user_unknown", "server_said", "marked", "delivery_report"]
    assert c.only(actions, AddEntry).kind == "machine_note"
    assert c.only(actions, NoteBounce).mail == 8
    assert c.only(actions, Suppress).address == ALICE
    assert c.of_type(actions, ClockHappened)
    assert {mail.to.address for mail in c.mails(actions)} == {c.ANNA.address, c.BEN.address}


@pytest.mark.parametrize(
    ("case", "reason"),
    [
        (report(None), "report_of_nothing"),
        (report(sent(left=False)), "report_of_unsent"),
        (report(sent(), failed("eve@example.com")), "report_misaddressed"),
        (report(sent(), failed("ſ" + ALICE.address[1:])), "report_misaddressed"),
        (report(sent(), bounce=None), "report_misaddressed"),
        (report(sent(came_back=True)), "report_again"),
        (report(sent(), failed(action="delayed"), kind="delay_notice"), "report_delayed"),
        (report(sent(), failed(action="delivered"), kind="delivery_receipt"), "report_delivered"),
        (report(sent(left=False), kind="feedback_report"), "report_of_unsent"),
    ],
)
def test_what_is_not_a_failure_of_that_very_mail_changes_nothing(case: Case, reason: str) -> None:
    """Forged, repeated, late or good news: a note or kept, with the reason, and no more."""
    actions = decide_bounce(case, c.rules())
    assert reason in c.why(actions)
    assert {type(action) for action in actions} <= {Dispose, ForIncident, AddEntry}


def test_an_address_that_a_forwarding_changed_is_known_by_the_original() -> None:
    """The failed address is one behind an alias; Original-Recipient is whom we wrote to."""
    actions = decide_bounce(
        report(sent(), failed("x@far.example", original=ALICE.address.upper())), c.rules()
    )
    assert c.only(actions, Suppress).address == ALICE


def test_of_several_words_on_one_address_the_failure_counts() -> None:
    """Delayed first, failed in the end."""
    actions = decide_bounce(report(sent(), failed(action="delayed"), failed()), c.rules())
    assert c.of_type(actions, NoteBounce)


def test_a_passing_trouble_of_an_answer_is_told_and_marks_nothing() -> None:
    """A full mailbox: a person must know, the address stays."""
    actions = decide_bounce(report(sent(), failed(reason="mailbox_full")), c.rules())
    assert c.of_type(actions, Suppress) == []
    assert len(c.mails(actions, "delivery_problem")) == 2


def test_a_passing_trouble_of_an_acknowledgement_is_only_noted() -> None:
    """Nobody waits for it."""
    actions = decide_bounce(report(sent("acknowledgement"), failed(reason="mailbox_full")), c.rules())
    assert c.of_type(actions, NoteBounce)
    assert c.mails(actions) == []


def test_a_dead_address_is_told_whatever_came_back_from_it() -> None:
    """Whoever answers next should know."""
    actions = decide_bounce(report(sent("acknowledgement")), c.rules())
    assert c.only(actions, Suppress)
    assert len(c.mails(actions, "delivery_problem")) == 2


def to_anna(kind: str = "staff_new_incident", **changes: Any) -> SentMail:
    """Return a notification to Anna."""
    return sent(kind, audience="staff", recipient=replace(ALICE, address=c.ANNA.address), **changes)


def test_of_staff_that_can_not_be_reached_the_others_hear_once_a_day() -> None:
    """About no incident, for it is about her; her address is not marked, for staff mail is no automatic mail."""
    actions = decide_bounce(report(to_anna(), failed(c.ANNA.address)), c.rules())
    (told,) = c.mails(actions)
    assert (told.to.address, told.cause) == (c.BEN.address, f"unreachable:{c.ANNA.address}:2026-03-02")
    assert c.of_type(actions, ForIncident)[-1].number is None
    assert c.of_type(actions, Suppress) == []


def test_that_such_a_word_came_back_is_told_to_nobody() -> None:
    """Two dead addresses must not keep each other busy."""
    actions = decide_bounce(report(to_anna("delivery_problem"), failed(c.ANNA.address)), c.rules())
    assert c.mails(actions) == []
    assert c.of_type(actions, NoteBounce)


def test_a_report_about_no_incident_is_kept() -> None:
    """A list or a summary to the staff belongs to none."""
    actions = decide_bounce(
        report(to_anna("backlog_summary", incident=None), failed(c.ANNA.address)), c.rules()
    )
    assert c.disposed(actions) == "kept"
    assert c.of_type(actions, AddEntry) == []


def test_who_complains_gets_no_automatic_mail_and_staff_hear_of_it_once() -> None:
    """RFC 5965: never an incident; the clock goes on as it was."""
    actions = decide_bounce(report(sent("acknowledgement"), kind="feedback_report", bounce=None), c.rules())
    assert c.only(actions, Suppress).reason.name == "complained"
    told = c.mails(actions)
    assert {(mail.facts["complaint"], mail.facts["reason"], mail.cause) for mail in told} == {
        (True, "", f"complaint:{ALICE.key}")
    }
    assert c.of_type(actions, ClockHappened) + c.of_type(actions, NoteBounce) == []


def test_staff_who_complain_are_noted() -> None:
    """A slip of the finger must not silence anybody."""
    actions = decide_bounce(report(to_anna(), kind="feedback_report", bounce=None), c.rules())
    assert c.why(actions)[0] == "complained"
    assert c.mails(actions) + c.of_type(actions, Suppress) == []


@pytest.mark.parametrize("kind", ["bounce", "delay_notice", "delivery_receipt", "feedback_report"])
def test_every_kind_of_report_is_decided_here(kind: Kind) -> None:
    """Whatever else its text says."""
    actions = decide(report(None, kind=kind), c.rules(), c.NOW)
    assert "report_of_nothing" in c.why(actions)
