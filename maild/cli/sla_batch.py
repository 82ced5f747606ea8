"""Many clocks at once for `maild sla --batch`: each line of a JSONL file is one calendar, one clock, its events.

The clocks are those of the daemon: the same events are folded by the same function. What can't be read of one line is
said with its place, and the other lines are answered all the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from maild.cli.json_lines import Object, json_lines
from maild.config.calendar import WEEKDAYS
from maild.config.kinds import interval_minutes, is_day
from maild.core.incident import Priority
from maild.core.promising.business_hours import Calendar
from maild.core.promising.clock_event import ClockEvent, ClockEventType
from maild.core.promising.clocks import SLA_KINDS, Clocks
from maild.core.promising.sla import Policy, SlaKind
from maild.core.promising.target import BusinessDays, Minutes, Target
from maild.core.promising.timer import Timer, elapsed, reach, state_of
from maild.errors import UserError

PRIORITIES: tuple[Priority, ...] = get_args(Priority)
EVENT_TYPES: tuple[ClockEventType, ...] = get_args(ClockEventType)
# What happens on incidents and starts or stops no clock.
NO_EVENTS = ("internal_note", "acknowledgement", "automatic_mail", "machine_message")
MOST_MINUTES, MOST_DAYS = 1_000_000, 365
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """One clock that is asked about: its policy, its kind, what happened until `now`, and the reminders wanted."""

    id: Any
    policy: Policy
    kind: SlaKind
    events: tuple[ClockEvent, ...]
    now: datetime
    reminders: Mapping[str, float]


def answers(path: Path) -> Iterator[Object | UserError]:
    """Yield the answer to each line of the file, or what is wrong with it; raises UserError for the file itself."""
    for place, given in json_lines(path):
        try:
            yield answer(read_asked(given, place))
        except UserError as wrong:
            yield wrong
        except (ValueError, OverflowError) as wrong:
            yield UserError(f"{place}: {wrong}")


def answer(asked: Asked) -> Object:
    """Return how the clock stands at the last event; raises ValueError for a calendar that never opens."""
    clocks = Clocks(asked.policy)
    for event in asked.events:
        clocks = clocks.after(event)
    timer, now = clocks.newest(asked.kind), asked.now
    if timer is None:
        nothing = dict.fromkeys(("due", "elapsed_minutes", "remaining_minutes", "reminders"))
        return {"id": asked.id, "state": "none", **nothing}
    used = elapsed(timer, now, clocks.hours(timer))
    return {
        "id": asked.id,
        "state": state_of(timer, now),
        "due": timer.due_at,
        "elapsed_minutes": _minutes(used),
        "remaining_minutes": _minutes(timer.budget - used),
        "reminders": _reminders(timer, asked.reminders, clocks.hours(timer)),
    }


def _minutes(length: timedelta) -> float:
    minutes = length / MINUTE
    return int(minutes) if minutes.is_integer() else minutes


def _reminders(timer: Timer, wanted: Mapping[str, float], hours: Calendar) -> dict[str, datetime] | None:
    """Return when each reminder is, or None where none comes any more: the clock stopped, or stands still."""
    if timer.stopped_at or timer.due_at is None or not wanted:
        return None
    ahead = sorted(wanted, key=lambda name: wanted[name])
    at = reach(timer, [wanted[name] * timer.budget for name in ahead], hours)
    found = {name: instant for name, instant in zip(ahead, at, strict=True) if instant}
    return found | {name: timer.due_at for name in ahead if wanted[name] == 1}


def read_asked(given: Object, place: str) -> Asked:
    """Return what a line asks; raises UserError that names the line and the key."""
    kind = _one_of(given, "timer", SLA_KINDS, place)
    happened = read_events(given, place)
    targets = read_targets(given, place)
    if given.get("priority_raise", "from_change") not in ("from_change", "from_start"):
        raise UserError(f'{place}: "priority_raise" must be "from_change" or "from_start"')
    policy = Policy(
        read_calendar(given, place),
        priority_raise="from_start" if given.get("priority_raise") == "from_start" else "from_change",
    )
    return Asked(
        given.get("id"),
        replace(policy, **{kind: targets}),  # type: ignore[arg-type]
        cast(SlaKind, kind),
        tuple(event for _, event in happened if event),
        happened[-1][0],
        read_reminders(given, place),
    )


def read_calendar(given: Object, place: str) -> Calendar:
    """Return the calendar of a line: `tz`, `weekly`, `holidays`, `exceptions`."""
    calendar = _table(given, "calendar", place)
    weekly = _table(calendar, "weekly", place)
    strange = [day for day in weekly if day not in WEEKDAYS]
    if strange:
        raise UserError(f'{place}: "weekly": {strange[0]!r} is none of {", ".join(WEEKDAYS)}')
    holidays = calendar.get("holidays") or []
    if not isinstance(holidays, list) or not all(isinstance(day, str) and is_day(day) for day in holidays):
        raise UserError(f'{place}: "holidays" must be days such as "2026-12-25" or "12-25"')
    exceptions = calendar.get("exceptions") or {}
    if not isinstance(exceptions, dict) or not all(is_day(day) and len(day) == 10 for day in exceptions):
        raise UserError(f'{place}: "exceptions" must be a table by dates such as "2026-12-24"')
    return Calendar(
        _zone(calendar.get("tz"), place),
        tuple(_hours(weekly.get(day), day, place) for day in WEEKDAYS),
        frozenset(holidays),
        {day: _hours(hours, day, place) for day, hours in exceptions.items()},
    )


def _zone(name: Any, place: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError, AttributeError):
        raise UserError(f'{place}: "tz" must be a time zone such as "Europe/Berlin", not {name!r}') from None


def _hours(given: Any, day: str, place: str) -> tuple[tuple[int, int], ...]:
    texts = [] if given is None else given
    if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
        raise UserError(f'{place}: {day}: must be a list of hours such as "09:00-18:00"')
    read = [(text, interval_minutes(text)) for text in texts]
    wrong = [text for text, hours in read if hours is None]
    if wrong:
        raise UserError(f'{place}: {day}: {wrong[0]!r} must be hours such as "09:00-18:00" or "22:00-06:00"')
    return tuple(hours for _, hours in read if hours is not None)


def read_targets(given: Object, place: str) -> dict[Priority, Target]:
    """Return the target of each priority that a line names."""
    targets = _table(given, "targets", place)
    strange = [name for name in targets if name not in PRIORITIES]
    if strange:
        raise UserError(f'{place}: "targets": {strange[0]!r} is none of {", ".join(PRIORITIES)}')
    return {name: _target(targets[name], name, place) for name in PRIORITIES if name in targets}


def _target(given: Any, name: str, place: str) -> Target:
    match given:
        case {"bd": int(days), **rest} if not rest and not isinstance(days, bool) and 1 <= days <= MOST_DAYS:
            return BusinessDays(days)
        case int(minutes) if not isinstance(minutes, bool) and 1 <= minutes <= MOST_MINUTES:
            return Minutes(minutes)
    raise UserError(f'{place}: "targets": {name}: must be minutes such as 240, or {{"bd": 1}}')


def read_events(given: Object, place: str) -> list[tuple[datetime, ClockEvent | None]]:
    """Return what happened in order of time, None for what is nothing to a clock; the order of one instant stays."""
    events = given.get("events")
    if not isinstance(events, list) or not events:
        raise UserError(f'{place}: "events" must be a list of at least one event')
    read = [_event(one, f'{place}: "events" {number}') for number, one in enumerate(events, 1)]
    return sorted(read, key=lambda happened: happened[0])


def _event(given: Any, where: str) -> tuple[datetime, ClockEvent | None]:
    if not isinstance(given, dict):
        raise UserError(f"{where}: must be an object in braces")
    at = _instant(given.get("at"), where)
    if given.get("type") in NO_EVENTS:
        return at, None
    kind = cast(ClockEventType, _one_of(given, "type", EVENT_TYPES, where))
    priority = None
    if kind in ("created", "priority_changed"):
        priority = cast(Priority, _one_of({"priority": "normal"} | given, "priority", PRIORITIES, where))
    return at, ClockEvent(kind, at, priority, "staff" if given.get("by") == "staff" else "customer")


def _instant(given: Any, where: str) -> datetime:
    try:
        at = datetime.fromisoformat(given)
    except (ValueError, TypeError):
        at = None
    if at is None or at.tzinfo is None:
        raise UserError(f'{where}: "at" must be a time with its zone such as "2026-03-03T08:15:00Z"')
    return at


def read_reminders(given: Object, place: str) -> dict[str, float]:
    """Return the reminders that a line asks for, by the fraction as it is written."""
    wanted = given.get("reminders") or []
    numbers = isinstance(wanted, list) and all(
        isinstance(part, (int, float)) and not isinstance(part, bool) and 0 < part <= 10 for part in wanted
    )
    if not numbers:
        raise UserError(f'{place}: "reminders" must be fractions such as [0.5, 0.75]')
    return {str(part): part for part in wanted}


def _table(given: Object, key: str, place: str) -> Object:
    found = given.get(key)
    if not isinstance(found, dict):
        raise UserError(f'{place}: "{key}" must be an object in braces')
    return found


def _one_of(given: Object, key: str, known: tuple[str, ...], place: str) -> str:
    found = given.get(key)
    if found not in known:
        raise UserError(f'{place}: "{key}" must be one of {", ".join(known)}, not {found!r}')
    return str(found)
