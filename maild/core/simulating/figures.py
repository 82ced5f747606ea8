"""What a simulation comes to: acknowledgements, promises kept and broken, the load, the queue, how busy people were."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Literal

from maild.core.incident import Priority
from maild.core.promising.clocks import SLA_KINDS
from maild.core.promising.sla import SlaKind
from maild.core.simulating.record import Clock, Mail, Opened, Record
from maild.core.simulating.waiting import OUR_TURN, RANK

Outcome = Literal["kept", "late", "overdue", "running"]
OUTCOMES: tuple[Outcome, ...] = ("kept", "late", "overdue", "running")
# The mail that follows an opening is one of these.
ACKNOWLEDGEMENTS = (
    "acknowledgement",
    "acknowledgement_hotrush",
    "several_problems",
    "hotrush_offer",
    "entitlement_offer",
    "out_of_scope",
)
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spans:
    """Lengths of time in seconds: the middle one, the one that nine of ten do not pass, the longest; None for none."""

    median: float | None
    ninth: float | None
    longest: float | None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Acknowledgements of one kind: how many left, how many still wait, how long they took from the mail's arrival."""

    kind: str
    sent: int
    waiting: int
    took: Spans


@dataclass(frozen=True, slots=True)
class Promised:
    """All clocks of one kind and priority, by how they ended, and how long those took that were stopped."""

    kind: SlaKind
    priority: Priority
    ended: Mapping[Outcome, int]
    took: Spans

    @property
    def clocks(self) -> int:
        """How many there were."""
        return sum(self.ended.values())

    @property
    def broken(self) -> int:
        """How many promises were not kept in time."""
        return self.ended["late"] + self.ended["overdue"]


@dataclass(frozen=True, slots=True)
class Broken:
    """One promise that was not kept in time: its incident and clock, and for how many seconds it was late, or is."""

    incident: Opened
    clock: Clock
    late: float


@dataclass(frozen=True, slots=True)
class QueueDay:
    """One day of the calendar's zone: incidents opened and closed, the longest queue of it and the last."""

    day: date
    opened: int
    closed: int
    most: int
    last: int


@dataclass(frozen=True, slots=True)
class Busy:
    """One person: the answers they wrote, the seconds these took, and those for which they were at work."""

    name: str
    answers: int
    seconds: float
    at_work: float

    @property
    def share(self) -> float:
        """How much of the time at work was work."""
        return self.seconds / self.at_work if self.at_work else 0.0


def spans(lengths: Iterable[float]) -> Spans:
    """Return the middle, ninth and longest of the lengths, each one that is there.

    >>> spans([3, 1, 2]), spans([])
    (Spans(median=2, ninth=3, longest=3), Spans(median=None, ninth=None, longest=None))
    """
    ordered = sorted(lengths)
    if not ordered:
        return Spans(None, None, None)
    return Spans(*(ordered[ceil(share * len(ordered)) - 1] for share in (0.5, 0.9, 1.0)))


def outcome(clock: Clock, ends: datetime) -> Outcome:
    """Return how the clock ended: stopped in time or late, or still running (or paused) at `ends`, due or not."""
    if clock.stopped_at is not None:
        return "kept" if clock.due_at is None or clock.stopped_at <= clock.due_at else "late"
    return "running" if clock.due_at is None or ends <= clock.due_at else "overdue"


def counts(clock: Clock) -> bool:
    """Say whether the clock was a promise to the end: not one whose cause turned out to be none."""
    return clock.stopped_by != "void"


def acknowledgement_of(record: Record) -> dict[int, Mail]:
    """Return the acknowledgement of each incident that has one."""
    found = (mail for mail in record.mails if mail.kind in ACKNOWLEDGEMENTS and mail.incident)
    return {mail.incident: mail for mail in reversed(list(found)) if mail.incident}


def acknowledged(record: Record) -> list[Acknowledged]:
    """Return the acknowledgements, kind by kind."""
    opened_at = {one.number: one.opened_at for one in record.incidents}
    by_kind: dict[str, list[tuple[int, Mail]]] = {}
    for number, mail in acknowledgement_of(record).items():
        by_kind.setdefault(mail.kind, []).append((number, mail))
    return [
        Acknowledged(
            kind,
            sum(mail.sent_at is not None for _, mail in mails),
            sum(mail.sent_at is None for _, mail in mails),
            spans(_seconds(opened_at[number], mail.sent_at) for number, mail in mails if mail.sent_at),
        )
        for kind, mails in sorted(by_kind.items(), key=lambda pair: ACKNOWLEDGEMENTS.index(pair[0]))
    ]


def promised(record: Record) -> list[Promised]:
    """Return the promises, by kind and by priority of the clock as it was in the end, HotRush first."""
    groups: dict[tuple[SlaKind, Priority], list[Clock]] = {}
    for clock in filter(counts, record.clocks):
        groups.setdefault((clock.kind, clock.priority), []).append(clock)
    in_order = sorted(groups.items(), key=lambda one: (SLA_KINDS.index(one[0][0]), RANK[one[0][1]]))
    return [
        Promised(
            kind,
            level,
            {word: sum(outcome(clock, record.ends) == word for clock in clocks) for word in OUTCOMES},
            spans(_seconds(clock.started_at, clock.stopped_at) for clock in clocks if clock.stopped_at),
        )
        for (kind, level), clocks in in_order
    ]


