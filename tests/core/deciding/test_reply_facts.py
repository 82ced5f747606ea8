"""The facts of each reply: what customers read holds nothing internal, what staff read is short and true."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.settings import Evidence, Priority, Verdict
from maild.core.deciding import reply_facts
from maild.core.deciding.staff_commands import VERBS
from maild.core.promising.sla import TimerKind, due
from maild.core.reasons import because
from maild.core.sent_mail import SentMail
from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.core.writing.time_words import instant
from tests.parts import cases as c
from tests.parts.messages import ALICE

DUE = due(c.POLICY, "normal", c.NOW)
RULES = c.rules()
ZONE = c.OFFICE.zone


def seen(*evidence: tuple[str, str, str, str]) -> Verdict:
    """Return a verdict with evidence, each as (rule, field, text, effect)."""
    return replace(
        c.VERDICT,
        evidence=tuple(
            Evidence(rule, "subject" if field == "subject" else "body", text, 0, len(text), effect)
            for rule, field, text, effect in evidence
        ),
    )


# --- what a customer reads ---------------------------------------------------------------------------------


def test_an_acknowledgement_says_what_was_understood_and_by_when() -> None:
    """Rule 4: scope, priority, reply-by time, as ids and an instant: their words are the reader's."""
    facts = reply_facts.acknowledgement(c.case(verdict=c.HOTRUSH), DUE, c.rules(), proven=False)
    assert facts == {
        "subject": "",
        "scope": "outage",
        "scope_label": "a shop that is down",
        "priority": "hotrush",
        "hotrush": True,
        "in_scope": True,
        "several": [],
        "reply_by": "2026-03-02T17:00:00Z",
        "passed_on_by": "",
        "alternatives": [],
    }


def test_alternatives_are_told_in_the_language_of_the_mail() -> None:
    """Else in that of the service, else in any that there is."""
    rules = c.rules(alternatives={"outage": {"en": ("a quote",), "de": ("ein Angebot",)}})
    german = c.message(text="Guten Tag, unser Shop ist nicht erreichbar, bitte helfen Sie uns schnell.")
    case = c.case(german)
    assert reply_facts.acknowledgement(case, DUE, rules, proven=True)["alternatives"] == ["ein Angebot"]
    assert reply_facts.in_language({"de": ("ein Angebot",)}, "fr", "en", ()) == ("ein Angebot",)
    assert reply_facts.in_language({}, "fr", "en", "") == ""


def test_an_acknowledgement_of_several_requests_names_them() -> None:
    """By their ids, the one we begin with first."""
    verdict = replace(c.VERDICT, multi=True, scopes=("outage", "tax", "gone"))
    rules = c.rules(scopes={"outage": "a shop that is down", "tax": "one tax"})
    facts = reply_facts.acknowledgement(c.case(verdict=verdict), DUE, rules, proven=False)
    assert facts["several"] == ["outage", "tax", "gone"]
    joined = replace(verdict, multi=False)
    assert reply_facts.acknowledgement(c.case(verdict=joined), DUE, rules, proven=False)["several"] == []


@given(st.text(), st.text(), st.text())
def test_to_the_unproven_nothing_depends_on_what_they_wrote(subject: str, text: str, name: str) -> None:
    """Rule 4: whatever the mail says, the acknowledgement says the same: nobody writes to others through us."""
    case = c.case(c.message(subject=subject, text=text, sender=replace(ALICE, name=name)))
    plain = c.case(c.message(subject="", text="", sender=ALICE))
    said, silent = (reply_facts.acknowledgement(one, DUE, c.rules(), proven=False) for one in (case, plain))
    assert said == silent


@pytest.mark.parametrize("priority", ["hotrush", "high", "normal", "low"])
def test_every_priority_has_words(priority: Priority) -> None:
    """Only one of them is a HotRush."""
    verdict = replace(c.VERDICT, priority=priority)
    facts = reply_facts.acknowledgement(c.case(verdict=verdict), DUE, c.rules(), proven=True)
    assert facts["priority"]
    assert facts["hotrush"] == (priority == "hotrush")


