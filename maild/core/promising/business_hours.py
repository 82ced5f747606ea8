"""Calendars: open time between two instants.

A calendar is open by the wall clock: an instant is open if the date and the time of day that a clock in
the calendar's zone shows lie in its hours. Time itself is real time, in UTC. So a change of the clock
needs no rule: hours that do not exist are never open, and those that come twice count twice (rules: The
clock).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MIDNIGHT = 1440  # in minutes, seen from the day that ends

# Hours repeat every week, so only holidays make a long pause, and they end with their year at the latest:
# a calendar that stays shut for more than a year and a month never opens again. Without this bound the
# search would not end.
SHUT_FOR_GOOD = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours of a week in one zone (rules: The clock).

    `weekly` holds seven tuples, Monday first, of (start, end) in minutes after midnight, 0..1440; `end <=
    start` runs past midnight. `holidays` are `YYYY-MM-DD` or `MM-DD`. `exceptions` replace the hours of
    one date.
    """

    zone: tzinfo
    weekly: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[str] = frozenset()
    exceptions: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Open time without a break, on one local date: from `opens` until just before `closes`, in UTC."""

    opens: datetime
    closes: datetime
    day: date
    offset: timedelta

    @property
    def length(self) -> timedelta:
        """How long it is open, in real time."""
        return self.closes - self.opens

    def first_from(self, wall: time) -> datetime | None:
        """Return the first instant here at which a clock shows `wall` or later, or None."""
        shown = datetime.combine(self.day, wall, UTC) - self.offset
        return max(self.opens, shown) if shown < self.closes else None


def is_open(calendar: Calendar, instant: datetime) -> bool:
    """Say whether the calendar is open at an aware instant; at its closing time it is not any more."""
    local = _utc(instant).astimezone(calendar.zone)
    shown = (local.replace(tzinfo=None) - datetime.combine(local.date(), time())) / MINUTE
    return any(start <= shown < end for start, end in hours_of(calendar, local.date()))


def open_time(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Return the open time from `start` to `end`, exact to the microsecond; none where `end` is not later."""
    return sum((stretch.length for stretch in stretches(calendar, start, end)), timedelta())


