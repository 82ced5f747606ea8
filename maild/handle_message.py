"""STORY 1: a mail came in.

Each step stands here by name and lives in a file of that name: read → keep the raw bytes → understand (automatic?
proven? which incident? what is new in it? which problem?) → decide → record. All that one mail changes is one
transaction; the server is told (MOVE, flag or 250) by whoever called `take`, after it has returned.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection

from maild.core.actions import Action, Dispose, Disposition
from maild.core.deciding.decide import decide
from maild.core.deciding.decide_unreadable_mail import decide_unreadable_mail
from maild.core.message import Delivery
from maild.core.reasons import because
from maild.desk import Desk
from maild.errors import Overtaken, Unreachable, contain
from maild.log import logger
from maild.read_message import Reading, read
from maild.store import entitlements, messages
from maild.store.record import MailCame, Occasion, Replayed, record
from maild.understand_message import understand

COMMIT_TOGETHER = 10  # with a backlog: 3 to 4 times the speed of one by one, and a failure costs at most ten
TRIES = 5  # of a mail that other transactions overtake, at once: each time one of them has got its way
LOGGED_CHARS = 120
T = TypeVar("T")
log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Handled:
    """What became of one mail: where it went, its arrival and incident, how many mails of ours it led to."""

    disposition: Disposition
    reason: str
    arrival: int | None
    incident: int | None
    queued: int


def take(deliveries: Sequence[Delivery], desk: Desk) -> None:
    """Keep and handle these mails, committed when this returns; raises if the database cannot take them.

    Up to ten share a transaction; if one of them fails, all are handled again one by one, and the one that fails
    by itself goes to quarantine (rule 22).
    """
    readings = [read(delivery, desk) for delivery in deliveries]
    for start in range(0, len(readings), COMMIT_TOGETHER):
        group = readings[start : start + COMMIT_TOGETHER]
        failed: list[Exception] = []
        with contain(failed.append):
            commit(group, desk)
        for reading in group if failed else ():
            commit_alone(reading, desk)
        desk.mail_waits.set()


def commit(group: Sequence[Reading], desk: Desk) -> None:
    """Handle the mails of `group` in one transaction."""
    with desk.database.begin() as tx:
        entitlements.no_purchase_meanwhile(tx)
        done = [handle(reading, desk, tx) for reading in group]
    for reading, handled in zip(group, done, strict=True):
        log.info("mail handled", **named(reading), **asdict(handled))


def named(reading: Reading) -> dict[str, object]:
    """Return by what a log names a mail: where it lay, and what it says of itself, which may be long or a lie."""
    message = reading.message
    return {
        "source": reading.delivery.source,
        "uid": reading.delivery.uid,
        "message_id": (message.message_id or "")[:LOGGED_CHARS] if message else "",
        "sender": message.sender.address[:LOGGED_CHARS] if message and message.sender else "",
    }


def commit_alone(reading: Reading, desk: Desk) -> None:
    """Handle one mail; where that fails, keep it in quarantine; where even that fails, raise: nothing was taken.

    Where the database is at fault and not the mail, or others overtake it every time, it raises too: the server keeps
    the mail, and it comes again.
    """
    failed: list[Exception] = []
    with contain(failed.append):
        insist(lambda: commit([reading], desk))
    if failed and isinstance(failed[0], (Overtaken, Unreachable)):
        raise failed[0]
    if failed:
        log.error("handling failed", **named(reading), error=repr(failed[0]))
        reason = because("handling_failed", error=type(failed[0]).__name__)
        commit([replace(reading, message=None, unreadable=reason)], desk)


def insist(work: Callable[[], T]) -> T:
    """Do a transaction, again at once where another one overtook it; Overtaken where that was so each time."""
    for _ in range(TRIES - 1):
        with contextlib.suppress(Overtaken):
            return work()
    return work()


def take_again(arrival: int, reading: Reading, desk: Desk) -> Handled:
    """Handle a mail from quarantine again, as if it had just been read; its arrival gets another disposition."""

    def decided() -> Handled:
        with desk.database.begin() as tx:
            entitlements.no_purchase_meanwhile(tx)
            return handle(reading, desk, tx, replayed=arrival)

    handled = insist(decided)
    desk.mail_waits.set()
    return handled


def handle(reading: Reading, desk: Desk, tx: Connection, replayed: int | None = None) -> Handled:
    """Handle one mail inside the transaction; `replayed` is the arrival in quarantine that it is handled for again."""
    now, delivery, message = desk.clock.now(), reading.delivery, reading.message
    kept = messages.keep(tx, delivery, message, now)
    actions: list[Action]
    incident: int | None = None
    if message is None:
        reason = reading.unreadable or because("empty")
        actions = decide_unreadable_mail(reason, delivery.source, delivery.received_at, desk.rules)
    elif kept.duplicate_of is not None:
        actions = [Dispose("duplicate", (because("duplicate", arrival=kept.duplicate_of),))]
    else:
        case = replace(understand(reading, message, desk, tx), by_hand=replayed is not None)
        actions = decide(case, desk.rules, now)
        incident = case.found.incident.number if case.found.incident else None
    occasion = occasion_of(reading, kept.message, desk, replayed)
    done = record(tx, actions, occasion, incident=incident, now=now, limits=desk.config.limits)
    became = next(action for action in actions if isinstance(action, Dispose))
    return Handled(became.disposition, became.reasons[0].name, done.arrival, done.incident, done.queued)


def occasion_of(reading: Reading, kept: int, desk: Desk, replayed: int | None) -> Occasion:
    """Return what set the transaction off: a mail that came, or one from quarantine."""
    message_id = reading.message.message_id if reading.message else None
    if replayed is not None:
        return Replayed(replayed, kept, message_id, desk.config.version)
    return MailCame(reading.delivery, kept, message_id, desk.config.version)
