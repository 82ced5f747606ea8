"""The only reader of the time gives aware instants in UTC."""

import ast
from datetime import UTC, datetime, timedelta
from pathlib import Path

from maild.clock import SystemClock
from maild.testing import FixedClock

ROOT = Path(__file__).parents[1]


def test_the_machines_clock_is_aware_and_in_utc() -> None:
    """And it goes on."""
    first, second = SystemClock().now(), SystemClock().now()
    assert first.tzinfo is UTC
    assert first <= second


def test_it_tells_the_time_of_the_machine() -> None:
    """Within a minute of what Python says."""
    assert abs(SystemClock().now() - datetime.now(UTC)) < timedelta(minutes=1)  # noqa: TID251 - to compare


def test_the_fixed_clock_keeps_the_same_promise() -> None:
    """Whatever zone it is set in, it tells UTC, and moves only when it is moved."""
    clock = FixedClock(datetime.fromisoformat("2026-03-02T10:00+01:00"))
    assert clock.now() == datetime(2026, 3, 2, 9, 0, tzinfo=UTC) == clock.now()
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(hours=1)) == clock.now() == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def test_nobody_else_reads_the_time_of_day() -> None:
    """Elsewhere `now` is an argument; `monotonic` may measure how long something took."""
    readers = ("datetime.now(", "datetime.utcnow(", "datetime.today(", "date.today(", "time.time(")
    found = {
        str(path.relative_to(ROOT))
        for package in ("maild", "classifiers", "replies")
        for path in (ROOT / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node).startswith(readers)
    }
    assert found == {"maild/clock.py"}
