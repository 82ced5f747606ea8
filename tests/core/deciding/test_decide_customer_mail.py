"""A customer's mail opens an incident, or goes on with one; who is answered, and who is told."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.settings import Verdict
from maild.core.actions import (
    Action,
    AddEntry,
    AddParty,
    ClockHappened,
    Dispose,
    KeepSilent,
    OpenIncident,
    SetPriority,
    SetState,
)
from maild.core.deciding.append_mail import RANK
from maild.core.deciding.case import Case
from maild.core.deciding.decide_customer_mail import closed_for_good, decide_customer_mail
from maild.core.deciding.open_incident import open_incident, readers_named, requester_of
from maild.core.incident import Priority, State
from maild.core.message import Address
from maild.core.promising import sla
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import Reason, because
from maild.core.understanding.automatic import Writer
from tests.parts import cases as c
from tests.parts.messages import ALICE, SUPPORT

SHOP = Address("no-reply@shop.example", "The shop")
CARL = Address("carl@example.net", "Carl")
NO_SUPPORT = replace(c.VERDICT, scope="not_support")
PRIORITIES: list[Priority] = ["low", "normal", "high", "hotrush"]


def actions(case: Case, **rules: object) -> list[Action]:
    """Return what is decided about the mail under the ordinary rules, or changed ones."""
    return decide_customer_mail(case, c.rules(**rules), c.NOW)


def unacknowledged(done: list[Action]) -> Reason:
    """Return why no acknowledgement is sent."""
    (why,) = (silent.reason for silent in c.of_type(done, KeepSilent) if silent.kind == "acknowledgement")
    return why


# --- a new incident ---------------------------------------------------------------------------------------


def test_a_new_mail_opens_an_incident_with_its_text_and_its_clock() -> None:
    """The incident is the sender's, its clock started when the mail came in."""
    done = actions(c.case())
    opened, started = c.only(done, OpenIncident), c.only(done, ClockHappened)
    assert c.disposed(done) == "opened"
    assert (opened.requester, opened.subject, opened.priority) == (ALICE, "The checkout is down", "normal")
    assert (opened.verdict, opened.language, opened.flags) == (c.VERDICT, "en", ())
    assert c.only(done, AddEntry).text == "It shows a white page.\n"
    assert started.event == ClockEvent("created", c.case().delivery.received_at, "normal")
    assert started.policy == c.POLICY


def test_the_reasons_say_why_it_is_new_and_who_sent_it() -> None:
    """All that was found about the mail stands with its disposition, and with its entry."""
    done = actions(c.case(writer=c.writer("list", because("list_field", field="List-Id"))))
    assert c.why(done) == ["opened", "new", "no_authserv", "list_field"]
    assert c.only(done, AddEntry).reasons == c.only(done, Dispose).reasons


def test_a_new_incident_keeps_the_whole_text() -> None:
    """A forwarded mail is the request: nothing of a first mail is cut."""
    text = "See below.\n\n> Nobody can pay.\n"
    assert c.only(actions(c.case(c.message(text=text))), AddEntry).text == text


def test_the_priority_of_the_verdict_sets_the_promise() -> None:
    """A HotRush is due after two open hours."""
    done = actions(c.case(verdict=c.HOTRUSH))
    assert c.only(done, OpenIncident).priority == "hotrush"
    assert c.only(done, ClockHappened).event == ClockEvent("created", c.NOW - c.MINUTE, "hotrush")


def test_the_sender_is_acknowledged_and_the_mail_answers_theirs() -> None:
    """One acknowledgement, in their thread."""
    (ack,) = c.mails(actions(c.case()), "acknowledgement")
    assert (ack.to, ack.audience, ack.automatic) == (ALICE, "customer", True)
    assert ack.in_reply_to == "<1@example.net>"


def test_an_unproven_sender_gets_no_word_of_the_mail_back() -> None:
    """Rule 4: neither subject nor name nor text: the address may be somebody else's."""
    (ack,) = c.mails(actions(c.case()), "acknowledgement")
    assert (ack.facts["subject"], ack.proven) == ("", False)
    assert "checkout is down" not in repr(ack.facts)
    assert "Alice" not in repr(ack.facts)


