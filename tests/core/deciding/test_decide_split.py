"""A second problem becomes an incident of its own: on the staff's order, and only with the customer's yes."""

from typing import Any

import pytest

from maild.core.actions import (
    Action,
    AddEntry,
    Dispose,
    Flag,
    OpenIncident,
    SetState,
    Unflag,
)
from maild.core.deciding.case import Case
from maild.core.deciding.decide_customer_mail import decide_customer_mail
from maild.core.deciding.decide_split import asked_problem, next_problem
from maild.core.incident import State
from maild.core.message import Address
from maild.core.understanding.new_text import split_text
from tests.parts import cases as c
from tests.parts.messages import ALICE

LABELS = {"tax": "taxes", "coupons": "special offers"}
BEGAN = "The tax is wrong. And coupons do not work.\n"


def answering(
    text: str, *, flags: tuple[str, ...] = ("several", "split_asked:coupons"), **changes: Any
) -> Case:
    """Return the case of Alice's reply to the question whether coupons become an incident of their own."""
    there = changes.pop("there", {})
    ordinary = {"scope": "tax", "state": "waiting", "proven": True, "flags": flags, "priority": "hotrush"}
    incident = c.incident(**{**ordinary, **there})
    told = {"began": BEGAN, "answers": "split_asked", "split": split_text(text), "proof": c.PROVEN}
    return c.case(c.message(text=text), c.found(incident, c.thread_token()), **{**told, **changes})


def decided(case: Case, **rules: Any) -> list[Action]:
    """Return what is decided about it."""
    return decide_customer_mail(case, c.rules(**{"scopes": LABELS, **rules}), c.NOW)


@pytest.mark.parametrize(
    "text", ["yes", "Yes, please.", "Ja, gerne!", "Да, пожалуйста", "Hello,\n\nyes. Thanks!"]
)
def test_a_plain_yes_opens_the_second_incident(text: str) -> None:
    """With the words of the first mail, linked to it, about the second problem; HotRush stays with the first."""
    done = decided(answering(text))
    opened = c.only(done, OpenIncident)
    assert (opened.requester, opened.linked_to, opened.subject) == (ALICE, 1003, "Re: The checkout is down")
    assert (opened.verdict.scope, opened.verdict.label, opened.priority) == (
        "coupons",
        "special offers",
        "normal",
    )
    assert [entry.text.strip() for entry in c.of_type(done, AddEntry)] == [text.strip(), BEGAN.strip()]
    assert [type(action) for action in done if isinstance(action, Flag | Unflag)] == [Unflag, Flag]
    assert c.mails(done, "acknowledgement")[0].facts["scope_label"] == "coupons"
    assert len(c.mails(done, "staff_new_incident")) == 2
    assert "split_agreed" in c.why(done)


def test_the_first_incident_goes_on_as_if_nothing_had_been_asked() -> None:
    """A yes to our question is no letter about the first problem."""
    assert c.of_type(decided(answering("yes")), SetState) == []


def test_a_bare_yes_keeps_the_language_of_the_first_incident() -> None:
    """A word of two letters tells none."""
    case = answering("ja", there={"language": "de", "subject": "Steuer"})
    assert c.only(decided(case), OpenIncident).language == "de"


@pytest.mark.parametrize("state", ["closed", "declined"])
def test_a_yes_counts_after_the_first_incident_is_over(state: State) -> None:
    """And opens that not again."""
    done = decided(answering("yes", there={"state": state, "closed_at": c.NOW - c.DAY}))
    assert c.only(done, OpenIncident).verdict.scope == "coupons"
    assert c.of_type(done, SetState) == []


def test_a_no_opens_nothing_and_staff_hear_of_it() -> None:
    """The question is answered; it can be asked of another problem."""
    done = decided(answering("No, thanks."))
    assert c.of_type(done, OpenIncident) == []
    assert c.only(done, Unflag).flag == "split_asked:coupons"
    assert {mail.kind for mail in c.mails(done)} == {"staff_new_message"}
    assert len(c.of_type(done, Dispose)) == 1


@pytest.mark.parametrize(
    "case",
    [
        answering("Yes, and the cart is empty"),
        answering("What does it cost?"),
        answering("yes", flags=("several",)),
        answering("yes", found=c.found(c.incident(flags=("split_asked:coupons",)))),
        answering("yes", writer=c.writer("list")),
        answering("yes", answers="answer"),
        answering("yes", there={"state": "spam"}),
        c.case(
            c.message(text="yes", sender=Address("eve@example.net")),
            c.found(c.incident(flags=("split_asked:coupons",)), c.thread_token()),
        ),
    ],
)
def test_nothing_else_is_a_yes(case: Case) -> None:
    """More words, no question, nobody who vouches, a machine, another mail, spam, somebody else in the thread."""
    assert c.of_type(decided(case), OpenIncident) == []
    assert c.of_type(decided(case), Unflag) == []


def test_a_scope_that_lies_outside_is_so_in_the_new_incident() -> None:
    """What the config says of it today."""
    opened = c.only(decided(answering("yes"), outside=frozenset({"coupons"})), OpenIncident)
    assert not opened.verdict.in_scope


@pytest.mark.parametrize(
    ("flags", "word", "meant"),
    [
        ((), "", "coupons"),
        ((), "ship", "ship"),
        ((), "tax", ""),
        (("split_asked:coupons",), "", "ship"),
        (("split_off:coupons", "split_asked:ship"), "", ""),
        (("split_asked:coupons",), "coupons", ""),
    ],
)
def test_split_means_the_next_problem_or_the_one_it_names(
    flags: tuple[str, ...], word: str, meant: str
) -> None:
    """Never the first, and none twice."""
    incident = c.incident(scope="tax", flags=flags)
    assert next_problem(incident, ("tax", "coupons", "ship"), word) == meant


def test_the_last_question_is_the_one_that_is_answered() -> None:
    """Of two that were asked."""
    assert asked_problem(c.incident(flags=("split_asked:a", "split_asked:b"))) == "b"
    assert asked_problem(c.incident()) == ""
