"""winmail.dat -> what Outlook wrapped into it: subject, text and files (MS-OXTNEF).

A bounded reader: every length is held against the bytes that are there, a value that runs over the end ends the
reading, and what was read up to then is returned. Nothing is executed and no object is opened.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from maild.core.reading.charset import decode
from maild.core.reading.rtf_text import unpack_rtf

_SIGNATURE = b"\x78\x9f\x3e\x22"
_HEADER_BYTES = 6
_ATTRIBUTES = 10_000
_PROPERTIES = 2_000
_VALUES = 100

# Attributes (MS-OXTNEF §2.1.3.2): the numbers without their types.
_SUBJECT, _BODY, _OEM_CODEPAGE, _MESSAGE_PROPERTIES = 0x8004, 0x800C, 0x9007, 0x9003
_NEW_ATTACHMENT, _ATTACHMENT_TITLE, _ATTACHMENT_DATA, _ATTACHMENT_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
# Properties (MS-OXPROPS).
_P_SUBJECT, _P_BODY, _P_RTF, _P_HTML, _P_CODEPAGE = 0x0037, 0x1000, 0x1009, 0x1013, 0x3FDE
_P_DATA, _P_FILE_NAME, _P_LONG_NAME, _P_TYPE, _P_CONTENT_ID = 0x3701, 0x3704, 0x3707, 0x370E, 0x3712
# Types of properties (MS-OXCDATA §2.11.1): how many bytes a value of fixed size takes, padded to four.
_FIXED = {
    **dict.fromkeys((0x0002, 0x0003, 0x0004, 0x000A, 0x000B), 4),
    **dict.fromkeys((0x0005, 0x0006, 0x0007, 0x0014, 0x0040), 8),
    0x0048: 16,
}
_OBJECT, _STRING8, _UNICODE, _BINARY = 0x000D, 0x001E, 0x001F, 0x0102
_VARIABLE = frozenset({_OBJECT, _STRING8, _UNICODE, _BINARY})
_MANY = 0x1000


@dataclass(frozen=True, slots=True)
class TnefFile:
    """A file from a winmail.dat; `name`, `content_type` and `content_id` may be empty."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True, slots=True)
class Tnef:
    """What a winmail.dat holds; `text` or `html` are empty where it has none, `rtf` is unpacked."""

    subject: str = ""
    text: str = ""
    html: str = ""
    rtf: bytes = b""
    files: tuple[TnefFile, ...] = ()