def test_an_answer_is_its_text_and_nothing_else() -> None:
    """The body is what its author wrote; the subject is that of the incident, cleaned."""
    assert reply_facts.answer(c.incident(), "Anna", "Yes.") == {
        "subject": "The checkout is down",
        "text": "Yes.",
        "author": "Anna",
    }


# --- what staff read ---------------------------------------------------------------------------------------


def test_staff_read_the_whole_first_mail_with_all_that_was_found() -> None:
    """Who, what, how soon, why, what is proven, what to note, which verbs there are."""
    opened = because("opened")
    case = c.case(c.message(notes=("2 attachments were left out",)), c.found(linked_to=1001))
    facts = reply_facts.staff_new_incident(case, DUE, RULES, (opened, case.proof.reason))
    assert facts["subject"] == "The checkout is down"
    assert facts["customer"] == "Alice <alice@example.net>"
    assert facts["text"] == "It shows a white page.\n"
    assert (facts["scope"], facts["priority"]) == ("a shop that is down (outage)", "normal")
    assert facts["evidence"] == 'outage from "checkout is down" (subject)'
    assert facts["linked"] == 1001
    assert facts["answer_above"] == ANSWER_ABOVE


def test_the_proof_is_told_once() -> None:
    """It has a line of its own, and does not stand again among the notes."""
    case = c.case(c.message(notes=("cut",)))
    facts = reply_facts.staff_new_incident(case, DUE, RULES, (because("opened"), case.proof.reason))
    assert facts["proof"] == "The sender is not proven: no mail server's word is configured"
    assert facts["notes"] == ["cut"]


def test_the_verbs_are_those_of_the_one_table() -> None:
    """Rule 48: what help says there, the notification says."""
    facts = reply_facts.staff_new_incident(c.case(), DUE, RULES, ())
    assert facts["verbs"] == [
        {"name": f"#{name}", "what": verb.does} for name, verb in VERBS.items() if verb.daily
    ]


def test_a_mail_without_a_subject_has_a_name_all_the_same() -> None:
    """A subject line of staff mail is never empty."""
    assert (
        reply_facts.staff_new_incident(c.case(c.message(subject=" Re: ")), DUE, RULES, ())["subject"]
        == "(no subject)"
    )
    bare = c.incident(subject="")
    assert reply_facts.receipt(bare, [], [])["subject"] == "(no subject)"
    assert reply_facts.reminder(bare, c.watch().timer, 5)["subject"] == "(no subject)"
    assert reply_facts.staff_new_message(c.case(), bare, None, RULES, ())["subject"] == "(no subject)"


def test_staff_read_what_is_new_in_a_further_mail() -> None:
    """Not the quote; with the state that follows from it, in words."""
    case = c.case(c.message(text="Still down.\n\n> We look.\n"), c.found(c.incident(), c.thread_token()))
    now = c.incident(state="in_progress")
    facts = reply_facts.staff_new_message(case, now, None, RULES, (case.proof.reason,))
    assert (facts["text"], facts["state"], facts["notes"]) == ("Still down.", "in_progress", [])
    assert (facts["priority"], facts["hotrush"], facts["due"]) == ("normal", False, "")


def test_staff_read_how_soon_a_further_mail_is_to_be_answered() -> None:
    """While a clock runs it tells the due time, and the subject line shouts for a HotRush."""
    rushed = c.incident(priority="hotrush")
    facts = reply_facts.staff_new_message(c.case(), rushed, DUE, RULES, ())
    assert (facts["priority"], facts["hotrush"]) == ("hotrush", True)
    assert facts["due"] == instant(DUE)


def test_staff_read_which_files_came_and_which_are_too_large() -> None:
    """Each by name and size, in both notifications; the limit is that of the config."""
    case = c.case(c.message(attachments=(replace(c.FILE, size=20_480), replace(c.PICTURE, size=900))))
    small = replace(RULES, staff_attachment_bytes=1_000)
    lines = ["logo.png (900 bytes)", "not attached, too large: log.txt (20 kB)"]
    assert reply_facts.staff_new_incident(case, DUE, small, ())["files"] == lines
    assert reply_facts.staff_new_message(case, c.incident(), None, small, ())["files"] == lines


