"""What a change of state does to what was bought: spent at the close, given back where nothing is to be paid."""

from typing import get_args

import pytest

from maild.core.actions import Action, Release, Spend
from maild.core.deciding.settle import RELEASES, SPENDS, Occasion, cost_of, honoured, settle
from maild.core.entitlement import Charge, ChargeState
from maild.core.incident import Cause
from tests.parts import cases as c

OCCASIONS = (*get_args(Cause), "bug", "accepted")


def taken(state: ChargeState = "reserved") -> Charge:
    """Return a normal incident, as an incident takes it."""
    return Charge(1, "incident", "normal", "incident", 1, state)


OPTION = Charge(2, "hotrush", "", "hotrush", 1, "reserved")


def done(occasion: Occasion, *charges: Charge) -> list[type[Action]]:
    """Return what is done about what an incident takes."""
    return [type(action) for action in settle(c.incident(charges=charges), occasion)]


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_every_occasion_spends_or_gives_back_or_does_neither(occasion: Occasion) -> None:
    """Never both."""
    expected = [Spend] if occasion in SPENDS else [Release] if occasion in RELEASES else []
    assert done(occasion, taken()) == expected


@pytest.mark.parametrize("occasion", OCCASIONS)
def test_nothing_happens_to_what_was_never_taken(occasion: Occasion) -> None:
    """Most incidents of most services."""
    assert done(occasion) == []


def test_what_is_spent_is_not_spent_again_but_may_come_back() -> None:
    """Closed a second time, it is paid for; found to be a bug after that, it costs nothing."""
    assert done("closed_by_staff", taken("spent")) == []
    assert done("bug", taken("spent")) == [Release]


def test_reopening_costs_nothing_and_gives_nothing_back() -> None:
    """The same entitlement goes on."""
    assert done("reopened", taken("spent")) == []


def test_an_answer_honours_a_hotrush_that_was_bought_for_it() -> None:
    """Once; where HotRush goes with the incident there is nothing to spend."""
    (spent,) = honoured(c.incident(charges=(taken(), OPTION)))
    assert isinstance(spent, Spend)
    assert spent.purpose == "hotrush"
    assert honoured(c.incident(charges=(taken(),))) == []


@pytest.mark.parametrize(
    ("charges", "cost"),
    [
        ((), ""),
        ((taken(),), "1 incident"),
        ((taken(), OPTION), "1 incident + 1 HotRush option"),
        ((Charge(1, "points", "", "incident", 60, "spent"),), "60 points"),
        ((Charge(1, "subscription", "", "incident", 1, "spent"),), ""),
        ((Charge(1, "free", "urgent", "incident", 1, "spent"),), ""),
    ],
)
def test_the_cost_is_told_in_words(charges: tuple[Charge, ...], cost: str) -> None:
    """What a subscription covers or the staff gave costs nothing."""
    assert cost_of(c.incident(charges=charges)) == cost
