"""[assignment]: who gets an incident that nobody has taken."""

from dataclasses import dataclass

from maild.core.deciding.assign import Method


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignmentSettings:
    """What [assignment] says."""

    method: Method = "none"
