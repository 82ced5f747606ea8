"""STORY 1: a mail came in.

Each step stands here by name and lives in a file of that name: read → keep the raw bytes → automatic? → proven? →
which incident → classify → decide → record. All that one mail changes is one transaction; the server is told
(MOVE, flag or 250) by whoever called `take`, after it has returned.
"""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import Connection

from classifiers.settings import About
from maild.core.actions import Action, Dispose, Disposition
from maild.core.authenticate import Proof, prove
from maild.core.automatic import OwnMail, Writer, recognise
from maild.core.bounce import Bounce, read_bounce, returned_ids
from maild.core.case import Case, Confirmation, ForwardCase
from maild.core.decide import decide
from maild.core.decide_bounce import REPORT_KINDS
from maild.core.decide_unreadable_mail import decide_unreadable_mail
from maild.core.find_incident import Found, clues, find
from maild.core.forwarded import MAILS, Forward, read_forward, with_files_of
from maild.core.group_answer import with_group_token
from maild.core.message import Delivery, Message
from maild.core.new_text import split_text
from maild.core.reasons import Reason, because
from maild.core.staff import StaffMember, staff_member
from maild.desk import Desk
from maild.errors import Overtaken, Unreachable, Unreadable, contain
from maild.log import logger
from maild.render_reply import render_reply
from maild.store import customers, incidents, messages, outbox, sent_mail, timers
from maild.store.record import MailCame, Occasion, Replayed, record
from maild.store.tables import Audience
from replies.render import ReplyError

HOUR = timedelta(hours=1)
COMMIT_TOGETHER = 10  # with a backlog: 3 to 4 times the speed of one by one, and a failure costs at most ten
TRIES = 5  # of a mail that other transactions overtake, at once: each time one of them has got its way
LOGGED_CHARS = 120
MOST_QUOTED = 10  # mails of ours that an answer is compared with: what people quote is recent
T = TypeVar("T")
log = logger(__name__)


