"""The last look at a mail of ours before it leaves: its bytes, read by other code than wrote them.

Whatever a stranger managed to put into a name or a subject, only the header fields listed here leave, one
of each, and no value holds what could begin another line (CVE-2024-6923 and its kin).
"""

import re
from collections.abc import Iterable
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser

from maild.core.writing.html_check import check_html
from maild.errors import SendRefused

LINE_BYTES = 998  # RFC 5322 §2.1.1

_REQUIRED = frozenset(
    {"date", "from", "to", "reply-to", "subject", "message-id", "references", "mime-version"}
)
_MAY = frozenset({"in-reply-to", "auto-submitted", "x-auto-response-suppress", "x-maild-loop"})
_CONTENT = frozenset({"content-type", "content-transfer-encoding"})
_OF_FILE = _CONTENT | {"content-disposition"}
_COMPOSITE = frozenset({"multipart", "message"})
_ENCODINGS = frozenset({"7bit", "quoted-printable", "base64"})

_CONTROL_BYTES = bytes(code for code in (*range(32), 127) if code not in b"\t\r\n")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_CONTROL_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_ADDRESS = r'[^\s<>()\[\],;:\\"@]+@[A-Za-z0-9.-]+'
_ONE_ADDRESS = re.compile(_ADDRESS)
_WORDS = r"=\?utf-8\?b\?[A-Za-z0-9+/=]+\?="
_FROM = re.compile(rf'(?:(?:"[^"\\<>@]*"|{_WORDS}(?: {_WORDS})*) <({_ADDRESS})>|({_ADDRESS}))')


def check_outgoing(raw: bytes, *, never: str = "") -> None:
    """Return if the composed mail `raw` may leave; raises SendRefused that names what is wrong with it.

    `never` is the line that marks internal text: in mail to a customer it stands in neither form, however it is broken.
    """
    _check_bytes(raw)
    message = _read(raw)
    values = _check_fields(message, _REQUIRED | _CONTENT, _MAY)
    _check_addresses(values)
    multipart = message.get_content_maintype() == "multipart"
    said = _check_parts(message) if multipart else [_check_text(message)]
    _refuse_if(
        bool(never) and any(_folded(never) in _folded(text) for text in said), "it holds internal text"
    )


def _folded(text: str) -> str:
    return "".join(text.casefold().split())


def _read(raw: bytes) -> Message:
    """Parse the mail or part: its header, and where it is a multipart what lies between its boundaries.

    A parser would look at each line of the body for what is not there, and find parts where we write none.
    """
    head, end, body = raw.partition(b"\r\n\r\n")
    message = BytesHeaderParser().parsebytes(head + end)
    if message.get_content_maintype() != "multipart":
        message.set_payload(body.decode("ascii"))
        return message
    boundary = (message.get_boundary() or "").encode("ascii", "replace")
    before, *parts = (b"\r\n" + body).split(b"\r\n--" + boundary)
    ended = boundary and not before and parts and parts.pop() == b"--\r\n"
    _refuse_if(not ended or not all(part.startswith(b"\r\n") for part in parts), "malformed parts")
    message.set_payload([_read(part[2:]) for part in parts])
    return message


def _check_bytes(raw: bytes) -> None:
    """Check what needs no parsing: line ends, line lengths, control characters, 7 bits below the header."""
    _, found, body = raw.partition(b"\r\n\r\n")
    _refuse_if(not found, "no empty line ends its header")
    lines = raw.split(b"\r\n")
    _refuse_if(not raw.count(b"\r") == raw.count(b"\n") == len(lines) - 1, "a bare CR or LF")
    _refuse_if(lines[-1] != b"", "its last line does not end in CRLF")
    _refuse_if(max(map(len, lines)) > LINE_BYTES, f"a line is longer than {LINE_BYTES} bytes")
    _refuse_if(len(raw.translate(None, _CONTROL_BYTES)) < len(raw), "a control character")
    _refuse_if(not body.isascii(), "a byte above 127 in its body")


def _check_fields(part: Message, required: frozenset[str], may: frozenset[str]) -> dict[str, str]:
    """Return the header fields by name in lower case: all of `required`, each once, no others but `may`."""
    _refuse_if(bool(part.defects), f"malformed: {_names(part.defects)}")
    values: dict[str, str] = {}
    for name, value in part.raw_items():
        key = name.lower()
        _refuse_if(
            key not in required and key not in may, f"a header field that we never write: {name!r:.60}"
        )
        _refuse_if(key in values, f"two header fields {name}")
        values[key] = _checked_value(name, str(value))
    _refuse_if(not required <= values.keys(), f"no {', '.join(sorted(required - values.keys()))}")
    return values


