"""A reader of mail that shares no code with maild nor with the library it checks its mails by.

It follows RFC 5322, 2045, 2047 and 2231 to the letter, for what maild may write and no more: whatever it cannot read
is a mail that maild should not have written.
"""

import base64
import quopri
import re
from dataclasses import dataclass
from html import unescape
from urllib.parse import unquote_to_bytes

ALLOWED = {
    "date", "from", "to", "reply-to", "subject", "message-id", "references", "in-reply-to", "mime-version",
    "auto-submitted", "x-auto-response-suppress", "x-maild-loop", "content-type", "content-transfer-encoding",
}  # fmt: skip
OF_PART = {"content-type", "content-transfer-encoding", "content-disposition"}
_WORD = re.compile(r"=\?([\w-]+)\?([bqBQ])\?([^?]*)\?=")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]]+@[A-Za-z0-9.-]+")
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True)
class Outside:
    """A mail as an outsider reads it: decoded header, text, files by name, and the page that says the same."""

    header: dict[str, str]
    text: str
    files: dict[str, bytes]
    html: str = ""

    def __getitem__(self, name: str) -> str:
        """Return a header field; "" where there is none."""
        return self.header.get(name.lower(), "")

    @property
    def everything(self) -> str:
        """All that can be read in it, files too."""
        files = "\n".join(f"{name}\n{data.decode('utf-8', 'replace')}" for name, data in self.files.items())
        return "\n".join([*self.header.values(), self.text, unescape(self.html), files])


def read_outside(raw: bytes) -> Outside:
    """Read a mail; AssertionError where it is not one that may leave."""
    lines = raw.split(b"\r\n")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 998
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", raw)
    header, body = _header(raw, ALLOWED)
    for name in ("from", "to", "reply-to"):
        assert len(_ADDRESS.findall(header[name])) == 1, header[name]
    if not header["content-type"].startswith("multipart/mixed"):
        text, html = _words_of(header, body)
        return Outside(header, text, {}, html)
    parts = _parts(header, body)
    files = {_file_name(head): _decoded(head, content) for head, content in parts[1:]}
    text, html = _words_of(*parts[0])
    return Outside(header, text, files, html)


def _words_of(head: dict[str, str], content: bytes) -> tuple[str, str]:
    """Return text and page of a part that has both, or the text alone."""
    if not head["content-type"].startswith("multipart/alternative"):
        return _text(head, content), ""
    plain, page = _parts(head, content)
    return _text(*plain), _text(*page, kind="html")


def _parts(head: dict[str, str], body: bytes) -> list[tuple[dict[str, str], bytes]]:
    boundary = re.fullmatch(r'multipart/\w+; boundary="([^"]+)"', head["content-type"])
    assert boundary, head["content-type"]
    assert head["content-transfer-encoding"] == "7bit"
    pieces = body.split(f"--{boundary[1]}".encode())
    assert pieces[0] == b""
    assert pieces[-1].strip(b"\r\n") == b"--"
    # The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
    return [_header(piece.removeprefix(b"\r\n").removesuffix(b"\r\n"), OF_PART) for piece in pieces[1:-1]]


def _header(raw: bytes, allowed: set[str]) -> tuple[dict[str, str], bytes]:
    head, _, body = raw.partition(b"\r\n\r\n")
    found: dict[str, str] = {}
    for line in re.sub(rb"\r\n[ \t]", b" ", head).decode("utf-8").split("\r\n"):
        name, colon, value = line.partition(":")
        assert colon, f"a header line without a colon: {line!r}"
        assert name.lower() in allowed, f"a field that we never write: {name}"
        assert name.lower() not in found, f"two fields {name}"
        words = _words(value.strip())
        assert not _STEERING.search(words), f"{name} steers: {words!r}"
        found[name.lower()] = words
    return found, body


def _words(value: str) -> str:
    joined = re.sub(r"(=\?[\w-]+\?[bqBQ]\?[^?]*\?=)\s+(?==\?[\w-]+\?[bqBQ]\?[^?]*\?=)", r"\1", value)
    return _WORD.sub(_word, joined)


def _word(found: "re.Match[str]") -> str:
    if found[2] in "bB":
        return base64.b64decode(found[3]).decode(found[1])
    return quopri.decodestring(found[3].replace("_", " ").encode()).decode(found[1])


def _decoded(head: dict[str, str], content: bytes) -> bytes:
    encoding = head["content-transfer-encoding"]
    assert encoding in ("7bit", "quoted-printable", "base64")
    if encoding == "base64":
        return base64.b64decode(content)
    return quopri.decodestring(content) if encoding == "quoted-printable" else content


def _text(head: dict[str, str], content: bytes, kind: str = "plain") -> str:
    assert head["content-type"] == f"text/{kind}; charset=utf-8"
    assert content.isascii()
    text = _decoded(head, content).decode("utf-8").replace("\r\n", "\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text), "the text steers"
    return text


def _file_name(head: dict[str, str]) -> str:
    disposition = head["content-disposition"]
    assert disposition.startswith("attachment; ")
    plain = re.search(r' filename="([^"]*)"', disposition)
    coded = "".join(re.findall(r" filename(?:\*\d+)?\*=(?:utf-8'')?([^;]*)", disposition))
    name = plain[1] if plain else unquote_to_bytes(coded).decode("utf-8")
    assert name
    assert not re.search(r'[/\\<>:"|?*\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]', name), f"{name!r}"
    assert name[0] != "."
    return name
