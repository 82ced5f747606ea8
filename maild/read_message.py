"""The bytes of a delivery become a message, or the reason why nobody can read them.

Reading is done in a child process within its limits (isolate.py); where one of the staff forwards a mail as an
attachment, that mail is read as well.
"""

from dataclasses import dataclass

from maild.core.message import Delivery, Message
from maild.core.reasons import Reason
from maild.core.staff import staff_of
from maild.core.understanding.find_incident import clues
from maild.core.understanding.forwarded import MAILS, with_files_of
from maild.desk import Desk
from maild.errors import Unreadable


@dataclass(frozen=True, slots=True)
class Reading:
    """A delivery, and what its bytes say, or why they say nothing; `attached` is the mail that staff attached."""

    delivery: Delivery
    message: Message | None
    unreadable: Reason | None = None
    attached: Message | None = None


def read(delivery: Delivery, desk: Desk) -> Reading:
    """Read the bytes in a child process within its limits; also a mail that one of the staff attached."""
    try:
        message = desk.reader.read(delivery.raw)
    except Unreadable as failure:
        return Reading(delivery, None, Reason(failure.reason, str(failure)))
    attached = read_attached(delivery, message, desk)
    return Reading(delivery, with_files_of(message, attached) if attached else message, attached=attached)


def read_attached(delivery: Delivery, message: Message, desk: Desk) -> Message | None:
    """Return the one mail that one of the staff attached; with an answer of theirs it is a file like others."""
    mails = [file for file in message.attachments if file.content_type in MAILS]
    if len(mails) != 1 or staff_of(message, desk.rules.staff) is None:
        return None
    if any(token.purpose == "staff" for token in clues(message, delivery.recipients, desk.keys).tokens):
        return None
    try:
        return desk.reader.read(mails[0].content)
    except Unreadable:
        return None
