"""failures: the examples of a config for which something else comes out."""

from classifiers.examples import failures
from classifiers.settings import Example, PriorityRule, Rule, ScopeRule, Settings
from classifiers.verdict import Classifier

CLASSIFIER = Classifier(
    Settings(
        (
            ScopeRule("fault", "a fault", phrases=("broken",), beats=("tax",)),
            ScopeRule("tax", "a tax", phrases=("tax",)),
            ScopeRule("unknown", "a question"),
        ),
        (PriorityRule("high", ("urgent",)),),
        (Rule(scope="tax", senders=("office@example.com",), mailboxes=("taxes",)),),
    )
)


def told(*examples: Example) -> list[tuple[int, str]]:
    """Return what is said of the examples."""
    return list(failures(CLASSIFIER, examples))


def test_an_example_that_comes_out_is_not_mentioned() -> None:
    """Its priority is compared only if it names one."""
    assert told(Example("tax", "tax", "normal"), Example("urgent tax", "tax"), Example("hi", "unknown")) == []


def test_what_came_out_instead_is_told_with_the_words_that_decided() -> None:
    """And what became of the words for what should have."""
    [(place, why)] = told(Example("tax", "tax"), Example("tax", "tax", body="it is broken"))
    assert place == 1
    assert why == (
        'scope must be "tax", but is "fault": "broken" (body) decided; "tax" (subject) yields to fault'
    )


def test_a_priority_that_differs_is_told_too() -> None:
    """Each of the two on its own."""
    assert told(Example("urgent broken", "tax", "low")) == [
        (0, 'scope must be "tax", but is "fault": "broken" (subject) decided'),
        (0, 'priority must be "low", but is "high": "urgent" (subject) decided'),
    ]


def test_no_words_are_told_where_none_decided() -> None:
    """A scope by default has none."""
    assert told(Example("hello", "tax")) == [
        (0, 'scope must be "tax", but is "unknown": no words decided that')
    ]


def test_an_example_may_say_who_sent_it_and_where_it_came_in() -> None:
    """So that rules with conditions can be tried."""
    example = Example("hi", "tax", sender="office@example.com", mailbox="taxes")
    assert told(example) == []
    assert len(told(Example("hi", "tax", sender="office@example.com"))) == 1
