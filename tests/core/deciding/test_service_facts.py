"""What the replies about money say: rows that add up, and nothing to whom it is not for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from maild.core.actions import Reserve
from maild.core.deciding import service_facts as facts
from maild.core.entitlement import Account, Entitlement, Terms
from maild.core.reasons import because
from replies.catalogue import COMMON, REPLIES
from tests.parts import cases as c

ENDS = c.NOW + timedelta(days=30)
BOUGHT = (
    Entitlement(1, "incident", c.NOW - c.DAY, option="normal", amount=2),
    Entitlement(2, "incident", c.NOW - c.DAY, option="normal"),
    Entitlement(3, "points", c.NOW - c.DAY, amount=120, used=30),
    Entitlement(4, "subscription", c.NOW - c.DAY, ENDS, amount=None),
    Entitlement(5, "points", c.NOW - c.DAY, c.NOW, amount=500),
)
ACCOUNT = Account("Alice", 1, None, BOUGHT, (), c.NOW)
RULES = c.rules(terms=Terms(offer={"en": "Buy it", "de": "Bitte kaufen"}))


def test_a_balance_adds_up_what_is_called_the_same() -> None:
    """What is over is none; a subscription has an end."""
    assert facts.balance_rows(ACCOUNT, c.NOW) == [
        {"what": "incident", "left": "3"},
        {"what": "points", "left": "90"},
        {"what": "subscription", "left": "2026-04-01T09:00:00Z"},
    ]


def test_what_is_being_taken_is_counted_already() -> None:
    """The mail leaves after it."""
    taken = [Reserve(1, "incident", 1, because("charge_now", name="Anna"))]
    assert facts.balance_rows(ACCOUNT, c.NOW, taken)[0] == {"what": "incident", "left": "2"}


def test_a_balance_is_for_the_proven_alone() -> None:
    """The offer is for everybody."""
    assert facts.opening(ACCOUNT, "Buy it", proven=False) == {"offer": "Buy it", "balance": []}


@pytest.mark.parametrize(("language", "words"), [("de", "Bitte kaufen"), ("ru", "Buy it"), ("en", "Buy it")])
def test_an_offer_is_in_the_readers_language(language: str, words: str) -> None:
    """Where the config has it in that one; else in that of the service."""
    assert facts.offer(RULES, language) == words
    incident = replace(c.incident(), language=language)
    assert facts.later(incident, ACCOUNT, RULES, None)["offer"] == words


def test_an_offer_for_all_has_no_language() -> None:
    """It is what everybody reads, and without any there is none."""
    assert facts.offer(c.rules(terms=Terms(offer={"": "Buy it"})), "ru") == "Buy it"
    assert facts.offer(c.rules(terms=Terms()), "ru") == ""


def test_every_fact_is_one_that_its_reply_may_use() -> None:
    """Made here, and named in the catalogue."""
    incident = c.incident(proven=True)
    made = {
        "balance": facts.balance(ACCOUNT, RULES, "en"),
        "hotrush_withdrawn": facts.withdrawn(incident, "high", c.NOW, 1, 3),
        "hotrush_refused": facts.refused(incident, None, 3),
        "hotrush_removed": facts.removed(incident, "bug", "normal", c.NOW),
        "raised": facts.raised(incident, "hotrush", c.NOW),
        "hotrush_offer": facts.later(incident, ACCOUNT, RULES, c.NOW),
        "acknowledgement": facts.later(incident, ACCOUNT, RULES, c.NOW),
    }
    for kind, given in made.items():
        assert set(given) <= set(REPLIES[kind].facts), kind
        needed = {
            name for name, fact in REPLIES[kind].facts.items() if fact.default is None and name not in COMMON
        }
        assert needed <= set(given), kind


def test_the_subject_goes_to_a_proven_requester_alone() -> None:
    """Rule 4."""
    assert facts.raised(c.incident(), "hotrush", None)["subject"] == ""
    assert facts.raised(c.incident(proven=True), "hotrush", None)["subject"] == "The checkout is down"
