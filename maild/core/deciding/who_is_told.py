"""Who of the staff is told of something on an incident: its owner, then the leads, then the managers.

Every notification to the staff asks here, so that one page says who hears of what.
"""

from datetime import datetime

from maild.core.deciding.case import Rules
from maild.core.incident import Incident, Priority
from maild.core.staff import StaffMember, away_now, staff_member

BREACH = 1.0  # the step at which the promised time is over


def who_is_told(
    incident: Incident, rules: Rules, now: datetime, step: float = 0.0
) -> tuple[StaffMember, ...]:
    """Return who is told of something on the incident at `now`; `step` is that of a clock that reminds.

    The owner alone where there is one, else everybody who works on incidents; of a HotRush all. While the owner is
    away the others are told as well. Leads hear of a promise that is broken, managers of one that stays broken.
    """
    if incident.priority == "hotrush":
        return rules.staff
    owner = staff_member(rules.staff, incident.owner) if incident.owner else None
    alone = owner is not None and not away_now(owner, now, rules.policy.calendar)
    told = {owner.key} if owner else set()
    told |= set() if alone else {one.key for one in everybody(rules)}
    return tuple(one for one in rules.staff if one.key in told or _hears_of_breach(one, step))


def _hears_of_breach(member: StaffMember, step: float) -> bool:
    return (member.role == "lead" and step >= BREACH) or (member.role == "manager" and step > BREACH)


def told_of_new(priority: Priority, rules: Rules) -> tuple[StaffMember, ...]:
    """Return who is told that an incident was opened, which nobody can own yet."""
    return rules.staff if priority == "hotrush" else everybody(rules)


def everybody(rules: Rules) -> tuple[StaffMember, ...]:
    """Return who is told of what nobody owns: all of the staff but managers, who hear of broken promises only.

    Where there are none but managers, it is them.
    """
    return tuple(one for one in rules.staff if one.role != "manager") or rules.staff
