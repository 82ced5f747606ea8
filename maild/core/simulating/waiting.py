"""An incident on which it is the staff's turn, as a simulated person finds it in the queue."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import UTC, datetime

from maild.core.incident import OPEN_STATES, Priority
from maild.core.message import Address
from maild.core.simulating.staff_model import Order

RANK: dict[Priority, int] = {"hotrush": 0, "high": 1, "normal": 2, "low": 3}
NEVER = datetime.max.replace(tzinfo=UTC)
# The states in which the staff have something to do.
OUR_TURN = tuple(state for state in OPEN_STATES if state not in ("waiting", "pre_closed"))


@dataclass(frozen=True, slots=True)
class Waiting:
    """One incident; `due_at` is the next promise that runs, None where none does, `promised` whether one ever did.

    `name` is the same in every simulation of the archive, whatever the config: the hash of the mail that opened it.
    `answers` have been given so far, `owner` is the key of the address of whose it is, "" for nobody's.
    """

    number: int
    name: str
    scope: str
    priority: Priority
    opened_at: datetime
    due_at: datetime | None
    requester: Address
    party: int
    promised: bool = True
    answers: int = 0
    owner: str = ""

    def is_for(self, key: str, people: Container[str]) -> bool:
        """Say whether the person whose address is `key` may take it: it is theirs, or nobody's who is there."""
        return self.owner == key or self.owner not in people

    def place(self, order: Order) -> tuple[bool, datetime, int, int]:
        """Return what to sort by: in the queue HotRush first, then what is due next; or simply the eldest first."""
        if order == "arrival":
            return (False, self.opened_at, 0, self.number)
        return (self.priority != "hotrush", self.due_at or NEVER, RANK[self.priority], self.number)
