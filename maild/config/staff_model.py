"""The file of `maild simulate --staff-model`: how the people of a simulation work, as TOML of its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from maild.config.calendar import CalendarSection
from maild.config.kinds import Rule
from maild.config.lines import Lines
from maild.config.load import parse_toml, read_text
from maild.config.problems import Problem, as_lines, unknown, wrong
from maild.config.read import read_table
from maild.core.incident import Priority
from maild.core.promising.business_hours import Calendar
from maild.core.simulating.chance import Chance
from maild.core.simulating.staff_model import CustomerModel, Order, StaffModel, Work
from maild.errors import ConfigError

CALENDAR = "calendar"
People = Annotated[int, Rule("a whole number from 1 to 1000", lambda count: 1 <= count <= 1000)]
Minutes = Annotated[
    float, Rule("a number of minutes from 0.1 to 100000", lambda minutes: 0.1 <= minutes <= 100_000)
]
Spread = Annotated[float, Rule("a factor from 1 to 10, such as 1.5", lambda factor: 1 <= factor <= 10)]
Share = Annotated[float, Rule("a share from 0 to 1, such as 0.5", lambda share: 0 <= share <= 1)]
Times = Annotated[int, Rule("a whole number from 0 to 100", lambda count: 0 <= count <= 100)]
Seed = Annotated[int, Rule("a whole number from 0 to 1000000000", lambda seed: 0 <= seed <= 1_000_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkSection:
    """What one [[work]] says."""

    minutes: Minutes
    spread: Spread = 1.0
    scope: str = ""
    priority: Priority | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSection:
    """What [answer] says."""

    closes: Share = 0.5
    glance_minutes: Minutes = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerSection:
    """What [customer] says."""

    writes: Share = 0.0
    minutes: Minutes = 240.0
    spread: Spread = 3.0
    most: Times = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSection:
    """What the whole file says."""

    people: People
    minutes: Minutes = 20.0
    spread: Spread = 1.0
    order: Order = "queue"
    seed: Seed = 1
    work: tuple[WorkSection, ...] = ()
    answer: AnswerSection = field(default_factory=AnswerSection)
    customer: CustomerSection = field(default_factory=CustomerSection)

    def build(self, hours: Calendar | None) -> StaffModel:
        """Return the model by which people work, in these hours where they are not None."""
        rules = [Work(one.minutes, one.spread, one.scope, one.priority or "") for one in self.work]
        says = self.customer
        return StaffModel(
            people=self.people,
            hours=hours,
            work=(*rules, Work(self.minutes, self.spread)),
            order=self.order,
            closes=self.answer.closes,
            glance_minutes=self.answer.glance_minutes,
            customer=CustomerModel(says.writes, says.minutes, says.spread, says.most),
            chance=Chance(self.seed),
        )


def read_staff_model(path: Path, scopes: Sequence[str]) -> StaffModel:
    """Return the model in the file; raises ConfigError with all its problems as `FILE:LINE: key: ...`.

    `scopes` are the ids that there are.
    """
    text = read_text(path)
    written = parse_toml(text, path)
    raw = {key: value for key, value in written.items() if key != CALENDAR}
    model, problems = read_table(ModelSection, raw, (), written)
    problems += _check(model, scopes) if model else []
    hours, more = _hours(written)
    problems += more
    if problems or model is None:
        raise ConfigError(as_lines(problems, Lines(text), str(path)))
    built: StaffModel = model.build(hours)
    return built


def _hours(written: Mapping[str, Any]) -> tuple[Calendar | None, list[Problem]]:
    """Return when people work, as far as the file says so, and what is wrong with what it says."""
    if CALENDAR not in written:
        return None, []
    if not isinstance(written[CALENDAR], dict):
        return None, [wrong((CALENDAR,), "a table", written[CALENDAR])]
    section, problems = read_table(CalendarSection, written[CALENDAR], (CALENDAR,), written)
    if section is None or problems:
        return None, problems
    if not section.ever_opens:
        return None, [Problem((CALENDAR,), "is never open; at least one of mon to sun needs hours")]
    return section.build(), []


def _check(model: ModelSection, scopes: Sequence[str]) -> Iterator[Problem]:
    for number, one in enumerate(model.work):
        if one.scope and one.scope not in scopes:
            yield unknown(("work", number, "scope"), scopes, "scope", one.scope)
