"""`maild suggest`: phrases from corrections, for people who paste and for scripts; it changes nothing."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.config.load import load_config
from tests.faults.target import Target
from tests.parts.command_line import Terminal
from tests.parts.old_mail import correct, old_mail

SUBJECTS = (
    "The cart forgets what customers put in",
    "My basket forgets everything",
    "It forgets all options",
    "Where do customers log in?",
    "A drop down menu of customers",
    "Which drop down do customers see?",
    "The drop down is empty for customers",
    "Our shop is down",
)


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with eight incidents."""
    with old_mail(tmp_path, SUBJECTS) as made:
        yield made


@pytest.fixture
def corrected(maild: Target) -> Target:
    """The same, after staff corrected six of them."""
    for number in (1001, 1002, 1003):
        correct(maild, number, "scope", "malfunction")
    for number in (1005, 1006, 1007):
        correct(maild, number, "scope", "configuration")
    return maild


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in the folder of that maild."""
    monkeypatch.chdir(maild.folder)
    return Terminal(Path("config.toml"), capsys, monkeypatch)


def test_a_phrase_is_told_with_its_place_and_what_speaks_for_it(
    corrected: Target, terminal: Terminal
) -> None:
    """As a comment above a line of TOML."""
    said = terminal("suggest")
    assert said.code == 0
    assert '# Into `phrases` of [[classifiers.scopes]] with id = "malfunction":' in said.lines
    assert '  "forgets",' in said.lines
    assert "In 3 corrected mails: #1001 #1002 #1003." in said.words
    assert '# Into `unless` of [[classifiers.scopes]] with id = "outage":' in said.lines
    assert '"drop down",' in said.words
    assert '"down" decided for scope outage wrongly 3 times, rightly 1' in said.out.replace("\n# ", " ")
    assert said.widest <= 80


def test_what_it_prints_can_be_pasted(corrected: Target, terminal: Terminal) -> None:
    """Each block, comments and all, into the list that it names: the config is good, and has the phrases."""
    text = (corrected.folder / "config.toml").read_text(encoding="utf-8")
    blocks = re.findall(
        r'(?m)^# Into `(\w+)` of \[\[[\w.]+\]\] with id = "(\w+)":\n((?:#   .*\n|  ".*\n)+)',
        terminal("suggest").out,
    )
    assert len(blocks) == 2
    for key, scope, lines in blocks:
        if key == "unless":
            lines = f"unless = [\n{lines}]\n"
            text = text.replace(f'id = "{scope}"\n', f'id = "{scope}"\n{lines}')
        else:
            text = re.sub(
                rf'(?s)(id = "{scope}".*?{key} = \[)',
                lambda found, more=lines: f"{found[1]}\n{more}",
                text,
                count=1,
            )
    (corrected.folder / "pasted.toml").write_text(text, encoding="utf-8")
    rules = {rule.id: rule for rule in load_config(corrected.folder / "pasted.toml", {}).classifiers.scopes}
    assert "forgets" in rules["malfunction"].phrases
    assert rules["outage"].unless == ("drop down",)


def test_a_copy_of_the_config_has_them_in_place(corrected: Target, terminal: Terminal) -> None:
    """It passes `maild check`, and a backtest shows what it mends; the config itself stays as it was."""
    before = (corrected.folder / "config.toml").read_bytes()
    said = terminal("suggest", "--write", "new.toml")
    assert (said.code, "2 phrases more" in said.err) == (0, True)
    assert (corrected.folder / "config.toml").read_bytes() == before
    tried = terminal("backtest", "--config", "new.toml", "--fail-if-worse")
    assert tried.code == 0
    assert "scope 0.0% -> 100.0% of 6 (6 fixed, 0 broken)" in tried.words


def test_a_file_that_is_there_is_not_written_over(corrected: Target, terminal: Terminal) -> None:
    """It may be somebody's work."""
    said = terminal("suggest", "--write", "config.toml")
    assert (said.code, "config.toml: is there already" in said.err) == (2, True)
    assert terminal("suggest", "--write", "none/new.toml").code == 2


def test_it_changes_no_byte_of_the_database(corrected: Target, terminal: Terminal) -> None:
    """Nothing is applied."""
    corrected.desk.database.close()
    file = corrected.folder / "var" / "maild.db"
    before = hashlib.sha256(file.read_bytes()).digest()
    assert terminal("suggest").code == 0
    assert hashlib.sha256(file.read_bytes()).digest() == before


def test_scripts_get_an_object_for_each(corrected: Target, terminal: Terminal) -> None:
    """Suggestions, misfires, and a summary of each field."""
    told = terminal("suggest", "--json").objects
    assert [(one["type"], one["field"]) for one in told] == [
        ("suggestion", "scope"),
        ("suggestion", "scope"),
        ("misfire", "scope"),
        ("summary", "scope"),
        ("summary", "priority"),
    ]
    [one] = [one for one in told if one.get("phrase") == "forgets"]
    assert (one["label"], one["key"], one["names"]) == ("malfunction", "phrases", ["#1001", "#1002", "#1003"])
    assert (one["right"], one["wrong"], one["precision"]) == (3, 0, 1.0)


def test_where_there_is_too_little_it_says_how_much_more_would_do(maild: Target, terminal: Terminal) -> None:
    """One correction of three."""
    correct(maild, 1002, "scope", "malfunction")
    said = terminal("suggest").out.replace("\n# ", " ")
    assert (
        "malfunction: 1 corrected mail still taken for something else, too few to learn from; 2 more" in said
    )
    assert "Nothing to learn from yet: no priority was corrected." in said
    assert '",' not in said


def test_words_that_would_mend_too_few_are_said_with_what_still_wins(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not that no words are there: three mails share "forgets", and one of them is taken for an outage in any case."""
    monkeypatch.chdir(tmp_path)
    with old_mail(tmp_path, ("It forgets", "She forgets me", "Down, it forgets")) as maild:
        for number in (1001, 1002, 1003):
            correct(maild, number, "scope", "malfunction")
        said = Terminal(Path("config.toml"), capsys, monkeypatch)("suggest")
    assert (
        'malfunction: 3 corrected mails still taken for something else, but "forgets" would mend only 2:'
        " outage still wins in #1003."
    ) in said.out.replace("\n# ", " ")
    assert said.widest <= 80


def test_fewer_are_enough_for_who_says_so(maild: Target, terminal: Terminal) -> None:
    """--min-support, of two at least: one mail is no rule."""
    for number in (1001, 1002):
        correct(maild, number, "scope", "malfunction")
    assert '  "forgets",' in terminal("suggest", "--min-support", "2").lines
    assert terminal("suggest", "--min-support", "1").code == 2


def test_since_chooses_the_incidents(corrected: Target, terminal: Terminal) -> None:
    """What is old may no longer be true."""
    assert "# scope: 0 mails" in terminal("suggest", "--since", "2027-01-01").out
