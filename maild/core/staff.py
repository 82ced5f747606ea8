"""Who may act on incidents: the people and group addresses named in the config, and when each of them works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

from maild.core.message import Address, Message, fold
from maild.core.promising.business_hours import Calendar, hours_of, is_open, next_open

Role = Literal["staff", "lead", "manager"]


@dataclass(frozen=True, slots=True)
class Away:
    """Days on which somebody does not work, the last one included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person of the staff, or a group address (rule 16) whose mail any of them may answer.

    `scopes` are the ids of what they take, none for everything. `calendar` has their working hours, None for those of
    the service; `zone` is where they read, None for the zone of those hours. `language` is "" for that of the
    service. `most_open` is how many incidents they work on at once, 0 for any number.
    """

    name: str
    address: str
    group: bool = False
    role: Role = "staff"
    scopes: tuple[str, ...] = ()
    calendar: Calendar | None = None
    away: tuple[Away, ...] = ()
    language: str = ""
    zone: tzinfo | None = None
    most_open: int = 0

    @property
    def key(self) -> str:
        """The form under which addresses are compared."""
        return fold(self.address)

    @property
    def to(self) -> Address:
        """Where mail to them goes."""
        return Address(self.address, self.name)


def staff_member(staff: Sequence[StaffMember], address: str | None) -> StaffMember | None:
    """Return the staff member whose address this is, or None. It proves nothing: a From can be forged."""
    wanted = fold(address or "")
    return next((member for member in staff if member.key == wanted), None)


def staff_of(message: Message, staff: Sequence[StaffMember]) -> StaffMember | None:
    """Return the staff member whose address the mail bears, which by itself proves nothing."""
    return staff_member(staff, message.sender.address) if message.sender else None


def zone_of(member: StaffMember, service: Calendar) -> tzinfo:
    """Return the zone in which a member reads times: their own, that of their hours, or that of the service."""
    return member.zone or (member.calendar or service).zone


def is_away(member: StaffMember, day: date) -> bool:
    """Say whether the member is away on that day."""
    return any(away.first <= day <= away.last for away in member.away)


def away_now(member: StaffMember, now: datetime, service: Calendar) -> bool:
    """Say whether the member is away today, by the date of where they are."""
    return is_away(member, now.astimezone(zone_of(member, service)).date())


def works_now(member: StaffMember, now: datetime, service: Calendar) -> bool:
    """Say whether the member works at this instant: within their hours, and not away."""
    return not away_now(member, now, service) and is_open(member.calendar or service, now)


def works_on(member: StaffMember, day: date, service: Calendar) -> bool:
    """Say whether a date is a working day of the member's."""
    return bool(hours_of(member.calendar or service, day)) and not is_away(member, day)


def next_at_work(member: StaffMember, now: datetime, service: Calendar) -> datetime:
    """Return the first instant from `now` on at which the member works; raises ValueError as `next_open` does."""
    zone = zone_of(member, service)
    at = next_open(member.calendar or service, now)
    while (back := _back_from(member, at.astimezone(zone).date())) is not None:
        at = next_open(member.calendar or service, datetime.combine(back, time(), zone).astimezone(UTC))
    return at


def _back_from(member: StaffMember, day: date) -> date | None:
    """Return the first day after the absence that `day` lies in, or None where it lies in none."""
    return next(
        (away.last + timedelta(days=1) for away in member.away if away.first <= day <= away.last), None
    )
