"""A mail that no one can read or place by rule: its bytes are kept, and a person is asked to look.

It belongs to no incident, even if it names one: who answers the word to the staff would else write to a customer.
"""

from datetime import datetime

from maild.core.actions import Action, Dispose, ForIncident, QueueReply
from maild.core.deciding.case import Rules
from maild.core.deciding.who_is_told import everybody
from maild.core.reasons import Reason
from maild.core.writing.time_words import instant


def decide_unreadable_mail(reason: Reason, source: str, received_at: datetime, rules: Rules) -> list[Action]:
    """Return the quarantine of one mail, and word of it to the staff."""
    facts = {"reason": reason.text, "came_from": source, "received": instant(received_at)}
    return [
        Dispose("quarantined", (reason,)),
        ForIncident(None),
        *(
            QueueReply("quarantine_notice", member.to, facts, audience="staff", proven=True)
            for member in everybody(rules)
        ),
    ]
