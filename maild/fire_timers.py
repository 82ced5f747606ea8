"""STORY 3: time passed.

Every clock that came to a step is looked at again, in the transaction that claims it: a reminder goes out once, and
none does when the promise is met. What is due is found by asking for due rows, so a night of downtime costs nothing
but the reminders that are stale by the morning.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from maild.core.actions import Action, FireStep, WaitStep
from maild.core.deciding.decide_silence import decide_silence
from maild.core.deciding.remind import remind
from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.promising.clocks import WAIT_KINDS
from maild.core.promising.steps import Watch
from maild.desk import Desk
from maild.errors import contain
from maild.log import logger
from maild.store import entitlements, incidents, timers
from maild.store.record import TimeCame, record

AT_ONCE = 100
AGAIN = timedelta(minutes=5)  # when a clock that failed is looked at again
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
        for watch in due:
            fire_safely(watch, desk, tx, now)
    return len(due)


def fire_safely(watch: Watch, desk: Desk, tx: Connection, now: datetime) -> None:
    """Fire one clock in a savepoint of its own; one that fails is looked at again later and stops no other."""
    failed: list[Exception] = []
    with contain(failed.append), tx.begin_nested():
        fire(watch, desk, tx, now)
    for error in failed:
        log.error("clock failed", incident=watch.incident, timer=watch.id, error=repr(error))
        occasion = TimeCame(f"timer:{watch.id}")
        later = WaitStep(watch.id, now + AGAIN)
        record(tx, [later], occasion, incident=watch.incident, now=now, limits=desk.config.limits)


def fire(watch: Watch, desk: Desk, tx: Connection, now: datetime) -> None:
    """Remind of what the clock has come to, or note when to look again."""
    incident = incidents.load(tx, watch.incident)
    if incident is None:
        raise LookupError(f"timer {watch.id} is of incident {watch.incident}, which is not there")
    actions = decided(watch, incident, desk, tx, now)
    occasion = TimeCame(cause_of(watch, actions))
    record(tx, actions, occasion, incident=incident.number, now=now, limits=desk.config.limits)
    log.info("clock looked at", incident=incident.number, timer=watch.id, actions=len(actions))


def decided(watch: Watch, incident: Incident, desk: Desk, tx: Connection, now: datetime) -> list[Action]:
    """Return what follows, by what the clock watches: our promise, or how long the customer has been silent."""
    if watch.timer.kind in WAIT_KINDS:
        payer = entitlements.account_of(tx, Address(incident.requester.address), now)
        return decide_silence(watch, incident, desk.rules, now, payer)
    return remind(watch, incident, desk.rules, now)


def cause_of(watch: Watch, actions: list[Action]) -> str:
    """Return what the outbox knows the reminder by: one (timer, step) reminds one person once."""
    fired = [action.step for action in actions if isinstance(action, FireStep)]
    return f"timer:{watch.id}:{fired[-1]}" if fired else f"timer:{watch.id}"
