"""However incidents are opened, paid, closed, reopened, merged and given back: nobody pays twice, and all adds up."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, func, select

from maild.core.actions import Action, Flag, Grant, Release, SetScope
from maild.core.deciding.change_state import after_all, change_state
from maild.core.deciding.decide_merge import merge, why_not_merged
from maild.core.deciding.hotrush import remove
from maild.core.deciding.pay_again import follows_scope, goes_on
from maild.core.deciding.payment import hotrush_now, pay_now, waits_no_more
from maild.core.deciding.settle import honoured, settle
from maild.core.entitlement import Terms
from maild.core.incident import Cause, Incident
from maild.core.reasons import because
from maild.store import incidents
from maild.store.audit import audit
from maild.store.database import Database
from maild.store.entitlements import account_of, charges_of
from maild.store.tables import incident
from tests.parts import cases as c
from tests.parts.bought import buy
from tests.parts.messages import ALICE
from tests.parts.records import NOW, an_incident, did

WHY = because("charge_none", name="Anna")
PRICES = (("tax", 20), ("setup", 65))
RULES = c.rules(terms=Terms(required=True, prices=PRICES), outside=frozenset({"general"}))
Step = Callable[[Connection, Incident], list[Action]]


def moves(cause: Cause) -> Step:
    """Return the step that a cause makes, and what pays then; refused where the table of states refuses it."""

    def step(tx: Connection, at: Incident) -> list[Action]:
        done = change_state(at, cause, WHY, NOW)
        return [*done, *goes_on(at, after_all(at, done), payer(tx, at), None, RULES, NOW)]

    return step


def retitle(scope: str) -> Step:
    """Return the step by which it is about something else, with another price or none."""

    def step(tx: Connection, at: Incident) -> list[Action]:
        about = follows_scope(replace(at, scope=scope), at.scope, payer(tx, at), RULES, NOW)
        return [SetScope(scope, WHY), *about]

    return step


def payer(tx: Connection, at: Incident) -> Any:
    """Return what the customer of an incident has."""
    return account_of(tx, ALICE, NOW, at.number)


def pay(tx: Connection, at: Incident) -> list[Action]:
    """Let what there is pay for it."""
    return pay_now(at, payer(tx, at), RULES, WHY, NOW) if at.is_open else []


def speed(tx: Connection, at: Incident) -> list[Action]:
    """Give it HotRush by right."""
    return hotrush_now(at, payer(tx, at), RULES, WHY, NOW) if at.is_open else []


def calm(tx: Connection, at: Incident) -> list[Action]:
    """Take HotRush from it."""
    return remove(at, "general", "Anna", NOW, None, RULES) if at.is_open and at.hotrush == "granted" else []


def give(tx: Connection, at: Incident) -> list[Action]:
    """Give it for nothing, in the place of what paid."""
    if not at.is_open or "bug" in at.flags:
        return []
    before = [Release(WHY)] if at.charges else []
    return [*before, Grant("free", "urgent", "incident", WHY), *waits_no_more(at, WHY, NOW)]


def free(tx: Connection, at: Incident) -> list[Action]:
    """Let it cost nothing."""
    return [Release(WHY)] if at.charges else []


def bug(tx: Connection, at: Incident) -> list[Action]:
    """Say that the software is at fault."""
    return [Flag("bug", WHY), *settle(at, "bug")] if at.is_open else []


def answer(tx: Connection, at: Incident) -> list[Action]:
    """Answer it, which honours its HotRush."""
    return [*honoured(at), *change_state(at, "answered", WHY, NOW)] if at.is_open else []


def unite(tx: Connection, at: Incident) -> list[Action]:
    """Merge it with the first one."""
    other = incidents.load(tx, tx.scalar(select(func.min(incident.c.number))) or 0)
    if other is None or why_not_merged(at, other, ""):
        return []
    return merge(at, other, "Anna", NOW, RULES)


STEPS: dict[str, Step] = {
    "pay": pay,
    "hotrush": speed,
    "calm": calm,
    "give": give,
    "free": free,
    "bug": bug,
    "answer": answer,
    "merge": unite,
    "close": moves("closed_by_staff"),
    "solved": moves("closed_by_customer"),
    "decline": moves("declined"),
    "object": moves("objected"),
    "spam": moves("spam"),
    "reopen": moves("reopened"),
    "working": moves("working"),
    "cheap": retitle("tax"),
    "dear": retitle("setup"),
    "outside": retitle("general"),
}
PURCHASES: list[dict[str, Any]] = [
    {},
    {"option": "urgent"},
    {"kind": "hotrush"},
    {"kind": "points", "amount": 130},
    {"kind": "subscription"},
]
# What pays comes often: most of what can go wrong begins with something being reserved.
OFTEN = ["buy"] * 6 + ["pay"] * 8 + ["hotrush"] * 3 + ["close"] * 3 + ["open"] * 2
walks = st.lists(
    st.tuples(st.sampled_from([*OFTEN, *sorted(STEPS)]), st.integers(0, len(PURCHASES) - 1)),
    min_size=10,
    max_size=40,
)


@given(walks)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=40,
)
def test_no_walk_charges_twice_and_the_ledger_adds_up_after_each_step(
    database: Database, walk: list[tuple[str, int]]
) -> None:
    """Each step decides on what is there and is recorded; then everything is added up."""
    with database.begin() as tx:
        tried = tx.begin_nested()
        numbers: list[int] = []
        for step, which in [("open", 0), *walk]:
            take(tx, step, which, numbers)
            assert audit(tx) == [], step
            for number in numbers:
                assert paid_once(tx, number), step
        tried.rollback()


def take(tx: Connection, step: str, which: int, numbers: list[int]) -> None:
    """Take one step of a walk; `which` is the purchase, or the incident in order of opening."""
    if step == "buy":
        buy(tx, **PURCHASES[which])
        return
    if step == "open":
        numbers.append(an_incident(tx, requester=ALICE))
        return
    at = incidents.load(tx, numbers[which % len(numbers)])
    assert at is not None
    if actions := STEPS[step](tx, replace(at)):
        did(tx, actions, at.number)


def paid_once(tx: Connection, number: int) -> bool:
    """Say whether an incident is paid for by one thing, or by points, and its HotRush too."""
    live = [row for row in charges_of(tx, number) if row["state"] != "released"]
    by_purpose: dict[str, list[str]] = {}
    for row in live:
        by_purpose.setdefault(row["purpose"], []).append(row["kind"])
    return all(len(kinds) == 1 or set(kinds) == {"points"} for kinds in by_purpose.values())