def test_a_proven_sender_reads_their_subject() -> None:
    """Rule 4: `Re: <cleaned subject>`."""
    (ack,) = c.mails(actions(c.case(proof=c.PROVEN)), "acknowledgement")
    assert (ack.facts["subject"], ack.proven) == ("The checkout is down", True)


def test_each_of_the_staff_is_told_of_a_new_incident() -> None:
    """Rule 47: one mail each, and each becomes a party, so that they may answer."""
    done = actions(c.case())
    told = c.mails(done, "staff_new_incident")
    assert [mail.to.address for mail in told] == [c.ANNA.address, c.BEN.address]
    assert all(mail.audience == "staff" and mail.automatic for mail in told)
    staff = [party.address.address for party in c.of_type(done, AddParty) if party.role == "staff"]
    assert staff == [c.ANNA.address, c.BEN.address]


def test_what_was_named_in_vain_is_linked_for_the_staff() -> None:
    """Rule 12: a stranger with a number opens a new incident; the staff see which one was named."""
    why = because("stranger", number=1003, address="eve@example.com")
    done = actions(c.case(joined=c.found(linked_to=1003, reasons=(why,))))
    assert c.only(done, OpenIncident).linked_to == 1003
    (told, _) = c.mails(done, "staff_new_incident")
    assert told.facts["linked"] == 1003
    assert why.text[1:] in str(told.facts["notes"])


# --- who it is from, and who may read along ----------------------------------------------------------------


def test_a_no_reply_speaks_for_its_one_reply_to() -> None:
    """Rule 14: the person in Reply-To is the requester, unproven even if the shop is proven; no acknowledgement."""
    case = c.case(c.message(sender=SHOP, reply_to=(CARL,)), proof=c.PROVEN)
    assert requester_of(case) == (CARL, False)
    done = actions(case)
    assert c.only(done, OpenIncident).requester == CARL
    assert unacknowledged(done).name == "no_ack_no_reply"
    assert c.mails(done, "acknowledgement") == []
    assert c.mails(done, "staff_new_incident")[0].facts["customer"] == str(SHOP)


@pytest.mark.parametrize("reply_to", [(), (CARL, ALICE)])
def test_a_no_reply_without_one_person_behind_it_speaks_for_itself(reply_to: tuple[Address, ...]) -> None:
    """Rule 14: nobody is guessed."""
    assert requester_of(c.case(c.message(sender=SHOP, reply_to=reply_to))) == (SHOP, False)


def test_a_person_with_a_reply_to_is_still_the_requester() -> None:
    """Rule 14: From counts: a Reply-To must not redirect what we say."""
    assert requester_of(c.case(c.message(reply_to=(CARL,)), proof=c.PROVEN)) == (ALICE, True)


def test_people_in_to_and_cc_take_part_unproven_and_get_nothing() -> None:
    """Rule 14: they may write, and are told nothing until staff add them."""
    done = actions(c.case(c.message(to=(SUPPORT, CARL), cc=(Address("dora@example.net"),)), proof=c.PROVEN))
    parties = [party for party in c.of_type(done, AddParty) if party.role == "cc"]
    assert [(party.address.address, party.proven) for party in parties] == [
        ("carl@example.net", False),
        ("dora@example.net", False),
    ]
    assert {mail.to.address for mail in c.mails(done)} == {ALICE.address, c.ANNA.address, c.BEN.address}


def test_neither_we_nor_the_staff_nor_the_sender_are_readers() -> None:
    """Each stands there by another right; and nobody twice."""
    to = (Address("Support@Example.org"), Address(c.ANNA.address.upper()), replace(ALICE, name=""), CARL)
    assert readers_named(
        c.case(c.message(to=to, cc=(Address("CARL@example.net"), Address("")))), c.rules()
    ) == [CARL]


