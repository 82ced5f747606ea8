"""What a change of priority does to the promise of an incident, and when an answer is due then."""

from collections.abc import Iterable
from datetime import datetime

from maild.core.actions import Action, ClockHappened, SetPriority
from maild.core.incident import Priority
from maild.core.promising.clock_event import ClockEvent
from maild.core.promising.clocks import Clocks
from maild.core.reasons import Reason


def move_priority(priority: Priority, why: Reason, at: datetime) -> list[Action]:
    """Return another priority for the incident at hand, with word of it to its clocks."""
    return [
        SetPriority(priority, why),
        ClockHappened(ClockEvent("priority_changed", at, priority), reason=why),
    ]


def due_after(clocks: Clocks | None, done: Iterable[Action]) -> datetime | None:
    """Return when an answer is due after what was `done`, or None where none is."""
    for change in done:
        clocks = clocks.after(change.event) if clocks and isinstance(change, ClockHappened) else clocks
    return clocks.due() if clocks else None
