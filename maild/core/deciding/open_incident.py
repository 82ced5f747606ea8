"""A mail opens an incident: itself, its text, its clock, one mail to its customer, word to the staff."""

import re
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
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
    ReplyKind,
)
from maild.core.deciding import reply_facts, service_facts
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.payment import Payment, pay_at_opening
from maild.core.deciding.several import FLAG as SEVERAL
from maild.core.deciding.several import problems_of
from maild.core.deciding.who_is_told import told_of_new
from maild.core.incident import OUT_OF_SCOPE, Priority
from maild.core.message import Address
from maild.core.promising import sla
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import Reason, because
from maild.core.staff import StaffMember, staff_member
from maild.core.understanding.automatic import is_no_reply

LONGEST_ADDRESS = (
    320  # 64 for the local part, 255 for the domain (RFC 5321 §4.5.3.1); nothing longer can be written to
)
MASS_MAIL = frozenset({"list_unsubscribe", "mass_mail_field"})  # reasons of automatic.py
NOT_SUPPORT = "not_support"  # the scope by whose id the rules say that a mail is no request
OFFERS = ("entitlement_offer", "hotrush_offer", "out_of_scope")  # replies that say how to buy something


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
    asked = case.as_first or case.verdict
    case = replace(case, verdict=asked)
    requester, proven = requester_of(case)
    by_staff = silence is not None and silence.name == "no_ack_staff"
    payment = pay_at_opening(case, rules, flags, by_staff=by_staff)
    priority: Priority = payment.priority
    case = replace(case, verdict=replace(asked, priority=priority))
    flags = (*flags, *(("backlog",) if case.delivery.backlog else ()), *doubts(case, rules), *payment.flags)
    reasons = (because("opened"), *why, *case.found.reasons, case.proof.reason, *case.writer.reasons)
    reasons = (*reasons, *doubts(case, rules).values(), *payment.reasons)
    opened = OpenIncident(
        requester=requester,
        proven=proven,
        subject=case.message.subject,
        verdict=asked,
        priority=priority,
        language=reply_facts.opening_language(case, rules),
        flags=flags,
        linked_to=case.found.linked_to,
    )
    due = sla.due(rules.policy, priority, case.delivery.received_at, what_it_is_about(case))
    silence = (
        why_unanswerable(case) or silence or passed_on_by_staff(case, rules) or why_no_acknowledgement(case)
    )
    return [
        Dispose("opened", reasons),
        opened,
        *parties(case, rules),
        first_entry(case, flags, reasons),
        *remember_thread(case),
        *payment.actions,
        *start_clocks(case, rules),
        KeepSilent("acknowledgement", silence)
        if silence
        else acknowledgement(case, rules, due, (opening_kind(flags, payment), payment), (requester, proven)),
        *staff_told_of_new(case, rules, due, (*reasons, *((silence,) if silence else ()))),
    ]


def parties(case: Case, rules: Rules) -> list[Action]:
    """Return who takes part beside the requester: whom the mail names, and the staff."""
    staff = (Address(member.address, member.name) for member in rules.staff)
    return [
        *(AddParty(address, "cc", proven=False) for address in readers_named(case, rules)),
        *(AddParty(address, "staff", proven=False) for address in staff),
    ]


def first_entry(case: Case, flags: Collection[str], reasons: tuple[Reason, ...]) -> AddEntry:
    """Return what the incident begins with; what only bears a staff address is nobody's word yet."""
    kind: Literal["unverified", "customer_message"] = (
        "unverified" if "unverified_staff" in flags else "customer_message"
    )
    return AddEntry(
        kind, case.sender, case.message.text, reasons, proven=case.proven, message_id=case.original_id
    )


def what_it_is_about(case: Case) -> sla.About:
    """Return what promises depend on beside the priority: whose mail it is, and its scope."""
    return sla.About(case.account.shop, case.verdict.scope)


