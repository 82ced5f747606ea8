"""`maild quarantine`: nothing is stuck out of sight; a mail can be looked at, handled again, let through."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.store.tables import attachment, incident
from tests.faults.target import Target, target
from tests.parts.command_line import COLUMNS, Terminal

TWO = (
    b"From: a@one.example, b@two.example\r\nSubject: Two\x1b[2J people\r\nMessage-ID: <1@one.example>\r\n"
    b"\r\nWho am I? \x1b]0;owned\x07\r\n" + b"x" * 3000 + b"\r\n"
)
NOBODY = b"Subject: Nobody\r\n\r\nx\r\n"


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild."""
    with target(tmp_path, "") as made:
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of it."""
    return Terminal(maild.folder / "config.toml", capsys, monkeypatch)


@pytest.fixture
def full(maild: Target) -> Target:
    """A quarantine that holds arrival 1, a mail of two people, and arrival 2, one of nobody."""
    maild.gets(TWO, mail_from="a@one.example", recipients=("support@example.com",))
    maild.gets(NOBODY)
    return maild


def test_an_empty_quarantine_says_so(terminal: Terminal) -> None:
    """That is the good news."""
    assert terminal("quarantine", "list").out == "The quarantine is empty.\n"
    assert terminal("quarantine", "list", "--json").out == ""


def test_each_mail_is_shown_with_what_can_be_said_of_it_and_why_it_is_there(
    full: Target, terminal: Terminal
) -> None:
    """Oldest first; the reason in full."""
    said = terminal("quarantine", "list")
    assert said.lines[0] == "arrival  received           source  bytes"
    assert said.lines[1].startswith("1        2026-03-02 09:00Z  smtp    31")
    assert "Two[2J people" in said.lines[2]
    assert "the From field names 2 addresses" in said.lines[3]
    assert said.lines[4].startswith("2 ")
    assert said.widest <= COLUMNS


def test_json_has_stable_keys(full: Target, terminal: Terminal) -> None:
    """Rule 45: the columns of the database, the reason by its name, too."""
    first, second = terminal("quarantine", "list", "--json").objects
    assert list(first) == ["arrival", "received_at", "source", "sender", "subject", "size", "reason", "text"]
    assert (first["arrival"], first["reason"], first["size"]) == (1, "no_sender", len(TWO))
    assert (second["arrival"], second["sender"]) == (2, None)
    (shown,) = terminal("quarantine", "show", "1", "--json").objects
    assert first.items() <= shown.items()
    assert (shown["mail_from"], shown["recipients"]) == ("a@one.example", ["support@example.com"])


def test_one_mail_is_shown_with_how_it_came_and_its_first_bytes(full: Target, terminal: Terminal) -> None:
    """Made harmless, cut, and where the rest is."""
    said = terminal("quarantine", "show", "1")
    assert "mail_from       a@one.example" in said.lines
    assert "recipients      support@example.com" in said.lines
    assert "received_at     2026-03-02 09:00Z" in said.lines
    assert "mailbox         -" in said.lines
    assert "Subject: Two\\x1b[2J people" in said.lines
    assert "\x1b" not in said.out
    assert said.lines[-1].endswith("bytes more: maild quarantine show 1 --raw")


def test_the_bytes_can_be_had_as_they_came(
    full: Target, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    """For a file, byte for byte, and nothing else."""
    from maild.cli.main import main

    with pytest.raises(SystemExit):
        main(["--config", str(tmp_path / "config.toml"), "quarantine", "show", "1", "--raw"])
    assert capfdbinary.readouterr().out == TWO


def test_replay_handles_it_again(full: Target, terminal: Terminal) -> None:
    """By the reader and config of today; what is still in doubt stays."""
    said = terminal("quarantine", "replay", "1")
    assert (said.code, said.out) == (
        0,
        "arrival 1: quarantined, no incident; `maild quarantine list` shows what is left\n",
    )
    assert full.dispositions() == ["quarantined", "quarantined"]


def test_release_opens_an_incident_with_the_mail_attached(full: Target, terminal: Terminal) -> None:
    """From and subject are saved, or given by hand; the mail itself goes along whole."""
    said = terminal("quarantine", "release", "2", "--from", "carl@example.net")
    assert (said.code, said.out) == (
        0,
        "arrival 2: opened, incident 1001; `maild quarantine list` shows what is left\n",
    )
    assert full.rows(select(incident))[0]["subject"] == "Nobody"
    assert full.rows(select(attachment))[0]["size"] == len(NOBODY)
    assert "carl@example.net" in terminal("list").out
    assert len(terminal("quarantine", "list", "--json").objects) == 1


def test_a_release_without_a_sender_stays_in_quarantine(full: Target, terminal: Terminal) -> None:
    """There must be somebody to answer to."""
    said = terminal("quarantine", "release", "2")
    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "arrival 2: no sender can be read from it, nothing was done; "
        "name one: maild quarantine release 2 --from ADDRESS\n"
    )
    said = terminal("quarantine", "release", "2", "--from", "carl")
    assert (said.code, said.err) == (2, "--from 'carl': must be a mail address such as anna@example.com\n")
    assert full.states() == {}
    assert full.dispositions() == ["quarantined", "quarantined"]


@pytest.mark.parametrize("verb", ["show", "replay", "release"])
def test_what_is_not_there_is_a_mistake(full: Target, terminal: Terminal, verb: str) -> None:
    """One line, exit code 2; also for a mail that was handled."""
    terminal("quarantine", "release", "1")
    for arrival in ("1", "99"):
        said = terminal("quarantine", verb, arrival)
        assert (said.code, said.out) == (2, "")
        assert said.err == (
            f"no mail {arrival} in quarantine; `maild quarantine list` shows which there are\n"
        )
