"""The plots of a simulation: where what stands, and that nothing runs out of its frame."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.cli.simulate_chart import (
    BAR_WIDTH,
    CELL,
    HEIGHT,
    HUES,
    LEFT,
    MARGIN,
    MOST_MARKS,
    POINTS,
    ROW,
    TOP,
    WIDTH,
    nice_top,
    promise_parts,
    queue_curve,
    week_cells,
)
from maild.core.simulating.figures import Promised, Spans

NOON, HOUR, DAY = datetime(2026, 3, 2, 12, tzinfo=UTC), timedelta(hours=1), timedelta(days=1)
WEEK = [[0] * 24 for _ in range(7)]


def points(outline: str) -> list[tuple[float, float]]:
    """Return the corners of an outline."""
    return [(float(x), float(y)) for x, y in (pair.split(",") for pair in outline.split())]


def test_an_hour_with_mails_has_its_cell() -> None:
    """By weekday and hour; the darker, the more, and numbers on dark ground are white."""
    week = [list(hours) for hours in WEEK]
    week[0][9], week[6][23] = 10, 1
    busy, quiet = week_cells(week)
    assert (busy.x, busy.y, busy.count) == (LEFT + 9 * CELL, TOP, 10)
    assert (quiet.x, quiet.y, quiet.count) == (LEFT + 23 * CELL, TOP + 6 * ROW, 1)
    assert (busy.fill, busy.ink, quiet.fill, quiet.ink) == (HUES[-1], "#ffffff", HUES[0], "#111111")
    assert week_cells(WEEK) == []


def test_the_queue_goes_up_and_down_in_steps() -> None:
    """From nothing at the beginning to what is left at the end."""
    curve = queue_curve([(NOON, 1), (NOON + HOUR, 2), (NOON + 2 * HOUR, 0)])
    low, half, full = HEIGHT, HEIGHT - (HEIGHT - 10) / 2, 10
    middle = MARGIN + (WIDTH - MARGIN) / 2
    assert points(curve.outline) == [
        (MARGIN, low),
        (MARGIN, low),
        (MARGIN, half),
        (middle, half),
        (middle, full),
        (WIDTH, full),
        (WIDTH, low),
        (WIDTH, low),
        (WIDTH, low),
    ]
    assert [label for _, label in curve.down] == ["1", "2"]
    assert queue_curve([]).outline == ""


def test_of_very_many_steps_the_longest_queues_stay() -> None:
    """What people look for in such a curve is its top."""
    lengths = [(NOON + n * HOUR, n % 97) for n in range(5_000)]
    found = points(queue_curve(lengths).outline)
    assert len(found) <= 2 * POINTS + 5
    top = HEIGHT - (HEIGHT - 10) * 96 / nice_top(96)
    assert min(y for _, y in found) == pytest.approx(top, abs=0.1)


@given(st.lists(st.tuples(st.integers(0, 10**7), st.integers(0, 10**5)), min_size=1, max_size=60))
def test_a_curve_stays_in_its_frame(steps: list[tuple[int, int]]) -> None:
    """However long the archive and the queue; the marks below it don't run into each other."""
    curve = queue_curve(sorted((NOON + timedelta(seconds=at), length) for at, length in steps))
    assert all(MARGIN <= x <= WIDTH and 10 <= y <= HEIGHT for x, y in points(curve.outline))
    assert len(curve.along) <= MOST_MARKS
    assert all(MARGIN <= x <= WIDTH for x, _ in curve.along)


@given(st.integers(0, 10**9))
def test_the_top_of_an_axis_is_easy_to_read_and_not_too_high(value: int) -> None:
    """2, 4, 10 and so on: the half of it is a whole number, too."""
    top = nice_top(value)
    assert value <= top <= max(2, 2.5 * value)
    assert top % 2 == 0


def test_a_bar_is_parted_by_how_promises_ended() -> None:
    """In one order, side by side; the row with the most fills the width."""
    ended = {"kept": 3, "late": 0, "overdue": 1, "running": 0}
    parts = promise_parts(Promised("first_response", "high", ended, Spans(None, None, None)), 4)  # type: ignore[arg-type]
    assert [part.words for part in parts] == ["kept: 3", "overdue: 1"]
    assert parts[0].x + parts[0].width == parts[1].x == BAR_WIDTH * 3 / 4
    assert parts[1].x + parts[1].width == BAR_WIDTH
