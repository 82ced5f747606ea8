"""The plots of a simulation laid out: the week as a heat map, the queue as a curve, shares as bars.

Colours are those of every report of ours, told apart by the colour-blind; each plot has its numbers beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from maild.core.simulating.figures import Outcome, Promised

HUES = ("#e3eef9", "#b7d4ee", "#6ea8d8", "#2b78b8", "#0b4a85")
DARK_FROM = 3  # from this hue on, numbers are white
CELL, ROW, LEFT, TOP = 36, 26, 44, 22
WIDTH, HEIGHT, MARGIN = 900, 220, 44  # of the curve
POINTS = 450  # of the curve at most: of more, each stands for the longest queue of its stretch
BAR_WIDTH = 420
BAR_HUES: dict[Outcome, str] = {
    "kept": "#6ea8d8",
    "late": "#f5a55c",
    "overdue": "#9c4a08",
    "running": "#d5dbe1",
}
MOST_MARKS = 9
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Cell:
    """One hour of the week: its corner, its number, its colours, and itself in words."""

    x: int
    y: int
    count: int
    fill: str
    ink: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve: the outline of what lies below it, and the marks of both axes as (position, label)."""

    outline: str
    down: Sequence[tuple[float, str]]
    along: Sequence[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a bar: where it begins, how long it is, its colour, what it stands for."""

    x: float
    width: float
    fill: str
    words: str


def week_cells(week: Sequence[Sequence[int]]) -> list[Cell]:
    """Return the cells of the hours that have mails; the darker, the more of them."""
    top = max((count for hours in week for count in hours), default=0)
    return [
        _cell(LEFT + hour * CELL, TOP + day * ROW, count, top)
        for day, hours in enumerate(week)
        for hour, count in enumerate(hours)
        if count
    ]


def queue_curve(lengths: Sequence[tuple[datetime, int]]) -> Curve:
    """Return the queue as a curve of steps; empty for no queue."""
    if not lengths:
        return Curve("", (), ())
    begin, end = lengths[0][0], lengths[-1][0]
    span = max((end - begin).total_seconds(), 1.0)
    top = nice_top(max(length for _, length in lengths))
    steps = _thinned([((at - begin).total_seconds() / span, length) for at, length in lengths])
    points, last = [f"{MARGIN},{HEIGHT}"], 0
    for part, length in steps:
        points += [
            f"{_along(part):.1f},{_down(last, top):.1f}",
            f"{_along(part):.1f},{_down(length, top):.1f}",
        ]
        last = length
    points += [f"{WIDTH},{_down(last, top):.1f}", f"{WIDTH},{HEIGHT}"]
    down = [(_down(value, top), str(value)) for value in (0, top // 2, top) if value or not top]
    return Curve(" ".join(points), down, _days_along(begin, end, span))


def promise_parts(one: Promised, most: int) -> list[Part]:
    """Return the bar of one row of promises; a full bar is the row with the most."""
    parts, x = [], 0.0
    for word, count in one.ended.items():
        width = BAR_WIDTH * count / most if most else 0.0
        if count:
            parts.append(Part(round(x, 1), round(width, 1), BAR_HUES[word], f"{word}: {count}"))
        x += width
    return parts


def nice_top(value: int) -> int:
    """Return the next number from `value` on that is easy to read off an axis: 2, 4, 10, 20, 40, 100, ...

    >>> nice_top(3), nice_top(10), nice_top(101), nice_top(0)
    (4, 10, 200, 2)
    """
    top = 1
    while True:
        for step in (2, 4, 10):
            if value <= top * step:
                return top * step
        top *= 10


def _cell(x: int, y: int, count: int, top: int) -> Cell:
    depth = min(len(HUES) - 1, count * len(HUES) // top)
    return Cell(x, y, count, HUES[depth], "#ffffff" if depth >= DARK_FROM else "#111111")


def _thinned(steps: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    """Return the steps; of very many, the longest queue of each stretch."""
    if len(steps) <= POINTS:
        return list(steps)
    longest: dict[int, tuple[float, int]] = {}
    for part, length in steps:
        place = int(part * POINTS)
        if place not in longest or length > longest[place][1]:
            longest[place] = (part, length)
    return list(longest.values())


def _days_along(begin: datetime, end: datetime, span: float) -> list[tuple[float, str]]:
    """Return the marks below the curve: midnights of so many days apart that they don't run into each other."""
    days = (end.date() - begin.date()).days + 1
    apart = max(1, -(-days // MOST_MARKS))
    marks = []
    for number in range(apart if apart > 1 else 1, days, apart):
        day: date = begin.date() + number * DAY
        midnight = datetime.combine(day, datetime.min.time(), begin.tzinfo)
        marks.append((round(_along((midnight - begin).total_seconds() / span), 1), f"{day.day}.{day.month}."))
    return marks


def _along(part: float) -> float:
    return MARGIN + part * (WIDTH - MARGIN)


def _down(length: int, top: int) -> float:
    return HEIGHT - (HEIGHT - 10) * length / top
