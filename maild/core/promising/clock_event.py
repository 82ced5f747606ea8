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
    end of waiting without a word of the customer's; `resolved` any end of the incident; `by` says who reopened it.
    `answer_lost` is the return of an answer that was the only one; `answered_at` is when that was given, None: it was
    the last one.
    """

    type: ClockEventType
    at: datetime
    priority: Priority | None = None
    by: Literal["customer", "staff"] = "customer"
    answered_at: datetime | None = None
