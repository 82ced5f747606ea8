"""What each verb of the staff does to the life of an incident; what can't be done says why (rules: Life cycle).

The answer above which a verb stands, and whose turn it is then, are decide_staff_mail.py's; corrections have a page of
their own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence

from maild.core.actions import (
    Action,
    Correct,
    Flag,
    Grant,
    KeepSilent,
    MergeInto,
    Release,
    Reserve,
    SetHotrush,
    SetOwner,
    SetState,
    Unflag,
)
from maild.core.deciding import charge_orders, life_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.change_state import after_all, change_state
from maild.core.deciding.decide_assignment import assign
from maild.core.deciding.decide_balance import tell_low
from maild.core.deciding.decide_merge import merge, why_not_merged
from maild.core.deciding.decide_purchase import told_of_offer
from maild.core.deciding.decide_split import ASKED, ask_split, next_problem
from maild.core.deciding.hotrush import end_for_bug, pay_with_hotrush
from maild.core.deciding.order import Order
from maild.core.deciding.pay_again import goes_on
from maild.core.deciding.payment import waits_no_more
from maild.core.deciding.settle import settle
from maild.core.deciding.staff_commands import VERBS, scope_id, verb_and_word
from maild.core.deciding.tell_requester import tell_requester
from maild.core.incident import BUG, OUT_OF_SCOPE, Cause, why_not
from maild.core.message import fold
from maild.core.reasons import Reason, because

Effect = Callable[[Order, Rules], list[Action]]


def obey(order: Order, rules: Rules, verbs: Iterable[str]) -> list[Action]:
    """Return what those of `verbs` do that the order has, one after the other, each on what the last one left."""
    done: list[Action] = []
    for verb in verbs:
        if order.word(verb) is not None and refused(verb, order) is None:
            effects = EFFECTS[verb](order, rules)
            done += effects
            order = order.carried_out(effects)
    return done


def refused(verb: str, order: Order) -> Reason | None:
    """Return why the incident as it is does not allow the verb, or None where it does or the verb is not of here."""
    incident = order.incident
    if verb in charge_orders.WORDS:
        return charge_orders.refused(verb, order)
    cause = CAUSES.get(verb, "taken" if verb in BETWEEN else None)
    if cause and (why := why_not(incident, cause)):
        return why
    match verb:
        case "take" if fold(incident.owner) == order.author.key:
            return because("taken_already", name=order.name)
        case "working" if incident.state == "in_progress":
            return because("working_already")
        case "bug" if BUG in incident.flags:
            return because("bug_already")
        case "accept" if OUT_OF_SCOPE not in incident.flags:
            return because("not_in_doubt")
        case "merge":
            return why_not_merged(incident, order.other, order.word("merge") or "")
        case "split" if not _problem(order):
            return because("split_again" if order.word("split") else "split_nothing")
    return None


def said(order: Order, done: Sequence[Action]) -> dict[str, str]:
    """Return the line of a receipt for each verb of the order that did something: what it did."""
    lines: dict[str, str] = {}
    for verb, word in map(verb_and_word, order.verbs):
        if _left_a_trace(verb, done):
            lines[verb] = f"{VERBS[verb].did} {word}" if verb == "assign" else VERBS[verb].did
    return lines


def unsaid(order: Order, done: Sequence[Action]) -> dict[str, str]:
    """Return the line of a receipt for each verb of the order that did nothing: why it did not."""
    lines: dict[str, str] = {}
    for verb, _ in map(verb_and_word, order.verbs):
        if not _left_a_trace(verb, done):
            why = refused(verb, order)
            lines[verb] = why.text if why else UNCHANGED.get(verb, f"nothing changed by #{verb}")
    return lines


def _left_a_trace(verb: str, done: Sequence[Action]) -> bool:
    return verb not in TRACES or any(TRACES[verb](action) for action in done)


def untold(done: Iterable[Action]) -> list[str]:
    """Return a line for a receipt where something that was `done` is not told to the customer, with its reason."""
    silences = [action.reason.text for action in done if isinstance(action, KeepSilent)]
    return [f"the customer was not told: {text}" for text in dict.fromkeys(silences)]


def _take(order: Order, rules: Rules) -> list[Action]:
    why = because("taken", name=order.name)
    return [SetOwner(order.by, why), *change_state(order.incident, "taken", why, order.at)]


def _bug(order: Order, rules: Rules) -> list[Action]:
    why = because("bug", name=order.name)
    told = tell_requester(order.incident, "bug_confirmed", life_facts.bug_confirmed(order.incident))
    ended = end_for_bug(order.incident, order.at, rules)
    free = waits_no_more(order.incident, why, order.at)
    return [Flag(BUG, why), *ended, *settle(order.incident, "bug"), *free, told]


def _decline(order: Order, rules: Rules) -> list[Action]:
    why = because("declined", name=order.name)
    told = tell_requester(order.incident, "declined", life_facts.declined(order.incident, rules))
    return [*change_state(order.incident, "declined", why, order.at), *_unflagged(order, why), told]


def _accept(order: Order, rules: Rules) -> list[Action]:
    why = because("accepted", name=order.name)
    paid = pay_with_hotrush(order.incident, order.payer, order.clocks, rules, why, order.at)
    offered = told_of_offer(order.incident, order.payer, order.clocks, rules, paid)
    return [*_unflagged(order, why), *paid, *offered]


def accepted_by_scope(order: Order, corrected: Iterable[Action], rules: Rules) -> list[Action]:
    """Return that the incident is accepted, where its doubt ends with a correction to a scope of the service."""
    if refused("accept", order) or {"accept", "decline"} & {
        verb for verb, _ in map(verb_and_word, order.verbs)
    }:
        return []
    scopes = [action.after for action in corrected if isinstance(action, Correct) and action.field == "scope"]
    return _accept(order, rules) if scopes and scopes[-1] not in rules.outside else []


def _spam(order: Order, rules: Rules) -> list[Action]:
    return change_state(order.incident, "spam", because("spam", name=order.name), order.at)


def _merge(order: Order, rules: Rules) -> list[Action]:
    if order.other is None:
        return []
    return merge(order.incident, order.other, order.name, order.at, rules)


def _split(order: Order, rules: Rules) -> list[Action]:
    return ask_split(order.incident, _problem(order), order.name, rules)


def _problem(order: Order) -> str:
    return next_problem(order.incident, order.problems, scope_id(order.word("split") or ""))


def _close(order: Order, rules: Rules) -> list[Action]:
    why = because("closed_by_staff", name=order.name)
    told = tell_requester(order.incident, "closed", life_facts.closed(order.incident, rules, order.at))
    low = tell_low(order.incident, order.payer, rules)
    return [*change_state(order.incident, "closed_by_staff", why, order.at), told, *low]


def _reopen(order: Order, rules: Rules) -> list[Action]:
    why = because("reopened_by_staff", name=order.name)
    done = change_state(order.incident, "reopened", why, order.at)
    after = after_all(order.incident, done)
    paid = goes_on(order.incident, after, order.payer, order.clocks, rules, order.at)
    done += paid
    if order.kind == "staff_answer":
        return done
    now = order.carried_out(done)
    due = now.clocks.due() if now.clocks else None
    facts = life_facts.reopened(now.incident, due, by_us=True, again=bool(paid))
    return [*done, tell_requester(order.incident, "reopened", facts)]


def _unflagged(order: Order, why: Reason) -> list[Action]:
    return [Unflag(OUT_OF_SCOPE, why)] if OUT_OF_SCOPE in order.incident.flags else []


# What opens an incident again comes before its answer, what ends it after that; the rest in between.
FIRST = ("reopen",)
BETWEEN = ("take", "assign", "accept", "grant", "charge", "hotrush", "bug", "split")
LAST = ("close", "decline", "spam", "merge")
EFFECTS: Mapping[str, Effect] = {
    "reopen": _reopen,
    "take": _take,
    "assign": assign,
    "accept": _accept,
    "bug": _bug,
    "split": _split,
    "close": _close,
    "decline": _decline,
    "spam": _spam,
    "merge": _merge,
    "grant": charge_orders.obey_grant,
    "charge": charge_orders.obey_charge,
    "hotrush": charge_orders.obey_hotrush,
}
CAUSES: Mapping[str, Cause] = {
    "reopen": "reopened",
    "take": "taken",
    "assign": "taken",
    "close": "closed_by_staff",
    "decline": "declined",
    "spam": "spam",
    "merge": "merged",
}
UNCHANGED: Mapping[str, str] = {"assign": "nothing changed by #assign: it is so already"}
# By which action one sees that a verb did what it says.
TRACES: Mapping[str, Callable[[Action], bool]] = {
    "grant": lambda action: isinstance(action, Grant | SetHotrush),
    "charge": lambda action: isinstance(action, Release | Reserve | Unflag),
    "hotrush": lambda action: isinstance(action, SetHotrush),
    "take": lambda action: isinstance(action, SetOwner),
    "assign": lambda action: isinstance(action, SetOwner),
    "accept": lambda action: isinstance(action, Unflag),
    "bug": lambda action: isinstance(action, Flag) and action.flag == BUG,
    "split": lambda action: isinstance(action, Flag) and action.flag.startswith(ASKED),
    "close": lambda action: isinstance(action, SetState) and action.state == "closed",
    "decline": lambda action: isinstance(action, SetState) and action.state == "declined",
    "spam": lambda action: isinstance(action, SetState) and action.state == "spam",
    "merge": lambda action: isinstance(action, MergeInto),
    "reopen": lambda action: isinstance(action, SetState) and action.state == "in_progress",
    "working": lambda action: isinstance(action, SetState) and action.state == "in_progress",
}
