"""How soon something is promised: in open minutes, or in business days."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Minutes:
    """A target in open minutes."""

    minutes: int

    @property
    def length(self) -> timedelta:
        """The open time it leaves."""
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """A target in business days (rules: The clock)."""

    days: int


Target = Minutes | BusinessDays
