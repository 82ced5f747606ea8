"""What a staff member wants done on an incident, once it is sure that they want it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from maild.core.actions import Action, ClockHappened, Correct, EntryKind, SetState
from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.promising.clocks import Clocks
from maild.core.staff import StaffMember


@dataclass(frozen=True, slots=True)
class Order:
    """A staff mail to be carried out: whose it is, what it says, when they said so, and how the clocks stand."""

    incident: Incident
    author: StaffMember
    text: str
    verbs: tuple[str, ...]
    at: datetime
    files: bool = False
    clocks: Clocks | None = None

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
    def owes(self) -> bool:
        """Whether the customer still waits for an answer after it: not where it answers or closes."""
        return self.kind != "staff_answer" and "close" not in self.verbs

    def carried_out(self, done: Iterable[Action]) -> "Order":
        """Return the order with its incident and clocks as `done` leaves them."""
        incident, clocks = self.incident, self.clocks
        for change in done:
            match change:
                case SetState(state):
                    incident = replace(incident, state=state)
                case Correct(field, _, after):
                    incident = replace(incident, **{field: after})  # type: ignore[arg-type]
                case ClockHappened(event) if clocks:
                    clocks = clocks.after(event)
        return replace(self, incident=incident, clocks=clocks)
