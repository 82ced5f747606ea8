"""An archive played: due times and a breach worked out by hand, HotRush first, the same each time, nothing leaves."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from maild.config.load import load_config
from maild.config.settings import Config
from maild.config.staff_model import read_staff_model
from maild.core.simulating import figures
from maild.core.simulating.record import Clock, Record
from maild.simulate.archive import open_archive
from maild.simulate.play import simulate
from maild.store import simulated
from tests.parts.archives import DAY, DUE, HOUR, JANE, MODEL, MONDAY, PROOF, SIX, Old, config_in, mbox_in

MINUTE = timedelta(minutes=1)


def played(
    folder: Path,
    model: str = "",
    more: str = PROOF,
    mails: tuple[Old, ...] = SIX,
    until: datetime | None = None,
) -> Record:
    """Play these mails under the config with `more` in it, and with people by the text of a model."""
    config = config_in(folder, more)
    archive = open_archive(mbox_in(folder, mails), config.limits.message_bytes)
    (folder / "model.toml").write_text(model)
    people = read_staff_model(folder / "model.toml", ["outage"]) if model else None
    return simulate(archive, config, people, until)


def first_answers(record: Record) -> dict[int, Clock]:
    """Return the clock of the first answer of each incident."""
    return dict(figures.first_due(record))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The six mails, and nobody answers."""
    return played(tmp_path_factory.mktemp("alone"))


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Record:
    """The six mails, and one person who takes 100 minutes for each answer and closes with it."""
    return played(tmp_path_factory.mktemp("answered"), MODEL)


def test_every_mail_takes_the_path_of_the_daemon(alone: Record) -> None:
    """Four open incidents, one goes on, a machine's is kept; what came is known with its time."""
    assert [(came.at, came.disposition) for came in alone.came] == [
        (one.at, what)
        for one, what in zip(SIX, ["opened", "opened", "opened", "appended", "opened", "kept"], strict=True)
    ]
    assert [(one.number, one.scope, one.priority) for one in alone.incidents] == [
        (1001, "unknown", "normal"),
        (1002, "unknown", "high"),
        (1003, "outage", "hotrush"),
        (1004, "unknown", "hotrush"),
    ]


def test_promises_are_due_when_the_calendar_says_so(alone: Record) -> None:
    """As they were worked out by hand, over the night too."""
    assert {number: clock.due_at for number, clock in first_answers(alone).items()} == DUE


def test_without_a_model_nobody_answers(alone: Record) -> None:
    """All that was promised is broken in the end, and the staff were reminded of it."""
    assert [figures.outcome(clock, alone.ends) for clock in first_answers(alone).values()] == ["overdue"] * 4
    assert figures.sent(alone)["staff", "reminder"] > 0
    assert figures.busy(alone) == []


def test_customers_are_acknowledged_at_once(alone: Record) -> None:
    """In the very second; nothing that a machine wrote is."""
    found = figures.acknowledged(alone)
    assert [(one.sent, one.waiting, one.took.longest) for one in found] == [(2, 0, 0), (2, 0, 0)]
    assert [one.kind for one in found] == ["acknowledgement", "acknowledgement_hotrush"]


def test_time_goes_on_for_a_month_unless_it_is_told_to_stop(tmp_path: Path, alone: Record) -> None:
    """What comes later than that is not played."""
    assert alone.ends == SIX[-1].at + 30 * DAY
    short = played(tmp_path, until=MONDAY + 12 * HOUR)
    assert [len(short.came), len(short.incidents)] == [4, 3]
    assert short.last_mail == short.ends == MONDAY + 12 * HOUR
    outcomes = [figures.outcome(clock, short.ends) for clock in first_answers(short).values()]
    assert outcomes == ["running", "running", "running"]


def test_one_person_keeps_three_promises_and_breaks_one(answered: Record) -> None:
    """From 9:00 on, 100 minutes each: #1001 10:40, then HotRush #1003 12:20 (due 12:00), #1002 14:00 sharp.

    HotRush #1004 is taken at 17:00, rests over night, and is done on Tuesday at 9:40.
    """
    stopped = {number: clock.stopped_at for number, clock in first_answers(answered).items()}
    assert stopped == {
        1001: MONDAY + 10 * HOUR + 40 * MINUTE,
        1003: MONDAY + 12 * HOUR + 20 * MINUTE,
        1002: MONDAY + 14 * HOUR,
        1004: MONDAY + DAY + 9 * HOUR + 40 * MINUTE,
    }
    outcomes = {n: figures.outcome(clock, answered.ends) for n, clock in first_answers(answered).items()}
    assert outcomes == {1001: "kept", 1002: "kept", 1003: "late", 1004: "kept"}


def test_work_is_booked_as_it_was_done(answered: Record) -> None:
    """Four pieces of 100 minutes; from the first mail to the last answer the support was open 9 h 40."""
    assert [job.incident for job in answered.jobs] == [1001, 1003, 1002, 1004]
    (anna,) = figures.busy(answered)
    assert (anna.name, anna.answers, anna.seconds) == ("Anna", 4, 400 * 60)
    assert anna.at_work == (9 * HOUR + 40 * MINUTE).total_seconds()


