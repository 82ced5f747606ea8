"""Who may act on incidents: the people and group addresses named in the config."""

from collections.abc import Sequence
from dataclasses import dataclass

from maild.core.message import Message, fold


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One person of the staff, or a group address (rule 16) whose mail any of them may answer."""

    name: str
    address: str
    group: bool = False

    @property
    def key(self) -> str:
        """The form under which addresses are compared."""
        return fold(self.address)


def staff_member(staff: Sequence[StaffMember], address: str | None) -> StaffMember | None:
    """Return the staff member whose address this is, or None. It proves nothing: a From can be forged."""
    wanted = fold(address or "")
    return next((member for member in staff if member.key == wanted), None)


def staff_of(message: Message, staff: Sequence[StaffMember]) -> StaffMember | None:
    """Return the staff member whose address the mail bears, which by itself proves nothing."""
    return staff_member(staff, message.sender.address) if message.sender else None
