"""A mail of ours to a customer will not arrive: the staff must know, for the customer now waits for nothing."""

from maild.core.actions import Action, QueueReply
from maild.core.case import Rules
from maild.core.message import Address
from maild.core.new_text import ANSWER_ABOVE


def decide_undelivered(kind: str, recipient: Address, subject: str, error: str, rules: Rules) -> list[Action]:
    """Return word to each of the staff that the mail `kind` to `recipient` failed for good, and why."""
    facts = {
        "subject": subject,
        "recipient": str(recipient),
        "kind": kind.replace("_", " "),
        "error": error[:500],
        "answer_above": ANSWER_ABOVE,
    }
    return [
        QueueReply("delivery_problem", Address(m.address, m.name), facts, audience="staff", proven=True)
        for m in rules.staff
    ]
