"""lint: phrases in vain, phrases of two scopes, rules that no example tries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.keywords import problem_with
from classifiers.lint import Finding, lint, sample_of
from classifiers.settings import Example, PriorityRule, Rule, ScopeRule, Settings


def wrong(settings: Settings) -> list[tuple[str, str]]:
    """Return what is certainly a mistake, as (last key of the place, text)."""
    return [(str(finding.path[2]), finding.text) for finding in lint(settings) if finding.wrong]


def notes(settings: Settings) -> list[str]:
    """Return what is merely worth knowing."""
    return [finding.text for finding in lint(settings) if not finding.wrong]


@pytest.mark.parametrize(
    ("phrase", "unless", "why"),
    [
        ("test shop", "test shop", 'unless "test shop" takes it away'),
        ("test shop down", "test*", 'unless "test*" takes it away'),
        ("down + offline", "off-line", 'unless "off-line" takes it away'),
        ("shop, down", "", "no phrase reaches over a sign that parts words"),
        ("see a@b.example", "", "no phrase reaches over a sign that parts words"),
    ],
)
@pytest.mark.parametrize("role", ["phrases", "hints"])
def test_a_phrase_that_can_never_fire_is_a_mistake(role: str, phrase: str, unless: str, why: str) -> None:
    """Whether its own veto takes it away or nobody can write it so."""
    lists = {role: ("down", phrase), "unless": (unless,) if unless else ()}
    [(key, text)] = wrong(Settings((ScopeRule("outage", "down", **lists),)))
    assert (key, text) == (role, f'"{phrase}" can never fire: {why}')


@pytest.mark.parametrize(
    ("phrase", "unless"),
    [
        ("rabatt*", "rabatt"),
        ("down", "not down"),
        ("buy # get #", "buy 2 get 1"),
        ("{shop} ... down", "store down today"),
        ("{other branch}", "{same branch}"),
        ("hot-rush~", "no hot-rush~"),
        ("неверн*", "верно"),
    ],
)
def test_a_phrase_that_its_veto_leaves_something_is_good(phrase: str, unless: str) -> None:
    """There are texts in which it fires."""
    scope = ScopeRule("a", "a", phrases=(phrase,), unless=(unless,))
    assert wrong(Settings((scope,), groups={"shop": ("store",)})) == []


def test_a_sign_that_is_not_looked_for_is_a_mistake() -> None:
    """`read:` would fire wherever somebody has read something."""
    [(_, text)] = wrong(Settings((ScopeRule("a", "a", phrases=("read:",)),)))
    assert text == '"read:" is found without its ":" too: signs are no words'


def test_priorities_and_rules_are_looked_over_too() -> None:
    """In the field that a rule is for, whatever its conditions."""
    settings = Settings(
        (ScopeRule("a", "a", unless=("c d",)),),
        (PriorityRule("high", ("now",), ("now",)),),
        (
            Rule(scope="a", phrases=("b",), unless=("b",), fields=("sender",), senders=("x@example.com",)),
            Rule(scope="a", phrases=("c d e",), fields=("header:X-A",)),
            Rule(priority="high", phrases=("today",), fields=("mailbox",)),
            Rule(scope="a", senders=("x@example.com",)),
        ),
    )
    found = [finding.path for finding in lint(settings) if finding.wrong]
    assert found == [("priorities", 0, "phrases", 0), ("rules", 0, "phrases", 0)]


def test_a_phrase_that_two_scopes_claim_is_told_with_what_it_means_alone() -> None:
    """It may be meant so: a note."""
    settings = Settings(
        (
            ScopeRule("a", "a", phrases=("Sales Tax", "duty")),
            ScopeRule("b", "b", phrases=("sales tax",), hints=("Duty",), beats=("a",)),
        ),
        examples=(Example("x", "a"), Example("x", "b")),
    )
    assert notes(settings) == [
        '"sales tax" is claimed by a too; alone it means b',
        '"Duty" is claimed by a too; alone it means a',
    ]


def test_a_phrase_that_stands_twice_is_told() -> None:
    """Nothing is wrong with it but the reader's time."""
    settings = Settings((ScopeRule("a", "a", phrases=("x",), hints=("X",)),), examples=(Example("x", "a"),))
    assert notes(settings) == ['"X" is a phrase of a already']


def test_what_no_example_tries_is_told() -> None:
    """A scope, a priority, a rule."""
    rules = (Rule(scope="a", phrases=("x",)), Rule(scope="a", senders=("x@example.com",)))
    settings = Settings((ScopeRule("a", "a"),), (PriorityRule("low"),), rules)
    assert notes(settings) == [
        "no example is a",
        "no example is low",
        "no example meets this rule",
        "no example meets this rule",
    ]
    tried = (Example("x", "a", "low", sender="x@example.com"),)
    assert list(lint(Settings((ScopeRule("a", "a"),), (PriorityRule("low"),), rules, tried))) == []


def test_a_finding_says_where() -> None:
    """As a path below [classifiers]."""
    [first, *_] = lint(Settings((ScopeRule("a", "a", phrases=("x", "y, z")),)))
    assert first == Finding(
        ("scopes", 0, "phrases", 1), '"y, z" can never fire: no phrase reaches over a sign that parts words'
    )


def test_a_sample_consists_of_the_phrase() -> None:
    """A group without words can't be said."""
    assert sample_of("{shop} down", {"shop": ()}) == "{shop} down"
    assert sample_of("upgrade # + {same branch}") == "upgrade 70707 ; 4.5.1 to 4.5.4"


WORDS = st.sampled_from(
    ["tax", "sales", "check-out", "rabatt*", "hot-rush~", "#", "{shop}", "ставка", "送料", "4.5", "can't"]
)
GAPS = st.sampled_from([" ", " ... ", " + "])


@given(st.lists(WORDS, min_size=1, max_size=5), st.lists(GAPS, min_size=4, max_size=4))
def test_a_phrase_that_can_be_written_fires_in_its_sample(words: list[str], gaps: list[str]) -> None:
    """Whatever it is put together from, so that lint never calls a good phrase vain."""
    phrase = words[0] + "".join(gap + word for gap, word in zip(gaps, words[1:], strict=False))
    groups = {"shop": ("store", "web*")}
    assert problem_with(phrase, groups) is None
    assert wrong(Settings((ScopeRule("a", "a", phrases=(phrase,)),), groups=groups)) == []
