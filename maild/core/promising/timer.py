"""One clock of an incident: what it was given, what it has used, when it is due.

A clock runs from its start, but not in its pauses, and counts the open time of its calendar. It is due at the first
instant by which it has used its budget; while it is paused before that, it is not due at all (rules: The clock).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from maild.core.incident import Priority
from maild.core.promising.business_hours import Calendar, add_time, open_time
from maild.core.promising.sla import BASE, TimerKind, add_target
from maild.core.promising.target import BusinessDays, Minutes, Target

# What stopped a clock: the answer it waited for; the end of the incident; a new cycle in its place; that its cause is
# gone: the customer spoke, or the answer that had started it was lost.
StoppedBy = Literal["answer", "end", "restart", "void"]
TimerState = Literal["running", "paused", "met", "breached"]


@dataclass(frozen=True, slots=True)
class Pause:
    """A time during which a clock stands still; `until` is None for one that lasts."""

    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """A clock: `priority` and `rule` say which promise of its policy it keeps, `budget` is its open time.

    `cycle` counts the clocks of one kind on an incident; at most one of them runs or is paused. `due_at` is None
    while it is paused.
    """

    kind: TimerKind
    priority: Priority
    started_at: datetime
    budget: timedelta
    due_at: datetime | None
    cycle: int = 1
    rule: int = BASE
    pauses: tuple[Pause, ...] = ()
    stopped_at: datetime | None = None
    stopped_by: StoppedBy | None = None

    @property
    def lasting(self) -> Pause | None:
        """The pause it is in, or None."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].until is None else None


def start(
    kind: TimerKind, priority: Priority, at: datetime, target: Target, hours: Calendar, rule: int = BASE
) -> Timer:
    """Return the first such clock, which runs from `at`; raises ValueError for a calendar that never opens."""
    due_at = add_target(hours, at, target)
    return Timer(kind, priority, at, budget_until(hours, at, due_at, target), due_at, rule=rule)


def budget_until(hours: Calendar, since: datetime, due_at: datetime, target: Target) -> timedelta:
    """Return the open time that a target leaves: what it says, or for business days what lies before `due_at`."""
    return target.length if isinstance(target, Minutes) else open_time(hours, since, due_at)


def pause(timer: Timer, at: datetime, hours: Calendar) -> Timer:
    """Return the clock as it stands still from `at`; one that stands still, or stopped, is left as it is."""
    if timer.stopped_at or timer.lasting:
        return timer
    since = max(at, timer.started_at, *(one.until for one in timer.pauses if one.until))
    return _with_pauses(timer, (*timer.pauses, Pause(since)), hours)


def resume(timer: Timer, at: datetime, hours: Calendar) -> Timer:
    """Return the clock as it runs on from `at`, if it stood still."""
    lasting = timer.lasting
    if timer.stopped_at or lasting is None:
        return timer
    return _with_pauses(timer, (*timer.pauses[:-1], replace(lasting, until=max(at, lasting.since))), hours)


def never_paused(timer: Timer, since: datetime, hours: Calendar) -> Timer:
    """Return the clock without its lasting pause where that began at `since` or later: what began it was undone."""
    lasting = timer.lasting
    if timer.stopped_at or lasting is None or lasting.since < since:
        return timer
    return _with_pauses(timer, timer.pauses[:-1], hours)


def stop(timer: Timer, at: datetime, by: StoppedBy) -> Timer:
    """Return the clock as it stopped at `at`; one that has stopped is left as it is."""
    if timer.stopped_at:
        return timer
    return replace(timer, stopped_at=max(at, timer.started_at), stopped_by=by)


def run_again(timer: Timer) -> Timer:
    """Return a stopped clock as if it had not stopped."""
    return replace(timer, stopped_at=None, stopped_by=None)


def carry_on(timer: Timer, at: datetime, hours: Calendar) -> Timer:
    """Return a stopped clock as it runs on from `at`; the time in between does not count."""
    if timer.stopped_at is None:
        return timer
    if timer.lasting:
        return resume(run_again(timer), at, hours)
    between = Pause(timer.stopped_at, max(at, timer.stopped_at))
    return _with_pauses(run_again(timer), (*timer.pauses, between), hours)


def elapsed(timer: Timer, now: datetime, hours: Calendar) -> timedelta:
    """Return how long the clock has run by `now`, in open time; to its stop, if it stopped before."""
    end = min(now, timer.stopped_at) if timer.stopped_at else now
    spans = ((begin, end if until is None else min(until, end)) for begin, until in running_spans(timer))
    return sum((open_time(hours, begin, until) for begin, until in spans), timedelta())


