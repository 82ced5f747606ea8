"""An answer to our request to confirm: the word `send` releases what waits, from whoever was asked, once.

A confirmation is the proof that the From address of a staff mail could not give (rule 11), so everything in
doubt releases nothing, and its author is told why.
"""

from dataclasses import replace
from datetime import datetime

from maild.core.actions import (
    Action,
    AddEntry,
    Dispose,
    ForIncident,
    ReleaseEntry,
    UseConfirmation,
)
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Case, Confirmation, HeldEntry, Rules
from maild.core.deciding.decide_correction import correct
from maild.core.deciding.decide_staff_mail import carry_out, to_staff, what_was_done
from maild.core.deciding.entitlement import drawn
from maild.core.deciding.open_incident import open_incident
from maild.core.deciding.order import Order
from maild.core.deciding.staff_commands import is_send
from maild.core.incident import Incident
from maild.core.message import fold
from maild.core.reasons import Reason, because
from maild.core.staff import StaffMember, staff_member

STILL_WAITS = "Your mail still waits: reply to our mail 'Please confirm ...' with the word send."


def decide_confirmation(case: Case, asked: Confirmation, rules: Rules, now: datetime) -> list[Action]:
    """Return the release of the held mails that `asked` covers, where its person answers with the word `send`."""
    first = asked.entries[0].incident
    member = case.from_staff(rules)
    if member is None or not may_confirm(member, asked, rules):
        stranger = because("token_of_another", number=first.number)
        linked = replace(case, found=replace(case.found, linked_to=first.number))
        silence = because("no_ack_staff") if member else None
        return open_incident(linked, rules, (stranger,), silence=silence)
    if asked.used_at is None and case.proof.verdict == "failed":
        return not_released(case, first, case.proof.reason, STILL_WAITS)
    if asked.used_at is not None:
        return not_released(case, first, because("confirmation_used"))
    if not is_send(case.split.new):
        return not_released(case, first, because("confirmation_unclear"), STILL_WAITS)
    why = because("staff_released", name=member.name)
    return [
        Dispose("appended", (why,)),
        ForIncident(first.number),
        UseConfirmation(asked.id),
        *release_all(case, member, asked, rules, now),
    ]


def may_confirm(member: StaffMember, asked: Confirmation, rules: Rules) -> bool:
    """Say whether it is theirs to confirm: asked of them, or of a group, for which any of the staff may (rule 16)."""
    whose = staff_member(rules.staff, asked.address)
    return member.key == fold(asked.address) or (whose is not None and whose.group)


def release_all(
    case: Case, member: StaffMember, asked: Confirmation, rules: Rules, now: datetime
) -> list[Action]:
    """Return the release of each held mail; the second on an incident finds it as the first one left it.

    A receipt on each incident says what was done there: whoever confirms hears of it at once, whatever it was.
    """
    why = because("staff_released", name=member.name)
    actions: list[Action] = []
    left: dict[int, Order] = {}
    said: dict[int, list[str]] = {}
    for held in asked.entries:
        number = held.incident.number
        order = order_of(held, member, now, left.get(number))
        order = replace(order, payer=drawn(order.payer, actions))
        corrected = correct(order, rules)
        done = [*corrected.actions, *carry_out(order, rules, corrected.actions)]
        actions += [ForIncident(number), ReleaseEntry(held.entry, order.kind, why), *done]
        left[number] = order.carried_out(done)
        said.setdefault(number, []).extend(what_was_done(order, corrected.said, done))
    for number, lines in said.items():
        facts = reply_facts.receipt(left[number].incident, lines, [])
        told = to_staff("receipt", case.sender, facts, case)
        actions += [ForIncident(number), told]
    return actions


def order_of(held: HeldEntry, member: StaffMember, now: datetime, before: Order | None) -> Order:
    """Return one held mail made real; its clocks stop now, not when it was written (rule 33).

    `before` is the order that left the incident as this one finds it.
    """
    return Order(
        before.incident if before else held.incident,
        member,
        held.text,
        held.commands,
        now,
        held.files,
        before.clocks if before else held.clocks,
        held.problems,
        held.other,
        held.payer,
    )


def not_released(case: Case, incident: Incident, why: Reason, advice: str = "") -> list[Action]:
    """Return the mail as a held note, and a receipt that says why nothing was released, and what to do."""
    facts = reply_facts.receipt(incident, [], [reply_facts.sentence(why)], advice)
    return [
        Dispose("appended", (why,)),
        ForIncident(incident.number),
        AddEntry("unverified", case.sender, case.split.new, (why,), state="held"),
        to_staff("receipt", case.sender, facts, case),
    ]
