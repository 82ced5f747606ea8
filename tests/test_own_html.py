"""The HTML of our mails is known when it comes back: quoted by the programs that people use, each in its way.

What each program makes of a page was written down from its mails: Gmail wraps it, Outlook rewrites its elements, Apple
Mail and Thunderbird put it into a quote of their own, and some drop all styles, so that what was hidden is seen.
"""

import re
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path

import pytest

from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.testing import Sent
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, JANE, SUPPORT, Target, target

HTML = {"MIME-Version": "1.0", "Content-Type": "text/html; charset=utf-8"}
TYPED = "It still fails, with error 502 now."
WHO = f'Example Support &lt;<a href="mailto:{SUPPORT}">{SUPPORT}</a>&gt;'


def gmail(typed: str, page: str) -> str:
    """Gmail on the web: our page within its own quote, our head gone."""
    return (
        f'<div dir="ltr">{typed}</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">'
        f"On Mon, Mar 2, 2026 at 9:00 AM {WHO} wrote:<br></div>"
        '<blockquote class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);'
        f'padding-left:1ex"><u></u>\n{body_of(page)}</blockquote></div>'
    )


def outlook(typed: str, page: str) -> str:
    """Outlook on Windows: every element its own, styles in a sheet, a line and four labels above."""
    body = re.sub(
        r'<(p|div|li|td|tr|table|ul|ol)\b[^>]*style="display:none[^>]*>', r"<\1 hidden>", body_of(page)
    )
    body = re.sub(r"<(?:p|div)\b(?! hidden)[^>]*>", '<p class="MsoNormal">', body).replace("</div>", "</p>")
    hidden = re.sub(
        r"<div hidden>(.*?)</p>", r"<p class=MsoNormal><span style='display:none'>\1</span></p>", body
    )
    return (
        f'<html><body lang="EN-US"><div class="WordSection1"><p class="MsoNormal">{typed}</p>'
        '<p class="MsoNormal"><o:p>&nbsp;</o:p></p><div style="border:none;border-top:solid #E1E1E1 1.0pt;'
        f'padding:3.0pt 0in 0in 0in"><p class="MsoNormal"><b>From:</b> Example Support &lt;{SUPPORT}&gt; <br>'
        "<b>Sent:</b> Monday, March 2, 2026 9:00 AM<br><b>To:</b> jane@customer.example<br>"
        f"<b>Subject:</b> The checkout</p></div>{hidden}</div></body></html>"
    )


def outlook_com(typed: str, page: str) -> str:
    """Outlook on the web and on phones: the page as it is, below a rule."""
    return (
        f'<div style="font-family: Calibri">{typed}</div><div id="appendonsend"></div>'
        '<hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">'
        f"<font><b>From:</b> Example Support &lt;{SUPPORT}&gt;<br><b>Sent:</b> Monday, March 2, 2026 9:00 AM<br>"
        f"<b>To:</b> Jane<br><b>Subject:</b> The checkout</font><div> </div></div>{body_of(page)}"
    )


def thunderbird(typed: str, page: str) -> str:
    """Thunderbird: the whole page, head and all, in a quote."""
    return (
        f'<html><head></head><body><p>{typed}</p><div class="moz-cite-prefix">On 3/2/26 09:00, Example Support wrote:'
        f'<br></div><blockquote type="cite" cite="mid:1@example.com">{page}</blockquote></body></html>'
    )


def apple(typed: str, page: str) -> str:
    """Apple Mail on a Mac or a phone."""
    return (
        f'<html><body>{typed}<br><div><br><blockquote type="cite"><div>On Mar 2, 2026, at 09:00, Example Support &lt;'
        f'{SUPPORT}&gt; wrote:</div><br class="Apple-interchange-newline"><div>{body_of(page)}</div></blockquote></div>'
        "</body></html>"
    )


def without_styles(typed: str, page: str) -> str:
    """A program that drops styles and marks nothing: what we hid is seen, and the language is none of ours."""
    shown = re.sub(r' style="[^"]*"', "", body_of(page))
    return f"<div>{typed}</div><div>ორშ, 2 მარ. 2026, 09:00 {escape(SUPPORT)}-მა დაწერა:</div>{shown}"


PROGRAMS = [gmail, outlook, outlook_com, thunderbird, apple, without_styles]
Program = Callable[[str, str], str]


def body_of(page: str) -> str:
    """Return what stands within the body of a page."""
    return page.partition("<body")[2].partition(">")[2].rpartition("</body>")[0]


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with a mail server that proves people."""
    with target(tmp_path) as made:
        yield made


def page_of(sent: Sent) -> str:
    """Return the HTML of a mail of ours."""
    page = read_outside(sent.raw).html
    assert page.startswith("<!DOCTYPE html>")
    return page


def text_of(sent: Sent) -> str:
    """Return the text of a mail of ours."""
    return read_outside(sent.raw).text


def answers(maild: Target, to: Sent, sender: str, page: str) -> None:
    """Let `sender` answer a mail of ours with this page; let what follows leave."""
    maild.gets(maild.answer(to, sender, page, proven=True, quote=False, **HTML))
    maild.sends()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_of_a_customers_answer_only_what_was_typed_reaches_the_staff(maild: Target, program: Program) -> None:
    """Nothing of our acknowledgement, table and list and hidden line included."""
    maild.opens()
    acknowledgement = maild.to(JANE)[0]
    answers(maild, acknowledgement, JANE, program(TYPED, page_of(acknowledgement)))
    said = text_of(maild.to(ANNA)[-1]).partition("The customer wrote:\n\n")[2].strip()
    assert said == f"> {TYPED}"


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_of_an_answer_of_the_staff_only_what_was_typed_leaves(maild: Target, program: Program) -> None:
    """Our internal text stays here, in whatever form their program quotes it."""
    notice = maild.opens()
    answers(maild, notice, ANNA, program("Please empty the cache, and try again.", page_of(notice)))
    answer = read_outside(maild.to(JANE)[-1].raw)
    assert answer.text == "Please empty the cache, and try again.\n"
    assert "Please empty the cache, and try again." in answer.html
    assert ANSWER_ABOVE not in answer.everything


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_the_history_of_a_thread_is_known_as_well(maild: Target, program: Program) -> None:
    """A second answer quotes a mail of ours that quotes nothing, whatever was said in between."""
    notice = maild.opens()
    answers(maild, notice, ANNA, program("Which version of the shop do you use today?", page_of(notice)))
    answer = maild.to(JANE)[-1]
    answers(maild, answer, JANE, program(TYPED, page_of(answer)))
    assert text_of(maild.to(ANNA)[-1]).partition("The customer wrote:\n\n")[2].strip() == f"> {TYPED}"


def test_the_line_that_parts_an_answer_stands_first(maild: Target) -> None:
    """Nothing hidden is above it: a program that shows all would send it to the customer."""
    page = body_of(page_of(maild.opens()))
    above = page.partition(escape(ANSWER_ABOVE))[0]
    assert re.sub(r"<[^>]*>", "", above).strip() == ""
    assert "display:none" not in page
