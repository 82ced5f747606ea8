"""The page of `maild sla N`: each clock of an incident, added up line by line in the calendar's own time."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from rich.text import Text

from maild.cli.common import console, print_hanging
from maild.core.promising.add_up import Line, add_up
from maild.core.promising.clocks import WAIT_KINDS, Clocks
from maild.core.promising.sla import TimerKind
from maild.core.promising.target import BusinessDays, Minutes, Target
from maild.core.promising.timer import Timer, elapsed, state_of
from maild.core.writing.time_words import say

_STAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\dZ")  # as the history of an incident names an instant
TITLES: dict[TimerKind, str] = {
    "first_response": "first answer",
    "next_response": "next answer",
    "update": "news",
    "resolution": "solution",
    "silence": "wait for the customer",
    "closing": "wait before closing",
}
MARGIN = "  "


@dataclass(frozen=True, slots=True)
class Sum:
    """One clock to be added up: with what became of its promise, as (instant, words)."""

    clocks: Clocks
    timer: Timer
    changes: Sequence[tuple[datetime, str]]


def print_sum(found: Sum, now: datetime) -> None:
    """Print one clock: how it stands, then line by line how it came to that."""
    timer, hours = found.timer, found.clocks.hours(found.timer)
    page = console()
    title = TITLES[timer.kind] + (f" ({timer.cycle})" if timer.cycle > 1 else "")
    page.print()
    page.print(Text.assemble((title, "bold"), f": {standing(found, now)}"))
    print_hanging(page, Text(f"{MARGIN}{promise_words(found)}"), MARGIN * 2)
    if timer.kind in WAIT_KINDS:
        return
    if hours.zone != found.clocks.policy.calendar.zone:
        page.print(Text(f"{MARGIN}times are those of {hours.zone}"))
    page.print(Text(MARGIN + _row("day", "open", "UTC", "for", "in all"), "dim"))
    for line in add_up(timer, hours, now, found.changes):
        print_hanging(page, Text(f"{MARGIN}{in_words(line, hours.zone)}"), MARGIN * 2)


def standing(found: Sum, now: datetime) -> str:
    """Return how a clock stands, in words."""
    timer, zone = found.timer, found.clocks.hours(found.timer).zone
    state = state_of(timer, now)
    due = f"due {say(timer.due_at, zone)}" if timer.due_at else "not due while it stands still"
    if timer.stopped_by in ("restart", "void"):
        return "ended; another took its place, or its cause was gone"
    if timer.kind in WAIT_KINDS:
        return f"{due}" if timer.stopped_at is None else "ended by then"
    words = {"met": "kept", "breached": "LATE", "running": "runs", "paused": "stands still"}
    return f"{words[state]}, {due}"


def promise_words(found: Sum) -> str:
    """Return what is promised, to whom, by which hours."""
    timer, policy = found.timer, found.clocks.policy
    if timer.kind in WAIT_KINDS:
        days = policy.pre_close_days if timer.kind == "silence" else policy.close_days
        return f"{days} days of 24 hours, from {say(timer.started_at, policy.calendar.zone)}"
    target = policy.target(timer.kind, timer.priority, timer.rule)
    by = "[sla]" if timer.rule < 0 else f"[[sla.policy]] {timer.rule + 1}"
    return f"promised {target_words(target)} for {timer.priority} by {by}; {hm(timer.budget)} of open time in all"


def target_words(target: Target | None) -> str:
    """Return a target in words."""
    match target:
        case Minutes(minutes):
            return hm(timedelta(minutes=minutes))
        case BusinessDays(days):
            return f"{days} business day{'' if days == 1 else 's'}, to the same time of day"
    return "nothing any more"


def in_words(line: Line, zone: tzinfo) -> str:
    """Return one line of a sum."""
    at = line.at.astimezone(zone)
    day, offset = f"{at:%a %Y-%m-%d}", f"{at:%z}"
    day_offset = f"{offset[:3]}:{offset[3:5]}"
    match line.what:
        case "open" if line.until:
            until = line.until.astimezone(zone)
            end = clock(until) if until.date() == at.date() else "24:00"
            return _row(day, f"{clock(at)} - {end}", day_offset, hm(line.length), hm(line.total))
        case "paused":
            ends = f"until {_moment(line.until, zone)}" if line.until else "and does so now"
            return f"{day}  {clock(at)}  stands still {ends}"
        case "changed":
            return (
                f"{day}  {clock(at)}  {_STAMP.sub(lambda said: _moment(_instant(said[0]), zone), line.text)}"
            )
        case _:
            words = {"started": "started", "due": "due", "now": "now", "stopped": "stopped"}[line.what]
            used = "" if line.what == "started" else f" at {hm(line.total)}"
            return f"{day}  {clock(at)}  {words}{used}"


def _row(*cells: str) -> str:
    """Return the cells in their columns, which fit 80 with a margin."""
    day, span, offset, length, total = cells
    return f"{day:14}  {span:19}  {offset:6}  {length:>10}  {total:>11}".rstrip()


def _instant(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y-%m-%d %H:%M%z")


def _moment(at: datetime, zone: tzinfo) -> str:
    local = at.astimezone(zone)
    return f"{local:%a %Y-%m-%d} {clock(local)}"


def clock(at: datetime) -> str:
    """Return the time of day, with seconds where there are any."""
    return f"{at:%H:%M:%S}" if at.second else f"{at:%H:%M}"


def hm(length: timedelta) -> str:
    """Return a length of time as hours and minutes, with seconds where there are any.

    >>> hm(timedelta(hours=27, minutes=5)), hm(timedelta(seconds=90)), hm(-timedelta(minutes=1))
    ('27:05 h', '0:01:30 h', '-0:01 h')
    """
    seconds = round(abs(length).total_seconds())
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    sign = "-" if length < timedelta() else ""
    return f"{sign}{hours}:{minutes:02d}{f':{left:02d}' if left else ''} h"


def as_object(number: int, found: Sum, now: datetime) -> dict[str, Any]:
    """Return one clock for a script, with its lines."""
    timer, hours = found.timer, found.clocks.hours(found.timer)
    used = elapsed(timer, now, hours)
    return {
        "incident": number,
        "kind": timer.kind,
        "cycle": timer.cycle,
        "state": state_of(timer, now),
        "priority": timer.priority,
        "started_at": timer.started_at,
        "due": timer.due_at,
        "stopped_at": timer.stopped_at,
        "stopped_by": timer.stopped_by,
        "elapsed_minutes": used / timedelta(minutes=1),
        "remaining_minutes": (timer.budget - used) / timedelta(minutes=1),
        "lines": list(_lines(found, now)),
    }


def _lines(found: Sum, now: datetime) -> Iterator[dict[str, Any]]:
    for line in add_up(found.timer, found.clocks.hours(found.timer), now, found.changes):
        yield {
            "what": line.what,
            "at": line.at,
            "until": line.until,
            "minutes": line.length / timedelta(minutes=1),
            "total_minutes": line.total / timedelta(minutes=1),
            "text": line.text,
        }