def test_what_is_answered_is_closed_and_leaves_the_queue(answered: Record) -> None:
    """Three wait at once at noon; in the end nobody does."""
    assert {one.state for one in answered.incidents} == {"closed"}
    lengths = figures.queue(answered)
    assert (max(length for _, length in lengths), lengths[-1][1]) == (3, 0)


def test_a_customers_further_mail_is_answered_with_the_rest(answered: Record) -> None:
    """It came while somebody worked on the incident: nobody writes twice."""
    assert Counter(job.incident for job in answered.jobs)[1001] == 1


def test_without_hotrush_first_the_order_is_another(tmp_path: Path) -> None:
    """The eldest first: of two of one instant the first in the file, and HotRush is later by an answer."""
    record = played(tmp_path, 'order = "arrival"\n' + MODEL)
    assert [job.incident for job in record.jobs] == [1001, 1002, 1003, 1004]


def test_staff_confirm_where_no_server_vouches_for_them(tmp_path: Path) -> None:
    """Each answer is held, asked about, and released by `send` in the same second: a nuisance that can be counted."""
    record = played(tmp_path, MODEL, more="")
    outcomes = {n: figures.outcome(clock, record.ends) for n, clock in first_answers(record).items()}
    assert outcomes == {1001: "kept", 1002: "kept", 1003: "late", 1004: "kept"}
    assert figures.sent(record)["staff", "confirmation"] == 4
    assert sum(came.played for came in record.came) == 8


def test_customers_write_again_and_are_answered_again(tmp_path: Path) -> None:
    """An hour after each answer, twice at most: three answers to one problem, and it waits for the customer."""
    talk = "people = 1\nminutes = 10\n[answer]\ncloses = 0\n"
    talk += "[customer]\nwrites = 1\nminutes = 60\nspread = 1\nmost = 2\n"
    record = played(tmp_path, talk, mails=SIX[:1])
    ended = [job.ended for job in record.jobs]
    first = MONDAY + 9 * HOUR + 10 * MINUTE
    assert ended == [first, first + HOUR + 10 * MINUTE, first + 2 * (HOUR + 10 * MINUTE)]
    assert [came.disposition for came in record.came] == ["opened"] + ["appended"] * 5
    assert record.incidents[0].state in ("waiting", "pre_closed", "closed")


def test_what_nobody_waits_for_is_looked_at_and_closed(tmp_path: Path) -> None:
    """A mail of a list opens an incident without a clock: a glance, and no answer."""
    lists = (Old(MONDAY + 10 * HOUR, JANE, "News of our list", headers="List-Id: <news.jane.example>\n"),)
    record = played(tmp_path, MODEL, mails=lists)
    assert [(job.ended - job.began) for job in record.jobs] == [2 * MINUTE]
    assert record.incidents[0].state == "closed"
    assert figures.sent(record)["customer", "answer"] == 0


def test_what_is_assigned_is_answered_by_its_owner(tmp_path: Path) -> None:
    """Two take turns, in the order of the queue; what comes before opening is given at opening."""
    turns = PROOF + '\n[assignment]\nmethod = "round_robin"\n'
    record = played(tmp_path, MODEL.replace("people = 1", "people = 2"), more=turns)
    by_person = {job.incident: job.person for job in record.jobs}
    assert [by_person[number] for number in (1001, 1003, 1002)] == ["Anna", "Ben", "Anna"]
    assert record.jobs[0].began == MONDAY + 9 * HOUR
    assert figures.sent(record)["staff", "assigned"] == 4


def test_an_owner_who_is_not_simulated_is_stood_in_for(tmp_path: Path) -> None:
    """One person answers all, though half of it was given to Ben, who is not there."""
    turns = PROOF + '\n[assignment]\nmethod = "round_robin"\n'
    record = played(tmp_path, MODEL, more=turns)
    assert {job.person for job in record.jobs} == {"Anna"}
    assert len(record.jobs) == 4
    assert {one.state for one in record.incidents} == {"closed"}


def test_people_work_in_their_own_hours(tmp_path: Path) -> None:
    """Anna in the morning and Ben in the afternoon: the model says nothing of hours."""
    halves = """
[calendar.early]
time_zone = "UTC"
mon = ["09:00-12:00"]
[calendar.late]
time_zone = "UTC"
mon = ["14:00-18:00"]
"""
    config_in(tmp_path, PROOF + halves)
    text = (tmp_path / "config.toml").read_text()
    text = text.replace('"anna@example.com"', '"anna@example.com"\ncalendar = "early"', 1)
    text = text.replace('"ben@example.com"', '"ben@example.com"\ncalendar = "late"', 1)
    (tmp_path / "config.toml").write_text(text)
    config = load_config(tmp_path / "config.toml", {})
    (tmp_path / "model.toml").write_text("people = 2\nminutes = 30\n")
    archive = open_archive(mbox_in(tmp_path), config.limits.message_bytes)
    record = simulate(archive, config, read_staff_model(tmp_path / "model.toml", ["outage"]))
    by_anna = [job.began.hour for job in record.jobs if job.person == "Anna"]
    by_ben = [job.began.hour for job in record.jobs if job.person == "Ben"]
    assert (max(by_anna), min(by_ben)) == (11, 17)


