"""[[staff]]: who may act on incidents."""

from dataclasses import dataclass

from maild.config.kinds import MailAddress, OneLine
from maild.core.staff import StaffMember


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffSection:
    """What one [[staff]] says."""

    name: OneLine
    address: MailAddress
    group: bool = False

    def build(self) -> StaffMember:
        """Return the member that the core knows."""
        return StaffMember(self.name, self.address, self.group)
