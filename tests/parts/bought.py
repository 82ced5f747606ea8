"""What was bought, for tests of the store: owners, entitlements, and what an incident takes of them."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection

from maild.core.actions import Action
from maild.core.deciding.entitlement import Need, choose
from maild.core.entitlement import Kind, Terms
from maild.core.message import Address
from maild.store import entitlements, organisations
from maild.store.entitlements import Bought
from tests.parts.messages import ALICE
from tests.parts.records import NOW, an_incident, did

DAY = timedelta(days=1)
TERMS = Terms()


def buy(tx: Connection, kind: Kind = "incident", owner: str = ALICE.address, **changes: Any) -> int:
    """Let an owner buy something, a normal incident unless `changes` say else; return its id."""
    option = "normal" if kind in ("incident", "free") else ""
    amount = None if kind == "subscription" else 1
    told = {"starts_at": NOW - DAY, "option": option, "amount": amount, **changes}
    made = entitlements.add(tx, organisations.find_owner(tx, owner, NOW), Bought(kind, **told), NOW)
    assert made is not None
    return made


def pays(
    tx: Connection, who: Address = ALICE, *, hotrush: bool = False, number: int | None = None
) -> list[Action]:
    """Return what is reserved for an incident of `who`, as things are now; nothing where nothing pays."""
    account = entitlements.account_of(tx, who, NOW, number)
    return list(choose(account, Need("outage", hotrush=hotrush), TERMS, NOW).actions)


def an_incident_that_is_paid(tx: Connection, who: Address = ALICE, *, hotrush: bool = False) -> int:
    """Open an incident of `who` and reserve what pays for it; return its number."""
    number = an_incident(tx, requester=who)
    did(tx, pays(tx, who, hotrush=hotrush), number)
    return number
