"""A clock added up line by line, so that whoever was promised something can check it by hand.

Each line is a stretch of open time on one date by the calendar's own clock, with its length and the total so far; or a
pause; or an instant at which something came: the due time, now, the end.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from maild.core.promising.business_hours import Calendar, Stretch, stretches
from maild.core.promising.timer import Timer, running_spans

What = Literal["started", "open", "paused", "due", "now", "stopped", "changed"]
# Of marks at the same instant, the order in which they are told.
ORDER: tuple[What, ...] = ("started", "open", "changed", "due", "now", "stopped", "paused")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sum: a span, or an instant (`until` is None, but for a pause that lasts); `total` is what was used.

    `length` is that of an open stretch, `text` what is said of a change.
    """

    what: What
    at: datetime
    until: datetime | None = None
    length: timedelta = timedelta()
    total: timedelta = timedelta()
    text: str = ""


def add_up(
    timer: Timer, hours: Calendar, now: datetime, changes: Sequence[tuple[datetime, str]] = ()
) -> list[Line]:
    """Return the lines of a clock in order of time: to its end, or to its due time or `now`, whichever is later.

    `changes` are instants at which its promise was changed, each with what became of it.
    """
    end = timer.stopped_at or max(now, timer.due_at or now)
    marks = [Line("started", timer.started_at)]
    marks += [Line("changed", at, text=text) for at, text in changes if timer.started_at <= at <= end]
    marks += [Line("paused", one.since, one.until) for one in timer.pauses]
    marks += [Line("due", timer.due_at)] if timer.due_at and timer.due_at <= end else []
    marks += [Line("stopped", timer.stopped_at)] if timer.stopped_at else [Line("now", now)]
    cuts = sorted(mark.at for mark in marks if mark.what != "paused")
    lines = [
        Line("open", one.opens, one.closes, one.length) for one in _cut(_running(timer, hours, end), cuts)
    ]
    ordered = sorted([*lines, *marks], key=lambda line: (line.at, ORDER.index(line.what)))
    return list(_with_totals(_after_its_time(ordered)))


def _running(timer: Timer, hours: Calendar, end: datetime) -> Iterator[Stretch]:
    """Yield the open stretches in which the clock runs, each whole opening of a date as one."""
    last: Stretch | None = None
    for begin, until in running_spans(timer):
        for one in stretches(hours, begin, min(until, end) if until else end):
            if last and last.closes == one.opens and (last.day, last.offset) == (one.day, one.offset):
                last = Stretch(last.opens, one.closes, one.day, one.offset)
                continue
            if last:
                yield last
            last = one
    if last:
        yield last


def _cut(found: Iterator[Stretch], cuts: Sequence[datetime]) -> Iterator[Stretch]:
    """Yield the stretches, those in which something came cut there."""
    for one in found:
        opens = one.opens
        for cut in [*(at for at in cuts if one.opens < at < one.closes), one.closes]:
            if opens < cut:
                yield Stretch(opens, cut, one.day, one.offset)
            opens = max(opens, cut)


def _after_its_time(lines: list[Line]) -> list[Line]:
    """Return the lines with what comes at the end of a stretch told after it, not before the next."""
    return sorted(lines, key=lambda line: line.until if line.what == "open" and line.until else line.at)


def _with_totals(lines: Sequence[Line]) -> Iterator[Line]:
    total = timedelta()
    for line in lines:
        total += line.length
        yield Line(line.what, line.at, line.until, line.length, total, line.text)
