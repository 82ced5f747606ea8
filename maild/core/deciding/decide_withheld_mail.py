"""A mail that its mail server lists and does not hand over: only a person with access to the mailbox can mend it."""

from maild.core.actions import Action, Fact, QueueReply
from maild.core.deciding.case import Rules
from maild.core.deciding.who_is_told import everybody

REMEDY = "with another mail program move it to another folder and back, or delete it"


def decide_withheld_mail(mailbox: str, folder: str, uid: int, why: str, rules: Rules) -> list[Action]:
    """Return word to each of the staff of mail `uid`, which nobody has read yet; `why` is what the server says."""
    facts: dict[str, Fact] = {
        "mailbox": mailbox,
        "folder": folder,
        "uid": uid,
        "error": why[:500],
        "remedy": REMEDY,
    }
    return [
        QueueReply("withheld_notice", member.to, facts, audience="staff", proven=True)
        for member in everybody(rules)
    ]
