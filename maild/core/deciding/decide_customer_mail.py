"""A customer wrote: a new incident, or one more mail on an old one, by the state that this is in."""

from dataclasses import replace
from datetime import datetime, timedelta

from maild.core.actions import Action
from maild.core.deciding.append_mail import append_mail
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.decide_balance import asks_balance, decide_balance
from maild.core.deciding.open_incident import open_incident
from maild.core.incident import Incident
from maild.core.reasons import because


def decide_customer_mail(case: Case, rules: Rules, now: datetime) -> list[Action]:
    """Return the actions for a mail from outside: it opens an incident, or goes on with one."""
    incident = case.found.incident
    if incident is None and asks_balance(case):
        return decide_balance(case, rules)
    if incident is None:
        return open_incident(case, rules, ())
    if closed_for_good(incident, rules, now):
        late = because("reopen_window_over", number=incident.number, days=rules.reopen_days)
        return open_incident(apart_from(case, incident), rules, (late,))
    return append_mail(case, incident, rules)


def closed_for_good(incident: Incident, rules: Rules, now: datetime) -> bool:
    """Say whether the incident was closed or declined longer ago than it may be reopened."""
    closed = incident.closed_at
    return (
        closed is not None
        and incident.state in ("closed", "declined")
        and now > closed + timedelta(days=rules.reopen_days)
    )


def apart_from(case: Case, incident: Incident) -> Case:
    """Return the case as one of a new incident, which names the one that it does not join."""
    return replace(case, found=replace(case.found, incident=None, linked_to=incident.number))
