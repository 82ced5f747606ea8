"""Files that stand encoded within a text, as before MIME: uuencode and yEnc -> their bytes, and the text without them.

Where a file stood a mark with its name stays behind. What does not decode to anything is left in the text as it is.
"""

import re
from binascii import Error as BadUu
from binascii import a2b_uu
from dataclasses import dataclass

_UU_BEGIN = re.compile(rb"begin(?:-base64)? [0-7]{3,4} ([^\r\n]{1,255})")
_YENC_BEGIN = re.compile(rb"=ybegin [^\r\n]{0,400}?name=([^\r\n]{1,255})")
_UU_LINE = re.compile(rb"[ -`]{0,100}")
# Blanks at the end of a line are zeros that some server took away. They come back, up to so many of them: two bytes
# may promise forty-five.
PADDING_BYTES = 65_536
# Each byte of yEnc is 42 too high, and 64 more behind an `=`.
_YENC = bytes((byte - 42) % 256 for byte in range(256))
_YENC_ESCAPED = re.compile(rb"=(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """A file that stood in a text: the `name` as bytes, since nobody says their charset."""

    name: bytes
    content: bytes


def take_out_files(text: bytes) -> tuple[bytes, list[EncodedFile]]:
    r"""Return the text with `[file: name]` in the place of each file, and the files.

    >>> take_out_files(b"Hi\nbegin 644 a.txt\n#86)C\n`\nend\nBye\n")
    (b'Hi\n[file: a.txt]\nBye\n', [EncodedFile(name=b'a.txt', content=b'abc')])
    """
    if b"begin" not in text:
        return text, []
    lines = text.splitlines(keepends=True)
    out: list[bytes] = []
    files: list[EncodedFile] = []
    at = 0
    while at < len(lines):
        found, after = _file_at(lines, at)
        if found is None:
            # A block that decodes to nothing is passed over whole: looking at each line once keeps this linear.
            out += lines[at:after]
        else:
            out.append(b"[file: %s]\n" % found.name)
            files.append(found)
        at = after
    return b"".join(out), files


def decode_uu(body: bytes) -> bytes:
    """Return what a uuencoded body holds; lines that are none are passed over."""
    lines = body.splitlines()
    first = next((number for number, line in enumerate(lines) if line.startswith(b"begin ")), len(lines))
    kept = [line for line in lines[first + 1 :] if _UU_LINE.fullmatch(line) or line.strip() == b"end"]
    return _uu_lines(kept, 0)[0]


def _file_at(lines: list[bytes], at: int) -> tuple[EncodedFile | None, int]:
    """Return the file that begins with line `at`, or None, and the line after what was looked at."""
    line = lines[at]
    if line.startswith(b"begin"):
        begin = _UU_BEGIN.match(line)
        decode = _uu_lines
    elif line.startswith(b"=ybegin"):
        begin = _YENC_BEGIN.match(line)
        decode = _yenc_lines
    else:
        return None, at + 1
    if begin is None:
        return None, at + 1
    content, after = decode(lines, at + 1)
    return (EncodedFile(begin[1].strip(), content) if content else None), after


def _uu_lines(lines: list[bytes], at: int) -> tuple[bytes, int]:
    """Decode up to `end`, or to the first line that is no data: what stands there are words."""
    out: list[bytes] = []
    added = 0
    while at < len(lines):
        line = lines[at].rstrip(b"\r\n")
        if line.strip() == b"end":
            return b"".join(out), at + 1
        if not _UU_LINE.fullmatch(line):
            break
        at += 1
        try:
            data = a2b_uu(line)
        except BadUu:
            # Some encoders count wrongly: what their line holds is as long as the line.
            data = _wrongly_counted(line)
        held = len(line) * 3 // 4
        added += max(len(data) - held, 0)
        out.append(data if added <= PADDING_BYTES else data[:held])
    return b"".join(out), at


def _wrongly_counted(line: bytes) -> bytes:
    wanted = (((line[0] - 32) & 63) * 4 + 5) // 3 if line else 0
    try:
        return a2b_uu(line[:wanted])
    except BadUu:
        return b""


def _yenc_lines(lines: list[bytes], at: int) -> tuple[bytes, int]:
    """Decode up to `=yend`; `=ypart` says which part of a larger file it is, and is passed over."""
    out: list[bytes] = []
    for line in lines[at:]:
        at += 1
        if line.startswith(b"=yend"):
            return b"".join(out), at
        if not line.startswith(b"=ypart"):
            unescaped = _YENC_ESCAPED.sub(
                lambda found: bytes([(found[1][0] - 64) % 256]), line.rstrip(b"\r\n")
            )
            out.append(unescaped.translate(_YENC))
    return b"", at
