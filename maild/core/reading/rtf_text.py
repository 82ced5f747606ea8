r"""Rich Text as Outlook sends it -> plain text: unpacked (MS-OXRTFCP), and its words without the rest (MS-OXRTFEX).

Only what carries words is understood: paragraphs, tabs, characters by number, and which groups are not text at all.
"""

import re

from maild.core.reading.charset import decode

_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4_096
_HEADER_BYTES = 16
_STORED, _COMPRESSED = b"MELA", b"LZFu"
# Groups whose words are no text of the author's.
_SILENT = frozenset(
    {
        *(
            "fonttbl",
            "colortbl",
            "stylesheet",
            "info",
            "pict",
            "object",
            "header",
            "footer",
            "headerl",
            "headerr",
        ),
        *(
            "footerl",
            "footerr",
            "themedata",
            "listtable",
            "listoverridetable",
            "rsidtbl",
            "generator",
            "xmlnstbl",
        ),
        *("datastore", "latentstyles", "fldinst", "pntext", "mhtmltag"),
    }
)
_WRITTEN = {
    **dict.fromkeys(("par", "line", "sect", "page", "row"), "\n"),
    **dict.fromkeys(("tab", "cell"), "\t"),
    "emdash": "—",
    "endash": "–",
    "bullet": "•",
    "lquote": "‘",
    "rquote": "’",
    "ldblquote": "“",
    "rdblquote": "”",
}
_TOKEN = re.compile(
    rb"\\([a-z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n\\]",
    re.DOTALL,
)
_DEPTH = 1_000
_HEAD_BYTES = 400


def unpack_rtf(data: bytes, limit: int) -> bytes:
    """Return compressed RTF unpacked, at most `limit` bytes of it; what is no such thing gives nothing (§2.1.3)."""
    kind = data[8:12]
    body = data[_HEADER_BYTES:]
    if kind == _STORED:
        return body[:limit]
    return _unpacked(body, min(limit, int.from_bytes(data[4:8], "little"))) if kind == _COMPRESSED else b""


def _unpacked(body: bytes, limit: int) -> bytes:
    """Undo the compression: eight items behind each control byte, a literal or a piece of the last 4,096 bytes."""
    out = bytearray(_DICTIONARY)
    goal = len(out) + limit
    at = 0
    while at < len(body) and len(out) < goal:
        control = body[at]
        at += 1
        for bit in range(8):
            if not control >> bit & 1:
                out += body[at : at + 1]
                at += 1
                continue
            reference = int.from_bytes(body[at : at + 2], "big")
            at += 2
            distance = (len(out) - (reference >> 4)) % _WINDOW
            if distance == 0 or at > len(body):
                return bytes(out[len(_DICTIONARY) : goal])
            for _ in range((reference & 15) + 2):
                out.append(out[-distance] if distance <= len(out) else 32)
    return bytes(out[len(_DICTIONARY) : goal])


def wraps_html(rtf: bytes) -> bool:
    """Tell whether the document is HTML that was put into RTF, as Exchange does (MS-OXRTFEX §2.1.2)."""
    return b"\\fromhtml" in rtf[:_HEAD_BYTES]


def rtf_to_text(rtf: bytes) -> str:
    r"""Return the words of an RTF document, with `\n` line ends; of one that wraps HTML, that HTML.

    >>> rtf_to_text(rb"{\rtf1\ansi{\fonttbl{\f0 Arial;}}Gr\'fc\'dfe,\par \u8211? Ann}")
    'Grüße,\n– Ann'
    """
    words = _Words(html=wraps_html(rtf))
    for token in _TOKEN.finditer(rtf):
        name, number, code, symbol, brace, text = token.groups()
        if name is not None:
            words.control(name.decode("ascii"), int(number) if number else None)
        elif brace is not None:
            words.group(opens=brace == b"{")
        elif code is not None:
            words.write(bytes([int(code, 16)]), 1)
        elif symbol is not None:
            words.symbol(symbol)
        elif text is not None:
            words.write(text, len(text))
    return words.text()


class _Words:
    """The text so far, and which group we are in."""

    def __init__(self, *, html: bool) -> None:
        self._html = html
        self._out: list[str] = []
        self._bytes: list[bytes] = []
        self._groups: list[tuple[bool, bool, int]] = []
        self._silent = False
        # Between \\htmlrtf and \\htmlrtf0 stands what only readers of RTF need (MS-OXRTFEX §2.1.3.1).
        self._rtf_only = False
        # How many characters stand in for a \u that old readers can't show: they are passed over (§ Unicode RTF).
        self._instead = 1
        self._skip = 0
        self._optional = False
        self._charset = "cp1252"

    def text(self) -> str:
        """Return what was written."""
        self._flush()
        text = "".join(self._out).strip("\n")
        # A character beyond the first 65,536 comes as two numbers, each a half of it.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def group(self, *, opens: bool) -> None:
        """Enter or leave a group."""
        self._skip = 0
        self._optional = False
        if opens and len(self._groups) < _DEPTH:
            self._groups.append((self._silent, self._rtf_only, self._instead))
        elif not opens and self._groups:
            self._silent, self._rtf_only, self._instead = self._groups.pop()

    def control(self, name: str, number: int | None) -> None:
        """Act on a control word."""
        is_html = self._html and name == "htmltag"
        if name in _SILENT or (self._optional and not is_html):
            self._silent = True
        self._optional = False
        if is_html:
            self._rtf_only = False
        elif name == "htmlrtf":
            self._rtf_only = number != 0
        elif name == "uc":
            self._instead = min(max(number or 0, 0), 10)
        elif name == "u" and number is not None:
            self._put(chr(number % 0x10000))
            self._skip = self._instead
        elif name == "ansicpg" and number:
            self._charset = f"cp{number}"
        elif name in _WRITTEN:
            self._put(_WRITTEN[name])

    def symbol(self, symbol: bytes) -> None:
        """Act on a backslash before what is no letter."""
        if symbol == b"*":
            self._optional = True
        elif symbol in (b"\\", b"{", b"}"):
            self.write(symbol, 1)
        elif symbol in (b"\r", b"\n"):
            self._put("\n")
        elif symbol in (b"~", b"_"):
            self._put("\xa0" if symbol == b"~" else "-")

    def write(self, text: bytes, count: int) -> None:
        """Add bytes in the charset of the document, without those that stand in for a character by number."""
        passed = min(self._skip, count)
        self._skip -= passed
        self._optional = False
        if not (self._silent or self._rtf_only) and text[passed:]:
            self._bytes.append(text[passed:])

    def _put(self, text: str) -> None:
        if not (self._silent or self._rtf_only):
            self._flush()
            self._out.append(text)

    def _flush(self) -> None:
        """Decode what came as bytes together: a character may be two of them."""
        if self._bytes:
            self._out.append(decode(b"".join(self._bytes), self._charset)[0])
            self._bytes.clear()
