"""The facts of the mails by which the staff are given work and told how it stands."""

from datetime import datetime

from maild.core.deciding.case import Rules
from maild.core.deciding.reply_facts import Facts
from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.reasons import Reason
from maild.core.understanding.clean_subject import clean_subject
from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.core.writing.time_words import instant


def assigned(
    incident: Incident, rules: Rules, why: Reason, *, due_at: datetime | None, text: str = "", by: str = ""
) -> Facts:
    """Return what a new owner is told: the incident, why it is theirs, and `by` whom of the staff, "" by maild."""
    requester = incident.requester
    label = rules.scopes.get(incident.scope, incident.scope)
    return {
        "subject": clean_subject(incident.subject) or "(no subject)",
        "customer": str(Address(requester.address, requester.name)),
        "text": text,
        "scope": f"{label} ({incident.scope})",
        "priority": incident.priority,
        "due": instant(due_at),
        "why": f"{why.text[:1].upper()}{why.text[1:]}.",
        "by": by,
        "answer_above": ANSWER_ABOVE,
    }
