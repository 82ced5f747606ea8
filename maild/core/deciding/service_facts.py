"""The facts of the replies that speak of what was bought: the offer, what is left, what became of HotRush.

What something is called is its English name in the singular, which the templates say in the reader's language. A
balance is told to a proven sender only: what a shop has bought is not everybody's business.
"""

from collections.abc import Sequence
from datetime import datetime

from maild.core.actions import Action, Reserve
from maild.core.deciding.case import Rules
from maild.core.deciding.life_facts import subject_of
from maild.core.deciding.reply_facts import Facts, in_language
from maild.core.entitlement import Account, Entitlement
from maild.core.incident import Incident, Priority
from maild.core.writing.time_words import instant

Taken = Sequence[Reserve]


def taken_of(done: Sequence[Action]) -> Taken:
    """Return what is reserved by some actions."""
    return [one for one in done if isinstance(one, Reserve)]


def balance_rows(account: Account, now: datetime, taken: Taken = ()) -> list[dict[str, str]]:
    """Return what an account has left, a row for each thing that it is called; `taken` is counted already.

    A subscription is left until its end.
    """
    reserved: dict[int, int] = {}
    for row in taken:
        reserved[row.entitlement] = reserved.get(row.entitlement, 0) + row.units
    counted: dict[str, int] = {}
    until: list[dict[str, str]] = []
    for one in account.entitlements:
        if not one.usable(now):
            continue
        if one.amount is None:
            until.append({"what": one.words, "left": instant(one.ends_at)})
        else:
            left = one.left - reserved.get(one.id, 0)
            counted[_what(one)] = counted.get(_what(one), 0) + left
    return [*({"what": what, "left": str(left)} for what, left in counted.items()), *until]


def _what(one: Entitlement) -> str:
    return "points" if one.kind == "points" else one.words


def offer(rules: Rules, language: str) -> str:
    """Return how to buy what is missing, in the words of the config and, where it has them, the reader's language."""
    return in_language(rules.terms.offer, language, rules.language, "")


def balance(account: Account, rules: Rules, language: str) -> Facts:
    """Return what a customer is told who asks what they have left."""
    return {"balance": balance_rows(account, account.at), "offer": offer(rules, language)}


def withdrawn(
    incident: Incident, priority: Priority, reply_by: datetime | None, used: int, most: int
) -> Facts:
    """Return what a customer is told who withdrew HotRush; `used` is 0 where it was free."""
    return {
        "subject": subject_of(incident),
        "priority": priority,
        "reply_by": instant(reply_by),
        "used": used,
        "most": most,
    }


def refused(incident: Incident, reply_by: datetime | None, most: int) -> Facts:
    """Return what a customer is told who has withdrawn HotRush too often."""
    return {
        "subject": subject_of(incident),
        "priority": incident.priority,
        "reply_by": instant(reply_by),
        "most": most,
    }


def removed(incident: Incident, reason: str, priority: Priority, reply_by: datetime | None) -> Facts:
    """Return what a customer is told whose HotRush staff removed: `project`, `bug` or `general`."""
    return {
        "subject": subject_of(incident),
        "reason": reason,
        "priority": priority,
        "reply_by": instant(reply_by),
    }


def raised(incident: Incident, priority: Priority, reply_by: datetime | None) -> Facts:
    """Return what a customer is told whose incident got a higher priority without a word of theirs."""
    return {
        "subject": subject_of(incident),
        "priority": priority,
        "hotrush": priority == "hotrush",
        "reply_by": instant(reply_by),
    }


def opening(account: Account, words: str, *, taken: Taken = (), proven: bool) -> Facts:
    """Return what the mail that follows an opening says of what was bought, beside all the rest; `words` offer it."""
    return {
        "offer": words,
        "balance": balance_rows(account, account.at, taken) if proven else [],
    }


def later(
    incident: Incident, account: Account, rules: Rules, reply_by: datetime | None, taken: Taken = ()
) -> Facts:
    """Return the facts of a mail like the one that followed the opening, for an incident as it is now."""
    return {
        "subject": subject_of(incident),
        "scope": incident.scope,
        "scope_label": rules.scopes.get(incident.scope, ""),
        "priority": incident.priority,
        "hotrush": incident.priority == "hotrush",
        "hotrush_offered": incident.hotrush == "offered",
        "in_scope": incident.scope not in rules.outside,
        "several": [],
        "reply_by": instant(reply_by),
        "ask": False,
        **opening(account, offer(rules, incident.language), taken=taken, proven=incident.requester.proven),
    }