def running_spans(timer: Timer) -> Iterator[tuple[datetime, datetime | None]]:
    """Yield when the clock runs, as if it never stopped: from, until; the last one has no end, unless it is paused."""
    begin = timer.started_at
    for one in timer.pauses:
        yield begin, one.since
        if one.until is None:
            return
        begin = one.until
    yield begin, None


def reach(timer: Timer, amounts: Sequence[timedelta], hours: Calendar) -> list[datetime | None]:
    """Return when the clock will have run for each amount, given in rising order; None: not while it is paused.

    It is walked along once, however many amounts there are. What would be reached at the instant at which a pause
    begins is reached at its end: to pause in time is no delay. Raises ValueError for a calendar that never opens.
    """
    found: list[datetime | None] = []
    used = timedelta()
    for begin, until in running_spans(timer):
        at = begin
        for amount in amounts[len(found) :]:
            instant = _within(hours, at, amount - used, until)
            if instant is None:
                break
            at, used = instant, max(used, amount)
            found.append(instant)
        used += open_time(hours, at, until) if until else timedelta()
    return found + [None] * (len(amounts) - len(found))


def _within(hours: Calendar, at: datetime, wanted: timedelta, until: datetime | None) -> datetime | None:
    """Return when so much open time has passed since `at`, or None where that is not before `until`."""
    if until is not None and open_time(hours, at, until) < wanted:
        return None
    instant = add_time(hours, at, wanted)
    return instant if until is None or instant < until else None


def is_late(timer: Timer, now: datetime) -> bool:
    """Say whether the clock was due before `now`; what happens at the due time itself is in time."""
    until = min(now, timer.stopped_at) if timer.stopped_at else now
    return timer.due_at is not None and until > timer.due_at


def state_of(timer: Timer, now: datetime) -> TimerState:
    """Return how the clock stands by `now`."""
    if is_late(timer, now):
        return "breached"
    if timer.stopped_at:
        return "met"
    return "paused" if timer.lasting else "running"


@dataclass(frozen=True, slots=True)
class Promise:
    """What a policy promises for a priority: the target, the calendar it counts by, the rule that says so."""

    priority: Priority
    target: Target
    hours: Calendar
    rule: int


def promise_again(timer: Timer, old: Promise, new: Promise, at: datetime, *, from_change: bool) -> Timer:
    """Return the clock under another promise, made at `at`; a late or stopped clock keeps its own.

    A sooner promise is a raise: it begins when it was asked for, and is never later than the old one. Where it is
    not `from_change`, and for a later promise, all of the time since the start counts.
    """
    if timer.stopped_at or is_late(timer, at):
        return timer
    named = replace(timer, priority=new.priority, rule=new.rule)
    order = _compare(timer.started_at, old, new)
    if order == 0:
        return named
    if order > 0 or not from_change:
        return _from_start(named, new)
    return _from(named, new, at) if timer.due_at else _while_paused(named, old, new, at)


def promise_anew(timer: Timer, new: Promise, at: datetime) -> Timer:
    """Return the clock as if the promise had been this one from its start; a late or stopped clock keeps its own."""
    return timer if timer.stopped_at or is_late(timer, at) else _from_start(timer, new)


def _compare(since: datetime, old: Promise, new: Promise) -> int:
    """Return -1, 0 or 1 as the new promise is sooner than the old one, the same, or later (rule 29)."""
    before, after = (add_target(one.hours, since, one.target) for one in (old, new))
    return (after > before) - (after < before)


def _from_start(timer: Timer, new: Promise) -> Timer:
    due_at = add_target(new.hours, timer.started_at, new.target)
    budget = budget_until(new.hours, timer.started_at, due_at, new.target)
    if timer.pauses:
        due_at = reach(timer, [budget], new.hours)[0]  # type: ignore[assignment]
    return replace(timer, budget=budget, due_at=due_at)


def _from(timer: Timer, new: Promise, at: datetime) -> Timer:
    due_at = add_target(new.hours, at, new.target)
    if timer.due_at is not None and due_at >= timer.due_at:
        due_at = timer.due_at
    return replace(timer, budget=elapsed(timer, due_at, new.hours), due_at=due_at)


def _while_paused(timer: Timer, old: Promise, new: Promise, at: datetime) -> Timer:
    """Return a paused clock with what is left of it cut to the new promise."""
    left = timer.budget - elapsed(timer, at, old.hours)
    length = (
        open_time(new.hours, at, add_target(new.hours, at, new.target))
        if isinstance(new.target, BusinessDays)
        else new.target.length
    )
    budget = elapsed(timer, at, new.hours) + min(left, length)
    return replace(timer, budget=budget)


def _with_pauses(timer: Timer, pauses: tuple[Pause, ...], hours: Calendar) -> Timer:
    changed = replace(timer, pauses=pauses)
    return replace(changed, due_at=reach(changed, [timer.budget], hours)[0])
