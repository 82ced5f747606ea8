"""Bytes of a mail -> Message: whatever the bytes are, an answer within the limits or Unreadable, never another error.

mail-parser reads the fields whose grammar is treacherous, addresses and dates, unless they are as plain as most
(plain_fields). It is given those fields alone, already unfolded and in UTF-8: of a whole mail it would decode every
part twice, drop bytes that fit no charset, and merge the text of attached mails into this one's (docs/decisions.md).
The rest is our own walk: header_block, mime_parts, body.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256

import mailparser

from maild.core.limits import Limits
from maild.core.message import Address, Message
from maild.core.reading.address_comments import drop_comments
from maild.core.reading.body import read_body
from maild.core.reading.charset import clean_line
from maild.core.reading.encoded_words import HiddenWords, decode_words, parse_parameters
from maild.core.reading.header_block import HIDDEN_IN_FROM, HeaderBlock, header_end, header_start, read_header
from maild.core.reading.mime_parts import Part, PartReader
from maild.core.reading.plain_fields import plain_addresses, plain_date
from maild.core.reading.sender import judge_sender, salvage_addresses
from maild.core.reasons import because
from maild.errors import Unreadable

_IDS = re.compile(r"<[^<>\s]{1,995}>")
_ADDRESS_FIELDS = ("from", "reply-to", "to", "cc")
_DEFECT_CHARS = 200
FIELDS_MAX = 1_000


def parse_message(raw: bytes, limits: Limits) -> Message:
    """Read a mail; raises Unreadable (empty, too_large, header_too_large, too_deep) and nothing else."""
    _check_size(raw, limits)
    start = header_start(raw)
    header = read_header(raw, start)
    parts = PartReader(raw, limits)
    root = parts.read(header, header.body_start, len(raw))
    header = _in_charset_of_body(raw, start, header, root)
    body = read_body(root, limits)
    known = _read_known_fields(header)
    sender, doubt = judge_sender(header.all("from"), known.addresses["from"])
    doubt = doubt or (HIDDEN_IN_FROM if HIDDEN_IN_FROM in header.defects else "")
    notes = [*parts.notes, *body.notes]
    return Message(
        message_id=_message_id(header),
        sender=sender,
        sender_doubt=doubt,
        reply_to=_capped(known.addresses["reply-to"], limits.recipients_shown, "Reply-To", notes),
        to=_capped(known.addresses["to"], limits.recipients_shown, "To", notes),
        cc=_capped(known.addresses["cc"], limits.recipients_shown, "Cc", notes),
        subject=decode_words(header.first("subject"))[: limits.subject_chars],
        date=known.date,
        in_reply_to=_ids(header, "in-reply-to", limits.references),
        references=_ids(header, "references", limits.references),
        text=body.text,
        html_text=body.html_text,
        has_html=body.has_html,
        attachments=body.attachments,
        content_type=_declared_type(header),
        content_params=tuple(root.params.items()),
        reports=body.reports,
        fields=_capped_fields(header, notes),
        defects=tuple(dict.fromkeys((*header.defects, *known.defects, *parts.defects, *body.defects))),
        notes=tuple(dict.fromkeys(notes)),
        body_hash=_body_hash(header, raw),
    )


def _refuse(reason: str, **facts: object) -> Unreadable:
    return Unreadable(reason, because(reason, **facts).text)


def _check_size(raw: bytes, limits: Limits) -> None:
    if not raw.strip():
        raise _refuse("empty")
    if len(raw) > limits.message_bytes:
        raise _refuse("too_large", limit=limits.message_bytes)
    if len(raw) > limits.header_bytes and header_end(raw, 0, limits.header_bytes + 1) > limits.header_bytes:
        raise _refuse("header_too_large", limit=limits.header_bytes)


def _in_charset_of_body(raw: bytes, start: int, header: HeaderBlock, root: Part) -> HeaderBlock:
    """Return the header; where a mailer wrote raw bytes into it, read in the charset of its text (seen everywhere)."""
    data = raw[start : header.body_start]
    if data.isascii():
        return header
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        charset = _charset_of(root)
        return read_header(raw, start, charset=charset) if charset else header
    return header


def _charset_of(root: Part) -> str | None:
    """Return the charset of the first text part that names one."""
    left = [root]
    while left:
        part = left.pop()
        if part.main == "text" and "charset" in part.params:
            return part.params["charset"]
        left.extend(reversed(part.children))
    return None


@dataclass(frozen=True, slots=True)
class _KnownFields:
    """The addresses by field, the date, and what was wrong with either."""

    addresses: dict[str, list[Address]]
    date: datetime | None
    defects: tuple[str, ...]


def _read_known_fields(header: HeaderBlock) -> _KnownFields:
    """Have the address and date fields read; repeated To and Cc count as one list, of From the first is read."""
    addresses: dict[str, list[Address]] = {name: [] for name in _ADDRESS_FIELDS}
    rest: dict[str, str] = {}
    for name in _ADDRESS_FIELDS:
        values = header.all(name)
        if not values:
            continue
        value = values[0] if name == "from" else ", ".join(values)
        plain = plain_addresses(value)
        if plain is None:
            rest[name] = value
        else:
            addresses[name] = [_address(*pair) for pair in plain]
    written = header.first("date")
    date = plain_date(written)
    known = _KnownFields(addresses, date, ())
    if rest or (date is None and written):
        known = _read_the_rest(known, rest, written if date is None else "")
    if not addresses["from"] and header.first("from"):
        addresses["from"] = salvage_addresses(header.first("from"))
    return known


def _read_the_rest(known: _KnownFields, rest: dict[str, str], date: str) -> _KnownFields:
    """Have mail-parser read what is not plain."""
    words = {name: HiddenWords(value) for name, value in rest.items()}
    lines = [f"{name}: {drop_comments(hidden.value)}\r\n" for name, hidden in words.items()]
    mail = mailparser.parse_from_bytes(("".join(lines) + f"date: {date}\r\n\r\n").encode())
    found = dict(zip(_ADDRESS_FIELDS, (mail.from_, mail.reply_to, mail.to, mail.cc), strict=True))
    for name in rest:
        shown = words[name].shown
        known.addresses[name] = [_address(shown(pair[0]), shown(pair[1])) for pair in found[name] if pair[1]]
    faults = [*mail.address_header_defects, *(mail.date_header_defects if date else [])]
    defects = tuple(f"{fault['header']}: {fault['reason']}"[:_DEFECT_CHARS] for fault in faults)
    return _KnownFields(known.addresses, known.date or _date(mail.date, date), defects)


def _address(name: str, address: str) -> Address:
    # Encoded words inside quotes are no encoded words (RFC 2047 §5), and are common all the same.
    return Address(address=clean_line(address), name=decode_words(name))


def _date(found: datetime | None, value: str) -> datetime | None:
    """Return the Date field in UTC; the standard library knows a few forms that mail-parser refuses."""
    if found is not None:
        return found
    try:
        parsed = parsedate_to_datetime(value[:_DEFECT_CHARS])
        return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _message_id(header: HeaderBlock) -> str | None:
    """Return the Message-ID, or None where there is not exactly one that can be one (RFC 5322 §3.6.4)."""
    values = header.all("message-id")
    return values[0] if len(values) == 1 and _IDS.fullmatch(values[0]) else None


def _ids(header: HeaderBlock, name: str, limit: int) -> tuple[str, ...]:
    """Return the message ids in a field, each once; of too many the first (the thread) and the last (the parent).

    Some mailers write a long id, as ours are, in encoded words, which RFC 2047 §5 does not allow.
    """
    values = map(decode_words, header.all(name))
    found = list(dict.fromkeys(match for value in values for match in _IDS.findall(value)))
    if len(found) <= limit:
        return tuple(found)
    return (*found[: limit // 2], *found[len(found) - (limit - limit // 2) :])


def _declared_type(header: HeaderBlock) -> str:
    return parse_parameters(header.first("content-type"))[0].lower() or "text/plain"


def _capped(found: list[Address], limit: int, field: str, notes: list[str]) -> tuple[Address, ...]:
    if len(found) > limit:
        notes.append(f"{field} names {len(found)} addresses; the first {limit} were kept")
    return tuple(found[:limit])


def _capped_fields(header: HeaderBlock, notes: list[str]) -> tuple[tuple[str, str], ...]:
    if len(header.fields) > FIELDS_MAX:
        notes.append(f"the header has {len(header.fields)} fields; the first {FIELDS_MAX} were kept")
    return header.fields[:FIELDS_MAX]


def _body_hash(header: HeaderBlock, raw: bytes) -> str:
    """Return the SHA-256 over the undecoded body and the fields that make a mail itself, white space folded.

    Trace fields, line ends and blank lines at the end differ between two deliveries of one mail; these do not.
    """
    identity = "\n".join(
        f"{name}:{value}" for name in ("from", "date", "subject") for value in header.all(name)
    )
    body = raw[header.body_start :].replace(b"\r\n", b"\n").rstrip()
    digest = sha256(identity.encode())
    digest.update(b"\0")
    digest.update(body)
    return digest.hexdigest()
