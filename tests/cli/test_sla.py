"""`maild sla`: the clocks of an incident on a page of 80 columns, and many clocks from a file."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from maild.cli.sla_sum import hm
from tests.faults.target import ANNA, PROOF, Target, target
from tests.parts.command_line import COLUMNS, Terminal

RULES = PROOF + '\n[[classifiers.priorities]]\nlevel = "hotrush"\nphrases = ["hot-rush~"]\n'
LINE: dict[str, Any] = {
    "id": "a",
    "calendar": {"tz": "Europe/Berlin", "weekly": {"tue": ["09:00-18:00"], "wed": ["09:00-18:00"]}},
    "timer": "resolution",
    "targets": {"normal": 480, "hotrush": 120},
    "events": [{"at": "2026-03-03T08:00:00Z", "type": "created", "priority": "normal"}],
}
WAITING = {"at": "2026-03-03T10:00:00Z", "type": "waiting"}


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that knows HotRush."""
    with target(tmp_path, RULES) as made:
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of it."""
    return Terminal(maild.folder / "config.toml", capsys, monkeypatch)


def batch(folder: Path, *lines: Any) -> str:
    """Write a file of such lines; return its name."""
    path = folder / "clocks.jsonl"
    path.write_text("".join(line if isinstance(line, str) else json.dumps(line) + "\n" for line in lines))
    return str(path)


# --- one incident --------------------------------------------------------------------------------------------


def test_a_clock_is_added_up_line_by_line(maild: Target, terminal: Terminal) -> None:
    """What was promised by what, each opening with its total, and where it ended."""
    notice = maild.opens(Subject="HotRush: nobody can pay")
    maild.clock.advance(timedelta(minutes=90))
    maild.gets(maild.answer(notice, ANNA, "Try again.", proven=True))
    said = terminal("sla", "1001")
    assert said.lines[:6] == [
        "#1001  HotRush: nobody can pay",
        "waiting, hotrush; times are those of UTC",
        "",
        "first answer: kept, due Monday 2 March 2026, 11:00 UTC",
        "  promised 2:00 h for hotrush by [sla]; 2:00 h of open time in all",
        "  day             open                 UTC            for       in all",
    ]
    assert "  Mon 2026-03-02  09:00 - 10:30        +00:00      1:30 h       1:30 h" in said.lines
    assert "wait for the customer: due Saturday 7 March 2026, 10:30 UTC" in said.lines
    assert said.widest <= COLUMNS


def test_a_change_of_priority_says_what_is_promised_now(maild: Target, terminal: Terminal) -> None:
    """When, and how much that is in all."""
    notice = maild.opens(Subject="Nobody can pay")
    maild.clock.advance(timedelta(hours=1))
    maild.gets(maild.answer(notice, ANNA, "#priority hotrush", proven=True))
    said = terminal("sla", "1001")
    assert "  Mon 2026-03-02  10:00  now due Mon 2026-03-02 12:00: 180 minutes in all" in said.lines


def test_a_clock_by_hours_of_another_zone_says_so(tmp_path: Path, terminal: Terminal, maild: Target) -> None:
    """Its lines are not in the time that the page names above."""
    path = maild.folder / "config.toml"
    rule = '\n[calendar.tokyo]\ntime_zone = "Asia/Tokyo"\nmon = ["09:00-21:00"]\n'
    rule += '[[sla.policy]]\npriority = ["normal"]\ncalendar = "tokyo"\nfirst_response = 60\n'
    path.write_text(path.read_text() + rule)
    maild.opens()
    terminal("sla", "1001", "--recompute")
    said = terminal("sla", "1001")
    assert "  times are those of Asia/Tokyo" in said.lines
    assert said.widest <= COLUMNS


def test_the_same_for_a_script(maild: Target, terminal: Terminal) -> None:
    """One object a clock, with its lines."""
    maild.opens(Subject="Nobody can pay")
    (clock,) = terminal("sla", "1001", "--json").objects
    assert (clock["incident"], clock["kind"], clock["due"]) == (
        1001,
        "first_response",
        "2026-03-03T09:00:00Z",
    )
    assert clock["lines"][0]["what"] == "started"


def test_earlier_clocks_are_shown_when_asked_for(maild: Target, terminal: Terminal) -> None:
    """The wait that a second answer began anew is one of them."""
    notice = maild.opens()
    for text in ("Try again.", "And once more."):
        maild.gets(maild.answer(notice, ANNA, text, proven=True))
        maild.clock.advance(timedelta(hours=1))
    assert terminal("sla", "1001").out.count("wait for the customer") == 1
    assert terminal("sla", "1001", "--all").out.count("wait for the customer") == 2


def test_todays_promises_are_given_by_hand(maild: Target, terminal: Terminal) -> None:
    """From then on they are the incident's, and the history says that somebody did it; what is late stays late."""
    maild.opens(Subject="Nobody can pay")
    path = maild.folder / "config.toml"
    path.write_text(path.read_text() + "\n[sla.first_response]\nnormal = 60\n")
    before = terminal("sla", "1001")
    assert "promised 1 business day" in before.words
    assert before.widest <= COLUMNS
    assert "    h of open time in all" in before.lines
    assert "promised 1:00 h for normal" in terminal("sla", "1001", "--recompute").words
    assert "somebody had the promises of today's config applied" in terminal("show", "1001").words


