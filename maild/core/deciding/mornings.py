"""When a member of the staff gets their morning mail: on their working days, at one time of day in their zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from maild.core.promising.business_hours import Calendar
from maild.core.staff import StaffMember, works_on, zone_of

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Mornings:
    """What the config says of mornings: whether there is a digest, at which time of day, and weekly figures."""

    digest: bool = True
    at: time = time(8, 30)
    weekly: bool = True


@dataclass(frozen=True, slots=True)
class Morning:
    """One morning of one member: the local date, and whether it is their first working day of the week."""

    member: StaffMember
    day: date
    first_of_week: bool

    @property
    def name(self) -> str:
        """What it is known by, once and for all: `2026-03-02`."""
        return self.day.isoformat()


def mornings_due(
    staff: tuple[StaffMember, ...], mornings: Mornings, now: datetime, service: Calendar
) -> list[Morning]:
    """Return today's morning of each member for whom it has begun; a group has none.

    Only today's: after a week of downtime the mornings that were missed are of no use to anybody.
    """
    found = (_morning(member, mornings, now, service) for member in staff if not member.group)
    return [morning for morning in found if morning is not None] if mornings.digest else []


def _morning(member: StaffMember, mornings: Mornings, now: datetime, service: Calendar) -> Morning | None:
    today = now.astimezone(zone_of(member, service)).date()
    if now < instant_of(member, today, mornings, service) or not works_on(member, today, service):
        return None
    monday = today - today.weekday() * DAY
    earlier = (monday + n * DAY for n in range(today.weekday()))
    return Morning(member, today, not any(works_on(member, day, service) for day in earlier))


def instant_of(member: StaffMember, day: date, mornings: Mornings, service: Calendar) -> datetime:
    """Return when the morning of a date begins for a member, in UTC."""
    return datetime.combine(day, mornings.at, zone_of(member, service)).astimezone(UTC)


def end_of(member: StaffMember, day: date, service: Calendar) -> datetime:
    """Return when a date is over where the member is, in UTC."""
    return datetime.combine(day + DAY, time(), zone_of(member, service)).astimezone(UTC)


def week_before(member: StaffMember, day: date, service: Calendar) -> tuple[datetime, datetime]:
    """Return the beginning and end, in UTC, of the week before the one of `day`, from Monday to Monday."""
    monday = day - day.weekday() * DAY
    zone = zone_of(member, service)
    begin, end = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (monday - 7 * DAY, monday))
    return begin, end
