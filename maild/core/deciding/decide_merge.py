"""Two incidents are one problem: the younger ends, and all that is said on it from then on is said on the elder.

The elder keeps its promises, or is HotRush as the younger was; the clocks of that stop, and what was reserved for it is
released, or pays for the elder. Only incidents
of one customer are merged: else the answers of the one would be about the mails of the other.
"""

from datetime import datetime

from maild.core.actions import Action, ClockHappened, ForIncident, MergeInto, MoveCharges, Release
from maild.core.deciding import life_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.change_state import change_state
from maild.core.deciding.payment import grant_hotrush, waits_no_more
from maild.core.deciding.settle import settle
from maild.core.deciding.tell_requester import tell_requester
from maild.core.incident import BUG, OUT_OF_SCOPE, UNPAID, Incident, State, why_not
from maild.core.message import fold
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import Reason, because

OUR_TURN: tuple[State, ...] = ("submitted", "awaiting_entitlement", "assigned", "in_progress")


def why_not_merged(incident: Incident, other: Incident | None, word: str) -> Reason | None:
    """Return why the two can't be merged, or None where they can."""
    if other is None:
        return because("merge_unknown", number=word[:20])
    if other.number == incident.number:
        return because("merge_itself", number=other.number)
    if fold(other.requester.address) != fold(incident.requester.address):
        return because("merge_strangers", number=other.number, address=other.requester.address)
    if refused := why_not(incident, "merged"):
        return refused
    if why_not(other, "merged"):
        return because("merge_over", number=other.number, state=other.state.replace("_", " "))
    return None


def merge(incident: Incident, other: Incident, name: str, at: datetime, rules: Rules) -> list[Action]:
    """Return the merging of the younger into the elder, with `incident` at hand again at the end."""
    elder, younger = sorted((incident, other), key=lambda one: one.number)
    why = because("merged", name=name, younger=younger.number, elder=elder.number)
    facts = life_facts.merged(younger, elder.number)
    moves, paid = _moves(elder, younger), because("paid_by_younger", younger=younger.number)
    return [
        *((ForIncident(elder.number), Release(paid)) if moves and elder.charges else ()),
        ForIncident(younger.number),
        ClockHappened(ClockEvent("resolved", at), reason=why),
        MergeInto(elder.number, why),
        *([MoveCharges(elder.number, paid)] if moves else settle(younger, "merged")),
        tell_requester(younger, "merged", facts),
        ForIncident(elder.number),
        *(waits_no_more(elder, paid, at) if moves else ()),
        *(grant_hotrush(why, at) if _brings_hotrush(elder, younger) else ()),
        *_their_word(elder, younger, why, at),
        ForIncident(incident.number),
    ]


def _moves(elder: Incident, younger: Incident) -> bool:
    """Say whether what pays for the younger pays for the elder: where nothing does, or where it alone has HotRush."""
    if not younger.charges:
        return False
    rushes = _brings_hotrush(elder, younger) and any(one.has_hotrush for one in younger.charges)
    instead = rushes and all(one.state == "reserved" for one in elder.charges)
    return instead or (UNPAID in elder.flags and not elder.charges)


def _brings_hotrush(elder: Incident, younger: Incident) -> bool:
    """Say whether the elder becomes HotRush because the younger is."""
    free = {BUG, OUT_OF_SCOPE} & {*elder.flags}
    return younger.priority == "hotrush" and elder.priority != "hotrush" and not free


def _their_word(elder: Incident, younger: Incident, why: Reason, at: datetime) -> list[Action]:
    """Return what the younger's open question does to the elder: it is our turn there, too."""
    if younger.state not in OUR_TURN or elder.state in OUR_TURN:
        return []
    return change_state(elder, "customer_wrote", why, at)