def open_seconds(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Return the open time from `start` to `end` in seconds; 0.0 where `end` is not later."""
    return open_time(calendar, start, end).total_seconds()


def stretches(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Stretch]:
    """Yield the open stretches from `start` to `end`, in order of time, each on one local date."""
    return _stretches(calendar, _utc(start), _utc(end))


def add_open(calendar: Calendar, start: datetime, seconds: float) -> datetime:
    """Return the first instant, in UTC, by which `seconds` of open time have passed since `start`.

    Raises ValueError as `add_time` does.
    """
    return add_time(calendar, start, timedelta(seconds=seconds))


def add_time(calendar: Calendar, start: datetime, left: timedelta) -> datetime:
    """Return the first instant, in UTC, by which the calendar was open for `left` since `start`.

    Time used up exactly at closing is over at closing, not at the next opening. Raises ValueError for a
    calendar that stays shut for more than 400 days.
    """
    if left <= timedelta():
        return _utc(start)
    coming = _stretches_without_end(calendar, _utc(start))
    stretch = next(coming)
    while left > stretch.length:
        left -= stretch.length
        stretch = next(coming)
    return stretch.opens + left


def next_open(calendar: Calendar, instant: datetime) -> datetime:
    """Return the first open instant from `instant` on, in UTC; raises ValueError as `add_open` does."""
    return next(_stretches_without_end(calendar, _utc(instant))).opens


def add_business_days(calendar: Calendar, start: datetime, days: int) -> datetime:
    """Return the same time of day `days` (1 or more) open days after the first open instant, in UTC.

    If that day has no such time, or opens later, it is its first open instant from then on; if it closed
    before, its last closing. Raises ValueError as `add_open` does.
    """
    first = next_open(calendar, start).astimezone(calendar.zone)
    day = _nth_open_day(calendar, first.date(), days)
    later = (stretch.first_from(first.time()) for stretch in day)
    return next((instant for instant in later if instant is not None), day[-1].closes)


def hours_of(calendar: Calendar, day: date) -> tuple[tuple[int, int], ...]:
    """Return the hours of a local date as (start, end) in minutes, start < end <= 1440, in order, united.

    An exception says all about its date and nothing about the next. A holiday empties its own date, also
    of the hours that a night shift of the day before brings; those of its own night shift, after midnight,
    stay.
    """
    written = day.isoformat()
    exception = calendar.exceptions.get(written)
    if exception is not None:
        return _union(_until_midnight(exception))
    if written in calendar.holidays or written[5:] in calendar.holidays:
        return ()
    eve, today = calendar.weekly[day.weekday() - 1], calendar.weekly[day.weekday()]
    return _union([*((0, end) for start, end in eve if end <= start), *_until_midnight(today)])


def _until_midnight(hours: tuple[tuple[int, int], ...]) -> list[tuple[int, int]]:
    """Return the part of a day's hours that lies on the day itself."""
    return [(start, end if end > start else MIDNIGHT) for start, end in hours]


def _union(hours: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Return the hours in order, those that overlap or adjoin made one, empty ones left out."""
    united: list[tuple[int, int]] = []
    for start, end in sorted(hours):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        elif start < end:
            united.append((start, end))
    return tuple(united)


def _stretches_without_end(calendar: Calendar, start: datetime) -> Iterator[Stretch]:
    """Yield the open stretches from `start` on; raises ValueError when none comes for 400 days."""
    shut_since = start
    while True:
        for stretch in _stretches(calendar, start, start + DAY):
            yield stretch
            shut_since = stretch.closes
        start += DAY
        if start - shut_since > SHUT_FOR_GOOD:
            raise ValueError(f"this calendar does not open within {SHUT_FOR_GOOD.days} days of {shut_since}")


def _nth_open_day(calendar: Calendar, after: date, count: int) -> list[Stretch]:
    """Return the open stretches of the `count`-th local date later than `after` that has any."""
    shut_since = day = after
    while True:
        day += DAY
        found = _stretches_on(calendar, day)
        count -= bool(found)
        if found and count <= 0:
            return found
        shut_since = day if found else shut_since
        if day - shut_since > SHUT_FOR_GOOD:
            raise ValueError(f"this calendar does not open within {SHUT_FOR_GOOD.days} days of {shut_since}")


def _stretches_on(calendar: Calendar, day: date) -> list[Stretch]:
    """Return the open stretches of one local date; wherever the zone lies, it is less than a day off UTC."""
    midnight = datetime.combine(day, time(), UTC)
    return [
        stretch for stretch in _stretches(calendar, midnight - DAY, midnight + 2 * DAY) if stretch.day == day
    ]


def _stretches(calendar: Calendar, start: datetime, end: datetime) -> Iterator[Stretch]:
    """Yield the open stretches between two instants, in order of time."""
    for begin, until, offset in _even_stretches(calendar.zone, start, end):
        day, last = (begin + offset).date(), (until + offset).date()
        while day <= last:
            midnight = datetime.combine(day, time(), UTC) - offset
            for first, after in hours_of(calendar, day):
                opens, closes = max(begin, midnight + first * MINUTE), min(until, midnight + after * MINUTE)
                if opens < closes:
                    yield Stretch(opens, closes, day, offset)
            day += DAY


def _even_stretches(
    zone: tzinfo, start: datetime, end: datetime
) -> Iterator[tuple[datetime, datetime, timedelta]]:
    """Yield (begin, until, offset) from `start` to `end`, each at most a day long with one offset from UTC.

    Two days of change lie weeks apart in every zone, so a day holds at most one of them.
    """
    while start < end:
        until, offset = min(start + DAY, end), _offset(zone, start)
        if _offset(zone, until) != offset:
            until = _first_change(zone, start, until)
        yield start, until, offset
        start = until


def _first_change(zone: tzinfo, before: datetime, after: datetime) -> datetime:
    """Return the instant between the two from which the offset is no longer that of `before`, by halving."""
    offset = _offset(zone, before)
    while after - before > timedelta.resolution:
        middle = before + (after - before) // 2
        if _offset(zone, middle) == offset:
            before = middle
        else:
            after = middle
    return after


def _offset(zone: tzinfo, instant: datetime) -> timedelta:
    """Return how far a clock in the zone is ahead of UTC at this instant."""
    return instant.astimezone(zone).utcoffset() or timedelta()


def _utc(instant: datetime) -> datetime:
    """Return the instant in UTC; raises ValueError for a naive one: it would mean the machine's zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(UTC)
