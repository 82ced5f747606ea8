"""Every question that is asked of a mail, in the order in which the answers build on each other.

Automatic? → a report? → proven? → which incident → forwarded by staff? → new text → classify. Each step stands here
by name and lives in a file of that name; the answers together are the Case that decide.py gets. The store is asked
and not changed.
"""

import contextlib
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import Connection

from maild.core.deciding.case import Case, Confirmation, ForwardCase
from maild.core.deciding.decide_bounce import REPORT_KINDS
from maild.core.deciding.decide_split import asked_problem
from maild.core.deciding.open_incident import requester_of
from maild.core.deciding.several import FLAG as SEVERAL
from maild.core.deciding.staff_commands import read_commands
from maild.core.entitlement import Account
from maild.core.incident import Incident
from maild.core.message import Address, Delivery, Message
from maild.core.reasons import because
from maild.core.staff import StaffMember, staff_member, staff_of
from maild.core.understanding.about import about
from maild.core.understanding.authenticate import Proof, prove
from maild.core.understanding.automatic import OwnMail, Writer, recognise
from maild.core.understanding.bounce import Bounce, read_bounce, returned_ids
from maild.core.understanding.find_incident import Found, clues, find
from maild.core.understanding.forwarded import Forward, read_forward
from maild.core.understanding.group_answer import with_group_token
from maild.core.understanding.list_answer import asked_numbers, with_list_token
from maild.core.understanding.new_text import split_text
from maild.desk import Desk
from maild.read_message import Reading
from maild.render_reply import render_reply
from maild.store import (
    customers,
    entitlements,
    first_request,
    incidents,
    outbox,
    sent_mail,
    staff_lists,
    timers,
)
from maild.store.outbox import Row
from maild.store.tables import Audience
from replies.render import ReplyError

HOUR = timedelta(hours=1)
MOST_QUOTED = (
    10  # mails that an answer is compared with, of ours and of its sender's: what people quote is recent
)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a mail before it is weighed what it says: who wrote it, and where it belongs."""

    delivery: Delivery
    message: Message
    writer: Writer
    bounce: Bounce | None
    proof: Proof
    found: Found


def understand(reading: Reading, message: Message, desk: Desk, tx: Connection) -> Case:
    """Ask every question about the mail, in the order in which the answers build on each other."""
    delivery = reading.delivery
    writer = recognise(message, delivery.mail_from, own_mail(desk))
    bounce = read_bounce(message)
    proof = prove(message, desk.config.proof)
    found = search(delivery, with_returned_id(message, bounce), proof, desk, tx)
    case = case_of(Known(delivery, message, writer, bounce, proof, found), desk, tx)
    member = staff_of(message, desk.rules.staff)
    forward = read_forward(message, reading.attached) if member else None
    return (
        replace(case, forward=forward_case(case, forward, member, desk, tx)) if member and forward else case
    )


def case_of(known: Known, desk: Desk, tx: Connection) -> Case:
    """Return the case of a mail whose writer and incident are known: what is new in it, and what it asks for."""
    message, found, delivery = known.message, known.found, known.delivery
    number = found.incident.number if found.incident else None
    asked = about(message, delivery.source)
    from_staff = staff_of(message, desk.rules.staff) is not None
    split = split_text(
        message.text,
        ours=told(found, message, desk, tx),
        first=found.how in ("new", "same"),
        from_customer=not from_staff,
        earlier=incidents.said_before(tx, number, MOST_QUOTED) if number and not from_staff else (),
    )
    lately = desk.clock.now() - HOUR
    sender = customers.known(tx, message.sender) if message.sender else customers.Known()
    case = Case(
        delivery=delivery,
        message=message,
        writer=known.writer,
        bounce=known.bounce,
        proof=known.proof,
        split=split,
        found=found,
        verdict=desk.classifier.classify("" if number else message.subject, split.new, asked),
        as_first=desk.classifier.classify(message.subject, split.new, asked) if number else None,
        confirmation=confirmation_of(found, desk, tx),
        listed=listed_for(found, split.new, desk, tx),
        clocks=timers.load(tx, number) if number else None,
        problems=problems_of(found.incident, tx, from_staff=from_staff),
        began=began_with(found.incident, tx),
        answers=answered_kind(found.incident, message, tx),
        other=merge_wanted(split.new, tx) if number and from_staff else None,
        suppressed=sender.suppressed,
        language=sender.language,
        answered_lately=incidents.answers_since(tx, number, message.sender, lately) if number else 0,
        returned=sent_mail.sent_mail(tx, returned_ids(message))
        if known.writer.kind in REPORT_KINDS
        else None,
        ack_backlog=any(m.ack_backlog for m in desk.config.mailbox if m.name == delivery.source),
    )
    return with_accounts(case, desk, tx)


def with_accounts(case: Case, desk: Desk, tx: Connection) -> Case:
    """Return the case with what was bought: by whoever may open an incident with it, and for the one at hand."""
    now, incident = desk.clock.now(), case.found.incident
    sender = case.message.sender
    if sender is None or case.writer.kind in REPORT_KINDS:
        return case
    from_staff = case.from_staff(desk.rules) is not None
    account = Account() if from_staff else entitlements.account_of(tx, requester_of(case)[0], now)
    if incident is None:
        return replace(case, account=account)
    requester = Address(incident.requester.address)
    return replace(case, account=account, payer=entitlements.account_of(tx, requester, now, incident.number))


def problems_of(incident: Incident | None, tx: Connection, *, from_staff: bool) -> tuple[str, ...]:
    """Return what the incident's first mail asked for, where a mail on it may choose among several problems."""
    if incident is None or not (from_staff or SEVERAL in incident.flags):
        return ()
    return first_request.problems(tx, incident.number)


