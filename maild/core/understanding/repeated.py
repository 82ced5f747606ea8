"""Which lines of a mail repeat a text of ours: known by their letters alone, so in every language and however marked.

A mail program wraps, marks, indents and links what it quotes, but leaves its letters in their order. A text of ours
counts as quoted only where at least two thirds of it are there, and its lines only in the order in which we wrote
them: who copies a line of ours to choose it, even above the whole quote, is heard.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from unicodedata import normalize

from maild.core.understanding.signature import is_rule

# Letters by which a place in our text is found; a shorter line is known beside its neighbours only, or, from SHORT
# on, as the next one of a quote.
WINDOW, SHORT = 16, 8
MOST_LETTERS = 100_000  # compared of a text of ours, and of a mail: more is no quote of what people write
# Single lines that are sought, and in how many letters of a text.
MOST_LINES, MOST_SOUGHT = 2_000, 20_000
_NOT_LETTERS = re.compile(r"[\W_]+")
_MARKS = ">|: \t"  # what may stand alone on a line that is quoted; an emoji may be an answer
# What programs add behind an address that they made a link.
_LINK = re.compile(r"<(?:https?|mailto|tel):[^<>]*>")

Written = Sequence[tuple[int, str]]  # the lines that have letters, by their numbers, with these


@dataclass(frozen=True, slots=True)
class _Run:
    """The written lines `first` up to `last`, which are the letters `start` up to `end` of our text."""

    first: int
    last: int
    start: int
    end: int

    @property
    def weight(self) -> int:
        """How many letters it has."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Repeated:
    """What a mail repeats of texts of ours, as numbers of its lines; `asked` says that there were such texts.

    `lines` are quoted from them for certain, `inside` stand between these and are others. Of the rest, all words of
    `held` stand in a text that we know, of `ours` in one that we sent, both WINDOW letters long or longer, and of
    `short` where they are shorter; `mixed` begin with words that we sent.
    """

    asked: bool = False
    lines: frozenset[int] = frozenset()
    inside: frozenset[int] = frozenset()
    held: frozenset[int] = frozenset()
    ours: frozenset[int] = frozenset()
    short: frozenset[int] = frozenset()
    mixed: frozenset[int] = frozenset()


def repeated_lines(page: Sequence[str], ours: Sequence[str]) -> set[int]:
    """Return which lines of `page` are quoted from one of the texts `ours`, and the bare marks below them."""
    return set(repeated(page, ours).lines)


def repeated(page: Sequence[str], ours: Sequence[str], earlier: Sequence[str] = ()) -> Repeated:
    """Return what `page` repeats of the texts `ours`, and which of its other lines stand in these or in `earlier`."""
    whole = dict.fromkeys(letters for text in ours if (letters := _letters(text)))
    texts = [letters for letters in whole if len(letters) >= WINDOW]
    if not texts:
        return Repeated()
    written = list(_written(page))
    quotes = [runs for text in texts if (runs := _quoted(text, written))]
    found = {i for runs in quotes for run in runs for i, _ in written[run.first : run.last]}
    found |= set(_short_quotes(page, whole.keys() - set(texts)))
    for i in range(1, len(page)):
        if i - 1 in found and (not page[i].strip(_MARKS) or is_rule(page[i])):
            found.add(i)
    spans = [range(written[runs[0].first][0], written[runs[-1].last - 1][0]) for runs in quotes]
    inside = {i for span in spans for i in span if page[i] and i not in found}
    rest = [(i, letters) for i, letters in written if i not in found][:MOST_LINES]
    sent = _joined(texts)
    ours_too = _holding(rest, sent)
    held = ours_too | _holding(rest, _joined(list(map(_letters, earlier))))
    long = {i for i, letters in rest if len(letters) >= WINDOW}
    mixed = {i for i, letters in rest if i in long and letters[:WINDOW] in sent} - held
    return Repeated(True, *map(frozenset, (found, inside, held & long, ours_too & long, held - long, mixed)))


def _short_quotes(page: Sequence[str], texts: Collection[str]) -> Iterator[int]:
    """Yield the lines of each marked block that is the whole of a text too short to be known by its letters alone."""
    for depth, lines in groupby(range(len(page)), lambda i: quote_depth(page[i])):
        block = list(lines)
        if depth and _letters("\n".join(page[i] for i in block)) in texts:
            yield from block


def quote_depth(line: str) -> int:
    """Return how many `>` a line bears."""
    return line[: len(line) - len(line.lstrip("> \t"))].count(">")


def _joined(texts: Sequence[str]) -> str:
    """Return the beginnings of letters in which single lines are sought."""
    return "\n".join(text[:MOST_SOUGHT] for text in texts)


def _holding(lines: Written, letters: str) -> set[int]:
    """Return which lines stand in `letters`; each different one is sought once."""
    holds = {line: line in letters for line in {line for _, line in lines}}
    return {i for i, line in lines if holds[line]}


def _letters(text: str) -> str:
    """Return the letters and digits of a text, without case and accents; the same for each way to spell them."""
    text = _LINK.sub(" ", text[: 2 * MOST_LETTERS]).casefold()
    if not text.isascii():
        text = normalize("NFKD", text)
    return _NOT_LETTERS.sub("", text)[:MOST_LETTERS]


def _written(page: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the lines that have letters, until there were too many."""
    room = MOST_LETTERS
    for i, line in enumerate(page):
        letters = _letters(line)
        room -= len(letters)
        if room < 0:
            return
        if letters:
            yield i, letters


def _quoted(text: str, written: Written) -> list[_Run]:
    """Return the runs that quote `text`, if two thirds of it are quoted."""
    runs = _in_order(list(_runs(text, written)))
    return runs if 3 * sum(run.weight for run in runs) >= 2 * len(text) else []


def _runs(text: str, written: Written) -> Iterator[_Run]:
    """Yield the stretches of lines that stand in `text` one after the other, top to bottom.

    Below an answer the quote is sought first where it was left, and there a shorter line is enough.
    """
    places = {text[i : i + WINDOW]: i for i in range(len(text) - WINDOW, -1, -1)}
    run: _Run | None = None
    free = left = 0
    for at, (_, letters) in enumerate(written):
        if run and text.startswith(letters, run.end):
            run = replace(run, last=at + 1, end=run.end + len(letters))
            continue
        if run:
            yield run
            free, left, run = run.last, run.end, None
        place = places.get(letters[:WINDOW], -1)
        if len(letters) >= SHORT and left and text.startswith(letters, left):
            place = left
        if place >= 0 and text.startswith(letters, place):
            run = _reaching_up(text, written, _Run(at, at + 1, place, place + len(letters)), free)
    if run:
        yield run


def _reaching_up(text: str, written: Written, run: _Run, free: int) -> _Run:
    """Return the run with the lines above it, down from `free`, that were too short to be found by themselves."""
    while run.first > free and text.endswith(written[run.first - 1][1], 0, run.start):
        run = replace(run, first=run.first - 1, start=run.start - len(written[run.first - 1][1]))
    return run


def _in_order(runs: Sequence[_Run]) -> list[_Run]:
    """Return the longest run, and of those above and below it the ones that keep the order of our text."""
    if not runs:
        return []
    middle = max(range(len(runs)), key=lambda i: runs[i].weight)
    kept = [runs[middle]]
    for run in reversed(runs[:middle]):
        if run.end <= kept[-1].start:
            kept.append(run)
    kept.reverse()
    for run in runs[middle + 1 :]:
        if run.start >= kept[-1].end:
            kept.append(run)
    return kept
