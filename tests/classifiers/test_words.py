"""words_of: what is a word, and where a phrase can't go on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.words import bare_words, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sales tax", ["sales", "tax"]),
        ("can't check-out", ["cant", "check", "out"]),
        ("the customer’s cart", ["the", "customers", "cart"]),
        ("upgrade 4.4.5 to v5.0", ["upgrade", "4.4.5", "to", "v5.0"]),
        ("送料無料", ["送", "料", "無", "料"]),
        ("送料 ups", ["送", "料", "ups"]),
        ("5% off", ["5", "off"]),
        ("", []),
    ],
)
def test_words_are_letters_and_digits(text: str, words: list[str]) -> None:
    """A version is one word, a Japanese character is one, an apostrophe is none."""
    assert [word for word, _, _ in words_of(text)] == words
    assert list(bare_words(text)) == words


@pytest.mark.parametrize(
    "text",
    [
        "hot. rush",
        "hot, rush",
        "hot - rush",
        "hot – rush",
        "hot / rush",
        "hot (rush",
        'hot "rush',
        "hot → rush",
        "hot\n\nrush",
        "hot! rush",
    ],
)
def test_a_border_parts_two_words(text: str) -> None:
    """The halves of a phrase stand in one clause."""
    assert [word for word, _, _ in words_of(text)] == ["hot", "", "rush"]


@pytest.mark.parametrize("text", ["hot rush", "hot-rush", "hot.rush", "hot_rush", "hot\nrush", "hot  rush"])
def test_a_single_sign_parts_nothing(text: str) -> None:
    """One blank, hyphen, dot, underscore or line break may stand in a phrase."""
    assert [word for word, _, _ in words_of(text)] == ["hot", "rush"]


@pytest.mark.parametrize(
    "address",
    ["hotrush@example.com", "https://example.com/hotrush", "www.hotrush.example", "<hotrush@example.com>"],
)
def test_addresses_are_no_words(address: str) -> None:
    """HotRush in an address or a URL asks for nothing."""
    assert [word for word, _, _ in words_of(f"see {address} now")] == ["see", "", "now"]


@given(st.text(max_size=80))
def test_words_stand_where_they_say(text: str) -> None:
    """Each word is cut from its place, in ascending order."""
    words = [word for word in words_of(text) if word[0]]
    assert all(text[start:end].replace("'", "").replace("’", "") == word for word, start, end in words)
    assert [start for _, start, _ in words] == sorted({start for _, start, _ in words})