def test_an_incident_that_is_not_there_is_said(terminal: Terminal) -> None:
    """With where to look; and without a number nothing is done."""
    for words in (["7"], ["7", "--recompute"]):
        said = terminal("sla", *words)
        assert (said.code, said.err) == (2, "there is no incident 7; `maild list` shows those that are\n")
    said = terminal("sla")
    assert said.code == 2
    assert "give the NUMBER of an incident, or --batch FILE.jsonl" in said.err


def test_hours_are_written_to_be_added() -> None:
    """With seconds only where there are any."""
    assert [hm(timedelta(seconds=n)) for n in (0, 59, 3600, 360_000)] == [
        "0:00 h",
        "0:00:59 h",
        "1:00 h",
        "100:00 h",
    ]


# --- a file of clocks ----------------------------------------------------------------------------------------


def test_a_file_is_answered_line_by_line(terminal: Terminal, tmp_path: Path) -> None:
    """State, due time, what was used and is left, reminders by the fraction as it is written."""
    given = LINE | {"reminders": [0.5, 1.0]}
    (answer,) = terminal("sla", "--json", "--batch", batch(tmp_path, given)).objects
    assert answer == {
        "id": "a",
        "state": "running",
        "due": "2026-03-03T16:00:00Z",
        "elapsed_minutes": 0,
        "remaining_minutes": 480,
        "reminders": {"0.5": "2026-03-03T12:00:00Z", "1.0": "2026-03-03T16:00:00Z"},
    }


def test_what_stands_still_has_no_due_time_and_what_is_none_has_nothing(
    terminal: Terminal, tmp_path: Path
) -> None:
    """And a note or an acknowledgement is no event, but it is later by then."""
    note = {"at": "2026-03-03T15:00:30Z", "type": "internal_note"}
    paused = LINE | {"events": [*LINE["events"], WAITING, note], "reminders": [0.5]}
    none = LINE | {"timer": "update"}
    first, second = terminal("sla", "--json", "--batch", batch(tmp_path, paused, none)).objects
    assert (first["state"], first["due"], first["remaining_minutes"], first["reminders"]) == (
        "paused",
        None,
        360,
        None,
    )
    assert (second["state"], second["due"]) == ("none", None)
    running = LINE | {"events": [*LINE["events"], note]}
    (third,) = terminal("sla", "--json", "--batch", batch(tmp_path, running)).objects
    assert third["elapsed_minutes"] == 420.5


