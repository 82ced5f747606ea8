"""A parsed mail as a value, and the delivery that brought it."""

from dataclasses import dataclass, field
from datetime import datetime
from string import ascii_lowercase, ascii_uppercase

_LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def fold(address: str) -> str:
    """Return the form under which addresses are compared: A to Z lowered, and nothing else.

    Unicode's case folding makes one address of two: of `ſam@` (a long s) and `sam@`, and mail for the one
    would go to the other.

    >>> fold("Sam@Example.COM")
    'sam@example.com'
    """
    return address.translate(_LOWER)


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox of a header: `address` is the addr-spec (RFC 5322 §3.4.1), `name` what is shown, maybe empty."""

    address: str
    name: str = ""

    @property
    def key(self) -> str:
        """The form under which addresses are compared and stored."""
        return fold(self.address)

    @property
    def domain(self) -> str:
        """What stands right of the last `@`, case-folded; empty where there is none."""
        _, at, domain = self.key.rpartition("@")
        return domain if at else ""

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file of a mail: `name` is the sender's word and only ever data; `content` is decoded.

    `inline` is what is no file of the sender's: a picture that the text shows, a signature, a wrapper that was opened.
    """

    name: str
    content_type: str
    size: int
    sha256: str
    inline: bool = False
    content_id: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Report:
    """A machine-readable part of a mail: a `message/delivery-status`, a returned header, a feedback report."""

    content_type: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """What a received mail says. All text is clean: no NUL, no lone surrogate, header values on one line.

    `sender` is the one From address, or None where there is none or more than one; `sender_doubt` then or otherwise
    says why the From field must not be believed (rules: One sender). `fields` are the header fields as they came, in
    order, unfolded, decoded no further. `text` is the body as text, whichever part it came from; `html_text` the
    text of the HTML part where the mail has both. `reports` are the parts that a bounce or an ARF consists of.
    `body_hash` covers body and identity headers: two deliveries of one mail share it (rule 17).
    """

    message_id: str | None
    sender: Address | None
    sender_doubt: str
    reply_to: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    date: datetime | None
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    text: str
    html_text: str | None
    has_html: bool
    attachments: tuple[Attachment, ...]
    content_type: str
    content_params: tuple[tuple[str, str], ...]
    reports: tuple[Report, ...]
    fields: tuple[tuple[str, str], ...]
    defects: tuple[str, ...]
    notes: tuple[str, ...]
    body_hash: str
    # `fields` by name in lower case: every rule about machines asks for some.
    _by_name: dict[str, list[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, list[str]] = {}
        for name, value in self.fields:
            by_name.setdefault(name.lower(), []).append(value)
        object.__setattr__(self, "_by_name", by_name)

    @property
    def is_first(self) -> bool:
        """Whether it refers to no earlier mail (RFC 5322 §3.6.4), so that nothing in it need be a quote."""
        return not (self.in_reply_to or self.references)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every instance of the header field `name`, topmost first."""
        return tuple(self._by_name.get(name.lower(), ()))

    def first(self, name: str) -> str | None:
        """Return the topmost instance of the header field `name`, or None."""
        found = self.all(name)
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One arrival of one mail: its bytes, when and where it came in.

    `source` is a mailbox's name in the config, or `smtp` / `lmtp`; `mailbox`, `uidvalidity` and `uid` identify it
    in IMAP (RFC 9051 §2.3.1.1) and are None otherwise. `received_at` is INTERNALDATE or the time of DATA, never the
    Date field. `mail_from` is the envelope sender where the transport told it ("" = null). `backlog` marks mail
    that was there before maild came; `rescan` one found again after UIDVALIDITY changed.
    """

    raw: bytes = field(repr=False)
    received_at: datetime
    source: str
    mailbox: int | None = None
    uidvalidity: int | None = None
    uid: int | None = None
    mail_from: str | None = None
    recipients: tuple[str, ...] = ()
    backlog: bool = False
    rescan: bool = False
