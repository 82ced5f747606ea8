"""How simulated people work: how long answers take, when they are done, who writes again."""

from datetime import UTC, datetime, timedelta

import pytest

from maild.core.simulating.chance import Chance
from maild.core.simulating.staff_model import CustomerModel, StaffModel, Work

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def model(*work: Work, **changes: object) -> StaffModel:
    """Return a model of one person with these rules, and twenty minutes for the rest."""
    return StaffModel(1, (*work, Work(20)), **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("scope", "priority", "minutes"),
    [("outage", "hotrush", 10), ("outage", "high", 45), ("tax", "high", 30), ("tax", "low", 20)],
)
def test_the_first_rule_that_fits_counts(scope: str, priority: str, minutes: float) -> None:
    """Scope and priority, one of them, or neither."""
    rules = (
        Work(10, scope="outage", priority="hotrush"),
        Work(45, scope="outage"),
        Work(30, priority="high"),
    )
    assert model(*rules).minutes_for(scope, priority, "name") == minutes


def test_a_spread_makes_each_answer_another() -> None:
    """But the same one under every config: by its name."""
    drawn = model(Work(20, spread=1.5))
    assert drawn.minutes_for("x", "low", "a", 1) == drawn.minutes_for("y", "high", "a", 1)
    assert len({drawn.minutes_for("x", "low", "a", turn) for turn in range(5)}) == 5


def test_answers_close_as_often_as_the_model_says() -> None:
    """Each by its own name."""
    assert not any(model(closes=0.0).does_close(n) for n in range(50))
    assert all(model(closes=1.0).does_close(n) for n in range(50))
    assert 30 < sum(model(closes=0.5).does_close(n) for n in range(100)) < 70


def test_a_customer_writes_again_later_and_not_for_ever() -> None:
    """After the delay of the model, so many times at most; who does not write at all never does."""
    chatty = model(customer=CustomerModel(writes=1.0, minutes=60, spread=1, most=2))
    assert [chatty.writes_again(MONDAY, turn, "a") for turn in (1, 2, 3)] == [
        MONDAY + HOUR,
        MONDAY + HOUR,
        None,
    ]
    assert model().writes_again(MONDAY, 1, "a") is None


def test_another_seed_is_another_luck() -> None:
    """Else nobody could tell whether a result hangs on it."""
    customer = CustomerModel(writes=1.0)
    times = {model(customer=customer, chance=Chance(seed)).writes_again(MONDAY, 1, "a") for seed in range(5)}
    assert len(times) == 5
