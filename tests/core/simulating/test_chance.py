"""Chance of a simulation: named draws that come out the same each time, and spread as they say."""

from statistics import mean, median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.simulating.chance import Chance

ONE = Chance(1)
FIRST_DRAW = 0.458864


def test_a_draw_is_known_by_its_name() -> None:
    """The same on every machine and in every run: what comes out here stands in reports that people compare."""
    assert ONE.share("work", "abc", 1) == Chance(1).share("work", "abc", 1)
    assert round(ONE.share("work", "abc", 1), 6) == FIRST_DRAW
    assert (
        len({ONE.share("work", "abc", 1), ONE.share("work", "abc", 2), Chance(2).share("work", "abc", 1)})
        == 3
    )


def test_names_do_not_run_together() -> None:
    """What is `1` and `12` is not `11` and `2`."""
    assert ONE.share("1", "12") != ONE.share("11", "2")


@given(st.lists(st.text() | st.integers(), max_size=4), st.integers())
def test_a_draw_lies_between_nought_and_one(name: list[str | int], seed: int) -> None:
    """Neither of them, so that a logarithm of it exists."""
    assert 0 < Chance(seed).share(*name) < 1


def test_draws_are_evenly_spread() -> None:
    """A thousand of them, within what chance allows."""
    draws = [ONE.share("x", n) for n in range(1_000)]
    assert abs(mean(draws) - 0.5) < 0.03
    assert abs(sum(draw < 0.1 for draw in draws) - 100) < 30


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_what_has_a_probability_happens_so_often(probability: float) -> None:
    """Never at 0, always at 1."""
    times = sum(ONE.happens(probability, n) for n in range(1_000))
    assert abs(times - 1_000 * probability) <= 40 * (0 < probability < 1)


def test_two_in_three_lie_within_the_spread() -> None:
    """And as many above the median as below it; a spread of 1 is the median itself."""
    times = [ONE.around(20, 1.5, n) for n in range(1_000)]
    assert abs(median(times) - 20) < 1
    assert 620 < sum(20 / 1.5 < time < 20 * 1.5 for time in times) < 740
    assert {ONE.around(20, 1, n) for n in range(9)} == {20}
