"""An incident, its states, and the table of what may follow what."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from maild.core.customer import Party
from maild.core.entitlement import Charge
from maild.core.message import fold
from maild.core.reasons import Reason, because

State = Literal[
    "submitted",
    "awaiting_entitlement",
    "assigned",
    "in_progress",
    "waiting",
    "pre_closed",
    "closed",
    "declined",
    "merged",
    "spam",
]
Priority = Literal["hotrush", "high", "normal", "low"]
# The more, the sooner.
RANK: dict[Priority, int] = {"low": 0, "normal": 1, "high": 2, "hotrush": 3}
HotRush = Literal["none", "granted", "offered", "withdrawn", "removed"]
Cause = Literal[
    "taken",
    "answered",
    "working",
    "granted",
    "customer_wrote",
    "silence",
    "closed_by_silence",
    "closed_by_staff",
    "closed_by_customer",
    "reopened",
    "objected",
    "declined",
    "merged",
    "spam",
    "unanswered",
    "answer_lost",
]

# Those in which somebody is still to do something, in the order of a life; the others are over.
OPEN_STATES: tuple[State, ...] = (
    "submitted",
    "awaiting_entitlement",
    "assigned",
    "in_progress",
    "waiting",
    "pre_closed",
)
ENDED_STATES: tuple[State, ...] = ("closed", "declined", "merged", "spam")

# The flag of an incident for which nothing pays yet, though something must.
UNPAID = "unpaid"
OUT_OF_SCOPE = "out_of_scope"  # the flag of what a person is to accept or decline
BUG = "bug"  # the flag of one that a defect of our software caused: it costs nothing, whatever is bought
# Why the mail that opened an incident was not acknowledged, where nothing else automatic may follow it either.
UNANSWERABLE = frozenset({"no_ack_machine", "no_ack_dmarc", "no_ack_no_reply"})

# Who can be the cause of a change: a letter of the customer's, an order of the staff's or a rule that orders in their
# place, a purchase, time that passed, a true report that an answer came back. No other mail of a machine changes any.
Who = Literal["customer", "staff", "rule", "purchase", "time", "report"]
CAUSED_BY: dict[Cause, tuple[Who, ...]] = {
    "taken": ("staff", "rule"),
    "answered": ("staff",),
    "working": ("staff",),
    "granted": ("staff", "purchase"),
    "customer_wrote": ("customer",),
    "silence": ("time",),
    "closed_by_silence": ("time",),
    "closed_by_staff": ("staff",),
    "closed_by_customer": ("customer",),
    "reopened": ("customer", "staff"),
    "objected": ("customer",),
    "declined": ("staff",),
    "merged": ("staff",),
    "spam": ("staff",),
    "unanswered": ("report",),
    "answer_lost": ("report",),
}

# How an incident that is open may end at any time: cause -> the state that follows.
_ENDS: dict[Cause, State] = {
    "closed_by_staff": "closed",
    "closed_by_customer": "closed",
    "declined": "declined",
    "merged": "merged",
    "spam": "spam",
}
# (state now, what happened) -> state next; anything absent is refused (rules: Life cycle).
TRANSITIONS: dict[tuple[State, Cause], State] = {
    **{(state, cause): after for state in OPEN_STATES for cause, after in _ENDS.items()},
    **{(state, "answered"): "waiting" for state in OPEN_STATES},
    **{(state, "working"): "in_progress" for state in OPEN_STATES},
    # Whoever takes what somebody is at work on already only becomes its owner.
    **{(state, "taken"): state for state in OPEN_STATES},
    ("submitted", "taken"): "assigned",
    ("awaiting_entitlement", "taken"): "assigned",
    ("awaiting_entitlement", "granted"): "submitted",
    # Who writes while nobody has begun only adds to it; who is asked, or about to be closed, takes their turn.
    **{(state, "customer_wrote"): state for state in OPEN_STATES},
    ("waiting", "customer_wrote"): "in_progress",
    ("pre_closed", "customer_wrote"): "in_progress",
    ("waiting", "silence"): "pre_closed",
    ("pre_closed", "closed_by_silence"): "closed",
    ("closed", "reopened"): "in_progress",
    ("closed", "answered"): "closed",
    ("closed", "working"): "in_progress",
    ("declined", "objected"): "submitted",
    ("declined", "reopened"): "in_progress",
    ("declined", "answered"): "declined",
    ("declined", "working"): "in_progress",
    ("spam", "reopened"): "in_progress",
    ("spam", "working"): "in_progress",
    # The only answer came back, so nobody has answered yet; or one of several did, so it is our turn. What is over
    # stays over: that was decided, not answered.
    **{(state, "unanswered"): "submitted" for state in OPEN_STATES},
    ("awaiting_entitlement", "unanswered"): "awaiting_entitlement",
    ("assigned", "unanswered"): "assigned",
    **{(state, "answer_lost"): state for state in OPEN_STATES},
    ("waiting", "answer_lost"): "in_progress",
    ("pre_closed", "answer_lost"): "in_progress",
}


@dataclass(frozen=True, slots=True)
class Incident:
    """One problem of one customer, as the store hands it to the core; times are aware and UTC.

    `last_message_id` is the newest mail of the customer's, which our next mail answers; `flags` are short words
    that staff see (`unverified_staff`, `backlog`). `unanswerable` is why the mail that opened it may be answered by
    nothing automatic, or None. `owner` is the address of the staff member who has taken it, or ""; `withdrawals`
    counts how often its HotRush was withdrawn after that; `closed_at` is when it ended, in whatever way. `charges` are
    what it takes of what was bought: reserved or spent.
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
    owner: str = ""
    hotrush: HotRush = "none"
    withdrawals: int = 0
    merged_into: int | None = None
    charges: tuple[Charge, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to do something about it."""
        return self.state in OPEN_STATES

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
    """Return the state that follows, or None where the table does not allow it: `why_not` says why."""
    return TRANSITIONS.get((state, cause))


def why_not(incident: Incident, cause: Cause) -> Reason | None:
    """Return why the table refuses `cause` on the incident, or None where it does not."""
    if follow(incident.state, cause) is not None:
        return None
    state = incident.state.replace("_", " ")
    if incident.state == "merged":
        return because("is_merged", number=incident.merged_into or 0)
    if incident.is_open:
        again = cause in ("reopened", "objected")
        return because("not_over", state=state) if again else because("not_yet", state=state)
    return because("is_over", state=state)