def _checked_value(name: str, value: str) -> str:
    """Return a header value unfolded; what stands in its encoded words is looked into too."""
    # A raw value holds 8-bit bytes as surrogates; only an address may have them (RFC 6532).
    line = value.replace("\r\n ", " ").encode("ascii", "surrogateescape").decode("utf-8", "replace")
    _refuse_if(not line.isascii() and name.lower() != "to", f"raw 8-bit text in {name}")
    decoded = _decoded(line) if "=?" in line else line
    _refuse_if(_CONTROL.search(decoded) is not None, f"a control character in {name}")
    return line


def _decoded(value: str) -> str:
    try:
        pieces = decode_header(value)
        words = [
            p.decode(charset or "ascii", "replace") if isinstance(p, bytes) else p for p, charset in pieces
        ]
    except (HeaderParseError, LookupError) as error:
        raise SendRefused(f"our own check refused the mail: {error}") from error
    return "".join(words)


def _check_addresses(values: dict[str, str]) -> None:
    """Check that From, To and Reply-To hold one address each, and that the name in From is not like one."""
    sender = _FROM.fullmatch(values["from"])
    _refuse_if(sender is None, "From is not one address")
    _refuse_if(_ONE_ADDRESS.fullmatch(values["to"]) is None, "To is not one address")
    _refuse_if(_ONE_ADDRESS.fullmatch(values["reply-to"]) is None, "Reply-To is not one address")
    if sender is not None and sender[1]:
        name = _decoded(values["from"]).removesuffix(f"<{sender[1]}>")
        _refuse_if("@" in name or "<" in name, "the name in From looks like an address")


def _check_parts(message: Message) -> list[str]:
    """Return what a multipart says: the words in two forms, alone or in a multipart/mixed with files (RFC 2183)."""
    if message.get_content_type() == "multipart/alternative":
        return _check_alternatives(message)
    parts = _parts_of(message)
    _refuse_if(message.get_content_type() != "multipart/mixed" or not parts, "multipart without sound parts")
    _check_fields(parts[0], _CONTENT, frozenset())
    _check_files(parts[1:])
    both = parts[0].get_content_type() == "multipart/alternative"
    return _check_alternatives(parts[0]) if both else [_check_text(parts[0])]


def _parts_of(message: Message) -> list[Message]:
    payload = message.get_payload()
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _check_alternatives(message: Message) -> list[str]:
    """Return what the text and the HTML say; both are there, and the HTML is what we write and nothing more."""
    parts = _parts_of(message)
    _refuse_if(len(parts) != 2, "its words are not in two forms")
    for part in parts:
        _check_fields(part, _CONTENT, frozenset())
    return [_check_text(parts[0]), check_html(_check_text(parts[1], "text/html"))]


def _check_text(part: Message, kind: str = "text/plain") -> str:
    """Return the part's text: it is of that kind, in UTF-8 without control characters, encoded as it says."""
    _refuse_if(part.get_content_type() != kind, f"its text is not {kind}")
    _refuse_if(part.get("Content-Transfer-Encoding") not in _ENCODINGS, "an unknown transfer encoding")
    data = part.get_payload(decode=True)
    try:
        text = data.decode("utf-8") if isinstance(data, bytes) else ""
    except UnicodeDecodeError as error:
        raise SendRefused("our own check refused the mail: its text is not UTF-8") from error
    _refuse_if(bool(part.defects), "its text is not encoded as it says")
    _refuse_if(_CONTROL_IN_TEXT.search(text) is not None, "a control character in its text")
    return text


def _check_files(files: Iterable[Message]) -> None:
    """Check that each part is one attachment that no reader shows by itself, with a harmless name."""
    for part in files:
        values = _check_fields(part, _OF_FILE, frozenset())
        name = part.get_filename("")
        _refuse_if(part.get_content_maintype() in _COMPOSITE, "a part within a part")
        _refuse_if(part.get_content_disposition() != "attachment", "a part that is no attachment")
        _refuse_if(values["content-transfer-encoding"] != "base64", "an attachment that is not in base64")
        _refuse_if(not name or "/" in name or "\\" in name, "an attachment without a plain name")
        _refuse_if(_CONTROL.search(name) is not None, "a control character in the name of an attachment")


def _names(defects: Iterable[object]) -> str:
    return ", ".join(type(defect).__name__ for defect in defects)


def _refuse_if(wrong: bool, what: str) -> None:
    if wrong:
        raise SendRefused(f"our own check refused the mail: {what}")
