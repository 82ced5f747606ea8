"""What is promised: to whom, about what, how urgently, and so by when.

A policy is the whole set of promises in force. It is kept with each incident as it was when that was opened, so
that a changed config promises something else to later incidents only (rules: The clock).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from maild.core.incident import Priority
from maild.core.promising.business_hours import MIDNIGHT, Calendar, add_business_days, add_time
from maild.core.promising.target import BusinessDays, Minutes, Target

SlaKind = Literal["first_response", "next_response", "update", "resolution"]
WaitKind = Literal["silence", "closing"]
TimerKind = SlaKind | WaitKind
Targets = Mapping[Priority, Target]

BASE = -1  # the number of the rule that every incident has which no other rule is for
MINUTES_A_DAY = 1440
SILENCE_STEPS, CLOSING_STEPS = (0.5,), ()
# The waits for a customer are counted in days of 24 hours, whoever is at work.
ALWAYS = Calendar(UTC, (((0, MIDNIGHT),),) * 7)


@dataclass(frozen=True, slots=True)
class About:
    """What a promise depends on beside the priority: whose incident it is, and what it is about."""

    organisation: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """Other promises for some incidents; what is empty or not named is as everywhere.

    `organisations` are case-folded names; `targets` says for a kind of clock what is promised, None: nothing.
    """

    organisations: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    priorities: frozenset[Priority] = frozenset()
    calendar: Calendar | None = None
    targets: Mapping[SlaKind, Target | None] = field(default_factory=dict)

    def fits(self, priority: Priority, about: About) -> bool:
        """Say whether the rule is for an incident of that priority."""
        return (
            (not self.organisations or about.organisation.casefold() in self.organisations)
            and (not self.scopes or about.scope in self.scopes)
            and (not self.priorities or priority in self.priorities)
        )


@dataclass(frozen=True, slots=True)
class Policy:
    """The promises in force: the calendar, a target for each kind and priority, rules that override them, in order.

    `reminders` are fractions of what is promised at which staff are reminded. Zero days mean that no silence ends
    anything.
    """

    calendar: Calendar
    first_response: Targets = field(default_factory=dict)
    reminders: tuple[float, ...] = (0.5, 0.75, 0.9)
    next_response: Targets = field(default_factory=dict)
    update: Targets = field(default_factory=dict)
    resolution: Targets = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    priority_raise: Literal["from_change", "from_start"] = "from_change"
    pre_close_days: int = 0
    close_days: int = 0

    def rule_for(self, priority: Priority, about: About) -> int:
        """Return the number of the first rule for such an incident, BASE where none is."""
        fitting = (number for number, rule in enumerate(self.rules) if rule.fits(priority, about))
        return next(fitting, BASE)

    def target(self, kind: TimerKind, priority: Priority, rule: int) -> Target | None:
        """Return what that rule promises, or None where it promises nothing."""
        if kind == "silence" or kind == "closing":
            days = self.pre_close_days if kind == "silence" else self.close_days
            return Minutes(days * MINUTES_A_DAY) if days else None
        if rule != BASE and kind in self.rules[rule].targets:
            return self.rules[rule].targets[kind]
        targets: Targets = getattr(self, kind)
        return targets.get(priority)

    def hours(self, kind: TimerKind, rule: int) -> Calendar:
        """Return the calendar by which such a clock counts."""
        if kind == "silence" or kind == "closing":
            return ALWAYS
        return (self.rules[rule].calendar if rule != BASE else None) or self.calendar

    def fractions(self, kind: TimerKind) -> tuple[float, ...]:
        """Return the fractions before the end at which such a clock has a step."""
        return {"silence": SILENCE_STEPS, "closing": CLOSING_STEPS}.get(kind, self.reminders)

    def without_promises(self) -> "Policy":
        """Return the policy of an incident to which nobody was promised anything: only the waits are left."""
        return Policy(self.calendar, pre_close_days=self.pre_close_days, close_days=self.close_days)


def due(policy: Policy, priority: Priority, since: datetime, about: About | None = None) -> datetime | None:
    """Return when a first answer to what is asked at `since` is due, in UTC; None where none is promised.

    Raises ValueError for a calendar that never opens.
    """
    rule = policy.rule_for(priority, about or About())
    target = policy.target("first_response", priority, rule)
    return None if target is None else add_target(policy.hours("first_response", rule), since, target)


def add_target(calendar: Calendar, since: datetime, target: Target) -> datetime:
    """Return when what is promised at `since` is due, in UTC; raises ValueError for a calendar that never opens."""
    if isinstance(target, BusinessDays):
        return add_business_days(calendar, since, target.days)
    return add_time(calendar, since, target.length)
