"""STORY: an incident waits, and nobody has taken it.

what waits? → who works, and has how much? → deal, HotRush first → record, each in a savepoint of its own. It is dealt
while nothing is locked: who takes an incident by hand meanwhile keeps it, as does whoever another process gave it to.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from maild.core.deciding.assign import Given, NotYet, deal, team_of
from maild.core.deciding.decide_assignment import decide_assignment
from maild.desk import Desk
from maild.errors import contain
from maild.log import logger
from maild.store import incidents, workload
from maild.store.record import TimeCame, record
from maild.store.workload import Waits

log = logger(__name__)


def assign_waiting(desk: Desk) -> int:
    """Give each incident that waits to whoever is to have it; return how many were given."""
    if desk.rules.assignment == "none":
        return 0
    with desk.database.read() as tx:
        choices = [(waits, choice) for waits, choice in dealt(desk, tx) if is_news(waits, choice)]
    if not choices:
        return 0
    now = desk.clock.now()
    with desk.database.begin() as tx:
        # Each a moment before the next, the last one now, so that whose turn it was last can be told afterwards.
        given = sum(
            give_safely(waits, choice, desk, tx, now - n * timedelta.resolution)
            for n, (waits, choice) in zip(reversed(range(len(choices))), choices, strict=True)
        )
    if given:
        desk.mail_waits.set()
    return given


def dealt(desk: Desk, tx: Connection) -> list[tuple[Waits, Given | NotYet]]:
    """Return what becomes of each incident that waits, in the order in which they are given."""
    now, rules = desk.clock.now(), desk.rules
    waiting = {waits.incident.number: waits for waits in workload.unowned(tx)}
    if not waiting:
        return []
    team = team_of(rules.staff, workload.loads(tx, rules.staff), now, rules.policy.calendar)
    choices = deal((waits.incident for waits in waiting.values()), team, rules.assignment, now)
    return [(waiting[incident.number], choice) for incident, choice in choices]


def is_news(waits: Waits, choice: Given | NotYet) -> bool:
    """Say whether there is anything to write: a whole night of waiting for the morning writes one reason."""
    return isinstance(choice, Given) or choice.reason.text != waits.told


def give_safely(waits: Waits, choice: Given | NotYet, desk: Desk, tx: Connection, now: datetime) -> bool:
    """Give one incident at `now`; return whether it was given. In a savepoint: one that fails stops no other."""
    number, failed = waits.incident.number, list[Exception]()
    given = False
    with contain(failed.append), tx.begin_nested():
        given = give(waits, choice, desk, tx, now)
    for error in failed:
        log.error("not assigned", incident=number, error=repr(error))
    return given and not failed


def give(waits: Waits, choice: Given | NotYet, desk: Desk, tx: Connection, now: datetime) -> bool:
    """Carry out one choice, unless somebody took the incident meanwhile; return whether it has an owner by it."""
    number = waits.incident.number
    incident = incidents.load(tx, number)
    if incident is None:
        raise LookupError(f"incident {number} is not there")
    text = workload.newest_text(tx, number) if isinstance(choice, Given) else ""
    actions = decide_assignment(
        incident, choice, waits.told, desk.rules, now, due_at=waits.incident.due_at, text=text
    )
    occasion = TimeCame(f"assigned:{now.isoformat()}")
    record(tx, actions, occasion, incident=number, now=now, limits=desk.config.limits)
    if isinstance(choice, Given) and actions:
        log.info("assigned", incident=number, owner=choice.member.address, reason=choice.reason.name)
        return True
    return False
