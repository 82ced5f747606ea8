"""choose_priority: how soon, what speaks against it, and what became of every hit."""

import pytest

from classifiers.settings import PriorityRule, ScopeRule, Settings, Verdict
from classifiers.verdict import Classifier

RULES = Settings(
    scopes=(
        ScopeRule("spam", "advertising", in_scope=False, phrases=("buy followers",), decisive=True),
        ScopeRule("outage", "a shop that is down", phrases=("shop down",), decisive=True),
        ScopeRule("tax", "a tax", phrases=("sales tax",)),
        ScopeRule("sales", "prices", in_scope=False, phrases=("price list",)),
    ),
    priorities=(
        PriorityRule("low", always_for=("spam",)),
        PriorityRule(
            "hotrush", ("hot-rush~",), ("no hot-rush~", "hot-rush~ ltd", "hotbrush"), not_for=("sales",)
        ),
        PriorityRule("high", ("urgent",), ("not urgent",), not_for=("sales",), always_for=("outage",)),
        PriorityRule("low", ("not urgent", "no rush")),
        PriorityRule("normal", ("no hot-rush~", "normal priority")),
    ),
)
CLASSIFIER = Classifier(RULES)


def judged(subject: str, body: str = "") -> Verdict:
    """Return the verdict by the rules above."""
    return CLASSIFIER.classify(subject, body)


def effects(verdict: Verdict) -> set[tuple[str, str, str]]:
    """Return (rule, words, effect) of the evidence for priorities."""
    return {
        (evidence.rule.removeprefix("priority "), evidence.text, evidence.effect)
        for evidence in verdict.evidence
        if evidence.rule.startswith("priority ")
    }


@pytest.mark.parametrize(
    ("subject", "body", "priority"),
    [
        ("sales tax", "", "normal"),
        ("HotRush: sales tax", "", "hotrush"),
        ("sales tax", "HotRush please", "hotrush"),
        ("urgent: sales tax", "", "high"),
        ("urgent hotrush", "", "hotrush"),
        ("sales tax, no rush", "", "low"),
        ("not urgent: sales tax", "", "low"),
        ("no hotrush: sales tax", "", "normal"),
        ("no hotrush, urgent", "", "high"),
        ("HotRush Ltd", "", "normal"),
        ("HotBrush page", "", "normal"),
        ("HotBrush page", "HotRush!", "hotrush"),
        ("photo rush", "", "normal"),
        ("hot brush", "", "normal"),
        ("Hotrsh sales tax", "", "hotrush"),
        ("!!! SALES TAX !!!", "", "normal"),
    ],
)
def test_the_first_rule_that_applies_decides(subject: str, body: str, priority: str) -> None:
    """In the order of the list; a word that a veto surrounds asks for nothing."""
    assert judged(subject, body).priority == priority


@pytest.mark.parametrize("subject", ["HotRush price list", "urgent: price list"])
def test_a_scope_may_be_refused_a_priority(subject: str) -> None:
    """A sales question is never HotRush, and the evidence says so."""
    verdict = judged(subject)
    assert verdict.priority == "normal"
    assert {effect for _, _, effect in effects(verdict)} == {"not given to sales"}


def test_a_scope_may_have_a_priority_without_a_word() -> None:
    """A shop that is down is never less than high, and the words of the outage explain it."""
    verdict = judged("no rush, only my shop down")
    assert verdict.priority == "high"
    assert effects(verdict) == {
        ("high", "shop down", "chosen: outage always has it"),
        ("low", "no rush", "yields to high"),
    }
    assert judged("HotRush: shop down").priority == "hotrush"


def test_an_earlier_rule_for_a_scope_goes_before_all_words() -> None:
    """Advertising that shouts is low."""
    assert judged("HotRush: buy followers, urgent").priority == "low"


@pytest.mark.parametrize(
    ("subject", "body", "priority"),
    [
        ("HotRush: sales tax", "No rush, we solved the worst.", "low"),
        ("HotRush: sales tax", "Normal priority will do.", "normal"),
        ("HotRush: sales tax", "no hotrush needed", "normal"),
        ("HotRush: sales tax", "urgent!", "hotrush"),
        ("no rush: sales tax", "now it is urgent", "high"),
        ("HotRush: shop down", "no rush", "high"),
        ("no rush", "HotRush, no rush was a joke", "hotrush"),
    ],
)
def test_a_body_that_calms_down_speaks_against_its_subject(subject: str, body: str, priority: str) -> None:
    """The body was written later; it never lowers an outage below high."""
    assert judged(subject, body).priority == priority


def test_without_rules_everything_is_normal() -> None:
    """An empty config is a config."""
    verdict = Classifier(Settings()).classify("HotRush: shop down", "urgent")
    assert (verdict.priority, verdict.scope, verdict.in_scope, verdict.evidence) == (
        "normal",
        "unknown",
        True,
        (),
    )
