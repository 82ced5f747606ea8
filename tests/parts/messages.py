"""Messages as values for tests of the core: an ordinary mail of a customer, changed where a test says so."""

from dataclasses import replace
from typing import Any

from maild.core.message import Address, Message

ALICE = Address("alice@example.net", "Alice")
SUPPORT = Address("support@example.org")

ORDINARY = Message(
    message_id="<1@example.net>",
    sender=ALICE,
    sender_doubt="",
    reply_to=(),
    to=(SUPPORT,),
    cc=(),
    subject="The checkout is down",
    date=None,
    in_reply_to=(),
    references=(),
    text="It shows a white page.\n",
    html_text=None,
    has_html=False,
    attachments=(),
    content_type="text/plain",
    content_params=(),
    reports=(),
    fields=(),
    defects=(),
    notes=(),
    body_hash="",
)


def a_message(*fields: tuple[str, str], **changes: Any) -> Message:
    """Return the ordinary mail with these header fields and with `changes` to its attributes."""
    return replace(ORDINARY, fields=fields, **changes)
