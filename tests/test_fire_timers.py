"""STORY 3: a promise is reminded of once a step, never when it is kept, and after a night only by its newest step."""

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.core.actions import FireStep, WaitStep
from maild.fire_timers import AT_ONCE, cause_of, fire_due
from maild.store.tables import event, step
from tests.faults.target import ANNA, BEN, JANE, NOW, PROOF, Target, target
from tests.parts import cases as c

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
# A normal request on Monday at 09:00 is due on Tuesday at 09:00; half of it is over at 13:30.
HALF = NOW + 4.5 * HOUR
HOTRUSH = """
[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]
"""


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild on a Monday morning, which has one open incident."""
    with target(tmp_path) as made:
        made.opens()
        yield made


def at(found: Target, instant: datetime) -> int:
    """Move the clock there and fire what is due; return how many clocks were looked at."""
    found.clock.advance(instant - found.clock.now())
    looked = fire_due(found.desk)
    found.sends()
    return looked


def reminders(found: Target, person: str = ANNA) -> list[str]:
    """Return the subjects of the reminders that a person got."""
    subjects = [mail["Subject"] for mail in found.read(person)]
    return [subject for subject in subjects if "Due soon" in subject or "Late" in subject]


def test_before_its_step_no_clock_is_looked_at(maild: Target) -> None:
    """What is due is asked of the database; nothing is."""
    assert at(maild, HALF - MINUTE) == 0
    assert reminders(maild) == []


def test_a_step_reminds_each_of_the_staff_once(maild: Target) -> None:
    """However often it ticks after that."""
    assert at(maild, HALF) == 1
    assert [at(maild, HALF + n * MINUTE) for n in range(1, 5)] == [0, 0, 0, 0]
    assert len(reminders(maild)) == len(reminders(maild, BEN)) == 1
    assert "#1001" in reminders(maild)[0]
    assert maild.to(JANE)[1:] == []


def test_a_reminder_wakes_delivery(maild: Target) -> None:
    """It leaves at once, not at the next tick."""
    maild.desk.mail_waits.clear()
    at(maild, HALF)
    assert maild.desk.mail_waits.is_set()


def test_an_answer_ends_all_reminders(maild: Target) -> None:
    """The promise is kept: the clock is never looked at again."""
    maild.gets(maild.answer(maild.to(ANNA)[0], ANNA, "Try again now.", proven=True))
    assert [at(maild, NOW + n * HOUR) for n in (5, 30, 100)] == [0, 0, 0]
    assert reminders(maild) == []


def test_a_closed_incident_is_not_reminded_of(maild: Target) -> None:
    """Closed without a word, it is answered all the same."""
    maild.gets(maild.answer(maild.to(ANNA)[0], ANNA, "#close", proven=True))
    assert at(maild, HALF) == 0


def test_after_downtime_only_the_newest_step_is_told(maild: Target) -> None:
    """Everything that was missed is on record as fired; one mail speaks for it, when somebody is there to read."""
    at(maild, NOW + 24 * HOUR + MINUTE)
    assert len(reminders(maild)) == 1
    assert "Late" in reminders(maild)[0]
    fired = [row["step"] for row in maild.rows(select(step))]
    assert sorted(fired) == ["0.5", "0.75", "0.9", "1.0"]


def test_at_night_a_missed_step_waits_for_the_morning(maild: Target) -> None:
    """Rule 29: looked at once, then not before opening."""
    assert at(maild, NOW + 12 * HOUR) == 1
    assert reminders(maild) == []
    assert at(maild, NOW + 20 * HOUR) == 0
    at(maild, NOW + 24 * HOUR)
    assert len(reminders(maild)) == 1


def test_the_history_says_that_a_step_fired(maild: Target) -> None:
    """`maild show` tells when somebody was reminded."""
    at(maild, HALF)
    told = [(row["at"], row["text"]) for row in maild.rows(select(event).where(event.c.name == "step_fired"))]
    assert told == [(HALF, "0.5")]


def test_more_clocks_than_a_transaction_takes_are_all_looked_at(tmp_path: Path) -> None:
    """A backlog of promises is worked off in one tick, a hundred at a time."""
    with target(tmp_path) as maild:
        for n in range(AT_ONCE + 5):
            maild.gets(maild.mail(f"c{n}@d{n}.example"))
        maild.clock.advance(4.5 * HOUR)
        assert fire_due(maild.desk) == AT_ONCE + 5
        assert len(maild.outbox("reminder")) == 2 * (AT_ONCE + 5)
        assert fire_due(maild.desk) == 0


def test_two_processes_remind_once(maild: Target) -> None:
    """Both tick at the same instant: a clock belongs to whoever looked first."""
    maild.clock.advance(4.5 * HOUR)
    together = threading.Barrier(2)
    looked = list[int]()

    def tick() -> None:
        together.wait(10)
        looked.append(fire_due(maild.desk))

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(looked) == [0, 1]
    assert len(maild.outbox("reminder")) == 2


def test_a_raised_priority_moves_the_steps(tmp_path: Path) -> None:
    """Rule 28: from the customer's next mail on, the sooner promise is the one that is reminded of."""
    with target(tmp_path, PROOF + HOTRUSH) as maild:
        maild.opens()
        maild.clock.advance(HOUR)
        maild.gets(maild.answer(maild.to(JANE)[0], JANE, "Make it a HotRush, please.", proven=True))
        assert at(maild, NOW + 2 * HOUR) == 1
        assert "HOTRUSH" in reminders(maild)[0]


def test_the_cause_of_a_reminder_is_its_clock_and_step() -> None:
    """So one step reminds one person once, even if it were asked for twice."""
    watch = c.watch()
    assert cause_of(watch, [FireStep(4, "0.5", None), FireStep(4, "0.75", None)]) == "timer:4:0.75"
    assert cause_of(watch, [WaitStep(4, None)]) == "timer:4"


def test_a_clock_that_fails_stops_no_other(maild: Target) -> None:
    """The next one reminds as it should; the one in trouble is left alone for five minutes, then tried again."""
    maild.opens()
    with maild.desk.database.begin() as tx:
        tx.exec_driver_sql(
            "CREATE TRIGGER broken BEFORE INSERT ON step WHEN NEW.timer = 1 BEGIN SELECT RAISE(ABORT, 'broken'); END"
        )
    assert at(maild, HALF) == 2
    assert ["#1002" in subject for subject in reminders(maild)] == [True]
    assert at(maild, HALF + MINUTE) == 0
    with maild.desk.database.begin() as tx:
        tx.exec_driver_sql("DROP TRIGGER broken")
    assert at(maild, HALF + 5 * MINUTE) == 1
    assert ["#1001" in subject for subject in reminders(maild)] == [False, True]