@given(st.integers(0, 60))
def test_a_long_list_of_readers_is_cut(count: int) -> None:
    """At most twenty: a mail to a thousand people makes no thousand parties."""
    cc = tuple(Address(f"{n}@example.net") for n in range(count))
    assert len(readers_named(c.case(c.message(cc=cc)), c.rules())) == min(count, 20)


# --- why there is no acknowledgement -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("case", "name"),
    [
        (c.case(writer=c.writer("human", because("list_unsubscribe"), ack_allowed=False)), "no_ack_machine"),
        (c.case(writer=c.writer("human", ack_allowed=False)), "no_ack_machine"),
        (c.case(proof=c.FORGED), "no_ack_dmarc"),
        (c.case(c.message(sender=SHOP)), "no_ack_no_reply"),
        (c.case(suppressed="complained"), "no_ack_suppressed"),
        (c.case(delivery=c.backlog_delivery()), "no_ack_backlog"),
    ],
)
def test_silence_has_its_reason(case: Case, name: str) -> None:
    """An incident all the same, and `maild show` says why nobody was answered (rules: Machines; rules 4, 14, 23)."""
    done = actions(case)
    assert c.disposed(done) == "opened"
    assert unacknowledged(done).name == name
    assert c.mails(done, "acknowledgement") == []


def test_the_machine_mark_is_named_in_the_silence() -> None:
    """Not just that it was a machine, but by which sign."""
    case = c.case(writer=c.writer("list", because("list_field", field="List-Id")))
    assert "carries List-Id" in unacknowledged(actions(case)).text


def test_a_forged_sender_is_told_to_the_staff() -> None:
    """Rule 4: no acknowledgement, and the notification says that the From address is probably forged."""
    (told, _) = c.mails(actions(c.case(proof=c.FORGED)), "staff_new_incident")
    assert "dmarc=fail" in str(told.facts["proof"])


def test_backlog_runs_no_clock_and_tells_nobody() -> None:
    """Rule 23: recorded and flagged; one summary comes later."""
    done = actions(c.case(delivery=c.backlog_delivery()))
    assert c.only(done, OpenIncident).flags == ("backlog",)
    assert c.only(done, ClockHappened).policy == c.POLICY.without_promises()
    assert c.mails(done) == []


def test_backlog_is_acknowledged_where_the_config_says_so() -> None:
    """Rule 23: `ack_backlog = true` acknowledges, and still tells the staff by the summary alone."""
    done = actions(c.case(delivery=c.backlog_delivery(), ack_backlog=True))
    assert [mail.kind for mail in c.mails(done)] == ["acknowledgement"]


def test_a_caller_may_keep_the_acknowledgement_back_for_a_reason_of_its_own() -> None:
    """As for a mail of the staff; that the mail itself may not be answered is told first, for it holds for good."""
    own = because("no_ack_staff")
    done = open_incident(c.case(suppressed="complained"), c.rules(), (), ("unverified_staff",), own)
    assert unacknowledged(done) == own
    assert c.only(done, AddEntry).kind == "unverified"
    done = open_incident(c.case(proof=c.FORGED), c.rules(), (), ("unverified_staff",), own)
    assert unacknowledged(done).name == "no_ack_dmarc"


# --- one mail more -----------------------------------------------------------------------------------------


def further(state: State = "submitted", **changes: object) -> Case:
    """Return the case of Alice's further mail, with our token, quoting ours."""
    text = "It still fails.\n\n> We are on it.\n"
    joined = c.found(c.incident(state=state), c.thread_token())
    return c.case(c.message(text=text, subject="Re: The checkout is down [#1003]"), joined, **changes)


def test_a_further_mail_adds_what_is_new_in_it() -> None:
    """Rule 12: a token joins; the quoted text is not said again; the staff are told, the customer is not answered."""
    done = actions(further())
    assert c.disposed(done) == "appended"
    assert c.only(done, AddEntry).text == "It still fails."
    told = c.mails(done)
    assert [mail.kind for mail in told] == ["staff_new_message"] * 2
    assert told[0].facts["text"] == "It still fails."


