"""A customer whose turn it is says nothing: remind them once, then announce the end, then close.

Silence closes nothing without a notice before it, and any letter of theirs ends the wait. Each step fires once; after
downtime only the newest counts, so nobody is reminded of what is announced in the same breath.
"""

from datetime import datetime, timedelta

from maild.core.actions import Action, FireStep, WaitStep
from maild.core.deciding import life_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.change_state import change_state
from maild.core.deciding.tell_requester import tell_requester
from maild.core.incident import Incident, State
from maild.core.promising.sla import DUE, Timer
from maild.core.reasons import because

WHILE: dict[str, State] = {
    "silence": "waiting",
    "closing": "pre_closed",
}  # kind of wait -> the state it runs in


def decide_silence(timer: Timer, incident: Incident, rules: Rules, now: datetime) -> list[Action]:
    """Return what a wait has come to, or when to look at it again; a wait that lost its state asks for nothing."""
    left = [step for step in timer.plan.steps if step.name not in timer.fired]
    passed = [step for step in left if step.at <= now]
    coming = min((step.at for step in left if step.at > now), default=None)
    if not passed or incident.state != WHILE.get(timer.kind):
        return [WaitStep(timer.id, coming if incident.state == WHILE.get(timer.kind) else None)]
    fired = [FireStep(timer.id, step.name, coming) for step in passed]
    if passed[-1].name != DUE:
        facts = life_facts.waiting_reminder(incident, timer.plan.due_at)
        return [*fired, tell_requester(incident, "waiting_reminder", facts)]
    if timer.kind == "closing":
        return [*fired, *_close(incident, rules, now)]
    return [*fired, *_announce(incident, rules, now)]


def _announce(incident: Incident, rules: Rules, now: datetime) -> list[Action]:
    """Return the state before the end, and its notice with the cost and the day of closing."""
    why = because("silence", days=rules.pre_close_days)
    facts = life_facts.pre_closed(incident, now + timedelta(days=rules.close_days))
    return [*change_state(incident, "silence", why, now), tell_requester(incident, "pre_closed", facts)]


def _close(incident: Incident, rules: Rules, now: datetime) -> list[Action]:
    """Return the end, and its notice with the time within which a letter opens it again."""
    why = because("closed_by_silence", days=rules.close_days)
    facts = life_facts.closed(incident, rules, now)
    return [*change_state(incident, "closed_by_silence", why, now), tell_requester(incident, "closed", facts)]
