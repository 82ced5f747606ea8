"""What staff order about money and HotRush, and the words that they may use."""

from typing import Any

import pytest

from maild.core.actions import Action, Grant, QueueReply, Release, Reserve, SetHotrush, SetState, Unflag
from maild.core.deciding.charge_orders import (
    WORDS,
    obey_charge,
    obey_grant,
    obey_hotrush,
    plain,
    refused,
    wrong_words,
)
from maild.core.deciding.order import Order
from maild.core.deciding.staff_commands import VERBS
from maild.core.entitlement import Account, Charge, Entitlement, Terms
from maild.core.incident import UNPAID, Incident
from tests.parts import cases as c

RULES = c.rules(terms=Terms(required=True), at_least={"outage": "high"})
NORMAL = Charge(1, "incident", "normal", "incident", 1, "reserved")
UNPAID_ONE = c.incident(state="awaiting_entitlement", flags=(UNPAID,))


def order(verb: str, incident: Incident, *bought: Entitlement) -> Order:
    """Return Anna's order about an incident whose customer has these."""
    payer = Account("Alice", 1, None, bought, incident.charges, c.NOW)
    return Order(incident, c.ANNA, "", (verb,), c.NOW, payer=payer)


def types(actions: list[Action]) -> list[str]:
    """Return what sorts of actions they are."""
    return [type(action).__name__ for action in actions]


@pytest.mark.parametrize("verb", WORDS)
def test_every_verb_of_here_is_in_the_table_of_verbs(verb: str) -> None:
    """And takes a word there."""
    assert VERBS[verb].takes


@pytest.mark.parametrize(
    ("command", "name"),
    [("grant gold", "word_unknown"), ("charge 30", "word_unknown"), ("hotrush remove mood", "word_unknown")],
)
def test_a_word_that_nobody_knows_is_said(command: str, name: str) -> None:
    """With those that are known."""
    (why,) = wrong_words([command])
    assert why.name == name
    assert "known are" in why.text


@pytest.mark.parametrize(
    "command", ["grant", "grant Urgent!", "charge NONE", "hotrush Remove  bug", "note", "close"]
)
def test_words_are_understood_however_they_are_written(command: str) -> None:
    """And verbs of other pages are none of ours."""
    assert list(wrong_words([command])) == []


def test_the_nearest_word_is_named() -> None:
    """A slip of the fingers."""
    (why,) = wrong_words(["grant hotrsh"])
    assert "did you mean hotrush?" in why.text
    assert plain("Hot-Rush") == "hotrush"


@pytest.mark.parametrize(
    ("word", "incident", "expected"),
    [
        ("grant", UNPAID_ONE, ["Grant", "Unflag", "SetState"]),
        ("grant", c.incident(charges=(NORMAL,)), ["Release", "Grant"]),
        (
            "grant urgent",
            c.incident(state="awaiting_entitlement", flags=(UNPAID,), hotrush="offered"),
            ["Grant", "Unflag", "SetState", "SetHotrush", "SetPriority", "ClockHappened", "QueueReply"],
        ),
        (
            "grant hotrush",
            c.incident(charges=(NORMAL,)),
            ["Grant", "SetHotrush", "SetPriority", "ClockHappened", "QueueReply"],
        ),
    ],
)
def test_what_is_given(word: str, incident: Incident, expected: list[str]) -> None:
    """In the place of what pays, or beside it; the customer is told of HotRush."""
    assert types(obey_grant(order(word, incident), RULES)) == expected


def test_hotrush_that_was_paid_for_and_honoured_is_not_given_again() -> None:
    """It was withdrawn after an answer: what was spent for it still counts."""
    honoured = Charge(2, "hotrush", "", "hotrush", 1, "spent")
    done = obey_grant(order("grant hotrush", c.incident(charges=(NORMAL, honoured))), RULES)
    assert c.of_type(done, Grant) == []
    assert c.only(done, SetHotrush).hotrush == "granted"


def test_a_gift_says_who_gave_it() -> None:
    """The ledger keeps that."""
    given = c.only(obey_grant(order("grant urgent", UNPAID_ONE), RULES), Grant)
    assert (given.kind, given.option) == ("free", "urgent")
    assert "Anna" in given.reason.text


def test_hotrush_is_taken_from_what_the_customer_has() -> None:
    """And given only where they have nothing."""
    option = Entitlement(2, "hotrush", c.NOW - c.DAY)
    paid = c.incident(charges=(NORMAL,))
    assert "Reserve" in types(obey_hotrush(order("hotrush grant", paid, option), RULES))
    assert "Grant" in types(obey_hotrush(order("hotrush grant", paid), RULES))


def test_where_nothing_must_be_bought_hotrush_is_no_gift() -> None:
    """There is nothing to give."""
    free = c.rules(terms=Terms(required=False))
    done = obey_hotrush(order("hotrush grant", c.incident()), free)
    assert "Grant" not in types(done)
    assert c.only(done, SetHotrush).hotrush == "granted"


def test_it_costs_nothing_and_waits_for_nothing() -> None:
    """Be it paid for or not."""
    assert types(obey_charge(order("charge none", c.incident(charges=(NORMAL,))), RULES)) == ["Release"]
    assert types(obey_charge(order("charge none", UNPAID_ONE), RULES)) == ["Unflag", "SetState"]


def test_it_is_paid_for_now() -> None:
    """By what the customer has."""
    bought = Entitlement(1, "incident", c.NOW - c.DAY, option="normal")
    done = obey_charge(order("charge now", UNPAID_ONE, bought), RULES)
    assert types(done) == ["Reserve", "Unflag", "SetState"]


@pytest.mark.parametrize(
    ("word", "incident", "name"),
    [
        ("charge none", c.incident(), "charge_is_none"),
        ("charge now", c.incident(charges=(NORMAL,)), "charge_is_there"),
        ("charge none", c.incident(state="closed", charges=(NORMAL,)), None),
        ("charge now", c.incident(state="closed"), "is_over"),
        ("charge now", c.incident(), None),
        ("grant", c.incident(state="closed"), "is_over"),
        ("grant", c.incident(flags=("bug",)), "free_bug"),
        ("charge now", c.incident(flags=("bug",)), "free_bug"),
        ("hotrush grant", c.incident(priority="hotrush"), "hotrush_is_granted"),
        ("grant hotrush", c.incident(priority="hotrush"), "hotrush_is_granted"),
        ("hotrush remove bug", c.incident(), "hotrush_is_none"),
        ("hotrush remove bug", c.incident(hotrush="offered"), None),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_reason(
    word: str, incident: Incident, name: str | None
) -> None:
    """The receipt says it."""
    why: Any = refused(word.partition(" ")[0], order(word, incident))
    assert (why.name if why else None) == name


def test_the_receipt_of_a_gift_is_one_line() -> None:
    """Nothing of it goes to the customer but word of HotRush."""
    done = obey_grant(order("grant", UNPAID_ONE), RULES)
    assert c.of_type(done, QueueReply) == []
    assert c.of_type(done, Reserve) == []
    assert c.only(done, SetState).state == "submitted"
    assert c.only(done, Unflag).flag == UNPAID
    assert c.of_type(done, Release) == []
