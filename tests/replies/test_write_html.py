"""Blocks as HTML: well-formed, nothing but what we mean, and whatever a fact holds is only its letters."""

from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.html_text import html_to_text
from maild.core.writing.html_check import check_html
from replies.blocks import read_blocks
from replies.guard import guarded, guarded_text
from replies.write_html import write_html

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[click](javascript:alert(1))",
    "[click](https://evil.example)",
    "**bold** `code` > quote",
    "</div></body></html><form action=http://evil.example>",
    "&lt;b&gt; &amp;#60;",
    "<!-- --><![CDATA[x]]><?php",
    "- item\n> quote\n  typed",
    "x" * 10_000,
)


def html(source: str, **more: str) -> str:
    """Return the page of a source, which passes the check of outgoing mail."""
    page = write_html(read_blocks(source), language="en", title="t", **more)
    check_html(page)
    return page


def body(source: str) -> str:
    """Return what stands within the page."""
    return html(source).partition('word">\n')[2].rpartition("\n</div>")[0]


class Elements(HTMLParser):
    """Counts the elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one."""
        self.found.append(tag)


def elements(page: str) -> list[str]:
    """Return the names of all elements."""
    return Elements(page).found


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("guard", [guarded, guarded_text])
def test_a_fact_is_nothing_but_its_letters(text: str, guard: Callable[[str], str]) -> None:
    """No element, no link, no attribute comes of it, in any place of a mail."""
    harmless = elements(html("x\n\n> x\n\n- x\n\n**x** `x` x"))
    held = guard(text.replace("\n", " "))
    page = html(f"{held}\n\n> {held}\n\n- {held}\n\n**{held}** `{held}` {held}")
    assert elements(page) == harmless
    assert "evil.example" not in "".join(page.split('href="')[1:])


@given(st.text())
def test_whatever_a_stranger_wrote_passes_the_check(text: str) -> None:
    """Line by line, as title, preview and text."""
    check_html(
        write_html(read_blocks(f"> {guarded_text(text)}"), language="en", title=text, preview=guarded(text))
    )


def test_paragraphs_lists_tables_and_quotes_are_what_they_are() -> None:
    """Each block is the element of HTML for it."""
    page = html("a **b** `c`\n\n- d\n- e\n\n> f\n> g\n\n  h")
    assert elements(page)[-9:] == ["p", "strong", "code", "ul", "li", "li", "blockquote", "br", "p"]
    assert "<strong>b</strong>" in page


def test_a_text_keeps_its_paragraphs_lines_and_blanks() -> None:
    """As somebody typed it: an answer of the staff reads in HTML as in the text."""
    typed = body(guarded_text("Hello,\n\n  two  blanks\nnext\n\n\nlast"))
    assert [part.split(">")[1].split("<")[0] for part in typed.split("<p ")[1:]] == [
        "Hello,",
        "&nbsp;&nbsp;two&nbsp;&nbsp;blanks",
        "last",
    ]
    assert "<br>\nnext" in typed


def test_a_link_leads_to_the_web_or_to_a_mail() -> None:
    """Anything else is words alone."""
    assert '<a href="https://a.example/?b=1&amp;c=2">our page</a>' in html(
        "[our page](https://a.example/?b=1&c=2)"
    )
    assert '<a href="mailto:a@b.example">us</a>' in html("[us](mailto:a@b.example)")
    assert "<a " not in html("[x](javascript:alert) [y](//evil.example) [z](data:text/html,x)")


def test_the_preview_is_hidden_and_comes_first() -> None:
    """Lists of mails show it, the mail itself does not; a reader of ours does not take it for text."""
    page = html("Hello", preview="A **short** line")
    assert page.index("A <strong>short</strong> line") < page.index("Hello")
    assert html_to_text(page).strip() == "Hello"


def test_without_a_preview_nothing_is_hidden() -> None:
    """Above the line that parts an answer from our text nothing may stand."""
    assert "display:none" not in html(f"{guarded('-- above --')}\n\nx", marker="-- above --")
    assert html(f"{guarded('-- above --')}\n\nx", marker="-- above --").count("-- above --") == 1


@given(st.lists(st.text("abc *`-[]()>\n", max_size=30)).map("\n".join))
def test_whatever_a_template_makes_is_well_formed(source: str) -> None:
    """Elements stand within each other, none is left open."""
    html(source)
