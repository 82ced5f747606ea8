"""`maild check --stored`: phrases that staff had to correct more often than not, and the database only read."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.target import Target
from tests.parts.command_line import Terminal
from tests.parts.configs import SMALLEST
from tests.parts.old_mail import RULES, correct, old_mail

SUBJECTS = (
    "A drop down menu of customers",
    "Which drop down do customers see?",
    "The drop down is empty for customers",
    "Our shop is down",
    "Hello there",
    "Wrong totals",
)
LINE = "--stored: 6 stored mails, 3 corrected: "


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with six incidents."""
    with old_mail(tmp_path, SUBJECTS) as made:
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in the folder of that maild."""
    monkeypatch.chdir(maild.folder)
    return Terminal(Path("config.toml"), capsys, monkeypatch)


def corrected(maild: Target) -> None:
    """Let staff say that three mails are about settings, which "down" takes for an outage."""
    for number in (1001, 1002, 1003):
        correct(maild, number, "scope", "configuration")


def stored(terminal: Terminal) -> list[str]:
    """Return what `maild check --stored` notes of stored mail."""
    said = terminal("check", "--stored", "--json")
    assert said.code == 0
    notes = said.objects[0]["notes"]
    return [note for note in notes if "stored" in note]


def test_a_phrase_that_misfires_is_named_with_its_line(maild: Target, terminal: Terminal) -> None:
    """The line on which a person can mend it; the config is good all the same."""
    corrected(maild)
    text = (maild.folder / "config.toml").read_text(encoding="utf-8")
    line = text.splitlines().index('phrases = ["down"]') + 1
    finding = f'config.toml:{line}: classifiers.scopes[1].phrases[1]: "down" decided wrongly 3 of 4 times'
    assert stored(terminal) == [
        f"{finding} on stored mail",
        f"{LINE}1 phrase decided wrongly more often than rightly",
    ]
    assert f"note: {finding}" in terminal("check", "--stored").out


def test_the_rules_as_they_are_now_are_judged(maild: Target, terminal: Terminal) -> None:
    """What was mended since does not misfire any more."""
    corrected(maild)
    path = maild.folder / "config.toml"
    path.write_text(path.read_text().replace('["down"]', '["down"]\nunless = ["drop down"]'))
    assert stored(terminal) == [f"{LINE}0 phrases decided wrongly more often than rightly"]


def test_what_was_taken_for_nothing_speaks_neither_for_a_phrase_nor_against_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A phrase that is new finds old mail that nobody corrected: nobody said what that was."""
    with old_mail(tmp_path, ("Hello Ann", "Hello Ben", "Hello Eva", "Our shop is down")) as maild:
        correct(maild, 1004, "scope", "malfunction")
        path = maild.folder / "config.toml"
        path.write_text(path.read_text().replace('["wrong"]', '["wrong", "hello"]'))
        said = stored(Terminal(path, capsys, monkeypatch))
    assert said == [
        "--stored: 4 stored mails, 1 corrected: 0 phrases decided wrongly more often than rightly"
    ]


def test_without_a_correction_it_says_so(terminal: Terminal) -> None:
    """Nothing is known to be wrong, which is not the same as right."""
    assert stored(terminal) == [
        "--stored: staff corrected nothing yet: nobody said which words decide wrongly"
    ]


def test_without_a_database_it_says_so_and_makes_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor its folder."""
    (tmp_path / "config.toml").write_text(SMALLEST + RULES)
    monkeypatch.chdir(tmp_path)
    [said] = stored(Terminal(Path("config.toml"), capsys, monkeypatch))
    assert "there is none yet" in said
    assert [file.name for file in tmp_path.iterdir()] == ["config.toml"]


def test_the_database_is_only_read(maild: Target, terminal: Terminal) -> None:
    """Its file is the same afterwards, byte for byte."""
    corrected(maild)
    path = maild.folder / "var" / "maild.db"
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    stored(terminal)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before
