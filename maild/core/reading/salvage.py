"""What can be saved of a mail that no parser gets through, when a person has decided that it is a request.

Only the From address and the subject are read, by two plain searches in the first bytes of the header; the mail
itself goes along as a file, whole.
"""

import re
from hashlib import sha256

from maild.core.message import Address, Attachment, Message

HEADER_BYTES = 65_536
_FROM = re.compile(r"^From:[^\n]*?([^\s<>\"(),;:@]{1,64}@[A-Za-z0-9.-]{1,253})", re.IGNORECASE | re.MULTILINE)
_SUBJECT = re.compile(r"^Subject:[ \t]*([^\r\n]{1,200})", re.IGNORECASE | re.MULTILINE)
NOTE = "This mail could not be read. The file message.eml is the whole of it, as it came."


def salvage(raw: bytes, sender: str | None = None) -> Message:
    """Return a message that says as much as can be said; `sender` overrides what its From field seems to say."""
    head = raw[:HEADER_BYTES].decode("ascii", "replace").replace("\r", "")
    found, subject = _FROM.search(head), _SUBJECT.search(head)
    address = sender or (found.group(1) if found else None)
    digest = sha256(raw).hexdigest()
    whole = Attachment("message.eml", "application/octet-stream", len(raw), digest, content=raw)
    return Message(
        message_id=None,
        sender=Address(address) if address else None,
        sender_doubt="the mail could not be read as a whole",
        reply_to=(),
        to=(),
        cc=(),
        subject=_printable(subject.group(1)) if subject else "",
        date=None,
        in_reply_to=(),
        references=(),
        text=NOTE,
        html_text=None,
        has_html=False,
        attachments=(whole,),
        content_type="application/octet-stream",
        content_params=(),
        reports=(),
        fields=(),
        defects=(),
        notes=(NOTE,),
        body_hash=digest,
    )


def _printable(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()
