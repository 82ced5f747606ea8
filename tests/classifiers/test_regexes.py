"""Regular expressions in rules: what is refused, and where one that is good is found."""

from time import perf_counter

import pytest

from classifiers.regexes import Regexes, problem_with_regex
from classifiers.settings import Rule, ScopeRule, Settings
from classifiers.verdict import Classifier


@pytest.mark.parametrize(
    ("regex", "why"),
    [
        (r"(?=a)b", "lookaround is not possible"),
        (r"(?<!a)b", "lookaround is not possible"),
        (r"(a)\1", "a backreference is not possible"),
        (r"(?P<x>a)(?P=x)", "a backreference is not possible"),
        (r"a*", "matches the empty text"),
        (r"a|", "matches the empty text"),
        (r"(a", "is no regular expression: missing ): (a"),
        (r"ab+c", None),
        (r"order[- ]\d{4}", None),
        (r"(?:a|b)\\1", None),
    ],
)
def test_an_expression_that_cannot_be_used_is_told(regex: str, why: str | None) -> None:
    """With what is wrong, before any mail comes."""
    told = problem_with_regex(regex)
    assert told is None if why is None else told and told.startswith(why)


def test_expressions_are_found_in_the_text_as_read() -> None:
    """Each with its places; capitals and accents in the expression are folded as those of mail are."""
    found = Regexes([r"GRÖSSE \d+", r"x-\d", "ndere"]).find("grosse 12, grosse 3 und andere")
    assert list(found) == [("/GRÖSSE \\d+/", 0, 9), ("/GRÖSSE \\d+/", 11, 19), ("/ndere/", 25, 30)]
    assert list(Regexes([]).find("anything")) == []


def test_the_evidence_marks_the_text_as_it_was_written() -> None:
    """However it was read."""
    rule = Rule(scope="order", regexes=(r"\border \d{4}\b",))
    verdict = Classifier(Settings((ScopeRule("order", "an order"),), rules=(rule,))).classify(
        "Ｏrder 1234", ""
    )
    [found] = verdict.evidence
    assert (found.text, found.phrase) == ("Ｏrder 1234", r"/\border \d{4}\b/")


@pytest.mark.timeout(10)
def test_an_expression_that_would_explode_elsewhere_is_linear_here() -> None:
    """Twice the text costs about twice the time."""
    regexes = Regexes([r"(a+)+$", r"(a|aa)+b"])

    def seconds(length: int) -> float:
        start = perf_counter()
        list(regexes.find("a" * length + "!"))
        return perf_counter() - start

    assert min(seconds(400_000) for _ in range(3)) < 8 * min(seconds(100_000) for _ in range(3)) + 0.01