def start_clocks(case: Case, rules: Rules) -> list[Action]:
    """Return the clocks of a new incident, or why none of ours runs: then nobody is reminded either."""
    created = ClockEvent("created", case.delivery.received_at, case.verdict.priority)
    without = None if case.delivery.backlog else why_no_clock(case)
    about = what_it_is_about(case)
    if case.delivery.backlog or without:
        silent = [KeepSilent("reminder", without)] if without else []
        return [*silent, ClockHappened(created, rules.policy.without_promises(), about=about)]
    return [ClockHappened(created, rules.policy, about=about)]


def acknowledgement(
    case: Case, rules: Rules, due: datetime | None, what: tuple[ReplyKind, Payment], to: tuple[Address, bool]
) -> QueueReply:
    """Return the one mail that follows an opening, once; to an unproven sender it echoes nothing (rule 4)."""
    requester, proven = to
    kind, payment = what
    words = service_facts.offer(rules, reply_facts.opening_language(case, rules)) if kind in OFFERS else ""
    facts = {
        **reply_facts.acknowledgement(case, due, rules, proven=proven),
        **service_facts.opening(case.account, words, taken=payment.taken, proven=proven),
        "hotrush_offered": payment.hotrush == "offered",
    }
    return QueueReply(
        kind,
        requester,
        facts,
        in_reply_to=case.message.message_id,
        proven=proven,
        cause="opened",
    )


def opening_kind(flags: Collection[str], payment: Payment) -> ReplyKind:
    """Return which mail follows an opening: the first that applies, since one mail is enough."""
    if OUT_OF_SCOPE in flags:
        return "out_of_scope"
    if payment.awaits:
        return "entitlement_offer"
    if payment.hotrush == "offered":
        return "hotrush_offer"
    if SEVERAL in flags:
        return "several_problems"
    return "acknowledgement_hotrush" if payment.priority == "hotrush" else "acknowledgement"


def doubts(case: Case, rules: Rules) -> dict[str, Reason]:
    """Return the flags of what a person is to settle, each with its reason: another scope, or several problems."""
    found: dict[str, Reason] = {}
    if surely_outside(case, rules):
        found[OUT_OF_SCOPE] = because("out_of_scope", label=case.verdict.label)
    unlimited = bool(case.account.usable("subscription", case.account.at))
    if problems := problems_of(case.verdict, unlimited=unlimited):
        found[SEVERAL] = because("several", count=len(problems))
    return found


def surely_outside(case: Case, rules: Rules) -> bool:
    """Say whether a phrase, and not only a hint, puts the mail outside the service, and there is something else for it.

    What is free anyway, a question about prices or opening hours, has no alternatives and is only acknowledged.
    """
    scope = case.verdict.scope
    named = any(one.rule == f"scope {scope}" and one.effect == "chosen" for one in case.verdict.evidence)
    return named and not case.verdict.in_scope and bool(rules.alternatives.get(scope))


def staff_told_of_new(
    case: Case, rules: Rules, due: datetime | None, reasons: tuple[Reason, ...]
) -> list[Action]:
    """Return one notification for each who is told; none for backlog, which gets one summary (rule 23)."""
    if case.delivery.backlog:
        return []
    without = why_no_clock(case)
    due = None if without else due
    facts = reply_facts.staff_new_incident(case, due, rules, (*reasons, *((without,) if without else ())))
    told = told_of_new(case.verdict.priority, rules)
    return [tell(member, "staff_new_incident", facts) for member in told]


def tell(
    member: StaffMember, kind: Literal["staff_new_incident", "staff_new_message"], facts: reply_facts.Facts
) -> QueueReply:
    """Return one notification to one of the staff, with the files of the customer's mail."""
    return QueueReply(kind, member.to, facts, audience="staff", with_attachments=True, proven=True)


def remember_thread(case: Case) -> list[Action]:
    """Return what lets the next mail of a thread be found that began without us."""
    return [RememberThread(case.found.unseen)] if case.found.unseen else []


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