def test_events_are_taken_in_order_of_time(terminal: Terminal, tmp_path: Path) -> None:
    """However the line has them; those of one instant stay as they stand."""
    given = LINE | {"events": [WAITING, *LINE["events"]]}
    (answer,) = terminal("sla", "--json", "--batch", batch(tmp_path, given)).objects
    assert answer["state"] == "paused"


def test_without_json_a_line_is_a_line(terminal: Terminal, tmp_path: Path) -> None:
    """For people: tab-separated, a dash where nothing is due."""
    given = LINE | {"events": [*LINE["events"], WAITING], "id": "\x1b[2J"}
    said = terminal("sla", "--batch", batch(tmp_path, LINE, given))
    assert said.lines == ["a\trunning\t2026-03-03T16:00:00+00:00\t0", "\\x1b[2J\tpaused\t-\t120"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"timer": "answer"}, '"timer" must be one of first_response, next_response, update, resolution'),
        ({"targets": {"normal": 0}}, '"targets": normal: must be minutes such as 240, or {"bd": 1}'),
        ({"targets": {"urgent": 5}}, "\"targets\": 'urgent' is none of hotrush, high, normal, low"),
        ({"calendar": []}, '"calendar" must be an object in braces'),
        ({"calendar": {"tz": "Mars", "weekly": {}}}, '"tz" must be a time zone such as "Europe/Berlin"'),
        (
            {"calendar": {"tz": "UTC", "weekly": {"mon": ["9-18"]}}},
            'mon: \'9-18\' must be hours such as "09:00-18:00" or "22:00-06:00"',
        ),
        ({"calendar": {"tz": "UTC", "weekly": {"monday": []}}}, "\"weekly\": 'monday' is none of mon, tue"),
        ({"calendar": {"tz": "UTC", "weekly": {}, "holidays": ["x"]}}, '"holidays" must be days such as'),
        ({"calendar": {"tz": "UTC", "weekly": {}, "exceptions": {"12-24": []}}}, '"exceptions" must be'),
        ({"calendar": {"tz": "UTC", "weekly": {}}}, "this calendar does not open within 400 days"),
        ({"events": []}, '"events" must be a list of at least one event'),
        ({"events": [{"at": "2026-03-03T08:00:00", "type": "created"}]}, '"events" 1: "at" must be a time'),
        ({"events": [{"at": "2026-03-03T08:00:00Z", "type": "slept"}]}, '"events" 1: "type" must be one of'),
        (
            {"events": [{"at": "2026-03-03T08:00:00Z", "type": ["created"]}]},
            '"events" 1: "type" must be one of',
        ),
        ({"reminders": [0]}, '"reminders" must be fractions such as [0.5, 0.75]'),
        ({"priority_raise": "never"}, '"priority_raise" must be "from_change" or "from_start"'),
    ],
)
def test_a_line_that_cant_be_read_is_told_with_its_place(
    terminal: Terminal, tmp_path: Path, change: dict[str, Any], says: str
) -> None:
    """The lines before and after it are answered all the same, and the exit code says that something is wrong."""
    name = batch(tmp_path, LINE, LINE | change, LINE)
    said = terminal("sla", "--json", "--batch", name)
    assert (said.code, len(said.lines)) == (2, 2)
    assert said.err.startswith(f"{name}:2: {says}")
    assert said.err.count("\n") == 1


def test_a_file_as_windows_saves_it_is_read(terminal: Terminal, tmp_path: Path) -> None:
    """A mark of the byte order before the first line is no part of it."""
    name = Path(batch(tmp_path, LINE))
    name.write_bytes(b"\xef\xbb\xbf" + name.read_bytes())
    assert terminal("sla", "--batch", str(name)).lines[0].startswith("a\trunning")


def test_a_file_that_is_no_json_or_not_there_is_said(terminal: Terminal, tmp_path: Path) -> None:
    """One line, no traceback."""
    assert "clocks.jsonl:1: is not JSON" in terminal("sla", "--batch", batch(tmp_path, "{\n")).err
    assert terminal("sla", "--batch", str(tmp_path / "none")).code == 2