@dataclass(frozen=True, slots=True)
class Reading:
    """A delivery, and what its bytes say, or why they say nothing; `attached` is the mail that staff attached."""

    delivery: Delivery
    message: Message | None
    unreadable: Reason | None = None
    attached: Message | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a mail before it is weighed what it says: who wrote it, and where it belongs."""

    delivery: Delivery
    message: Message
    writer: Writer
    bounce: Bounce | None
    proof: Proof
    found: Found


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
            return handle(reading, desk, tx, replayed=arrival)

    handled = insist(decided)
    desk.mail_waits.set()
    return handled


def read(delivery: Delivery, desk: Desk) -> Reading:
    """Read the bytes in a child process within its limits; also a mail that one of the staff attached."""
    try:
        message = desk.reader.read(delivery.raw)
    except Unreadable as failure:
        return Reading(delivery, None, Reason(failure.reason, str(failure)))
    attached = read_attached(delivery, message, desk)
    return Reading(delivery, with_files_of(message, attached) if attached else message, attached=attached)


def read_attached(delivery: Delivery, message: Message, desk: Desk) -> Message | None:
    """Return the one mail that one of the staff attached; with an answer of theirs it is a file like others."""
    mails = [file for file in message.attachments if file.content_type in MAILS]
    if len(mails) != 1 or staff_of(message, desk) is None:
        return None
    if any(token.purpose == "staff" for token in clues(message, delivery.recipients, desk.keys).tokens):
        return None
    try:
        return desk.reader.read(mails[0].content)
    except Unreadable:
        return None


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


def understand(reading: Reading, message: Message, desk: Desk, tx: Connection) -> Case:
    """Ask every question about the mail, in the order in which the answers build on each other."""
    delivery = reading.delivery
    writer = recognise(message, delivery.mail_from, own_mail(desk))
    bounce = read_bounce(message)
    proof = prove(message, desk.config.proof)
    found = search(delivery, with_returned_id(message, bounce), proof, desk, tx)
    case = case_of(Known(delivery, message, writer, bounce, proof, found), desk, tx)
    member = staff_of(message, desk)
    forward = read_forward(message, reading.attached) if member else None
    return (
        replace(case, forward=forward_case(case, forward, member, desk, tx)) if member and forward else case
    )


def case_of(known: Known, desk: Desk, tx: Connection) -> Case:
    """Return the case of a mail whose writer and incident are known: what is new in it, and what it asks for."""
    message, found, delivery = known.message, known.found, known.delivery
    ours = told(found, message, desk, tx)
    split = split_text(message.text, ours=ours, first=found.how in ("new", "same"))
    number = found.incident.number if found.incident else None
    lately = desk.clock.now() - HOUR
    return Case(
        delivery=delivery,
        message=message,
        writer=known.writer,
        bounce=known.bounce,
        proof=known.proof,
        split=split,
        found=found,
        verdict=desk.classifier.classify(
            "" if number else message.subject, split.new, about(message, delivery)
        ),
        confirmation=confirmation_of(found, tx),
        timer=timers.running(tx, number, "first_response") if number else None,
        suppressed=customers.suppressed(tx, message.sender.address) or "" if message.sender else "",
        answered_lately=incidents.answers_since(tx, number, message.sender, lately) if number else 0,
        returned=sent_mail.sent_mail(tx, returned_ids(message))
        if known.writer.kind in REPORT_KINDS
        else None,
        ack_backlog=any(m.ack_backlog for m in desk.config.mailbox if m.name == delivery.source),
    )


def about(message: Message, delivery: Delivery) -> About:
    """Return what rules may ask of a mail besides its text."""
    sender = message.sender.address if message.sender else ""
    return About(sender=sender, mailbox=delivery.source, fields=message.fields)


def forward_case(
    case: Case, forward: Forward, member: StaffMember, desk: Desk, tx: Connection
) -> ForwardCase:
    """Ask the same questions about the mail that one of the staff forwards; nothing proves who wrote it."""
    message = forward.message
    proof = Proof("unproven", because("forwarded_proof", name=member.name))
    writer = recognise(message, None, own_mail(desk))
    found = search_forwarded(case, message, proof, desk, tx)
    known = Known(case.delivery, message, writer, None, proof, found)
    return ForwardCase(replace(case_of(known, desk, tx), forwarded=True), forward.note)


def with_returned_id(message: Message, bounce: Bounce | None) -> Message:
    """Return the mail; a delivery report refers to the mail that it returns."""
    if bounce is None or not bounce.original_message_id:
        return message
    return replace(message, references=(*message.references, bounce.original_message_id))


def search(delivery: Delivery, message: Message, proof: Proof, desk: Desk, tx: Connection) -> Found:
    """Find the incident by what the mail says of it, and what the store knows of that."""
    clue = clues(message, delivery.recipients, desk.keys)
    again = None if staff_of(message, desk) else delivery.received_at
    known = incidents.candidates(tx, clue, message, again)
    found = find(message, clue, known, proof, authserv_configured=bool(desk.config.proof.authserv_ids))
    return with_group_token(found, clue, known, message, desk.rules.staff)


def told(found: Found, message: Message, desk: Desk, tx: Connection) -> list[str]:
    """Return the texts that the sender may quote: what we last sent on the incident, to staff or to customers.

    A row whose template has changed so that it fails on old facts says nothing; its quote is known by other signs.
    """
    if found.incident is None or found.how == "new" or message.sender is None:
        return []
    audience: Audience = "staff" if staff_of(message, desk) else "customer"
    texts = []
    for row in outbox.last_sent(tx, found.incident.number, audience, most=MOST_QUOTED):
        with contextlib.suppress(ReplyError):
            texts.append(render_reply(row, desk).text)
    return texts


def search_forwarded(case: Case, message: Message, proof: Proof, desk: Desk, tx: Connection) -> Found:
    """Find the incident of a forwarded mail: it may have come before, or answer us; else its forwarder names one."""
    own = (message.message_id,) if message.message_id else ()
    message = replace(message, references=(*message.references, *own))
    clue = clues(message, (), desk.keys)
    known = incidents.candidates(tx, clue, message, case.delivery.received_at)
    found = find(message, clue, known, proof, authserv_configured=False)
    if found.incident is None and case.found.how in ("message_id", "number"):
        return replace(case.found, token=None, proven_join=False, unseen=found.unseen)
    return found


def staff_of(message: Message, desk: Desk) -> StaffMember | None:
    """Return the staff member whose address the mail bears, which by itself proves nothing."""
    return staff_member(desk.rules.staff, message.sender.address) if message.sender else None


def confirmation_of(found: Found, tx: Connection) -> Confirmation | None:
    """Return what the mail's token confirms, or None where it bears no such token."""
    if found.how != "confirm" or found.token is None:
        return None
    return incidents.confirmation(tx, found.token.item)


def own_mail(desk: Desk) -> OwnMail:
    """Return by what we know a mail of our own, and which machines' mail is a request (rule 35)."""
    forms = frozenset(form.casefold() for mailbox in desk.config.mailbox for form in mailbox.forms)
    return OwnMail(addresses=desk.rules.own_addresses, loop_keys=desk.keys, forms=forms)


def occasion_of(reading: Reading, kept: int, desk: Desk, replayed: int | None) -> Occasion:
    """Return what set the transaction off: a mail that came, or one from quarantine."""
    message_id = reading.message.message_id if reading.message else None
    if replayed is not None:
        return Replayed(replayed, kept, message_id, desk.config.version)
    return MailCame(reading.delivery, kept, message_id, desk.config.version)
