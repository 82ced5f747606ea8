"""Who gets an incident that nobody has: whoever takes its scope, works now and has room; HotRush before all others.

Nothing here is left to chance: the same queue and the same staff give the same owners, and each choice has its
reason in words.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from maild.core.incident import Priority
from maild.core.promising.business_hours import Calendar
from maild.core.reasons import Reason, because
from maild.core.staff import StaffMember, away_now, next_at_work, works_now, zone_of
from maild.core.writing.time_words import say

Method = Literal["none", "round_robin", "least_load"]

_NEVER = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Unowned:
    """An incident that waits for an owner. `due_at` is when the next promise ends, None where no clock runs."""

    number: int
    priority: Priority
    scope: str
    due_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What somebody has: how many incidents whose turn is theirs, and when they were last given one."""

    open: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Worker:
    """One of the staff at this moment; `begins` says in words when they work next, "" where they do now."""

    member: StaffMember
    load: Load
    works: bool
    away: bool
    begins: str = ""
    begins_at: datetime = _LAST

    @property
    def has_room(self) -> bool:
        """Whether they take one more."""
        return not self.member.most_open or self.load.open < self.member.most_open


@dataclass(frozen=True, slots=True)
class Given:
    """The incident goes to `member`."""

    member: StaffMember
    reason: Reason


@dataclass(frozen=True, slots=True)
class NotYet:
    """Nobody can take it now."""

    reason: Reason


def may_own(member: StaffMember) -> bool:
    """Say whether somebody is given incidents: people who work on them, not group addresses and not managers."""
    return not member.group and member.role != "manager"


def team_of(
    staff: Iterable[StaffMember], loads: Mapping[str, Load], now: datetime, service: Calendar
) -> list[Worker]:
    """Return those who may own incidents as they are now; `loads` go by their keys."""
    return [
        _worker(member, loads.get(member.key, Load()), now, service) for member in staff if may_own(member)
    ]


def _worker(member: StaffMember, load: Load, now: datetime, service: Calendar) -> Worker:
    if works_now(member, now, service):
        return Worker(member, load, works=True, away=False)
    at = next_at_work(member, now, service)
    return Worker(
        member,
        load,
        works=False,
        away=away_now(member, now, service),
        begins=say(at, zone_of(member, service)),
        begins_at=at,
    )


def deal(
    queue: Iterable[Unowned], team: Sequence[Worker], method: Method, now: datetime
) -> list[tuple[Unowned, Given | NotYet]]:
    """Return what becomes of each incident, in the order in which they are given: HotRush first, then by due time.

    Each one that is given counts as load before the next.
    """
    team, dealt = list(team), list[tuple[Unowned, Given | NotYet]]()
    for incident in sorted(queue, key=_urgency):
        choice = choose(incident, team, method)
        dealt.append((incident, choice))
        if isinstance(choice, Given):
            # A moment later than the one before it, so that turns within one dealing are told apart.
            now += timedelta.resolution
            team = [_with_one_more(one, now) if one.member == choice.member else one for one in team]
    return dealt


def _urgency(incident: Unowned) -> tuple[bool, datetime, int]:
    return (incident.priority != "hotrush", incident.due_at or _LAST, incident.number)


def _with_one_more(worker: Worker, now: datetime) -> Worker:
    return replace(worker, load=Load(worker.load.open + 1, now))


def choose(incident: Unowned, team: Sequence[Worker], method: Method) -> Given | NotYet:
    """Return who of the team gets the incident, or why nobody does yet.

    A HotRush waits for nobody's hours or cap while anybody works: then whoever works takes it.
    """
    hotrush = incident.priority == "hotrush"
    skilled = [one for one in team if _takes(one, incident.scope)]
    present = [one for one in skilled if not one.away] or [one for one in team if not one.away]
    working = [one for one in present if one.works]
    if hotrush and not working:
        working = [one for one in team if one.works]
    if not working:
        return NotYet(_nobody_works(present or team, incident.scope))
    free = [one for one in working if one.has_room] or (working if hotrush else [])
    if not free:
        return NotYet(because("not_assigned_full", scope=incident.scope))
    chosen = min(free, key=lambda one: (*_rank(one, method), team.index(one)))
    return Given(chosen.member, _why(chosen, free, method, incident.scope))


def _takes(worker: Worker, scope: str) -> bool:
    return not worker.member.scopes or scope in worker.member.scopes


def _rank(worker: Worker, method: Method) -> tuple[float | datetime, ...]:
    last = worker.load.last_at or _NEVER
    return (worker.load.open, last) if method == "least_load" else (last, worker.load.open)


def _why(chosen: Worker, free: Sequence[Worker], method: Method, scope: str) -> Reason:
    """Return the reason for a choice, with what it was compared with."""
    name = chosen.member.name
    takes = f"takes {scope}" if _takes(chosen, scope) else f"stands in for who takes {scope}"
    if len(free) == 1:
        return because("assigned_alone", name=name, takes=takes)
    others = ", ".join(f"{one.member.name} {one.load.open}" for one in free if one is not chosen)
    if method == "least_load":
        return because("assigned_by_load", name=name, takes=takes, count=chosen.load.open, others=others)
    return because("assigned_by_turn", name=name, takes=takes, count=len(free))


def _nobody_works(team: Sequence[Worker], scope: str) -> Reason:
    """Return word of who begins first, so that a reader knows until when it waits."""
    if not team:
        return because("not_assigned_nobody", scope=scope)
    first = min(team, key=lambda one: one.begins_at)
    return because("not_assigned_closed", scope=scope, name=first.member.name, when=first.begins)
