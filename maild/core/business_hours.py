"""Calendars: open time between two instants."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo


@dataclass(frozen=True, slots=True)
class Calendar:
    """Opening hours of a week in one zone (domain.md §3.2).

    `weekly` holds seven tuples, Monday first, of (start, end) in minutes after midnight, 0..1440; `end <= start`
    runs past midnight. `holidays` are `YYYY-MM-DD` or `MM-DD`. `exceptions` replace the hours of one date.
    """

    zone: tzinfo
    weekly: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[str] = frozenset()
    exceptions: Mapping[str, tuple[tuple[int, int], ...]] = field(default_factory=dict)
