"""Who writes: the person behind a mail, as far as the mail lets us know."""

from dataclasses import dataclass
from typing import Literal

Role = Literal["requester", "cc", "staff"]


@dataclass(frozen=True, slots=True)
class Party:
    """One address on one incident. `address_id` is what tokens are bound to; `proven` = it once proved itself here.

    `suppressed` says why automatic mail to it is not wanted, or is "".
    """

    address_id: int
    address: str
    name: str
    role: Role
    proven: bool
    suppressed: str = ""

    @property
    def wrote(self) -> bool:
        """Whether they take part by their own doing; who was only named in Cc did nothing."""
        return self.role == "requester" or self.proven
