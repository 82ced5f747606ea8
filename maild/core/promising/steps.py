"""When somebody is to hear of a clock: its steps, and which of them is due now.

A step stands where its fraction of the budget is used up. For what is promised there are steps before the due time,
one at it, and a few after it; staff hear of each once, of several that were missed the newest alone, and of none in
closed hours (rule 29).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from maild.core.promising.business_hours import Calendar, is_open, next_open
from maild.core.promising.sla import Policy
from maild.core.promising.timer import Timer, reach

DUE = "1.0"
OVERDUE = (1.5, 2.0, 2.5, 3.0, 3.5)  # after the due time: every half budget of open time, five times
INSTANT = timedelta.resolution  # what answers at the due time itself is in time; the next instant is late
ON_TIME = timedelta(minutes=5)  # a tick may be late by a minute; a step found later than this was missed


@dataclass(frozen=True, slots=True)
class Step:
    """One instant of a clock at which somebody hears of it; `name` is the fraction as written (`0.5`, `1.0`)."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Watch:
    """A clock as the store hands it out when it comes to a step; `fired` are the names of the steps that fired.

    `policy` is the one of its incident.
    """

    id: int
    incident: int
    timer: Timer
    policy: Policy
    steps: tuple[Step, ...]
    fired: tuple[str, ...] = ()

    @property
    def hours(self) -> Calendar:
        """The calendar by which it counts."""
        return self.policy.hours(self.timer.kind, self.timer.rule)


@dataclass(frozen=True, slots=True)
class Fire:
    """Tell of `step` now, the newest that is due. `passed` are all that count as fired, itself the last.

    `next_at` is when to look at the clock again, or None when it has no further step.
    """

    step: str
    passed: tuple[str, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """Nothing is due; look again at this instant."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Nothing:
    """Nothing is due, and nothing will be."""


def lay_out(timer: Timer, policy: Policy) -> tuple[Step, ...]:
    """Return the steps of a clock in order of time; none that it can't come to because it stands still."""
    fractions = policy.fractions(timer.kind)
    late = OVERDUE if timer.kind not in ("silence", "closing") else ()
    ahead = sorted(part for part in (*fractions, *late))
    at = reach(timer, [part * timer.budget for part in ahead], policy.hours(timer.kind, timer.rule))
    steps = [Step(str(part), instant) for part, instant in zip(ahead, at, strict=True) if instant]
    steps += [Step(DUE, timer.due_at)] if timer.due_at else []
    return tuple(sorted(steps, key=lambda step: (step.at, float(step.name))))


def coming(steps: Sequence[Step], fired: Collection[str]) -> datetime | None:
    """Return when the first of the steps that did not fire yet may, or None where all did."""
    return min((fires_at(step) for step in steps if step.name not in fired), default=None)


def due_step(watch: Watch, now: datetime, *, hotrush: bool) -> Fire | WaitUntil | Nothing:
    """Return which step to tell of now, or when to look again.

    Of several steps that were missed only the newest is told, and not while the calendar is closed, unless it is
    a HotRush: nobody is there to read it. `1.0` found on time is told at once, open or not. A wait for a
    customer knows no closed hours.
    """
    open_steps = [] if watch.timer.stopped_at else [s for s in watch.steps if s.name not in watch.fired]
    passed = [step for step in open_steps if fires_at(step) <= now]
    next_at = min((fires_at(step) for step in open_steps if fires_at(step) > now), default=None)
    if not passed:
        return WaitUntil(next_at) if next_at else Nothing()
    latest = passed[-1]
    on_time = latest.name == DUE and now - latest.at <= ON_TIME
    if hotrush or on_time or is_open(watch.hours, now):
        return Fire(latest.name, tuple(step.name for step in passed), next_at)
    opening = next_open(watch.hours, now)
    return WaitUntil(min(opening, next_at) if next_at else opening)


def fires_at(step: Step) -> datetime:
    """Return the first instant at which the step may fire: one is late only after the due time."""
    return step.at + INSTANT if step.name == DUE else step.at
