"""The balance: for a proven person who asks for nothing else, and word that nothing is left."""

from typing import Any

import pytest

from maild.core.actions import Dispose, QueueReply
from maild.core.deciding.decide_balance import asks_balance, balance_on, decide_balance, tell_low
from maild.core.entitlement import Account, Charge, Entitlement, Terms
from tests.parts import cases as c

POINTS = Entitlement(5, "points", c.NOW - c.DAY, amount=300, used=60)
ACCOUNT = Account("Alice", 1, None, (POINTS,), (), c.NOW)
RULES = c.rules(terms=Terms(offer={"en": "Buy more", "de": "Mehr kaufen"}))


def asking(text: str = "", subject: str = "Balance", **changes: Any) -> Any:
    """Return the case of a mail that asks for the balance, of a proven person unless `changes` say else."""
    return c.case(c.message(subject=subject, text=text), **{"proof": c.PROVEN, "account": ACCOUNT, **changes})


@pytest.mark.parametrize(
    ("text", "subject"), [("", "Balance"), ("", "Re: balance?"), ("Guthaben\n", "Hallo"), ("баланс\n\n", "")]
)
def test_the_word_alone_asks(text: str, subject: str) -> None:
    """In the subject of an empty mail, or as its only line."""
    assert asks_balance(asking(text, subject))


@pytest.mark.parametrize(
    "case",
    [
        asking("My shop is down.\n"),
        asking("balance\nAnd my shop is down.\n"),
        asking(proof=c.UNPROVEN),
        asking(writer=c.writer("auto_reply")),
        asking(forwarded_by="Anna"),
        asking(suppressed="bounce_user_unknown"),
    ],
    ids=["a problem", "and a problem", "unproven", "a machine", "forwarded", "can't be reached"],
)
def test_anything_else_is_a_request_like_any_other(case: Any) -> None:
    """A person reads it."""
    assert not asks_balance(case)


def test_the_answer_opens_nothing() -> None:
    """The mail is kept, and one mail goes back, in its thread."""
    done = decide_balance(asking(), RULES)
    assert c.only(done, Dispose).disposition == "kept"
    told = c.only(done, QueueReply)
    assert told.kind == "balance"
    assert told.facts["balance"] == [{"what": "points", "left": "240"}]
    assert told.facts["offer"] == "Buy more"


@pytest.mark.parametrize(
    ("text", "known", "language", "offer"),
    [
        ("Guthaben", "", "de", "Mehr kaufen"),
        ("Баланс", "", "ru", "Buy more"),
        ("Balance", "de", "de", "Mehr kaufen"),
    ],
)
def test_the_answer_is_in_the_language_of_the_word(text: str, known: str, language: str, offer: str) -> None:
    """Unless we know what its sender reads; the offer is in that language too, where the config has it."""
    told = c.only(decide_balance(asking(text, language=known), RULES), QueueReply)
    assert (told.facts["language"], told.facts["offer"]) == (language, offer)


def test_on_an_incident_it_is_answered_beside_the_rest() -> None:
    """And only if it is nothing but that."""
    incident = c.incident(proven=True)
    case = asking("balance\n", joined=c.found(incident, c.thread_token()))
    assert [one.kind for one in c.of_type(balance_on(case, incident, RULES), QueueReply)] == ["balance"]
    assert balance_on(asking("It is down.\n"), incident, RULES) == []


def low(*bought: Entitlement, kind: Any = "incident", proven: bool = True) -> list[Any]:
    """Return the word that nothing is left, at the close of an incident that something paid for."""
    option = "normal" if kind in ("incident", "free") else ""
    paid = Charge(1, kind, option, "incident", 1, "reserved")
    payer = Account("Alice", 1, None, bought, (), c.NOW)
    return tell_low(c.incident(proven=proven, charges=(paid,)), payer, c.rules(terms=Terms(price=60)))


def test_who_has_nothing_left_is_told() -> None:
    """Too few points for another one are nothing."""
    assert len(low()) == len(low(Entitlement(5, "points", c.NOW - c.DAY, amount=59))) == 1


@pytest.mark.parametrize(
    "bought",
    [
        Entitlement(2, "incident", c.NOW - c.DAY, option="normal"),
        Entitlement(2, "subscription", c.NOW - c.DAY, amount=None),
        Entitlement(2, "points", c.NOW - c.DAY, amount=60),
    ],
)
def test_who_has_something_left_is_not(bought: Entitlement) -> None:
    """Nor who is not proven, nor who paid nothing."""
    assert low(bought) == low(proven=False) == low(kind="free") == low(kind="subscription") == []