def test_what_staff_expect_is_no_note() -> None:
    """Notes are for the unexpected, each once, and begin like a sentence unless with a name."""
    asked = because("precedence", field="Precedence", value="bulk")
    silent = because("no_ack_machine", reason=asked.text)
    stranger = because("stranger", number=7, address="eve@example.com")
    case = c.case(writer=c.writer("list", asked))
    reasons = (because("opened"), because("new"), asked, stranger, stranger, silent)
    assert reply_facts.notes(case, reasons) == [
        "Names incident 7, but eve@example.com takes no part in it",
        "No acknowledgement: says Precedence: bulk",
    ]


def test_a_requester_without_a_name_is_an_address() -> None:
    """No stray brackets."""
    (requester, *others) = c.incident().parties
    nameless = c.incident(parties=(replace(requester, name=""), *others))
    assert reply_facts.reminder(nameless, c.watch().timer, 5)["customer"] == "alice@example.net"
    assert reply_facts.confirmation_item(nameless, "Yes.", (), ())["to"] == "alice@example.net"


# --- what is asked to be confirmed --------------------------------------------------------------------------

CLOSED = f"{ALICE}, told that it is closed"


@pytest.mark.parametrize(
    ("text", "verbs", "files", "to", "what"),
    [
        ("Yes.", (), False, str(ALICE), "send it to the customer"),
        ("", (), True, str(ALICE), "send it to the customer"),
        ("Yes.", ("close",), False, str(ALICE), "send it to the customer; close the incident"),
        ("Yes.", ("working",), False, str(ALICE), "send it to the customer; go on working on it"),
        ("", ("close",), False, CLOSED, "close the incident"),
        ("Ours.", ("note",), False, "nobody (internal)", "keep it among the staff"),
        ("Ours.", ("note",), True, "nobody (internal)", "keep it among the staff"),
        ("Ours.", ("note", "close"), False, CLOSED, "keep it among the staff; close the incident"),
    ],
)
def test_a_confirmation_names_who_would_be_told_and_what_would_be_done(
    text: str, verbs: tuple[str, ...], files: bool, to: str, what: str
) -> None:
    """Rule 11: with recipient and full text; whoever says `send` knows what they say it to."""
    brought = (c.FILE, c.PICTURE) if files else (c.PICTURE,)
    assert reply_facts.confirmation_item(c.incident(), text, verbs, brought) == {
        "number": "1003",
        "to": to,
        "what": what,
        "text": text,
        "files": "log.txt (3 bytes), logo.png (3 bytes)" if files else "logo.png (3 bytes)",
    }


# --- the words that decided ---------------------------------------------------------------------------------


def test_evidence_names_the_words_that_decided() -> None:
    """One for the scope, one for the priority, in the words of people."""
    verdict = seen(
        ("scope outage", "subject", "nobody can check out", "chosen"),
        ("priority hotrush", "subject", "HotRush", "chosen"),
    )
    assert (
        reply_facts.evidence_line(verdict)
        == 'outage from "nobody can check out" (subject); HotRush from "HotRush" (subject)'
    )


def test_a_rule_is_named_once_and_what_yielded_not_at_all() -> None:
    """Four words that say the same say it once; what else was asked and what was vetoed follows."""
    verdict = seen(
        ("scope minor_modification", "body", "logo", "chosen by a hint"),
        ("scope minor_modification", "body", "colour", "chosen by a hint"),
        ("scope sales", "body", "price", "yields to minor_modification"),
        ("scope configuration", "body", "csv", "also asked"),
        ("priority hotrush", "subject", "hotrush", 'vetoed by "no hotrush"'),
        ("priority high", "subject", "asap", "not given to minor_modification"),
    )
    assert reply_facts.evidence_line(verdict) == (
        'minor modification from "logo" (body); also configuration; not HotRush: "no hotrush"'
    )


