"""[[classifiers.rules]]: weights, fields and conditions of phrases that need more than a scope's list."""

from typing import Any

import pytest

from classifiers.settings import About, PriorityRule, Rule, ScopeRule, Settings, Verdict
from classifiers.verdict import Classifier

SCOPES = (
    ScopeRule("tax", "a tax", phrases=("tax",), unless=("abroad",)),
    ScopeRule("offers", "offers", phrases=("coupon",)),
    ScopeRule("unknown", "a question"),
)
PRIORITIES = (PriorityRule("high", ("urgent",), not_for=("offers",)), PriorityRule("low", ("no rush",)))


def judged(rule: Rule, subject: str = "", body: str = "", *, lead: int = 0, **about: Any) -> Verdict:
    """Return the verdict on a mail with one rule beside the scopes and priorities above."""
    settings = Settings(SCOPES, PRIORITIES, (rule,), lead=lead)
    return Classifier(settings).classify(subject, body, About(**about))


def test_a_rule_speaks_for_its_scope_or_its_priority() -> None:
    """The evidence names what it speaks for, its phrase and its weight."""
    verdict = judged(Rule(scope="tax", phrases=("levy",), weight=2), "a levy")
    assert verdict.scope == "tax"
    [found] = verdict.evidence
    assert (found.rule, found.phrase, found.weight, found.effect) == ("scope tax", "levy", 2, "chosen")
    assert judged(Rule(priority="high", phrases=("boss asks",)), "my boss asks").priority == "high"


def test_a_rule_for_what_is_not_there_is_refused() -> None:
    """A config says so with its line; a library call that passes it by hears of it too."""
    with pytest.raises(ValueError, match="a rule is for duty, which is not there"):
        judged(Rule(scope="duty", phrases=("x",)))
    with pytest.raises(ValueError, match="a rule is for nothing"):
        judged(Rule(phrases=("x",)))


@pytest.mark.parametrize(
    ("field", "mail"),
    [
        ("subject", {"subject": "the levy"}),
        ("body", {"body": "the levy"}),
        ("sender", {"sender": "levy@example.com"}),
        ("mailbox", {"mailbox": "levy"}),
        ("header:X-Form", {"fields": (("x-form", "levy"),)}),
    ],
)
def test_a_phrase_counts_in_the_fields_of_its_rule_alone(field: str, mail: dict[str, Any]) -> None:
    """And the evidence says in which, and where there."""
    verdict = judged(Rule(scope="tax", phrases=("levy",), fields=(field,)), **mail)
    assert verdict.scope == "tax"
    [found] = verdict.evidence
    assert (found.field, found.text) == (field, "levy")
    other = "header:Subject" if field != "header:Subject" else "subject"
    assert judged(Rule(scope="tax", phrases=("levy",), fields=(other,)), **mail).scope == "unknown"


def test_a_header_field_that_stands_there_twice_is_searched_as_a_whole() -> None:
    """No phrase reaches from one into the other."""
    fields = (("X-Tag", "sales"), ("X-Other", "duty"), ("x-tag", "levy"))
    rule = Rule(scope="tax", phrases=("levy",), fields=("header:X-Tag",))
    assert judged(rule, fields=fields).scope == "tax"
    rule = Rule(scope="tax", phrases=("sales levy",), fields=("header:X-Tag",))
    assert judged(rule, fields=fields).scope == "unknown"


CONDITIONS = [
    (Rule(senders=("Anna@example.com",)), {"sender": "anna@Example.com"}, {"sender": "joanna@example.com"}),
    (Rule(organisations=("example.com",)), {"sender": "a@example.com"}, {"sender": "a@badexample.com"}),
    (
        Rule(organisations=("example.com",)),
        {"sender": "a@mail.example.com"},
        {"sender": "a@example.com.evil"},
    ),
    (Rule(organisations=("acme",)), {"organisation": "acme"}, {"sender": "a@example.com"}),
    (Rule(mailboxes=("orders",)), {"mailbox": "orders"}, {"mailbox": "support"}),
    (Rule(language="de"), {"language": "de"}, {"language": "fr"}),
    (Rule(language="de"), {"language": ""}, {"language": "en"}),
]


