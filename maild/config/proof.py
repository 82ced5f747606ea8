"""[proof]: whose word we take for who wrote a mail."""

from dataclasses import dataclass
from typing import Literal

from maild.config.kinds import MaybeOneLine
from maild.core.understanding.authenticate import ProofSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofSection:
    """What [proof] says (rules 10 and 11)."""

    authserv_ids: tuple[MaybeOneLine, ...] = ()
    several_fields: bool = False
    staff_proof: Literal["verdict", "token"] = "verdict"

    def build(self) -> ProofSettings:
        """Return the settings that the core proves senders by."""
        return ProofSettings(
            authserv_ids=self.authserv_ids,
            several_fields=self.several_fields,
            staff_proof=self.staff_proof,
        )
