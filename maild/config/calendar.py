"""[calendar.NAME]: when we are open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from maild.config.ics import read_ics
from maild.config.kinds import Date, Holiday, Interval, MaybeOneLine, ZoneName, interval_minutes
from maild.config.public_holidays import holidays_of
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
    holidays_of: MaybeOneLine = ""
    holidays_file: str = ""
    exceptions: Mapping[Date, tuple[Interval, ...]] = field(default_factory=dict)

    def build(self) -> Calendar:
        """Return the calendar that the core calculates with."""
        return Calendar(
            zone=ZoneInfo(self.time_zone),
            weekly=tuple(_minutes(getattr(self, day)) for day in WEEKDAYS),
            holidays=frozenset(self.holidays) | self.days_of_country()[0] | self.days_of_file()[0],
            exceptions={day: _minutes(hours) for day, hours in self.exceptions.items()},
        )

    def days_of_country(self) -> tuple[frozenset[str], str]:
        """Return the public holidays that `holidays_of` names, and why they can't be known, or ""."""
        return holidays_of(self.holidays_of) if self.holidays_of else (frozenset(), "")

    def days_of_file(self) -> tuple[frozenset[str], tuple[str, ...]]:
        """Return the days off of `holidays_file`, and every mistake in it with its line."""
        if not self.holidays_file:
            return frozenset(), ()
        try:
            days, mistakes = read_ics(Path(self.holidays_file).read_text(encoding="utf-8"))
        except OSError as error:
            return frozenset(), (f"{self.holidays_file}: can't be read: {error.strerror}",)
        except UnicodeDecodeError:
            return frozenset(), (f"{self.holidays_file}: must be UTF-8 text",)
        return days, tuple(f"{self.holidays_file}:{one.line}: {one.text}" for one in mistakes)

    @property
    def ever_opens(self) -> bool:
        """Whether some weekday has hours; a calendar without any would never let a clock run out."""
        return any(getattr(self, day) for day in WEEKDAYS)


def _minutes(hours: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    return tuple(minutes for text in hours if (minutes := interval_minutes(text)) is not None)
