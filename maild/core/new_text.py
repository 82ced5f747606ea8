"""Tell what was written now from what is quoted and from the signature; nothing is deleted, only told apart.

How quotes and signatures look is in quotes.py and signature.py, the words of the languages in quote_words.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from maild.core.quotes import Page, quoted_lines
from maild.core.signature import signature_begins

# The line above everything internal in a mail of ours to staff (rule 34); found in any case and spacing.
ANSWER_ABOVE = "##- Please write your answer above this line -##"

Kind = Literal["new", "quoted", "signature"]

_AROUND = " \t\r\n\x0b\x0c\x1c\x1d\x1e\x85\xa0\u2028\u2029\u200b\ufeff"
_TELLING_CHARS = 12  # shorter lines ("Hello,") are everybody's


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of the text: characters `start` up to, not including, `end`."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Split:
    """A text in its three kinds; `spans` cover it without gap, and the three strings are cut from it.

    `marker_found`: ANSWER_ABOVE stood in what would have been new, not in a quote; the cut was made there.
    """

    new: str
    quoted: str
    signature: str
    spans: tuple[Span, ...]
    marker_found: bool


def split_text(text: str, *, ours: Sequence[str] = (), first: bool = False) -> Split:
    """Return `text` told apart.

    `first` says that the mail begins a thread: then no quote is cut, because a forwarded mail is the
    request; only ANSWER_ABOVE still cuts. `ours` are texts we sent to this person: runs of their lines
    count as quoted, however they are marked.
    """
    lines = text.splitlines(keepends=True)
    page = [line.strip(_AROUND) for line in lines]
    kinds: list[Kind] = ["new"] * len(lines)
    if not first:
        for start, end in quoted_lines(page):
            kinds[start:end] = ["quoted"] * (end - start)
        _mark_ours(page, kinds, ours)
    marker_found = _cut_at_marker(page, kinds)
    _mark_signatures(page, kinds)
    _give_blank_lines(page, kinds)
    spans = _spans(lines, kinds)
    new, quoted, signature = (_joined(text, spans, kind) for kind in ("new", "quoted", "signature"))
    return Split(new, quoted, signature, spans, marker_found)


def _mark_ours(page: Page, kinds: list[Kind], ours: Sequence[str]) -> None:
    """Mark runs of two or more lines that we ourselves sent: exact, and true in every language."""
    sent = {" ".join(line.split()) for text in ours for line in text.splitlines()}
    sent = {line for line in sent if len(line) >= _TELLING_CHARS}
    if not sent:
        return
    written = [i for i, line in enumerate(page) if line]
    known = [" ".join(page[i].lstrip("> ").split()) in sent for i in written]
    for place, i in enumerate(written):
        beside = known[max(0, place - 1) : place + 2]
        if known[place] and sum(beside) >= 2:
            kinds[i] = "quoted"


def _cut_at_marker(page: Page, kinds: list[Kind]) -> bool:
    """Mark everything from an unquoted ANSWER_ABOVE on as quoted, and say whether there was one.

    Mail programs wrap lines, so the marker may take three.
    """
    wanted = _without_space(ANSWER_ABOVE)
    for i, line in enumerate(page):
        if kinds[i] == "new" and "##" in line and wanted in _without_space("".join(page[i : i + 3])):
            kinds[i:] = ["quoted"] * (len(page) - i)
            return True
    return False


def _without_space(text: str) -> str:
    return "".join(text.casefold().split())


def _mark_signatures(page: Page, kinds: list[Kind]) -> None:
    """Mark in each stretch of new text what stands from its signature on."""
    end = 0
    for kind, group in groupby(kinds[:]):
        start, end = end, end + sum(1 for _ in group)
        if kind == "new":
            begins = signature_begins(page, start, end)
            kinds[begins:end] = ["signature"] * (end - begins)


def _give_blank_lines(page: Page, kinds: list[Kind]) -> None:
    """Let every blank line belong to what stands above it."""
    for i in range(1, len(page)):
        if not page[i]:
            kinds[i] = kinds[i - 1]


def _spans(lines: Sequence[str], kinds: Sequence[Kind]) -> tuple[Span, ...]:
    """Merge neighbouring lines of one kind into spans."""
    spans, start, line = [], 0, 0
    for kind, group in groupby(kinds):
        first, line = line, line + sum(1 for _ in group)
        end = start + sum(map(len, lines[first:line]))
        spans.append(Span(kind, start, end))
        start = end
    return tuple(spans)


def _joined(text: str, spans: Iterable[Span], kind: str) -> str:
    """Return all of one kind, a blank line between stretches that stand apart."""
    pieces = (text[span.start : span.end].strip("\r\n").rstrip() for span in spans if span.kind == kind)
    return "\n\n".join(piece for piece in pieces if piece)
