"""A clock at a step reminds the staff once, of the newest step, unless there is nothing left to remind of."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.actions import Action, FireStep, WaitStep
from maild.core.deciding.remind import minutes_left, remind
from maild.core.promising.clock_event import ClockEvent
from maild.core.promising.steps import Watch
from tests.parts import cases as c

# Normal: eight open hours from Monday 09:00, so half of them at 13:00, due at 17:00.
WATCH = c.watch()


def at(hours: float, watch: Watch = WATCH, **changes: object) -> list[Action]:
    """Return what is done so many hours after the clock began."""
    return remind(watch, c.incident(**changes), c.rules(), c.NOW + hours * c.HOUR)  # type: ignore[arg-type]


def test_before_the_first_step_nothing_is_said() -> None:
    """Only when to look again."""
    assert at(3.9) == [WaitStep(4, c.NOW + 4 * c.HOUR)]


def test_a_step_reminds_each_of_the_staff_once() -> None:
    """The step is noted as fired with the instant of the next, and each gets one mail."""
    done = at(4)
    assert c.only(done, FireStep) == FireStep(4, "0.5", c.NOW + 6 * c.HOUR)
    assert [(mail.kind, mail.to.address, mail.audience) for mail in c.mails(done)] == [
        ("reminder", c.ANNA.address, "staff"),
        ("reminder", c.BEN.address, "staff"),
    ]


def test_a_step_that_fired_does_not_fire_again() -> None:
    """Asked again, it waits for the next."""
    assert at(4.5, c.watch("0.5")) == [WaitStep(4, c.NOW + 6 * c.HOUR)]


def test_after_downtime_only_the_latest_step_is_told() -> None:
    """All that passed are noted, and one mail speaks for them."""
    done = at(7.5)
    assert [step.step for step in c.of_type(done, FireStep)] == ["0.5", "0.75", "0.9"]
    assert len(c.mails(done)) == 2


def test_a_stopped_clock_reminds_of_nothing() -> None:
    """The answer was given: never look again."""
    assert at(9, c.watch(of=c.clocks(ClockEvent("staff_reply", c.NOW)))) == [WaitStep(4, None)]


def test_at_night_a_missed_step_waits_for_opening() -> None:
    """Nobody is there to read it: Tuesday 09:00 (rule 29)."""
    assert at(12) == [WaitStep(4, c.NOW + 24 * c.HOUR)]


def test_a_hotrush_reminds_at_night() -> None:
    """Rule 29: out of queue is out of hours, too."""
    assert c.mails(at(12, priority="hotrush"))


def test_a_reminder_says_whose_problem_waits_since_when_and_for_how_long() -> None:
    """All that somebody needs to decide whether to act now."""
    facts = c.mails(at(4))[0].facts
    assert facts["subject"] == "The checkout is down"
    assert facts["customer"] == "Alice <alice@example.net>"
    assert (facts["late"], facts["remaining"]) == (False, 240)
    assert facts["due"] == "2026-03-02T17:00:00Z"
    assert facts["waiting_since"] == "2026-03-02T09:00:00Z"


def test_a_late_reminder_says_by_how_much() -> None:
    """The instant after the due time is late already, by less than a minute."""
    fired = c.watch("0.5", "0.75", "0.9")
    done = remind(fired, c.incident(), c.rules(), c.NOW + 8 * c.HOUR + timedelta.resolution)
    facts = c.mails(done)[0].facts
    assert c.only(done, FireStep).step == "1.0"
    assert (facts["late"], facts["remaining"]) == (True, 1)


@pytest.mark.parametrize(
    ("hours", "minutes"), [(0, 480), (7.5, 30), (8, 0), (8.5, -31), (23, -61), (24.5, -91)]
)
def test_minutes_are_counted_in_open_time(hours: float, minutes: int) -> None:
    """Closed hours neither help nor harm; whoever is late is so from the first instant."""
    assert minutes_left(WATCH, c.NOW + hours * c.HOUR) == minutes


@given(st.lists(st.timedeltas(timedelta(minutes=1), timedelta(hours=20)), max_size=25), st.booleans())
def test_however_it_is_ticked_each_step_fires_at_most_once(gaps: list[timedelta], hotrush: bool) -> None:
    """Every step once and in its order; and a clock that is looked at after all has nothing left."""
    watch = c.watch(of=c.clocks(priority="hotrush" if hotrush else "normal"))
    now, fired = c.NOW, list[str]()
    joined = c.incident(priority="hotrush" if hotrush else "normal")
    for gap in gaps:
        now += gap
        done = remind(watch, joined, c.rules(), now)
        steps = [step.step for step in c.of_type(done, FireStep)]
        assert bool(steps) == bool(c.mails(done))
        assert len(c.mails(done)) in (0, 2)
        fired += steps
        watch = replace(watch, fired=tuple(fired))
    names = [step.name for step in watch.steps]
    assert fired == names[: len(fired)]
