"""`maild simulate`: an archive under a virtual clock, for people and for scripts; the same bytes each time."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.parts.archives import MODEL, MONDAY, PROOF, Old, config_in, mbox_in
from tests.parts.command_line import Said, Terminal


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in a folder with a config, a quicker one, the six mails and a model of one person."""
    config_in(tmp_path, PROOF)
    config_in(tmp_path, PROOF + "\n[sla.first_response]\nhotrush = 200\n", "new.toml")
    mbox_in(tmp_path)
    (tmp_path / "model.toml").write_text(MODEL)
    (tmp_path / "bad.csv").write_text("owner,kind\njane@jane.example,cake\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return Terminal(Path("config.toml"), capsys, monkeypatch)


def simulate(terminal: Terminal, *arguments: str) -> Said:
    """Run it on the six mails, with people."""
    return terminal("simulate", "--mbox", "old.mbox", "--staff-model", "model.toml", *arguments)


def test_it_tells_people_what_would_be(terminal: Terminal) -> None:
    """What came, what was acknowledged, which promises hold, the load, the queue, the people, in eighty columns."""
    said = simulate(terminal)
    assert (said.code, said.err) == (0, "")
    assert said.widest <= 80
    for words in (
        "played 6 mails of old.mbox, 2 March 2026 to 2 March 2026 (UTC)",
        "became 4 opened, 1 appended, 1 kept",
        "times 6 by their server's Received",
        "ended 4 closed",
        "people 1 person answers, HotRush first, then what is due next",
        "acknowledgement 2 0 at once at once at once",
        "acknowledgement hotrush 2 0 at once at once at once",
        "outage 1 . . . 1",
        "first answer hotrush 1 1 . .",
        "first answer high 1 . . . 4 h 00 4 h 00",
        "#1003 first answer hotrush 2026-03-02 12:00Z 2026-03-02 12:20Z 20 min HotRush: the checkout is down",
        "Mon . . . . . . . . 1 . 3 . . . . . . 2 . . . . . .",
        "Mon 2026-03-02 4 3 1 3",
        "Anna 4 7 h 10 h 69 %",
        "customer answer 4",
    ):
        assert words in said.words


def test_nobody_answers_without_a_model(terminal: Terminal) -> None:
    """It says so, and how to change that."""
    said = terminal("simulate", "--mbox", "old.mbox")
    assert "nobody answers: give --staff-model to see what people would do" in said.words
    assert "first answer hotrush . . 2 ." in said.words
    assert "How busy people were" not in said.words


def test_a_script_gets_an_object_for_each_incident_and_a_summary(terminal: Terminal) -> None:
    """Their keys are stable; times are RFC 3339 in UTC."""
    *objects, summary = simulate(terminal, "--json").objects
    incidents = [one for one in objects if one["type"] == "incident"]
    assert [(one["number"], one["due_at"], one["answered_at"], one["outcome"]) for one in incidents] == [
        (1001, "2026-03-03T09:00:00Z", "2026-03-02T10:40:00Z", "kept"),
        (1002, "2026-03-02T14:00:00Z", "2026-03-02T14:00:00Z", "kept"),
        (1003, "2026-03-02T12:00:00Z", "2026-03-02T12:20:00Z", "late"),
        (1004, "2026-03-03T10:00:00Z", "2026-03-03T09:40:00Z", "kept"),
    ]
    first: dict[str, Any] = incidents[0]
    assert (first["acknowledgement"], first["acknowledged_at"]) == ("acknowledgement", "2026-03-02T08:30:00Z")
    assert first["clocks"][0] == {
        "clock": "first_response",
        "cycle": 1,
        "priority": "normal",
        "started_at": "2026-03-02T08:30:00Z",
        "due_at": "2026-03-03T09:00:00Z",
        "stopped_at": "2026-03-02T10:40:00Z",
        "stopped_by": "answer",
        "outcome": "kept",
    }
    kinds = {one["type"] for one in objects}
    assert kinds == {"incident", "acknowledgements", "promises", "load", "queue", "person", "sent"}
    assert sum(one["mails"] for one in objects if one["type"] == "load") == 6
    assert [one["share"] for one in objects if one["type"] == "person"] == [0.6897]
    assert (summary["type"], summary["mails"], summary["incidents"]) == ("summary", 6, 4)
    assert summary["longest_queue"] == 3


def test_two_configs_are_compared(terminal: Terminal) -> None:
    """With more time for HotRush nothing is late; the archive and the people are the same."""
    said = simulate(terminal, "--against", "new.toml")
    assert said.code == 0
    assert said.widest <= 80
    assert "incidents 4 4" in said.words
    assert "first answer hotrush 2 1 2 0" in said.words
    *_, one, other = (
        o for o in simulate(terminal, "--against", "new.toml", "--json").objects if o["type"] == "summary"
    )
    assert (one["config"], other["config"]) == ("config.toml", "new.toml")
    assert one["broken"] > other["broken"]


def test_the_config_may_stand_behind_the_command(terminal: Terminal) -> None:
    """As in a backtest."""
    assert "config new.toml" in simulate(terminal, "--config", "new.toml").words


def test_customers_may_have_bought_something_before(terminal: Terminal, tmp_path: Path) -> None:
    """A file as for `maild entitlement import`; without it nothing was bought, and mail waits where it must."""
    with (tmp_path / "config.toml").open("a") as config:
        config.write('[entitlements]\nrequired = true\noffer = "An incident is 99 EUR."\n')
    (tmp_path / "bought.csv").write_text("owner,kind\njane@jane.example,incident\n", encoding="utf-8")
    before = sorted(path.name for path in tmp_path.iterdir())
    short = ("simulate", "--mbox", "old.mbox", "--until", "2026-03-02", "--json")
    nobody, some = (terminal(*short, *more).objects for more in ((), ("--entitlements", "bought.csv")))
    states = [{one["number"]: one["state"] for one in said if "number" in one} for said in (nobody, some)]
    assert (states[0][1001], states[0][1002]) == ("awaiting_entitlement", "awaiting_entitlement")
    assert (states[1][1001], states[1][1002]) == ("submitted", "awaiting_entitlement")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("until", "mails"),
    [("2026-03-02", 6), ("2026-03-02 10:00", 3), ("2026-03-02T11:00:00+01:00", 3), ("2026-04-01", 6)],
)
def test_it_stops_when_it_is_told_to(terminal: Terminal, until: str, mails: int) -> None:
    """At an instant by the calendar's clock, or at the end of a day."""
    *_, summary = simulate(terminal, "--json", "--until", until).objects
    assert summary["mails"] == mails


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--mbox", "none.mbox"), "none.mbox: can't be read: No such file or directory"),
        (("--mbox", "model.toml"), "model.toml: is no mbox: it must begin with a line `From ...`"),
        (("--mbox", "old.mbox", "--until", "soon"), "'soon' is neither a date such as 2026-03-31 nor"),
        (
            ("--mbox", "old.mbox", "--until", "2025-01-01"),
            "is before the first mail of the archive, 2026-03-02",
        ),
        (("--mbox", "old.mbox", "--until", "9999-12-31T23:59:59-14:00"), "is beyond the calendar"),
        (("--mbox", "old.mbox", "--staff-model", "config.toml"), "config.toml:1: people: is missing"),
        (("--mbox", "old.mbox", "--against", "model.toml"), "model.toml:"),
        (
            ("--mbox", "old.mbox", "--entitlements", "bad.csv"),
            "bad.csv:2: kind: 'cake': must be one of incident",
        ),
        (("--mbox", "old.mbox", "--html", "none/r.html"), "none/r.html: can't be written"),
        ((), "Missing option '--mbox'"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(
    terminal: Terminal, arguments: tuple[str, ...], problem: str
) -> None:
    """With what is wrong, where, and what is right."""
    said = terminal("simulate", *arguments)
    assert said.code == 2
    assert problem in said.err
    assert "Traceback" not in said.err


def test_two_runs_say_the_same_byte_for_byte(terminal: Terminal, tmp_path: Path) -> None:
    """In two processes that put their hashes in another order, in words, as JSON and as a page."""
    said = []
    for seed in ("1", "2"):
        environ = {**os.environ, "PYTHONHASHSEED": seed, "COLUMNS": "80", "TZ": f"UTC-{seed}"}
        arguments = ("--mbox", "old.mbox", "--staff-model", "model.toml", "--html", f"{seed}.html")
        for more in ((), ("--json",)):
            command = [sys.executable, "-m", "maild.cli.main", "simulate", *arguments, *more]
            done = subprocess.run(command, cwd=tmp_path, env=environ, capture_output=True, check=True)
            said.append(done.stdout)
    assert said[:2] == said[2:]
    assert (tmp_path / "1.html").read_bytes() == (tmp_path / "2.html").read_bytes()


def test_what_a_mail_says_steers_no_terminal(terminal: Terminal, tmp_path: Path) -> None:
    """Neither in words nor as JSON nor as a page."""
    mbox_in(tmp_path, (Old(MONDAY, "jane@jane.example", "<script>x()</script> \x1b[2J \u202e down"),))
    for said in (simulate(terminal), simulate(terminal, "--json", "--html", "r.html")):
        assert "\x1b" not in said.out
        assert "\u202e" not in said.out
    assert "<script" not in (tmp_path / "r.html").read_text(encoding="utf-8")
