"""The tree of parts of a mail: bytes -> Part, each leaf with its own slice of the bytes (RFC 2045, 2046).

The walk is ours and works on offsets, so that a large attachment costs a search for its boundary and no more, an
attached mail is kept byte for byte, and the limits on depth and number hold before anything is built. A
`message/rfc822` is a leaf: what stands in an attached mail never becomes part of this one.
"""

import re
from binascii import a2b_qp
from dataclasses import dataclass, field

from maild.core.limits import Limits
from maild.core.reading.encoded_files import decode_uu
from maild.core.reading.encoded_words import behind_base64, decode_base64, decode_words, parse_parameters
from maild.core.reading.header_block import HeaderBlock, read_header
from maild.core.reasons import because
from maild.errors import Unreadable

_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,127}/[a-z0-9!#$&^_.+-]{1,127}")
# Quotes, blanks and commas around a type do not make another of it; what has no second half is some file.
_LOOSE_TYPE = re.compile(
    r"[\"' ]{0,3}([a-z0-9!#$&^_.+-]{1,127}) ?/ ?([a-z0-9!#$&^_.+-]{1,127})(?=[\s;,\"'(]|\Z)"
)
_NO_TEXT = frozenset({"application", "image", "audio", "video", "font", "model"})
# A boundary that no header names, seen where a gateway dropped or damaged Content-Type.
_STRAY = re.compile(rb"(?:\A|[\r\n])--([^\s]{1,200})[ \t]*\r?\n[Cc]ontent-[A-Za-z]")
# The header of a part is a few hundred bytes; what is longer begins the body there.
HEADER_BYTES = 65_536
_WORDS = re.compile(rb"\s*[^\s]{1,70}[ \t]+[^\s]")
_BLANKS_BEHIND = re.compile(rb"=[ \t]+(?=\r?\n)")
_FILE_LIKE = re.compile(r"[^\\/?#]{1,200}\.[A-Za-z0-9]{1,8}")
_AFTER = re.compile(rb"(--)?[ \t]*(?:\r{0,2}\n|\r|\Z)")


@dataclass(frozen=True, slots=True)
class Part:
    """One part: what it says it is, its undecoded body, or its children where it is a multipart."""

    content_type: str
    params: dict[str, str]
    disposition: str
    filename: str
    content_id: str
    encoding: str
    body: bytes = field(repr=False)
    children: tuple["Part", ...] = ()

    @property
    def main(self) -> str:
        """The first half of the content type: `text`, `multipart`, `image` and so on."""
        return self.content_type.partition("/")[0]

    def content(self) -> bytes:
        """Return the body without its transfer encoding (RFC 2045 §6); an unknown encoding is left as it is."""
        if self.encoding == "base64":
            return self._base64_text() if self.main == "text" else decode_base64(self.body)[0]
        if self.encoding == "quoted-printable":
            # A soft line break is one with blanks behind it, too: servers and editors add them (RFC 2045 §6.7 rule 3).
            dirty = b"= " in self.body or b"=\t" in self.body
            return a2b_qp(_BLANKS_BEHIND.sub(b"=", self.body) if dirty else self.body)
        if self.encoding in ("uuencode", "x-uuencode", "x-uue"):
            return decode_uu(self.body)
        return self.body

    def _base64_text(self) -> bytes:
        """Return a text that is said to be base64: what is words is left as it is, before and behind what is not."""
        if _WORDS.match(self.body):
            return self.body
        content, sound = decode_base64(self.body)
        behind = b"" if sound else behind_base64(self.body)
        return content + b"\n" + behind if behind else content


class PartReader:
    """Reads the parts of one mail within `limits`; collects `defects` of the structure and `notes` on what was cut."""

    def __init__(self, raw: bytes, limits: Limits) -> None:
        self._raw = raw
        self._limits = limits
        self._left = limits.mime_parts
        self.defects: list[str] = []
        self.notes: list[str] = []

    def read(self, header: HeaderBlock, start: int, end: int) -> Part:
        """Return the part with `header` whose body is raw[start:end]; raises Unreadable too_deep."""
        return self._part(header, start, end, "text/plain", 1)

    def _part(self, header: HeaderBlock, start: int, end: int, default: str, depth: int) -> Part:
        if depth > self._limits.mime_depth:
            raise Unreadable("too_deep", because("too_deep", limit=self._limits.mime_depth).text)
        content_type, params = _content_type(header, default)
        disposition, told = parse_parameters(header.first("content-disposition"))
        children: tuple[Part, ...] = ()
        if content_type.startswith("multipart/"):
            children = self._children(content_type, params, start, end, depth)
            if not children:
                self.defects.append("a multipart without parts: read as text")
                content_type = "text/plain"
        return Part(
            content_type=content_type,
            params=params,
            disposition=disposition.lower(),
            filename=_file_name(dict(told).get("filename") or params.get("name", ""), header),
            content_id=header.first("content-id").strip("<> "),
            encoding=_encoding(header.first("content-transfer-encoding")),
            body=b"" if children else self._raw[start:end],
            children=children,
        )

    def _children(
        self, content_type: str, params: dict[str, str], start: int, end: int, depth: int
    ) -> tuple[Part, ...]:
        # RFC 2046 §5.1.5: what stands in a digest is a mail unless it says otherwise.
        default = "message/rfc822" if content_type == "multipart/digest" else "text/plain"
        children: list[Part] = []
        for first, last in self._slices(params.get("boundary", "").rstrip(), start, end):
            if self._left <= 0:
                self.notes.append(f"only the first {self._limits.mime_parts} parts were read")
                break
            self._left -= 1
            header = read_header(self._raw, first, min(last, first + HEADER_BYTES))
            children.append(self._part(header, header.body_start, last, default, depth + 1))
        return tuple(children)

    def _slices(self, boundary: str, start: int, end: int) -> list[tuple[int, int]]:
        """Return the slices between the boundary lines; an undeclared boundary is looked for, once."""
        marker = boundary.encode("utf-8", "replace")
        slices, closed = _split(self._raw, marker, start, end) if marker else ([], False)
        if not slices:
            stray = _STRAY.search(self._raw, max(start - 1, 0), end)
            if stray is None:
                return []
            self.defects.append("the boundary of a multipart is missing or wrong")
            slices, closed = _split(self._raw, stray[1], start, end)
        if not closed:
            self.defects.append("a multipart is not closed")
        return slices


def _content_type(header: HeaderBlock, default: str) -> tuple[str, dict[str, str]]:
    value = header.first("content-type")
    main, params = parse_parameters(value)
    named = main.lower().strip()
    if _TYPE.fullmatch(named):
        return named, dict(params)
    loose = _LOOSE_TYPE.match(value.lower())
    if loose:
        return f"{loose[1]}/{loose[2]}", dict(params)
    if named in _NO_TEXT:
        return "application/octet-stream", dict(params)
    # RFC 2045 §5.2 calls a type that can't be read text/plain; one with a boundary must have been a multipart.
    return ("multipart/mixed" if "boundary" in dict(params) else default), dict(params)


def _encoding(value: str) -> str:
    """Return the name of a transfer encoding, without the marks that mailers add to it."""
    named = value.lower().partition(";")[0].partition("(")[0]
    return named.strip(" \"'").replace("quoted printable", "quoted-printable")


def _file_name(named: str, header: HeaderBlock) -> str:
    """Return the name of a file; where no parameter says it, what looks like one in the fields that describe it."""
    name = named[:255].strip()
    if name:
        return name
    for field_name in ("content-description", "content-location"):
        value = decode_words(header.first(field_name))[:500]
        last = value.rpartition("/")[2] if field_name == "content-location" else value
        if _FILE_LIKE.fullmatch(last):
            return last
    return ""


def _split(raw: bytes, boundary: bytes, start: int, end: int) -> tuple[list[tuple[int, int]], bool]:
    """Return the slices between the lines `--boundary`, and whether `--boundary--` ends them (RFC 2046 §5.1.1).

    Parts that follow the end are parts all the same: a multipart within may have had the same boundary.
    """
    marker = b"--" + boundary
    slices: list[tuple[int, int]] = []
    closed = False
    opened = -1
    at = raw.find(marker, start, end)
    while at >= 0:
        line = _AFTER.match(raw, at + len(marker), end) if _starts_line(raw, at, start) else None
        if line is None:
            at = raw.find(marker, at + 1, end)
            continue
        if opened >= 0:
            slices.append((opened, _before_line_end(raw, opened, at)))
        closed = closed or bool(line[1])
        opened = -1 if line[1] else line.end()
        at = raw.find(marker, line.end(), end)
    if opened >= 0:
        slices.append((opened, end))
    return slices, closed and opened < 0


def _starts_line(raw: bytes, at: int, start: int) -> bool:
    return at == start or raw[at - 1] in b"\r\n"


def _before_line_end(raw: bytes, opened: int, at: int) -> int:
    """Return `at` without the line end before it, which belongs to the boundary line."""
    for ending in (b"\r\n", b"\n", b"\r"):
        if raw.endswith(ending, opened, at):
            return at - len(ending)
    return max(at, opened)
