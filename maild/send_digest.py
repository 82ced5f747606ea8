"""STORY: a morning has begun for one of the staff.

whose morning? → looked at already? → how does everything stand? → decide → record, once. Nothing is read or written
for a morning that was looked at, and one that passed while we were down is passed over: today says it all.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from maild.core.actions import Action
from maild.core.deciding.digest import decide_digest, decide_weekly_figures, wants_weekly
from maild.core.deciding.mornings import Morning, mornings_due, week_before
from maild.desk import Desk
from maild.errors import Overtaken, contain
from maild.log import logger
from maild.store import digest, week
from maild.store.record import TimeCame, record

FIRST_SINCE = timedelta(days=1)  # how far the very first digest of somebody looks back
log = logger(__name__)
Writer = Callable[[Morning, Desk], list[Action]]


def send_mornings(desk: Desk) -> int:
    """Write what this morning brings to each of the staff for whom it has begun; return how many were looked at."""
    now, rules = desk.clock.now(), desk.rules
    due = mornings_due(rules.staff, rules.mornings, now, rules.policy.calendar)
    if not due:
        return 0
    with desk.database.read() as tx:
        done = digest.looked_at(tx, due)
    looked = 0
    for morning in due:
        if (morning.member.key, "digest", morning.name) not in done:
            looked += write_safely(morning, desk, daily)
        if wants_weekly(morning, rules) and (morning.member.key, "weekly_figures", morning.name) not in done:
            looked += write_safely(morning, desk, weekly)
    return looked


def write_safely(morning: Morning, desk: Desk, write: Writer) -> bool:
    """Write one mail of a morning; one that fails is tried at the next look, and stops no other."""
    failed: list[Exception] = []
    with contain(failed.append):
        try:
            carry_out(morning, write(morning, desk), desk)
        except Overtaken:
            return False
    for error in failed:
        log.error("morning mail failed", person=morning.member.address, day=morning.name, error=repr(error))
    return not failed


def daily(morning: Morning, desk: Desk) -> list[Action]:
    """Return what the digest of a morning is made of."""
    now = desk.clock.now()
    with desk.database.read() as tx:
        last = digest.last_morning(tx, morning.member, now - FIRST_SINCE)
        found = digest.standing(tx, last)
    return decide_digest(morning, found, desk.rules, now)


def weekly(morning: Morning, desk: Desk) -> list[Action]:
    """Return what the figures of the week before are made of."""
    begin, end = week_before(morning.member, morning.day, desk.rules.policy.calendar)
    with desk.database.read() as tx:
        found = week.week(tx, begin, end, desk.rules.staff)
    return decide_weekly_figures(morning, found, desk.rules)


def carry_out(morning: Morning, actions: list[Action], desk: Desk) -> None:
    """Record what was decided; raises Overtaken where another process was first."""
    now: datetime = desk.clock.now()
    with desk.database.begin() as tx:
        occasion = TimeCame(f"morning:{morning.name}")
        record(tx, actions, occasion, incident=None, now=now, limits=desk.config.limits)
    desk.mail_waits.set()
    log.info("morning looked at", person=morning.member.address, day=morning.name, mails=len(actions) - 1)
