"""Claims about format=flowed (RFC 3676)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.flowed import unflow


@pytest.mark.parametrize(
    ("flowed", "text"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> a \n> b\nc", "> a b\nc"),
        ("> a \n>> b", "> a \n>> b"),
        (">>a\n> > b", ">> a\n> > b"),
        (" >not a quote", ">not a quote"),
        (" From here", "From here"),
        ("text \n-- \nname", "text \n-- \nname"),
        ("-- \nAnn \nSmith", "-- \nAnn Smith"),
        ("ends with a break ", "ends with a break "),
        ("", ""),
        ("a\n\nb", "a\n\nb"),
    ],
)
def test_soft_line_ends_are_joined(flowed: str, text: str) -> None:
    """Paragraphs on one line; quote depth, stuffing and signature as §4 says."""
    assert unflow(flowed, delete_space=False) == text


def test_del_sp_removes_the_space_of_the_break() -> None:
    """Languages without spaces between words stay without."""
    assert unflow("日本 \n語", delete_space=True) == "日本語"


@given(st.lists(st.sampled_from(["word", " ", "\n", ">", "-- ", "\n\n"]), max_size=40), st.booleans())
def test_no_word_is_lost(pieces: list[str], delete_space: bool) -> None:
    """Joining lines moves line ends only: all other letters stay, in order."""
    text = "".join(pieces)
    assert unflow(text, delete_space=delete_space).count("word") == text.count("word")
