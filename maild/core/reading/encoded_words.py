"""What a header value says once its encodings are undone: encoded words (RFC 2047) and parameters (RFC 2231).

Both are read leniently, because the wild breaks every rule of them and a subject that cannot be read cannot be
classified: words inside quotes, characters split between two words, words of several kilobytes, spaces within.
All work is linear in the length of the value.
"""

import re
from binascii import Error as BadBase64
from binascii import a2b_base64, a2b_qp
from itertools import islice
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from maild.core.reading.charset import clean_line, codec_of, decode

# RFC 2047 §2, without its limit of 75 characters; the charset may carry a language (RFC 2231 §5).
# A `?` within the text is forbidden and seen; how far such a word may go is bounded, so that the search is, too.
_WORD = re.compile(
    r"=\?([^?\s*]{1,64})(?:\*[^?\s]{0,64})?\?([bBqQ])\?([^?]*(?=\?=)|(?:[^?]|\?(?!=)){0,200})\?="
)
# An unquoted value ends at a semicolon, or at one that a name of a parameter follows: see `_plain_value`.
_PARAMETER = re.compile(
    r';\s*([^\s=;"]{1,128})\s*=\s*(?:"((?:[^"\\]|\\.)*)"?|([^;]*(?:;(?![^;=]*=)[^;]*)*))', re.DOTALL
)
_MAIN_END = re.compile(r"[;\s]")
# RFC 2045 lets a backslash escape anything; who writes `C:\\dir\\file` means backslashes.
_ESCAPED = re.compile(r'\\(["\\])')
# The form of RFC 2231 in a parameter whose name lacks the asterisk for it (seen from web mailers).
_STARLESS = re.compile(r"([A-Za-z0-9-]{3,30})'[A-Za-z-]{0,20}'(.*%[0-9A-Fa-f]{2}.*)", re.DOTALL)
_NAME = re.compile(r"(.*?)(?:\*([0-9]{1,4}))?(\*?)", re.DOTALL)
_SIGN, _OPEN = "\ue000", "\ue001"
_SIGNS = re.compile(f"[{_SIGN}{_OPEN}]")
_HIDDEN = re.compile(f"{_SIGN}([0-9]{{1,7}}){_SIGN}")
_ENCODED = frozenset({"name", "filename"})
_BASE64_LINE = re.compile(rb"[ \t]*[A-Za-z0-9+/=]*\s*")
PARAMETERS = 200
VALUE_CHARS = 65_536


def decode_base64(data: bytes) -> tuple[bytes, bool]:
    """Return what base64 `data` holds, as far as it can be read, and whether it was sound (RFC 2045 §6.8).

    Of several encoded pieces in a row all are read.
    """
    padding = data.find(b"=")
    if padding >= 0 and data[padding:].strip(b"= \t\r\n"):
        letters, _ = _letters_and_rest(data)
        return b"".join(map(_decode_letters, letters.split(b"="))), False
    try:
        return a2b_base64(data), True
    except BadBase64:
        return _decode_letters(data), False


def behind_base64(data: bytes) -> bytes:
    """Return what stands in plain behind base64 `data`: list servers and scanners of viruses add a text there."""
    return _letters_and_rest(data)[1]


def _letters_and_rest(data: bytes) -> tuple[bytes, bytes]:
    """Return the lines of base64, joined, and all that begins with the first line that can be none."""
    lines = data.splitlines(keepends=True)
    stop = next((at for at, line in enumerate(lines) if not _BASE64_LINE.fullmatch(line)), len(lines))
    return b"".join(lines[:stop]), b"".join(lines[stop:])


