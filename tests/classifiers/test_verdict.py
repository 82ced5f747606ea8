"""Classifier: offsets that mark the words, limits that hold, and a config whose mistakes are told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.hits import BODY_READ, MOST_PLACES
from classifiers.settings import About, PriorityRule, Rule, ScopeRule, Settings
from classifiers.verdict import Classifier, classify

RULES = Settings(
    scopes=(
        ScopeRule("tax", "a tax", phrases=("sales tax", "tva*"), unless=("tax free",), hints=("tax",)),
        ScopeRule(
            "patch", "patches", in_scope=False, phrases=("patch* + for us", "{other branch}"), decisive=True
        ),
    ),
    priorities=(PriorityRule("hotrush", ("hot-rush~",), ("no hot-rush~",), not_for=("patch",)),),
    several=("# things",),
)
CLASSIFIER = Classifier(RULES)
PIECES = st.lists(
    st.sampled_from(
        [
            "Re: ",
            "[#12] ",
            "HotRush",
            "H o t r u s h",
            "Η\u03bftRush",
            "no ",
            " sales tax",
            "TV\u200bA",
            "tax free",
            "patch ",
            ", ",
            "for us",
            " 4.2 → 4.5 ",
            "2 things",
            "e\u0301",
            "\ud83d\ude00",
            "\n\n",
            ". ",
        ]
    ),
    max_size=12,
).map("".join)
TEXTS = st.one_of(st.text(max_size=80), PIECES)


@given(TEXTS, TEXTS)
def test_evidence_marks_words_of_the_text_as_given(subject: str, body: str) -> None:
    """Offsets lie inside the field, hold at least one letter, and cut out exactly the words told."""
    for evidence in CLASSIFIER.classify(subject, body).evidence:
        text = subject if evidence.field == "subject" else body
        assert 0 <= evidence.start < evidence.end <= len(text)
        assert text[evidence.start : evidence.end] == evidence.text
        assert any(char.isalnum() for char in evidence.text)


@given(TEXTS, TEXTS)
def test_classifying_never_raises_and_says_one_thing(subject: str, body: str) -> None:
    """Whatever was mailed, there is a verdict; its primary scope is the first of its scopes; no evidence twice."""
    verdict = CLASSIFIER.classify(subject, body)
    assert verdict.scope == verdict.scopes[0]
    assert len(set(verdict.evidence)) == len(verdict.evidence)
    assert verdict == classify(subject, body, RULES)


def test_evidence_marks_the_words_as_they_were_written() -> None:
    """The customer's spelling is shown, not ours."""
    verdict = CLASSIFIER.classify("Re: [#7] H-o-t R-u-s-h: TV\u200bA à 20 %", "")
    assert {(evidence.rule, evidence.text) for evidence in verdict.evidence} == {
        ("priority hotrush", "H-o-t R-u-s-h"),
        ("scope tax", "TV\u200bA"),
    }


def test_each_part_of_a_phrase_has_its_own_mark() -> None:
    """The two parts may stand in different fields."""
    verdict = CLASSIFIER.classify("Patches", "please do it for us")
    assert {(e.field, e.text) for e in verdict.evidence} == {("subject", "Patches"), ("body", "for us")}


def test_only_the_top_of_a_body_is_read() -> None:
    """What stands far below is not what the sender asks first."""
    assert CLASSIFIER.classify("", " " * (BODY_READ - 10) + "sales tax").scope == "tax"
    assert CLASSIFIER.classify("", " " * BODY_READ + "sales tax").scope == "unknown"


NEWLY = (
    Rule(scope="tax", phrases=("{shop} ... tax",), unless=("no ... tax",), weight=-1),
    Rule(priority="hotrush", phrases=("rush",), fields=("sender", "header:X-Tag"), language="de"),
    Rule(scope="patch", regexes=(r"hot|\\d", r"[^a]+")),
    Rule(scope="tax", organisations=("example.com",)),
)
RICH = Classifier(Settings(RULES.scopes, RULES.priorities, NEWLY, groups={"shop": ("hot*", "2")}, lead=1))


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_rules_of_every_kind_never_raise_and_mark_what_is_there(
    subject: str, body: str, sender: str, tag: str
) -> None:
    """In each field, whatever stands in it."""
    about = About(sender=sender, fields=(("x-tag", tag),))
    verdict = RICH.classify(subject, body, about)
    texts = {"subject": subject, "body": body, "sender": sender, "mailbox": "", "header:X-Tag": tag}
    for evidence in verdict.evidence:
        assert texts[evidence.field][evidence.start : evidence.end] == evidence.text
    assert verdict == RICH.classify(subject, body, about)


@pytest.mark.timeout(10)
@pytest.mark.parametrize("hostile", ["hot " * 250_000, "hot 2 " * 150_000, "no " * 300_000])
def test_gaps_and_groups_cost_no_more_than_their_text(hostile: str) -> None:
    """A phrase that waits at each word waits for three of them."""
    about = About(sender=hostile, fields=(("x-tag", hostile),))
    assert len(RICH.classify(hostile, hostile, about).evidence) <= 12 * MOST_PLACES


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "hostile", ["hotrush " * 200_000, "a" + "\u0301" * 1_000_000, "no hotrush, " * 100_000, "@" * 1_000_000]
)
def test_a_hostile_mail_costs_no_more_than_a_long_one(hostile: str) -> None:
    """A megabyte of the worst kind is read in its first thousands of characters, and the evidence stays short."""
    assert len(CLASSIFIER.classify(hostile, hostile).evidence) <= 4 * MOST_PLACES
