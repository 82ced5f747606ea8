r"""The header of a mail or of a part: bytes -> its fields in order, and where the body starts.

Reads what mail servers let pass rather than what RFC 5322 §2.2 allows: bare CR or LF as line ends (rule 20),
8-bit values, an mbox `From ` line on top, a stray line between two fields.
"""

import re
from dataclasses import dataclass, field

from maild.core.reading.charset import clean_line, decode, hides

# A line end is one of \r\n, \n, \r, and the \r\r\n that some gateways make of \r\n.
_END = re.compile(rb"\r{0,2}\n|\r")
_FIELD = re.compile(rb"([!-9;-~]{1,256})[ \t]*:")
_MBOX = re.compile(rb">?From (?![ \t]*:)[^\r\n]*(?:\r{0,2}\n|\r)")
_BOM = b"\xef\xbb\xbf"
_BLANK_LINES_FIRST = re.compile(
    rb"(?:[ \t]{0,80}(?:\r?\n|\r)){1,20}(?=(?:from|to|subject|date|received|return-path|delivered-to|message-id"
    rb"|mime-version|reply-to|x-[a-z-]{1,60})[ \t]*:)",
    re.IGNORECASE,
)
HIDDEN_IN_FROM = "invisible characters stand in the From field"
_BLANK = re.compile(rb"(?>\r{0,2}\n|\r)(?=\r{0,2}\n|\r)")


@dataclass(frozen=True, slots=True)
class HeaderBlock:
    """The `fields` (name as written, value on one line, decoded no further) and the offset of the body in the bytes."""

    fields: tuple[tuple[str, str], ...]
    body_start: int
    defects: tuple[str, ...]
    _values: dict[str, list[str]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for name, value in self.fields:
            self._values.setdefault(name.lower(), []).append(value)

    def all(self, name: str) -> list[str]:
        """Return every value of the field `name` (in lower case), topmost first."""
        return self._values.get(name, [])

    def first(self, name: str) -> str:
        """Return the topmost value of the field `name` (in lower case), or an empty string."""
        values = self._values.get(name)
        return values[0] if values else ""


def header_end(raw: bytes, start: int, end: int) -> int:
    """Return where the blank line after the header begins; `end` where there is none."""
    first = _END.match(raw, start, end)
    if first:
        return start
    blank = _BLANK.search(raw, start, end)
    return blank.end() if blank else end


def header_start(raw: bytes) -> int:
    """Return where the header begins: behind a byte order mark and blank lines, if fields follow those."""
    start = len(_BOM) if raw.startswith(_BOM) else 0
    blank = _BLANK_LINES_FIRST.match(raw, start)
    return blank.end() if blank else start


def read_header(
    raw: bytes, start: int = 0, end: int | None = None, charset: str | None = None
) -> HeaderBlock:
    """Read the header that begins at `start` and ends, at the latest, at `end`.

    Values that are not UTF-8 are read in `charset`, or as what they look like.

    The first line that is no field and is not followed by one begins the body: a mail without a blank line loses no
    word. One stray line between two fields is left out and named as a defect.
    """
    limit = len(raw) if end is None else end
    stop = header_end(raw, start, limit)
    mbox = _MBOX.match(raw, start, stop)
    lines = _lines(raw, mbox.end() if mbox else start, stop)
    fields, used, defects = _gather(lines, charset)
    if used < len(lines):
        return HeaderBlock(fields, lines[used][0], (*defects, "the header is not followed by a blank line"))
    blank = _END.match(raw, stop, limit)
    return HeaderBlock(fields, blank.end() if blank else stop, defects)


def _lines(raw: bytes, at: int, stop: int) -> list[tuple[int, bytes]]:
    """Return each line of raw[at:stop] with its offset; a mail whose line ends are all alike is simply split."""
    head = raw[at:stop]
    count = head.count(b"\n")
    lines: list[tuple[int, bytes]] = []
    returns = head.count(b"\r")
    if returns in (0, count) and head.count(b"\r\n") == returns:
        end = b"\r\n" if returns else b"\n"
        for line in head.split(end):
            lines.append((at, line))
            at += len(line) + len(end)
        return lines if lines[-1][1] else lines[:-1]
    for found in _END.finditer(raw, at, stop):
        lines.append((at, raw[at : found.start()]))
        at = found.end()
    return [*lines, (at, raw[at:stop])] if at < stop else lines


def _gather(
    lines: list[tuple[int, bytes]], charset: str | None
) -> tuple[tuple[tuple[str, str], ...], int, tuple[str, ...]]:
    """Return the fields of `lines`, how many lines they took, and the defects."""
    fields: list[tuple[str, list[bytes]]] = []
    defects: list[str] = []
    for count, (_, line) in enumerate(lines):
        match = _FIELD.match(line)
        if match:
            fields.append((match[1].decode("ascii"), [line[match.end() :]]))
        elif line[:1] in (b" ", b"\t") and fields:
            fields[-1][1].append(line)
        elif fields and count + 1 < len(lines) and _FIELD.match(lines[count + 1][1]):
            defects.append("a line of the header is no field")
        else:
            break
    else:
        count = len(lines)
    if _hidden_in_from(fields):
        defects.append(HIDDEN_IN_FROM)
    return _unfolded(fields, charset), count, tuple(dict.fromkeys(defects))


def _hidden_in_from(fields: list[tuple[str, list[bytes]]]) -> bool:
    """Say whether a From field holds characters that we take away: who judged the sender saw another address."""
    found = (b"".join(lines) for name, lines in fields if name.lower() == "from")
    return any(hides(value.decode("utf-8", "replace")) for value in found)


def _unfolded(fields: list[tuple[str, list[bytes]]], charset: str | None) -> tuple[tuple[str, str], ...]:
    return tuple((name, _value(b"".join(lines), charset)) for name, lines in fields)


def _value(data: bytes, charset: str | None) -> str:
    """Return a field value as text: UTF-8 (RFC 6532), or what its mailer wrote in spite of all standards."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = decode(data, charset)[0]
    else:
        if "\x1b$" in text:
            text = decode(data, charset)[0]
    return clean_line(text)
