"""Bytes in a charset that the sender names -> clean text; never raises, for any bytes and any name.

Charset labels mean what browsers take them to mean (WHATWG Encoding §4.2), because that is what the mailers that
wrote them meant: `us-ascii` and `iso-8859-1` are windows-1252, `gb2312` is gb18030. A label chooses from a fixed
table and never names a Python codec, so a sender can neither reach `zlib` nor make us look for a module.
"""

import re
from encodings.aliases import aliases
from functools import lru_cache

from maild.core.reading.legacy_charsets import guess_codec, read_jis, read_viscii

# Charsets of our own, which Python has no codec for.
_JIS = "iso2022_jp_ms"
_VISCII = "viscii"
_READERS = {_JIS: read_jis, _VISCII: read_viscii}

# Labels (lower case, `-` for `_` and space) whose meaning in the wild is wider than their name.
_WIDER = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi-x3.4-1968": "cp1252",
    "646": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso-8859-1-i": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "l1": "cp1252",
    "ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "iso-8859-8-i": "iso8859_8",
    "iso-8859-6-i": "iso8859_6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb-2312": "gb18030",
    "chinese": "gb18030",
    "cp936": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "shiftjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": _JIS,
    "iso-2022-jp-ms": _JIS,
    "cp50220": _JIS,
    "cp50221": _JIS,
    "viscii": _VISCII,
    "viscii1.1-1": _VISCII,
    "euc-kr": "cp949",
    "ks-c-5601-1987": "cp949",
    "ks-c-5601": "cp949",
    "ksc5601": "cp949",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode": "utf-16",
    "ucs-2": "utf-16",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "koi8": "koi8_r",
}

# Every codec that a mail may choose: tables from bytes to characters and nothing else.
CODECS = (
    *(
        f"cp{page}"
        for page in (437, 737, 775, 850, 852, 855, 857, 858, 860, 861, 862, 863, 864, 865, 866, 869)
    ),
    *(
        f"cp{page}"
        for page in (874, 932, 949, 950, 1006, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258)
    ),
    *(f"iso8859_{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)),
    *(
        "big5",
        "big5hkscs",
        "euc_jp",
        "euc_jis_2004",
        "euc_kr",
        "gb2312",
        "gb18030",
        "hz",
        "johab",
        "shift_jis_2004",
    ),
    *("iso2022_jp", "iso2022_jp_2", "iso2022_jp_ext", "iso2022_kr", "koi8_r", "koi8_t", "koi8_u", "kz1048"),
    *("mac_roman", "mac_cyrillic", "mac_greek", "mac_latin2", "mac_turkish", "mac_iceland", "ptcp154"),
    *("utf-8", "utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"),
)

_BY_ALIAS = {name.replace("_", "-"): codec for name, codec in aliases.items()}
_ALLOWED = {codec.replace("-", "_"): codec for codec in (*CODECS, *_READERS)}
# Codecs in which a byte below 128 need not mean its ASCII character.
_SHIFTING = frozenset(
    {"hz", "utf-7", *_READERS, *(c for c in CODECS if c.startswith(("iso2022", "utf-16", "utf-32")))}
)

# What no text of a mail needs: C0 and C1 controls except \n and \t, lone surrogates, the byte order mark,
# the two noncharacters that XML and some databases refuse.
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
# In a header value also: every way to hide, to reverse or to break a line (rules: Header text).
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e0fff]"
)
_WHITE = re.compile("[\t\n\x0b\x0c\r \x85\u2028\u2029]+")


_DASHES = str.maketrans("_ :", "---")


@lru_cache(maxsize=256)
def codec_of(label: str) -> str | None:
    """Return the Python codec that a charset label stands for, or None where we know none.

    >>> codec_of("GB2312"), codec_of("x-unknown"), codec_of("zlib")
    ('gb18030', None, None)
    """
    name = label.partition(";")[0].strip(" \t\"'").lower().translate(_DASHES)[:64]
    for key in (name, name.removeprefix("x-"), name.removeprefix("cs")):
        codec = _WIDER.get(key) or _BY_ALIAS.get(key) or key.replace("windows-", "cp").replace("cp-", "cp")
        found = _WIDER.get(codec.replace("_", "-")) or _ALLOWED.get(codec.replace("-", "_"))
        if found:
            return found
    return None


def decode(data: bytes, label: str | None) -> tuple[str, bool]:
    """Return the text of `data` and whether the label was right; the text is not cleaned yet.

    Where the label is missing, unknown or wrong, the bytes are read as UTF-8 if they can be, else as what they look
    like, windows-1252 in doubt. A label that means "western, or nobody chose" gives way to bytes that are valid
    UTF-8 beyond ASCII, or that switch to Japanese: mailers that default to `us-ascii` are common.
    """
    codec = codec_of(label) if label else None
    known = not label or codec is not None
    if codec in _READERS:
        text = _READERS[codec](data)
        return text, "\ufffd" not in text
    if data.isascii() and codec not in _SHIFTING:
        return (read_jis(data) if b"\x1b$" in data else data.decode("ascii")), known
    if codec is None or codec == "cp1252":
        return _guess(data), known
    try:
        return data.decode(codec), True
    except UnicodeError:
        return (_guess(data) if codec == "utf-8" else data.decode(codec, "replace")), False


def _guess(data: bytes) -> str:
    """Read as UTF-8 if most of what is not ASCII is valid UTF-8, else as what it looks like."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if not broken:
        return text
    sound = sum(1 for char in text if char > "\x7f") - broken
    return text if sound > broken else data.decode(guess_codec(data) or "cp1252", "replace")


def clean_text(text: str) -> str:
    r"""Return `text` with line ends as `\n`, and without control characters and lone surrogates.

    >>> clean_text("a\r\nb\x00\tc")
    'a\nb\tc'
    """
    if not text.isascii() or not text.isprintable():
        text = _CONTROLS.sub("", _LINE_ENDS.sub("\n", text))
    return text


def hides(text: str) -> bool:
    """Say whether `text` holds what `clean_line` takes away without a trace."""
    return _INVISIBLE.search(text) is not None


def clean_line(text: str) -> str:
    r"""Return `text` as one line without control, bidi and zero-width characters, white space folded.

    >>> clean_line("a\r\nBcc: x\u202e")
    'a Bcc: x'
    """
    if not text.isascii() or not text.isprintable() or "  " in text:
        text = _INVISIBLE.sub("", _WHITE.sub(" ", text))
        # What stood between two blanks may be gone.
        text = _WHITE.sub(" ", text) if "  " in text else text
    return text.strip(" ")
