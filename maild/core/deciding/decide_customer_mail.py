"""A customer wrote: a new incident with its acknowledgement and its clock, or one more mail on an old one."""

import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from maild.core.actions import (
    Action,
    AddEntry,
    AddParty,
    ClockHappened,
    Dispose,
    KeepSilent,
    OpenIncident,
    QueueReply,
    RememberThread,
    SetPriority,
    SetState,
)
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Case, Rules
from maild.core.incident import Incident, Priority, follow
from maild.core.message import Address, fold
from maild.core.promising import sla
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import Reason, because
from maild.core.staff import StaffMember, staff_member
from maild.core.understanding.automatic import is_no_reply
from maild.core.understanding.clean_subject import clean_subject, same_topic
from maild.core.understanding.language import language_of

LONGEST_ADDRESS = (
    320  # 64 for the local part, 255 for the domain (RFC 5321 §4.5.3.1); nothing longer can be written to
)
SUBJECT_SHOWN = 80  # characters of another subject that a reason repeats
MASS_MAIL = frozenset({"list_unsubscribe", "mass_mail_field"})  # reasons of automatic.py
NOT_SUPPORT = "not_support"  # the scope by whose id the rules say that a mail is no request
RANK: dict[Priority, int] = {"low": 0, "normal": 1, "high": 2, "hotrush": 3}


def decide_customer_mail(case: Case, rules: Rules, now: datetime) -> list[Action]:
    """Return the actions for a mail from outside: it opens an incident, or goes on with one."""
    incident = case.found.incident
    if incident is None:
        return open_incident(case, rules, ())
    if closed_for_good(incident, rules, now):
        late = because("reopen_window_over", number=incident.number, days=rules.reopen_days)
        return open_incident(apart_from(case, incident), rules, (late,))
    return append_mail(case, incident, rules)


def open_incident(
    case: Case,
    rules: Rules,
    why: tuple[Reason, ...],
    flags: tuple[str, ...] = (),
    silence: Reason | None = None,
) -> list[Action]:
    """Return what a new incident needs: itself, its text, its clock, its acknowledgement, word to the staff.

    `silence` is a reason of the caller's to send no acknowledgement.
    """
    case = replace(case, verdict=case.as_first or case.verdict)
    requester, proven = requester_of(case)
    priority: Priority = case.verdict.priority
    flags = (*flags, "backlog") if case.delivery.backlog else flags
    reasons = (because("opened"), *why, *case.found.reasons, case.proof.reason, *case.writer.reasons)
    opened = OpenIncident(
        requester=requester,
        proven=proven,
        subject=case.message.subject,
        verdict=case.verdict,
        priority=priority,
        language=language_of(case.message.text, rules.language),
        flags=flags,
        linked_to=case.found.linked_to,
    )
    kind: Literal["unverified", "customer_message"] = (
        "unverified" if "unverified_staff" in flags else "customer_message"
    )
    entry = AddEntry(
        kind, case.sender, case.message.text, reasons, proven=case.proven, message_id=case.original_id
    )
    about = sla.About(scope=case.verdict.scope)
    due = sla.due(rules.policy, priority, case.delivery.received_at, about)
    silence = (
        why_unanswerable(case) or silence or passed_on_by_staff(case, rules) or why_no_acknowledgement(case)
    )
    return [
        Dispose("opened", reasons),
        opened,
        *(AddParty(address, "cc", proven=False) for address in readers_named(case, rules)),
        *(AddParty(Address(member.address, member.name), "staff", proven=False) for member in rules.staff),
        entry,
        *remember_thread(case),
        *start_clocks(case, rules),
        KeepSilent("acknowledgement", silence)
        if silence
        else acknowledgement(case, rules, due, requester, proven),
        *staff_told_of_new(case, rules, due, (*reasons, *((silence,) if silence else ()))),
    ]


def start_clocks(case: Case, rules: Rules) -> list[Action]:
    """Return the clocks of a new incident, or why none of ours runs: then nobody is reminded either."""
    created = ClockEvent("created", case.delivery.received_at, case.verdict.priority)
    without = None if case.delivery.backlog else why_no_clock(case)
    if case.delivery.backlog or without:
        silent = [KeepSilent("reminder", without)] if without else []
        return [*silent, ClockHappened(created, rules.policy.without_promises())]
    return [ClockHappened(created, rules.policy)]


def acknowledgement(case: Case, rules: Rules, due: datetime | None, to: Address, proven: bool) -> QueueReply:
    """Return the acknowledgement; to an unproven sender it echoes nothing of the mail (rule 4)."""
    return QueueReply(
        "acknowledgement",
        to,
        reply_facts.acknowledgement(case, due, rules, proven=proven),
        in_reply_to=case.message.message_id,
        proven=proven,
    )


