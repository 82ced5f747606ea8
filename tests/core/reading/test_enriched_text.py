"""Claims about enriched text: the words, and none of the commands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.enriched_text import enriched_to_text


@pytest.mark.parametrize(
    ("enriched", "text"),
    [
        ("<bold>a</bold> b", "a b"),
        ("one\nline\n\nnext\n\n\ngap", "one line\nnext\n\ngap"),
        ("<nofill>as\nis</nofill>", "as\nis"),
        ("<color><param>red</param>red</color>", "red"),
        ("a << b < c", "a < b < c"),
        ("", ""),
    ],
)
def test_commands_go_and_words_stay(enriched: str, text: str) -> None:
    """RFC 1896, as far as words are concerned."""
    assert enriched_to_text(enriched) == text


@given(st.text(alphabet="<>/abnofill\n ", max_size=60))
def test_nothing_is_added(enriched: str) -> None:
    """Whatever stands between the brackets."""
    assert len(enriched_to_text(enriched)) <= len(enriched)


@pytest.mark.parametrize("mark", ["<", "<param>", "<nofill>", "\n"])
def test_a_hostile_text_is_read_in_one_pass(mark: str) -> None:
    """What is looked for ahead is bounded."""
    assert len(enriched_to_text(mark * 100_000)) <= len(mark) * 100_000
