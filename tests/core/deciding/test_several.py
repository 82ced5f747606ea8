"""One incident is about one problem: several are recognised, told, and put into the order that the customer wants."""

from dataclasses import replace
from typing import Any

import pytest

from maild.core.actions import Action, KeepSilent, OpenIncident, QueueReply, SetScope, SetState
from maild.core.deciding.case import Case
from maild.core.deciding.decide_customer_mail import decide_customer_mail
from maild.core.deciding.several import labels_of, problems_of
from maild.core.reasons import because
from maild.core.understanding.new_text import split_text
from tests.parts import cases as c

TWO = replace(c.VERDICT, scope="tax", scopes=("tax", "coupons"), multi=True, label="taxes")
LABELS = {"tax": "taxes", "coupons": "special offers", "upgrade": "an upgrade"}
GERMAN = {"coupons": ("Gutscheine",)}
PROBLEMS = ("tax", "coupons", "upgrade")


def decided(case: Case) -> list[Action]:
    """Return what is decided, with labels for the scopes."""
    return decide_customer_mail(case, c.rules(scopes=LABELS, all_labels=GERMAN), c.NOW)


def choosing(text: str, **changes: Any) -> Case:
    """Return the case of a reply to our list."""
    there = changes.pop("there", {"flags": ("several",)})
    incident = c.incident(**{"scope": "tax", "proven": True, **there})
    ordinary = {"problems": PROBLEMS, "split": split_text(text), **changes}
    return c.case(c.message(text=text), c.found(incident, c.thread_token()), **ordinary)


def others_of(mail: QueueReply) -> list[str]:
    """Return the problems that do not come first."""
    others = mail.facts["others"]
    assert isinstance(others, list)
    return [str(one) for one in others]


def test_several_problems_are_told_in_one_mail() -> None:
    """Which there are and which is first: one mail in the place of the acknowledgement, and a flag for the staff."""
    done = decided(c.case(verdict=TWO))
    assert c.only(done, OpenIncident).flags == ("several",)
    (told,) = [mail for mail in c.mails(done) if mail.audience == "customer"]
    assert (told.kind, told.cause) == ("several_problems", "opened")
    assert told.facts["several"] == ["tax", "coupons"]


def test_one_incident_covers_what_belongs_together() -> None:
    """What the classifier joins is one problem; who has a subscription may ask for as much as they like."""
    assert problems_of(replace(TWO, multi=False)) == ()
    assert problems_of(TWO, unlimited=True) == ()
    assert problems_of(replace(TWO, scopes=("tax",))) == ()
    assert problems_of(TWO) == ("tax", "coupons")


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("2", ["coupons", "tax", "upgrade"]),
        ("3, 2, 1", ["upgrade", "coupons", "tax"]),
        ("Special offers first, please", ["coupons", "tax", "upgrade"]),
        ("Gutscheine", ["coupons", "tax", "upgrade"]),
    ],
)
def test_the_customer_chooses_by_reply(text: str, order: list[str]) -> None:
    """By number or by name, in any language of the config; they are told what is first now, the staff see why."""
    done = decided(choosing(text))
    assert c.only(done, SetScope).scope == order[0]
    (told,) = c.mails(done, "order_changed")
    assert [told.facts["first"], *others_of(told)] == order
    assert c.disposed(done) == "appended"
    assert len(c.mails(done, "staff_new_message")) == 2


def test_who_keeps_the_order_is_told_so() -> None:
    """A reply that changes nothing is answered all the same."""
    done = decided(choosing("1"))
    assert c.of_type(done, SetScope) == []
    assert c.mails(done, "order_changed")[0].facts["first"] == "tax"


def test_the_numbers_stay_those_of_the_first_list() -> None:
    """Whatever is first by now: people answer the mail that they have before them."""
    done = decided(choosing("1", there={"flags": ("several",), "scope": "coupons"}))
    assert c.only(done, SetScope).scope == "tax"


@pytest.mark.parametrize(
    "case",
    [
        choosing("2 shops are down"),
        choosing("4"),
        choosing("2", there={}),
        choosing("2", there={"flags": ("several",), "state": "spam"}),
        choosing("2", found=c.found(c.incident(flags=("several",)))),
        choosing("2", writer=c.writer("list")),
    ],
)
def test_nothing_else_changes_the_order(case: Case) -> None:
    """Other words, another incident, one that is over, a sender nobody vouches for, a machine."""
    assert c.of_type(decided(case), SetScope) == []


def test_choosing_is_a_letter_like_any_other() -> None:
    """It is our turn after it."""
    done = decided(choosing("2", there={"flags": ("several",), "state": "waiting"}))
    assert c.only(done, SetState).state == "in_progress"


def test_who_is_sent_nothing_automatic_still_chooses() -> None:
    """The order changes, and why nobody is told is written down."""
    silent = c.incident(scope="tax", flags=("several",), unanswerable=because("no_ack_dmarc"))
    case = choosing("2", found=c.found(silent, c.thread_token()))
    done = decided(case)
    assert c.only(done, SetScope).scope == "coupons"
    assert [silence.kind for silence in c.of_type(done, KeepSilent)] == ["order_changed"]


def test_a_scope_without_a_label_is_told_by_its_id() -> None:
    """A config may have changed since."""
    assert labels_of(["old_scope"], c.rules()) == ["old scope"]
