"""[sla]: how soon what is promised, when staff are reminded, and for whom it is otherwise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from maild.config.kinds import Fraction, MaybeSlug, OneLine, Reading, Slug
from maild.core.incident import Priority
from maild.core.promising.business_hours import Calendar
from maild.core.promising.sla import Policy, Rule, SlaKind, Targets
from maild.core.promising.target import BusinessDays, Minutes, Target

PRIORITIES: tuple[Priority, ...] = ("hotrush", "high", "normal", "low")


def _read_minutes(value: Any) -> Minutes:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 1_000_000:
        return Minutes(value)
    raise ValueError(value)


def _read_target(value: Any) -> Minutes | BusinessDays:
    match value:
        case {"bd": int(days), **rest} if not rest and not isinstance(days, bool) and 1 <= days <= 365:
            return BusinessDays(days)
        case _:
            return _read_minutes(value)


def _or(*words: str, read: Any) -> Any:
    """Return a reader that lets these words stand as they are."""
    return lambda value: value if isinstance(value, str) and value in words else read(value)


_SOON = "minutes such as 240, or business days such as { bd = 1 }"
Promised = Annotated[Minutes | BusinessDays, Reading(_SOON, _read_target)]
NextPromised = Annotated[
    Minutes | BusinessDays | Literal["first", "none"],
    Reading(f'{_SOON}, "first" (as for a first answer) or "none"', _or("first", "none", read=_read_target)),
]
# Business days are for clocks that never stand still: of a day that is half over nobody can say what is left.
_MINUTES = 'minutes such as 240, or "none"'
MaybeMinutes = Annotated[Minutes | Literal["none"], Reading(_MINUTES, _or("none", read=_read_minutes))]
# Of a rule: "" is what it does not say.
RulePromised = Annotated[
    Minutes | BusinessDays | Literal["none", ""],
    Reading(f'{_SOON}, or "none"', _or("none", "", read=_read_target)),
]
RuleMinutes = Annotated[Minutes | Literal["none", ""], Reading(_MINUTES, _or("none", "", read=_read_minutes))]


_HOTRUSH, _HIGH, _NORMAL, _LOW = Minutes(120), Minutes(240), BusinessDays(1), BusinessDays(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstResponse:
    """How soon a first answer comes, for each priority (rule 29)."""

    hotrush: Promised = _HOTRUSH
    high: Promised = _HIGH
    normal: Promised = _NORMAL
    low: Promised = _LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class NextResponse:
    """How soon a further message is answered, for each priority."""

    hotrush: NextPromised = "first"
    high: NextPromised = "first"
    normal: NextPromised = "first"
    low: NextPromised = "first"


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """How soon after an answer the customer hears of us again, while it is our turn."""

    hotrush: MaybeMinutes = "none"
    high: MaybeMinutes = "none"
    normal: MaybeMinutes = "none"
    low: MaybeMinutes = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How soon an incident is solved, not counting the time that the customer takes."""

    hotrush: MaybeMinutes = "none"
    high: MaybeMinutes = "none"
    normal: MaybeMinutes = "none"
    low: MaybeMinutes = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyRule:
    """What one [[sla.policy]] says; what it does not say is as everywhere."""

    organisation: tuple[OneLine, ...] = ()
    scope: tuple[Slug, ...] = ()
    priority: tuple[Priority, ...] = ()
    calendar: MaybeSlug = ""
    first_response: RulePromised = ""
    next_response: RulePromised = ""
    update: RuleMinutes = ""
    resolution: RuleMinutes = ""

    @property
    def fits_all(self) -> bool:
        """Whether it names nothing by which incidents are chosen."""
        return not (self.organisation or self.scope or self.priority)

    def leaves_nothing_to(self, later: "PolicyRule") -> bool:
        """Say whether every incident that `later` names is one of ours: it would never be asked."""
        return (
            _covers(map(str.casefold, self.organisation), map(str.casefold, later.organisation))
            and _covers(self.scope, later.scope)
            and _covers(self.priority, later.priority)
        )

    @property
    def says_nothing(self) -> bool:
        """Whether what it chooses is promised nothing else than everybody."""
        return not (self.calendar or self._targets())

    def build(self, calendars: Mapping[str, Calendar]) -> Rule:
        """Return the rule that the core knows; raises KeyError for a calendar that `calendars` lacks."""
        return Rule(
            organisations=frozenset(name.casefold() for name in self.organisation),
            scopes=frozenset(self.scope),
            priorities=frozenset(self.priority),
            calendar=calendars[self.calendar] if self.calendar else None,
            targets=self._targets(),
        )

    def _targets(self) -> dict[SlaKind, Target | None]:
        said: dict[SlaKind, Any] = {
            "first_response": self.first_response,
            "next_response": self.next_response,
            "update": self.update,
            "resolution": self.resolution,
        }
        # Whoever is promised another first answer is promised the same for the next, unless it says otherwise.
        said["next_response"] = said["next_response"] or said["first_response"]
        return {kind: None if target == "none" else target for kind, target in said.items() if target}


def _covers(names: Iterable[str], others: Iterable[str]) -> bool:
    """Say whether all of the others are among the names; none stand for all there are."""
    known, asked = set(names), set(others)
    return not known or (bool(asked) and asked <= known)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaSection:
    """What [sla] says."""

    calendar: Slug = "standard"
    reminders: tuple[Fraction, ...] = (0.5, 0.75, 0.9)
    priority_raise: Literal["from_change", "from_start"] = "from_change"
    first_response: FirstResponse = field(default_factory=FirstResponse)
    next_response: NextResponse = field(default_factory=NextResponse)
    update: Update = field(default_factory=Update)
    resolution: Resolution = field(default_factory=Resolution)
    policy: tuple[PolicyRule, ...] = ()

    def build(self, calendars: Mapping[str, Calendar], pre_close_days: int, close_days: int) -> Policy:
        """Return the promises that the core keeps; raises KeyError for a calendar that `calendars` lacks."""
        first = _targets(self.first_response)
        return Policy(
            calendar=calendars[self.calendar],
            first_response=first,
            reminders=tuple(sorted(set(self.reminders))),
            next_response=_targets(self.next_response, first),
            update=_targets(self.update),
            resolution=_targets(self.resolution),
            rules=tuple(rule.build(calendars) for rule in self.policy),
            priority_raise=self.priority_raise,
            pre_close_days=pre_close_days,
            close_days=close_days,
        )


def _targets(section: Any, first: Targets | None = None) -> Targets:
    """Return what a section promises for each priority; "first" is what stands in `first`."""
    said = {name: getattr(section, name) for name in PRIORITIES}
    meant = {name: (first or {}).get(name) if one == "first" else one for name, one in said.items()}
    return {name: one for name, one in meant.items() if one not in ("none", None)}
