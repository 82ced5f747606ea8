"""What a staff member wants done on an incident, once it is sure that they want it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from maild.core.actions import Action, Correct, EntryKind, ReplanTimer, SetState, StopTimer
from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.promising.sla import Timer
from maild.core.staff import StaffMember


@dataclass(frozen=True, slots=True)
class Order:
    """A staff mail to be carried out: whose it is, what it says, when they said so, and which clock runs."""

    incident: Incident
    author: StaffMember
    text: str
    verbs: tuple[str, ...]
    at: datetime
    files: bool = False
    timer: Timer | None = None

    @property
    def name(self) -> str:
        """Who gives the order, as others know them."""
        return self.author.name

    @property
    def by(self) -> Address:
        """The address of whoever gives the order."""
        return Address(self.author.address, self.author.name)

    @property
    def kind(self) -> EntryKind:
        """Whether the text and files are for the customer or for us alone."""
        said = bool(self.text) or self.files
        return "staff_answer" if said and "note" not in self.verbs else "internal_note"

    @property
    def runs_on(self) -> Timer | None:
        """The clock that runs on after it: none where it answers or closes."""
        return None if self.kind == "staff_answer" or "close" in self.verbs else self.timer

    def carried_out(self, done: Iterable[Action]) -> "Order":
        """Return the order with its incident and clock as `done` leaves them."""
        incident, timer = self.incident, self.timer
        for change in done:
            match change:
                case SetState(state):
                    incident = replace(incident, state=state)
                case Correct(field, _, after):
                    incident = replace(incident, **{field: after})  # type: ignore[arg-type]
                case ReplanTimer(_, plan) if timer:
                    timer = replace(timer, plan=plan)
                case StopTimer():
                    timer = None
        return replace(self, incident=incident, timer=timer)
