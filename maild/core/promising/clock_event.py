"""What happens on an incident as far as its clocks care."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from maild.core.incident import Priority

ClockEventType = Literal[
    "created",
    "customer_message",
    "staff_reply",
    "waiting",
    "resumed",
    "pre_closed",
    "resolved",
    "reopened",
    "priority_changed",
    "answer_lost",
]


@dataclass(frozen=True, slots=True)
class ClockEvent:
    """One thing that starts, stops, pauses or moves clocks, at an aware instant (rules: The clock).

    `priority` is that of the incident from then on: of `created` and `priority_changed`, else None. `resumed` is the
    end of waiting without a word of the customer's; `resolved` any end of the incident; `answer_lost` the return of
    the only answer, which undoes the stop that it was.
    """

    type: ClockEventType
    at: datetime
    priority: Priority | None = None
