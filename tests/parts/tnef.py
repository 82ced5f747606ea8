"""Writes winmail.dat and compressed RTF, for tests: by the published layout, the other way round than we read it."""

from collections.abc import Mapping, Sequence

TEXT, UNICODE, BINARY, OBJECT, LONG = 0x001E, 0x001F, 0x0102, 0x000D, 0x0003
_RTF_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)


def winmail(*attributes: bytes) -> bytes:
    """Return a winmail.dat of `attributes`."""
    return b"\x78\x9f\x3e\x22\x01\x00" + b"".join(attributes)


def attribute(number: int, value: bytes, level: int = 1) -> bytes:
    """Return one attribute with its checksum; the upper half of its id, the type, is of no account."""
    head = bytes([level]) + number.to_bytes(2, "little") + b"\x06\x00" + len(value).to_bytes(4, "little")
    return head + value + (sum(value) % 65536).to_bytes(2, "little")


def file(name: str, content: bytes, properties: Mapping[int, tuple[int, bytes]] | None = None) -> bytes:
    """Return the attributes of one file."""
    told = attribute(0x9005, property_list(properties), 2) if properties else b""
    title = attribute(0x8010, name.encode("cp1252", "replace") + b"\0", 2)
    return attribute(0x9002, b"\0" * 14, 2) + title + attribute(0x800F, content, 2) + told


def property_list(properties: Mapping[int, tuple[int, bytes]], named: Sequence[bytes] = ()) -> bytes:
    """Return a list of properties, number to (type, value); `named` are whole ones to put first."""
    out = b"".join(named)
    for number, (kind, value) in properties.items():
        out += kind.to_bytes(2, "little") + number.to_bytes(2, "little")
        if kind != LONG:
            out += b"\x01\0\0\0" + len(value).to_bytes(4, "little")
        out += value + b"\0" * (-len(value) % 4)
    return (len(properties) + len(named)).to_bytes(4, "little") + out


def named_property(name: str) -> bytes:
    """Return a property that has a word for a number."""
    word = name.encode("utf-16-le") + b"\0\0"
    kind = b"\x03\0" + b"\x01\x80" + b"G" * 16 + b"\x01\0\0\0" + len(word).to_bytes(4, "little")
    return kind + word + b"\0" * (-len(word) % 4) + b"\x07\0\0\0"


def compressed_rtf(rtf: bytes) -> bytes:
    """Return RTF packed, with a reference wherever three bytes and more have stood within reach."""
    out = bytearray(_RTF_DICTIONARY)
    items: list[bytes | tuple[int, int]] = []
    at = 0
    while at < len(rtf):
        length = next((n for n in range(min(17, len(rtf) - at), 2, -1) if rtf[at : at + n] in out[-4000:]), 0)
        if length:
            items.append((out.rindex(rtf[at : at + length]) % 4096, length))
        else:
            items.append(rtf[at : at + 1])
        out += rtf[at : at + max(length, 1)]
        at += max(length, 1)
    items.append((len(out) % 4096, 2))
    body = b"".join(_packed(items[n : n + 8]) for n in range(0, len(items), 8))
    return (
        (len(body) + 12).to_bytes(4, "little") + len(rtf).to_bytes(4, "little") + b"LZFu" + b"\0\0\0\0" + body
    )


def _packed(items: Sequence[bytes | tuple[int, int]]) -> bytes:
    control = sum(isinstance(item, tuple) << bit for bit, item in enumerate(items))
    return bytes([control]) + b"".join(
        (item[0] << 4 | item[1] - 2).to_bytes(2, "big") if isinstance(item, tuple) else item for item in items
    )
