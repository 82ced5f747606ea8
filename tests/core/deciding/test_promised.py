"""A change of priority tells the clocks, and they tell when an answer is due."""

from maild.core.actions import ClockHappened, SetPriority
from maild.core.deciding.promised import due_after, move_priority
from maild.core.reasons import because
from tests.parts import cases as c

WHY = because("hotrush_later")


def test_a_priority_moves_with_its_clocks() -> None:
    """Both, with the reason."""
    done = move_priority("hotrush", WHY, c.NOW)
    assert c.only(done, SetPriority).priority == "hotrush"
    assert c.only(done, ClockHappened).event.priority == "hotrush"


def test_where_no_clock_runs_nothing_is_due() -> None:
    """Before and after."""
    assert due_after(None, move_priority("hotrush", WHY, c.NOW)) is None
