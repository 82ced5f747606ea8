"""[limits]: the fields of core/limits.py, each held to a range."""

from dataclasses import field, fields, make_dataclass
from typing import Annotated, Any

from maild.config.kinds import Rule
from maild.core.limits import Limits

_COUNT = Annotated[
    int, Rule("a whole number from 1 to 1000000000000", lambda count: 1 <= count <= 1_000_000_000_000)
]
_SECONDS = Annotated[
    float, Rule("a number of seconds from 0.1 to 3600", lambda seconds: 0.1 <= seconds <= 3600)
]

# Made from the core's dataclass, which knows no pydantic, so that a new limit there is a key here at once.
LimitsSection = make_dataclass(
    "LimitsSection",
    [(f.name, _COUNT if f.type is int else _SECONDS, field(default=f.default)) for f in fields(Limits)],
    frozen=True,
    slots=True,
)


def build_limits(section: Any) -> Limits:
    """Return the limits that a LimitsSection says."""
    return Limits(**{f.name: getattr(section, f.name) for f in fields(Limits)})
