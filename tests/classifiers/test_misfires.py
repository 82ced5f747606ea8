"""misfires: phrases that staff had to correct more often than not."""

from classifiers.lint import Finding
from classifiers.misfires import Judged, misfires
from classifiers.settings import PriorityRule, Rule, ScopeRule, Settings
from classifiers.verdict import Classifier

SETTINGS = Settings(
    (
        ScopeRule("tax", "a tax", phrases=("tax", "duty"), hints=("rate",)),
        ScopeRule("offers", "offers", phrases=("coupon",)),
    ),
    (PriorityRule("high", ("now",)),),
    (Rule(scope="tax", phrases=("levy",)), Rule(priority="high", phrases=("today",))),
)
CLASSIFIER = Classifier(SETTINGS)


def found(*mails: tuple[str, str, str]) -> list[Finding]:
    """Return the findings on mails of (subject, right scope, right priority)."""
    judged = (
        Judged(CLASSIFIER.classify(subject, "").evidence, scope, level) for subject, scope, level in mails
    )
    return list(misfires(SETTINGS, judged))


def test_a_phrase_that_decided_wrongly_more_often_than_rightly_is_told_with_its_place() -> None:
    """Of a scope and of a priority, of lists, hints and rules."""
    wrong, right = ("tax", "offers", "normal"), ("tax", "tax", "normal")
    assert found(wrong, wrong, right) == [
        Finding(("scopes", 0, "phrases", 0), '"tax" decided wrongly 2 of 3 times on stored mail', wrong=False)
    ]
    for text, path in (
        ("rate", ("scopes", 0, "hints", 0)),
        ("levy", ("rules", 0, "phrases", 0)),
        ("today", ("rules", 1, "phrases", 0)),
        ("now", ("priorities", 0, "phrases", 0)),
    ):
        [finding] = found(*[(text, "offers", "low")] * 3)
        assert finding.path == path


def test_half_wrong_is_not_more_than_half() -> None:
    """And less than three times is chance."""
    wrong, right = ("tax", "offers", "normal"), ("tax", "tax", "normal")
    assert found(wrong, wrong, right, right) == []
    assert found(wrong, wrong) == []


def test_a_phrase_counts_once_a_mail_and_only_where_it_decided() -> None:
    """What yielded did no harm."""
    assert found(("tax tax tax", "offers", "normal")) == []
    assert found(*[("coupon, tax", "offers", "normal")] * 3) == []


def test_a_phrase_that_is_gone_from_the_config_is_passed_over() -> None:
    """There is no line to name."""
    old = Judged(CLASSIFIER.classify("tax", "").evidence, "offers", "normal")
    assert list(misfires(Settings(), [old] * 3)) == []
