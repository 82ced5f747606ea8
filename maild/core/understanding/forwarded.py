"""Read the mail that one of the staff forwards: who wrote it, its subject and text, and what stands above it.

A forwarded mail is an attached mail, or a heading ("---------- Forwarded message") or a header block (From, Sent, To,
Subject) in the body, as Outlook, Gmail, Apple Mail and Thunderbird write them. Its sender is whom the topmost block
names, by one address; no other address in the text is ever taken for them. What it says is not proven. The words of
the languages are in quote_words.py. One pass; a line looks at most some lines ahead.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from maild.core.message import Address, Message
from maild.core.understanding import quote_words as words
from maild.core.understanding.quote_words import Label
from maild.core.understanding.signature import is_rule

MAILS = frozenset({"message/rfc822", "message/global"})  # content types of an attached mail

_HEADING_CHARS = 120
_BLOCK_LINES = 24
_LABEL_CHARS = 40
_MOST_TRIES = 100  # lines with which a forwarded mail may begin; who writes more of them forwards nothing
_LINE_CHARS = 2_000  # no header is longer
_FULL_LINE = 50  # characters; a shorter line was not wrapped
_NAME_CHARS = 200
_ADDRESS_CHARS = 320
_DECORATION = " \t\xa0-_=*~#+>:<|–—"
_RULES = ("--", "__", "==", "**")
_AROUND = " \t\xa0*_\u200b\u200e\u200f\ufeff"
_UNKNOWN_LABEL = re.compile(r"[^\W\d_][\w -]{0,24}[:：](?:\s|$)")
_OUTSIDE = (
    r"\s<>()\[\]:,;\"\\"  # what stands around an address; an apostrophe may stand in it, not at its ends
)
_ADDRESS = re.compile(
    rf"(?<![^{_OUTSIDE}'])[^{_OUTSIDE}'@][^{_OUTSIDE}@]{{0,63}}@[^{_OUTSIDE}'@]{{1,255}}(?![^{_OUTSIDE}'])"
)
# How mail programs begin the subject of what is forwarded.
_FORWARD_PREFIX = re.compile(
    r"\s*(?:fwd?|wg|tr|rv|enc|i|vb|vs|vl|doorst|pd|ilt|i̇lt|πρθ|hl|fs|转发|轉寄|転送|전달)\s?[:：]",
    re.IGNORECASE,
)
_LABELS: dict[str, tuple[tuple[str, Label], ...]] = {}
for _language, _table in words.HEADER_LABELS.items():
    for _role, _words in _table.items():
        for _word in _words:
            _LABELS[_word] = (*_LABELS.get(_word, ()), (_language, _role))


@dataclass(frozen=True, slots=True)
class Forward:
    """A forwarded mail, and the `note` above it.

    `message.sender` is None where it names no single sender. Of a mail in the body, `message` has no Message-ID, no
    recipients and no fields but two; the ids it refers to are those of the mail around it, which name the mail that was
    forwarded.
    """

    message: Message
    note: str


@dataclass(slots=True)
class _Block:
    """A header block: what it labels, by language, and the line after it."""

    said: dict[str, dict[Label, str]] = field(default_factory=dict)
    end: int = 0

    @property
    def best(self) -> dict[Label, str]:
        """The fields in the language that explains most of the block; one without a sender explains nothing."""
        found = [fields for fields in self.said.values() if "from" in fields]
        return max(found, key=len, default={})


def read_forward(message: Message, attached: Message | None) -> Forward | None:
    """Return the mail that `message` forwards, or None; `attached` is its one attached mail, if it can be read."""
    if attached is not None:
        return Forward(replace(attached, attachments=message.attachments), message.text.strip("\n"))
    lines = [line if len(line) <= _LINE_CHARS else "" for line in message.text.splitlines()]
    for i, heading in islice(_beginnings(lines, message.subject), _MOST_TRIES):
        start = _next_written(lines, i + 1) if heading else i
        block = _read_block(lines, start)
        if len(block.best) >= (2 if heading else 3):
            return Forward(_inner(message, lines, start, block), _above(lines[:i]))
    return None


def _beginnings(lines: Sequence[str], subject: str) -> Iterator[tuple[int, bool]]:
    """Yield each line with which a forwarded mail may begin, and whether it is a heading.

    Without one a header block alone is also what stands above an answered mail: there the subject must say so.
    """
    forwarding = _FORWARD_PREFIX.match(subject) is not None
    for i, line in enumerate(lines):
        heading = bool(line) and _is_heading(line, forwarding=forwarding)
        if heading or (forwarding and line and "from" in _roles(line)):
            yield i, heading


def with_files_of(message: Message, attached: Message) -> Message:
    """Return the mail with the files of its attached mail beside its own; the attached mail itself stands last."""
    mails = tuple(file for file in message.attachments if file.content_type in MAILS)
    own = tuple(file for file in message.attachments if file.content_type not in MAILS)
    return replace(message, attachments=(*own, *attached.attachments, *mails))


def _inner(message: Message, lines: Sequence[str], start: int, block: _Block) -> Message:
    """Return the mail below the header block, without the `>` of a program that quotes what it forwards."""
    fields = block.best
    below = message.text.splitlines()[block.end :]
    if lines[start].lstrip().startswith(">"):
        below = [re.sub(r"^\s{0,8}> ?", "", line) for line in below]
    return replace(
        message,
        message_id=None,
        sender=_sender(fields["from"]),
        sender_doubt="",
        reply_to=(),
        to=(),
        cc=(),
        subject=fields.get("subject", ""),
        date=None,
        text="\n".join(below).strip("\n"),
        html_text=None,
        content_type="text/plain",
        content_params=(),
        reports=(),
        fields=(("From", fields["from"]), ("Subject", fields.get("subject", ""))),
    )


def _sender(said: str) -> Address | None:
    """Return the one address in a line From, with the name before it; None where there are several, or none."""
    said = re.sub(r"mailto:", " ", said, flags=re.IGNORECASE)
    addresses = {Address(found[0].rstrip(".")).key: found for found in _ADDRESS.finditer(said)}
    if len(addresses) != 1:
        return None
    first = next(_ADDRESS.finditer(said))
    address = first[0].rstrip(".")
    if "." not in address.rpartition("@")[2] or len(address) > _ADDRESS_CHARS:
        return None
    name = said[: first.start()].strip(f"{_AROUND}<[(\"'")
    return Address(address, " ".join(name.split())[:_NAME_CHARS])


def _above(lines: Sequence[str]) -> str:
    """Return what stands above the forwarded mail, without a rule drawn there."""
    written = list(lines)
    while written and (not written[-1].strip() or is_rule(written[-1].strip())):
        written.pop()
    return "\n".join(written).strip("\n")


def _is_heading(line: str, *, forwarding: bool) -> bool:
    """Say whether a line is the heading of a forwarded mail, or of an original one where the subject says forwarded."""
    if len(line) > _HEADING_CHARS:
        return False
    bare = line.casefold().strip(_DECORATION).replace("’", "'")
    ruled = line.lstrip("> ").startswith(_RULES)
    if bare in words.FORWARDED:
        return ruled or line.rstrip().endswith((":", "："))
    return forwarding and ruled and bare in words.ORIGINAL


def _next_written(lines: Sequence[str], i: int) -> int:
    """Return the next line that is not blank, of those right below; else the end."""
    return next((j for j in range(i, min(i + 4, len(lines))) if lines[j].strip(_AROUND + ">")), len(lines))


def _read_block(lines: Sequence[str], start: int) -> _Block:
    """Return the header block that begins at line `start`: it ends at a blank line, or where its fields are over."""
    block = _Block(end=start)
    last: Sequence[tuple[str, Label]] = ()
    for i in range(start, min(start + _BLOCK_LINES, len(lines))):
        line = _bare(lines[i])
        labelled = _labelled(line)
        if not line and not _is_further(block, lines, i + 1):
            break
        if labelled:
            last = labelled[0]
            for language, role in last:
                block.said.setdefault(language, {}).setdefault(role, labelled[1])
        elif _UNKNOWN_LABEL.match(line):
            last = ()  # Cc, Reply-To: nothing that we ask for
        elif line and not _goes_on(lines, i):
            return block
        else:
            for language, role in last if line else ():
                block.said[language][role] += f" {line}"
        block.end = i + 1
    return block


def _bare(line: str) -> str:
    return line.lstrip("> ").strip(_AROUND)


def _goes_on(lines: Sequence[str], i: int) -> bool:
    """Say whether a line goes on with the field above it: addresses and subjects wrap."""
    return (
        lines[i].lstrip("> ").startswith(("<", "["))
        or lines[i][:1] in " \t"
        or len(lines[i - 1]) >= _FULL_LINE
    )


def _is_further(block: _Block, lines: Sequence[str], i: int) -> bool:
    """Say whether one more field of the block stands below a blank line: some programs set them apart."""
    below = _next_written(lines, i)
    labelled = _labelled(_bare(lines[below])) if below < len(lines) else None
    known = block.best
    return labelled is not None and any(
        role not in known and language in block.said for language, role in labelled[0]
    )


def _labelled(line: str) -> tuple[tuple[tuple[str, Label], ...], str] | None:
    """Return what a line labels in which languages, and its value; None where it labels nothing."""
    label, colon, value = line.replace("：", ":", 1).partition(":")
    if not colon or len(label) > _LABEL_CHARS:
        return None
    roles = _LABELS.get(label.strip(_DECORATION).casefold())
    return (roles, value.strip(_AROUND)) if roles else None


def _roles(line: str) -> set[Label]:
    """Return what a line labels."""
    labelled = _labelled(_bare(line))
    return {role for _, role in labelled[0]} if labelled else set()
