"""[sla]: how soon a first answer is promised, and when staff are reminded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from maild.config.kinds import Fraction, Reading, Slug
from maild.core.promising.business_hours import Calendar
from maild.core.promising.sla import BusinessDays, Minutes, Policy


def _read_target(value: Any) -> Minutes | BusinessDays:
    match value:
        case bool():
            raise ValueError(value)
        case int() if 1 <= value <= 1_000_000:
            return Minutes(value)
        case {"bd": int(days), **rest} if not rest and not isinstance(days, bool) and 1 <= days <= 365:
            return BusinessDays(days)
        case _:
            raise ValueError(value)


Target = Annotated[
    Minutes | BusinessDays, Reading("minutes such as 240, or business days such as { bd = 1 }", _read_target)
]


_HOTRUSH, _HIGH, _NORMAL, _LOW = Minutes(120), Minutes(240), BusinessDays(1), BusinessDays(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstResponse:
    """The promise for each priority (rule 29)."""

    hotrush: Target = _HOTRUSH
    high: Target = _HIGH
    normal: Target = _NORMAL
    low: Target = _LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaSection:
    """What [sla] says."""

    calendar: Slug = "standard"
    reminders: tuple[Fraction, ...] = (0.5, 0.75, 0.9)
    first_response: FirstResponse = field(default_factory=FirstResponse)

    def build(self, calendars: Mapping[str, Calendar]) -> Policy:
        """Return the promises that the core keeps; raises KeyError for a calendar that `calendars` lacks."""
        promised = self.first_response
        return Policy(
            calendar=calendars[self.calendar],
            first_response={
                "hotrush": promised.hotrush,
                "high": promised.high,
                "normal": promised.normal,
                "low": promised.low,
            },
            reminders=tuple(sorted(self.reminders)),
        )
