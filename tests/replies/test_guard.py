"""Facts under guard: no character of a stranger's is markup, and every one comes back as it was."""

import re

from hypothesis import given
from hypothesis import strategies as st

from replies.facts import Fact, own_words
from replies.guard import BLANK, LINE, NUMBER, PART, ROW, guarded, guarded_text, opened
from replies.guard_facts import guard_facts
from replies.languages import ENGLISH
from replies.moments import Moment, moment
from tests.parts.zones import BERLIN

MARKUP = "*[]()<>`\\|#-"
# What no text of a mail holds is not promised to come back.
ANYTHING = st.text(st.characters(exclude_categories=("Cs", "Co")))


@given(ANYTHING)
def test_what_is_guarded_comes_back(text: str) -> None:
    """Letter for letter, in both forms."""
    assert opened(guarded(text)) == text
    assert opened(guarded_text(text)) == text


@given(st.text())
def test_no_markup_is_left(text: str) -> None:
    """Neither in a line nor in a text, where blanks and line ends are markup too."""
    assert not set(guarded(text)) & set(MARKUP)
    assert not set(guarded_text(text)) & set(MARKUP + " \t\n")


@given(st.text(st.characters(min_codepoint=0xF0000, max_codepoint=0xF00FF)))
def test_no_fact_can_hold_the_marks_of_filters(text: str) -> None:
    """Who writes the very characters that we put others aside for gets the sign of a character that is unknown."""
    for hidden in (guarded(text), guarded_text(text)):
        assert not set(hidden) & {ROW, PART, NUMBER, LINE, BLANK}
        assert opened(hidden) == "\ufffd" * len(text)


def test_each_shape_is_guarded_in_its_way() -> None:
    """A line keeps its blanks, a text hides them; numbers stay; an instant keeps its day."""
    facts = {
        "subject": Fact("", "line", ""),
        "text": Fact("", "text", ""),
        "due": Fact("", "instant", ""),
        "count": Fact("", "number", 1),
        "items": Fact("", "list of rows", [], columns={"text": "text"}),
        "names": Fact("", "list of lines", []),
    }
    due = moment("2026-11-23T11:00:00Z", BERLIN, ENGLISH)
    made = guard_facts(
        {
            "subject": "- a",
            "text": "a\nb",
            "due": due,
            "count": 7,
            "items": [{"what": "a b", "text": "a b"}],
            "names": ["> x"],
        },
        facts,
    )
    assert made["subject"] == guarded("- a")
    assert made["text"] == f"a{LINE}b"
    assert made["count"] == 7
    assert made["items"] == [{"what": "a b", "text": f"a{BLANK}b"}]
    assert made["names"] == [guarded("> x")]
    assert isinstance(made["due"], Moment)
    assert made["due"].day == "Monday 23 November 2026"


def test_addresses_in_words_of_ours_become_links_and_nothing_else_is_markup() -> None:
    """The stop of a sentence is no part of an address."""
    words = "See https://shop.example/buy?a=1&b=2 (or http://b.example).\n**not** [a](b)"
    made = str(guard_facts({"offer": words}, {"offer": own_words("", "")})["offer"])
    targets = [opened(target) for target in re.findall(r"\]\(([^)]*)\)", made)]
    assert targets == ["https://shop.example/buy?a=1&b=2", "http://b.example"]
    assert opened(re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", made)) == words
    assert "*" not in made
