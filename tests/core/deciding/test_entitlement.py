"""What pays for an incident: in which order, for HotRush or not, and when nothing does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.actions import Release, Reserve
from maild.core.deciding.entitlement import Need, choose, choose_hotrush, drawn
from maild.core.entitlement import Account, Charge, Entitlement, Option, Purpose, Terms

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TERMS = Terms(price=60, prices=(("configuration", 30), ("general", 0)))
CALM, HOT = Need("outage"), Need("outage", hotrush=True)


def incident(row: int = 1, option: Option = "normal", days: int | None = 30) -> Entitlement:
    """Return one incident that was bought, and ends in so many days."""
    return Entitlement(row, "incident", NOW - DAY, NOW + days * DAY if days else None, option=option)


def points(amount: int, row: int = 5, days: int = 100) -> Entitlement:
    """Return points that were bought."""
    return Entitlement(row, "points", NOW - DAY, NOW + days * DAY, amount=amount)


def subscription(store: str = "", row: int = 9) -> Entitlement:
    """Return a subscription of a store."""
    return Entitlement(row, "subscription", NOW - DAY, NOW + DAY, store=store, amount=None)


OPTION = Entitlement(7, "hotrush", NOW - DAY)


def of(*bought: Entitlement, charges: tuple[Charge, ...] = ()) -> Account:
    """Return the account of a shop that bought these."""
    return Account("Shop Ltd", 1, None, bought, charges)


def taken(account: Account, need: Need = CALM) -> list[tuple[int, Purpose, int]]:
    """Return what is reserved: of which, what for, how much."""
    choice = choose(account, need, TERMS, NOW)
    return [(one.entitlement, one.purpose, one.units) for one in choice.actions if isinstance(one, Reserve)]


@pytest.mark.parametrize(
    ("bought", "expected"),
    [
        ((incident(), points(60), subscription()), [(9, "incident", 1)]),
        ((points(60), incident()), [(1, "incident", 1)]),
        ((incident(1, days=30), incident(2, days=5), incident(3, days=None)), [(2, "incident", 1)]),
        ((incident(1, "urgent", 5), incident(2, days=30)), [(2, "incident", 1)]),
        ((incident(1, "urgent"), points(60)), [(5, "incident", 60)]),
        ((incident(1, "urgent"),), [(1, "incident", 1)]),
        ((OPTION, incident()), [(1, "incident", 1)]),
        ((points(59),), []),
        ((OPTION,), []),
        ((), []),
    ],
    ids=[
        "subscription",
        "incident",
        "ends first",
        "urgent is kept",
        "points before urgent",
        "urgent alone",
        "no option is wasted",
        "too few points",
        "an option alone",
        "nothing",
    ],
)
def test_the_order_in_which_things_pay(
    bought: tuple[Entitlement, ...], expected: list[tuple[int, Purpose, int]]
) -> None:
    """Subscription, the incident that ends first and whose option fits, points; an urgent one as late as possible."""
    assert taken(of(*bought)) == expected


@pytest.mark.parametrize(
    ("bought", "expected", "granted"),
    [
        ((incident(), subscription()), [(9, "incident", 1)], True),
        ((incident(1, days=1), incident(2, "urgent")), [(2, "incident", 1)], True),
        ((incident(), OPTION), [(1, "incident", 1), (7, "hotrush", 1)], True),
        ((incident(),), [(1, "incident", 1)], False),
        ((points(120),), [(5, "incident", 60), (5, "hotrush", 60)], True),
        ((points(119),), [(5, "incident", 60)], False),
        ((incident(), points(120)), [(5, "incident", 60), (5, "hotrush", 60)], True),
        (
            (points(70, 5, 10), points(70, 6)),
            [(5, "incident", 60), (5, "hotrush", 10), (6, "hotrush", 50)],
            True,
        ),
    ],
    ids=[
        "subscription",
        "urgent",
        "with its option",
        "normal",
        "points",
        "too few points",
        "what includes it",
        "points of two purchases",
    ],
)
def test_what_pays_where_hotrush_is_asked_for(
    bought: tuple[Entitlement, ...], expected: list[tuple[int, Purpose, int]], granted: bool
) -> None:
    """What includes it comes first; without the right the incident is paid for all the same."""
    assert taken(of(*bought), HOT) == expected
    assert choose(of(*bought), HOT, TERMS, NOW).hotrush is granted


def test_hotrush_needs_more_points_than_it_costs_where_the_work_is_cheap() -> None:
    """30 points and 30 again, from a balance of 120."""
    cheap = Need("configuration", hotrush=True)
    assert taken(of(points(120)), cheap) == [(5, "incident", 30), (5, "hotrush", 30)]
    assert taken(of(points(119)), cheap) == [(5, "incident", 30)]


def test_what_costs_no_points_needs_some_all_the_same() -> None:
    """Nothing is taken; whoever has no points at all has nothing that pays."""
    choice = choose(of(points(10)), Need("general"), TERMS, NOW)
    assert (choice.covered, choice.actions) == (True, ())
    assert not choose(of(), Need("general"), TERMS, NOW).covered


def test_points_that_end_first_are_used_up_first() -> None:
    """One price from two purchases, each part told apart."""
    choice = choose(of(points(40, 5, 10), points(40, 6, 90)), CALM, TERMS, NOW)
    parts = [(one.entitlement, one.units, one.part) for one in choice.actions if isinstance(one, Reserve)]
    assert parts == [(5, 40, 1), (6, 20, 2)]


def test_the_subscription_of_the_store_that_is_named_pays() -> None:
    """Of two; where no store is named, or none that is known, the one that ends first."""
    account = of(subscription("a.example", 8), subscription("b.example", 9))
    assert taken(account, replace(CALM, stores=frozenset({"b.example", "paypal.com"}))) == [
        (9, "incident", 1)
    ]
    assert taken(account, replace(CALM, stores=frozenset({"c.example"}))) == [(8, "incident", 1)]
    assert taken(account) == [(8, "incident", 1)]


def test_every_choice_says_why() -> None:
    """In words for `maild show`, with the owner's name; where HotRush is missing, that too."""
    assert [why.name for why in choose(of(), CALM, TERMS, NOW).reasons] == ["not_entitled"]
    names = [why.name for why in choose(of(incident()), HOT, TERMS, NOW).reasons]
    assert names == ["paid_by_incident", "hotrush_not_included"]
    assert "Shop Ltd" in choose(of(incident()), CALM, TERMS, NOW).reasons[0].text


