"""Bars that every mail program shows: none for nothing, the longest for the most, and never too wide for a phone."""

from hypothesis import given
from hypothesis import strategies as st

from maild.core.deciding.bars import BLOCK, WIDEST, bar, chart


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_a_bar_is_as_long_as_its_share(count: int, most: int) -> None:
    """Something is never nothing, and nothing has no bar."""
    most = max(count, most)
    blocks = bar(count, most).count(BLOCK)
    assert blocks <= WIDEST
    assert (blocks > 0) == (count > 0)
    assert bar(count, most).endswith(str(count))


def test_bars_of_a_chart_begin_below_each_other() -> None:
    """Labels of any width stand before them."""
    lines = chart({"9": 4, "10:00": 2, "x": 0}).split("\n")
    assert lines == [f"9      {BLOCK * 24} 4", f"10:00  {BLOCK * 12} 2", "x      0"]


def test_a_chart_of_nothing_is_empty() -> None:
    """No label, no line."""
    assert chart({}) == ""
