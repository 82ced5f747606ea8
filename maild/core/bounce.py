"""Read a delivery report: which address it is about, what happened, and to which mail of ours.

Reports in the form of RFC 3464 are read field by field. Servers that write prose instead are believed
only where the sender is one that writes such prose; then the address and the reason are looked for in the
lines. A report that a mail is late is not one that it failed (rule 36), and nobody is ever answered
because of a report.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from maild.core import bounce_words as words
from maild.core.message import Message


@dataclass(frozen=True, slots=True)
class FailedRecipient:
    """One address that a report is about.

    `action` is failed, delayed, delivered, relayed or expanded; `status` the code of RFC 3463 or "",
    `reason` the server's words.
    """

    address: str
    status: str
    action: str
    reason: str

    @property
    def hard(self) -> bool:
        """Whether the address itself is at fault, so that every further mail to it must fail as well."""
        if self.action != "failed" or self.status.startswith(("4.", "5.2.")):
            return False  # X.2.x: the mailbox is there (RFC 3463 §3.3)
        said = self.reason.casefold()
        if any(phrase in said for phrase in words.PASSING):
            return False
        return self.status in words.LASTING_STATUS or any(phrase in said for phrase in words.LASTING)


@dataclass(frozen=True, slots=True)
class Bounce:
    """A delivery report: is an address of it beyond reach, whom it is about, and which mail came back.

    No recipients are in it where none can be read; it is a report all the same.
    """

    hard: bool
    recipients: tuple[FailedRecipient, ...]
    original_message_id: str | None

    @property
    def actions(self) -> frozenset[str]:
        """What happened to some recipient: `failed` is a bounce, `delayed` alone is a delay notice."""
        return frozenset(recipient.action for recipient in self.recipients)


_MOST_RECIPIENTS = 100
_REASON_CHARS = 500
_DSN_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = ("message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers")


def read_bounce(message: Message) -> Bounce | None:
    """Return the delivery report that the mail is, or None where it is none; never raises."""
    reported = _is_reported(message)
    recipients = _from_fields(message) or (_from_text(message) if reported else [])
    if not recipients and not reported:
        return None
    unique = tuple({(r.address.casefold(), r.action): r for r in recipients}.values())[:_MOST_RECIPIENTS]
    return Bounce(any(recipient.hard for recipient in unique), unique, _original_id(message))


# --- RFC 3464 ---------------------------------------------------------------------------------------------


def _from_fields(message: Message) -> list[FailedRecipient]:
    """Return the recipients of the machine-readable part."""
    texts = [report.text for report in message.reports if report.content_type in _DSN_TYPES]
    fallback = " ".join(message.text.split())[:_REASON_CHARS]
    groups = [fields for text in texts for fields in _groups(text)]
    return [recipient for fields in groups if (recipient := _recipient(fields, fallback))]


def _groups(text: str) -> Iterator[Mapping[str, str]]:
    """Yield the groups of fields between blank lines: lower-case names, unfolded values (RFC 3464 §2.1)."""
    for block in re.split(r"\n[ \t\r]*\n", text.replace("\r\n", "\n")):
        fields: dict[str, str] = {}
        last = ""
        for line in block.split("\n"):
            name, colon, value = line.partition(":")
            if line[:1] in " \t" and last:
                fields[last] = f"{fields[last]} {line.strip()}"[: 2 * _REASON_CHARS]
            elif colon and name.strip():
                last = name.strip().lower()
                fields.setdefault(last, value.strip()[: 2 * _REASON_CHARS])
        if fields:
            yield fields


def _recipient(fields: Mapping[str, str], fallback: str) -> FailedRecipient | None:
    """Return what one group says of one recipient, or None where it speaks of the whole message."""
    address = _typed(fields.get("final-recipient", "")) or _typed(fields.get("original-recipient", ""))
    if not address:
        return None
    action = _first_word(fields.get("action", ""))
    said = fields.get("diagnostic-code", "")
    reason = said.partition(";")[2].strip() if ";" in said[:40] else said
    given = _STATUS.search(fields.get("status", ""))
    status = _best_status(given[0] if given else "", reason)
    return FailedRecipient(address, status, _action(action, status), (reason or fallback)[:_REASON_CHARS])


def _typed(value: str) -> str:
    """Return the address of `rfc822; someone@example.com` (RFC 3464 §2.3.2), without `<>`."""
    kind, semicolon, address = value.partition(";")
    return (address if semicolon else kind).strip().strip("<>").strip()


def _first_word(value: str) -> str:
    return value.casefold().strip(" ;,.").partition(" ")[0].strip(";,.")


_ACTIONS = frozenset({"failed", "delayed", "delivered", "relayed", "expanded"})


def _action(said: str, status: str) -> str:
    """Return one of the five actions (RFC 3464 §2.3.3); what is none of them is judged by its status."""
    if said in _ACTIONS:
        return said
    return "delivered" if status.startswith("2.") and not said else "failed"


_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])[0-5]\d(?![\d.])")


def _best_status(given: str, reason: str) -> str:
    """Return the most telling status: of the field if it has detail, else of the words, else a bare class."""
    if given and not given.endswith(".0.0"):
        return given
    told = _STATUS.search(reason)
    if told:
        return told[0]
    code = _REPLY_CODE.search(reason)
    return given or (f"{code[1]}.0.0" if code else "")


# --- prose ------------------------------------------------------------------------------------------------

_TEXT_LINES = 120
_ANY_ADDRESS = re.compile(
    r"[A-Za-z0-9._%+=/'!#$&*?^`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
)
_ADDRESS_LINE = re.compile(
    rf"\s*(?:Recipient:\s*)?[<\"']?({_ANY_ADDRESS.pattern})[>\"']?\s*(?:[:;,]|on\b|\(|$)"
)


def _from_text(message: Message) -> list[FailedRecipient]:
    """Return the recipients that a report in prose names, each with the lines below it as its reason."""
    head = list(_above_returned(message.text))
    listed = [fields for fields in _groups("\n".join(head)) if "final-recipient" in fields]
    if listed:
        return [recipient for fields in listed if (recipient := _recipient(fields, ""))]
    action = "delayed" if _says(message, head, words.DELAYED) else "failed"
    told = _told(message, head)
    return [
        FailedRecipient(address, _best_status("", reason), action, reason[:_REASON_CHARS])
        for address, reason in told
    ]


def _is_reported(message: Message) -> bool:
    """Say whether a mail server wrote this mail to report a delivery: it says so, or two signs agree."""
    declared = dict(message.content_params).get("report-type", "").casefold() == "delivery-status"
    if declared or message.all("X-Failed-Recipients"):
        return True
    sender = (message.first("From") or "").casefold()
    reporter = any(name in sender for name in words.REPORTERS)
    null = (message.first("Return-Path") or "").strip() == "<>"
    if not reporter and not null:
        return False
    subject = any(phrase in message.subject.casefold() for phrase in words.SUBJECTS)
    said = _says(message, list(_above_returned(message.text)), words.FAILED + words.DELAYED)
    returned = any(report.content_type in _RETURNED_TYPES for report in message.reports)
    return (reporter and (subject or said)) or (null and (returned or (subject and said)))


def _says(message: Message, head: Sequence[str], phrases: Sequence[str]) -> bool:
    said = " ".join(" ".join((message.subject, *head)).casefold().split())
    return any(phrase in said for phrase in phrases)


def _above_returned(text: str) -> Iterator[str]:
    """Yield the lines above the mail that came back, so that its addresses are not taken for failed ones."""
    for line in text.splitlines()[:_TEXT_LINES]:
        low = line[:200].casefold()
        ruled = low.lstrip().startswith(("--", "==", "__")) or low.rstrip().endswith((":", "."))
        if low.startswith(("received:", "return-path:", "dkim-signature:", "delivered-to:")):
            return
        if ruled and len(low) < 100 and any(phrase in low for phrase in words.RETURNED):
            return
        yield line[:1000]


def _told(message: Message, head: Sequence[str]) -> list[tuple[str, str]]:
    """Return (address, reason) for each address that begins a line, else for the first that is named."""
    starts = [(i, match[1]) for i, line in enumerate(head) if (match := _ADDRESS_LINE.match(line[:400]))]
    everything = " ".join(" ".join(head).split())
    if starts:
        ends = [*(i for i, _ in starts[1:]), len(head)]
        return [
            (address, " ".join(" ".join(head[i:end]).split()))
            for (i, address), end in zip(starts, ends, strict=True)
        ]
    named = ", ".join(message.all("X-Failed-Recipients")) or everything
    ours = {address.key for address in (*message.to, *message.cc)}
    found = [address for address in _ANY_ADDRESS.findall(named[:20_000]) if address.casefold() not in ours]
    return [(address, everything) for address in found[:1]]


# --- the mail that came back ------------------------------------------------------------------------------

_MESSAGE_ID = re.compile(r"^message-id:[ \t]*(?:\n[ \t]+)?(<[^<>\s]{1,400}>)", re.IGNORECASE | re.MULTILINE)


def _original_id(message: Message) -> str | None:
    """Return the Message-ID of the mail that came back: of the returned part, else from below the prose."""
    texts = [report.text for report in message.reports if report.content_type in _RETURNED_TYPES]
    return next((match[1] for text in (*texts, message.text) if (match := _MESSAGE_ID.search(text))), None)
