"""Charsets that Python has no codec for, and a guess at the charset of bytes that nobody named.

The guess is for mail without a charset, or with one that is plainly wrong: it looks at the first kilobytes only,
and answers None where the bytes may as well be western.
"""

import re
from codecs import charmap_decode
from collections.abc import Iterator

# RFC 1456: Vietnamese with six of its letters in the place of control characters.
_VISCII_LOW = {0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}
_VISCII_HIGH = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
VISCII = "".join(_VISCII_LOW.get(code, chr(code)) for code in range(128)) + _VISCII_HIGH

_JIS_SWITCH = re.compile(rb"\x1b(\$[@B]|\([BJI]|\$\([DQO]|&@)")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_CYRILLIC = frozenset({*range(0xC0, 0x100), 0xA3, 0xA8, 0xB3, 0xB8})
_SAMPLE_BYTES = 8_192
_LEAST_HIGH_BYTES = 6


def read_viscii(data: bytes) -> str:
    """Return VISCII text (RFC 1456)."""
    return charmap_decode(data, "replace", VISCII)[0]


def read_jis(data: bytes) -> str:
    """Return ISO-2022-JP as Microsoft's programs write it: with NEC's circled digits and half-width kana.

    Each stretch behind an escape is read by itself, so a broken one costs nothing but itself (RFC 1468).
    """
    return "".join(_jis_stretches(data))


def _jis_stretches(data: bytes) -> Iterator[str]:
    charset, at = b"(B", 0
    for switch in _JIS_SWITCH.finditer(data):
        yield _jis_text(charset, data[at : switch.start()])
        charset, at = switch[1], switch.end()
    yield _jis_text(charset, data[at:])


def _jis_text(charset: bytes, data: bytes) -> str:
    if charset in (b"$B", b"$@"):
        return b"".join(_shifted(data)).decode("cp932", "replace")
    if charset == b"(I":
        return bytes(byte | 0x80 for byte in data).decode("cp932", "replace")
    return data.decode("cp1252", "replace") if charset in (b"(B", b"(J") else "\ufffd" * (len(data) // 2)


def _shifted(data: bytes) -> Iterator[bytes]:
    """Yield pairs of JIS X 0208 as Shift_JIS; a line end within them stays what it is."""
    at = 0
    while at < len(data):
        row, cell = data[at], data[at + 1] if at + 1 < len(data) else 0
        if not (0x21 <= row <= 0x7E and 0x21 <= cell <= 0x7E):
            yield data[at : at + 1]
            at += 1
            continue
        lead = (row - 0x21) // 2 + (0x81 if row < 0x5F else 0xC1)
        trail = cell + (0x7E if row % 2 == 0 else 0x20 if cell >= 0x60 else 0x1F)
        yield bytes((lead, trail))
        at += 2


def guess_codec(data: bytes) -> str | None:
    """Return the codec of bytes that are not UTF-8, or None where they are western or nobody can tell.

    Western text has single letters beyond ASCII; Cyrillic has words of them, and CJK has pairs.
    """
    sample = data[:_SAMPLE_BYTES]
    runs = _HIGH_RUN.findall(sample)
    high = sum(map(len, runs))
    if high < _LEAST_HIGH_BYTES or high < 2 * len(runs):
        return None
    if high >= 3 * len(runs) and sum(map(_CYRILLIC.__contains__, b"".join(runs))) >= 0.97 * high:
        return _cyrillic(runs)
    return _east_asian(data)


def _cyrillic(runs: list[bytes]) -> str:
    """Tell windows-1251 from KOI8-R: letters within a word are small, and small here is large there."""
    within = b"".join(run[1:] for run in runs)
    return "cp1251" if sum(byte >= 0xE0 for byte in within) * 2 >= len(within) else "koi8_r"


def _east_asian(data: bytes) -> str | None:
    """Return the first of five codecs that can read all of it and finds enough of what its language is made of."""
    for codec, first, last, percent in (
        ("euc_jp", "\u3041", "\u30f6", 25),
        ("cp932", "\u3041", "\u30f6", 25),
        ("cp949", "\uac00", "\ud7a3", 80),
        ("gb2312", "\u4e00", "\u9fff", 50),
        ("big5", "\u4e00", "\u9fff", 50),
    ):
        try:
            text = data.decode(codec)
        except UnicodeError:
            continue
        beyond = [char for char in text[:_SAMPLE_BYTES] if char > "\x7f"]
        if sum(first <= char <= last for char in beyond) * 100 >= percent * len(beyond):
            return codec
    return None
