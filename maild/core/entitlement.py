"""What was bought: entitlements, what became of them on incidents, and all that one owner has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

Kind = Literal["incident", "hotrush", "subscription", "points", "free"]
Option = Literal["", "normal", "urgent"]
Purpose = Literal["incident", "hotrush"]
ChargeState = Literal["reserved", "spent", "released"]

KIND_WORDS: dict[tuple[Kind, Option], str] = {
    ("incident", "normal"): "incident",
    ("incident", "urgent"): "urgent incident",
    ("hotrush", ""): "HotRush option",
    ("subscription", ""): "subscription",
    ("points", ""): "points",
    ("free", ""): "free incident",
    ("free", "normal"): "free incident",
    ("free", "urgent"): "free urgent incident",
}
# Those that pay for one whole incident each; an urgent one includes HotRush.
PAYS_INCIDENT: frozenset[Kind] = frozenset({"incident", "free"})


NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # when nothing was looked up


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One thing that was bought, or given: so many incidents, HotRush options or points, or a time with a store.

    `amount` is how many uses or points it holds, None for a subscription, which no use empties; `used` is what is
    reserved or spent of it. It is in force from `starts_at` until before `ends_at`, None for ever.
    """

    id: int
    kind: Kind
    starts_at: datetime
    ends_at: datetime | None = None
    option: Option = ""
    store: str = ""
    amount: int | None = 1
    used: int = 0
    revoked: bool = False

    @property
    def left(self) -> int:
        """How much of it is left; of a subscription always enough for one more."""
        return 1 if self.amount is None else self.amount - self.used

    @property
    def words(self) -> str:
        """What it is, for people."""
        return KIND_WORDS[self.kind, self.option]

    @property
    def has_hotrush(self) -> bool:
        """Whether HotRush goes with whatever incident it pays for."""
        return self.kind == "subscription" or self.option == "urgent"

    def usable(self, now: datetime) -> bool:
        """Say whether something of it can be reserved at `now`."""
        in_time = self.starts_at <= now and (self.ends_at is None or now < self.ends_at)
        return in_time and not self.revoked and self.left > 0


@dataclass(frozen=True, slots=True)
class Charge:
    """What one incident takes of one entitlement: `units` are points, or 1 of anything else.

    `part` tells those for one purpose apart, where points come from several purchases.
    """

    entitlement: int
    kind: Kind
    option: Option
    purpose: Purpose
    units: int
    state: ChargeState
    part: int = 1

    @property
    def words(self) -> str:
        """What was taken, for people.

        >>> Charge(1, "points", "", "incident", 60, "spent").words
        '60 points'
        """
        what = KIND_WORDS[self.kind, self.option]
        return f"{self.units} points" if self.kind == "points" else f"1 {what}"

    @property
    def cost(self) -> str:
        """What its customer pays with it, for people; "" for what was given, or what no use empties."""
        return "" if self.kind in ("free", "subscription") else self.words

    @property
    def has_hotrush(self) -> bool:
        """Whether HotRush goes with it."""
        return self.purpose == "hotrush" or self.kind == "subscription" or self.option == "urgent"


@dataclass(frozen=True, slots=True)
class Account:
    """What an owner has, and what is taken of it for the incident at hand.

    `owner` is who that is in words, "" for somebody who never bought anything. `charges` are those of the incident
    at hand that count: reserved or spent. `at` is when it was looked up: what counts then, counts.
    """

    owner: str = ""
    customer: int | None = None
    organisation: int | None = None
    entitlements: tuple[Entitlement, ...] = ()
    charges: tuple[Charge, ...] = ()
    at: datetime = NEVER

    @property
    def shop(self) -> str:
        """The name of the organisation, "" where none is known."""
        return self.owner if self.organisation is not None else ""

    def usable(self, kind: Kind, now: datetime) -> list[Entitlement]:
        """Return what of one kind can be used at `now`: what ends first, first."""
        found = (one for one in self.entitlements if one.kind == kind and one.usable(now))
        return sorted(found, key=_ends_first)

    def points(self, now: datetime) -> int:
        """Return how many points are left at `now`."""
        return sum(one.left for one in self.usable("points", now))

    def charged(self, purpose: Purpose) -> tuple[Charge, ...]:
        """Return what pays for the incident at hand, or for its HotRush; points may come from several purchases."""
        return tuple(one for one in self.charges if one.purpose == purpose)


def _ends_first(one: Entitlement) -> tuple[bool, datetime, int]:
    return one.ends_at is None, one.ends_at or one.starts_at, one.id


@dataclass(frozen=True, slots=True)
class Terms:
    """What [entitlements] says: whether one is needed, how it is bought, and the price list in points.

    `offer` are the words that say how, by language. `prices` has the price of each scope that does not cost `price`.
    HotRush costs as many points again, and needs `hotrush_points` of them beforehand.
    """

    required: bool = False
    offer: Mapping[str, str] = field(default_factory=dict)
    price: int = 60
    prices: tuple[tuple[str, int], ...] = ()
    hotrush_points: int = 120
    withdrawals: int = 3

    def price_of(self, scope: str) -> int:
        """Return how many points an incident of that scope costs."""
        return dict(self.prices).get(scope, self.price)