def staff_told_of_new(
    case: Case, rules: Rules, due: datetime | None, reasons: tuple[Reason, ...]
) -> list[Action]:
    """Return one notification for each of the staff; none for backlog, which gets one summary (rule 23)."""
    if case.delivery.backlog:
        return []
    without = why_no_clock(case)
    due = None if without else due
    facts = reply_facts.staff_new_incident(case, due, rules, (*reasons, *((without,) if without else ())))
    return [tell(member, "staff_new_incident", facts) for member in rules.staff]


def tell(
    member: StaffMember, kind: Literal["staff_new_incident", "staff_new_message"], facts: reply_facts.Facts
) -> QueueReply:
    """Return one notification to one of the staff, with the files of the customer's mail."""
    to = Address(member.address, member.name)
    return QueueReply(kind, to, facts, audience="staff", with_attachments=True, proven=True)


def append_mail(case: Case, incident: Incident, rules: Rules) -> list[Action]:
    """Return what a further mail of the customer does: an entry, the state that follows, word to the staff."""
    cause: Literal["reopened", "customer_wrote"] = (
        "reopened" if incident.state == "closed" else "customer_wrote"
    )
    why = _why_appended(case, cause, rules)
    less = (because("quote_left_out", count=case.left_out),) if case.left_out else ()
    reasons = (why, *case.found.reasons, *subject_changed(case, incident), *less, case.proof.reason)
    state = follow(incident.state, cause) or incident.state
    raised = raised_priority(case, incident)
    spoke = clock_of_message(case, cause)
    return [
        Dispose("appended", reasons),
        AddEntry(
            "customer_message",
            case.sender,
            case.said,
            reasons,
            proven=case.vouched,
            message_id=case.original_id,
        ),
        *remember_thread(case),
        *((SetState(state, why),) if state != incident.state else ()),
        spoke,
        *raised,
        *word_of_raise(case, incident, [spoke, *raised], rules),
        *staff_told_of_more(case, replace(incident, state=state), [spoke, *raised], rules, reasons),
    ]


def clock_of_message(case: Case, cause: Literal["reopened", "customer_wrote"]) -> ClockHappened:
    """Return what a further mail is to the clocks; what lay there before maild came asks for no answer in time."""
    at = case.delivery.received_at
    if case.delivery.backlog:
        return ClockHappened(ClockEvent("reopened", at, by="staff"))
    return ClockHappened(ClockEvent("reopened" if cause == "reopened" else "customer_message", at))


def due_after(case: Case, done: list[Action]) -> datetime | None:
    """Return when an answer is due after what was `done`, or None where none is."""
    clocks = case.clocks
    for change in done:
        clocks = clocks.after(change.event) if clocks and isinstance(change, ClockHappened) else clocks
    return clocks.due() if clocks else None


def remember_thread(case: Case) -> list[Action]:
    """Return what lets the next mail of a thread be found that began without us."""
    return [RememberThread(case.found.unseen)] if case.found.unseen else []


def subject_changed(case: Case, incident: Incident) -> list[Reason]:
    """Return word of another subject, for staff to see: perhaps it is another problem.

    Each mail of ours bears the number in its subject, so who merely answered has it too.
    """
    subject = case.message.subject
    if (
        not clean_subject(subject)
        or f"[#{incident.number}]" in subject
        or same_topic(subject, incident.subject)
    ):
        return []
    return [because("subject_changed", subject=clean_subject(subject, SUBJECT_SHOWN))]


def staff_told_of_more(
    case: Case, incident: Incident, done: list[Action], rules: Rules, reasons: tuple[Reason, ...]
) -> list[Action]:
    """Return one notification of a further mail for each of the staff; it tells the priority and due time now."""
    if case.delivery.backlog:
        return []
    for change in done:
        if isinstance(change, SetPriority):
            incident = replace(incident, priority=change.priority)
            reasons = (*reasons, change.reason)
    facts = reply_facts.staff_new_message(case, incident, due_after(case, done), rules, reasons)
    return [tell(member, "staff_new_message", facts) for member in rules.staff]


def raised_priority(case: Case, incident: Incident) -> list[Action]:
    """Return a higher priority where the new text of a proven party asks for one (rule 28); never a lower one."""
    wanted: Priority = case.verdict.priority
    if not case.vouched or RANK[wanted] <= RANK[incident.priority]:
        return []
    why = because("raised", wanted=wanted, evidence=reply_facts.evidence_line(case.verdict))
    event = ClockEvent("priority_changed", case.delivery.received_at, wanted)
    return [SetPriority(wanted, why), ClockHappened(event, reason=why)]


