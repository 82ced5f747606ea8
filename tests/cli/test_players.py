"""The people of the demo write as mail clients do, and read what is addressed to them."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.cli.players import Player, Stage, body
from maild.config.load import load_config
from maild.core.limits import Limits
from maild.core.reading.parse_message import parse_message
from maild.core.understanding.new_text import split_text
from maild.daemon import Daemon
from maild.errors import Unreachable, UserError
from maild.testing import FixedClock
from tests.parts.daemons import SMALL, config_in, running
from tests.parts.records import NOW

JANE = "jane@customer.example"


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon on the embedded default."""
    with running(config_in(tmp_path)) as made:
        yield made


@pytest.fixture
def jane(daemon: Daemon) -> Player:
    """A customer before its door."""
    return Player("Jane Doe", JANE, Stage(daemon.desk.config, FixedClock(NOW)))


def never(address: str) -> None:
    """Say nothing about what is held."""


def test_a_mail_goes_in_and_the_answer_is_read(jane: Player) -> None:
    """By SMTP in, from the outgoing folder out."""
    written = jane.write("Nobody can pay", "Since noon.")
    (got,) = [jane.stage.wait_for(JANE, never)]
    assert got["In-Reply-To"] == written["Message-ID"]
    assert "[#1001]" in got["Subject"]
    assert "Thank you for writing" in body(got)


def test_an_answer_is_threaded_and_quotes_what_it_answers(jane: Player) -> None:
    """As mail clients do, so that maild must tell new text from old."""
    jane.write("Nobody can pay", "Since noon.")
    got = jane.stage.wait_for(JANE, never)
    answer = jane.reply(got, "It works again.")
    read = parse_message(answer.as_bytes(), Limits())
    assert answer["Subject"] == f"Re: {got['Subject']}"
    assert read.in_reply_to == (got["Message-ID"],)
    assert got["Message-ID"] in read.references
    assert split_text(read.text).new.strip() == "It works again."
    assert "> Hello," in read.text


def test_each_mail_is_read_once(jane: Player) -> None:
    """What lay there before the play, or was read already, is not taken for news."""
    jane.write("One", "x")
    jane.stage.wait_for(JANE, never)
    later = Stage(jane.stage.config, FixedClock(NOW))
    assert len(later.seen) >= 1
    asked = threading.Event()
    jane.stage.patience = 1.5
    with pytest.raises(Unreachable, match="maild outbox list"):
        jane.stage.wait_for(JANE, lambda address: asked.set())
    assert asked.is_set()


def test_without_a_daemon_there_is_no_play(tmp_path: Path) -> None:
    """In one line that says how to start it."""
    config = load_config(config_in(tmp_path), {})
    jane = Player("Jane Doe", JANE, Stage(config, FixedClock(NOW)))
    with pytest.raises(Unreachable, match="maild run"):
        jane.write("Hello", "x")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            '[outgoing]\nfolder = "var/outgoing"',
            '[outgoing]\ntransport = "smtp"\nhost = "localhost"\ntls = "none"',
        ),
        ('address = "127.0.0.1:2525"', 'address = "unix:door"'),
    ],
)
def test_the_play_never_meets_real_servers(tmp_path: Path, old: str, new: str) -> None:
    """Only the embedded default will do."""
    config = load_config(config_in(tmp_path, SMALL.replace(old, new)), {})
    with pytest.raises(UserError, match="never plays with real servers"):
        Stage(config, FixedClock(NOW))
