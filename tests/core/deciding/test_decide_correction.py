"""Staff correct scope and priority by mail: what changes, what is kept of it, and what it does to the promise."""

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.core.actions import (
    Action,
    AddEntry,
    AskConfirmation,
    ClockHappened,
    Correct,
    ForIncident,
    QueueReply,
    SetPriority,
    SetState,
)
from maild.core.deciding.decide_confirmation import decide_confirmation
from maild.core.deciding.decide_correction import unknown_words, wanted
from maild.core.deciding.decide_staff_mail import decide_staff_mail
from maild.core.deciding.order import Order
from maild.core.promising import sla
from maild.core.promising.clock_event import ClockEvent
from maild.core.promising.sla import About, Rule
from maild.core.promising.target import Minutes
from maild.core.writing.time_words import say
from tests.parts import cases as c
from tests.parts.messages import ALICE

SCOPES = {
    "unknown": "a question",
    "outage": "a shop that is down",
    "tax_simple": "one tax",
    "tax_complex": "several taxes",
}
RULES = c.rules(scopes=SCOPES)


def decided(text: str, **changes: object) -> list[Action]:
    """Return what follows from a mail of Anna's, proven and with its token, while the clock of the incident runs."""
    changes = {"clocks": c.clocks(), **changes}
    case = c.from_staff(text, **changes)  # type: ignore[arg-type]
    return decide_staff_mail(case, c.ANNA, RULES, c.NOW)


def told(actions: list[Action]) -> list[str]:
    """Return what the one receipt says was done."""
    (receipt,) = c.mails(actions, "receipt")
    done = receipt.facts["done"]
    assert isinstance(done, list)
    return [str(line) for line in done]


# --- what changes -------------------------------------------------------------------------------------------


def test_a_scope_is_corrected_and_the_customer_is_told_nothing() -> None:
    """From what it was to what it is, and by whom; the mail is a note of ours, the clock runs as before."""
    done = decided("#scope tax_complex\n")
    correction = c.only(done, Correct)
    assert (correction.field, correction.before, correction.after) == ("scope", "outage", "tax_complex")
    assert correction.by.address == c.ANNA.address
    assert (c.only(done, AddEntry).kind, c.only(done, AddEntry).commands) == (
        "internal_note",
        ("scope tax_complex",),
    )
    assert [mail.to.address for mail in c.of_type(done, QueueReply)] == [c.ANNA.address]
    assert c.clock_events(done) == []
    assert told(done) == ["changed the scope from outage to tax_complex"]


@pytest.mark.parametrize(
    "spelt", ["tax_complex", "Tax-Complex", "TAX COMPLEX", "tax_complex.", ": tax_complex"]
)
def test_a_word_may_be_spelt_as_people_spell(spelt: str) -> None:
    """Case, dashes, blanks and a full stop are not what is meant."""
    assert c.only(decided(f"#scope {spelt}\n"), Correct).after == "tax_complex"


@pytest.mark.parametrize("spelt", ["hotrush", "HotRush", "hot rush", "Hot-Rush!"])
def test_a_higher_priority_promises_sooner_from_now_on(spelt: str) -> None:
    """The short promise begins when it was asked for, and the receipt tells the new due time."""
    asked = c.from_staff("").delivery.received_at
    done = decided(f"#priority {spelt}\n")
    due = sla.due(c.POLICY, "hotrush", asked)
    assert due is not None
    assert c.owed(done, c.clocks()) == due
    assert told(done) == [
        f"changed the priority from normal to hotrush; an answer is now due {say(due, c.OFFICE.zone)}"
    ]


def test_a_lower_priority_promises_later_from_the_beginning() -> None:
    """The longer promise counts from when the customer wrote."""
    assert c.owed(decided("#priority low\n"), c.clocks()) == sla.due(c.POLICY, "low", c.NOW)


def test_a_promise_that_is_broken_stays_broken() -> None:
    """Nobody gets out of being late by another priority; the receipt says so."""
    late = c.clocks(at=c.NOW - 7 * c.DAY)
    done = decided("#priority low\n", clocks=late)
    assert c.owed(done, late) == late.due()
    assert "; an answer is due as before: " in told(done)[0]


