"""Promises by value: each set of them that was ever in force, written once and read as it was."""

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, String, bindparam, case, exists, literal, select

from maild.core.incident import ENDED_STATES
from maild.core.promising.business_hours import Calendar
from maild.core.promising.sla import Policy, Rule, Targets
from maild.core.promising.target import BusinessDays, Minutes, Target
from maild.store.clock_tables import clocks
from maild.store.clock_tables import policy as table
from maild.store.columns import insert_or_skip
from maild.store.tables import incident

KINDS = ("first_response", "next_response", "update", "resolution")


def keep(tx: Connection, policy: Policy) -> str:
    """Write a policy down, if it is not there yet; return its hash."""
    written = write(policy)
    found = sha256(written.encode()).hexdigest()
    tx.execute(insert_or_skip(tx, table), {"hash": found, "promises": written})
    return found


def adopt(tx: Connection, policy: Policy) -> None:
    """Give this policy to every incident that has none: those that an older maild opened."""
    if tx.scalar(_ORPHAN) is not None:
        tx.execute(_ADOPT, {"policy": keep(tx, policy)})


def write(policy: Policy) -> str:
    """Return a policy as a text that is the same for the same promises."""
    plain = {kind: _targets(getattr(policy, kind)) for kind in KINDS} | {
        "calendar": _calendar(policy.calendar),
        "reminders": list(policy.reminders),
        "rules": [_rule(rule) for rule in policy.rules],
        "priority_raise": policy.priority_raise,
        "pre_close_days": policy.pre_close_days,
        "close_days": policy.close_days,
    }
    return json.dumps(plain, sort_keys=True, separators=(",", ":"))


@lru_cache(maxsize=64)
def read(written: str) -> Policy:
    """Return the policy that was written as this text."""
    plain = json.loads(written)
    return Policy(
        calendar=_read_calendar(plain["calendar"]),
        reminders=tuple(plain["reminders"]),
        rules=tuple(_read_rule(rule) for rule in plain["rules"]),
        priority_raise=plain["priority_raise"],
        pre_close_days=plain["pre_close_days"],
        close_days=plain["close_days"],
        **{kind: _read_targets(plain[kind]) for kind in KINDS},
    )


def _targets(targets: Mapping[Any, Target | None]) -> dict[str, Any]:
    return {name: _target(target) for name, target in targets.items()}


def _target(target: Target | None) -> Any:
    match target:
        case Minutes(minutes):
            return minutes
        case BusinessDays(days):
            return {"bd": days}
    return None


def _read_targets(plain: Mapping[Any, Any]) -> Targets:
    return {name: target for name, one in plain.items() if (target := _read_target(one))}


def _read_target(plain: Any) -> Target | None:
    if plain is None:
        return None
    return BusinessDays(plain["bd"]) if isinstance(plain, dict) else Minutes(plain)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "organisations": sorted(rule.organisations),
        "scopes": sorted(rule.scopes),
        "priorities": sorted(rule.priorities),
        "calendar": _calendar(rule.calendar) if rule.calendar else None,
        "targets": _targets(rule.targets),
    }


def _read_rule(plain: Mapping[str, Any]) -> Rule:
    return Rule(
        organisations=frozenset(plain["organisations"]),
        scopes=frozenset(plain["scopes"]),
        priorities=frozenset(plain["priorities"]),
        calendar=_read_calendar(plain["calendar"]) if plain["calendar"] else None,
        targets={kind: _read_target(target) for kind, target in plain["targets"].items()},
    )


def _calendar(calendar: Calendar) -> dict[str, Any]:
    return {
        "zone": str(calendar.zone),
        "weekly": [[list(hours) for hours in day] for day in calendar.weekly],
        "holidays": sorted(calendar.holidays),
        "exceptions": {day: [list(one) for one in hours] for day, hours in calendar.exceptions.items()},
    }


def _read_calendar(plain: Mapping[str, Any]) -> Calendar:
    return Calendar(
        zone=ZoneInfo(plain["zone"]),
        weekly=tuple(_hours(day) for day in plain["weekly"]),
        holidays=frozenset(plain["holidays"]),
        exceptions={day: _hours(hours) for day, hours in plain["exceptions"].items()},
    )


def _hours(plain: Any) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in plain)


_WITHOUT = ~exists().where(clocks.c.incident == incident.c.number)
_ORPHAN = select(incident.c.number).where(_WITHOUT).limit(1)
_ADOPT = clocks.insert().from_select(
    ["incident", "policy", "organisation", "phase", "answered"],
    select(
        incident.c.number,
        bindparam("policy", type_=String),
        literal(""),
        case(
            (incident.c.state.in_(ENDED_STATES), "resolved"),
            (incident.c.state.in_(("waiting", "pre_closed")), incident.c.state),
            else_="open",
        ),
        incident.c.state.not_in(("submitted", "awaiting_entitlement", "assigned")),
    ).where(_WITHOUT),
)
