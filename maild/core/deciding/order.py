"""What a staff member wants done on an incident, once it is sure that they want it."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from maild.core.actions import (
    Action,
    ClockHappened,
    Correct,
    EntryKind,
)
from maild.core.deciding.change_state import after_all
from maild.core.deciding.entitlement import accounted
from maild.core.deciding.staff_commands import INTERNAL, verb_and_word
from maild.core.entitlement import Account
from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.promising.clocks import Clocks
from maild.core.staff import StaffMember


@dataclass(frozen=True, slots=True)
class Order:
    """A staff mail to be carried out: whose it is, what it says, when they said so, and how the clocks stand.

    `problems` are those that the incident began with, and `other` is the incident that it is to be merged with,
    `payer` what its customer has.
    """

    incident: Incident
    author: StaffMember
    text: str
    verbs: tuple[str, ...]
    at: datetime
    files: bool = False
    clocks: Clocks | None = None
    problems: tuple[str, ...] = ()
    other: Incident | None = None
    payer: Account = field(default_factory=Account)

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
    def owes(self) -> bool:
        """Whether the customer still waits for an answer after it: not where it answers or closes."""
        return self.kind != "staff_answer" and "close" not in self.verbs

    def carried_out(self, done: Iterable[Action]) -> "Order":
        """Return the order with its incident and clocks as `done` leaves them."""
        incident, clocks = self.incident, self.clocks
        for change in done:
            match change:
                case Correct("scope", _, after) if clocks:
                    incident = replace(incident, scope=after)
                    clocks = replace(clocks, about=replace(clocks.about, scope=after))
                case Correct(field, _, after):
                    incident = replace(incident, **{field: after})  # type: ignore[arg-type]
                case ClockHappened(event) if clocks:
                    clocks = clocks.after(event)
                case _:
                    incident = accounted(after_all(incident, [change]), [change], self.payer)
        return replace(self, incident=incident, clocks=clocks)
