"""choose_scopes: which problem is primary, which others are named, and what became of every hit."""

import pytest

from classifiers.settings import ScopeRule, Settings, Verdict
from classifiers.verdict import Classifier

RULES = Settings(
    scopes=(
        ScopeRule("spam", "advertising", in_scope=False, phrases=("seo services",), decisive=True),
        ScopeRule(
            "outage",
            "a shop that is down",
            phrases=("shop down", "offline"),
            unless=("test shop",),
            decisive=True,
        ),
        ScopeRule(
            "malfunction", "a fault", phrases=("wrong total",), hints=("error",), beats=("tax", "shipping")
        ),
        ScopeRule(
            "tax", "a tax", phrases=("sales tax",), hints=("tax",), unless=("tax free",), joins=("shipping",)
        ),
        ScopeRule("tax_complex", "taxes", phrases=("tax + county",), beats=("tax",)),
        ScopeRule("shipping", "shipping", phrases=("flat rate",)),
        ScopeRule("offers", "offers", phrases=("coupon",), unless=("coupon module",)),
        ScopeRule("sales", "prices", in_scope=False, phrases=("how much",)),
        ScopeRule("unknown", "a question"),
    ),
    several=("two things",),
)
CLASSIFIER = Classifier(RULES)


def judged(subject: str, body: str = "") -> Verdict:
    """Return the verdict by the rules above."""
    return CLASSIFIER.classify(subject, body)


def effects(verdict: Verdict) -> set[tuple[str, str]]:
    """Return (words, effect) of all evidence."""
    return {(evidence.text, evidence.effect) for evidence in verdict.evidence}


@pytest.mark.parametrize(
    ("subject", "body", "scopes"),
    [
        ("sales tax", "", ("tax",)),
        ("question", "about sales tax", ("tax",)),
        ("coupon", "and sales tax", ("offers", "tax")),
        ("sales tax", "and a coupon", ("tax", "offers")),
        ("coupon, flat rate", "", ("offers", "shipping")),
        ("sales tax: wrong total", "", ("malfunction",)),
        ("sales tax by county", "", ("tax_complex",)),
        ("tax", "one rate for each county", ("tax_complex",)),
        ("coupon", "shop down", ("outage",)),
        ("shop down", "seo services", ("spam",)),
        ("how much is a coupon", "", ("offers", "sales")),
        ("how much", "", ("sales",)),
        ("tax", "", ("tax",)),
        ("tax error", "", ("malfunction",)),
        ("an error", "in my coupon", ("offers",)),
        ("hello", "", ("unknown",)),
        ("", "", ("unknown",)),
    ],
)
def test_the_scopes_follow_the_decision_rules(subject: str, body: str, scopes: tuple[str, ...]) -> None:
    """Decisive first; broken beats set-up; then in scope before out of it, subject before body, first named first."""
    verdict = judged(subject, body)
    assert verdict.scopes == scopes
    assert verdict.scope == scopes[0]


def test_the_verdict_carries_what_the_customer_reads() -> None:
    """The label and the side of the scope come from its rule."""
    assert (judged("sales tax").label, judged("sales tax").in_scope) == ("a tax", True)
    assert (judged("how much").label, judged("how much").in_scope) == ("prices", False)


def test_a_veto_around_a_hit_takes_that_hit_alone() -> None:
    """`coupon module` is no coupon, but the coupon beside it is one."""
    assert judged("coupon module").scope == "unknown"
    verdict = judged("coupon module, coupon")
    assert verdict.scope == "offers"
    assert effects(verdict) == {("coupon", 'vetoed by "coupon module"'), ("coupon", "chosen")}


def test_a_veto_that_stands_apart_takes_the_whole_rule() -> None:
    """What is down on a test shop is no outage, wherever the words stand."""
    verdict = judged("shop down", "It is offline. Our TEST shop, I mean.")
    assert verdict.scope == "unknown"
    assert effects(verdict) == {("shop down", 'vetoed by "TEST shop"'), ("offline", 'vetoed by "TEST shop"')}


def test_a_veto_takes_hints_too() -> None:
    """Hints are hits of the same rule."""
    assert judged("tax free").scope == "unknown"


def test_two_scopes_are_several_requests_unless_they_join() -> None:
    """A simple tax and a flat rate are sold as one incident; a tax and a coupon are not."""
    assert judged("sales tax and coupon").multi
    assert not judged("sales tax and flat rate").multi
    assert judged("sales tax, flat rate, coupon").multi
    assert not judged("sales tax").multi


def test_a_mail_may_say_that_it_asks_for_several_things() -> None:
    """The words are in the evidence."""
    verdict = judged("two things")
    assert verdict.multi
    assert effects(verdict) == {("two things", "more than one request")}


def test_what_was_found_and_not_followed_is_told() -> None:
    """Each hit names what it yielded to."""
    assert effects(judged("wrong total, sales tax")) == {
        ("wrong total", "chosen"),
        ("sales tax", "yields to malfunction"),
    }
    assert ("sales tax", "also asked") in effects(judged("coupon, sales tax"))
    assert effects(judged("tax")) == {("tax", "chosen by a hint")}
    assert effects(judged("coupon, error")) == {("coupon", "chosen"), ("error", "yields to offers by a hint")}


def test_rules_that_beat_each_other_leave_the_first_named() -> None:
    """A circle in the config is no reason to say nothing."""
    circle = Settings(
        (ScopeRule("a", "", phrases=("aa",), beats=("b",)), ScopeRule("b", "", phrases=("bb",), beats=("a",)))
    )
    assert Classifier(circle).classify("bb aa", "").scopes == ("b", "a")
