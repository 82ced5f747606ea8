"""What pays for an incident whose life took a turn: it goes on after its end, or is about something else.

What was given back at an end by mistake is taken again, so that a detour costs neither side anything. Points follow
the scope until they are spent; where too few are left for a higher price, the lower one stays.
"""

from collections.abc import Iterator
from datetime import datetime

from maild.core.actions import Action, Flag, GiveBack, Release
from maild.core.deciding.case import Rules
from maild.core.deciding.change_state import TURNED_AWAY
from maild.core.deciding.entitlement import drawn, of_points
from maild.core.deciding.hotrush import pay_with_hotrush
from maild.core.deciding.payment import pay_now, waits_no_more
from maild.core.entitlement import Account, Purpose
from maild.core.incident import BUG, OUT_OF_SCOPE, UNPAID, Incident
from maild.core.promising.clocks import Clocks
from maild.core.reasons import Reason, because

FREE = frozenset({BUG, "backlog", "unverified_staff"})  # flags


def goes_on(
    was: Incident, now: Incident, payer: Account, clocks: Clocks | None, rules: Rules, at: datetime
) -> list[Action]:
    """Return what pays for an incident that is open again: what was given back, or was bought since nothing paid.

    What lies outside the service is in doubt again, as at its opening: it costs nothing until a person accepts it.
    """
    gave_back = was.state in TURNED_AWAY and not is_free(was)
    if was.is_open or not now.is_open or not (gave_back or UNPAID in was.flags):
        return []
    why = because("goes_on")
    if gave_back and now.scope in rules.outside:
        return [Flag(OUT_OF_SCOPE, why)] if rules.alternatives.get(now.scope) else []
    return pay_with_hotrush(now, payer, clocks, rules, why, at)


def follows_scope(
    incident: Incident, before: str, payer: Account, rules: Rules, at: datetime
) -> list[Action]:
    """Return what it does to the payment of an open incident that it was about `before`, and has another scope now."""
    if before == incident.scope or not incident.is_open or is_free(incident):
        return []
    why = because("price_follows", scope=incident.scope)
    if incident.scope in rules.outside:
        reserved = any(one.state == "reserved" for one in incident.charges)
        return [*([Release(why, spent=False)] if reserved else []), *waits_no_more(incident, why, at)]
    if before in rules.outside and OUT_OF_SCOPE not in incident.flags and not incident.charges:
        return pay_now(incident, payer, rules, why, at)
    return list(_repriced(incident, payer, rules, why))


def is_free(incident: Incident) -> bool:
    """Say whether nothing is to be paid for an incident, whatever it is about."""
    return bool(FREE & {*incident.flags}) or incident.unanswerable is not None


def _repriced(incident: Incident, payer: Account, rules: Rules, why: Reason) -> Iterator[Action]:
    """Yield what is taken more, or given back, of the points for the incident and for the HotRush beside it."""
    price = rules.terms.price_of(incident.scope)
    purposes: tuple[Purpose, ...] = ("incident", "hotrush")
    taken = {purpose: _reserved_points(incident, purpose) for purpose in purposes}
    missing: dict[Purpose, int] = {purpose: price - units for purpose, units in taken.items() if units}
    if sum(missing.values()) > payer.points(payer.at):
        return
    for purpose, units in missing.items():
        if units < 0:
            yield GiveBack(purpose, -units, why)
        elif units:
            first = 1 + max(one.part for one in incident.charges if one.purpose == purpose)
            more = of_points(payer, purpose, units, why, payer.at, first)
            payer = drawn(payer, more)
            yield from more


def _reserved_points(incident: Incident, purpose: Purpose) -> int:
    found = (one for one in incident.charges if (one.kind, one.state) == ("points", "reserved"))
    return sum(one.units for one in found if one.purpose == purpose)
