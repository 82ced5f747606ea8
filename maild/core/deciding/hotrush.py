"""HotRush on an incident that is open: asked for later, withdrawn by its customer, given or removed by the staff.

It is requested, then granted or offered. A customer withdraws it by the first line of a mail: free while nobody has
taken the incident, then counted, so often as the config says. Staff remove it for three reasons alone, and say which.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from maild.core.actions import Action, Release, SetHotrush
from maild.core.deciding import service_facts
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.payment import as_ordinary, grant_hotrush, hotrush_now, pay_now
from maild.core.deciding.promised import due_after, move_priority
from maild.core.deciding.several import is_requester
from maild.core.deciding.tell_requester import tell_requester
from maild.core.entitlement import Account
from maild.core.incident import BUG, OUT_OF_SCOPE, Incident, Priority, State
from maild.core.message import fold
from maild.core.promising.clocks import Clocks
from maild.core.reasons import Reason, because
from maild.core.understanding.service_words import says_withdraw

Removal = Literal["project", "bug", "general"]
REMOVALS: tuple[Removal, ...] = get_args(Removal)
WHY: dict[Removal, str] = {
    "project": "it belongs to a project of development",
    "bug": "the software is at fault",
    "general": "it is a general question",
}
# As long as nobody has taken the incident, a customer may change their mind for nothing.
NOT_TAKEN: tuple[State, ...] = ("submitted", "awaiting_entitlement")


def is_hotrush(incident: Incident) -> bool:
    """Say whether the incident goes ahead of the others, whoever saw to that."""
    return incident.priority == "hotrush"


def ask_hotrush(case: Case, incident: Incident, rules: Rules, why: Reason) -> list[Action]:
    """Return what a customer's wish for HotRush on an open incident does: granted, or offered once.

    Only what their own people ask for is paid with what they have.
    """
    at = case.delivery.received_at
    if BUG in incident.flags:
        return []
    if not may_spend(case, incident):
        note = SetHotrush(incident.hotrush, because("hotrush_of_another"))
        return [note] if rules.terms.required else grant_hotrush(why, at)
    if rules.terms.required and OUT_OF_SCOPE in incident.flags:
        return [SetHotrush("offered", because("hotrush_in_doubt"))]
    granted = hotrush_now(incident, case.payer, rules, why, at)
    if granted:
        return granted
    if not rules.terms.required:
        return grant_hotrush(why, at)
    if incident.hotrush == "offered":
        return []
    facts = service_facts.later(incident, case.payer, rules, due_after(case.clocks, ()))
    return [
        SetHotrush("offered", because("hotrush_offered")),
        tell_requester(incident, "hotrush_offer", facts),
    ]


def may_spend(case: Case, incident: Incident) -> bool:
    """Say whether what the customer of the incident has is also for whoever writes: their own, or their firm's."""
    firm = case.account.organisation
    own = case.sender.key == fold(incident.requester.address)
    return own or (firm is not None and firm == case.payer.organisation)


def pay_with_hotrush(
    incident: Incident, payer: Account, clocks: Clocks | None, rules: Rules, why: Reason, at: datetime
) -> list[Action]:
    """Return what pays for an incident now, with the HotRush that was offered where something includes it."""
    offered = incident.hotrush == "offered" and not incident.charges
    if offered and (granted := hotrush_now(incident, payer, rules, why, at)):
        return [*granted, *told_of_grant(incident, granted, clocks)]
    return pay_now(incident, payer, rules, why, at)


def decide_withdrawal(case: Case, incident: Incident, rules: Rules) -> list[Action]:
    """Return what a customer's withdrawal of HotRush does; nothing where the mail is none."""
    wanted = is_hotrush(incident) or incident.hotrush == "offered"
    if not wanted or not says_withdraw(case.split.new):
        return []
    if not case.vouched or not is_requester(case, incident) or not incident.is_open:
        return []
    free = incident.state in NOT_TAKEN or not is_hotrush(incident)
    most = rules.terms.withdrawals
    if not free and incident.withdrawals >= most:
        facts = service_facts.refused(incident, due_after(case.clocks, ()), most)
        return [
            SetHotrush("granted", because("hotrush_refused", most=most)),  # a note: nothing changes
            tell_requester(incident, "hotrush_refused", facts),
        ]
    used = 0 if free else incident.withdrawals + 1
    why = because("hotrush_withdrawn_free") if free else because("hotrush_withdrawn", count=used, most=most)
    priority = calmed(incident, rules)
    lost = case.clocks is not None and not case.clocks.answered  # an answer that came back honoured nothing
    done = _ended(
        incident, "withdrawn", why, case.delivery.received_at, priority, counted=not free, spent=lost
    )
    facts = service_facts.withdrawn(incident, priority, due_after(case.clocks, done), used, most)
    return [*done, tell_requester(incident, "hotrush_withdrawn", facts)]


def remove(
    incident: Incident, reason: Removal, name: str, at: datetime, clocks: Clocks | None, rules: Rules
) -> list[Action]:
    """Return the removal of HotRush by the staff, for one of three reasons, and word to the customer."""
    why = because("hotrush_removed", name=name, why=WHY[reason])
    priority = calmed(incident, rules)
    done = _ended(incident, "removed", why, at, priority, spent=True)
    facts = service_facts.removed(incident, reason, priority, due_after(clocks, done))
    return [*done, tell_requester(incident, "hotrush_removed", facts)]


def end_for_bug(incident: Incident, at: datetime, rules: Rules) -> list[Action]:
    """Return the end of HotRush where the software is at fault; the mail about that says it too."""
    if not is_hotrush(incident) and incident.hotrush != "offered":
        return []
    return _ended(incident, "removed", because("hotrush_bug"), at, calmed(incident, rules), spent=True)


def calmed(incident: Incident, rules: Rules) -> Priority:
    """Return the priority of an incident without its HotRush."""
    return as_ordinary(incident.scope, rules) if is_hotrush(incident) else incident.priority


def _ended(
    incident: Incident,
    how: Literal["withdrawn", "removed"],
    why: Reason,
    at: datetime,
    priority: Priority,
    *,
    counted: bool = False,
    spent: bool = False,
) -> list[Action]:
    """Return the end of HotRush: what was reserved for it comes back, and what was `spent` on it, if that is said."""
    done: list[Action] = [SetHotrush(how, why, counted)]
    if any(one.purpose == "hotrush" for one in incident.charges):
        done.append(Release(why, "hotrush", spent=spent))
    if is_hotrush(incident):
        done += move_priority(priority, why, at)
    return done


def told_of_grant(incident: Incident, done: Sequence[Action], clocks: Clocks | None) -> list[Action]:
    """Return word to the customer whose incident became HotRush without a word of theirs."""
    return [
        tell_requester(incident, "raised", service_facts.raised(incident, "hotrush", due_after(clocks, done)))
    ]
