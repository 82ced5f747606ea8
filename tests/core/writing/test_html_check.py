"""The last look at HTML of ours: what we never write does not leave."""

import pytest

from maild.core.writing.html_check import check_html
from maild.errors import SendRefused

PAGE = '<!DOCTYPE html><html lang="en"><head><title>t</title></head><body style="margin:0"><p>Hello</p></body></html>'


def refusal(page: str) -> str:
    """Return why the page may not leave; fails where it may."""
    with pytest.raises(SendRefused) as refused:
        check_html(page)
    return str(refused.value).removeprefix("our own check refused the mail: ")


def test_a_page_of_ours_may_leave() -> None:
    """With all that we write in it."""
    check_html(PAGE)
    check_html(PAGE.replace("Hello", 'a &lt;b&gt;<br><a href="https://shop.example/?a=1&amp;b=2">x</a>'))


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("<script>x</script>", "an element that we never write: script"),
        ('<img src="cid:x">', "an element that we never write: img"),
        ("<iframe>", "an element that we never write: iframe"),
        ("<form>", "an element that we never write: form"),
        ("<style>p{}</style>", "an element that we never write: style"),
        ('<link href="x">', "an element that we never write: link"),
        ("<svg/onload=x>", "what is no HTML of ours: '<svg/onload=x></p></'"),
        ('<p onclick="x">', "an attribute that we never write: onclick"),
        ('<p class="x">', "an attribute that we never write: class"),
        ('<a href="javascript:x">y</a>', "a link that leads nowhere we know"),
        ('<a href="https://a.example/\n">y</a>', "a link that leads nowhere we know"),
        ('<a href="file:///etc/passwd">y</a>', "a link that leads nowhere we know"),
        ("<a href>y</a>", "what is no HTML of ours: '<a href>y"),
        ("<p\n>", "what is no HTML of ours"),
        ("<p style=x>", "what is no HTML of ours"),
        ('<P style="x">', "what is no HTML of ours"),
        ('</p style="x">', "what is no HTML of ours"),
        ("a < b", "what is no HTML of ours"),
        ("a > b", "what is no HTML of ours"),
        ('<p style="background:url(https://a.example)">', "a style that we never write"),
        ('<p style="width:expression(1)">', "a style that we never write"),
        ('<p style="a:&#34;b&#34;">', "a style that we never write"),
        ("<!-- x -->", "what is no HTML of ours: '<!-- x"),
        ("<?php x ?>", "what is no HTML of ours: '<?php"),
        ("<![CDATA[x]]>", "what is no HTML of ours: '<![CDATA"),
        ("<div>", "elements that are not within each other: p"),
        ("</p></p>", "elements that are not within each other: p"),
        ('</p><html lang="en"><p>', "elements that are not within each other: body"),
    ],
)
def test_what_we_never_write_does_not_leave(inside: str, why: str) -> None:
    """Whoever wrote it, and however it came in."""
    assert refusal(PAGE.replace("Hello", inside)).startswith(why)


def test_a_page_is_whole() -> None:
    """Nothing is missing and nothing is there twice."""
    assert refusal("<p>Hello</p>") == "not one page of HTML"
    assert refusal(PAGE.removesuffix("</html>")).startswith("an element that is not closed: ['html']")
    assert refusal(PAGE + PAGE).startswith("what is no HTML of ours: '<!DOCTYPE")
    assert refusal(PAGE + PAGE.removeprefix("<!DOCTYPE html>")) == "not one page of HTML"
    assert refusal(PAGE + "<").startswith("what is no HTML of ours: '<'")
    assert refusal("") == "not one page of HTML"


def test_what_it_says_is_read_as_its_reader_reads_it() -> None:
    """A word that is spelled in references, or hidden, is found."""
    hidden = PAGE.replace("Hello", "<strong>&#35;&#x23;</strong>- a<br>&lt;b&gt;")
    assert check_html(hidden) == "t##- a<b>"
