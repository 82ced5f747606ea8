"""A mail of ours that left, or was given up, as whoever decides about its failure needs it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.promising.clocks import Clocks


@dataclass(frozen=True, slots=True)
class SentAnswer:
    """One answer of the staff to a customer: its row in the outbox, when it was given, whether it was lost."""

    mail: int
    at: datetime
    lost: bool


@dataclass(frozen=True, slots=True)
class SentMail:
    """One mail of ours to one recipient, by its row in the outbox.

    `left` says whether it was ever sent, `came_back` whether that is known already. `answers` are all answers to
    customers on its incident, this one with them if it is one; `clocks` are those there.
    """

    id: int
    kind: str
    audience: Literal["customer", "staff"]
    recipient: Address
    subject: str
    left: bool
    came_back: bool
    incident: Incident | None
    answers: tuple[SentAnswer, ...] = ()
    clocks: Clocks | None = None
