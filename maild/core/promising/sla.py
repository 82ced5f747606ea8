"""What was promised: targets, due times, steps.

A timer has a start and a due time; the open time between the two is its budget (rules: The clock). Staff are
reminded at fractions of the budget, at `1.0` when it is used up, and a few times after that.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from maild.core.incident import Priority
from maild.core.promising.business_hours import (
    Calendar,
    add_business_days,
    add_open,
    is_open,
    next_open,
    open_seconds,
)

TimerKind = Literal["first_response", "silence", "closing"]

DUE = "1.0"
OVERDUE = (1.5, 2.0, 2.5, 3.0, 3.5)  # after the due time: every half budget of open time, five times
INSTANT = timedelta.resolution  # what answers at the due time itself is in time; the next instant is late
ON_TIME = timedelta(minutes=5)  # a tick may be late by a minute; a step found later than this was missed


@dataclass(frozen=True, slots=True)
class Minutes:
    """A target in open minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """A target in business days (rules: The clock)."""

    days: int


Target = Minutes | BusinessDays


@dataclass(frozen=True, slots=True)
class Step:
    """One instant of a plan at which staff are reminded; `name` is the fraction as written (`0.5`, `1.0`)."""

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """A timer laid out: when it started, when it is due, and its steps in order of time."""

    started_at: datetime
    due_at: datetime
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Timer:
    """A timer as the store hands it to the core. `fired` are the names of the steps that fired."""

    id: int
    incident: int
    kind: TimerKind
    cycle: int
    plan: Plan
    stopped_at: datetime | None
    fired: tuple[str, ...]
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class Policy:
    """The promises in force: a calendar, a target for each priority, and when staff are reminded."""

    calendar: Calendar
    first_response: Mapping[Priority, Target]
    reminders: tuple[float, ...] = (0.5, 0.75, 0.9)


@dataclass(frozen=True, slots=True)
class Fire:
    """Remind now of `step`, the newest that is due. `passed` are all that count as fired, itself the last.

    `next_at` is when to look at the timer again, or None when it has no further step.
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


def plan(policy: Policy, priority: Priority, started_at: datetime) -> Plan:
    """Return the promise made at `started_at`, laid out in UTC; raises ValueError as `add_open` does."""
    return _lay_out(policy, started_at, due(policy, priority, started_at))


def due(policy: Policy, priority: Priority, since: datetime) -> datetime:
    """Return when what is asked for at `since` is due, in UTC."""
    target = policy.first_response[priority]
    if isinstance(target, BusinessDays):
        return add_business_days(policy.calendar, since, target.days)
    return add_open(policy.calendar, since, target.minutes * 60)


def due_step(timer: Timer, now: datetime, policy: Policy, *, hotrush: bool) -> Fire | WaitUntil | Nothing:
    """Return which step to remind of now, or when to look again.

    Of several steps that were missed only the latest is reminded of, and not while the calendar is closed,
    unless it is a HotRush: nobody is there to read it. `1.0` found on time is told at once, open or not
    (rule 29).
    """
    open_steps = (
        [] if timer.stopped_at else [step for step in timer.plan.steps if step.name not in timer.fired]
    )
    passed = [step for step in open_steps if fires_at(step) <= now]
    next_at = min((fires_at(step) for step in open_steps if fires_at(step) > now), default=None)
    if not passed:
        return WaitUntil(next_at) if next_at else Nothing()
    latest = passed[-1]
    on_time = latest.name == DUE and now - latest.at <= ON_TIME
    if hotrush or on_time or is_open(policy.calendar, now):
        return Fire(latest.name, tuple(step.name for step in passed), next_at)
    opening = next_open(policy.calendar, now)
    return WaitUntil(min(opening, next_at) if next_at else opening)


def fires_at(step: Step) -> datetime:
    """Return the first instant at which the step may fire: one is late only after the due time."""
    return step.at + INSTANT if step.name == DUE else step.at


def replan(timer: Timer, priority: Priority, at: datetime, policy: Policy) -> Plan:
    """Return the plan from `at` on, when the priority changed; a late or stopped timer keeps its own.

    What would have been due sooner from the start is a raise, and its short promise begins at `at`, never
    later than the old one. Anything else is a lower priority and counts from the start.
    """
    old = timer.plan
    if timer.stopped_at or at > old.due_at:
        return old
    from_start = due(policy, priority, old.started_at)
    raised = from_start < old.due_at
    new_due = min(old.due_at, due(policy, priority, at)) if raised else from_start
    return old if new_due == old.due_at else _lay_out(policy, old.started_at, new_due)


def _lay_out(policy: Policy, started_at: datetime, due_at: datetime) -> Plan:
    """Return the plan with its steps, each where its fraction of the budget is used up, found in one walk."""
    budget = open_seconds(policy.calendar, started_at, due_at)
    steps, at, used = [Step(DUE, due_at)], started_at, timedelta()
    for fraction in sorted((*policy.reminders, *OVERDUE)):
        share = timedelta(seconds=fraction * budget)
        at, used = add_open(policy.calendar, at, (share - used).total_seconds()), share
        steps.append(Step(str(fraction), at))
    return Plan(started_at, due_at, tuple(sorted(steps, key=lambda step: (step.at, float(step.name)))))
