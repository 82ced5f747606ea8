"""What pays for an incident: of all that its owner has, which is reserved, and whether HotRush goes with it.

A subscription of the store comes first, then the incident that ends first and whose option fits, then points. Where
HotRush is asked for, whatever includes it comes before what does not; where it is not, an urgent incident is kept
for later as long as anything else pays.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from maild.core.actions import (
    Action,
    Flag,
    GiveBack,
    Grant,
    Release,
    Reserve,
    SetHotrush,
    SetPriority,
    Spend,
    Unflag,
)
from maild.core.entitlement import PAYS_INCIDENT, Account, Charge, Entitlement, Purpose, Terms
from maild.core.incident import Incident
from maild.core.reasons import Reason, because


@dataclass(frozen=True, slots=True)
class Need:
    """What an incident needs to be paid for: its scope, HotRush or not, and the hosts that its mail names."""

    scope: str
    hotrush: bool = False
    stores: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """What pays: whether anything does, whether HotRush goes with it, what is done for that, and why."""

    covered: bool
    hotrush: bool
    actions: tuple[Reserve | Release, ...]
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to pay: its rank among the kinds, whether HotRush goes with it, and when it ends."""

    rank: int
    hotrush: bool
    spare: bool
    ends: tuple[bool, datetime, int]
    actions: tuple[Reserve, ...]
    why: Reason


def choose(account: Account, need: Need, terms: Terms, now: datetime) -> Choice:
    """Return what pays for an incident that nothing pays for yet, or why nothing does."""
    ways = list(_ways(account, need, terms, now))
    if not ways:
        return Choice(False, False, (), (because("not_entitled", owner=account.owner or "the sender"),))
    best = min(ways, key=lambda way: _order(way, need))
    return _chosen(best, need)


def choose_hotrush(account: Account, need: Need, terms: Terms, now: datetime) -> Choice:
    """Return what gives HotRush to an incident that is paid for already, or why nothing does.

    Where no option and no points do, an urgent incident or a subscription takes the place of what pays now.
    """
    paid = account.charged("incident")
    if any(one.has_hotrush for one in account.charges):
        return Choice(True, True, (), (because("hotrush_included", what=_including(account)),))
    if any(one.kind in PAYS_INCIDENT for one in paid) and (option := account.usable("hotrush", now)):
        why = because("hotrush_by_option", what=option[0].words)
        return Choice(True, True, (Reserve(option[0].id, "hotrush", 1, why),), (why,))
    if any(one.kind == "points" for one in paid):
        owed = sum(one.units for one in paid)
        if account.points(now) >= owed and account.points(now) + owed >= terms.hotrush_points:
            why = because("hotrush_by_points", points=owed)
            return Choice(True, True, of_points(account, "hotrush", owed, why, now), (why,))
    instead = [way for way in _ways(account, replace(need, hotrush=True), terms, now) if way.hotrush]
    if not instead:
        return Choice(True, False, (), (because("hotrush_no_right", owner=account.owner or "the sender"),))
    found = _chosen(min(instead, key=lambda way: _order(way, need)), need)
    why = because("paid_instead", what=", ".join(one.words for one in paid))
    return replace(found, actions=(Release(why), *found.actions))


def _including(account: Account) -> str:
    return next(one.words for one in account.charges if one.has_hotrush)


def _chosen(way: _Way, need: Need) -> Choice:
    extra = () if not need.hotrush or way.hotrush else (because("hotrush_not_included"),)
    return Choice(True, way.hotrush, way.actions, (way.why, *extra))


def _order(way: _Way, need: Need) -> tuple[bool, bool, int, tuple[bool, datetime, int]]:
    """Return what is compared: does it fit, is it better kept for later, which kind, when does it end."""
    return need.hotrush and not way.hotrush, way.spare, way.rank, way.ends


def _ways(account: Account, need: Need, terms: Terms, now: datetime) -> Iterator[_Way]:
    """Yield every way to pay that the owner has."""
    for one in _subscriptions(account, need, now):
        why = because("paid_by_subscription", owner=account.owner)
        yield _Way(0, True, False, _ends(one), (Reserve(one.id, "incident", 1, why),), why)
    for kind in ("incident", "free"):
        for one in account.usable(kind, now):
            yield _by_incident(account, one, need, now)
    yield from _by_points(account, need, terms, now)


def _subscriptions(account: Account, need: Need, now: datetime) -> list[Entitlement]:
    """Return the subscriptions that the mail can be about: of a store that it names, or of any where it names none."""
    found = account.usable("subscription", now)
    named = [one for one in found if one.store in need.stores]
    return named or found