def test_another_scope_may_have_another_promise() -> None:
    """Where a rule of the policy is about scopes, the correction moves the clocks; else it leaves them alone."""
    rule = Rule(scopes=frozenset({"tax_complex"}), targets={"first_response": Minutes(60)})
    clocks = replace(c.clocks(), policy=replace(c.POLICY, rules=(rule,)))
    done = decided("#scope tax_complex\n", clocks=clocks)
    assert c.clock_events(done) == ["priority_changed"]
    moved = replace(clocks, about=About(scope="tax_complex"))
    asked = c.from_staff("").delivery.received_at
    assert c.owed(done, moved) == c.NOW + c.HOUR  # an hour of open time
    order = Order(c.incident(), c.ANNA, "", (), asked, clocks=clocks)
    assert order.carried_out(done).clocks == moved.after(c.only(done, ClockHappened).event)


@pytest.mark.parametrize("text", ["#priority low\nIt works again.\n", "#priority low\n#close\n"])
def test_what_is_answered_or_closed_by_the_same_mail_is_promised_no_more(text: str) -> None:
    """The label is kept; the clock stops, and the receipt speaks of no due time."""
    done = decided(text)
    assert c.only(done, Correct).after == "low"
    assert c.owed(done, c.clocks()) is None
    assert "changed the priority from normal to low" in told(done)


def test_without_a_clock_only_the_priority_changes() -> None:
    """The customer has their answer already."""
    done = decided("#priority high\n", clocks=c.clocks(ClockEvent("staff_reply", c.NOW)))
    assert told(done) == ["changed the priority from normal to high"]


def test_both_are_corrected_by_one_mail_with_a_note() -> None:
    """In the order of their lines, with the note kept among the staff."""
    done = decided("#scope tax_simple\n#priority high\n#note\nThey sell in two states.\n")
    assert [one.field for one in c.of_type(done, Correct)] == ["scope", "priority"]
    assert (c.only(done, AddEntry).kind, c.only(done, AddEntry).text) == (
        "internal_note",
        "They sell in two states.",
    )
    assert c.mails(done, "answer") == []


def test_a_correction_with_an_answer_sends_the_answer() -> None:
    """The text below goes to the customer, as below any command but #note."""
    (answer,) = c.mails(decided("#scope tax_simple\nPlease set the rate.\n"), "answer")
    assert (answer.to, answer.facts["text"]) == (ALICE, "Please set the rate.")


def test_what_is_so_already_is_no_correction() -> None:
    """The receipt says so, and no label is made of it."""
    done = decided("#scope outage\n#priority normal\n")
    assert c.of_type(done, Correct) == c.of_type(done, SetPriority) == []
    assert told(done) == ["the scope was outage already", "the priority was normal already"]


def test_of_two_words_for_one_field_the_last_counts() -> None:
    """Who writes it twice meant the second."""
    assert wanted(("scope tax_simple", "close", "scope outage")) == {"scope": "outage"}
    assert [one.after for one in c.of_type(decided("#scope tax_simple\n#scope tax_complex\n"), Correct)] == [
        "tax_complex"
    ]


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "#scope tax_compelx\n",
            "Unknown scope tax_compelx; did you mean tax_complex? known are unknown, outage",
        ),
        ("#priority urgent\n", "Unknown priority urgent; known are hotrush, high, normal, low"),
        ("#scope\n", "The command #scope needs a word behind it: #scope ID"),
        ("#note\n#priority hgih\nDone.\n", "Unknown priority hgih; did you mean high?"),
        ("#scope outage of the mail server, I think\n", "Unknown scope outage of the mail server"),
    ],
)
def test_a_word_that_nobody_knows_stops_the_whole_mail(text: str, says: str) -> None:
    """Like a mistyped verb: nothing is done, nothing is sent, and a receipt names the nearest."""
    done = decided(text)
    assert c.of_type(done, Correct) == c.of_type(done, ClockHappened) == []
    assert c.only(done, AddEntry).state == "held"
    (receipt,) = c.mails(done)
    problems = receipt.facts["problems"]
    assert isinstance(problems, list)
    assert [problem for problem in problems if str(problem).startswith(says)] == problems


def test_a_long_word_is_told_in_part() -> None:
    """A receipt is a letter, not a mirror."""
    (problem,) = unknown_words((f"scope {'x' * 100_000}",), RULES)
    assert len(problem.text) < 200


