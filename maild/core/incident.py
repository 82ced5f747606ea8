"""An incident, its states, and the table of what may follow what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from maild.core.customer import Party
from maild.core.message import fold
from maild.core.reasons import Reason, because

State = Literal["submitted", "in_progress", "waiting", "closed"]
Priority = Literal["hotrush", "high", "normal", "low"]
Cause = Literal[
    "answered",
    "working",
    "customer_wrote",
    "closed_by_staff",
    "reopened",
    "unanswered",
    "answer_lost",
]

# Why the mail that opened an incident was not acknowledged, where nothing else automatic may follow it either.
UNANSWERABLE = frozenset({"no_ack_machine", "no_ack_dmarc", "no_ack_no_reply"})

# (state now, what happened) -> state next; anything absent is refused (rules: Life cycle).
TRANSITIONS: dict[tuple[State, Cause], State] = {
    ("submitted", "answered"): "waiting",
    ("submitted", "working"): "in_progress",
    ("in_progress", "answered"): "waiting",
    ("in_progress", "working"): "in_progress",
    ("waiting", "answered"): "waiting",
    ("waiting", "working"): "in_progress",
    ("submitted", "customer_wrote"): "submitted",
    ("in_progress", "customer_wrote"): "in_progress",
    ("waiting", "customer_wrote"): "in_progress",
    ("submitted", "closed_by_staff"): "closed",
    ("in_progress", "closed_by_staff"): "closed",
    ("waiting", "closed_by_staff"): "closed",
    ("closed", "reopened"): "in_progress",
    ("closed", "answered"): "closed",
    ("closed", "working"): "in_progress",
    # The only answer came back, so nobody has answered yet; or one of several did, so it is our turn. What was
    # closed stays closed: that was decided, not answered.
    ("waiting", "unanswered"): "submitted",
    ("in_progress", "unanswered"): "submitted",
    ("submitted", "unanswered"): "submitted",
    ("waiting", "answer_lost"): "in_progress",
    ("in_progress", "answer_lost"): "in_progress",
    ("submitted", "answer_lost"): "submitted",
}


@dataclass(frozen=True, slots=True)
class Incident:
    """One problem of one customer, as the store hands it to the core; times are aware and UTC.

    `last_message_id` is the newest mail of the customer's, which our next mail answers; `flags` are short words
    that staff see (`unverified_staff`, `backlog`). `unanswerable` is why the mail that opened it may be answered by
    nothing automatic, or None.
    """

    number: int
    state: State
    subject: str
    priority: Priority
    scope: str
    language: str
    opened_at: datetime
    closed_at: datetime | None
    parties: tuple[Party, ...]
    last_message_id: str | None = None
    flags: tuple[str, ...] = ()
    unanswerable: Reason | None = None

    @property
    def requester(self) -> Party:
        """The customer whose incident it is; every incident has exactly one."""
        return next(party for party in self.parties if party.role == "requester")

    @property
    def silence(self) -> Reason | None:
        """Why its requester is sent nothing automatic, or None where they are (rules: Machines)."""
        if self.requester.suppressed:
            return because("no_mail_suppressed", address=self.requester.address)
        if self.unanswerable is None:
            return None
        why = self.unanswerable.text.removeprefix(because("no_ack_machine", reason="").text)
        return because("no_mail_unanswerable", reason=why)

    def party(self, address: str) -> Party | None:
        """Return the party with this address, whatever its role, or None."""
        wanted = fold(address)
        return next((party for party in self.parties if fold(party.address) == wanted), None)


def follow(state: State, cause: Cause) -> State | None:
    """Return the state that follows, or None where the table does not allow it."""
    return TRANSITIONS.get((state, cause))