@pytest.mark.parametrize(("condition", "meets", "fails"), CONDITIONS)
def test_a_rule_counts_where_its_conditions_are_met(
    condition: Rule, meets: dict[str, Any], fails: dict[str, Any]
) -> None:
    """Addresses without case; a domain with all below it; a language unless it is known to be another."""
    names = ("senders", "organisations", "mailboxes", "language")
    given = {name: getattr(condition, name) for name in names}
    assert judged(Rule(scope="tax", phrases=("levy",), **given), "levy", **meets).scope == "tax"
    assert judged(Rule(scope="tax", phrases=("levy",), **given), "levy", **fails).scope == "unknown"


def test_every_condition_must_be_met() -> None:
    """From there and to there."""
    rule = Rule(scope="tax", phrases=("levy",), mailboxes=("orders",), organisations=("example.com",))
    assert judged(rule, "levy", mailbox="orders", sender="a@example.com").scope == "tax"
    assert judged(rule, "levy", mailbox="orders", sender="a@example.net").scope == "unknown"


def test_a_rule_of_conditions_alone_counts_without_a_word() -> None:
    """What comes into the box for orders is about offers; the evidence shows the box."""
    verdict = judged(Rule(scope="offers", mailboxes=("orders",)), "hello", mailbox="orders")
    assert verdict.scope == "offers"
    [found] = verdict.evidence
    assert (found.field, found.text, found.phrase) == ("mailbox", "orders", "mailbox orders")
    assert judged(Rule(scope="offers", mailboxes=("orders",)), "hello").scope == "unknown"
    assert judged(Rule(scope="offers", language="de"), "Wie kann ich das einstellen?").scope == "offers"


def test_what_a_person_says_goes_before_where_it_came_in() -> None:
    """A condition stands after the subject and the body."""
    rule = Rule(scope="offers", mailboxes=("orders",))
    assert judged(rule, "", "my tax", mailbox="orders").scopes == ("tax", "offers")


def test_the_language_is_guessed_where_it_is_not_told() -> None:
    """A German phrase in an English mail is another word."""
    rule = Rule(scope="tax", phrases=("abgabe",), language="de")
    assert judged(rule, "Wie kann ich die Abgabe einstellen?").scope == "tax"
    assert judged(rule, "How can I change the abgabe of my shop?").scope == "unknown"


def test_the_sum_of_weights_decides_where_it_leads() -> None:
    """Else the scope named first; each phrase counts once, however often it stands there."""
    rule = Rule(scope="offers", phrases=("voucher",), weight=3)
    assert judged(rule, "tax, voucher").scopes == ("tax", "offers")
    assert judged(rule, "tax, voucher", lead=2).scopes == ("offers", "tax")
    assert judged(rule, "tax, voucher", lead=3).scopes == ("tax", "offers")
    assert judged(rule, "tax, coupon, coupon, coupon", lead=1).scopes == ("tax", "offers")


def test_a_weight_below_zero_speaks_against() -> None:
    """What it outweighs does not stand, and the evidence says so."""
    rule = Rule(scope="tax", phrases=("in general",), weight=-1)
    verdict = judged(rule, "tax in general")
    assert verdict.scope == "unknown"
    assert {(e.text, e.effect, e.weight) for e in verdict.evidence} == {
        ("tax", "outweighed", 1),
        ("in general", "outweighed", -1),
    }
    calm = judged(Rule(priority="high", phrases=("someday",), weight=-1), "urgent someday")
    assert calm.priority == "normal"
    assert {e.effect for e in calm.evidence} == {"outweighed"}


def test_a_rule_is_vetoed_by_its_own_unless_and_by_that_of_its_scope() -> None:
    """Its own takes away nothing else."""
    rule = Rule(scope="tax", phrases=("levy",), unless=("levy stone",))
    assert judged(rule, "levy stone").scope == "unknown"
    assert judged(rule, "levy stone, tax").scope == "tax"
    assert judged(rule, "levy abroad").scope == "unknown"
    told = judged(rule, "levy stone").evidence
    assert [(e.text, e.effect) for e in told] == [("levy", 'vetoed by "levy stone"')]


def test_what_a_priority_is_not_for_holds_for_its_rules() -> None:
    """A cap can't be passed by."""
    rule = Rule(priority="high", organisations=("example.com",))
    assert judged(rule, "tax", sender="a@example.com").priority == "high"
    assert judged(rule, "coupon", sender="a@example.com").priority == "normal"
