"""Something was bought: it pays for what its owner has waiting, those who asked for HotRush first, then the oldest.

Called in the transaction that stores the purchase, so that nobody sees one without the other. Who waited is told.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from maild.core.deciding.case import Rules
from maild.core.deciding.decide_purchase import decide_purchase
from maild.core.limits import Limits
from maild.core.message import Address
from maild.store import entitlements, incidents, organisations, timers
from maild.store.organisations import Owner
from maild.store.record import PersonDid, record


def pay_waiting(
    tx: Connection, owners: Collection[Owner], rules: Rules, limits: Limits, now: datetime, cause: str
) -> list[int]:
    """Let what these owners have pay for what waits for it; return the numbers of the incidents that it changed.

    `cause` names the purchase: each incident's customer is told once of each.
    """
    changed = []
    for number in incidents.waiting(tx) if owners else ():
        incident = incidents.load(tx, number)
        if incident is None:
            continue
        requester = Address(incident.requester.address)
        whose = organisations.owner_of(tx, requester)
        if not any(same(whose, owner) for owner in owners):
            continue
        payer = entitlements.account_of(tx, requester, now, number)
        actions = decide_purchase(incident, payer, timers.load(tx, number), rules)
        if actions:
            record(tx, actions, PersonDid(cause), incident=number, now=now, limits=limits)
            changed.append(number)
    return changed


def same(one: Owner, other: Owner) -> bool:
    """Say whether what belongs to `other` is for `one` to use."""
    by_person = other.customer is not None and one.customer == other.customer
    by_shop = other.organisation is not None and one.organisation == other.organisation
    return by_person or by_shop
