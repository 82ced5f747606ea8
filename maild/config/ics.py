"""A file of holidays in iCalendar form (RFC 5545), as calendars of all kinds export it: which days are off.

Only whole days are read, once or every year. What else a calendar can say, it says of appointments; a rule that is not
understood is a mistake with its line, since a holiday that is silently left out would be a promise broken.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

DAY = timedelta(days=1)
MOST_DAYS = 366  # of one event; more is no holiday
LAST_YEAR = 2060  # yearly events are written out until then
_PROPERTY = re.compile(r"([A-Za-z0-9-]+)((?:;[^:\"]*(?:\"[^\"]*\"[^:\"]*)*)?):(.*)", re.DOTALL)
_LINE_END = re.compile(
    r"\r\n|\n|\r"
)  # and none of the others that str.splitlines knows: names may hold those
_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T000000Z?)?")


@dataclass(frozen=True, slots=True)
class Mistake:
    """What can't be read, and in which line."""

    line: int
    text: str


@dataclass(slots=True)
class _Event:
    """One event while its lines are read: each property with its line."""

    line: int
    said: dict[str, tuple[int, str]] = field(default_factory=dict)


def read_ics(text: str) -> tuple[frozenset[str], tuple[Mistake, ...]]:
    """Return the days off as `YYYY-MM-DD`, and everything that could not be read."""
    days: set[str] = set()
    mistakes: list[Mistake] = []
    events, wrong = _events(text)
    mistakes += wrong
    for event in events:
        try:
            days.update(one.isoformat() for one in _days_of(event))
        except _Wrong as problem:
            mistakes.append(Mistake(problem.line, problem.text))
    return frozenset(days), tuple(sorted(mistakes, key=lambda one: one.line))


class _Wrong(Exception):
    """A property that can't be read."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line, self.text = line, text


def _events(text: str) -> tuple[list[_Event], list[Mistake]]:
    """Return the events of the file with their properties, and the lines that are none."""
    events: list[_Event] = []
    mistakes: list[Mistake] = []
    inside: list[str] = []
    for number, line in _unfolded(text):
        found = _PROPERTY.fullmatch(line)
        if found is None:
            mistakes.append(Mistake(number, f"is no line of a calendar: {line[:40]!r}"))
            continue
        name, value = found[1].upper(), found[3].strip()
        if name == "BEGIN":
            inside.append(value.upper())
            if inside[-1] == "VEVENT":
                events.append(_Event(number))
        elif name == "END" and inside:
            inside.pop()
        elif inside[-1:] == ["VEVENT"]:
            events[-1].said.setdefault(name, (number, value))
    if inside and events:
        mistakes.append(
            Mistake(text.count("\n") + 1, f"the file ends within {inside[-1]}: part of it is missing")
        )
    if not events and not mistakes:
        mistakes.append(Mistake(1, "holds no event; export the calendar as iCalendar (.ics)"))
    return events, mistakes


def _unfolded(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its number, those that were folded joined (RFC 5545 §3.1); empty ones are left out."""
    begun, line = 0, ""
    for number, raw in enumerate(_LINE_END.split(text.lstrip("\ufeff")), start=1):
        if raw[:1] in (" ", "\t") and begun:
            line += raw[1:]
            continue
        if line.strip():
            yield begun, line
        begun, line = number, raw
    if line.strip():
        yield begun, line


def _days_of(event: _Event) -> Iterator[date]:
    """Yield the days of one event; raises _Wrong."""
    if event.said.get("STATUS", (0, ""))[1].upper() == "CANCELLED":
        return
    for name in ("RDATE", "EXDATE", "DURATION", "RECURRENCE-ID"):
        if name in event.said:
            raise _Wrong(event.said[name][0], f"{name} is not understood: write such days into `exceptions`")
    if "DTSTART" not in event.said:
        raise _Wrong(event.line, "the event has no DTSTART")
    first = _date(event, "DTSTART")
    length = (_date(event, "DTEND") - first if "DTEND" in event.said else DAY) or DAY
    if not DAY <= length <= MOST_DAYS * DAY:
        raise _Wrong(event.said["DTEND"][0], "DTEND is before DTSTART, or more than a year after it")
    for begin in _starts(event, first):
        yield from (begin + n * DAY for n in range(length.days))


def _date(event: _Event, name: str) -> date:
    line, value = event.said[name]
    found = _day(_DATE.fullmatch(value))
    if found is None:
        raise _Wrong(line, f"{name} must be a whole day such as 20261225, not {value[:40]}")
    return found


def _day(found: re.Match[str] | None) -> date | None:
    """Return the date that was found written, or None where there is no such day."""
    try:
        return date(int(found[1]), int(found[2]), int(found[3])) if found else None
    except ValueError:
        return None


def _starts(event: _Event, first: date) -> Iterator[date]:
    """Yield the first day of the event each time it comes; 29 February only where there is one."""
    if "RRULE" not in event.said:
        yield first
        return
    last, count = _rule(*event.said["RRULE"], first)
    for year in range(first.year, LAST_YEAR + 1):
        try:
            day = first.replace(year=year)
        except ValueError:
            continue
        if count == 0 or day > last:
            return
        count -= 1
        yield day


def _rule(line: int, written: str, first: date) -> tuple[date, int]:
    """Return the last day and the number of times of a yearly rule; raises _Wrong for any other."""
    parts = dict(part.upper().partition("=")[::2] for part in written.split(";") if part)
    same = parts.pop("BYMONTH", str(first.month)) == str(first.month)
    same = parts.pop("BYMONTHDAY", str(first.day)) == str(first.day) and same
    count, until = parts.pop("COUNT", str(LAST_YEAR)), parts.pop("UNTIL", f"{LAST_YEAR}1231")
    parts.pop("WKST", None)
    yearly = parts == {"FREQ": "YEARLY"} or parts == {"FREQ": "YEARLY", "INTERVAL": "1"}
    last = _day(_DATE.match(until))
    if not (yearly and same and last and count.isascii() and count.isdecimal()):
        raise _Wrong(line, f"only FREQ=YEARLY on the same day is understood, not {written[:60]}")
    return last, int(count[:6])