def test_unproven_it_waits_and_the_question_names_the_word() -> None:
    """Rule 11: a From alone changes no priority."""
    done = decided("#priority hotrush\n", proof=c.UNPROVEN)
    assert c.of_type(done, Correct) == []
    item = c.only(done, AskConfirmation).item
    assert (item["what"], item["to"]) == ("change the priority to hotrush", "nobody (internal)")


# --- what is confirmed --------------------------------------------------------------------------------------


def released(*entries: object, **rules: object) -> list[Action]:
    """Return what follows from `send` for these held mails, on an incident whose clock runs."""
    confirmation = c.asked(*entries)  # type: ignore[arg-type]
    case = c.confirming(confirmation=confirmation)
    return decide_confirmation(case, confirmation, c.rules(**{"scopes": SCOPES, **rules}), c.NOW)


def waiting(*commands: str, text: str = "", entry: int = 7) -> object:
    """Return a held mail with these commands."""
    held = c.held(entry, None, text, *commands)
    return type(held)(held.entry, held.incident, held.text, held.commands, held.files, c.clocks())


def test_confirmed_it_counts_from_now_and_a_receipt_tells_the_due_time() -> None:
    """Rule 33: the promise is changed when it is sure who asked for it; who confirmed is the one who corrected."""
    done = released(waiting("priority hotrush"))
    assert c.only(done, Correct).by.address == c.ANNA.address
    due = sla.due(c.POLICY, "hotrush", c.NOW)
    assert due is not None
    assert c.owed(done, c.clocks()) == due
    assert told(done)[0].endswith(say(due, c.OFFICE.zone))
    kinds = [type(one) for one in done]
    assert kinds.index(Correct) > kinds.index(ForIncident)


def test_a_second_held_mail_finds_the_incident_as_the_first_one_left_it() -> None:
    """Scope, priority and clock too: a label says what really changed, and one receipt tells all of it."""
    done = released(
        waiting("priority hotrush", "scope tax_simple"),
        waiting("priority high", "scope tax_simple", "close", entry=8),
    )
    assert [(one.before, one.after) for one in c.of_type(done, Correct)] == [
        ("outage", "tax_simple"),
        ("normal", "hotrush"),
        ("hotrush", "high"),
    ]
    assert c.clock_events(done) == ["priority_changed", "priority_changed", "resolved"]
    assert len(told(done)) == 5
    assert "the scope was tax_simple already" in told(done)
    assert c.only(done, SetState).state == "closed"


def test_a_clock_that_the_first_mail_moved_is_moved_on_from_there() -> None:
    """From HotRush down to high is a lower priority, which counts from the start."""
    confirmation = c.asked(waiting("priority hotrush"), waiting("priority high", entry=8))  # type: ignore[arg-type]
    case = c.confirming(confirmation=confirmation)
    done = decide_confirmation(case, confirmation, RULES, c.NOW + c.HOUR)
    first, _ = c.of_type(done, ClockHappened)
    assert c.owed([first], c.clocks()) == c.NOW + 3 * c.HOUR
    assert c.owed(done, c.clocks()) == c.NOW + 4 * c.HOUR


def test_a_clock_that_the_first_mail_stopped_is_not_moved_by_the_second() -> None:
    """Answered is answered."""
    done = released(waiting(text="It works."), waiting("priority high", entry=8))
    assert c.owed(done, c.clocks()) is None
    assert told(done) == ["sent your answer to the customer", "changed the priority from normal to high"]


def test_a_scope_that_went_meanwhile_changes_nothing_and_is_said() -> None:
    """The config may be another one when the word `send` comes."""
    done = released(waiting("scope tax_simple"), scopes={"outage": "a shop that is down"})
    assert c.of_type(done, Correct) == []
    assert told(done) == ["the scope is still outage: tax_simple is not known any more"]


def test_a_confirmed_answer_without_corrections_has_a_receipt_too() -> None:
    """Who said `send` would else not know that it did anything."""
    assert told(released(waiting(text="It works."))) == ["sent your answer to the customer"]


def test_time_of_the_change_is_when_the_mail_came() -> None:
    """Not when it was handled: a slow night of ours makes no promise shorter."""
    early = c.from_staff("").delivery
    done = decided("#priority high\n", delivery=type(early)(b"", c.NOW + timedelta(minutes=30), "support"))
    assert c.owed(done, c.clocks()) == c.NOW + timedelta(hours=4, minutes=30)
