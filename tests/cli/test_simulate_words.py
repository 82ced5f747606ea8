"""The words of a simulation's report: lengths of time, shares and bars that fit a column."""

from datetime import UTC, datetime, timedelta

import pytest

from maild.cli.simulate_words import BAR_COLUMNS, bar, brief, counted_big, length, share, worst_cells
from maild.core.simulating.figures import Broken
from maild.core.simulating.record import Clock, Opened


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "-"),
        (0, "at once"),
        (20, "< 1 min"),
        (60, "1 min"),
        (3_569, "59 min"),
        (3_600, "1 h 00"),
        (86_399, "1 d 00 h"),
        (200_000, "2 d 07 h"),
    ],
)
def test_a_length_of_time_is_short(seconds: float | None, words: str) -> None:
    """Its two largest units; never 60 minutes or 24 hours."""
    assert length(seconds) == words
    assert len(words) <= 8


@pytest.mark.parametrize(
    ("count", "words"),
    [(0, "."), (7, "7"), (100, "100"), (999, "999"), (1_000, "1k"), (45_600, "45k"), (9_999_999, "99k")],
)
def test_a_count_fits_three_columns(count: int, words: str) -> None:
    """Twenty-four of them make a line."""
    assert brief(count) == words
    assert len(words) <= 3


def test_a_bar_is_as_long_as_its_value() -> None:
    """To an eighth of a column; never longer than its room, and nothing where there is nothing."""
    assert bar(10, 10) == "█" * BAR_COLUMNS
    assert bar(1, BAR_COLUMNS * 8) == "▏"
    assert bar(0, 10) == bar(0, 0) == ""
    assert max(len(bar(value, 99)) for value in range(100)) == BAR_COLUMNS


def test_numbers_are_easy_to_read() -> None:
    """Thousands parted, shares in per cent."""
    assert counted_big(1, "mail") == "1 mail"
    assert counted_big(12_345, "mail") == "12,345 mails"
    assert [share(0), share(0.689), share(1)] == ["0 %", "69 %", "100 %"]


def test_the_longest_line_of_a_broken_promise_fits_eighty_columns() -> None:
    """Number, clock, priority, two times, and how late it was: the widest of each."""
    at = datetime(2026, 12, 31, 23, 59, tzinfo=UTC)
    clock = Clock(123_456, "first_response", 1, "hotrush", at, at, at + timedelta(days=99, hours=23))
    incident = Opened(123_456, at, None, "outage", "hotrush", "submitted")
    cells = worst_cells(Broken(incident, clock, timedelta(days=99, hours=23).total_seconds()))
    assert len("  ".join(cells)) <= 80
