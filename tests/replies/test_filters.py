"""What templates do with facts: tables, lists, quotes, numbers with their nouns."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.blocks import Items, Quote, Rows, read_blocks
from replies.filters import (
    bullets,
    capitalize,
    day,
    fill,
    filters,
    first_word,
    length,
    lines,
    numbered,
    row,
    upper,
)
from replies.guard import guarded_text
from replies.languages import ENGLISH, LANGUAGES, language_named
from replies.moments import moment
from tests.parts.zones import BERLIN


def test_a_row_is_a_row_of_a_table() -> None:
    """Label and value are told apart, whatever stands in them."""
    assert list(read_blocks(row("high", "Priority"))) == [Rows((("Priority", "high"),))]


def test_a_value_of_several_lines_stays_one_row() -> None:
    """Else its second line would stand there as if it were ours."""
    assert list(read_blocks(row("one\ntwo", "Why"))) == [Rows((("Why", "one two"),))]


def test_bullets_and_numbers_are_lists() -> None:
    """One has dashes, the other counts from one."""
    assert list(read_blocks(bullets(["one", "two"]))) == [Items(("one", "two"))]
    assert list(read_blocks(numbered(["one", "two"]))) == [Items(("one", "two"), ("1", "2"))]


@given(st.text())
def test_every_line_of_a_quote_has_the_prefix(text: str) -> None:
    """No line of a stranger's text stands among ours without its mark."""
    assert all(line.startswith(">") for line in lines(text, "> ").split("\n"))


@given(st.text(st.characters(blacklist_categories=("Cs", "Co"), blacklist_characters="\r"), min_size=1))
def test_a_guarded_text_is_one_quote(text: str) -> None:
    """Its line ends are seen, and nothing of it leaves the quote."""
    found = list(read_blocks(lines(guarded_text(f"x\n{text}\nx"), "> ")))
    assert len(found) == 1
    assert isinstance(found[0], Quote)
    assert len(found[0].lines) == text.count("\n") + 3


def test_a_list_may_stand_behind_a_prefix_too() -> None:
    """Commands are shown one a line."""
    assert lines(["maild list", "maild show 1"], "  ") == "  maild list\n  maild show 1"


@pytest.mark.parametrize(
    ("code", "counts"),
    [
        ("en", ["1 day", "2 days", "5 days", "21 days", "0 days"]),
        ("de", ["1 Tag", "2 Tage", "5 Tage", "21 Tage", "0 Tage"]),
        ("ru", ["1 день", "2 дня", "5 дней", "21 день", "0 дней"]),
    ],
)
def test_a_number_has_the_noun_of_its_language(code: str, counts: list[str]) -> None:
    """Russian has three forms, and counts by the last digit."""
    language = language_named(code)
    plural = filters(language)["plural"]
    assert [plural(count, *language.units["day"]) for count in (1, 2, 5, 21, 0)] == counts


def test_the_day_of_an_instant_is_said_alone() -> None:
    """Words that are no instant stay as they are."""
    assert day(moment("2026-11-23T11:00:00Z", BERLIN, LANGUAGES["de"])) == "Montag, 23. November 2026"
    assert day("soon") == "soon"


def test_the_small_filters_do_what_they_say() -> None:
    """Length, capitals, the first word, and one that older templates have."""
    assert (length([1, 2]), upper("low"), capitalize("the end Of it")) == (2, "LOW", "The end Of it")
    assert (first_word("HotRush (now)"), first_word("")) == ("HotRush", "")
    assert fill("one\ntwo") == "one\ntwo"


def test_the_list_of_filters_is_closed() -> None:
    """A template gets these and none of jinja2's own, some of which make gigabytes from ten characters."""
    assert set(filters(ENGLISH)) == {
        *(
            "bullets",
            "capitalize",
            "day",
            "fill",
            "first_word",
            "length",
            "lines",
            "numbered",
            "plural",
            "row",
        ),
        "upper",
    }
