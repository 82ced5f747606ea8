"""STORY 3: time passed.

Every clock that came to a step is looked at again, in the transaction that claims it: a reminder goes out once, and
none does when the promise is met. What is due is found by asking for due rows, so a night of downtime costs nothing
but the reminders that are stale by the morning.
"""

from maild.core.actions import Action, FireStep
from maild.core.remind import remind
from maild.core.sla import Timer
from maild.desk import Desk
from maild.log import logger
from maild.store import incidents, timers
from maild.store.record import TimeCame, record

AT_ONCE = 100
log = logger(__name__)


def fire_due(desk: Desk) -> int:
    """Fire every step that is due; return how many clocks were looked at."""
    looked = fire_some(desk)
    total = looked
    while looked == AT_ONCE:
        looked = fire_some(desk)
        total += looked
    if total:
        desk.mail_waits.set()
    return total


def fire_some(desk: Desk) -> int:
    """Fire up to a hundred clocks in one transaction; return how many were looked at."""
    now = desk.clock.now()
    with desk.database.begin() as tx:
        due = timers.due(tx, now, AT_ONCE)
        for timer in due:
            incident = incidents.load(tx, timer.incident)
            if incident is None:
                continue
            actions = remind(timer, incident, desk.rules, now)
            occasion = TimeCame(cause_of(timer, actions))
            record(tx, actions, occasion, incident=incident.number, now=now, limits=desk.config.limits)
            log.info("clock looked at", incident=incident.number, timer=timer.id, actions=len(actions))
    return len(due)


def cause_of(timer: Timer, actions: list[Action]) -> str:
    """Return what the outbox knows the reminder by: one (timer, step) reminds one person once."""
    fired = [action.step for action in actions if isinstance(action, FireStep)]
    return f"timer:{timer.id}:{fired[-1]}" if fired else f"timer:{timer.id}"
