"""What each verb of the staff does to the life of an incident, and what it says where it can do nothing."""

from typing import Any, get_args

import pytest

from maild.core.actions import (
    Action,
    AddEntry,
    ClockHappened,
    Correct,
    Flag,
    KeepSilent,
    MergeInto,
    QueueReply,
    SetOwner,
    SetState,
    Unflag,
)
from maild.core.deciding.decide_staff_mail import decide_staff_mail
from maild.core.deciding.staff_orders import EFFECTS, TRACES
from maild.core.incident import ENDED_STATES, OPEN_STATES, Incident, State
from maild.core.reasons import because
from tests.parts import cases as c
from tests.parts.messages import ALICE

LABELS = {"outage": "a shop that is down", "tax": "taxes", "upgrade": "an upgrade"}
INSTEAD = {"upgrade": {"en": ("a quote",), "de": ("ein Angebot",)}}


def ordered(text: str, incident: Incident | None = None, **changes: Any) -> list[Action]:
    """Return what Anna's proven mail does on Alice's incident."""
    case = c.from_staff(text, joined=c.found(incident or c.incident(proven=True), c.staff_token()), **changes)
    rules = c.rules(scopes=LABELS, alternatives=INSTEAD, outside=frozenset({"upgrade"}))
    return decide_staff_mail(case, c.ANNA, rules, c.NOW)


def receipt(done: list[Action]) -> list[str]:
    """Return the lines of the one receipt."""
    (mail,) = c.mails(done, "receipt")
    lines = mail.facts["done"] or mail.facts["problems"]
    assert isinstance(lines, list)
    return [str(line) for line in lines]


def states(done: list[Action]) -> list[State]:
    """Return the states that were set, in order."""
    return [action.state for action in c.of_type(done, SetState)]


def events(done: list[Action]) -> list[str]:
    """Return what the clocks were told."""
    return [action.event.type for action in c.of_type(done, ClockHappened)]


def to_customer(done: list[Action]) -> list[str]:
    """Return the kinds of mail that the customer gets."""
    return [mail.kind for mail in c.mails(done) if mail.audience == "customer"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("submitted", ["assigned"]),
        ("awaiting_entitlement", ["assigned"]),
        ("in_progress", []),
        ("waiting", []),
    ],
)
def test_take_makes_it_theirs(before: State, after: list[State]) -> None:
    """The state moves only where nobody was at it; the customer is told nothing."""
    done = ordered("#take", c.incident(state=before))
    owner = c.only(done, SetOwner).owner
    assert owner is not None
    assert owner.address == c.ANNA.address
    assert (states(done), to_customer(done)) == (after, [])
    assert receipt(done) == ["made the incident yours"]


def test_take_twice_says_so() -> None:
    """The incident is Anna's already."""
    done = ordered("#take", c.incident(state="assigned", owner=c.ANNA.address))
    assert c.of_type(done, SetOwner) == []
    assert receipt(done) == ["Anna has it already"]


def test_bug_tells_the_customer_that_it_is_free_and_keeps_the_state() -> None:
    """Once."""
    done = ordered("#bug")
    assert (states(done), to_customer(done), c.only(done, Flag).flag) == ([], ["bug_confirmed"], "bug")
    again = ordered("#bug", c.incident(flags=("bug",)))
    assert to_customer(again) == []
    assert receipt(again) == ["it was marked as a defect of the software already"]


def test_decline_tells_what_can_be_done_instead() -> None:
    """In the customer's language; with an id, the scope is corrected first and decides which alternatives."""
    german = c.incident(language="de", flags=("out_of_scope",), proven=True)
    done = ordered("#decline upgrade", german)
    assert c.only(done, Correct).after == "upgrade"
    (told,) = c.mails(done, "declined")
    assert told.facts["alternatives"] == ["ein Angebot"]
    assert (states(done), events(done)) == (["declined"], ["resolved"])
    assert c.only(done, Unflag).flag == "out_of_scope"
    assert receipt(done)[:2] == [
        "declined it as outside the service",
        "changed the scope from outage to upgrade",
    ]


def test_decline_knows_no_other_reason_than_a_scope() -> None:
    """A mistyped one stops the mail like a mistyped command."""
    done = ordered("#decline upgrad")
    assert (states(done), to_customer(done)) == ([], [])
    assert "did you mean upgrade?" in receipt(done)[0]


def test_an_answer_goes_before_the_end() -> None:
    """Text below #decline is sent first."""
    done = ordered("#decline\nSorry, that is not ours.")
    assert to_customer(done) == ["answer", "declined"]
    assert (states(done), events(done)) == (["waiting", "declined"], ["staff_reply", "waiting", "resolved"])


def test_accept_lifts_the_doubt_and_only_that() -> None:
    """Where the customer was told that it may lie outside."""
    done = ordered("#accept", c.incident(flags=("out_of_scope",)))
    assert (c.only(done, Unflag).flag, states(done)) == ("out_of_scope", [])
    assert receipt(ordered("#accept")) == ["nobody was told that it may lie outside the service"]


@pytest.mark.parametrize(
    ("text", "lifted"), [("#scope tax", True), ("#scope upgrade", False), ("#priority high", False)]
)
def test_a_correction_to_a_scope_of_the_service_accepts(text: str, lifted: bool) -> None:
    """Whoever says what it is really about has settled the doubt."""
    done = ordered(text, c.incident(flags=("out_of_scope",), scope="outage"))
    assert [action.flag for action in c.of_type(done, Unflag)] == (["out_of_scope"] if lifted else [])


