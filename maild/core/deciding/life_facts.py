"""The facts of the replies that tell a customer how their incident goes on, ends, or is opened again.

Times are instants in UTC, as RFC 3339 writes them; the template says them in its reader's zone. Nothing internal is
among these facts, and the subject goes only to a proven requester (rule 4).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from maild.core.deciding.case import Rules
from maild.core.deciding.reply_facts import Facts, in_language
from maild.core.deciding.settle import cost_of
from maild.core.incident import UNPAID, Incident
from maild.core.understanding.clean_subject import clean_subject
from maild.core.writing.time_words import instant


def subject_of(incident: Incident) -> str:
    """Return the subject that a mail to the requester may repeat: none where nothing proves who wrote it."""
    return clean_subject(incident.subject) if incident.requester.proven else ""


def waiting_reminder(incident: Incident, closes_on: datetime) -> Facts:
    """Return what a customer is reminded of whose turn it is."""
    return {"subject": subject_of(incident), "closes_on": instant(closes_on)}


def pre_closed(incident: Incident, closes_at: datetime) -> Facts:
    """Return what a customer is told whose incident will be closed because they are silent."""
    return {"subject": subject_of(incident), "cost": cost_of(incident), "closes_at": instant(closes_at)}


def closed(incident: Incident, rules: Rules, at: datetime) -> Facts:
    """Return what the closing notice says of an incident that was closed at `at`."""
    days = rules.reopen_days
    return {
        "subject": subject_of(incident),
        "reopen_days": days,
        "reopen_until": instant(at + timedelta(days=days)) if days else "",
        "cost": cost_of(incident),
        "rating": True,
    }


def reopened(
    incident: Incident, reply_by: datetime | None, *, by_us: bool = False, again: bool = False
) -> Facts:
    """Return what a customer is told whose incident goes on; `reply_by` is the promise that holds now.

    `again`: what pays for it was settled anew.
    """
    return {
        "nothing_more": not again and UNPAID not in incident.flags,
        "cost": cost_of(incident) if again else "",
        "subject": subject_of(incident),
        "by_us": by_us,
        "priority": incident.priority,
        "reply_by": instant(reply_by),
    }


def bug_confirmed(incident: Incident) -> Facts:
    """Return what a customer is told whose problem is a defect of the software: it costs nothing."""
    hotrush = incident.priority == "hotrush"
    return {"subject": subject_of(incident), "hotrush": hotrush, "released": cost_of(incident)}


def declined(incident: Incident, rules: Rules) -> Facts:
    """Return what a customer is told whose request lies outside the service, with what they can do instead."""
    known = rules.alternatives.get(incident.scope, {})
    return {
        "subject": subject_of(incident),
        "scope": incident.scope,
        "scope_label": incident.scope if incident.scope in rules.scopes else "",
        "reason": "",
        "alternatives": list(in_language(known, incident.language, rules.language, ())),
    }


def merged(incident: Incident, into: int) -> Facts:
    """Return what a customer is told whose two incidents are one problem."""
    return {"subject": subject_of(incident), "into": into}


def split_asked(incident: Incident, problem: str) -> Facts:
    """Return what a customer is asked whose second problem, by its scope, needs an incident of its own."""
    return {"subject": subject_of(incident), "problem": problem, "cost": "", "offer": ""}


def order_changed(incident: Incident, problems: Sequence[str], reply_by: datetime | None) -> Facts:
    """Return what a customer is told who wants another problem first; `problems` are scopes, in the new order."""
    return {
        "subject": subject_of(incident),
        "first": problems[0],
        "others": list(problems[1:]),
        "reply_by": instant(reply_by),
    }