def _by_incident(account: Account, one: Entitlement, need: Need, now: datetime) -> _Way:
    why = because("paid_by_incident", owner=account.owner, what=one.words)
    first = Reserve(one.id, "incident", 1, why)
    options = account.usable("hotrush", now)
    if one.has_hotrush or not need.hotrush or not options:
        spare = one.option == "urgent" and not need.hotrush
        return _Way(1, one.has_hotrush, spare, _ends(one), (first,), why)
    also = because("hotrush_by_option", what=options[0].words)
    return _Way(1, True, False, _ends(one), (first, Reserve(options[0].id, "hotrush", 1, also)), why)


def _by_points(account: Account, need: Need, terms: Terms, now: datetime) -> Iterator[_Way]:
    price, left = terms.price_of(need.scope), account.points(now)
    purses = account.usable("points", now)
    if left < price or not purses:
        return
    why = because("paid_by_points", owner=account.owner, points=price)
    hotrush = need.hotrush and left >= max(terms.hotrush_points, 2 * price)
    actions = of_points(account, "incident", price, why, now)
    if hotrush:
        also = because("hotrush_by_points", points=price)
        both = of_points(account, "incident", 2 * price, why, now)
        actions = _split_in_two(both, price, also)
    yield _Way(2, hotrush, False, _ends(purses[0]), actions, why)


def of_points(
    account: Account, purpose: Purpose, price: int, why: Reason, now: datetime, first: int = 1
) -> tuple[Reserve, ...]:
    """Return what is taken of each purchase of points, those that end first being used up first.

    `first` is the number of the first part, where others are taken already.
    """
    taken = []
    for part, one in enumerate(account.usable("points", now), first):
        units = min(price, one.left)
        price -= units
        if units:
            taken.append(Reserve(one.id, purpose, units, why, part))
    return tuple(taken)


def _split_in_two(both: tuple[Reserve, ...], price: int, also: Reason) -> tuple[Reserve, ...]:
    """Return what is taken for the incident, then what is taken of the rest for its HotRush."""
    first, second = [], []
    for one in both:
        units = min(price, one.units)
        price -= units
        if units:
            first.append(replace(one, units=units))
        if one.units > units:
            second.append(replace(one, purpose="hotrush", units=one.units - units, reason=also))
    return (*first, *second)


def drawn(account: Account, done: Iterable[object]) -> Account:
    """Return what an owner has after some actions in the same breath, which reserved something of it."""
    units: dict[int, int] = {}
    for action in done:
        if isinstance(action, Reserve):
            units[action.entitlement] = units.get(action.entitlement, 0) + action.units
    left = tuple(replace(one, used=one.used + units.get(one.id, 0)) for one in account.entitlements)
    return replace(account, entitlements=left) if units else account


def charged(
    charges: tuple[Charge, ...], action: Reserve | Grant | Spend | Release | GiveBack, account: Account
) -> tuple[Charge, ...]:
    """Return what an incident takes once the action is carried out; `account` has what is reserved of."""
    match action:
        case Reserve(row, purpose, units, _, part):
            kinds = {one.id: (one.kind, one.option) for one in account.entitlements}
            return (*charges, Charge(row, *kinds[row], purpose, units, "reserved", part))
        case Grant(kind, option, purpose):
            return (*charges, Charge(0, kind, option, purpose, 1, "reserved"))
        case Spend(_, of):
            return tuple(replace(one, state="spent") if of in (None, one.purpose) else one for one in charges)
        case Release(_, of, spent):
            return tuple(
                one
                for one in charges
                if of not in (None, one.purpose) or (one.state == "spent" and not spent)
            )
        case GiveBack(purpose, units):
            return _less(charges, purpose, units)


def accounted(incident: Incident, done: Iterable[Action], account: Account) -> Incident:
    """Return the incident with its charges and flags as `done` leaves them."""
    for action in done:
        match action:
            case Reserve() | Grant() | Spend() | Release() | GiveBack():
                incident = replace(incident, charges=charged(incident.charges, action, account))
            case Flag(flag):
                incident = replace(incident, flags=tuple(dict.fromkeys((*incident.flags, flag))))
            case Unflag(flag):
                incident = replace(incident, flags=tuple(one for one in incident.flags if one != flag))
            case SetHotrush(hotrush):
                incident = replace(incident, hotrush=hotrush)
            case SetPriority(priority):
                incident = replace(incident, priority=priority)
    return incident


def _less(charges: tuple[Charge, ...], purpose: Purpose, units: int) -> tuple[Charge, ...]:
    """Return the charges with so many units less reserved for a purpose, those of the last part first."""
    left: list[Charge] = []
    for one in sorted(charges, key=lambda charge: -charge.part):
        given = min(units, one.units) if (one.purpose, one.state) == (purpose, "reserved") else 0
        units -= given
        left += [replace(one, units=one.units - given)] if one.units > given else []
    return tuple(one for one in sorted(left, key=lambda charge: (charge.purpose == "hotrush", charge.part)))


def _ends(one: Entitlement) -> tuple[bool, datetime, int]:
    return one.ends_at is None, one.ends_at or one.starts_at, one.id
