"""[calendar.NAME]: when we are open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from maild.config.kinds import Date, Holiday, Interval, ZoneName, interval_minutes
from maild.core.promising.business_hours import Calendar

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarSection:
    """What one [calendar.NAME] says; a weekday without hours is closed."""

    time_zone: ZoneName
    mon: tuple[Interval, ...] = ()
    tue: tuple[Interval, ...] = ()
    wed: tuple[Interval, ...] = ()
    thu: tuple[Interval, ...] = ()
    fri: tuple[Interval, ...] = ()
    sat: tuple[Interval, ...] = ()
    sun: tuple[Interval, ...] = ()
    holidays: tuple[Holiday, ...] = ()
    exceptions: Mapping[Date, tuple[Interval, ...]] = field(default_factory=dict)

    def build(self) -> Calendar:
        """Return the calendar that the core calculates with."""
        return Calendar(
            zone=ZoneInfo(self.time_zone),
            weekly=tuple(_minutes(getattr(self, day)) for day in WEEKDAYS),
            holidays=frozenset(self.holidays),
            exceptions={day: _minutes(hours) for day, hours in self.exceptions.items()},
        )

    @property
    def ever_opens(self) -> bool:
        """Whether some weekday has hours; a calendar without any would never let a clock run out."""
        return any(getattr(self, day) for day in WEEKDAYS)


def _minutes(hours: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(minutes for text in hours if (minutes := interval_minutes(text)) is not None)
