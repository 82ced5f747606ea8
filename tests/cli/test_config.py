"""`maild config`: which versions decided, what differs between two, and the way back to an old one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maild.cli.main import main
from maild.config.load import load_config
from maild.store import config_versions
from maild.store.database import Database
from tests.faults.target import ANNA, NOW, PROOF, Target, target
from tests.parts.command_line import COLUMNS, Terminal

RULES = """
[[classifiers.scopes]]
id = "outage"
label = "a shop that is down"
phrases = ["checkout is down"]

[[classifiers.scopes]]
id = "malfunction"
label = "something that does not work"
"""


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with two scopes whose config was noted at its start."""
    with target(tmp_path, PROOF + RULES) as made:
        config = made.desk.config
        with made.desk.database.begin() as tx:
            config_versions.note(tx, config.version, config.text, NOW)
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of it."""
    return Terminal(maild.folder / "config.toml", capsys, monkeypatch)


def edit(maild: Target, old: str, new: str) -> str:
    """Change config.toml; return the version that it is now."""
    path = maild.folder / "config.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_config(path, {}).version


def test_versions_tell_since_when_each_decides_and_how_often_it_erred(
    maild: Target, terminal: Terminal
) -> None:
    """And which of them is the file as it is now."""
    version = maild.desk.config.version
    notification = maild.opens()
    maild.opens(Subject="Another one")
    maild.clock.advance(timedelta(hours=1))
    maild.gets(maild.answer(notification, ANNA, "#scope malfunction\n#priority high", proven=True))
    said = terminal("config", "versions")
    assert said.lines[0].split() == [
        "version",
        "decides",
        "since",
        "verdicts",
        "corrected",
        "last",
        "verdict",
    ]
    assert said.lines[1].split() == [version, *["2026-03-02", "09:00Z", "2", "1", "2026-03-02", "09:00Z"]]
    assert "config.toml as it is now" in said.out
    assert said.widest <= COLUMNS
    (told,) = terminal("config", "versions", "--json").objects
    assert told == {
        "version": version,
        "since": "2026-03-02T09:00:00Z",
        "verdicts": 2,
        "corrected": 1,
        "last_verdict_at": "2026-03-02T09:00:00Z",
        "is_file": True,
    }


def test_a_correction_that_was_taken_back_is_no_error(maild: Target, terminal: Terminal) -> None:
    """The verdict was right after all."""
    notification = maild.opens()
    for scope in ("malfunction", "outage"):
        maild.gets(maild.answer(notification, ANNA, f"#scope {scope}", proven=True))
    (told,) = terminal("config", "versions", "--json").objects
    assert (told["verdicts"], told["corrected"]) == (1, 0)


def test_a_file_that_decided_nothing_says_so(maild: Target, terminal: Terminal) -> None:
    """An edit that no daemon has read."""
    version = edit(maild, "checkout is down", "checkout is gone")
    said = terminal("config", "versions")
    assert "as it is now" in said.lines[-1]
    assert f"({version}) decided nothing yet" in said.out


def test_old_verdicts_keep_the_version_that_gave_them(maild: Target, terminal: Terminal) -> None:
    """An edit changes the future."""
    maild.opens()
    version = edit(maild, "checkout is down", "checkout is gone")
    with maild.desk.database.begin() as tx:
        config_versions.note(tx, version, "", NOW + timedelta(hours=1))
    counts = [(one["is_file"], one["verdicts"]) for one in terminal("config", "versions", "--json").objects]
    assert counts == [(False, 1), (True, 0)]


def test_the_difference_is_told_in_the_words_of_the_file(maild: Target, terminal: Terminal) -> None:
    """A version, by its beginning, against the file as it is now: scope by scope, key by key."""
    old = maild.desk.config.version
    edit(maild, '["checkout is down"]', '["checkout is down", "white page"]')
    edit(maild, 'name = "Example Support"', 'name = "Shop Support"')
    said = terminal("config", "diff", old[:6], str(maild.folder / "config.toml"))
    path = f"{maild.folder / 'config.toml'}"
    assert said.lines[0] == f"from {old} (2026-03-02 09:00Z)"
    assert path in "".join(line.strip() for line in said.lines[1:4])
    assert said.lines[said.lines.index("[service]") :] == [
        "[service]",
        '  name: "Example Support" -> "Shop Support"',
        "",
        '[[classifiers.scopes]] "outage"',
        '  phrases + "white page"',
    ]


def test_the_lines_follow_on_demand(maild: Target, terminal: Terminal) -> None:
    """As `diff -u` shows them."""
    edit(maild, '["checkout is down"]', '["checkout is gone"]')
    lines = terminal(
        "config", "diff", maild.desk.config.version, str(maild.folder / "config.toml"), "--text"
    ).lines
    assert '-phrases = ["checkout is down"]' in lines
    assert '+phrases = ["checkout is gone"]' in lines


def test_two_files_are_compared_as_well(maild: Target, terminal: Terminal) -> None:
    """For scripts as one object a difference; a section that is gone is one."""
    other = maild.folder / "new.toml"
    other.write_text((maild.folder / "config.toml").read_text().replace(PROOF, ""), encoding="utf-8")
    (told,) = terminal("config", "diff", str(maild.folder / "config.toml"), str(other), "--json").objects
    assert told == {
        "section": "proof",
        "name": "",
        "key": "",
        "change": "removed",
        "old": None,
        "new": None,
    }


def test_one_name_alone_is_what_takes_the_place_of_the_config(maild: Target, terminal: Terminal) -> None:
    """From what is now to that file or version, as deploying it or going back would change it."""
    new = maild.folder / "new.toml"
    text = (maild.folder / "config.toml").read_text()
    new.write_text(
        text.replace('["checkout is down"]', '["checkout is down", "white page"]'), encoding="utf-8"
    )
    assert terminal("config", "diff", str(new)).lines[-1] == '  phrases + "white page"'
    edit(maild, '["checkout is down"]', '["checkout is down", "blank page"]')
    assert terminal("config", "diff", maild.desk.config.version).lines[-1] == '  phrases - "blank page"'
    assert terminal("config", "diff", "a", "b", "c").code == 2


def test_what_says_the_same_is_told_as_such(maild: Target, terminal: Terminal) -> None:
    """A comment is no difference."""
    edit(maild, "[service]", "# who we are\n[service]")
    assert terminal("config", "diff", maild.desk.config.version).lines[-1] == "they say the same"


def test_new_and_gone_tables_and_another_order_are_told(maild: Target, terminal: Terminal) -> None:
    """The order of scopes decides, so it is a difference."""
    first, second = RULES.strip().split("\n\n")
    edit(maild, RULES, f'\n{second}\n\n{first}\n\n[[classifiers.scopes]]\nid = "tax"\nlabel = "taxes"\n')
    edit(maild, 'name = "Ben"\naddress = "ben@example.com"', 'name = "Eva"\naddress = "eva@example.com"')
    said = terminal("config", "diff", maild.desk.config.version, str(maild.folder / "config.toml")).out
    for line in (
        '[[classifiers.scopes]] "tax" is new',
        '[[staff]] "ben@example.com" is gone',
        '[[staff]] "eva@example.com" is new',
        "[classifiers.scopes]\n  the tables: in another order",
    ):
        assert line in said


def test_the_text_of_a_version_is_printed_byte_for_byte(maild: Target, terminal: Terminal) -> None:
    """The way back: it is what was loaded."""
    old = maild.desk.config
    edit(maild, "checkout is down", "checkout is gone")
    assert terminal("config", "show", old.version[:4]).out == old.text


@pytest.mark.parametrize("words", [("show", "nope"), ("diff", "nope"), ("diff", "nope", "also")])
def test_what_is_no_version_is_a_mistake_in_one_line(terminal: Terminal, words: tuple[str, ...]) -> None:
    """That says where to look."""
    said = terminal("config", *words)
    assert said.code == 2
    assert said.err == "'nope' is no version and no file; `maild config versions` lists those that are\n"


def test_a_beginning_of_several_versions_names_them(maild: Target, terminal: Terminal) -> None:
    """Nothing is guessed."""
    with maild.desk.database.begin() as tx:
        for version in ("ffff1", "ffff2"):
            config_versions.note(tx, version, "", NOW)
    said = terminal("config", "show", "ffff")
    assert (said.code, said.err) == (2, "'ffff' begins more than one version: ffff1, ffff2\n")


def test_a_broken_file_is_told_with_its_lines(maild: Target, terminal: Terminal) -> None:
    """It has no meaning to compare."""
    broken = maild.folder / "broken.toml"
    broken.write_text("[service]\nname = 3\n", encoding="utf-8")
    said = terminal("config", "diff", maild.desk.config.version, str(broken))
    assert said.code == 2
    assert f"{broken}:2: service.name" in said.err


def test_it_is_a_command_of_maild() -> None:
    """With help of its own."""
    with pytest.raises(SystemExit) as ended:
        main(["config", "--help"])
    assert ended.value.code == 0


@pytest.mark.parametrize("words", [("versions",), ("show", "a"), ("diff", "a")])
def test_a_database_of_an_older_maild_is_refused_and_not_upgraded(
    maild: Target, terminal: Terminal, words: tuple[str, ...]
) -> None:
    """Whoever looks with a new maild must not take the tables from under an old one that runs."""
    path = maild.folder / "older.db"
    edit(maild, "var/maild.db", str(path))
    Database.open(f"sqlite:///{path}").close()
    before = path.read_bytes()
    said = terminal("config", *words)
    assert (said.code, "not the tables of this version yet" in said.err) == (2, True)
    assert path.read_bytes() == before


def test_two_files_are_compared_where_there_is_no_database(maild: Target, terminal: Terminal) -> None:
    """And none is made; a version needs one."""
    path = maild.folder / "config.toml"
    edit(maild, "var/maild.db", "none/maild.db")
    assert terminal("config", "diff", str(path), str(path)).lines[-1] == "they say the same"
    said = terminal("config", "diff", "7d2a")
    assert (said.code, "there is none yet" in said.err) == (2, True)
    assert not (maild.folder / "none").exists()
