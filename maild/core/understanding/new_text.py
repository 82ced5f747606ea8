"""Tell what was written now from what is quoted and from the signature; nothing is deleted, only told apart.

How quotes and signatures look is in quotes.py and signature.py, the words of the languages in quote_words.py and
signature_words.py, and how our own text is known again in repeated.py.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from maild.core.understanding.attributions import Page, glued_at
from maild.core.understanding.quotes import quoted_lines
from maild.core.understanding.quotes_in_reply import quotes_in_reply
from maild.core.understanding.repeated import Repeated, repeated
from maild.core.understanding.signature import disclaimer_begins, signature_begins

# The line above everything internal in a mail of ours to staff (rule 34); found in any case and spacing.
ANSWER_ABOVE = "##- Please write your answer above this line -##"

Kind = Literal["new", "quoted", "forwarded", "signature", "disclaimer"]

MOST_LINES = 5_000  # of a reply that is looked at closely: more is not what people write
_AROUND = " \t\r\n\x0b\x0c\x1c\x1d\x1e\x85\xa0\u2028\u2029\u200b\ufeff\u200e\u200f\u202a\u202b\u202c"


@dataclass(frozen=True, slots=True)
class Span:
    """One stretch of the text: characters `start` up to, not including, `end`."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Split:
    """A text told apart; `spans` cover it without gap, and the strings are cut from it.

    `quoted` holds forwarded mails too, which `forwarded` holds alone; `signature` holds disclaimers too.
    `shown` is what is new or forwarded, in the order of the text. `left_out` counts the quoted lines that are of no
    mail of the incident that we know.
    `marker_found`: ANSWER_ABOVE stood in what would have been new, not in a quote; the cut was made there.
    """

    new: str
    quoted: str
    signature: str
    spans: tuple[Span, ...]
    marker_found: bool
    forwarded: str = ""
    shown: str = ""
    left_out: int = 0


def split_text(
    text: str,
    *,
    ours: Sequence[str] = (),
    first: bool = False,
    from_customer: bool = False,
    earlier: Sequence[str] = (),
) -> Split:
    """Return `text` told apart.

    `first` says that the mail begins a thread: then no quote is cut, because a forwarded mail is the request; only
    ANSWER_ABOVE still cuts. `ours` are texts that we sent: their lines count as quoted, however they are marked, and
    so does what introduces them. `from_customer` says that what is quoted of no mail of ours may be shown: then, with
    `ours` known, it counts as forwarded, and what stands between lines of ours as new; `earlier` is what the customer
    wrote before, and quotes again.
    """
    lines = [piece for line in text.splitlines(keepends=True) for piece in _unglued(line)]
    page = [line.strip(_AROUND) for line in lines]
    kinds: list[Kind] = ["new"] * len(lines)
    known = repeated(page, () if first else ours, earlier)
    expected = {*known.lines, *known.held, *known.short}
    if from_customer and known.asked and len(lines) <= MOST_LINES:
        expected |= _mark_quotes_in_reply(page, kinds, known)
    elif not first:
        _mark_quotes(page, kinds, known.lines)
    marker_found = _cut_at_marker(page, kinds, known.lines)
    left_out = sum(kind == "quoted" and i not in expected and bool(page[i]) for i, kind in enumerate(kinds))
    _mark_ends(page, kinds)
    _give_blank_lines(page, kinds)
    spans = _spans(lines, kinds)
    return Split(
        _joined(text, spans, {"new"}),
        _joined(text, spans, {"quoted", "forwarded"}),
        _joined(text, spans, {"signature", "disclaimer"}),
        spans,
        marker_found,
        _joined(text, spans, {"forwarded"}),
        _joined(text, spans, {"new", "forwarded"}),
        left_out,
    )


def _unglued(line: str) -> tuple[str, ...]:
    """Return the line, in two pieces where an attribution hangs on it."""
    at = glued_at(line)
    return (line[:at], line[at:]) if at else (line,)


def _mark_quotes(page: Page, kinds: list[Kind], repeated: Collection[int]) -> None:
    """Mark what is quoted; a mail of ours that somebody "forwards" to us is an answer with a quote."""
    for start, end, kind in quoted_lines(page, repeated):
        back = kind == "forwarded" and any(start <= i < end for i in repeated)
        kinds[start:end] = ["quoted" if back else kind] * (end - start)


def _mark_quotes_in_reply(page: Page, kinds: list[Kind], known: Repeated) -> set[int]:
    """Mark what a customer quotes; return the lines that say which mail of ours it is."""
    introductions: set[int] = set()
    for start, end, kind in quotes_in_reply(page, known):
        kinds[start:end] = ["quoted" if kind == "introduction" else kind] * (end - start)
        if kind == "introduction":
            introductions.update(range(start, end))
    return introductions


def _cut_at_marker(page: Page, kinds: list[Kind], repeated: Collection[int]) -> bool:
    """Mark everything from an unmarked ANSWER_ABOVE on as quoted; say whether it was not even known as ours.

    Mail programs wrap lines, so the marker may take three.
    """
    wanted = _without_space(ANSWER_ABOVE)
    for i, line in enumerate(page):
        open_ = kinds[i] == "new" or (i in repeated and not line.startswith(">"))
        if open_ and "##" in line and wanted in _without_space("".join(page[i : i + 3])):
            unknown = kinds[i] == "new"
            kinds[i:] = ["quoted"] * (len(page) - i)
            return unknown
    return False


def _without_space(text: str) -> str:
    return "".join(text.casefold().split())


def _mark_ends(page: Page, kinds: list[Kind]) -> None:
    """Mark in each stretch of new text what stands from its signature on, and from its disclaimer."""
    end = 0
    for kind, group in groupby(kinds[:]):
        start, end = end, end + sum(1 for _ in group)
        if kind == "new":
            disclaimer = disclaimer_begins(page, start, end)
            begins = signature_begins(page, start, disclaimer)
            kinds[begins:disclaimer] = ["signature"] * (disclaimer - begins)
            kinds[disclaimer:end] = ["disclaimer"] * (end - disclaimer)


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


def _joined(text: str, spans: Iterable[Span], kinds: Collection[str]) -> str:
    """Return all of these kinds, a blank line between stretches that stand apart."""
    pieces = (text[span.start : span.end].strip("\r\n").rstrip() for span in spans if span.kind in kinds)
    return "\n\n".join(piece for piece in pieces if piece)
