"""Who wrote, and to what, says which page decides; and what holds of every decision about a mail."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.actions import (
    Action,
    AddEntry,
    AskConfirmation,
    Dispose,
    ForIncident,
    LiftSuppression,
    OpenIncident,
    QueueReply,
    ReleaseEntry,
    SetState,
)
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.decide import decide
from maild.core.incident import State
from maild.core.message import Address
from maild.core.reply_token import Token
from maild.core.understanding.automatic import Kind
from maild.core.understanding.new_text import ANSWER_ABOVE, split_text
from replies.catalogue import COMMON, REPLIES
from tests.parts import cases as c
from tests.parts.messages import ALICE

# What sending adds to the facts of every mail (send_outbox.py).
ADDED = {*COMMON, "arrival", "how"}
INTERNAL = ("anna@staff", "ben@staff", "because", "authserv", "token", "proven", ANSWER_ABOVE)

texts = st.sampled_from(
    [
        "",
        "send\n",
        "#note\nfor us\n",
        "#close\n",
        "#colse\n",
        "#working\nsoon\n",
        "It works.\n",
        "\x00\u202e",
        "HotRush!",
    ]
) | st.text(max_size=40)
senders = st.sampled_from(
    [
        None,
        ALICE,
        Address("eve@example.com"),
        Address("no-reply@shop.example"),
        Address(c.ANNA.address, "Anna"),
        Address(c.BEN.address),
        Address(c.TEAM.address),
    ]
)
proofs = st.sampled_from([c.PROVEN, c.UNPROVEN, c.FORGED])
kinds: st.SearchStrategy[Kind] = st.sampled_from(list(get_args(Kind)))
states: st.SearchStrategy[State] = st.sampled_from(list(get_args(State)))
tokens = st.sampled_from([None, c.staff_token(), c.staff_token(party=2), c.thread_token()])


@st.composite
def any_rules(draw: st.DrawFn) -> Rules:
    """Draw rules as a config may make them."""
    return c.rules(
        staff=(c.ANNA, c.BEN, c.TEAM)[: draw(st.integers(1, 3))],
        staff_proof=draw(st.sampled_from(["verdict", "token"])),
        after_answer=draw(st.sampled_from(["waiting", "in_progress"])),
        reopen_days=draw(st.integers(0, 30)),
    )


@st.composite
def any_case(draw: st.DrawFn) -> Case:
    """Draw a mail of anybody's with whatever may have been found for it."""
    joined = c.found()
    confirmation = None
    if draw(st.booleans()):
        joined = c.found(c.incident(state=draw(states), proven=draw(st.booleans())), draw(tokens))
    elif draw(st.booleans()):
        joined = c.found(how="confirm", token=Token("confirm", 0, 1, 5))
        confirmation = c.asked(
            *(c.held(n, c.incident(state=draw(states)), draw(texts), *draw(verbs)) for n in (7, 8)),
            of=draw(st.sampled_from([c.ANNA, c.TEAM])),
            used_at=draw(st.sampled_from([None, c.NOW])),
        )
    text = draw(texts)
    written = c.message(
        sender=draw(senders),
        text=text,
        subject=draw(texts),
        reply_to=draw(st.sampled_from([(), (ALICE,)])),
        cc=(ALICE, Address("carl@example.net")),
        attachments=draw(st.sampled_from([(), (c.FILE,), (c.PICTURE,)])),
    )
    kind = draw(kinds)
    return c.case(
        written,
        joined,
        writer=c.writer(kind, ack_allowed=kind == "human" and draw(st.booleans())),
        proof=draw(proofs),
        split=split_text(text, first=joined.how == "new"),
        verdict=draw(st.sampled_from([c.VERDICT, c.HOTRUSH])),
        confirmation=confirmation,
        clocks=draw(st.sampled_from([None, c.clocks()])),
        delivery=draw(st.sampled_from([c.case().delivery, c.backlog_delivery()])),
        suppressed=draw(st.sampled_from(["", "asked for none"])),
    )


verbs = st.sampled_from([(), ("note",), ("close",), ("working",), ("note", "close")])


@given(any_case(), any_rules())
def test_every_decision_begins_with_its_one_disposition(case: Case, rules: Rules) -> None:
    """Rule 18: exactly one, and first, with at least one reason."""
    actions = decide(case, rules, c.NOW)
    assert [type(action) is Dispose for action in actions] == [True] + [False] * (len(actions) - 1)
    assert c.only(actions, Dispose).reasons


