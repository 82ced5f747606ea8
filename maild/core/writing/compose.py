"""A mail of ours as bytes: recipient, header and MIME; the words come from replies/render.py.

Composing the same letter twice gives the same bytes, so that a mail which may or may not have left before a
crash is the same mail when it is sent again: nothing here is random, and the date is the letter's own.
"""

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Literal

from maild.core import reply_token
from maild.core.actions import ReplyKind
from maild.core.message import Address, Attachment
from maild.core.reply_token import Keys, Token
from maild.core.writing import write_mime
from maild.core.writing.outgoing_check import check_outgoing
from maild.errors import SendRefused
from replies.clean import one_line, plain_text, shorten
from replies.render import Rendered

__all__ = ["Composed", "Identity", "Letter", "check_outgoing", "compose"]

SUBJECT_CHARS = 200
NAME_CHARS = 60

# RFC 3834 §5.2: auto-replied for what directly answers one mail, auto-generated for what a clock or we began.
_DIRECT: frozenset[ReplyKind] = frozenset(
    {
        *("acknowledgement", "acknowledgement_hotrush", "out_of_scope", "entitlement_offer", "hotrush_offer"),
        *("several_problems", "raised", "hotrush_withdrawn", "hotrush_refused", "reopened", "order_changed"),
        *("balance", "closed", "confirmation", "receipt"),
    }
)
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+-]{0,90}")
# RFC 2046 §5.1, §5.2.1: these may not stand in base64, and what they hold must not be parsed by a reader.
_COMPOSITE = ("multipart/", "message/")
# Printable ASCII (RFC 5322 §3.6.4), and nothing that a reader might decode as an encoded word.
_MESSAGE_ID = re.compile(r"(?!.*=\?)[!-;=?-~]{3,500}")
_LOCAL_PART = re.compile(r'[^\s<>()\[\],;:\\"@\x00-\x1f\x7f-\x9f]{1,200}')
_DOMAIN = re.compile(r"[A-Za-z0-9.-]{1,253}")


# Mails about many incidents: an answer to one of these is for none of them.
OVERVIEWS = ("staff_list", "digest", "weekly_figures")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who we are to the world: name and address of the service, domain and keys of our Message-IDs.

    `envelope` is what automatic mail has as its sender: `null`, or the support address (rule 1). With
    `plus_addressing` answers come to `support+TOKEN@...`, for servers that deliver such addresses.
    """

    service_name: str
    support_address: str
    domain: str
    keys: Keys
    envelope: Literal["null", "support"] = "null"
    plus_addressing: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One row of the outbox with its words: all that decides the bytes of the mail, beside the identity.

    `key` is the row's own and never changes (1 to 64 ASCII letters, digits, `-`); `address_id` is the party
    that the token is made for; `incident` and `confirmation` are 0 where there is none, and `opened_at`, when
    the incident was opened, is None there. `in_reply_to` is the Message-ID that the mail answers. `from_name`
    is who wrote what it is about: the customer in mail to staff, the author of an answer to a customer.
    """

    key: str
    kind: ReplyKind
    audience: Literal["customer", "staff"]
    automatic: bool
    recipient: Address
    address_id: int
    incident: int
    words: Rendered
    created_at: datetime
    in_reply_to: str | None = None
    attachments: tuple[Attachment, ...] = ()
    from_name: str = ""
    confirmation: int = 0
    opened_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Composed:
    """A mail that can be sent: `raw` has CRLF line ends, `mail_from` is its envelope sender ("" = null)."""

    raw: bytes = field(repr=False)
    message_id: str
    mail_from: str
    recipient: str


def compose(letter: Letter, identity: Identity) -> Composed:
    """Return the mail; raises SendRefused where the recipient is no address that can be written in a header.

    It has one recipient, is 7bit throughout (but for an address in UTF-8, RFC 6532), and passes
    `check_outgoing`.
    """
    token = _token(letter)
    message_id = reply_token.message_id(identity.keys, token, letter.key, identity.domain)
    recipient = _deliverable(letter.recipient.address)
    head = [
        write_mime.field("Date", [format_datetime(letter.created_at)]),
        _mailbox_field("From", _from_name(letter, identity), _deliverable(identity.support_address)),
        write_mime.field("To", [recipient]),
        write_mime.field("Reply-To", [_reply_to(identity, token)]),
        write_mime.field("Subject", _subject(letter.words.subject)),
        write_mime.field("Message-ID", [message_id]),
        *_thread_fields(letter, reply_token.thread_id(identity.keys, token, identity.domain)),
        *_automatic_fields(letter, reply_token.loop_value(identity.keys, message_id[1:-1])),
        write_mime.field("MIME-Version", ["1.0"]),
    ]
    raw = "".join(head).encode() + _content(letter)
    mail_from = (
        "" if letter.automatic and identity.envelope == "null" else _deliverable(identity.support_address)
    )
    return Composed(raw, message_id, mail_from, recipient)


def _token(letter: Letter) -> Token:
    """Return what an answer to this letter may do (rule 11): join, act as staff, confirm, or ask a list."""
    if letter.kind == "confirmation":
        asked = reply_token.opening(letter.created_at)
        return Token("confirm", asked, letter.address_id, letter.confirmation)
    if letter.audience == "customer":
        return Token("thread", letter.incident, letter.address_id, reply_token.opening(letter.opened_at))
    if letter.kind in OVERVIEWS or (letter.kind == "receipt" and not letter.incident):
        return Token("list", 0, letter.address_id)
    return Token("staff", letter.incident, letter.address_id, reply_token.opening(letter.opened_at))


