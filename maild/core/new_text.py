"""Tell what was written now from what is quoted and from the signature; nothing is deleted, only told apart.

The text is read once, line by line. A quote is cut only where two signs agree (a header line and a quoted
block, a date and an address with a verb of writing, three header labels of one language), because text
that is wrongly cut is an answer that nobody reads. The words of the languages are data: quote_words.py.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from maild.core import quote_words as words

# The line that stands above everything internal in a mail of ours to staff (ruling 34); matched without white space.
ANSWER_ABOVE = "##- Please write your answer above this line -##"

Kind = Literal["new", "quoted", "signature"]
Kinds = list[Kind]  # what each line is
Page = Sequence[str]  # the lines without the white space around them


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of the text: characters `start` up to, not including, `end`."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Split:
    """A text in its three kinds; `spans` cover it without gap, and the strings are cut from it, blank ends removed.

    `marker_found`: ANSWER_ABOVE stood in what would have been new, that is, not in a quote; the cut was
    made there.
    """

    new: str
    quoted: str
    signature: str
    spans: tuple[Span, ...]
    marker_found: bool


def split_text(text: str, *, ours: Sequence[str] = (), first: bool = False) -> Split:
    """Return `text` told apart. `first` (the first mail of a thread) cuts no quote: a forwarded mail is the request.

    `ours` are texts we sent to this person: runs of their lines count as quoted however they are marked.
    """
    lines = text.splitlines(keepends=True)
    page = [line.strip(" \t\r\n\x0b\x0c\x85\xa0\u2028\u2029\u200b\ufeff") for line in lines]
    kinds: Kinds = ["new"] * len(lines)
    if not first:
        _mark_quotes(page, kinds)
        _mark_ours(page, kinds, ours)
    marker_found = _cut_at_marker(page, kinds)
    _mark_signatures(page, kinds)
    _give_blank_lines(page, kinds)
    spans = _spans(lines, kinds)
    parts = {kind: _joined(text, spans, kind) for kind in ("new", "quoted", "signature")}
    return Split(parts["new"], parts["quoted"], parts["signature"], spans, marker_found)


def _spans(lines: Sequence[str], kinds: Kinds) -> tuple[Span, ...]:
    """Merge neighbouring lines of one kind into spans."""
    spans, end = [], 0
    for kind, group in groupby(zip(kinds, lines, strict=True), key=lambda pair: pair[0]):
        start, end = end, end + sum(len(line) for _, line in group)
        spans.append(Span(kind, start, end))
    return tuple(spans)


def _joined(text: str, spans: Iterable[Span], kind: str) -> str:
    """Return all of one kind, a blank line between stretches that stand apart."""
    pieces = (text[span.start : span.end].strip("\r\n") for span in spans if span.kind == kind)
    return "\n\n".join(piece.rstrip() for piece in pieces if piece.strip()).strip("\r\n")


def _give_blank_lines(page: Page, kinds: Kinds) -> None:
    """Let every blank line belong to what stands above it."""
    for i in range(1, len(page)):
        if not page[i]:
            kinds[i] = kinds[i - 1]


# --- quotes -----------------------------------------------------------------------------------------------


def _mark_quotes(page: Page, kinds: Kinds) -> None:
    """Mark `>` lines, attributions, and everything below a header block or an "original message" rule."""
    said_something = False
    i = 0
    while i < len(page):
        length = 1
        if page[i].startswith(">"):
            kinds[i] = "quoted"
        elif page[i]:
            end = _quote_ends(page, i, said_something)
            length = max(1, end - i)
            kinds[i:end] = ["quoted"] * (end - i)
            said_something = said_something or end == i
        i += length


def _quote_ends(page: Page, i: int, said_something: bool) -> int:
    """Return the line where the quote that begins at line `i` with words of its own ends; `i` where none begins."""
    heading = _heading(page[i])
    if heading == "forwarded" and not said_something:
        return i  # nothing was said above it: what was forwarded is the message
    if heading or _header_block(page, i) or _rule_before_block(page, i):
        return len(page)
    return _attribution_ends(page, i, said_something)


_DECORATION = " \t-_=*~#+>:<|–—"


def _heading(line: str) -> Literal["original", "forwarded", ""]:
    """Say whether a line is the heading of an original or of a forwarded mail."""
    if len(line) > 120:
        return ""
    bare = line.casefold().strip(_DECORATION).replace("’", "'")
    decorated = line.startswith(("--", "__", "==", "**")) and line.endswith(("--", "__", "==", "**"))
    if decorated and bare in words.ORIGINAL:
        return "original"
    return "forwarded" if bare in words.FORWARDED and (decorated or line.endswith(":")) else ""


_LABEL = re.compile(r"[\s*_>]*([^:：*<>@\d]{1,25}?)[\s*\xa0]*[:：]")
_LABELS: dict[str, list[tuple[str, str]]] = {}
for _language, _table in words.HEADER_LABELS.items():
    for _role, _words in _table.items():
        for _word in _words:
            _LABELS.setdefault(_word, []).append((_language, _role))
_BLOCK_LINES = 14


def _labels(line: str) -> list[tuple[str, str]]:
    """Return (language, role) of each language in which this line is one of a header block."""
    match = _LABEL.match(line[:80])
    return _LABELS.get(match[1].strip().casefold(), []) if match else []


def _header_block(page: Page, i: int) -> bool:
    """Say whether at least three of From, Sent, To, Subject of one language stand together from line `i` on.

    Addresses wrap, so up to two lines without a label may stand between; two blank lines end the block.
    """
    if not _labels(page[i]):
        return False
    found: dict[str, set[str]] = {}
    strange = blank = 0
    for line in page[i : i + _BLOCK_LINES]:
        labels = _labels(line)
        blank = 0 if line else blank + 1
        strange = 0 if labels else strange + bool(line)
        if blank == 2 or strange == 3:
            break
        for language, role in labels:
            found.setdefault(language, set()).add(role)
    return any(len(roles) >= 3 for roles in found.values())


def _rule_before_block(page: Page, i: int) -> bool:
    """Say whether line `i` is a drawn rule with a header block or a heading right below it."""
    if not _is_rule(page[i]):
        return False
    below = next((j for j in range(i + 1, min(i + 4, len(page))) if page[j]), None)
    return below is not None and (_header_block(page, below) or _heading(page[below]) == "original")


def _is_rule(line: str) -> bool:
    """Say whether a line is drawn, not written."""
    return len(line) >= 3 and not line.strip("-_=*~#+–—─━ ")


# --- "On Monday ... wrote:" -------------------------------------------------------------------------------

_ADDRESS = re.compile(r"[^\s<>()\[\]:,;\"]{1,64}@[^\s<>()\[\]:,;\"]{1,100}")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
_SPACED = sorted({verb for verbs in words.WRITING.values() for verb in verbs}, key=len, reverse=True)
_VERB = re.compile(
    rf"(?<!\w)(?:{'|'.join(map(re.escape, _SPACED))})(?!\w)|{'|'.join(map(re.escape, words.WRITING_UNSPACED))}"
)
_OPENER = re.compile(rf"[\u200e\u200f\u202a-\u202e]?(?:{'|'.join(map(re.escape, words.OPENERS))})(?!\w)")
_DATED_ADDRESS = re.compile(r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2} [^<>]*<[^<>\s@]+@[^<>\s@]+>")
_INVISIBLE = " \xa0*_\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_LONGEST_ATTRIBUTION = 400


@dataclass(frozen=True, slots=True)
class _Signs:
    """Which signs of an attribution a line shows."""

    verb: bool
    address: bool
    clock: bool
    day: bool

    @property
    def two(self) -> bool:
        """Whether two signs agree: enough above a block of `>` lines."""
        return self.verb + self.address + (self.clock or self.day) >= 2

    @property
    def sure(self) -> bool:
        """Whether the line needs no `>` below it to be believed."""
        return self.verb and (self.address or (self.clock and self.day))


def _signs(line: str) -> _Signs | None:
    """Return the signs of a line that can be an attribution: not too long, a colon or a dated <address> at its end."""
    if len(line) > _LONGEST_ATTRIBUTION:
        return None
    if not line.rstrip(_INVISIBLE).endswith((":", "：")) and not _DATED_ADDRESS.fullmatch(line):
        return None
    low = line.casefold()
    return _Signs(*(bool(sign.search(low)) for sign in (_VERB, _ADDRESS, _CLOCK, _DAY)))


def _attribution_ends(page: Page, i: int, said_something: bool) -> int:
    """Return the line after the quote that an attribution at line `i` begins, or `i` where there is none.

    Above `>` lines only the attribution itself is marked, so that answers between the `>` lines stay new.
    With no `>` below it takes the rest of the text; but where nothing was said above it, the text must be
    below.
    """
    for length in (1, 2, 3):
        if length > 1 and not _may_wrap(page, i, length):
            return i
        signs = _signs(" ".join(page[i : i + length]))
        if signs is None:
            continue
        below = next((line for line in page[i + length : i + length + 4] if line), "")
        alone = i == 0 or not page[i - 1] or page[i - 1].startswith(">")
        if below.startswith(">"):
            return i + length if signs.two or (signs.verb and alone) else i
        if signs.sure or (signs.two and not below):
            return len(page) if said_something else i + length
        return i
    return i


def _may_wrap(page: Page, i: int, length: int) -> bool:
    """Say whether the lines from `i` on can be one attribution that a mail program wrapped."""
    if i + length > len(page) or not all(page[i : i + length]):
        return False
    start = page[i].casefold()
    if page[i + length - 1].startswith(">") or len(start) > 200 or start.endswith((".", "!", "?")):
        return False
    dated = bool(_CLOCK.search(start) or _DAY.search(start))
    alone = i == 0 or not page[i - 1] or page[i - 1].startswith(">")
    return bool(_OPENER.match(start) and any(c.isdigit() for c in start)) or (
        alone and (dated or "@" in start or start.endswith("<"))
    )


# --- our own lines ----------------------------------------------------------------------------------------

_TELLING = 12  # shorter lines ("Hello,") are everybody's


def _mark_ours(page: Page, kinds: Kinds, ours: Sequence[str]) -> None:
    """Mark runs of two or more lines that we ourselves sent: exact, and true in every language."""
    sent = {" ".join(line.split()) for text in ours for line in text.splitlines()}
    sent = {line for line in sent if len(line) >= _TELLING}
    if not sent:
        return
    written = [i for i, line in enumerate(page) if line]
    known = [" ".join(page[i].lstrip("> ").split()) in sent for i in written]
    for place, i in enumerate(written):
        beside = known[max(0, place - 1) : place + 2]
        if known[place] and sum(beside) >= 2:
            kinds[i] = "quoted"


def _cut_at_marker(page: Page, kinds: Kinds) -> bool:
    """Mark everything from an unquoted ANSWER_ABOVE on as quoted, and say whether there was one."""
    wanted = _without_space(ANSWER_ABOVE)
    for i, line in enumerate(page):
        if (
            kinds[i] == "new"
            and "##" in line
            and wanted in _without_space(line + "".join(page[i + 1 : i + 3]))
        ):
            kinds[i:] = ["quoted"] * (len(page) - i)
            return True
    return False


def _without_space(line: str) -> str:
    return "".join(line.casefold().split())


# --- signatures -------------------------------------------------------------------------------------------

_SIGNATURE_LINES = 15
_CLOSING_LINES = 8


def _mark_signatures(page: Page, kinds: Kinds) -> None:
    """Mark in each stretch of new text what stands from its signature on."""
    start = 0
    for kind, group in groupby(kinds):
        end = start + sum(1 for _ in group)
        if kind == "new":
            begins = _signature_begins(page, start, end)
            kinds[begins:end] = ["signature"] * (end - begins)
        start = end


def _signature_begins(page: Page, start: int, end: int) -> int:
    """Return the first line of the signature between lines `start` and `end`, or `end` where there is none.

    It is looked for from below: a signature is the end of a text, and has few lines.
    """
    begins, seen = end, 0
    while end > start and (not page[end - 1] or _is_rule(page[end - 1]) or page[end - 1] == "--"):
        end -= 1
        begins = end if page[end] else begins
    for i in range(end - 1, start - 1, -1):
        if not page[i]:
            continue
        seen += 1
        if seen > _SIGNATURE_LINES:
            break
        above = i == start or not page[i - 1]
        if (
            page[i] in {"--", "—"}
            or _is_phone_line(page[i], above)
            or (seen > 1 and _is_rule(page[i]) and above)
        ):
            begins = i
        elif seen <= _CLOSING_LINES and _is_closing(page, i, start, end):
            begins = i
    return begins


def _is_phone_line(line: str, paragraph: bool) -> bool:
    """Say whether a line is what a phone or a mail app adds by itself: short, and a paragraph of its own."""
    low = re.sub(r"<[^>]*>|\(?https?://\S+", "", line.casefold()).strip(" .*_")
    if not paragraph or not low or len(low) > 70:
        return False
    told = low.startswith(words.PHONE_STARTS) or low.endswith(words.PHONE_ENDS)
    return told and any(thing in low for thing in words.PHONE_THINGS)


_WORDY = 6


def _is_closing(page: Page, i: int, start: int, end: int) -> bool:
    """Say whether line `i` says goodbye: a formula, and below it only lines that look like a name or an address."""
    formula = "".join(c for c in page[i].casefold() if c.isalpha() or c in " &'").strip()
    if i == start or formula not in words.CLOSINGS:
        return False
    return all(_is_name_line(line) for line in page[i + 1 : end] if line)


def _is_name_line(line: str) -> bool:
    """Say whether a line fits a signature: few words, no sentence."""
    if "@" in line or "://" in line or line.startswith("www.") or sum(c.isdigit() for c in line) >= 6:
        return True
    return len(line.split()) <= _WORDY and not line.endswith(("?", ":")) and not line[0].islower()