def read_tnef(data: bytes, limit: int) -> Tnef | None:
    """Return what `data` holds, its RTF unpacked to at most `limit` bytes; None where it is no TNEF."""
    if not data.startswith(_SIGNATURE):
        return None
    found = Tnef()
    files: list[TnefFile] = []
    codepage = "cp1252"
    for number, value in _attributes(data):
        if number == _OEM_CODEPAGE:
            codepage = f"cp{int.from_bytes(value[:4], 'little')}"
        elif number == _SUBJECT:
            found = replace(found, subject=found.subject or _text(value, codepage))
        elif number == _BODY:
            found = replace(found, text=found.text or _text(value, codepage))
        elif number == _MESSAGE_PROPERTIES:
            found = _with_properties(found, dict(_properties(value)), codepage, limit)
        elif number == _NEW_ATTACHMENT:
            files.append(TnefFile())
        elif number == _ATTACHMENT_TITLE and files:
            files[-1] = replace(files[-1], name=files[-1].name or _text(value, codepage))
        elif number == _ATTACHMENT_DATA and files:
            files[-1] = replace(files[-1], content=value)
        elif number == _ATTACHMENT_PROPERTIES and files:
            files[-1] = _described(files[-1], dict(_properties(value)), codepage)
    return replace(found, files=tuple(file for file in files if file.content or file.name))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (number, value) of each attribute (§2.1.3.1); the checksum behind each is passed over."""
    at = _HEADER_BYTES
    for _ in range(_ATTRIBUTES):
        head = data[at : at + 9]
        length = int.from_bytes(head[5:9], "little")
        if len(head) < 9 or at + 9 + length > len(data):
            return
        yield int.from_bytes(head[1:3], "little"), data[at + 9 : at + 9 + length]
        at += 9 + length + 2


def _with_properties(
    found: Tnef, properties: dict[int, tuple[int, bytes]], codepage: str, limit: int
) -> Tnef:
    kind, rtf = properties.get(_P_RTF, (0, b""))
    _, html_codepage = properties.get(_P_CODEPAGE, (0, b""))
    page = f"cp{int.from_bytes(html_codepage[:4], 'little')}" if html_codepage else codepage
    html_kind, html = properties.get(_P_HTML, (0, b""))
    return replace(
        found,
        subject=_property_text(properties, _P_SUBJECT, codepage) or found.subject,
        text=_property_text(properties, _P_BODY, codepage) or found.text,
        html=html.decode("utf-16-le", "replace")
        if html_kind == _UNICODE
        else _text(html, _codepage_label(page)),
        rtf=unpack_rtf(rtf, limit) if kind == _BINARY else b"",
    )


def _codepage_label(page: str) -> str:
    return {"cp65001": "utf-8", "cp1200": "utf-16-le", "cp20127": "us-ascii", "cp28591": "iso-8859-1"}.get(
        page, page
    )


def _described(file: TnefFile, properties: dict[int, tuple[int, bytes]], codepage: str) -> TnefFile:
    kind, data = properties.get(_P_DATA, (0, b""))
    # An object begins with the id of its interface: 16 bytes that are no part of it.
    content = data[16:] if kind == _OBJECT else data
    return TnefFile(
        name=_property_text(properties, _P_LONG_NAME, codepage)
        or _property_text(properties, _P_FILE_NAME, codepage)
        or file.name,
        content_type=_property_text(properties, _P_TYPE, codepage).lower(),
        content_id=_property_text(properties, _P_CONTENT_ID, codepage).strip("<> "),
        content=file.content or content,
    )


def _property_text(properties: dict[int, tuple[int, bytes]], number: int, codepage: str) -> str:
    kind, value = properties.get(number, (0, b""))
    if kind == _UNICODE:
        return value.decode("utf-16-le", "replace").rstrip("\0")
    return _text(value, codepage) if kind == _STRING8 else ""


def _text(value: bytes, codepage: str) -> str:
    return decode(value.rstrip(b"\0"), codepage)[0]


def _properties(data: bytes) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Yield (number, (type, first value)) of each property of a list (§2.1.3.4); ends where one can't be read."""
    count = int.from_bytes(data[:4], "little")
    at = 4
    for _ in range(min(count, _PROPERTIES)):
        head = data[at : at + 4]
        if len(head) < 4:
            return
        kind, number = int.from_bytes(head[:2], "little"), int.from_bytes(head[2:], "little")
        at += 4
        if number >= 0x8000:
            at = _after_name(data, at)
        value, at = _value(data, at, kind)
        if at > len(data):
            return
        yield number, (kind & ~_MANY, value)


def _after_name(data: bytes, at: int) -> int:
    """Return where a named property goes on behind its name: a set of names, then a number or a word."""
    if data[at + 16 : at + 20] == b"\0\0\0\0":
        return at + 24
    return at + 24 + _padded(int.from_bytes(data[at + 20 : at + 24], "little"))


def _value(data: bytes, at: int, kind: int) -> tuple[bytes, int]:
    """Return the first value at `at` and the offset behind all of them, one beyond the data where it can't be read."""
    beyond = len(data) + 1
    base = kind & ~_MANY
    count = 1
    if base in _VARIABLE or kind & _MANY:
        count = int.from_bytes(data[at : at + 4], "little")
        at += 4
    if count > _VALUES or (base not in _VARIABLE and base not in _FIXED):
        return b"", beyond
    first = b""
    for number in range(count):
        size = _FIXED.get(base, 0)
        if base in _VARIABLE:
            size = int.from_bytes(data[at : at + 4], "little")
            at += 4
        if number == 0:
            first = data[at : at + size]
        at += _padded(size)
    # Some writers leave out the padding behind the very last value.
    return first, len(data) if len(data) < at <= len(data) + 3 else at


def _padded(size: int) -> int:
    return -(-size // 4) * 4
