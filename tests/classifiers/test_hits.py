"""Reader and apply_vetoes: the phrases of all rules in one mail, and what a veto takes away."""

import pytest

from classifiers.hits import MOST_PLACES, SEVERAL, Hit, Mark, Reader, RuleKey, apply_vetoes
from classifiers.settings import PriorityRule, ScopeRule, Settings

RULES = Settings(
    scopes=(
        ScopeRule(
            "tax", "a tax", phrases=("sales tax", "tax + county"), unless=("tax free",), hints=("tax",)
        ),
        ScopeRule("offers", "offers", phrases=("sales",)),
    ),
    priorities=(PriorityRule("high", ("urgent",), ("not urgent",)),),
    several=("two things",),
)
READER = Reader(RULES)
TAX = RuleKey("scope", 0)


def hit(phrase: str, *places: tuple[bool, int, int]) -> Hit:
    """Return a hit at (in_body, start, end) for each part."""
    return Hit(phrase, tuple(Mark(*place) for place in places))


def test_each_rule_has_its_own_hits_by_role() -> None:
    """One word may speak for several rules; a rule without a hit is not there."""
    found = READER.read("sales tax", "tax free")
    assert set(found) == {TAX, RuleKey("scope", 1)}
    assert [each.phrase for each in found[TAX].phrase] == ["sales tax"]
    assert [each.marks for each in found[TAX].hint] == [(Mark(False, 6, 9),), (Mark(True, 0, 3),)]
    assert [each.marks for each in found[TAX].unless] == [(Mark(True, 0, 8),)]


def test_the_words_for_several_requests_belong_to_no_scope() -> None:
    """They have a rule of their own."""
    assert [each.marks for each in READER.read("two things", "")[SEVERAL].phrase] == [(Mark(False, 0, 10),)]


@pytest.mark.parametrize(
    ("subject", "body", "marks"),
    [
        ("tax by county", "", [Mark(False, 0, 3), Mark(False, 7, 13)]),
        ("county", "the tax", [Mark(True, 4, 7), Mark(False, 0, 6)]),
        ("tax", "tax in each county", [Mark(False, 0, 3), Mark(True, 12, 18)]),
    ],
)
def test_a_phrase_of_parts_is_one_hit_where_all_stand(subject: str, body: str, marks: list[Mark]) -> None:
    """Wherever they stand, each part is marked where it is named first."""
    [found] = READER.read(subject, body)[TAX].phrase
    assert list(found.marks) == marks


def test_one_part_alone_is_no_hit() -> None:
    """A county has no tax of itself."""
    assert TAX not in READER.read("county", "") or not READER.read("county", "")[TAX].phrase


def test_the_subject_comes_before_the_body() -> None:
    """Where a phrase of parts is named first decides where it stands."""
    both = hit("a + b", (True, 0, 1), (False, 5, 6))
    assert both.first == Mark(False, 5, 6)
    assert not both.in_body
    assert hit("a", (True, 0, 1)).in_body


def test_a_word_said_a_thousand_times_is_found_a_few_times() -> None:
    """Repetition is no evidence, and costs no memory."""
    assert len(READER.read("", "urgent " * 500)[RuleKey("priority", 0)].phrase) == MOST_PLACES


def test_without_a_veto_every_hit_stands() -> None:
    """Nothing is taken away."""
    word = hit("urgent", (False, 4, 10))
    assert apply_vetoes([word], []) == [(word, None)]
    assert apply_vetoes([], [word]) == []


def test_a_veto_takes_the_hits_that_it_surrounds() -> None:
    """In the same field, and with all their words."""
    inside, outside = hit("urgent", (False, 4, 10)), hit("urgent", (True, 4, 10))
    veto = hit("not urgent", (False, 0, 10))
    assert apply_vetoes([inside, outside], [veto]) == [(inside, veto), (outside, None)]


@pytest.mark.parametrize("place", [(False, 20, 30), (True, 4, 10), (False, 0, 8)])
def test_a_veto_that_surrounds_no_hit_takes_them_all(place: tuple[bool, int, int]) -> None:
    """Whether it stands elsewhere or only overlaps."""
    hits = [hit("urgent", (False, 4, 10)), hit("asap", (False, 12, 16))]
    veto = hit("test shop", place)
    assert apply_vetoes(hits, [veto]) == [(hits[0], veto), (hits[1], veto)]
