"""Blocks as plain text: lines of 72 columns, no word lost, lines of others as they came."""

from hypothesis import given
from hypothesis import strategies as st

from replies.blocks import AsTyped, Items, Paragraph, Quote, Rows, read_blocks
from replies.guard import guarded, guarded_text
from replies.write_text import WIDTH, wrapped, write_text

PROSE = st.lists(st.text("abcdefgh.,", min_size=1, max_size=30)).map(" ".join)


@given(PROSE)
def test_a_paragraph_fits_and_keeps_every_word(text: str) -> None:
    """Breaking anew moves words, and never drops or splits one."""
    filled = write_text([Paragraph(text)])
    assert all(len(line) <= WIDTH for line in filled.splitlines())
    assert filled.split() == text.split()


def test_a_blank_line_stands_between_blocks() -> None:
    """And none at the end."""
    assert write_text([Paragraph("a"), Items(("b",)), Paragraph("c")]) == "a\n\n  - b\n\nc"


def test_a_word_wider_than_a_line_stays_whole() -> None:
    """A long address of a page can still be clicked."""
    url = "https://shop.example/" + "x" * 100
    assert wrapped(f"see {url} please") == ["see", url, "please"]


@given(PROSE)
def test_a_row_goes_on_below_its_value(text: str) -> None:
    """A long value stays in its column, so that no part of it can pass for another row."""
    first, *more = write_text([Rows((("Note", text),))]).splitlines()
    assert first.startswith("  Note")
    assert all(line.startswith(" " * 14) and not line[14:].startswith(" ") for line in more)


def test_a_table_has_one_column_of_values() -> None:
    """As wide as its longest label needs; a label that is wider than most does not push all others away."""
    assert write_text([Rows((("Срок ответа", "x"), ("Тема", "y")))]) == "  Срок ответа  x\n  Тема         y"
    assert write_text([Rows((("A", "x"), ("B" * 30, "y")))]).splitlines() == [
        "  A                     x",
        f"  {'B' * 30} y",
    ]


def test_items_hang() -> None:
    """Each item has its dash or number, and its further lines stand under its words."""
    assert write_text([Items(("one", "word " * 20))]).splitlines() == [
        "  - one",
        "  - " + " ".join(["word"] * 13),
        "    " + " ".join(["word"] * 7),
    ]
    assert write_text([Items(("one", "two"), ("1", "2"))]) == "  1. one\n  2. two"


def test_lines_of_others_are_never_broken() -> None:
    """A log line of a customer's keeps its length, an answer its blanks."""
    assert write_text([Quote((guarded_text("x  " * 100 + "x"),))]) == "> " + "x  " * 100 + "x"
    assert write_text([AsTyped(("maild  list",))]) == "  maild  list"
    typed = "Hi,\n\n  " + "long " * 40
    assert write_text([Paragraph(guarded_text(typed))]) == typed


def test_marks_are_not_shown_and_links_say_where_they_lead() -> None:
    """A link whose words are its target stands there once; a command keeps its quotes."""
    source = (
        "**Now** see [our page](https://a.example) or [https://b.example](https://b.example): `maild list`"
    )
    assert write_text(read_blocks(source)) == (
        "Now see our page: https://a.example or https://b.example: `maild list`"
    )


def test_a_fact_is_shown_as_it_is() -> None:
    """What looks like markup in it was never any."""
    assert write_text(read_blocks(guarded("- **x** [y](http://z)"))) == "- **x** [y](http://z)"