def charged(what: Entitlement, units: int = 1, purpose: Purpose = "incident") -> Charge:
    """Return what an incident takes of an entitlement."""
    return Charge(what.id, what.kind, what.option, purpose, units, "reserved")


def later(account: Account) -> tuple[bool, list[tuple[str, int]]]:
    """Return whether HotRush goes with an incident that is paid for, and what is done for it."""
    choice = choose_hotrush(account, CALM, TERMS, NOW)
    done = [
        ("reserve", one.entitlement) if isinstance(one, Reserve) else ("release", 0) for one in choice.actions
    ]
    return choice.hotrush, done


@pytest.mark.parametrize(
    ("bought", "charges", "expected"),
    [
        ((), (charged(subscription()),), (True, [])),
        ((), (charged(incident(1, "urgent")),), (True, [])),
        ((), (charged(incident()), charged(OPTION, purpose="hotrush")), (True, [])),
        ((OPTION,), (charged(incident()),), (True, [("reserve", 7)])),
        ((), (charged(incident()),), (False, [])),
        ((incident(2),), (charged(incident()),), (False, [])),
        ((incident(2, "urgent"),), (charged(incident()),), (True, [("release", 0), ("reserve", 2)])),
        ((subscription(),), (charged(incident()),), (True, [("release", 0), ("reserve", 9)])),
        ((points(60),), (charged(points(60), 60),), (True, [("reserve", 5)])),
        ((points(59),), (charged(points(60), 60),), (False, [])),
    ],
    ids=[
        "subscription",
        "urgent",
        "has its option",
        "option bought later",
        "nothing more",
        "a normal one more",
        "an urgent one instead",
        "a subscription instead",
        "points again",
        "points used up",
    ],
)
def test_what_gives_hotrush_to_an_incident_that_is_paid_for(
    bought: tuple[Entitlement, ...], charges: tuple[Charge, ...], expected: tuple[bool, list[tuple[str, int]]]
) -> None:
    """Nothing where it is included; an option, as many points again, or something better in its place."""
    assert later(of(*bought, charges=charges)) == expected


def test_what_takes_the_place_of_another_gives_that_back_first() -> None:
    """So that an incident is never paid for twice."""
    choice = choose_hotrush(of(incident(2, "urgent"), charges=(charged(incident()),)), CALM, TERMS, NOW)
    assert isinstance(choice.actions[0], Release)


def test_what_was_reserved_in_the_same_breath_is_gone() -> None:
    """Two held mails that are confirmed together do not both take the last one."""
    account = of(incident())
    left = drawn(account, choose(account, CALM, TERMS, NOW).actions)
    assert not choose(left, CALM, TERMS, NOW).covered
    assert drawn(account, []) is account


entitlements = st.builds(
    Entitlement,
    id=st.integers(1, 9),
    kind=st.just("points"),
    starts_at=st.just(NOW - DAY),
    ends_at=st.sampled_from([None, NOW + DAY, NOW + 2 * DAY, NOW]),
    amount=st.integers(1, 200),
    used=st.just(0),
)


@given(st.lists(entitlements, max_size=6, unique_by=lambda one: one.id), st.booleans())
def test_points_pay_the_price_exactly_and_never_more_than_there_is(
    bought: list[Entitlement], hotrush: bool
) -> None:
    """Whatever the purchases: the incident costs its price, HotRush as much again, each purchase holds it."""
    account = of(*bought)
    choice = choose(account, Need("outage", hotrush=hotrush), TERMS, NOW)
    rows = [one for one in choice.actions if isinstance(one, Reserve)]
    by_purpose = {p: sum(one.units for one in rows if one.purpose == p) for p in ("incident", "hotrush")}
    assert choice.covered == (account.points(NOW) >= 60)
    assert by_purpose == {"incident": 60 * choice.covered, "hotrush": 60 * choice.hotrush}
    left = {one.id: one.left for one in bought if one.usable(NOW)}
    for row in left:
        assert sum(one.units for one in rows if one.entitlement == row) <= left[row]
    keys = [(one.purpose, one.part) for one in rows]
    assert len(keys) == len(set(keys))
