"""What pays for an incident that goes on after its end, or is about something else: decided from values alone."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.actions import Action, Flag, GiveBack, Release, Reserve, SetHotrush, Unflag
from maild.core.deciding.entitlement import accounted
from maild.core.deciding.pay_again import follows_scope, goes_on
from maild.core.entitlement import Account, Charge, Entitlement, Terms
from maild.core.incident import BUG, OUT_OF_SCOPE, UNPAID, Incident, State
from maild.core.reasons import because
from tests.parts import cases as c

PRICES = (("outage", 60), ("tax", 30), ("setup", 150))
RULES = c.rules(
    terms=Terms(required=True, prices=PRICES),
    outside=frozenset({"upgrade", "general"}),
    alternatives={"upgrade": {"en": ("a quote",)}},
)
URGENT = Entitlement(1, "incident", c.NOW, option="urgent")
PAID = Charge(1, "incident", "normal", "incident", 1, "reserved")


def has(*bought: Entitlement) -> Account:
    """Return the account of Alice, who has these."""
    return Account("Alice", 1, None, bought, (), c.NOW)


def back(was: State, account: Account, to: State = "in_progress", **changes: Any) -> list[Action]:
    """Return what pays for an incident that was over and goes on."""
    before = c.incident(state=was, **changes)
    return goes_on(before, replace(before, state=to), account, None, RULES, c.NOW)


def moved(before: str, after: str, account: Account = Account(), **changes: Any) -> list[Action]:  # noqa: B008
    """Return what follows for the payment where the scope changes."""
    return follows_scope(c.incident(scope=after, **changes), before, account, RULES, c.NOW)


@pytest.mark.parametrize("was", ["declined", "spam"])
def test_what_was_given_back_is_taken_again(was: State) -> None:
    """Or the incident is marked, where nothing is left that pays."""
    assert c.only(back(was, has(URGENT)), Reserve).entitlement == 1
    assert c.only(back(was, has()), Flag).flag == UNPAID


def test_hotrush_that_was_offered_is_granted_with_what_pays() -> None:
    """And told."""
    done = back("declined", has(URGENT), hotrush="offered")
    assert c.only(done, SetHotrush).hotrush == "granted"
    assert [mail.kind for mail in c.mails(done)] == ["raised"]


def test_what_is_paid_for_or_still_over_takes_nothing() -> None:
    """Closed and opened again: the same entitlement; and what was open stays as it was."""
    assert back("closed", has(URGENT)) == []
    assert back("declined", has(URGENT), to="declined") == []
    assert back("submitted", has(URGENT)) == []
    assert c.only(back("closed", has(URGENT), flags=(UNPAID,)), Unflag).flag == UNPAID


@pytest.mark.parametrize("flag", [BUG, "backlog", "unverified_staff"])
def test_what_costs_nothing_goes_on_for_nothing(flag: str) -> None:
    """A bug of ours, backlog, and what somebody may have written in the name of the staff."""
    assert back("declined", has(URGENT), flags=(flag,)) == []
    assert moved("general", "outage", has(URGENT), flags=(flag,)) == []


def test_a_machines_incident_goes_on_for_nothing() -> None:
    """It was opened for nothing, too."""
    assert back("spam", has(URGENT), unanswerable=because("no_ack_dmarc")) == []


def test_what_lies_outside_is_in_doubt_again() -> None:
    """Where there is something else for it; what is free anyway is not doubted."""
    assert c.only(back("declined", has(URGENT), scope="upgrade"), Flag).flag == OUT_OF_SCOPE
    assert back("declined", has(URGENT), scope="general") == []


def test_a_scope_that_costs_nothing_gives_back_what_is_reserved() -> None:
    """But not the HotRush that was honoured."""
    spent = Charge(2, "hotrush", "", "hotrush", 1, "spent")
    (given_back,) = c.of_type(moved("outage", "general", charges=(PAID, spent)), Release)
    assert not given_back.spent
    assert moved("outage", "general", charges=(spent,)) == []
    assert c.only(moved("outage", "general", flags=(UNPAID,)), Unflag).flag == UNPAID


def test_a_scope_of_the_service_is_paid_for() -> None:
    """What was free, as a question about prices, and turns out to be work."""
    assert c.only(moved("general", "outage", has(URGENT)), Reserve).entitlement == 1
    assert c.only(moved("general", "outage", has()), Flag).flag == UNPAID
    assert moved("tax", "outage", has(URGENT)) == []


def test_only_points_have_a_price_by_scope() -> None:
    """An incident that was bought is one incident, whatever it is about."""
    assert moved("tax", "setup", has(URGENT), charges=(PAID,)) == []


def points(*amounts: int) -> Account:
    """Return the account of Alice, who bought points so often."""
    return has(*(Entitlement(i, "points", c.NOW, amount=amount) for i, amount in enumerate(amounts, 1)))


scopes = st.lists(st.sampled_from(["outage", "tax", "setup"]), min_size=1, max_size=6)


@given(st.lists(st.integers(1, 200), min_size=1, max_size=4), scopes, st.booleans())
def test_however_the_scope_moves_the_price_is_that_of_one_of_them(
    amounts: list[int], walk: list[str], hotrush: bool
) -> None:
    """That of the newest where there was enough; nothing is lost, and no purchase is overdrawn."""
    account = points(30, 30, *amounts)
    first = Charge(1, "points", "", "incident", 30, "reserved")
    rush = (Charge(2, "points", "", "hotrush", 30, "reserved", 2),) if hotrush else ()
    at: Incident = c.incident(scope="tax", charges=(first, *rush))
    for scope in walk:
        used = {
            one.id: sum(t.units for t in at.charges if t.entitlement == one.id)
            for one in account.entitlements
        }
        now = replace(
            account, entitlements=tuple(replace(one, used=used[one.id]) for one in account.entitlements)
        )
        assert all(one.left >= 0 for one in now.entitlements)
        before, times = at, 2 if hotrush else 1
        done = follows_scope(replace(at, scope=scope), at.scope, now, RULES, c.NOW)
        at = replace(accounted(at, done, now), scope=scope)
        price, total = dict(PRICES)[scope], sum(one.units for one in before.charges)
        enough = price * times - total <= now.points(c.NOW)
        taken = [sum(t.units for t in at.charges if t.purpose == what) for what in ("incident", "hotrush")][
            :times
        ]
        assert taken == [price] * times if enough else at.charges == before.charges
        assert len({(one.purpose, one.part) for one in at.charges}) == len(at.charges)
        assert {type(one) for one in done} in ({GiveBack}, {Reserve}, set())
