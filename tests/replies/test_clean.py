"""Text of strangers loses what deceives or breaks lines, and nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.clean import one_line, plain_text, shorten

HOSTILE = st.text(
    st.one_of(
        st.sampled_from("\r\n\t\x00\x1b\x7f\x85\x9b\u2028\u2029\u202e\u2066\u200b\u200d\ufeff\ud800 =?"),
        st.characters(),
    )
)


@pytest.mark.parametrize(
    "ending", ["\r\n", "\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"], ids=ascii
)
def test_a_line_ends_nowhere_but_at_its_end(ending: str) -> None:
    """Whatever any program takes for a line end is a blank in a line of ours."""
    assert one_line(f"Order{ending}Bcc: eve@example.net") == "Order Bcc: eve@example.net"


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u00ad", "\U000e0041"], ids=ascii
)
def test_a_line_hides_and_turns_nothing(hidden: str) -> None:
    """Characters without width and those that turn the reading order leave no trace."""
    assert one_line(f"invoice{hidden}.exe") == "invoice.exe"


@pytest.mark.parametrize("word", ["Größe", "订单", "заказ", "طلب", "a\u0301", "🛒"])
def test_a_line_keeps_every_script(word: str) -> None:
    """What people write with is kept as they wrote it."""
    assert one_line(f" {word}  2 ") == f"{word} 2"


@given(HOSTILE)
def test_one_line_is_one_clean_line(text: str) -> None:
    """No text makes a line with a control, format or surrogate character of the kinds that we name, or cleans twice."""
    line = one_line(text)
    assert line == line.strip()
    assert len(line.splitlines()) <= 1
    assert not any(unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"} for char in line)
    assert one_line(line) == line


@given(HOSTILE)
def test_plain_text_has_one_line_end_and_no_control(text: str) -> None:
    """Of all control characters only the line feed and the tab are left in a text."""
    clean = plain_text(text)
    assert {char for char in clean if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}} <= {"\n", "\t"}
    assert plain_text(clean) == clean


def test_a_text_keeps_its_lines_tabs_and_joiners() -> None:
    """Lines, tabs and the joiners that Persian and emoji are spelled with are the writer's own."""
    assert plain_text("a\tb\r\n\r\nمی\u200cخواهم 👩\u200d💻\n") == "a\tb\n\nمی\u200cخواهم 👩\u200d💻\n"


def test_a_text_steers_no_terminal_and_turns_no_reading_order() -> None:
    """Escape sequences lose their escape, overrides vanish."""
    assert plain_text("\x1b[31mred\x9b0m \u202eexe.pdf\u202c\n") == "[31mred0m exe.pdf\n"


@given(st.text(), st.integers(1, 50))
def test_shortened_text_fits_and_shows_its_cut(text: str, limit: int) -> None:
    """A short text stays as it is; a long one ends in an ellipsis within the limit."""
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == text if len(text) <= limit else short.endswith("…")
