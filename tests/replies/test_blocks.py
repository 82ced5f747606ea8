"""The small Markdown of our templates: what is a paragraph, a list, a table, a quote, and what within a line."""

from hypothesis import given
from hypothesis import strategies as st

from replies.blocks import AsTyped, Block, Items, Paragraph, Piece, Quote, Rows, read_blocks, read_line
from replies.filters import numbered, row


def blocks(source: str) -> list[Block]:
    """Return the blocks of a source."""
    return list(read_blocks(source))


def test_lines_without_a_blank_one_are_a_paragraph() -> None:
    """Where it is broken anew is decided later."""
    assert blocks("one\ntwo\n\n\nthree\n") == [Paragraph("one two"), Paragraph("three")]


def test_dashes_are_a_list() -> None:
    """An item goes on below its dash; indented or not, the list is one."""
    assert blocks("Look:\n\n  - one\n    more\n  - two\n") == [Paragraph("Look:"), Items(("one more", "two"))]
    assert blocks("- one\n- two") == [Items(("one", "two"))]


def test_a_list_ends_at_a_blank_line() -> None:
    """What is indented below it is kept as it is, and no item."""
    assert blocks("- one\n\n  typed") == [Items(("one",)), AsTyped(("typed",))]


def test_numbers_and_rows_are_made_by_filters() -> None:
    """Beside each other they are one list and one table."""
    source = f"{row('high', 'Priority')}\n{row('now', 'Due')}\n{numbered(['a', 'b'])}"
    assert blocks(source) == [
        Rows((("Priority", "high"), ("Due", "now"))),
        Items(("a", "b"), ("1", "2")),
    ]


def test_quotes_and_indented_lines_stay_as_they_are() -> None:
    """A mark without a blank is one too; of two marks one is the quote's own."""
    assert blocks("> a\n>\n>b\n> > c") == [Quote(("a", "", "b", "> c"))]
    assert blocks("  maild list\n  maild show") == [AsTyped(("maild list", "maild show"))]


def test_blocks_of_two_kinds_need_no_blank_line_between() -> None:
    """Each line says what it is."""
    assert blocks("words\n> quote\n- item") == [Paragraph("words"), Quote(("quote",)), Items(("item",))]


def test_within_a_line_words_are_strong_commands_or_links() -> None:
    """Anything else is plain."""
    assert list(read_line("a **b c** `d` [e f](https://g.example) * [h]")) == [
        Piece("plain", "a "),
        Piece("strong", "b c"),
        Piece("plain", " "),
        Piece("code", "d"),
        Piece("plain", " "),
        Piece("link", "e f", "https://g.example"),
        Piece("plain", " * [h]"),
    ]


@given(st.text())
def test_no_source_is_too_odd(source: str) -> None:
    """Whatever a template makes, it is blocks, and no word of it is lost."""
    found = repr(blocks(source))
    assert all(repr(word)[1:-1] in found for word in source.split() if word.isalnum())


@given(st.text("ab*`[]()"))
def test_no_letter_of_a_line_is_lost(line: str) -> None:
    """The pieces hold every letter, in order."""
    kept = "".join(piece.text + piece.target for piece in read_line(line))
    assert [c for c in kept if c in "ab"] == [c for c in line if c in "ab"]
