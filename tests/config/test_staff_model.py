"""The file of a staff model: what it says, what it need not say, and what is wrong with it, by line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from maild.config.staff_model import read_staff_model
from maild.core.promising.business_hours import is_open
from maild.core.simulating.chance import Chance
from maild.core.simulating.staff_model import CustomerModel, StaffModel, Work
from maild.errors import ConfigError

SCOPES = ("outage", "tax_simple")
WHOLE = """\
people = 3
minutes = 15
spread = 1.5
order = "arrival"
seed = 7

[calendar]
time_zone = "Europe/Moscow"
sat = ["10:00-18:00"]

[[work]]
scope = "outage"
priority = "hotrush"
minutes = 45.5

[answer]
closes = 0.25
glance_minutes = 1

[customer]
writes = 0.5
minutes = 60
spread = 2
most = 3
"""


def model_of(folder: Path, text: str) -> StaffModel:
    """Read a file of this text; raises ConfigError."""
    path = folder / "model.toml"
    path.write_text(text, encoding="utf-8")
    return read_staff_model(path, SCOPES)


def problems_of(folder: Path, text: str) -> list[str]:
    """Return what is wrong with a file of this text, each as `LINE: key: what`."""
    with pytest.raises(ConfigError) as caught:
        model_of(folder, text)
    return [problem.removeprefix(f"{folder / 'model.toml'}:") for problem in caught.value.problems]


def test_a_file_says_how_people_work(tmp_path: Path) -> None:
    """Every key of it; what holds for the rest stands behind the rules of [[work]]."""
    model = model_of(tmp_path, WHOLE)
    assert (model.people, model.order, model.closes, model.glance_minutes) == (3, "arrival", 0.25, 1)
    assert model.work == (Work(45.5, 1, "outage", "hotrush"), Work(15, 1.5))
    assert model.customer == CustomerModel(0.5, 60, 2, 3)
    assert model.chance == Chance(7)
    assert model.hours is not None
    assert is_open(model.hours, datetime(2026, 3, 7, 7, tzinfo=UTC))  # ten o'clock in Moscow


def test_how_many_people_there_are_is_all_that_must_stand_there(tmp_path: Path) -> None:
    """They work in the hours that the config gives them."""
    model = model_of(tmp_path, "people = 1\n")
    assert model.hours is None
    assert model.work == (Work(20),)
    assert (model.order, model.customer.writes) == ("queue", 0)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "1: people: is missing; it must be a whole number from 1 to 1000"),
        ("people = 0", "1: people: must be a whole number from 1 to 1000, not 0"),
        ("people = 1\nminute = 2", '2: minute: unknown key; did you mean "minutes"?'),
        ("people = 1\nspread = 0.5", "2: spread: must be a factor from 1 to 10, such as 1.5, not 0.5"),
        ('people = 1\norder = "random"', '2: order: must be "queue" or "arrival", not "random"'),
        (
            "people = 1\n[answer]\ncloses = 2",
            "3: answer.closes: must be a share from 0 to 1, such as 0.5, not 2",
        ),
        (
            "people = 1\n[customer]\nmost = -1",
            "3: customer.most: must be a whole number from 0 to 100, not -1",
        ),
        (
            "people = 1\n[[work]]\nscope = 'outage'",
            "2: work[1].minutes: is missing; it must be a number of minutes",
        ),
        (
            "people = 1\n[[work]]\nminutes = 1\nscope = 'outrage'",
            '4: work[1].scope: unknown scope "outrage"; did you mean "outage"?',
        ),
        (
            "people = 1\n[[work]]\nminutes = 1\npriority = 'urgent'",
            '4: work[1].priority: must be "hotrush" or "high" or "normal" or "low"',
        ),
        (
            "people = 1\n[calendar]\ntime_zone = 'UTC'",
            "2: calendar: is never open; at least one of mon to sun",
        ),
        (
            "people = 1\n[calendar]\ntime_zone = 'Mars'\nmon = ['09:00-18:00']",
            "3: calendar.time_zone: must be a time zone",
        ),
        ("people =", "1: is not valid TOML: the value is missing"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_remedy(tmp_path: Path, text: str, problem: str) -> None:
    """In the words of every config file of ours."""
    assert problems_of(tmp_path, text)[0].startswith(problem)


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    """In the order of the file."""
    said = problems_of(tmp_path, "people = 0\nminutes = 0\n[customer]\nwrites = 5\n")
    assert [one.partition(":")[0] for one in said] == ["1", "2", "4"]


def test_a_file_that_is_not_there_is_a_mistake(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(ConfigError, match=r"none\.toml: can't be read: No such file"):
        read_staff_model(tmp_path / "none.toml", SCOPES)