@lru_cache(maxsize=1024)
def _deliverable(address: str) -> str:
    """Return the address with its domain in ASCII (RFC 5890), or raise SendRefused."""
    local, at, domain = address.rpartition("@")
    try:
        domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    if not at or not _LOCAL_PART.fullmatch(local) or not _DOMAIN.fullmatch(domain):
        raise SendRefused(f"{one_line(address)[:100]!r} is no address that a mail can be sent to")
    # A local part above ASCII stays as it is: the server must know SMTPUTF8 (RFC 6531).
    return f"{local}@{domain}"


@lru_cache(maxsize=1024)
def _mailbox_field(name: str, display_name: str, address: str) -> str:
    """Return a field with one named address; nearly all mail has one of few, so the last ones are kept."""
    return write_mime.field(name, write_mime.mailbox_words(display_name, address))


def _from_name(letter: Letter, identity: Identity) -> str:
    """Return the name that From shows (rule 47); a customer sees a person's name on an answer alone."""
    service = shorten(one_line(identity.service_name), NAME_CHARS)
    name = shorten(one_line(letter.from_name), NAME_CHARS)
    named = letter.audience == "staff" or letter.kind == "answer"
    return f"{name} via {service}" if name and named else service


def _reply_to(identity: Identity, token: Token) -> str:
    """Return where answers go: the support address, with the token in it where the server allows that."""
    address = _deliverable(identity.support_address)
    if not identity.plus_addressing:
        return address
    local, _, domain = address.rpartition("@")
    return f"{local}+{reply_token.plus_tag(identity.keys, token)}@{domain}"


def _subject(subject: str) -> list[str]:
    return write_mime.text_words(shorten(one_line(subject), SUBJECT_CHARS))


def _thread_fields(letter: Letter, thread_id: str) -> list[str]:
    """Return References and In-Reply-To (RFC 5322 §3.6.4); our signed thread id comes first (rule 3).

    What a stranger calls a Message-ID and is none is left out.
    """
    bare = (letter.in_reply_to or "").strip().removeprefix("<").removesuffix(">")
    if not _MESSAGE_ID.fullmatch(bare):
        return [write_mime.field("References", [thread_id])]
    return [
        write_mime.field("In-Reply-To", [f"<{bare}>"]),
        write_mime.field("References", [thread_id, f"<{bare}>"]),
    ]


def _automatic_fields(letter: Letter, loop_value: str) -> list[str]:
    """Return the fields that tell other machines who wrote this (RFC 3834 §5); none where a person did."""
    if not letter.automatic:
        return []
    return [
        write_mime.field("Auto-Submitted", ["auto-replied" if letter.kind in _DIRECT else "auto-generated"]),
        write_mime.field("X-Auto-Response-Suppress", ["All"]),
        write_mime.field("X-Maild-Loop", [loop_value]),
    ]


def _content(letter: Letter) -> bytes:
    """Return the mail from Content-Type on: its words, in a multipart/mixed where attachments go along."""
    if not letter.attachments:
        return _words(letter, escape_always=False)
    parts = [_words(letter, escape_always=True), *map(_file_part, letter.attachments)]
    return _multipart("mixed", parts, letter.key)


def _words(letter: Letter, *, escape_always: bool) -> bytes:
    """Return the text, or a multipart/alternative of text and HTML: the richer form comes last (RFC 2046 §5.1.4)."""
    text = _ended(plain_text(letter.words.text))
    if not letter.words.html:
        return _text_part("plain", text, escape_always=escape_always)
    html = _ended(plain_text(letter.words.html))
    parts = [_text_part(kind, words, escape_always=True) for kind, words in (("plain", text), ("html", html))]
    return _multipart("alternative", parts, letter.key)


def _ended(text: str) -> str:
    return text if text.endswith("\n") else f"{text}\n"


def _multipart(kind: str, parts: list[bytes], key: str) -> bytes:
    """Return the parts as one, with a boundary that is the mail's own and none that stands in another."""
    # `=_` cannot occur in quoted-printable or base64, and all parts are one of these (RFC 2045 §6.7).
    boundary = f"=_maild_{hashlib.sha256(f'{kind} {key}'.encode()).hexdigest()[:32]}"
    head = write_mime.field("Content-Type", [f"multipart/{kind};", f'boundary="{boundary}"'])
    head += write_mime.field("Content-Transfer-Encoding", ["7bit"])
    body = b"".join(f"--{boundary}\r\n".encode() + part + b"\r\n" for part in parts)
    return head.encode() + b"\r\n" + body + f"--{boundary}--\r\n".encode()


def _text_part(kind: str, text: str, *, escape_always: bool) -> bytes:
    encoding, body = write_mime.encode_text(text, escape_always=escape_always)
    head = write_mime.field("Content-Type", [f"text/{kind};", "charset=utf-8"])
    return (head + write_mime.field("Content-Transfer-Encoding", [encoding])).encode() + b"\r\n" + body


def _file_part(file: Attachment) -> bytes:
    """Return one attachment; never inline: no reader shall show a stranger's file by itself (RFC 2183)."""
    kind = file.content_type.lower()
    known = _TYPE.fullmatch(kind) is not None and not kind.startswith(_COMPOSITE)
    names = write_mime.file_name_words(write_mime.file_name(file.name))
    head = write_mime.field("Content-Type", [kind if known else "application/octet-stream"])
    head += write_mime.field("Content-Transfer-Encoding", ["base64"])
    head += write_mime.field("Content-Disposition", ["attachment;", *names])
    return head.encode() + b"\r\n" + write_mime.encode_bytes(file.content)
