"""What a decision asks for about clocks; with the other actions in actions.py."""

from dataclasses import dataclass, field
from datetime import datetime

from maild.core.promising.clock_event import ClockEvent
from maild.core.promising.sla import About, Policy
from maild.core.reasons import Reason


@dataclass(frozen=True, slots=True)
class ClockHappened:
    """Let the clocks of the incident at hand go on after an event (maild/core/promising/clocks.py).

    `policy` is what is promised on it from now on, given where it is opened, with what else the promises depend on;
    `reason` is why, for `maild show`.
    """

    event: ClockEvent
    policy: Policy | None = None
    reason: Reason | None = None
    about: About = field(default_factory=About)


@dataclass(frozen=True, slots=True)
class Recompute:
    """Give the incident at hand another policy: the clocks that run count anew from their start."""

    policy: Policy


@dataclass(frozen=True, slots=True)
class FireStep:
    """Note that a timer's step fired, and when the timer is to be looked at next (None: never)."""

    timer: int
    step: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class WaitStep:
    """Look at the timer again at `next_at`; nothing fired."""

    timer: int
    next_at: datetime | None