def _decode_letters(data: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_words(value: str) -> str:
    """Return `value` with its encoded words decoded, on one clean line.

    Neighbouring words of one charset and encoding are joined before they are decoded: mailers cut within a character.

    >>> decode_words("=?utf-8?Q?Gr=C3?= =?utf-8?Q?=B6=C3=9Fe?= x")
    'Größe x'
    """
    if "=?" not in value:
        return clean_line(value)
    out: list[str] = []
    held: list[tuple[str, str]] = []
    kind = ""
    end = 0
    for match in _WORD.finditer(value):
        between = value[end : match.start()]
        apart = between.strip() or not end
        if apart or match[1].lower() != kind:
            out.append(_words_text(kind, held))
            held.clear()
        if apart:
            out.append(between)
        held.append((match[2].lower(), match[3]))
        kind = match[1].lower()
        end = match.end()
    out.append(_words_text(kind, held))
    return clean_line("".join(out) + value[end:])


def _words_text(charset: str, words: list[tuple[str, str]]) -> str:
    """Return the text of neighbouring words; base64 that was cut anywhere is joined if only that makes sense."""
    text, sound = decode(b"".join(_word_bytes(*word) for word in words), charset)
    if not sound and len(words) > 1 and all(encoding == "b" for encoding, _ in words):
        joined, sound = decode(_word_bytes("b", "".join(text for _, text in words)), charset)
        return joined if sound else text
    return text


def _word_bytes(encoding: str, text: str) -> bytes:
    data = text.encode()
    return decode_base64(data)[0] if encoding == "b" else a2b_qp(data, header=True)


class HiddenWords:
    """Encoded words of an address field, out of the sight of a parser that decodes them less well or fails at them.

    Each is a sign of the private use area while it is hidden, so that no comma within it ends an address either.
    """

    def __init__(self, value: str) -> None:
        self._words: list[str] = []
        plain = _SIGNS.sub("", value)
        # What is only the beginning of a word is hidden as well.
        self.value = _WORD.sub(self._hide, plain).replace("=?", _OPEN) if "=?" in plain else plain

    def _hide(self, match: re.Match[str]) -> str:
        self._words.append(match[0])
        return f"{_SIGN}{len(self._words) - 1}{_SIGN}"

    def shown(self, text: str) -> str:
        """Return `text` with the words back in their places."""
        if not self._words and _OPEN not in text:
            return text
        return _HIDDEN.sub(lambda found: self._words[int(found[1])], text).replace(_OPEN, "=?")


def parse_parameters(value: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the main value and the parameters of a MIME header field, names in lower case (RFC 2045 §5.1, 2231).

    >>> parse_parameters("text/plain; charset=utf-8; name*=utf-8''a%20b")
    ('text/plain', (('charset', 'utf-8'), ('name', 'a b')))
    """
    if value.startswith("=?"):
        # A few mailers encode the whole field, parameters and all.
        value = decode_words(value)
    main = _MAIN_END.split(value, maxsplit=1)[0]
    if "=" in main:
        # Parameters of nothing: `filename=x` without a disposition.
        main = ""
    tail = value[len(main) : VALUE_CHARS]
    plain: dict[str, str] = {}
    pieces: dict[str, list[_Piece]] = {}
    for match in islice(_PARAMETER.finditer(";" + tail), PARAMETERS):
        name, number, extended = _NAME.fullmatch(match[1].lower()).groups()  # type: ignore[union-attr]
        text = _plain_value(name, match[3]) if match[2] is None else _ESCAPED.sub(r"\1", match[2])
        if number is None and not extended:
            plain.setdefault(name, text)
        else:
            pieces.setdefault(name, []).append(_Piece(int(number or 0), bool(extended), text))
    # Encoded words have no place in a parameter (RFC 2047 §5), but many mailers put file names into them.
    decoded = {name: _name_text(text) if name in _ENCODED else text for name, text in plain.items()}
    # An extended parameter says the same as the plain one, for readers that know it (by analogy with RFC 6266 §4.3).
    return main, tuple((decoded | {name: _join(found) for name, found in pieces.items()}).items())


def _plain_value(name: str, text: str) -> str:
    """Return an unquoted value; in the name of a file a semicolon ends it only if another parameter follows."""
    if name not in _ENCODED:
        return text.partition(";")[0].strip()
    named = text.strip("; \t")
    quoted = len(named) > 2 and named[0] == named[-1] == "'"
    return named[1:-1] if quoted else named


def _name_text(text: str) -> str:
    """Return the name of a file as its sender meant it."""
    starless = _STARLESS.fullmatch(text)
    if starless and codec_of(starless[1]):
        return clean_line(decode(unquote_to_bytes(starless[2]), starless[1])[0])
    return decode_words(text)


class _Piece(NamedTuple):
    """One numbered piece of a parameter: `name*1*=text` is (1, True, text)."""

    number: int
    extended: bool
    text: str


def _join(pieces: list[_Piece]) -> str:
    """Put the pieces of one parameter together (RFC 2231 §3, §4.1); the first names the charset."""
    pieces.sort(key=lambda piece: piece.number)
    charset, _, first = (
        pieces[0].text.split("'", 2) if _names_charset(pieces[0]) else ("", "", pieces[0].text)
    )
    texts = [first, *(piece.text for piece in pieces[1:])]
    data = [_octets(text, piece.extended) for text, piece in zip(texts, pieces, strict=True)]
    return decode_words(decode(b"".join(data), charset or None)[0])


def _names_charset(piece: _Piece) -> bool:
    return piece.extended and piece.text.count("'") >= 2


def _octets(text: str, extended: bool) -> bytes:
    return unquote_to_bytes(text) if extended else text.encode()
