"""evaluate: how good the rules are, in figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.evaluate import evaluate

PAIRS = [("tax", "tax"), ("tax", "offers"), ("offers", "offers"), ("tax", "offers"), ("outage", "tax")]


def test_precision_and_recall_count_what_was_said_and_what_is_true() -> None:
    """Offers were said three times and once rightly; tax is true three times and was said rightly once."""
    evaluation = evaluate(PAIRS)
    assert evaluation.of("offers").precision == pytest.approx(1 / 3)
    assert evaluation.of("offers").recall == 1
    assert evaluation.of("tax").precision == pytest.approx(1 / 2)
    assert evaluation.of("tax").recall == pytest.approx(1 / 3)
    assert evaluation.accuracy == pytest.approx(2 / 5)


def test_confusion_tells_the_most_frequent_mistake_first() -> None:
    """As (true, said) and how often."""
    assert evaluate(PAIRS).confusion == ((("tax", "offers"), 2), (("outage", "tax"), 1))


def test_what_never_occurred_has_made_no_mistake() -> None:
    """No example, no fault; a label never said is precise."""
    assert evaluate([]).accuracy == 1
    assert evaluate(PAIRS).of("outage").precision == 1
    assert evaluate(PAIRS).of("nothing").recall == 1


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"))))
def test_the_figures_add_up(pairs: list[tuple[str, str]]) -> None:
    """Every example is right or a confusion, is true once and said once."""
    evaluation = evaluate(pairs)
    assert (
        evaluation.right + sum(count for _, count in evaluation.confusion) == evaluation.count == len(pairs)
    )
    assert (
        sum(each.said for each in evaluation.labels)
        == sum(each.true for each in evaluation.labels)
        == len(pairs)
    )
    assert all(each.right <= min(each.said, each.true) for each in evaluation.labels)
