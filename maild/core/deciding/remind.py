"""A clock came to one of its steps: remind the staff, once, unless there is nothing left to remind of."""

from datetime import datetime

from maild.core.actions import Action, FireStep, QueueReply, WaitStep
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.who_is_told import who_is_told
from maild.core.incident import Incident
from maild.core.promising import steps
from maild.core.promising.business_hours import open_seconds
from maild.core.promising.steps import Watch


def remind(watch: Watch, incident: Incident, rules: Rules, now: datetime) -> list[Action]:
    """Return the reminder of the newest step that is due, or when to look again (rules: The clock)."""
    due = steps.due_step(watch, now, hotrush=incident.priority == "hotrush")
    if isinstance(due, steps.Fire):
        facts = reply_facts.reminder(incident, watch.timer, minutes_left(watch, now))
        return [
            *(FireStep(watch.id, step, due.next_at) for step in due.passed),
            *(
                QueueReply("reminder", member.to, facts, audience="staff", proven=True)
                for member in who_is_told(incident, rules, now, float(due.step))
            ),
        ]
    return [WaitStep(watch.id, due.at if isinstance(due, steps.WaitUntil) else None)]


def minutes_left(watch: Watch, now: datetime) -> int:
    """Return the open minutes until the clock is due, negative once it is late."""
    due = watch.timer.due_at or now
    if now <= due:
        return int(open_seconds(watch.hours, now, due) // 60)
    return -1 - int(open_seconds(watch.hours, due, now) // 60)
