"""What was promised: targets, due times, steps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from maild.core.business_hours import Calendar
from maild.core.incident import Priority

TimerKind = Literal["first_response"]


@dataclass(frozen=True, slots=True)
class Minutes:
    """A target in open minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """A target in business days (domain.md §3.2)."""

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
    """The promises in force: one calendar, a target a priority, and the fractions at which staff are reminded."""

    calendar: Calendar
    first_response: Mapping[Priority, Target]
    reminders: tuple[float, ...] = (0.5, 0.75, 0.9)
