"""How an incident is paid for: when it is opened, when it is accepted after all, and when something was bought later.

Nothing is refused for lack of an entitlement. What nothing pays for waits where one is required, marked as unpaid,
and is paid by whatever its customer buys next. HotRush without the right is offered, and the mail is queued as it would
be without that word.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from classifiers.settings import Verdict
from maild.core.actions import Action, Flag, SetHotrush, SetState, Unflag
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.change_state import change_state
from maild.core.deciding.entitlement import Choice, Need, choose, choose_hotrush
from maild.core.deciding.promised import move_priority
from maild.core.deciding.service_facts import Taken, taken_of
from maild.core.entitlement import Account
from maild.core.incident import BUG, RANK, UNPAID, HotRush, Incident, Priority
from maild.core.reasons import Reason, because
from maild.core.understanding.store_names import stores_named


@dataclass(frozen=True, slots=True)
class Payment:
    """How a new incident is paid for: its priority then, what is done once it is open, and why."""

    priority: Priority
    hotrush: HotRush
    actions: tuple[Action, ...]
    reasons: tuple[Reason, ...]
    awaits: bool = False

    @property
    def flags(self) -> tuple[str, ...]:
        """What the incident is marked with."""
        return (UNPAID,) if self.awaits else ()

    @property
    def taken(self) -> Taken:
        """What is reserved with it."""
        return taken_of(self.actions)


def pay_at_opening(case: Case, rules: Rules, flags: Collection[str], *, by_staff: bool) -> Payment:
    """Return how the incident that the mail opens is paid for."""
    asked = case.verdict.priority
    if free := why_free(case, flags, by_staff=by_staff):
        told = because("paid_not", why=free.text)
        if not rules.terms.required:
            return _granted(asked, (), ())
        if asked == "hotrush" and free.name == "outside_free":
            return Payment(without_hotrush(case.verdict, rules), "offered", (_offered(),), (told,))
        return _granted(asked, (), (told,))
    account = Account() if case.proof.verdict == "failed" else case.account
    stores = stores_named(f"{case.message.subject}\n{case.message.text}")
    choice = choose(account, Need(case.verdict.scope, asked == "hotrush", stores), rules.terms, account.at)
    if not rules.terms.required:
        return _granted(asked, choice.actions, choice.reasons if choice.covered else ())
    if asked == "hotrush" and not choice.hotrush:
        priority = without_hotrush(case.verdict, rules)
        return _as_covered(
            Payment(priority, "offered", (*choice.actions, _offered()), choice.reasons), choice
        )
    return _as_covered(_granted(asked, choice.actions, choice.reasons), choice)


def why_free(case: Case, flags: Collection[str], *, by_staff: bool) -> Reason | None:
    """Return why nothing is to be paid for an incident, or None where something is."""
    names = {reason.name for reason in case.writer.reasons}
    machine = not case.writer.ack_allowed and not case.forwarded and "form_sender" not in names
    if machine or by_staff or case.delivery.backlog or "unverified_staff" in flags:
        return because("machine_free")
    return None if case.verdict.in_scope else because("outside_free")


def without_hotrush(verdict: Verdict, rules: Rules) -> Priority:
    """Return the priority of a mail as it would be without the word HotRush."""
    words = any(
        one.rule == "priority high" and one.effect.startswith("yields to hotrush") for one in verdict.evidence
    )
    return "high" if words else as_ordinary(verdict.scope, rules)


def as_ordinary(scope: str, rules: Rules) -> Priority:
    """Return the priority that a scope has without a word of its customer's."""
    least = rules.at_least.get(scope, "normal")
    return least if RANK[least] > RANK["normal"] else "normal"


def _granted(asked: Priority, actions: tuple[Action, ...], reasons: tuple[Reason, ...]) -> Payment:
    granted = (SetHotrush("granted", because("hotrush_granted")),) if asked == "hotrush" else ()
    return Payment(asked, "granted" if granted else "none", (*actions, *granted), reasons)


def _offered() -> SetHotrush:
    return SetHotrush("offered", because("hotrush_offered"))


def _as_covered(payment: Payment, choice: Choice) -> Payment:
    """Return the payment, or the same incident waiting where nothing pays."""
    if choice.covered:
        return payment
    waits = SetState("awaiting_entitlement", because("awaits"))
    return Payment(payment.priority, payment.hotrush, (waits, *payment.actions), payment.reasons, awaits=True)


def pay_now(incident: Incident, account: Account, rules: Rules, why: Reason, at: datetime) -> list[Action]:
    """Return what pays now for an open incident that nothing pays for; marks it where nothing does and must."""
    if incident.charges or BUG in incident.flags:
        return []
    need = Need(incident.scope, incident.hotrush in ("offered", "granted"))
    choice = choose(account, need, rules.terms, account.at)
    if choice.covered:
        return [*choice.actions, *waits_no_more(incident, why, at)]
    if not rules.terms.required or UNPAID in incident.flags:
        return []
    return [Flag(UNPAID, choice.reasons[0])]


def waits_no_more(incident: Incident, why: Reason, at: datetime) -> list[Action]:
    """Return the end of waiting for something that pays: it was bought, or nothing is to be paid."""
    unmarked = [Unflag(UNPAID, why)] if UNPAID in incident.flags else []
    return [*unmarked, *(change_state(incident, "granted", why, at))]


def hotrush_now(
    incident: Incident, account: Account, rules: Rules, why: Reason, at: datetime
) -> list[Action]:
    """Return what gives HotRush to an open incident, from what its customer has; nothing where they have no right."""
    if BUG in incident.flags:
        return []
    need, account = Need(incident.scope, hotrush=True), replace(account, charges=incident.charges)
    if incident.charges:
        choice = choose_hotrush(account, need, rules.terms, account.at)
    else:
        choice = choose(account, need, rules.terms, account.at)
    if not choice.hotrush:
        return []
    paid = [] if incident.charges else waits_no_more(incident, why, at)
    return [*choice.actions, *paid, *grant_hotrush(why, at)]


def grant_hotrush(why: Reason, at: datetime) -> list[Action]:
    """Return an incident's becoming HotRush, with what that does to its promise."""
    return [SetHotrush("granted", why), *move_priority("hotrush", why, at)]
