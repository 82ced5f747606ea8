"""The verbs at the top of a staff mail, and the word that confirms a held one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.deciding.staff_commands import VERBS, asked, is_send, read_commands, verb_and_word


@pytest.mark.parametrize(
    ("text", "verbs", "rest"),
    [
        ("Restarted it.", (), "Restarted it."),
        ("#close\nRestarted it.", ("close",), "Restarted it."),
        ("\n#Note\n\n#WORKING\n\nSecond line.\nThird.", ("note", "working"), "Second line.\nThird."),
        ("#close", ("close",), ""),
        ("#close.\nDone.", ("close",), "Done."),
        ("  #close \u200b\nDone.", ("close",), "Done."),
        ("#close\n#close\nDone.", ("close",), "Done."),
        ("#scope tax_complex\nDone.", ("scope tax_complex",), "Done."),
        ("#Priority:  High\u00a0!\n#note", ("priority High !", "note"), ""),
        ("#priority low\n#priority high\n", ("priority low", "priority high"), ""),
        ("Done.\n#close it or not", (), "Done.\n#close it or not"),
        ("Done.\nSee our #notebook", (), "Done.\nSee our #notebook"),
        ("#1 fan of your work", (), "#1 fan of your work"),
        ("#12345 is the order", (), "#12345 is the order"),
        ("# Heading\ntext", (), "# Heading\ntext"),
        ("", (), ""),
    ],
)
def test_commands_lead_and_the_rest_is_text(text: str, verbs: tuple[str, ...], rest: str) -> None:
    """Only the first new lines are commands, one a line, in any case; numbers and headings are text."""
    commands = read_commands(text, None)
    assert (commands.verbs, commands.text, commands.problems) == (verbs, rest, ())


@pytest.mark.parametrize(
    "text", ["#clsoe\nDone.", "#note\n#clsoe\nDone.", "#delegate bob\nDone.", "#Über\nDone."]
)
def test_an_unknown_command_is_a_problem_and_never_text(text: str) -> None:
    """A mistyped command is told to its author, with the ones that exist, and does not reach the customer."""
    commands = read_commands(text, None)
    assert [problem.name for problem in commands.problems] == ["verb_unknown"]
    assert "#note #close #working" in commands.problems[0].text
    assert commands.text == "Done."


@pytest.mark.parametrize(
    ("text", "nearest"), [("#acept", "did you mean #accept? "), ("#delegate", "")], ids=["near", "far"]
)
def test_an_unknown_command_names_the_nearest(text: str, nearest: str) -> None:
    """Where one is near."""
    (problem,) = read_commands(text, None).problems
    assert problem.text.startswith(f"unknown command {text}; {nearest}known are #note")


def test_a_verb_that_takes_a_word_must_have_one() -> None:
    """`#scope` alone says what is wrong, and not what is right."""
    commands = read_commands("#scope\nDone.", None)
    assert [problem.name for problem in commands.problems] == ["verb_lacks_word"]
    assert "#scope ID" in commands.problems[0].text


def test_a_verb_with_more_on_its_line_is_a_problem() -> None:
    """`#note the customer is angry` may be meant as a note, and must not be sent as an answer."""
    commands = read_commands("#note the customer is angry\nDone.", None)
    assert [problem.name for problem in commands.problems] == ["verb_not_alone"]
    assert commands.text == "Done."


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Done.\n#close",
            "#close\nDone.\n#note",
            "Hi,\n\n  #Note.\nangry",
            "*#note*\nangry",
            "**#note** angry",
        ),
        *(
            "\uff03note\nangry",
            "# note\nangry",
            "\u200e#note\nangry",
            "#\u200bnote\nangry",
            "Done.\n#priority high",
            "Done.\n*#scope*",
            '"#note"',
            "- #note\nangry",
        ),
    ],
)
def test_a_verb_in_the_wrong_place_or_dress_is_a_problem(text: str) -> None:
    """What looks like a verb to a person is one, or the mail is held: an internal word must not be sent (rule 15)."""
    assert [problem.name for problem in read_commands(text, None).problems] == ["verb_misplaced"]


@pytest.mark.parametrize(
    ("text", "html_text"),
    [
        ("#close\nDone.", "#close\n\nDone."),
        (
            "#close\nDone.",
            "  #Close\u00a0\nDone.\n\nOn 5 Jan 2026 at 10:20, S <s@example.org> wrote:\n> #note\n",
        ),
        ("Done.", "Done."),
        ("Done.", ""),
        ("#scope tax_complex\nDone.", "#scope&nbsp;tax_complex".replace("&nbsp;", "\u00a0") + "\nDone."),
    ],
)
def test_text_and_html_with_the_same_commands_agree(text: str, html_text: str) -> None:
    """White space and the quoted part do not matter."""
    assert read_commands(text, html_text).problems == ()


@pytest.mark.parametrize(
    ("text", "html_text"),
    [
        ("#close\nDone.", "Done."),
        ("Done.", "#close\nDone."),
        ("#close\nDone.", "#note\nDone."),
        ("#close", ""),
        ("#priority low", "#priority hotrush"),
    ],
)
def test_a_command_in_one_form_only_is_a_problem(text: str, html_text: str) -> None:
    """What the author sees and what we would do must be the same (rule 15)."""
    assert [problem.name for problem in read_commands(text, html_text).problems] == ["verb_hidden"]


@pytest.mark.parametrize(
    "text", ["send", "Send.", "SEND", "  »send«\nthanks", "\n\nsend!\n", "*send*", "'send'", "\u200bsend"]
)
def test_the_word_send_alone_on_the_first_line_confirms(text: str) -> None:
    """People write a word as people do."""
    assert is_send(text)


@pytest.mark.parametrize(
    "text",
    ["", "send it", "please send", "don't send", "sender", "resend", "> send", "no\nsend", "sénd", "no send"],
)
def test_anything_else_does_not_confirm(text: str) -> None:
    """A confirmation releases a mail to a customer, so doubt means no."""
    assert not is_send(text)


@given(st.text(), st.none() | st.text())
def test_no_text_makes_it_raise_or_invent_a_verb(text: str, html_text: str | None) -> None:
    """Whatever is written, verbs come from the one table and the text is a part of the mail."""
    commands = read_commands(text, html_text)
    assert {verb_and_word(command)[0] for command in commands.verbs} <= set(VERBS)
    assert all(asked(command) for command in commands.verbs)
    assert commands.text.replace("\n", "") in "".join(text.splitlines())
    assert is_send(text) in {True, False}


def test_every_verb_has_three_wordings() -> None:
    """The table is the documentation: what a verb does, what a confirmation asks, what a receipt says."""
    wordings = [wording for verb in VERBS.values() for wording in (verb.does, verb.asks, verb.did)]
    assert all(wording and wording[0].islower() and "." not in wording for wording in wordings)
    assert len(set(wordings)) == 3 * len(VERBS)
    assert set(VERBS) >= {"note", "close", "working", "scope", "priority", "ack"}


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("#close\n#working", "#close and #working"),
        ("#spam\n#close", "#close and #spam"),
        ("#decline\n#merge 1001", "#decline and #merge"),
        ("#reopen\n#spam", "#spam and #reopen"),
        ("#accept\n#decline", "#decline and #accept"),
        ("#take\n#merge 1001", "#merge and #take"),
    ],
)
def test_two_verbs_of_which_only_one_can_be_meant_are_a_problem(text: str, pair: str) -> None:
    """Two ends, or an end and that it goes on."""
    (problem,) = read_commands(text, None).problems
    assert problem.text == f"it says {pair}, of which only one can be meant"


@pytest.mark.parametrize(
    ("text", "verbs"),
    [
        ("#decline", ("decline",)),
        ("#decline major_upgrade\nSorry.", ("decline major_upgrade",)),
        ("#split", ("split",)),
        ("#split tax_simple", ("split tax_simple",)),
        ("#merge #1003", ("merge #1003",)),
        ("#bug\n#close\nIt is mended.", ("bug", "close")),
        ("#take\n#working", ("take", "working")),
    ],
)
def test_a_verb_whose_word_is_optional_stands_alone_too(text: str, verbs: tuple[str, ...]) -> None:
    """And what fits together may stand together."""
    commands = read_commands(text, None)
    assert (commands.verbs, commands.problems) == (verbs, ())
