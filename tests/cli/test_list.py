"""`maild list`: the queue at a glance, HotRush first, whatever subjects and addresses look like."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from maild.cli.list import waits_for
from tests.faults.target import ANNA, JANE, PROOF, Target, target
from tests.parts.command_line import COLUMNS, Terminal

HOTRUSH = PROOF + '\n[[classifiers.priorities]]\nlevel = "hotrush"\nphrases = ["hot-rush~"]\n'
LONG = "averylongaddress.with.many.parts@subdomain.of.some.customer.example"


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that knows HotRush."""
    with target(tmp_path, HOTRUSH) as made:
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of it."""
    return Terminal(maild.folder / "config.toml", capsys, monkeypatch)


def numbers(lines: list[str]) -> list[str]:
    """Return the numbers of a list, in its order."""
    return [line.split()[0] for line in lines if line.startswith("#")]


def test_an_empty_queue_says_so(terminal: Terminal) -> None:
    """And not just nothing."""
    assert terminal("list").out == "No incidents yet.\n"
    assert terminal("list", "--state", "in_progress").out == "Nothing is in progress.\n"
    assert terminal("list", "--json").out == ""


def test_an_incident_is_two_lines(maild: Target, terminal: Terminal) -> None:
    """What it is and when it is due; whose it is and about what."""
    maild.opens(Subject="Nobody can pay")
    assert terminal("list").lines == [
        "number  state      priority  due                scope",
        "#1001   submitted  normal    2026-03-03 09:00Z  unknown",
        f"        {JANE}: Nobody can pay",
    ]


def test_hotrush_is_first_then_what_is_due_first_then_what_is_closed(
    maild: Target, terminal: Terminal
) -> None:
    """The order in which somebody should look at them."""
    closing = maild.opens(Subject="Closed")
    maild.gets(maild.answer(closing, ANNA, "#close", proven=True))
    maild.opens(Subject="Older")
    maild.clock.advance(timedelta(hours=1))
    maild.opens(Subject="Younger")
    maild.opens(Subject="HotRush")
    assert numbers(terminal("list").lines) == ["#1004", "#1002", "#1003", "#1001"]


def test_a_state_chooses(maild: Target, terminal: Terminal) -> None:
    """Only those that are in it."""
    first = maild.opens(Subject="One")
    maild.opens(Subject="Two")
    maild.gets(maild.answer(first, ANNA, "Done.", proven=True))
    assert numbers(terminal("list", "--state", "waiting").lines) == ["#1001"]
    assert numbers(terminal("list", "--state", "submitted").lines) == ["#1002"]
    assert numbers(terminal("list", "--state", "open").lines) == ["#1002", "#1001"]


def test_long_addresses_and_subjects_fit(maild: Target, terminal: Terminal) -> None:
    """Both are still to be recognised; in wide characters, too."""
    maild.opens(LONG, Subject="The checkout of my store is down since this morning and nobody knows why")
    maild.opens(Subject="=?utf-8?b?" + "5rOo5paH44GM44Gn44GN44G+44Gb44KT" * 4 + "?=")
    said = terminal("list")
    assert said.widest <= COLUMNS
    assert "averylongaddress" in said.out
    assert ": The checkout of my store" in said.out


def test_a_mail_without_subject_has_a_line_all_the_same(maild: Target, terminal: Terminal) -> None:
    """Nothing is blank."""
    maild.opens(Subject="")
    assert f"{JANE}: (no subject)" in terminal("list").out


def test_json_has_stable_keys(maild: Target, terminal: Terminal) -> None:
    """One object a line: the columns of the database, times in RFC 3339 (rule 45)."""
    maild.opens(Subject="Nobody can pay")
    (row,) = terminal("list", "--json").objects
    assert row == {
        "number": 1001,
        "state": "submitted",
        "priority": "normal",
        "scope": "unknown",
        "subject": "Nobody can pay",
        "requester": JANE,
        "opened_at": "2026-03-02T09:00:00Z",
        "due_at": "2026-03-03T09:00:00Z",
        "owner": None,
        "hotrush": "none",
        "withdrawals": 0,
        "flags": [],
    }


def test_who_has_an_incident_stands_before_whose_it_is(maild: Target, terminal: Terminal) -> None:
    """By name; by address where they are of the staff no more."""
    maild.gets(maild.answer(maild.opens(Subject="Nobody can pay"), ANNA, "#take", proven=True))
    assert terminal("list").lines[2] == f"        [Anna] {JANE}: Nobody can pay"
    (row,) = terminal("list", "--json").objects
    assert row["owner"] == ANNA
    config = maild.folder / "config.toml"
    config.write_text(config.read_text().replace(ANNA, "anne@example.com"))
    assert terminal("list").lines[2] == f"        [{ANNA}] {JANE}: Nobody can pay"


@pytest.mark.parametrize(("state", "said"), [("waiting", 2), ("closed", 0), ("declined", 0), ("merged", 0)])
def test_only_what_is_open_waits_for_money(state: str, said: int) -> None:
    """What is over needs nothing any more, whatever it once waited for."""
    words = waits_for({"state": state, "flags": ["unpaid"], "hotrush": "offered"})
    assert len(words.split("; ")) * bool(words) == said