@given(any_case(), any_rules())
def test_what_needs_an_incident_has_one_at_hand(case: Case, rules: Rules) -> None:
    """Opened, named, or the one that was found: record() would refuse anything else."""
    actions = decide(case, rules, c.NOW)
    at_hand = case.found.incident is not None
    for action in actions:
        at_hand = at_hand or isinstance(action, OpenIncident | ForIncident)
        assert at_hand or isinstance(action, Dispose | QueueReply)
    if c.disposed(actions) in ("opened", "appended", "quiet"):
        assert at_hand


@given(any_case(), any_rules())
def test_only_a_person_gets_mail_for_what_they_wrote(case: Case, rules: Rules) -> None:
    """No machine is ever answered: what a customer gets is caused by a person's mail, or a colleague's on a list."""
    colleague = case.writer.kind == "list" and case.from_staff(rules) is not None
    written_by_person = case.writer.kind == "human" or colleague
    to_customers = [mail for mail in c.mails(decide(case, rules, c.NOW)) if mail.audience == "customer"]
    assert written_by_person or not to_customers


@given(any_case(), any_rules())
def test_customers_read_nothing_internal(case: Case, rules: Rules) -> None:
    """No address of the staff, no reason, no marker in the facts of a customer's mail; to the unproven no subject."""
    for mail in c.mails(decide(case, rules, c.NOW)):
        if mail.audience == "staff":
            continue
        ours = {name: fact for name, fact in mail.facts.items() if name not in ("text", "subject")}
        said = repr(ours).casefold()
        assert not [word for word in INTERNAL if word.casefold() in said]
        assert mail.proven or mail.kind == "answer" or mail.facts["subject"] == ""


@given(any_case(), any_rules())
def test_every_mail_brings_the_facts_that_its_template_needs(case: Case, rules: Rules) -> None:
    """What the catalogue names and the sending does not add: else the mail could never leave."""
    for mail in c.mails(decide(case, rules, c.NOW)):
        needed = {name for name, fact in REPLIES[mail.kind].facts.items() if fact.default is None}
        assert needed <= set(mail.facts) | ADDED
        assert mail.audience == REPLIES[mail.kind].audience


@given(any_case(), any_rules())
def test_a_forged_sender_causes_nothing_but_a_record(case: Case, rules: Rules) -> None:
    """On dmarc=fail nothing is relayed or released, no clock stops, no state changes but by more text on a thread."""
    actions = decide(replace(case, proof=c.FORGED), rules, c.NOW)
    assert not c.of_type(actions, ReleaseEntry)
    assert not {"staff_reply", "resolved"} & set(c.clock_events(actions))
    assert [mail.kind for mail in c.mails(actions) if mail.audience == "customer"] == []


@given(any_case(), any_rules())
def test_text_of_doubtful_staff_is_never_shown_as_the_customers(case: Case, rules: Rules) -> None:
    """Rule 11: what bears a staff address and is not proven is an unverified entry, whatever it says."""
    if case.proven or case.from_staff(rules) is None or case.writer.kind != "human":
        return
    if rules.staff_proof == "token" or case.confirmation is not None:
        return
    entries = c.of_type(decide(case, rules, c.NOW), AddEntry)
    assert [entry.kind for entry in entries] == ["unverified"]


@given(any_case(), any_rules())
def test_backlog_is_silent(case: Case, rules: Rules) -> None:
    """Rule 23: no acknowledgement and no single notification, whatever the mail is."""
    actions = decide(replace(case, delivery=c.backlog_delivery()), rules, c.NOW)
    kinds = {mail.kind for mail in c.mails(actions)}
    assert not kinds & {"acknowledgement", "staff_new_incident", "staff_new_message"}


@given(any_case(), any_rules(), st.timedeltas(timedelta(), timedelta(days=60)))
def test_a_decision_is_a_function_of_its_values(case: Case, rules: Rules, later: timedelta) -> None:
    """Asked twice it is the same: no clock, no chance."""
    assert decide(case, rules, c.NOW + later) == decide(case, rules, c.NOW + later)


@pytest.mark.parametrize("kind", ["auto_reply", "bounce", "calendar", "read_receipt", "auto_generated"])
def test_a_machine_on_a_thread_only_leaves_a_trace(kind: Kind) -> None:
    """A machine note, which reopens, stops and answers nothing (rules: Machines)."""
    actions = decide(
        c.case(joined=c.found(c.incident(state="waiting")), writer=c.writer(kind)), c.rules(), c.NOW
    )
    assert [type(action) for action in actions] == [Dispose, AddEntry]
    assert c.only(actions, AddEntry).kind == "machine_note"


