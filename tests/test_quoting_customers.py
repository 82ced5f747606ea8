"""What a customer's reply says between and beside what it quotes reaches the staff; what is left out is named."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.testing import Sent
from tests.faults.target import ANNA, JANE, SUPPORT, Target, target
from tests.parts.command_line import Terminal

QUESTIONS = """\
Hello Jane,

thank you for your mail. Please answer two questions:

Which version of the shop do you use?
What is the address of the page that fails?

Kind regards
Anna
"""
HEADER = f"From: Example Support <{SUPPORT}>\nSent: Monday, 2 March 2026 09:00\nTo: Jane\nSubject: Re: [#1001] Down\n"


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that proves who writes."""
    with target(tmp_path) as made:
        yield made


@pytest.fixture
def asked(maild: Target) -> Sent:
    """Anna's questions, as Jane got them."""
    notification = maild.opens()
    maild.gets(maild.answer(notification, ANNA, QUESTIONS, proven=True))
    maild.sends()
    return maild.to(JANE)[-1]


def told(maild: Target, to: Sent, text: str, **headers: str) -> str:
    """Return what Anna reads after Jane's reply."""
    maild.gets(maild.answer(to, JANE, text, proven=True, quote=False, **headers))
    maild.sends()
    return maild.read(ANNA)[-1].text


def test_answers_in_outlook_reach_the_staff(maild: Target, asked: Sent) -> None:
    """Typed between our lines, which Outlook does not mark."""
    typed = QUESTIONS.replace("use?\n", "use?\n4.7\n").replace(
        "fails?\n", "fails?\nhttps://shop.example/pay\n"
    )
    said = told(maild, asked, f"See my answers below.\n\n{HEADER}\n{typed}")
    assert said.endswith("> See my answers below.\n>\n> 4.7\n>\n> https://shop.example/pay\n")


def test_an_answer_typed_behind_our_question_reaches_the_staff(maild: Target, asked: Sent) -> None:
    """On the same line, so that less of our text is left to be known."""
    typed = QUESTIONS.replace("use?\n", "use? 4.7\n").replace("fails?\n", "fails? https://shop.example/pay\n")
    said = told(maild, asked, f"See my answers below.\n\n{HEADER}\n{typed}")
    assert "do you use? 4.7" in said
    assert "fails? https://shop.example/pay" in said


def test_answers_in_red_reach_the_staff(maild: Target, asked: Sent) -> None:
    """Outlook on the web: a header block of HTML, and our text as paragraphs."""
    paragraphs = "".join(f"<p>{line}</p>" for line in QUESTIONS.splitlines() if line)
    red = paragraphs.replace("use?</p>", 'use?</p><p style="color:red">4.7</p>')
    header = f"<hr><div id='divRplyFwdMsg'><b>From:</b> {HEADER[6:]}".replace("\n", "<br>") + "</div>"
    html = f"<html><body><p>In red.</p>{header}<div>{red}</div></body></html>"
    said = told(maild, asked, html, Content_Type="text/html")
    assert "> In red." in said
    assert "> 4.7\n" in said
    assert "Which version" not in said


def test_an_error_message_and_a_pasted_mail_reach_the_staff(maild: Target, asked: Sent) -> None:
    """Marked like a quote, but of no mail of ours."""
    assert "> > SQLSTATE[42S02]" in told(maild, asked, "Danke, der Fehler:\n> SQLSTATE[42S02]: not found\n")
    pasted = "From: Shop <s@shop.example>\nTo: Jim <jim@x.example>\nSubject: Order 17\n\nThank you.\n"
    said = told(maild, asked, f"Do you mean this?\n\n{pasted}\nThat is what it shows. Is it right?\n")
    assert "> From: Shop <s@shop.example>" in said
    assert "> That is what it shows. Is it right?" in said
    assert "Left out" not in said


def test_what_was_left_out_is_named_with_the_command_that_prints_it(
    maild: Target, asked: Sent, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Below a quote of ours stands what we do not know; the mail as it came has it."""
    text = f"It is 4.7.\n\n{HEADER}\n{QUESTIONS}\n{HEADER}\nWords of long ago.\n"
    said = " ".join(told(maild, asked, text).split())
    command = "maild show 1001 --mail 3"
    assert f"Left out 5 lines that look like a quote; the mail as it came: {command}" in said
    terminal = Terminal(maild.folder / "config.toml", capsys, monkeypatch)
    assert "Words of long ago." in terminal(*command.split()[1:]).out


def test_a_quote_of_ours_alone_is_left_out_without_a_word(maild: Target, asked: Sent) -> None:
    """Staff know what they wrote."""
    assert "Left out" not in told(maild, asked, f"It is 4.7.\n\n{HEADER}\n{QUESTIONS}")


def test_nothing_is_loosened_for_the_staff(maild: Target) -> None:
    """An answer that quotes our notification without marks, and types between its lines, sends none of it."""
    notification = maild.opens()
    quoted = maild.read(ANNA)[-1].text.replace("Reply to this mail", "typed within\nReply to this mail")
    header = HEADER.replace("Re: [#1001] Down", str(maild.read(ANNA)[-1]["Subject"]))
    maild.gets(
        maild.answer(notification, ANNA, f"Try again.\n\n{header}\n{quoted}", proven=True, quote=False)
    )
    maild.sends()
    assert maild.read(JANE)[-1].text.strip() == "Try again."