def test_a_mail_without_new_text_is_kept_whole() -> None:
    """Where all looks quoted, the quote is what was said."""
    case = c.case(c.message(text="> Yes, please.\n"), c.found(c.incident(), c.thread_token()))
    assert c.only(actions(case), AddEntry).text == "> Yes, please.\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [("waiting", "in_progress"), ("closed", "in_progress")],
)
def test_the_customers_word_moves_the_incident(before: State, after: State) -> None:
    """What waited for them goes on; what was closed is open again; the staff read the new state."""
    done = actions(further(before), reopen_days=14)
    assert c.only(done, SetState).state == after
    assert c.mails(done, "staff_new_message")[0].facts["state"] == after


@pytest.mark.parametrize("state", ["submitted", "in_progress"])
def test_a_further_mail_on_open_work_changes_no_state(state: State) -> None:
    """It is our turn already."""
    assert c.of_type(actions(further(state)), SetState) == []


def test_a_reopened_incident_says_so() -> None:
    """The reason names the days within which that happens."""
    assert c.why(actions(further("closed")))[0] == "reopened"


def test_after_the_last_day_a_mail_opens_a_new_incident_linked_to_the_old() -> None:
    """Closed for good: a new number, a new clock, an acknowledgement, and the staff see where it came from."""
    case = further()
    joined = c.found(
        c.incident(state="closed", closed_at=c.NOW - timedelta(days=14, seconds=1)), c.thread_token()
    )
    done = actions(replace(case, found=joined), reopen_days=14)
    assert c.disposed(done) == "opened"
    assert c.only(done, OpenIncident).linked_to == 1003
    assert "reopen_window_over" in c.why(done)
    assert c.mails(done, "acknowledgement")


@given(st.integers(0, 40), st.timedeltas(timedelta(), timedelta(days=50)))
def test_the_window_is_exactly_as_long_as_the_config_says(days: int, since: timedelta) -> None:
    """At the last instant it still reopens."""
    joined = c.incident(state="closed", closed_at=c.NOW - since)
    assert closed_for_good(joined, c.rules(reopen_days=days), c.NOW) == (since > timedelta(days=days))


def test_an_open_incident_is_never_closed_for_good() -> None:
    """However old a closing time it once had."""
    assert not closed_for_good(c.incident(state="waiting", closed_at=c.NOW - 99 * c.DAY), c.rules(), c.NOW)


def test_an_unproven_join_is_marked_and_adds_no_reader() -> None:
    """Rule 12: no token, no authserv-id: an entry marked unproven, nothing executed, nobody added."""
    done = actions(
        c.case(c.message(cc=(CARL,), text="HotRush please\n"), c.found(c.incident()), verdict=c.HOTRUSH)
    )
    entry = c.only(done, AddEntry)
    assert (entry.proven, c.why(done)[0]) == (False, "appended_unproven")
    assert c.of_type(done, AddParty) == []
    assert c.of_type(done, SetPriority) == []


def test_a_token_from_a_forged_address_is_an_unproven_join() -> None:
    """The server's word against the token: the mail is kept and counts as nobody's."""
    done = actions(further(proof=c.FORGED, verdict=c.HOTRUSH))
    assert not c.only(done, AddEntry).proven
    assert c.of_type(done, SetPriority) == []


def test_backlog_on_a_thread_tells_nobody() -> None:
    """Rule 23."""
    assert c.mails(actions(further(delivery=c.backlog_delivery()))) == []


# --- a clock, or none ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("writer", "verdict", "without"),
    [
        (c.writer("list"), c.VERDICT, "no_clock_list"),
        (
            c.writer("human", because("mass_mail_field", field="X-M"), ack_allowed=False),
            c.VERDICT,
            "no_clock_list",
        ),
        (c.writer("auto_generated"), NO_SUPPORT, "no_clock_not_support"),
        (c.writer("auto_generated"), c.VERDICT, ""),
        (c.writer(), NO_SUPPORT, ""),
        (c.writer("list"), c.HOTRUSH, ""),
        (
            c.writer(
                "human", because("form_sender", address="x"), because("list_unsubscribe"), ack_allowed=False
            ),
            NO_SUPPORT,
            "",
        ),
    ],
)
def test_a_clock_runs_but_for_what_waits_for_no_answer(
    writer: Writer, verdict: Verdict, without: str
) -> None:
    """Mass mail, and a program's that is no request; a HotRush, a form and whoever is promised a time are watched."""
    done = actions(c.case(writer=writer, verdict=verdict))
    silences = [silent.reason.name for silent in c.of_type(done, KeepSilent) if silent.kind == "reminder"]
    assert silences == ([without] if without else [])
    policy = c.only(done, ClockHappened).policy
    assert policy == (c.POLICY.without_promises() if without else c.POLICY)
    (told, *_) = c.mails(done, "staff_new_incident")
    assert bool(told.facts["due"]) is not bool(without)