def test_spam_ends_it_and_its_text_stays_inside() -> None:
    """Nothing is ever sent to a spammer, least of all what we think of them."""
    done = ordered("#spam\nThe third one this week.")
    assert (states(done), events(done), to_customer(done)) == (["spam"], ["resolved"], [])
    assert c.only(done, AddEntry).kind == "internal_note"


def test_merge_ends_the_younger_and_says_into_which() -> None:
    """The number is read with or without its sign."""
    done = ordered("#merge #1001", other=c.incident(1001))
    assert c.only(done, MergeInto).number == 1001
    assert to_customer(done) == ["merged"]
    assert receipt(done) == ["merged it"]


def test_merge_says_why_not() -> None:
    """Nothing is done and nothing is sent."""
    done = ordered("#merge 1001")
    assert (c.of_type(done, MergeInto), to_customer(done)) == ([], [])
    assert receipt(done) == ["there is no incident 1001 to merge with"]


def test_split_asks_the_customer_first() -> None:
    """About the second problem of the mail, or the one it names; nothing is opened yet."""
    done = ordered("#split", problems=("outage", "tax"))
    (asked,) = c.mails(done, "split_asked")
    assert (asked.to, asked.facts["problem"]) == (ALICE, "tax")
    assert (c.only(done, Flag).flag, states(done)) == ("split_asked:tax", [])
    named = ordered("#split Upgrade", problems=("outage", "tax"))
    assert c.only(named, Flag).flag == "split_asked:upgrade"


@pytest.mark.parametrize(
    ("text", "flags", "says"),
    [
        ("#split", (), "there is no second problem to split off; name its scope: #split ID"),
        ("#split tax", ("split_asked:tax",), "the customer was asked about that already"),
        ("#split taxi", (), "unknown scope taxi; did you mean tax? known are outage, tax, upgrade"),
    ],
)
def test_split_says_why_not(text: str, flags: tuple[str, ...], says: str) -> None:
    """No problem known, asked before, no such scope."""
    done = ordered(text, c.incident(flags=flags))
    assert c.of_type(done, Flag) == []
    assert receipt(done)[0].casefold() == says.casefold()


@pytest.mark.parametrize("before", ["closed", "declined", "spam"])
def test_reopen_opens_what_is_over(before: State) -> None:
    """The customer is told; an answer along with it tells them enough, and it is their turn.

    Whoever was turned away by mistake is owed an answer.
    """
    incident = c.incident(state=before, closed_at=c.NOW - 100 * c.DAY)
    done = ordered("#reopen", incident)
    assert (states(done), events(done), to_customer(done)) == (["in_progress"], ["reopened"], ["reopened"])
    assert c.only(done, ClockHappened).event.by == ("staff" if before == "closed" else "customer")
    answered = ordered("#reopen\nWe found something.", incident)
    assert to_customer(answered) == ["answer"]
    assert states(answered) == ["in_progress", "waiting"]
    assert events(answered) == ["reopened", "staff_reply", "waiting"]


@pytest.mark.parametrize(
    "verb", ["take", "decline", "spam", "close", "merge 1001", "bug", "split tax", "accept"]
)
@pytest.mark.parametrize("before", ENDED_STATES)
def test_what_is_over_is_not_ended_twice(verb: str, before: State) -> None:
    """A receipt says why; nothing else happens."""
    incident = c.incident(state=before, merged_into=1001 if before == "merged" else None)
    done = ordered(f"#{verb}", incident, other=c.incident(1001))
    assert (states(done), to_customer(done), c.of_type(done, SetOwner)) == ([], [], [])
    assert receipt(done) == [
        "the incident was merged into #1001, where its mails go"
        if before == "merged"
        else f"the incident was {before} already"
    ]


@pytest.mark.parametrize("verb", ["#close", "#decline", "#bug", "#merge 1001", "#split tax"])
def test_a_receipt_says_where_the_customer_was_not_told(verb: str) -> None:
    """A machine, a forger, a dead address (invariant I9): the thing is done all the same."""
    silent = c.incident(unanswerable=because("no_ack_dmarc"))
    elder = c.incident(1001, unanswerable=because("no_ack_dmarc"))
    done = ordered(verb, silent, other=elder)
    assert to_customer(done) == []
    assert len(c.of_type(done, KeepSilent)) == 1
    assert receipt(done)[-1].startswith("the customer was not told: the mail that opened it")


def test_every_verb_of_this_page_leaves_a_trace_by_which_its_receipt_is_true() -> None:
    """Whatever a verb did, the receipt is read from the actions and not from the wish."""
    assert set(EFFECTS) <= set(TRACES)


@pytest.mark.parametrize("before", get_args(State))
@pytest.mark.parametrize(
    "text",
    [
        "#take",
        "#bug",
        "#decline",
        "#accept",
        "#spam",
        "#merge 1001",
        "#split tax",
        "#reopen",
        "#close",
        "#working",
        "Hi",
    ],
)
def test_no_order_tells_anybody_twice(text: str, before: State) -> None:
    """Whatever the state: each mail once, each state once, and an open incident is never left without one."""
    incident = c.incident(state=before, merged_into=1001 if before == "merged" else None)
    done = ordered(text, incident, other=c.incident(1001))
    sent = [(mail.kind, mail.to.key) for mail in c.of_type(done, QueueReply)]
    assert len(sent) == len(set(sent))
    if before in OPEN_STATES:
        assert len(states(done)) == len(set(states(done)))