def word_of_raise(case: Case, incident: Incident, done: list[Action], rules: Rules) -> list[Action]:
    """Return word to the requester that the priority is raised, once for each level, or why there is none.

    Our acknowledgement invites to ask for a HotRush, and who did wants to know the new time. The subject goes to a
    proven sender only (rule 4); what the requester's own mail did not raise is told to the staff alone.
    """
    levels = [change.priority for change in done if isinstance(change, SetPriority)]
    if not levels or case.forwarded or case.sender.key != fold(incident.requester.address):
        return []
    if silence := incident.silence or why_no_acknowledgement(case):
        return [KeepSilent("raised", silence)]
    due = due_after(case, done)
    coming = due if due and due > case.delivery.received_at else None
    facts = reply_facts.raised(incident, levels[0], coming, rules, proven=case.proven)
    reply_to = case.message.message_id
    return [
        QueueReply(
            "raised",
            case.sender,
            facts,
            in_reply_to=reply_to,
            proven=case.proven,
            cause=f"raised:{levels[0]}",
        )
    ]


def requester_of(case: Case) -> tuple[Address, bool]:
    """Return whose incident it is, and whether that is proven: From, or the Reply-To of a no-reply (rule 14)."""
    if is_no_reply(case.sender.address) and len(case.message.reply_to) == 1:
        return case.message.reply_to[0], False
    return case.sender, case.proven


def readers_named(case: Case, rules: Rules) -> list[Address]:
    """Return the other people in To and Cc: they get nothing until staff add them, but may write."""
    staff = {member.key for member in rules.staff}
    skip = rules.own_addresses | staff | {case.sender.key}
    seen: dict[str, Address] = {}
    for address in (*case.message.to, *case.message.cc):
        if address.key not in skip and "@" in address.key and len(address.key) <= LONGEST_ADDRESS:
            seen.setdefault(address.key, address)
    return list(seen.values())[:20]


def passed_on_by_staff(case: Case, rules: Rules) -> Reason | None:
    """Return why a mail that one of the staff resent (RFC 5322 §3.6.6) is not acknowledged (rule 9), or None."""
    for value in (*case.message.all("Resent-From"), *case.message.all("Resent-Sender")):
        for found in _RESENT.finditer(value[:1000]):
            member = staff_member(rules.staff, found[0])
            if member is not None:
                return because("no_ack_resent", name=member.name)
    return None


_RESENT = re.compile(r"[^\s<>,;:\"()]{1,64}@[^\s<>,;:\"()]{1,255}")


def why_no_acknowledgement(case: Case) -> Reason | None:
    """Return why no acknowledgement is sent, or None where one is (rules: Machines; rules 4, 14, 23)."""
    if unanswerable := why_unanswerable(case):
        return unanswerable
    if case.delivery.backlog and not case.ack_backlog:
        return because("no_ack_backlog")
    if case.suppressed:
        return because("no_ack_suppressed", address=case.sender.address)
    return None


def why_unanswerable(case: Case) -> Reason | None:
    """Return why nothing automatic may answer the mail, whatever else holds; it is known for good (UNANSWERABLE)."""
    if not case.writer.ack_allowed:
        return because(
            "no_ack_machine", reason="; ".join(r.text for r in case.writer.reasons) or "its header says so"
        )
    if case.proof.verdict == "failed":
        return because("no_ack_dmarc")
    if is_no_reply(case.sender.address):
        return because("no_ack_no_reply", address=case.sender.address)
    return None


def why_no_clock(case: Case) -> Reason | None:
    """Return why no clock watches for an answer, or None where one does (rules: The clock).

    Only where nobody was promised anything: mass mail, and what a program wrote that is no request by its words. A
    HotRush is watched all the same, and what a form sent or one of the staff forwards: those are requests.
    """
    names = {reason.name for reason in case.writer.reasons}
    if case.writer.ack_allowed or case.forwarded or "form_sender" in names:
        return None
    if case.verdict.priority == "hotrush":
        return None
    if case.writer.kind == "list" or names & MASS_MAIL:
        return because("no_clock_list")
    return because("no_clock_not_support") if case.verdict.scope == NOT_SUPPORT else None


def closed_for_good(incident: Incident, rules: Rules, now: datetime) -> bool:
    """Say whether the incident was closed longer ago than it may be reopened."""
    closed = incident.closed_at
    return (
        closed is not None and incident.state == "closed" and now > closed + timedelta(days=rules.reopen_days)
    )


def apart_from(case: Case, incident: Incident) -> Case:
    """Return the case as one of a new incident, which names the one that it does not join."""
    return replace(case, found=replace(case.found, incident=None, linked_to=incident.number))


def _why_appended(case: Case, cause: str, rules: Rules) -> Reason:
    if cause == "reopened":
        return because("reopened", days=rules.reopen_days)
    return because("appended" if case.vouched else "appended_unproven")
