"""One change of an incident's state, with all that goes along: its clocks, and what was bought for it.

Every page that moves an incident asks here, so that no way into a state forgets the clock or the ledger.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from maild.core.actions import Action, ClockHappened, MergeInto, SetOwner, SetScope, SetState
from maild.core.deciding.settle import settle
from maild.core.incident import ENDED_STATES, OPEN_STATES, Cause, Incident, State, follow
from maild.core.promising.clock_event import ClockEvent, ClockEventType
from maild.core.reasons import Reason

# What a change tells the clocks, where the cause alone says it.
EVENTS: Mapping[Cause, ClockEventType] = {
    "answered": "waiting",
    "customer_wrote": "customer_message",
    "silence": "pre_closed",
    "unanswered": "answer_lost",
}
TURNED_AWAY: tuple[State, ...] = ("declined", "spam")
THEIR_TURN: tuple[State, ...] = ("waiting", "pre_closed")


def change_state(
    incident: Incident, cause: Cause, why: Reason, at: datetime, by: Literal["customer", "staff"] = "staff"
) -> list[Action]:
    """Return the change that `cause` makes to the incident, nothing where the table refuses it.

    What happened at `at` is told to the clocks even where the state stays. `by` says who opened it again, where both
    may.
    """
    after = follow(incident.state, cause)
    if after is None:
        return []
    event = clock_event(incident.state, cause, after)
    if incident.state in TURNED_AWAY:
        by = "customer"  # whoever takes that back owes them an answer
    return [
        *((ClockHappened(ClockEvent(event, at, by=by), reason=why),) if event else ()),
        *((SetState(after, why),) if after != incident.state else ()),
        *settle(incident, cause),
    ]


def clock_event(before: State, cause: Cause, after: State) -> ClockEventType | None:
    """Return what a change means to the clocks, or None where it means nothing to them.

    An incident that is over has no clocks to tell but where it is opened again. The answer itself, which stops the
    clock of our silence, is told apart: it may stand above `#working` as well.
    """
    if before in ENDED_STATES:
        return "reopened" if after in OPEN_STATES else None
    if after in ENDED_STATES:
        return "resolved"
    if cause in EVENTS:
        return EVENTS[cause]
    return "resumed" if before in THEIR_TURN and after not in THEIR_TURN else None


def after_all(incident: Incident, actions: Iterable[Action]) -> Incident:
    """Return the incident as the actions leave it, as far as states, owner and scope go."""
    for action in actions:
        match action:
            case SetState(state):
                incident = replace(incident, state=state)
            case MergeInto(number):
                incident = replace(incident, state="merged", merged_into=number)
            case SetOwner(owner):
                incident = replace(incident, owner=owner.address if owner else "")
            case SetScope(scope):
                incident = replace(incident, scope=scope)
    return incident
