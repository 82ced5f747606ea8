"""What a mail consists of, in a form that any server takes: header fields, file names, bodies.

Written out by hand (RFC 5322, 2045-2047, 2231) because what the standard library makes of a header depends
on its version: some put a line break that was hidden in an encoded word into the mail as a real one. Here a
value is cleaned first, and what is not plain ASCII is encoded, whatever it looks like.
"""

import base64
import binascii
import re
from collections.abc import Sequence
from urllib.parse import quote_from_bytes

from replies.clean import one_line, shorten

CRLF = "\r\n"
LINE_CHARS = 78  # RFC 5322 §2.1.1: lines should be no longer
FOLD_CHARS = 76  # RFC 2047 §2: lines with an encoded word may not be longer
FILE_NAME_CHARS = 100
_WORD_BYTES = 39  # 52 characters of base64: with its frame, and behind `Subject: `, still one line
_NAME_PIECE_CHARS = 48
_NOT_IN_PHRASE = re.compile(r'["\\<>()\[\],;:@]')
_NOT_IN_FILE_NAME = re.compile(r'[<>:"|?*\\/%]')
_ASCII = bytes(range(128))


def field(name: str, words: Sequence[str]) -> str:
    r"""Return one header field with CRLF, folded between words (RFC 5322 §2.2.3).

    >>> field("To", ["ada@shop.example"])
    'To: ada@shop.example\r\n'
    """
    lines = [f"{name}:"]
    for word in words:
        if len(lines[-1]) + 1 + len(word) > FOLD_CHARS and lines[-1] != f"{name}:":
            lines.append("")
        lines[-1] += f" {word}"
    return CRLF.join(lines) + CRLF


def text_words(text: str) -> list[str]:
    """Return a clean line as words for `field`: as it is, or where it must be as encoded words (RFC 2047).

    >>> text_words("Größe")
    ['=?utf-8?b?R3LDtsOfZQ==?=']
    """
    # What looks like an encoded word would be decoded by every reader; encoded once more it stays text.
    if text.isascii() and "=?" not in text:
        return text.split(" ")
    return [
        f"=?utf-8?b?{base64.b64encode(piece).decode()}?=" for piece in _pieces(text.encode(), _WORD_BYTES)
    ]


def mailbox_words(name: str, address: str) -> list[str]:
    """Return `"name" <address>` as words for `field`; the name loses what could pass for an address."""
    name = one_line(_NOT_IN_PHRASE.sub(" ", name))
    if not name:
        return [address]
    if name.isascii() and "=?" not in name:
        return [*f'"{name}"'.split(" "), f"<{address}>"]
    return [*text_words(name), f"<{address}>"]


def file_name(name: str) -> str:
    """Return a stranger's file name as a harmless one: no path, not hidden, at most 100 characters.

    >>> file_name("../../.htaccess")
    'htaccess'
    """
    last = re.split(r"[/\\]", one_line(name))[-1]
    plain = one_line(_NOT_IN_FILE_NAME.sub("_", last)).strip(". ")
    stem, dot, extension = plain.rpartition(".")
    if dot and len(plain) > FILE_NAME_CHARS and len(extension) < FILE_NAME_CHARS // 2:
        return f"{shorten(stem, FILE_NAME_CHARS - len(extension) - 1)}.{extension}"
    return shorten(plain, FILE_NAME_CHARS) or "attachment"


def file_name_words(name: str) -> list[str]:
    """Return a clean file name as words for `field`: quoted, or in pieces of UTF-8 (RFC 2231 §4.1)."""
    if name.isascii() and len(name) <= _NAME_PIECE_CHARS:
        return [f'filename="{name}"']
    pieces = [quote_from_bytes(piece, safe="") for piece in _pieces(name.encode(), _NAME_PIECE_CHARS // 3)]
    if len(pieces) == 1:
        return [f"filename*=utf-8''{pieces[0]}"]
    charset = "utf-8''"
    numbered = [f"filename*{i}*={'' if i else charset}{piece}" for i, piece in enumerate(pieces)]
    return [f"{parameter};" for parameter in numbered[:-1]] + numbered[-1:]


def encode_text(text: str, *, escape_always: bool) -> tuple[str, bytes]:
    r"""Return (Content-Transfer-Encoding, bytes) of a text with `\n` line ends; the bytes are 7bit with CRLF.

    With `escape_always` the result cannot hold `=_`, so a boundary with it can't occur (RFC 2045 §6.7 rule
    1).
    """
    data = text.encode()
    if not escape_always and text.isascii() and max(map(len, text.split("\n"))) <= LINE_CHARS:
        return "7bit", data.replace(b"\n", b"\r\n")
    if 6 * len(data.translate(None, _ASCII)) > len(data):
        return "base64", encode_bytes(data.replace(b"\n", b"\r\n"))
    return "quoted-printable", binascii.b2a_qp(data, istext=True).replace(b"\n", b"\r\n")


def encode_bytes(content: bytes) -> bytes:
    """Return `content` in base64, in lines of 76 characters that end in CRLF (RFC 2045 §6.8)."""
    return base64.encodebytes(content).replace(b"\n", b"\r\n")


def _pieces(data: bytes, size: int) -> list[bytes]:
    """Cut UTF-8 into pieces of at most `size` bytes, never within a character (RFC 2047 §5)."""
    pieces = []
    start = 0
    while start < len(data):
        end = min(start + size, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[start:end])
        start = end
    return pieces
