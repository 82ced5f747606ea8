"""[[staff]]: who may act on incidents, what each of them takes, and when they work."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from maild.config.kinds import MailAddress, MaybeSlug, OneLine, Reading, Rule, Slug, is_date, is_zone
from maild.core.promising.business_hours import Calendar
from maild.core.staff import Away, Role, StaffMember

LAST_YEAR = 2999


def _read_away(value: Any) -> Away:
    """Read `2026-12-24`, or `2026-12-24..2027-01-02` with both days included; ValueError for anything else."""
    days = [_day(day) for day in str(value).split("..")]
    if not 1 <= len(days) <= 2 or not days[0] <= days[-1] or days[-1].year > LAST_YEAR:
        raise ValueError(value)
    return Away(days[0], days[-1])


def _day(text: str) -> date:
    if not is_date(text):  # fromisoformat takes weeks and bare digits, too
        raise ValueError(text)
    return date.fromisoformat(text)


AwayDays = Annotated[
    Away, Reading('a day such as "2026-12-24", or days such as "2026-12-24..2027-01-02"', _read_away)
]
MaybeZone = Annotated[str, Rule("a time zone such as Europe/Berlin", lambda text: not text or is_zone(text))]
MostOpen = Annotated[int, Rule("a whole number from 0 to 10000", lambda most: 0 <= most <= 10_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSection:
    """What one [[staff]] says."""

    name: OneLine
    address: MailAddress
    group: bool = False
    role: Role = "staff"
    scopes: tuple[Slug, ...] = ()
    calendar: MaybeSlug = ""
    away: tuple[AwayDays, ...] = ()
    most_open: MostOpen = 0
    language: MaybeSlug = ""
    time_zone: MaybeZone = ""

    def build(self, calendars: Mapping[str, Calendar]) -> StaffMember:
        """Return the member that the core knows; raises KeyError for a calendar that `calendars` lacks."""
        return StaffMember(
            name=self.name,
            address=self.address,
            group=self.group,
            role=self.role,
            scopes=self.scopes,
            calendar=calendars[self.calendar] if self.calendar else None,
            away=self.away,
            language=self.language,
            zone=ZoneInfo(self.time_zone) if self.time_zone else None,
            most_open=self.most_open,
        )
