"""What was bought, as values: how much is left, when it counts, and what is used up first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from maild.core.entitlement import KIND_WORDS, Account, Charge, Entitlement, Terms

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ONE = Entitlement(1, "incident", NOW - DAY, NOW + DAY, option="normal")
POINTS = Entitlement(2, "points", NOW - DAY, NOW + DAY, amount=120, used=60)


def test_it_counts_from_its_start_until_before_its_end() -> None:
    """At the very instant of its end it is over."""
    assert ONE.usable(NOW - DAY)
    assert ONE.usable(NOW)
    assert not ONE.usable(NOW - DAY - timedelta(seconds=1))
    assert not ONE.usable(NOW + DAY)
    assert replace(ONE, ends_at=None).usable(NOW + 9999 * DAY)


def test_what_is_used_up_or_revoked_is_not_usable() -> None:
    """Nothing is left of it, or nothing may be taken."""
    assert not replace(ONE, used=1).usable(NOW)
    assert not replace(ONE, revoked=True).usable(NOW)


def test_a_subscription_is_never_used_up() -> None:
    """Its uses are counted for the report, and block nobody."""
    assert Entitlement(3, "subscription", NOW, amount=None, used=400).usable(NOW)


@pytest.mark.parametrize(
    ("kind", "option", "has"),
    [
        ("incident", "normal", False),
        ("incident", "urgent", True),
        ("subscription", "", True),
        ("points", "", False),
    ],
)
def test_hotrush_goes_with_subscriptions_and_urgent_incidents(kind: str, option: str, has: bool) -> None:
    """Of what it pays for, and of what was taken of it."""
    bought = Entitlement(1, kind, NOW, option=option)  # type: ignore[arg-type]
    taken = Charge(1, kind, option, "incident", 1, "reserved")  # type: ignore[arg-type]
    assert (bought.has_hotrush, taken.has_hotrush) == (has, has)


def test_what_ends_first_is_used_first_and_what_never_ends_last() -> None:
    """So that as little as possible expires."""
    later, never, soon = (
        replace(ONE, id=1, ends_at=NOW + 9 * DAY),
        replace(ONE, id=2, ends_at=None),
        replace(ONE, id=3),
    )
    account = Account("Shop", entitlements=(later, never, soon, POINTS))
    assert account.usable("incident", NOW) == [soon, later, never]


def test_points_of_several_purchases_are_one_sum() -> None:
    """Those that have expired are none."""
    gone = replace(POINTS, id=4, ends_at=NOW)
    assert Account("Shop", entitlements=(POINTS, replace(POINTS, id=3, used=0), gone)).points(NOW) == 180


def test_charges_are_told_apart_by_what_they_pay_for() -> None:
    """The incident, and its HotRush."""
    first = Charge(1, "incident", "normal", "incident", 1, "reserved")
    option = Charge(2, "hotrush", "", "hotrush", 1, "reserved")
    account = Account("Shop", charges=(first, option))
    assert account.charged("incident") == (first,)
    assert account.charged("hotrush") == (option,)


def test_every_kind_has_words() -> None:
    """Whatever the tables allow can be shown."""
    assert all(Entitlement(1, kind, NOW, option=option).words for kind, option in KIND_WORDS)


def test_the_price_list_names_what_differs() -> None:
    """A scope that it does not name costs the ordinary price."""
    terms = Terms(price=60, prices=(("configuration", 30), ("general", 0)))
    assert [terms.price_of(scope) for scope in ("configuration", "general", "outage")] == [30, 0, 60]
