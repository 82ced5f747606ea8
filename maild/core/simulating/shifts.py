"""When a simulated person is at work: by the hours of the model, or by their own, without the days they are away."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from maild.core.promising.business_hours import Calendar, add_open, is_open, next_open, open_seconds
from maild.core.staff import Away, StaffMember

DAY = timedelta(days=1)
# Longer than a calendar may stay shut (core/promising/business_hours.py): who is away for longer never comes back.
LONGEST_AWAY = 500


@dataclass(frozen=True, slots=True)
class Shifts:
    """The working hours of one person."""

    calendar: Calendar

    def at_work(self, now: datetime) -> bool:
        """Say whether they are there."""
        return is_open(self.calendar, now)

    def next_from(self, now: datetime) -> datetime | None:
        """Return when they are there next, `now` where they are, None where they never come back."""
        try:
            return next_open(self.calendar, now)
        except ValueError:
            return None

    def done_at(self, begun: datetime, seconds: float) -> datetime | None:
        """Return when work of so many seconds is done that begins now; it rests while they are not there."""
        try:
            return add_open(self.calendar, begun, max(1, round(seconds)))
        except ValueError:
            return None

    def seconds(self, begin: datetime, end: datetime) -> float:
        """Return for how long they are there."""
        return open_seconds(self.calendar, begin, end)


def shifts_of(member: StaffMember, hours: Calendar | None, service: Calendar) -> Shifts:
    """Return when a member works: `hours` where the model has some, else their own or those of the service."""
    calendar = hours or member.calendar or service
    empty = {day: () for away in member.away for day in _days(away)}
    return Shifts(replace(calendar, exceptions={**calendar.exceptions, **empty}) if empty else calendar)


def _days(away: Away) -> Iterator[str]:
    days = min((away.last - away.first).days + 1, LONGEST_AWAY)
    return ((away.first + n * DAY).isoformat() for n in range(days))
