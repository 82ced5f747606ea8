"""How the people of a simulation work and wait: how many there are, when, how long an answer takes them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from maild.core.promising.business_hours import Calendar
from maild.core.simulating.chance import Chance

Order = Literal["queue", "arrival"]


@dataclass(frozen=True, slots=True)
class Work:
    """How many minutes an answer takes where scope and priority fit; "" fits every one.

    `spread` is the factor within which two of three answers lie; 1 makes all of them take the same.
    """

    minutes: float
    spread: float = 1.0
    scope: str = ""
    priority: str = ""

    def fits(self, scope: str, priority: str) -> bool:
        """Say whether it speaks of answers like this one."""
        return self.scope in ("", scope) and self.priority in ("", priority)


@dataclass(frozen=True, slots=True)
class CustomerModel:
    """How customers behave: how many of the answers that close nothing they answer, when, and how often at most."""

    writes: float = 0.0
    minutes: float = 240.0
    spread: float = 3.0
    most: int = 5


@dataclass(frozen=True, slots=True)
class StaffModel:
    """People who answer: `people` of them, each at one incident at a time.

    They work while `hours` are open, None for the hours that each of the staff has.
    `work` is tried in order, and the first that fits counts. `closes` is the share of answers that close the incident.
    `glance_minutes` is what a mail takes that nobody waits for an answer to: it is looked at and closed.
    """

    people: int
    work: Sequence[Work]
    hours: Calendar | None = None
    order: Order = "queue"
    closes: float = 0.5
    glance_minutes: float = 2.0
    customer: CustomerModel = field(default_factory=CustomerModel)
    chance: Chance = field(default_factory=lambda: Chance(1))

    def minutes_for(self, scope: str, priority: str, *name: str | int) -> float:
        """Return how long the answer of this name takes."""
        one = next(work for work in self.work if work.fits(scope, priority))
        return one.minutes if one.spread == 1 else self.chance.around(one.minutes, one.spread, "work", *name)

    def does_close(self, *name: str | int) -> bool:
        """Say whether the answer of this name closes its incident."""
        return self.chance.happens(self.closes, "closes", *name)

    def writes_again(self, answered_at: datetime, turn: int, *name: str | int) -> datetime | None:
        """Return when the customer answers the `turn`-th answer (from 1) of this name, None where they never do."""
        says = self.customer
        if turn > says.most or not self.chance.happens(says.writes, "writes", turn, *name):
            return None
        minutes = self.chance.around(says.minutes, says.spread, "delay", turn, *name)
        return answered_at + timedelta(seconds=max(1, round(minutes * 60)))