def worst(record: Record, most: int) -> list[Broken]:
    """Return the promises that were broken by the longest time, the worst first; not more than `most`."""
    incidents = {one.number: one for one in record.incidents}
    broken = [
        Broken(incidents[clock.incident], clock, _seconds(clock.due_at, clock.stopped_at or record.ends))
        for clock in filter(counts, record.clocks)
        if clock.due_at and outcome(clock, record.ends) in ("late", "overdue")
    ]
    return sorted(broken, key=lambda one: (-one.late, one.incident.number, one.clock.kind))[:most]


def scopes(record: Record) -> list[tuple[str, Counter[Priority]]]:
    """Return how many incidents there are of each scope, by priority; the most frequent scope first."""
    counts: dict[str, Counter[Priority]] = {}
    for one in record.incidents:
        counts.setdefault(one.scope, Counter())[one.priority] += 1
    return sorted(counts.items(), key=lambda pair: (-pair[1].total(), pair[0]))


def load(record: Record) -> list[list[int]]:
    """Return the mails of the archive by hour of the week, in the calendar's zone: seven days, Monday first."""
    week = [[0] * 24 for _ in range(7)]
    for came in record.came:
        if not came.played:
            local = came.at.astimezone(record.zone)
            week[local.weekday()][local.hour] += 1
    return week


def queue(record: Record) -> list[tuple[datetime, int]]:
    """Return how many incidents waited for the staff, from each instant on at which that changed."""
    changes: list[tuple[datetime, int, bool]] = [
        (one.opened_at, one.number, True) for one in record.incidents
    ]
    changes += [(move.at, move.incident, move.state in OUR_TURN) for move in record.moves]
    waits: set[int] = set()
    lengths: list[tuple[datetime, int]] = []
    # Sorted by time alone: at one instant an incident is opened first, and its moves stand in order.
    for at, number, ours in sorted(changes, key=lambda change: change[0]):
        (waits.add if ours else waits.discard)(number)
        if lengths and lengths[-1][0] == at:
            lengths.pop()
        lengths.append((at, len(waits)))
    return lengths


def queue_days(record: Record) -> list[QueueDay]:
    """Return the queue day by day, from the first mail to the last change of it."""
    lengths = queue(record)
    if not lengths:
        return []
    opened = Counter(_day(one.opened_at, record) for one in record.incidents)
    closed = Counter(_day(one.closed_at, record) for one in record.incidents if one.closed_at)
    by_day: dict[date, list[int]] = {}
    for at, length in lengths:
        by_day.setdefault(_day(at, record), []).append(length)
    days = list(_days(_day(record.begins, record), max(by_day)))
    found, last = [], 0
    for day in days:
        within = by_day.get(day, [])
        most = max([last, *within])
        last = within[-1] if within else last
        found.append(QueueDay(day, opened[day], closed[day], most, last))
    return found


def busy(record: Record) -> list[Busy]:
    """Return how busy each person was, in the order of the staff."""
    return [
        Busy(
            name,
            sum(job.person == name for job in record.jobs),
            sum(job.seconds for job in record.jobs if job.person == name),
            at_work,
        )
        for name, at_work in record.shifts.items()
    ]


def sent(record: Record) -> Counter[tuple[str, str]]:
    """Count the mails of ours that left, by audience and kind."""
    return Counter((mail.audience, mail.kind) for mail in record.mails if mail.sent_at)


def first_due(record: Record) -> Mapping[int, Clock]:
    """Return the first promise of each incident: by when a first answer is due."""
    first: dict[int, Clock] = {}
    for clock in record.clocks:
        if clock.kind == "first_response":
            first.setdefault(clock.incident, clock)
    return first


def weekly(days: Sequence[QueueDay]) -> list[QueueDay]:
    """Return the days gathered into weeks, each under its Monday or the first day there is."""
    return _gathered(days, lambda day: day - day.weekday() * DAY)


def monthly(days: Sequence[QueueDay]) -> list[QueueDay]:
    """Return the days gathered into months, each under its first day that there is."""
    return _gathered(days, lambda day: day.replace(day=1))


def _gathered(days: Sequence[QueueDay], start: Callable[[date], date]) -> list[QueueDay]:
    """Return the days as one for each `start` that they share."""
    spans: dict[date, list[QueueDay]] = {}
    for one in days:
        spans.setdefault(start(one.day), []).append(one)
    return [
        QueueDay(
            span[0].day,
            sum(one.opened for one in span),
            sum(one.closed for one in span),
            max(one.most for one in span),
            span[-1].last,
        )
        for span in spans.values()
    ]


def _seconds(start: datetime, end: datetime | None) -> float:
    return (end - start).total_seconds() if end else 0.0


def _day(instant: datetime | None, record: Record) -> date:
    assert instant is not None
    return instant.astimezone(record.zone).date()


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY
