"""When the next morning mail may be due: the daemon looks every few seconds, a simulation jumps there."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from maild.core.deciding.mornings import Mornings, instant_of
from maild.core.promising.business_hours import Calendar
from maild.core.staff import StaffMember, works_on, zone_of

DAY = timedelta(days=1)
LONGEST = 400  # days: who does not work on one of so many has no morning any more


def next_morning(
    staff: Iterable[StaffMember], mornings: Mornings, now: datetime, service: Calendar
) -> datetime | None:
    """Return when the morning of somebody begins next, later than `now`; None where there is none to come."""
    if not mornings.digest:
        return None
    found = (next(_mornings(one, mornings, now, service), None) for one in staff if not one.group)
    return min((at for at in found if at is not None), default=None)


def _mornings(
    member: StaffMember, mornings: Mornings, now: datetime, service: Calendar
) -> Iterator[datetime]:
    today = now.astimezone(zone_of(member, service)).date()
    for number in range(LONGEST):
        day = today + number * DAY
        at = instant_of(member, day, mornings, service)
        if at > now and works_on(member, day, service):
            yield at
