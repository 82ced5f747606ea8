"""The languages have the same words, and every mail exists in each of them, with the same facts."""

from collections.abc import Mapping

import pytest
from jinja2 import meta

from replies.catalogue import COMMON, REPLIES
from replies.language import Language
from replies.languages import ENGLISH, LANGUAGES, language_named, three_forms
from replies.sandbox import Sandbox
from tests.replies.facts import ALL_SOURCES, templates

OTHERS = [language for language in LANGUAGES.values() if language is not ENGLISH]
# Facts that no template of ours shows, and why: one set of facts serves whichever mail follows an opening.
UNUSED: Mapping[str, set[str]] = {
    "acknowledgement": {"scope", "offer", "alternatives", "hotrush_offered"},
    "acknowledgement_hotrush": {"scope", "offer", "alternatives", "in_scope", "hotrush", "hotrush_offered"},
    "out_of_scope": {"scope", "priority", "hotrush", "hotrush_offered", "in_scope", "balance", "ask"},
    "entitlement_offer": {"scope", "alternatives", "in_scope", "hotrush"},
    "hotrush_offer": {"scope", "alternatives", "in_scope", "hotrush", "hotrush_offered"},
    "several_problems": {"scope", "offer", "alternatives", "hotrush_offered"},
    "declined": {"scope"},
}


def facts_of(code: str, kind: str) -> set[str]:
    """Return the facts that a template uses anywhere."""
    return meta.find_undeclared_variables(Sandbox(language_named(code)).parse(ALL_SOURCES[code][kind]))


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_mail_exists_in_each_language(code: str) -> None:
    """None is missing and none is left over."""
    assert set(ALL_SOURCES[code]) == set(REPLIES)
    assert {code for kind in REPLIES for code in templates().languages_of(kind)} == set(LANGUAGES)


@pytest.mark.parametrize("kind", REPLIES)
@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_a_mail_says_the_same_in_each_language(kind: str, language: Language) -> None:
    """At least by what it shows: a fact that one language tells all tell."""
    assert facts_of(language.code, kind) == facts_of("en", kind)


@pytest.mark.parametrize("kind", REPLIES)
def test_no_fact_is_there_for_nothing(kind: str) -> None:
    """What no template shows is listed with its reason, or need not be made."""
    shown = facts_of("en", kind)
    assert set(REPLIES[kind].facts) - set(COMMON) - shown == UNUSED.get(kind, set())


@pytest.mark.parametrize("kind", [kind for kind, reply in REPLIES.items() if reply.audience == "customer"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_mail_to_a_customer_has_a_preview_but_an_answer(code: str, kind: str) -> None:
    """What a person wrote is its own preview, and staff read ours below the line."""
    assert ("\nPreview: " in ALL_SOURCES[code][kind]) == (kind != "answer")


@pytest.mark.parametrize("kind", [kind for kind, reply in REPLIES.items() if reply.audience == "staff"])
def test_a_mail_to_staff_has_none(kind: str) -> None:
    """It would stand above the line that parts an answer from our text."""
    assert not any("\nPreview: " in ALL_SOURCES[code][kind] for code in LANGUAGES)


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_a_language_has_all_the_words(language: Language) -> None:
    """Days, months, nouns with as many forms as it counts with, and the words for every id."""
    assert (len(language.weekdays), len(language.months)) == (7, 12)
    forms = 3 if language.form is three_forms else 2
    assert {len(unit) for unit in language.units.values()} == {forms}
    assert {len(noun) for noun in language.bought.values()} <= {1, forms}
    for words in ("units", "priorities", "states", "bought"):
        assert set(getattr(language, words)) == set(getattr(ENGLISH, words))


def test_numbers_are_counted_as_people_do() -> None:
    """Below zero as above it; a noun with one form has it for all."""
    days = LANGUAGES["ru"].units["day"]
    counts = [LANGUAGES["ru"].counted(count, days) for count in (1, -2, 12, 22, 101, 111)]
    assert counts == ["1 день", "-2 дня", "12 дней", "22 дня", "101 день", "111 дней"]
    assert ENGLISH.counted(3, ("subscription",)) == "3 subscription"


def test_a_language_whose_words_we_lack_has_the_english_ones() -> None:
    """Its templates are still its own."""
    assert language_named("fr") is ENGLISH
