"""`maild reply`: the mails of ours, named and shown before anybody gets them."""

import json
from pathlib import Path

import pytest

from maild.cli.reply import previewed
from maild.config.load import load_config
from maild.core.writing.html_check import check_html
from replies.catalogue import REPLIES
from tests.parts.command_line import Terminal
from tests.parts.configs import SHIPPED


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of the shipped config, with one template of its own."""
    config = tmp_path / "config.toml"
    config.write_text(SHIPPED.replace('# folder = "my-replies"', 'folder = "my-replies"'))
    (tmp_path / "my-replies").mkdir()
    (tmp_path / "my-replies" / "merged.md").write_text(
        "Subject: One\n\n{{ 12 // (into - 7) }} \x1b[2J of {{ into }}\n"
    )
    return Terminal(config, capsys, monkeypatch)


def test_the_list_names_every_mail(terminal: Terminal) -> None:
    """Who reads it, in which languages it is there, and when it leaves; within a terminal."""
    said = terminal("reply", "list")
    assert said.code == 0
    assert "waiting_reminder         customer  de en ru" in said.lines
    assert "To the customer whose answer we wait for, once, half-way." in said.words
    assert said.widest <= 80


def test_for_scripts_the_list_is_one_object_a_line(terminal: Terminal) -> None:
    """With the names of the facts that a file may hold."""
    told = {one["reply"]: one for one in terminal("reply", "list", "--json").objects}
    assert set(told) == set(REPLIES)
    assert told["merged"] == {
        "reply": "merged",
        "audience": "customer",
        "languages": ["de", "en", "ru"],
        "sentence": "To the customer when two of their incidents became one.",
        "facts": ["service", "address", "number", "subject", "into"],
    }


@pytest.mark.parametrize("language", ["en", "de", "ru"])
def test_every_mail_can_be_shown_in_every_language(language: str, tmp_path: Path) -> None:
    """As text and as a page that would pass the check of outgoing mail."""
    (tmp_path / "config.toml").write_text(SHIPPED)
    config = load_config(tmp_path / "config.toml", {})
    for kind in REPLIES:
        mail = previewed(config, kind, language, "Europe/Moscow", {})
        assert mail.subject
        assert mail.text
        check_html(mail.html)


def test_for_scripts_a_mail_is_one_object(terminal: Terminal) -> None:
    """Subject and both forms."""
    [mail] = terminal("reply", "preview", "closed", "--json").objects
    assert (mail["reply"], mail["subject"]) == ("closed", "Re: The checkout shows an error [#1003]")
    assert mail["text"].startswith("Hello,")
    check_html(mail["html"])


def test_a_mail_is_shown_as_its_reader_gets_it(terminal: Terminal) -> None:
    """Subject and text, in the language and by the clocks that are asked for."""
    said = terminal("reply", "preview", "acknowledgement", "--lang", "de", "--zone", "Europe/Berlin")
    assert said.lines[0] == "Subject: Re: The checkout shows an error [#1003]"
    assert "vielen Dank für Ihre Nachricht an Example Support." in said.words
    assert "Antwort bis  Montag, 23. November 2026, 12:00 Uhr MEZ (UTC+01:00)" in said.out
    assert "ein Shop, der nicht läuft" in said.out


def test_without_being_asked_it_is_what_most_get(terminal: Terminal) -> None:
    """The language of the config and the clocks of the calendar."""
    assert "11:00 UTC" in terminal("reply", "preview", "closed").out


def test_the_page_can_be_saved_and_opened(terminal: Terminal) -> None:
    """It is whole, and nothing stands around it."""
    said = terminal("reply", "preview", "closed", "--html").out
    assert said.startswith("<!DOCTYPE html>")
    assert said.endswith("</html>\n")


def test_facts_may_be_ones_own(terminal: Terminal, tmp_path: Path) -> None:
    """Those that the file lacks are examples."""
    (tmp_path / "facts.json").write_text(json.dumps({"cost": "60 points", "reopen_days": 1, "number": 7}))
    said = terminal("reply", "preview", "closed", "--facts", str(tmp_path / "facts.json")).out
    assert "[#7]" in said
    assert "60 points" in said
    assert "within 1 day:" in " ".join(said.split())


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["closd"], "closd is no reply; the nearest is closed"),
        (["xyzzy"], "xyzzy is no reply; see maild reply list"),
        (["closed", "--lang", "fr"], "fr is no language of the templates; see docs/templates.md"),
        (["closed", "--zone", "Europe/Berln"], "Europe/Berln is no time zone; the nearest is Europe/Berlin"),
        (["closed", "--facts", "nowhere.json"], "nowhere.json: can't be read: No such file or directory"),
        (["cl\x1bsed"], "cl\\x1bsed is no reply; the nearest is closed"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_remedy(
    terminal: Terminal, arguments: list[str], why: str
) -> None:
    """And the exit code 2."""
    said = terminal("reply", "preview", *arguments)
    assert (said.code, said.out, said.err) == (2, "", f"{why}\n")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("{,}", ":1: is no JSON: Expecting property name enclosed in double quotes"),
        ("{\n\n1", ":3: is no JSON: Expecting property name enclosed in double quotes"),
        ("[1]", ':1: must be one JSON object, such as {"subject": "No stock"}'),
        ("[" * 100_000, ":1: is no JSON: nested too deeply"),
        ('{"reopen_dys": 1}', "reopen_dys is no fact of this reply; the nearest is reopen_days"),
        ('{"reopen_days": "1"}', ": reopen_days must be a number, such as 14"),
        ('{"reopen_days": true}', ": reopen_days must be a number, such as 14"),
        ('{"rating": 1}', ": rating must be a yes or no, such as true"),
        ('{"cost": 1}', ': cost must be a charge, such as "1 incident"'),
    ],
)
def test_a_mistake_in_a_file_of_facts_is_named(
    terminal: Terminal, tmp_path: Path, content: str, why: str
) -> None:
    """With its place in the file, and what would be right."""
    file = tmp_path / "facts.json"
    file.write_text(content)
    said = terminal("reply", "preview", "closed", "--facts", str(file))
    assert (said.code, said.out) == (2, "")
    assert said.err == f"{file if why.startswith(':') else ''}{why}\n"


def test_a_list_of_rows_in_a_file_is_looked_into(terminal: Terminal, tmp_path: Path) -> None:
    """Each row is an object of texts."""
    file = tmp_path / "facts.json"
    for wrong in ('{"balance": [["a"]]}', '{"balance": [{"what": 1}]}', '{"balance": "x"}'):
        file.write_text(wrong)
        assert (
            "balance must be a list of rows"
            in terminal("reply", "preview", "balance", "--facts", str(file)).err
        )
    file.write_text('{"balance": [{"what": "points", "left": "7"}]}')
    assert "Points      7" in terminal("reply", "preview", "balance", "--facts", str(file)).out


def test_a_template_that_fails_on_the_facts_is_said(terminal: Terminal, tmp_path: Path) -> None:
    """It was good with the examples; the daemon would give the mail up and tell the staff."""
    file = tmp_path / "facts.json"
    file.write_text('{"into": 7}')
    said = terminal("reply", "preview", "merged", "--facts", str(file))
    assert said.code == 2
    assert said.err == "the template fails on these facts: merged: integer division or modulo by zero\n"


def test_a_file_of_bytes_is_no_file_of_facts(terminal: Terminal, tmp_path: Path) -> None:
    """It is said so, and not guessed."""
    file = tmp_path / "facts.json"
    file.write_bytes(b"\xff\xfe")
    assert terminal("reply", "preview", "closed", "--facts", str(file)).err == f"{file}: must be UTF-8 text\n"