@pytest.mark.parametrize("kind", ["auto_generated", "list"])
def test_a_program_may_bring_a_request(kind: Kind) -> None:
    """Shops and lists send requests: an incident, but no acknowledgement."""
    actions = decide(c.case(writer=c.writer(kind)), c.rules(), c.NOW)
    assert c.disposed(actions) == "opened"
    assert c.mails(actions, "acknowledgement") == []


def test_a_list_that_names_an_incident_goes_on_with_it() -> None:
    """A person may write through a list; what they say reaches the staff."""
    actions = decide(c.case(joined=c.found(c.incident()), writer=c.writer("list")), c.rules(), c.NOW)
    assert c.only(actions, AddEntry).kind == "customer_message"


def test_a_mail_without_a_single_sender_is_quarantined() -> None:
    """Nobody can be answered, and nobody is responsible: a person looks."""
    written = c.message(sender=None, sender_doubt="the From field names 2 addresses")
    actions = decide(c.case(written), c.rules(), c.NOW)
    assert c.disposed(actions) == "quarantined"
    assert "names 2 addresses" in c.only(actions, Dispose).reasons[0].text


def test_a_sender_without_a_domain_is_quarantined() -> None:
    """Nobody can be answered at `root`; a person looks."""
    written = c.message(sender=Address("root"), sender_doubt="the From address names a user without a domain")
    actions = decide(c.case(written), c.rules(), c.NOW)
    assert c.disposed(actions) == "quarantined"
    assert "without a domain" in c.only(actions, Dispose).reasons[0].text


def test_a_machine_without_a_sender_needs_no_person() -> None:
    """A bounce with an empty From is kept like any bounce: it must not ring the alarm."""
    written = c.message(sender=None, sender_doubt="there is no From field")
    assert c.disposed(decide(c.case(written, writer=c.writer("bounce")), c.rules(), c.NOW)) == "kept"


def test_a_staff_address_is_decided_as_staff_whatever_its_case() -> None:
    """Addresses are compared case-folded."""
    anna = c.from_staff()
    loud = replace(anna, message=replace(anna.message, sender=Address("ANNA@Staff.Example.ORG")))
    assert c.only(decide(loud, c.rules(), c.NOW), AddEntry).kind == "staff_answer"


def test_the_confirmation_is_asked_before_the_staff_mail() -> None:
    """Anna's `send` releases what waits; it is not an answer that says `send`."""
    actions = decide(c.confirming(), c.rules(), c.NOW)
    assert c.of_type(actions, AskConfirmation) == []
    assert c.only(actions, ReleaseEntry).entry == 7
    assert c.only(actions, SetState).state == "waiting"


@pytest.mark.parametrize("kind", [kind for kind in get_args(Kind) if kind != "human"])
def test_no_machine_confirms(kind: Kind) -> None:
    """Rule 11: an absence note that quotes `send`, a list, a program: nothing is released."""
    actions: list[Action] = decide(c.confirming(writer=c.writer(kind)), c.rules(), c.NOW)
    assert [type(action) for action in actions] == [Dispose]


# --- an address that lives ----------------------------------------------------------------------------------


def test_a_proven_mail_of_a_person_lifts_the_mark_of_a_report() -> None:
    """Who writes has a mailbox: the acknowledgement leaves again, and the reason is on record."""
    actions = decide(c.case(proof=c.PROVEN, suppressed="bounce_user_unknown"), c.rules(), c.NOW)
    assert c.only(actions, LiftSuppression).reason.name == "lifted"
    assert c.mails(actions, "acknowledgement")
    assert isinstance(actions[0], Dispose)


@pytest.mark.parametrize(
    "changes",
    [
        {"suppressed": "bounce_user_unknown"},
        {"suppressed": "bounce_user_unknown", "proof": c.FORGED},
        {"suppressed": "bounce_user_unknown", "proof": c.PROVEN, "writer": c.writer("list")},
        {"suppressed": "complained", "proof": c.PROVEN},
    ],
    ids=["unproven", "forged", "a program", "a complaint"],
)
def test_nothing_less_lifts_it(changes: dict[str, Any]) -> None:
    """Anybody can write a From; and who complained of our mail did not do so because it could not arrive."""
    actions = decide(c.case(**changes), c.rules(), c.NOW)
    assert c.of_type(actions, LiftSuppression) == []
    assert c.mails(actions, "acknowledgement") == []
