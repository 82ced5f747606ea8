"""What rules may ask of a mail besides its text: who wrote it, where it came in, what its header says."""

from classifiers.settings import About
from maild.core.message import Message


def about(message: Message, mailbox: str = "") -> About:
    """Return what is known of the mail; `mailbox` is where it came in, empty where nobody knows."""
    sender = message.sender.address if message.sender else ""
    return About(sender=sender, mailbox=mailbox, fields=message.fields)