def test_more_people_than_the_staff_has_may_be_tried(tmp_path: Path) -> None:
    """Three of whom the config names two: nobody waits for another one."""
    record = played(tmp_path, MODEL.replace("people = 1", "people = 3"))
    assert list(record.shifts) == ["Anna", "Ben", "Person 1"]
    assert figures.outcome(first_answers(record)[1003], record.ends) == "kept"


def test_a_mail_that_cannot_be_read_is_counted_as_such(tmp_path: Path) -> None:
    """It goes to quarantine, and time goes on."""
    nobody = replace(SIX[0], sender="")
    record = played(tmp_path, mails=(nobody, *SIX[1:3]))
    assert [came.disposition for came in record.came] == ["quarantined", "opened", "opened"]


def test_two_runs_come_to_the_same(tmp_path: Path, answered: Record) -> None:
    """Every value of the record."""
    assert played(tmp_path, MODEL) == answered


# --- nothing leaves -------------------------------------------------------------------------------------------


@contextmanager
def watched() -> Iterator[list[str]]:
    """Note every file that is written and every socket that is opened."""
    found: list[str] = []
    watch = [True]

    def hook(event: str, args: tuple[object, ...]) -> None:
        if not watch:
            return
        if event.startswith("socket."):
            found.append(f"{event} {args!r}")
        elif event == "open" and isinstance(args[0], str) and set(str(args[1] or "")) & set("wax+"):
            found.append(args[0])
        elif event in ("os.mkdir", "os.rename", "os.remove", "sqlite3.connect"):
            found.append(str(args[0]))

    sys.addaudithook(hook)
    try:
        yield found
    finally:
        watch.clear()


def test_nothing_is_written_but_in_a_folder_of_its_own(tmp_path: Path) -> None:
    """No socket is opened, and of the config's files none is made: no database, no key, no outgoing mail."""
    config: Config = config_in(tmp_path, PROOF)
    archive = open_archive(mbox_in(tmp_path), config.limits.message_bytes)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    with watched() as touched:
        simulate(archive, config)
    # What is cleared away in that folder is named without it.
    ours = ("maild-simulate-", "__pycache__", "simulated.db")
    assert [one for one in touched if not any(part in one for part in ours)] == []
    assert any("maild-simulate-" in one for one in touched)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_how_far_it_is_can_be_told(tmp_path: Path) -> None:
    """How many mails of the archive were taken so far: up to all of them."""
    config = config_in(tmp_path)
    archive = open_archive(mbox_in(tmp_path), config.limits.message_bytes)
    told: list[int] = []
    simulate(archive, config, told=told.append)
    assert told[0] == 1
    assert told[-1] == 6
    assert told == sorted(told)


def test_every_clock_of_the_config_runs_as_in_life(tmp_path: Path) -> None:
    """Next answers, updates and a resolution that stands still while the customer has their turn."""
    promises = "".join(
        f"[sla.{kind}]\nhotrush = 60\nhigh = 60\nnormal = {minutes}\nlow = 60\n"
        for kind, minutes in (("next_response", 30), ("update", 120), ("resolution", 90))
    )
    talk = "people = 1\nminutes = 40\n[answer]\ncloses = 0\n"
    talk += "[customer]\nwrites = 1\nminutes = 180\nspread = 1\nmost = 1\n"
    record = played(tmp_path, talk, more=PROOF + promises, mails=(replace(SIX[0], at=MONDAY + 9 * HOUR),))
    clocks = {clock.kind: clock for clock in record.clocks}
    again = MONDAY + 12 * HOUR + 40 * MINUTE
    assert (clocks["next_response"].started_at, clocks["next_response"].due_at) == (
        again,
        again + 30 * MINUTE,
    )
    assert figures.outcome(clocks["next_response"], record.ends) == "late"
    # 40 minutes until the first answer, 40 until the second: ten of ninety are left when it is closed.
    assert (clocks["resolution"].stopped_by, figures.outcome(clocks["resolution"], record.ends)) == (
        "end",
        "kept",
    )
    assert record.incidents[0].state == "closed"
    assert figures.sent(record)["customer", "pre_closed"] == 1


def test_what_is_there_before_the_first_mail_can_be_prepared(tmp_path: Path) -> None:
    """In the private database, at the time when the archive begins."""
    config = config_in(tmp_path)
    archive = open_archive(mbox_in(tmp_path), config.limits.message_bytes)
    seen: list[int] = []
    simulate(archive, config, prepare=lambda tx: seen.append(len(list(simulated.opened(tx)))))
    assert seen == [0]


def test_the_mornings_of_the_staff_are_played_too(tmp_path: Path) -> None:
    """Who has something waiting reads of it on each working day, the first mail at half past eight included."""
    record = played(tmp_path, until=MONDAY + 3 * DAY)
    mornings = sorted({mail.created_at for mail in record.mails if mail.kind == "digest"})
    assert mornings == [MONDAY + n * DAY + 8.5 * HOUR for n in range(3)]