def test_more_than_one_thing_is_said() -> None:
    """Whoever answers should not miss the second."""
    verdict = seen(
        ("scope tax", "subject", "vat", "chosen"), ("scope offers", "body", "coupon", "also asked")
    )
    assert reply_facts.evidence_line(replace(verdict, multi=True)) == (
        'tax from "vat" (subject); also offers; asks for more than one thing'
    )


def test_a_veto_that_took_only_some_words_is_no_news() -> None:
    """The rule stands by the others."""
    verdict = seen(
        ("scope outage", "subject", "down", 'vetoed by "drop-down"'),
        ("scope outage", "body", "shop is down", "chosen"),
    )
    assert reply_facts.evidence_line(verdict) == 'outage from "shop is down" (body)'


def test_a_line_stays_a_line_whatever_the_words_are() -> None:
    """A thousand accents, a dozen vetoes: each is cut."""
    long = "o" + "\u0301" * 900
    verdict = seen(
        ("priority hotrush", "subject", long, "chosen"),
        *((f"scope s{n}", "body", "x", f'vetoed by "{long}"') for n in range(12)),
        *((f"scope t{n}", "body", "x", "also asked") for n in range(12)),
    )
    line = reply_facts.evidence_line(verdict)
    assert len(line) < 300
    assert line.endswith('…"')


def test_only_a_veto_is_told_as_that() -> None:
    """Nothing decided, and staff see why."""
    verdict = seen(("priority hotrush", "subject", "HotRush", 'vetoed by "HotRush Ltd"'))
    assert reply_facts.evidence_line(verdict) == 'no rule fired; not HotRush: "HotRush Ltd"'


def test_a_priority_that_comes_with_the_scope_shows_its_words() -> None:
    """`always_for` is a decision, too."""
    verdict = seen(("priority high", "body", "store is\ndown", "chosen: outage always has it"))
    assert reply_facts.evidence_line(verdict) == 'high from "store is down" (body)'


def test_without_a_word_there_is_no_evidence() -> None:
    """And the line says so."""
    assert reply_facts.evidence_line(seen()) == "no rule fired"


# --- receipts and reminders ---------------------------------------------------------------------------------


def test_a_receipt_says_what_was_done_and_what_was_not() -> None:
    """Without the marker: there is nothing to answer."""
    assert reply_facts.receipt(c.incident(), ["closed the incident"], ["unknown command #x"]) == {
        "subject": "The checkout is down",
        "done": ["closed the incident"],
        "problems": ["unknown command #x"],
        "advice": "",
        "answer_above": "",
    }


def test_what_asks_for_an_answer_has_the_marker_and_nothing_else_has() -> None:
    """A mistake can be mended, and a lost answer given again, in a reply; a thing done or a complaint wants none."""
    assert reply_facts.receipt(c.incident(), [], ["x"], "Write it again.", again=True)["answer_above"]
    lost = SentMail(8, "answer", "customer", ALICE, "x", left=True, came_back=False, incident=c.incident())
    why = because("complained", address=ALICE.address)
    assert reply_facts.delivery_problem(lost, why, "", due="today")["answer_above"] == ANSWER_ABOVE
    assert reply_facts.delivery_problem(lost, why, "", complaint=True)["answer_above"] == ""


@pytest.mark.parametrize(
    ("minutes", "late", "remaining"),
    [(90, False, 90), (0, False, 0), (-1, True, 1)],
)
def test_a_reminder_says_how_long_there_is_or_how_late_it_is(
    minutes: int, late: bool, remaining: int
) -> None:
    """Never a negative number."""
    facts = reply_facts.reminder(c.incident(), c.watch().timer, minutes)
    assert (facts["late"], facts["remaining"]) == (late, remaining)


@pytest.mark.parametrize(
    ("kind", "owed"),
    [
        ("first_response", "answer"),
        ("next_response", "answer"),
        ("update", "news"),
        ("resolution", "solution"),
    ],
)
def test_a_reminder_says_what_is_owed(kind: TimerKind, owed: str) -> None:
    """An answer, word of us, or the end of the problem."""
    timer = replace(c.watch().timer, kind=kind)
    assert reply_facts.reminder(c.incident(), timer, 5)["owed"] == owed
