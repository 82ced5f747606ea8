"""A customer whose turn it is says nothing: remind them once, then announce the end, then close.

Silence closes nothing without a notice before it, and any letter of theirs ends the wait. Each step fires once; after
downtime only the newest counts, so nobody is reminded of what is announced in the same breath.
"""

from datetime import datetime, timedelta

from maild.core.actions import Action, FireStep, WaitStep
from maild.core.deciding import life_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.change_state import change_state
from maild.core.deciding.decide_balance import tell_low
from maild.core.deciding.tell_requester import tell_requester
from maild.core.entitlement import Account
from maild.core.incident import Incident, State
from maild.core.promising.steps import DUE, Fire, WaitUntil, Watch, due_step
from maild.core.reasons import because

NOTHING = Account()
WHILE: dict[str, State] = {
    "silence": "waiting",
    "closing": "pre_closed",
}  # kind of wait -> the state it runs in


def decide_silence(
    watch: Watch, incident: Incident, rules: Rules, now: datetime, payer: Account = NOTHING
) -> list[Action]:
    """Return what a wait has come to, or when to look at it again; a wait that lost its state asks for nothing.

    `payer` is what the customer has left, of whom the end may spend the last.
    """
    kind, due = watch.timer.kind, due_step(watch, now, hotrush=False)
    if incident.state != WHILE.get(kind):
        return [WaitStep(watch.id, None)]
    if not isinstance(due, Fire):
        return [WaitStep(watch.id, due.at if isinstance(due, WaitUntil) else None)]
    fired = [FireStep(watch.id, step, due.next_at) for step in due.passed]
    if due.step != DUE:
        facts = life_facts.waiting_reminder(incident, watch.timer.due_at or now)
        return [*fired, tell_requester(incident, "waiting_reminder", facts)]
    if kind == "closing":
        return [*fired, *_close(watch, incident, rules, now), *tell_low(incident, payer, rules)]
    return [*fired, *_announce(watch, incident, now)]


def _announce(watch: Watch, incident: Incident, now: datetime) -> list[Action]:
    """Return the state before the end, and its notice with the cost and the day of closing."""
    why = because("silence", days=watch.policy.pre_close_days)
    facts = life_facts.pre_closed(incident, now + timedelta(days=watch.policy.close_days))
    return [*change_state(incident, "silence", why, now), tell_requester(incident, "pre_closed", facts)]


def _close(watch: Watch, incident: Incident, rules: Rules, now: datetime) -> list[Action]:
    """Return the end, and its notice with the time within which a letter opens it again."""
    why = because("closed_by_silence", days=watch.policy.close_days)
    facts = life_facts.closed(incident, rules, now)
    return [*change_state(incident, "closed_by_silence", why, now), tell_requester(incident, "closed", facts)]