# --- a higher priority -------------------------------------------------------------------------------------


def test_new_text_may_raise_the_priority_with_its_reason_and_a_sooner_promise() -> None:
    """Rule 28: `HotRush` in a later mail counts from then on; the reason quotes the word."""
    clocks = c.clocks()
    done = actions(further(verdict=c.HOTRUSH, clocks=clocks))
    raised = c.only(done, SetPriority)
    assert (raised.priority, raised.reason.name) == ("hotrush", "raised")
    assert 'HotRush from "HotRush"' in raised.reason.text
    assert c.clock_events(done) == ["customer_message", "priority_changed"]
    assert c.owed(done, clocks) == sla.due(c.POLICY, "hotrush", c.NOW - c.MINUTE)


def test_what_lay_there_before_maild_came_asks_for_no_answer_in_time() -> None:
    """A backlog is no promise; but whoever wrote is not waited for any more."""
    clocks = c.clocks(ClockEvent("staff_reply", c.NOW), ClockEvent("waiting", c.NOW))
    done = actions(further(delivery=c.backlog_delivery(), clocks=clocks))
    assert c.owed(done, clocks) is None
    assert clocks.after(c.of_type(done, ClockHappened)[0].event).phase == "open"


@given(st.sampled_from(PRIORITIES), st.sampled_from(PRIORITIES))
def test_a_priority_is_raised_or_stays(now: Priority, wanted: Priority) -> None:
    """Rule 28: never lower, whatever the new text says, and never another scope."""
    joined = c.found(c.incident(priority=now), c.thread_token())
    done = actions(c.case(joined=joined, verdict=replace(c.VERDICT, priority=wanted, scope="other")))
    assert [change.priority for change in c.of_type(done, SetPriority)] == (
        [wanted] if RANK[wanted] > RANK[now] else []
    )
    assert c.of_type(done, OpenIncident) == []


# --- what the notifications bring ----------------------------------------------------------------------------


def test_staff_get_the_files_with_both_notifications() -> None:
    """A screenshot says more than a text; nothing of it goes to a customer."""
    opened = decide_customer_mail(c.case(), c.rules(), c.NOW)
    joined = c.found(c.incident(), c.thread_token())
    further = decide_customer_mail(c.case(joined=joined), c.rules(), c.NOW)
    for mail in (*c.mails(opened), *c.mails(further)):
        assert mail.with_attachments is (mail.audience == "staff")


def test_staff_are_told_that_the_customer_raised_the_priority() -> None:
    """The notification of a further mail shows priority and due time as they are after it."""
    case = c.case(joined=c.found(c.incident(), c.thread_token()), verdict=c.HOTRUSH, clocks=c.clocks())
    told, *_ = c.mails(decide_customer_mail(case, c.rules(), c.NOW), "staff_new_message")
    assert told.facts["hotrush"] is True
    assert "11:00" in str(told.facts["due"])
    assert "The customer raised the priority to hotrush" in str(told.facts["notes"])


def test_staff_are_told_why_a_customer_got_no_acknowledgement() -> None:
    """Nobody has to look it up."""
    case = c.case(suppressed="hard bounce")
    told, *_ = c.mails(decide_customer_mail(case, c.rules(), c.NOW), "staff_new_incident")
    assert "No acknowledgement: alice@example.net is on the suppression list" in str(told.facts["notes"])
