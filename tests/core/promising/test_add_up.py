"""A sum of a clock: its lines are what happened, and what they add up to is what the clock says."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from maild.core.promising import timer as t
from maild.core.promising.add_up import Line, add_up
from maild.core.promising.business_hours import Calendar
from maild.core.promising.target import Minutes
from maild.core.promising.timer import elapsed, start
from tests.core.promising.test_sla import OFFICE, utc
from tests.parts.zones import BERLIN, NEW_YORK

SPLIT = Calendar(BERLIN, (*(((540, 750), (810, 1080)),) * 5, (), ()))
NIGHTS = Calendar(NEW_YORK, (((1320, 360),),) * 7)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TUESDAY = utc("2026-03-03T08:00")


def told(lines: list[Line]) -> list[tuple[str, str, str]]:
    """Return what each line is, when it begins, and what was used after it, in minutes."""
    return [(line.what, f"{line.at:%d %H:%M}", f"{line.total / MINUTE:g}") for line in lines]


def test_each_opening_has_a_line_with_its_length_and_the_total() -> None:
    """From the start to the due time; a lunch break is no line."""
    timer = start("resolution", "normal", TUESDAY, Minutes(300), SPLIT)
    lines = add_up(timer, SPLIT, TUESDAY)
    assert told(lines) == [
        ("started", "03 08:00", "0"),
        ("now", "03 08:00", "0"),
        ("open", "03 08:00", "210"),
        ("open", "03 12:30", "300"),
        ("due", "03 14:00", "300"),
    ]
    assert [line.length / HOUR for line in lines if line.what == "open"] == [3.5, 1.5]


def test_now_the_due_time_and_a_change_cut_an_opening() -> None:
    """So that what was used then can be read off; late, it goes on to now."""
    timer = start("first_response", "normal", TUESDAY, Minutes(120), OFFICE)
    changes = [(TUESDAY + HOUR, "a word"), (TUESDAY - HOUR, "before its time")]
    lines = add_up(timer, OFFICE, TUESDAY + 3 * HOUR, changes)
    assert told(lines) == [
        ("started", "03 08:00", "0"),
        ("open", "03 08:00", "60"),
        ("changed", "03 09:00", "60"),
        ("open", "03 09:00", "120"),
        ("due", "03 10:00", "120"),
        ("open", "03 10:00", "180"),
        ("now", "03 11:00", "180"),
    ]


def test_a_pause_is_a_line_and_counts_nothing() -> None:
    """From when to when, or until today."""
    paused = t.pause(start("resolution", "normal", TUESDAY, Minutes(120), OFFICE), TUESDAY + HOUR, OFFICE)
    assert told(add_up(paused, OFFICE, TUESDAY + 30 * HOUR))[1:] == [
        ("open", "03 08:00", "60"),
        ("paused", "03 09:00", "60"),
        ("now", "04 14:00", "60"),
    ]
    resumed = t.resume(paused, TUESDAY + 24 * HOUR, OFFICE)
    assert told(add_up(resumed, OFFICE, TUESDAY + 24 * HOUR))[-3:] == [
        ("now", "04 08:00", "60"),
        ("open", "04 08:00", "120"),
        ("due", "04 09:00", "120"),
    ]


def test_a_stopped_clock_is_added_up_to_its_stop() -> None:
    """What would have come later is nobody's business."""
    timer = t.stop(start("first_response", "normal", TUESDAY, Minutes(120), OFFICE), TUESDAY + HOUR, "answer")
    lines = add_up(timer, OFFICE, TUESDAY + 99 * HOUR)
    assert [line.what for line in lines] == ["started", "open", "stopped"]
    assert lines[2].total == HOUR


@given(
    st.integers(0, 400 * 1440),
    st.integers(1, 6000),
    st.lists(st.integers(1, 3000), max_size=6),
    st.sampled_from([OFFICE, SPLIT, NIGHTS]),
)
def test_the_last_total_is_what_the_clock_has_used(
    begin: int, target: int, pauses: list[int], hours: Calendar
) -> None:
    """Whatever the hours, the pauses and the summer time; each total is the one before it and the line's length."""
    now = utc("2026-01-01T00:00") + begin * MINUTE
    timer = start("resolution", "normal", now, Minutes(target), hours)
    for number, minutes in enumerate(pauses):
        now += minutes * MINUTE
        timer = (t.resume if number % 2 else t.pause)(timer, now, hours)
    lines = add_up(timer, hours, now)
    total = timedelta()
    for line in lines:
        total += line.length
        assert line.total == total
        if line.what == "open":
            assert isinstance(line.until, datetime)
            assert line.until - line.at == line.length
        if line.what == "due":
            assert line.total == timer.budget
        if line.what == "now":
            assert line.total == elapsed(timer, now, hours)
