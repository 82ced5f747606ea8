"""Something was bought meanwhile: it pays for an incident that waits, or gives it the HotRush that was offered."""

from collections.abc import Sequence
from dataclasses import replace

from maild.core.actions import Action, Flag, QueueReply
from maild.core.deciding import service_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.hotrush import told_of_grant
from maild.core.deciding.payment import hotrush_now, pay_now
from maild.core.deciding.promised import due_after
from maild.core.deciding.tell_requester import tell_requester
from maild.core.entitlement import Account
from maild.core.incident import UNPAID, Incident
from maild.core.promising.clocks import Clocks
from maild.core.reasons import because


def decide_purchase(incident: Incident, payer: Account, clocks: Clocks | None, rules: Rules) -> list[Action]:
    """Return what a purchase does to an open incident, and word of it to the customer; nothing where it does nothing.

    HotRush that was offered is a change of priority from now on: whoever buys it later is promised no more than who
    asks for it later.
    """
    at = payer.at
    if incident.hotrush == "offered":
        why = because("hotrush_later")
        if granted := hotrush_now(incident, payer, rules, why, at):
            return [*granted, *told_of_grant(incident, granted, clocks)]
    if UNPAID not in incident.flags:
        return []
    done = pay_now(incident, payer, rules, because("paid_later"), at)
    return [*done, *told_of_payment(incident, payer, clocks, rules, done)] if done else []


def told_of_payment(
    incident: Incident, payer: Account, clocks: Clocks | None, rules: Rules, done: Sequence[Action]
) -> list[Action]:
    """Return the acknowledgement that was not sent before: what it is, by when, and what is left."""
    taken = service_facts.taken_of(done)
    facts = service_facts.later(incident, payer, rules, due_after(clocks, done), taken)
    told = tell_requester(incident, "acknowledgement", {**facts, "offer": ""})
    # An incident has one acknowledgement, and one of being paid for.
    return [replace(told, cause="paid") if isinstance(told, QueueReply) else told]


def told_of_offer(
    incident: Incident, payer: Account, clocks: Clocks | None, rules: Rules, done: Sequence[Action]
) -> list[Action]:
    """Return the offer that was not sent before, where what was done ends with nothing that pays."""
    if not any(isinstance(action, Flag) and action.flag == UNPAID for action in done):
        return []
    facts = service_facts.later(incident, payer, rules, due_after(clocks, done))
    return [tell_requester(incident, "entitlement_offer", facts)]
