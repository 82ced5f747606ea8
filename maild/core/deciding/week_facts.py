"""The figures of a week for those who lead: what came in, how soon we answered, what we broke, who has what.

Every figure is counted from values that lie in the database anyway; each is explained where it is printed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import ceil
from typing import get_args

from maild.core.actions import Fact
from maild.core.deciding.bars import chart
from maild.core.deciding.reply_facts import Facts
from maild.core.incident import Priority
from maild.core.promising.business_hours import Calendar, open_seconds
from maild.core.writing.time_words import instant

SECOND = timedelta(seconds=1)
BUSIEST = 3  # hours that are named


@dataclass(frozen=True, slots=True)
class Promised:
    """A promise to answer that ended within the week: on an incident of which priority and owner, kept or broken."""

    priority: Priority
    owner: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """An incident that was answered for the first time within the week: when it was opened, and when answered."""

    opened_at: datetime
    answered_at: datetime


@dataclass(frozen=True, slots=True)
class OwnerWeek:
    """What one of the staff did in the week, and what they have now: incidents whose turn is theirs."""

    name: str
    key: str
    answers: int
    closed: int
    open: int


@dataclass(frozen=True, slots=True)
class Week:
    """All that was found of a week, from `begin` until just before `end`; `open` is how many are open now."""

    begin: datetime
    end: datetime
    opened: int
    closed: int
    open: int
    answered: tuple[Answered, ...]
    promised: tuple[Promised, ...]
    mails_at: tuple[datetime, ...]
    owners: tuple[OwnerWeek, ...]

    @property
    def anything(self) -> bool:
        """Whether anything happened in it."""
        return bool(self.opened or self.closed or self.answered or self.promised or self.mails_at)


def weekly_figures(week: Week, name: str, calendar: Calendar, zone: tzinfo) -> Facts:
    """Return the facts of the weekly mail to `name`; times to answer are minutes of opening time."""
    times = sorted(int(open_seconds(calendar, one.opened_at, one.answered_at) // 60) for one in week.answered)
    facts: dict[str, Fact] = {
        "name": name,
        "since": instant(week.begin),
        "until": instant(week.end - SECOND),
        "opened": week.opened,
        "closed": week.closed,
        "open": week.open,
        "answered": len(times),
        "median": percentile(times, 50),
        "p90": percentile(times, 90),
        "kept": sum(1 for one in week.promised if one.kept),
        "broken": sum(1 for one in week.promised if not one.kept),
        "promises": list(_by_priority(week.promised)),
        "owners": [_owner(one, week.promised) for one in week.owners],
        "busiest": ", ".join(busiest(week.mails_at, zone)),
        "chart": _mails_by_hour(week.mails_at, zone),
    }
    return facts


def percentile(values: Sequence[int], part: int) -> int:
    """Return the smallest of the sorted values that at least `part` of a hundred do not exceed; 0 where there is none.

    >>> percentile([10, 20, 30, 40], 50), percentile([10, 20, 30, 40], 90), percentile([], 50)
    (20, 40, 0)
    """
    return values[max(0, ceil(len(values) * part / 100) - 1)] if values else 0


def _by_priority(promised: Iterable[Promised]) -> Iterable[dict[str, str]]:
    """Yield a row for each priority that anything was promised for, the highest first."""
    kept = Counter(one.priority for one in promised if one.kept)
    broken = Counter(one.priority for one in promised if not one.kept)
    for priority in get_args(Priority):
        if total := kept[priority] + broken[priority]:
            yield {"priority": priority, "broken": str(broken[priority]), "total": str(total)}


def _owner(one: OwnerWeek, promised: Iterable[Promised]) -> dict[str, str]:
    late = sum(1 for promise in promised if promise.owner == one.key and not promise.kept)
    return {
        "name": one.name,
        "answered": str(one.answers),
        "closed": str(one.closed),
        "open": str(one.open),
        "late": str(late),
    }


def busiest(mails_at: Iterable[datetime], zone: tzinfo) -> list[str]:
    """Return the hours of the day in which most mails came, the busiest first: `09:00-10:00`."""
    hours = Counter(at.astimezone(zone).hour for at in mails_at)
    ranked = sorted(hours.items(), key=lambda pair: (-pair[1], pair[0]))
    return [f"{hour:02}:00-{hour + 1:02}:00" for hour, _ in ranked[:BUSIEST]]


def _mails_by_hour(mails_at: Iterable[datetime], zone: tzinfo) -> str:
    hours = Counter(at.astimezone(zone).hour for at in mails_at)
    if not hours:
        return ""
    return chart({f"{hour:02}:00": hours[hour] for hour in range(min(hours), max(hours) + 1)})
