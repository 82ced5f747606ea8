"""[digest]: the morning mail to the staff, and the weekly figures to leads and managers."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated

from maild.config.kinds import Rule, interval_minutes
from maild.core.deciding.mornings import Mornings

TimeOfDay = Annotated[
    str, Rule('a time of day such as "08:30"', lambda text: interval_minutes(f"{text}-24:00") is not None)
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestSettings:
    """What [digest] says."""

    enabled: bool = True
    at: TimeOfDay = "08:30"
    weekly: bool = True

    def build(self) -> Mornings:
        """Return when the core lets a digest leave."""
        return Mornings(self.enabled, time.fromisoformat(self.at), self.weekly)
