"""A clock came to one of its steps: remind the staff, once, unless there is nothing left to remind of."""

from datetime import datetime

from maild.core.actions import Action, FireStep, QueueReply, WaitStep
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.who_is_told import who_is_told
from maild.core.incident import Incident
from maild.core.promising import sla
from maild.core.promising.business_hours import open_seconds
from maild.core.promising.sla import Timer


def remind(timer: Timer, incident: Incident, rules: Rules, now: datetime) -> list[Action]:
    """Return the reminder of the newest step that is due, or when to look again (rules: The clock)."""
    due = sla.due_step(timer, now, rules.policy, hotrush=incident.priority == "hotrush")
    if isinstance(due, sla.Fire):
        facts = reply_facts.reminder(
            incident, timer, rules.policy.calendar.zone, minutes_left(timer, rules, now)
        )
        return [
            *(FireStep(timer.id, step, due.next_at) for step in due.passed),
            *(
                QueueReply("reminder", member.to, facts, audience="staff", proven=True)
                for member in who_is_told(incident, rules, now, float(due.step))
            ),
        ]
    return [WaitStep(timer.id, due.at if isinstance(due, sla.WaitUntil) else None)]


def minutes_left(timer: Timer, rules: Rules, now: datetime) -> int:
    """Return the open minutes until the timer is due, negative once it is late."""
    calendar, due = rules.policy.calendar, timer.plan.due_at
    if now <= due:
        return int(open_seconds(calendar, now, due) // 60)
    return -1 - int(open_seconds(calendar, due, now) // 60)
