"""What a staff member wants done on an incident, once it is sure that they want it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from maild.core.actions import Action, Correct, EntryKind, Flag, ReplanTimer, StopTimer, Unflag
from maild.core.deciding.change_state import after_all
from maild.core.deciding.staff_commands import INTERNAL, verb_and_word
from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.promising.sla import Timer
from maild.core.staff import StaffMember


@dataclass(frozen=True, slots=True)
class Order:
    """A staff mail to be carried out: whose it is, what it says, when they said so, and which clock runs.

    `problems` are those that the incident began with, and `other` is the incident that it is to be merged with.
    """

    incident: Incident
    author: StaffMember
    text: str
    verbs: tuple[str, ...]
    at: datetime
    files: bool = False
    timer: Timer | None = None
    problems: tuple[str, ...] = ()
    other: Incident | None = None

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
        return "staff_answer" if said and not INTERNAL & set(self.verbs) else "internal_note"

    def word(self, verb: str) -> str | None:
        """Return the word behind the verb, "" where it has none, or None where the order has no such verb."""
        found = [word for name, word in map(verb_and_word, self.verbs) if name == verb]
        return found[-1] if found else None

    @property
    def runs_on(self) -> Timer | None:
        """The clock that runs on after it: none where it answers or closes."""
        return None if self.kind == "staff_answer" or "close" in self.verbs else self.timer

    def carried_out(self, done: Iterable[Action]) -> "Order":
        """Return the order with its incident and clock as `done` leaves them."""
        incident, timer = self.incident, self.timer
        for change in done:
            match change:
                case Flag(flag):
                    incident = replace(incident, flags=tuple(dict.fromkeys((*incident.flags, flag))))
                case Unflag(flag):
                    incident = replace(incident, flags=tuple(one for one in incident.flags if one != flag))
                case Correct(field, _, after):
                    incident = replace(incident, **{field: after})  # type: ignore[arg-type]
                case ReplanTimer(_, plan) if timer:
                    timer = replace(timer, plan=plan)
                case StopTimer():
                    timer = None
                case _:
                    incident = after_all(incident, [change])
        return replace(self, incident=incident, timer=timer)