def began_with(incident: Incident | None, tx: Connection) -> str:
    """Return the words that the incident began with, where a further mail may make a second incident of them."""
    return first_request.text(tx, incident.number) if incident and asked_problem(incident) else ""


def answered_kind(incident: Incident | None, message: Message, tx: Connection) -> str:
    """Return which of our mails this one answers, where a question of ours is open; else ""."""
    if incident is None or not asked_problem(incident):
        return ""
    return outbox.kind_answered(tx, incident.number, message.in_reply_to)


def merge_wanted(new_text: str, tx: Connection) -> Incident | None:
    """Return the incident that a mail of the staff wants merged with its own, or None."""
    return incidents.merge_partner(tx, read_commands(new_text, None).verbs)


def forward_case(
    case: Case, forward: Forward, member: StaffMember, desk: Desk, tx: Connection
) -> ForwardCase:
    """Ask the same questions about the mail that one of the staff forwards; nothing proves who wrote it."""
    message = forward.message
    proof = Proof("unproven", because("forwarded_proof", name=member.name))
    writer = recognise(message, None, own_mail(desk))
    found = search_forwarded(case, message, proof, desk, tx)
    known = Known(case.delivery, message, writer, None, proof, found)
    return ForwardCase(replace(case_of(known, desk, tx), forwarded_by=member.name), forward.note)


def with_returned_id(message: Message, bounce: Bounce | None) -> Message:
    """Return the mail; a delivery report refers to the mail that it returns."""
    if bounce is None or not bounce.original_message_id:
        return message
    return replace(message, references=(*message.references, bounce.original_message_id))


def search(delivery: Delivery, message: Message, proof: Proof, desk: Desk, tx: Connection) -> Found:
    """Find the incident by what the mail says of it, and what the store knows of that."""
    clue = clues(message, delivery.recipients, desk.keys)
    again = None if staff_of(message, desk.rules.staff) else delivery.received_at
    known = incidents.candidates(tx, clue, message, again)
    found = find(message, clue, known, proof, authserv_configured=bool(desk.config.proof.authserv_ids))
    found = with_group_token(found, clue, known, message, desk.rules.staff)
    found = with_list_token(found, clue, message, desk.keys, desk.rules.staff)
    return with_merged(found, tx)


def with_merged(found: Found, tx: Connection) -> Found:
    """Return what the search found, or the incident that this was merged into: mails of the younger join the elder."""
    if found.incident is None or found.incident.merged_into is None:
        return found
    elder = incidents.merged_into(tx, found.incident)
    why = because("merged_mail", younger=found.incident.number, elder=elder.number)
    return replace(found, incident=elder, reasons=(*found.reasons, why), merged_from=found.incident.number)


def told(found: Found, message: Message, desk: Desk, tx: Connection) -> list[str]:
    """Return the texts that the sender may quote: what we last sent on the incident, to staff or to customers.

    A row whose template has changed so that it fails on old facts says nothing; its quote is known by other signs.
    """
    if found.how == "new" or message.sender is None:
        return []
    audience: Audience = "staff" if staff_of(message, desk.rules.staff) else "customer"
    rows: list[Row] = []
    if found.how == "list" and found.token is not None and audience == "staff":
        rows = staff_lists.last_lists(tx, found.token.party, most=MOST_QUOTED)
    elif found.incident is not None:
        numbers = (found.incident.number, *filter(None, [found.merged_from]))
        rows = [row for one in numbers for row in outbox.last_sent(tx, one, audience, most=MOST_QUOTED)]
    texts = []
    for row in rows:
        with contextlib.suppress(ReplyError):
            texts.append(render_reply(row, desk).text)
    return texts


def search_forwarded(case: Case, message: Message, proof: Proof, desk: Desk, tx: Connection) -> Found:
    """Find the incident of a forwarded mail: it may have come before, or answer us; else its forwarder names one."""
    own = (message.message_id,) if message.message_id else ()
    message = with_returned_id(message, read_bounce(message))
    message = replace(message, references=(*message.references, *own))
    clue = clues(message, (), desk.keys)
    known = incidents.candidates(tx, clue, message, case.delivery.received_at)
    found = find(message, clue, known, proof, authserv_configured=False)
    if found.incident is None and case.found.how in ("message_id", "number"):
        return replace(case.found, token=None, proven_join=False, unseen=found.unseen)
    return with_merged(found, tx)


def confirmation_of(found: Found, desk: Desk, tx: Connection) -> Confirmation | None:
    """Return what the mail's token confirms, or None where it bears no such token."""
    if found.how != "confirm" or found.token is None:
        return None
    return incidents.confirmation(tx, found.token, desk.clock.now())


def listed_for(found: Found, new_text: str, desk: Desk, tx: Connection) -> frozenset[int]:
    """Return the incidents that an answer to a list asks for and can have: its reader is still one of the staff."""
    if found.how != "list" or found.token is None:
        return frozenset()
    readers = staff_lists.listed(tx, found.token.party, asked_numbers(new_text)[0])
    staff = desk.rules.staff
    return frozenset(number for number, reader in readers.items() if staff_member(staff, reader))


def own_mail(desk: Desk) -> OwnMail:
    """Return by what we know a mail of our own, and which machines' mail is a request (rule 35)."""
    forms = frozenset(form.casefold() for mailbox in desk.config.mailbox for form in mailbox.forms)
    return OwnMail(addresses=desk.rules.own_addresses, loop_keys=desk.keys, forms=forms)
