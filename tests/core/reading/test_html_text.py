"""Claims about HTML as text: what a reader sees, and nothing that a reader does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.html_text import DEPTH_MAX, html_to_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("<p>one<p>two", "one\n\ntwo"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("a<br><br><br><br>b", "a\n\nb"),
        ("one   two\n three", "one two three"),
        ("<b>one</b> <i>two</i>three", "one twothree"),
        ("a&nbsp;&lt;b&gt; &amp; &euro;", "a <b> & €"),
        ("<ul><li>one<li>two</ul>", "- one\n- two"),
        ("<ol><li>one<li>two<ul><li>deep</ul></ol>", "1. one\n2. two\n\n  - deep"),
        ("<li>stray", "- stray"),
        ("<table><tr><td>a<td>b<tr><td>c<td>d</table>", "a  b\nc  d"),
        ("<table><tr><td><p>a</p></td><td><div>b</div></td></tr><tr><td>c<td>d</table>e", "a  b\nc  d\n\ne"),
        ("<table><tr><td>a<td><td>c</table>", "a    c"),
        ("<table><tr><td><p>a<p>b<td><p>c</table>", "a\n\nb\n\nc"),
        ("<table><tr><td><p>a</p><td>b<br>c</table>", "a  b\nc"),
        ("<table><tr><td>a<br>b<td>c</table>", "a\nb\nc"),
        ("<table><tr><td><blockquote>a</blockquote><td>b</table>", "> a\n\nb"),
        ("<blockquote><table><tr><td><p>a<td><p>b</table></blockquote>", "> a  b"),
        ("<p>a</p><table><tr><td><p>b<td><p>c</table>", "a\n\nb  c"),
        ("<table><tr><td><table><tr><td>a<td>b</table><td>c</table>", "a  b  c"),
        ("<pre>a\n  b\n\nc</pre>d", "a\n  b\n\nc\n\nd"),
        ("said:<blockquote>one<br>two<blockquote>deep</blockquote></blockquote>mine", None),
        ("<h1>Title</h1>text", "Title\n\ntext"),
        ("<img alt='Logo'><img>", "Logo"),
        ("a<hr>b", "a\n\nb"),
    ],
)
def test_structure_becomes_lines(html: str, text: str | None) -> None:
    """Blocks, lists, tables and quotes keep the shape that readers of text know."""
    if text is None:
        assert [line for line in html_to_text(html).split("\n") if line.strip("> ")] == [
            "said:",
            "> one",
            "> two",
            ">> deep",
            "mine",
        ]
    else:
        assert html_to_text(html) == text


@pytest.mark.parametrize(
    "hidden",
    [
        "<p style='display:none'>{}</p>",
        "<p style='color:red; DISPLAY : None !important'>{}</p>",
        "<span style='mso-hide:all'>{}</span>",
        "<span style='font-size:0'>{}</span>",
        "<span style='font-size:0px;'><b>{}</b></span>",
        "<div style='max-height:0;overflow:hidden'>{}</div>",
        "<div style='visibility:hidden'>{}</div>",
        "<div hidden>{}</div>",
        "<head><title>{}</title></head>",
        "<style>{}</style>",
        "<script>{}</script>",
        "<!-- {} -->",
        "<template>{}</template>",
        "<select><option>{}</select>",
    ],
)
def test_what_is_hidden_from_a_reader_is_left_out(hidden: str) -> None:
    """A keyword that no human sees must not be seen by the classifier either."""
    assert html_to_text(f"before {hidden.format('HotRush')} after").split() == ["before", "after"]


def test_a_picture_that_came_along_is_marked() -> None:
    """By its Content-ID, encoded as in a URL or not (RFC 2392 §2); of others their words are shown."""
    images = {"a@x": "shot.png", "b c": "logo.png"}
    html = "<img src='cid:a@x' alt=words><img src=CID:b%20c><img src=cid:other alt=other><img src=http://x alt=far>"
    assert html_to_text(html, images) == "[image: shot.png][image: logo.png]otherfar"


def test_what_a_style_sheet_hides_is_left_out() -> None:
    """Newsletters hide the line that mailboxes show beside the subject with a class."""
    html = "<STYLE>.pre, #x {display:none}</STYLE><p class='pre y'>HotRush<p id=x>HotRush<p class=z>words"
    assert html_to_text(html) == "words"


def test_a_long_row_is_not_put_together_without_end() -> None:
    """What is copied again for each cell is bounded, so the work for a row is linear in it."""
    row = "<table><tr>" + "<td><p>words</p></td>" * 5_000 + "</table>"
    text = html_to_text(row)
    assert text.count("words") == 5_000
    assert max(map(len, text.split("\n"))) < 1_000


def test_size_0_ends_where_a_descendant_sets_a_size() -> None:
    """Newsletters set cells to size 0 and their text back to a size: that text is visible."""
    html = "<div style='font-size:0'>gap<span style='font-size:14px'>words</span>gap</div><p>more"
    assert html_to_text(html) == "words\n\nmore"


def test_a_size_that_only_begins_with_0_is_visible() -> None:
    """0.9em is no 0."""
    assert html_to_text("<p style='font-size:0.9em'>a<p style='font-size:inherit'>b") == "a\n\nb"


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<a href='https://a.example/x'>here</a>", "here (https://a.example/x)"),
        ("<a href='https://a.example'>a.example</a>", "a.example"),
        ("<a href='https://a.example/'>https://a.example/</a>", "https://a.example/"),
        ("<a href='mailto:x@a.example'>x@a.example</a>", "x@a.example"),
        (
            "<a href='https://bank.example.evil.example/'>your bank</a>",
            "your bank (https://bank.example.evil.example/)",
        ),
        ("<a href='javascript:alert(1)'>go</a>", "go"),
        ("<a href='#top'>up</a>", "up"),
        ("<a name='x'>anchor</a>", "anchor"),
        ("<a href='https://a.example'><img></a>", ""),
    ],
)
def test_links_show_where_they_lead(html: str, text: str) -> None:
    """The address stands behind the words unless the words are the address; only web and mail addresses do."""
    assert html_to_text(html) == text


def test_a_gmail_quote_is_marked_as_a_quote() -> None:
    """new_text.py finds it by its marks and its line of introduction, as in a text mail."""
    html = (
        '<div dir="ltr">My answer</div><div class="gmail_quote"><div>On Mon, Ann wrote:<br></div>'
        '<blockquote class="gmail_quote" style="margin:0"><div>old words</div></blockquote></div>'
    )
    assert [line for line in html_to_text(html).split("\n") if line.strip("> ")] == [
        "My answer",
        "On Mon, Ann wrote:",
        "> old words",
    ]


@pytest.mark.parametrize(
    "tag", ["div", "blockquote", "ul", "b", "table", "font", "a href='https://x.example'"]
)
def test_depth_is_no_danger(tag: str) -> None:
    """Nesting beyond all mailers neither overflows a stack nor loses words, on both sides of the limit."""
    for depth in (50, DEPTH_MAX - 1, DEPTH_MAX * 10):
        assert "words" in html_to_text(f"<{tag}>" * depth + "words")


def test_the_answer_is_never_much_longer_than_the_page() -> None:
    """Quote marks and list indents are bounded, so the size of the text is linear in that of the page."""
    for html in ("<blockquote>x" * 2_000, "<ul><li>x" * 2_000, "<ol><li>x" * 2_000):
        assert len(html_to_text(html)) <= 4 * len(html)


WORDS = st.sampled_from(["alpha", "beta", "gamma"])
TAGS = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<div>",
        "</div>",
        "<b>",
        "<br>",
        "<td>",
        "<tr>",
        "<table>",
        "</table>",
        "<li>",
        "</ul>",
        "<ul>",
        "<blockquote>",
        "<pre>",
        "<a href=x>",
    ]
)


@given(st.lists(st.one_of(WORDS, TAGS), max_size=30))
def test_no_visible_word_is_lost(pieces: list[str]) -> None:
    """Whatever the order of visible tags, every word comes through, in number."""
    text = html_to_text(" ".join(pieces))
    for word in ("alpha", "beta", "gamma"):
        assert text.count(word) == pieces.count(word)


@given(st.text(alphabet="<>/!-=&;'\" \nabpdiv\x00\u202e", max_size=80))
def test_no_markup_raises(html: str) -> None:
    """Half tags, half comments, half entities; never two blank lines in a row."""
    assert "\n\n\n" not in html_to_text(html)
