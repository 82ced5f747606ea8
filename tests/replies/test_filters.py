"""What templates do with facts: break, indent, list; no word is lost and no line of a stranger is broken."""

from hypothesis import given
from hypothesis import strategies as st

from replies.filters import FILTERS, WIDTH, bullets, capitalize, fill, first_word, length, lines, row, upper

PROSE = st.lists(st.text("abcdefgh.,", min_size=1, max_size=30)).map(" ".join)


@given(PROSE)
def test_filled_text_fits_and_keeps_every_word(text: str) -> None:
    """Breaking anew moves words, and never drops or splits one."""
    filled = fill(text)
    assert all(len(line) <= WIDTH for line in filled.splitlines())
    assert filled.split() == text.split()


def test_filled_text_keeps_paragraphs() -> None:
    """An empty line parts paragraphs before and after."""
    assert fill("a\nb\n\nc\nd\n") == "a b\n\nc d"


def test_a_word_wider_than_a_line_stays_whole() -> None:
    """A long address of a page can still be clicked."""
    url = "https://shop.example/" + "x" * 100
    assert fill(f"see {url} please") == f"see\n{url}\nplease"


@given(PROSE)
def test_a_row_goes_on_below_its_value(text: str) -> None:
    """A long value stays in its column, so that no part of it can pass for another row."""
    first, *more = row(text, "Note").splitlines()
    assert first.startswith("  Note")
    assert all(line.startswith(" " * 14) and not line[14:].startswith(" ") for line in more)


def test_a_label_wider_than_its_column_is_parted_from_the_value() -> None:
    """Even a number of ten digits leaves a blank."""
    assert row("Checkout", "#1234567890123") == "  #1234567890123 Checkout"


def test_bullets_hang() -> None:
    """Each item has its dash, and its further lines stand under its words."""
    assert bullets(["one", "word " * 20]).splitlines() == [
        "  - one",
        "  - " + " ".join(["word"] * 13),
        "    " + " ".join(["word"] * 7),
    ]


@given(st.text())
def test_every_line_of_a_quote_has_the_prefix(text: str) -> None:
    """No line of a stranger's text stands among ours without its mark."""
    assert all(line.startswith(">") for line in lines(text, "> ").split("\n"))


def test_quoted_lines_are_never_broken() -> None:
    """A log line of a customer's keeps its length."""
    assert lines("x" * 300, "> ") == "> " + "x" * 300


def test_a_list_may_stand_behind_a_prefix_too() -> None:
    """Commands are shown one a line."""
    assert lines(["maild list", "maild show 1"], "  ") == "  maild list\n  maild show 1"


def test_the_small_filters_do_what_they_say() -> None:
    """Length, capitals, the first word."""
    assert (
        length([1, 2]),
        upper("low"),
        capitalize("the end Of it"),
        first_word("HotRush (now)"),
        first_word(""),
    ) == (
        2,
        "LOW",
        "The end Of it",
        "HotRush",
        "",
    )


def test_the_list_of_filters_is_closed() -> None:
    """A template gets these and none of jinja2's own, some of which make gigabytes from ten characters."""
    assert set(FILTERS) == {"bullets", "capitalize", "fill", "first_word", "length", "lines", "row", "upper"}
