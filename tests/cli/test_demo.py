"""`maild demo`: the whole conversation, played through a running daemon and told as it happens."""

import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from maild.cli.demo import number_in
from tests.parts.command_line import COLUMNS, Said, Terminal
from tests.parts.daemons import SMALL, config_in, running


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of the embedded default."""
    return Terminal(config_in(tmp_path), capsys, monkeypatch)


def played(terminal: Terminal, tmp_path: Path) -> Said:
    """Play it through a daemon in this process."""
    with running(tmp_path / "config.toml"):
        return terminal("demo")


def test_the_conversation_is_played_to_its_end_and_told(terminal: Terminal, tmp_path: Path) -> None:
    """Sale, request, acknowledgement, notification, answer, confirmation, solved, closing; then where to read on."""
    said = played(terminal, tmp_path)
    assert (said.code, said.err) == (0, "")
    assert [int(step) for step in re.findall(r"^(\d+)\. ", said.out, re.MULTILINE)] == list(range(1, 11))
    for words in (
        "incident --option urgent",
        "We received your request",
        "Please write your answer above this line",
        "Please confirm your mail",
        "the payment module had lost its licence key",
        "It works again, thank you!",
        "We have closed your request",
    ):
        assert words in said.out
    assert "1 urgent incident" in said.words
    assert said.lines[-1].endswith("maild show 1001")
    assert said.widest <= COLUMNS


def test_what_it_points_to_tells_the_same_story(terminal: Terminal, tmp_path: Path) -> None:
    """`maild show` afterwards: opened, paid for, confirmed, answered, closed, each with its reason."""
    played(terminal, tmp_path)
    story = terminal("show", "1001").words
    for words in (
        "(opened)",
        "because Anna confirmed it by mail",
        "because Anna answered",
        "because the customer says that it is solved",
    ):
        assert words in story
    assert terminal("list").lines[1].split()[1] == "closed"


def test_it_can_be_played_again(terminal: Terminal, tmp_path: Path) -> None:
    """Another Jane each time, so that no cap stands in the way."""
    with running(tmp_path / "config.toml"):
        assert terminal("demo").code == 0
        assert terminal("demo").lines[-1].endswith("maild show 1002")


def test_what_a_cap_holds_the_play_lets_go_as_an_admin_would(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One automatic mail a minute: the notice of closing waits; the play says so, and how it gets it out."""
    terminal = Terminal(config_in(tmp_path, SMALL + "[limits]\ntotal_per_minute = 1\n"), capsys, monkeypatch)
    said = played(terminal, tmp_path)
    assert said.code == 0
    assert "held: 1 automatic mails in a minute; so, as an admin: maild outbox retry" in said.words
    assert "We have closed your request" in said.out


def test_without_a_daemon_it_says_how_to_start_one(terminal: Terminal) -> None:
    """Exit code 3, before anything is played: a service does not answer."""
    said = terminal("demo")
    assert (said.code, said.out) == (3, "")
    assert re.fullmatch(r"no daemon answers on 127\.0\.0\.1:\d+ .*start it with .*\n", said.err)


def test_without_a_person_on_the_staff_there_is_no_play(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A group cannot answer."""
    path = config_in(
        tmp_path, SMALL.replace('address = "anna@example.com"', 'address = "a@b.example"\ngroup = true')
    )
    said = Terminal(path, capsys, monkeypatch)("demo")
    assert (said.code, said.err) == (2, "maild demo needs a person in [[staff]]\n")


def test_the_number_is_read_from_the_subject_of_our_mail() -> None:
    """As a customer would."""
    mail = EmailMessage()
    mail["Subject"] = "[#1001] We received your request"
    assert number_in(mail) == "1001"
