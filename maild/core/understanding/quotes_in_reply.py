"""Find what a customer's reply quotes of the mails that we know; what it quotes of others is for the staff to see.

Used where we know what we sent on the incident, so that three things can be told which quotes.py cannot: a line
between ours that we did not write is an answer, a quote of no mail of ours is an error message or another mail that
its sender wants to show, and only what stands below a quote of ours is the older history. Where in doubt, a line is
shown: a quote that staff see twice costs less than an answer that nobody sees.
"""

from collections.abc import Iterator
from itertools import groupby, takewhile
from typing import Literal

from maild.core.understanding.attributions import (
    Page,
    attribution_ends,
    introduction_begins,
    is_marked,
    other_mark,
    shows_address,
    shows_date,
)
from maild.core.understanding.quote_headers import (
    header_begins_above,
    header_ends,
    heading,
    is_header_block,
    is_labelled,
    labels_of,
    rule_above,
)
from maild.core.understanding.quotes import walk_down
from maild.core.understanding.repeated import Repeated, quote_depth

# `introduction` is quoted of a mail that we know, or says which one it is.
Kind = Literal["quoted", "introduction", "forwarded"]
Stretch = tuple[int, int, Kind]  # first line, line after the last

_MARKS = ">|: \t"
_ABOVE_OURS = 4  # lines that may stand between a header block and the text that it introduces


def quotes_in_reply(page: Page, known: Repeated) -> Iterator[Stretch]:
    """Yield the stretches of `page` that are not new, top to bottom; one may reach up into what came before.

    `forwarded` is a quote of another mail than ours. A mail forwarded without a word above it is new as a whole.
    """
    if heading(next(filter(None, page), "")) == "forwarded":
        return
    yield from walk_down(page, _Walk(page, known).at)


class _Walk:
    """A page on the way down, and what was seen above: a quote of ours, what introduces it."""

    def __init__(self, page: Page, known: Repeated) -> None:
        self.page, self.known, self.ours = page, known, known.lines
        self.labels = [labels_of(line) for line in page]
        self.said_something = self.other_marks = False
        self.below_ours = self.history = False
        self.older = False  # what is introduced from here on came before the quote of ours
        self.below_marks = False
        self.unknown: Kind | None = None  # what a line is that we do not know, below an introduction of ours
        self.group_depth = list(self._groups())
        self.next_ours = self._next_ours()

    def at(self, i: int) -> Stretch | None:
        """Return the stretch that is found at line `i`, or None where it is new or blank."""
        if i in self.ours:
            return self._ours(i)
        if not self.page[i]:
            return None
        inside = i in self.known.inside
        self.below_ours = self.below_ours and inside
        if self._marked(i):
            return self._of_group(i)
        stretch = None if inside and self._is_typed(i) else self._announced(i)
        self.said_something = self.said_something or stretch is None
        self.older = self.older and not (stretch is None and not inside and self.below_marks)
        return stretch or self._beside_ours(i)

    def _marked(self, i: int) -> bool:
        return is_marked(self.page[i]) or (self.other_marks and other_mark(self.page[i]))

    def _markable(self, i: int) -> bool:
        return i in self.ours or is_marked(self.page[i]) or other_mark(self.page[i])

    def _is_typed(self, i: int) -> bool:
        """Say whether a line between ours cannot begin the header block of another mail."""
        return not (is_header_block(self.page, self.labels, i) or heading(self.page[i]))

    def _groups(self) -> Iterator[int | None]:
        """Yield for each line how deep the known lines of its group of `>` lines are marked; None: there are none."""
        for _, lines in groupby(range(len(self.page)), lambda i: self._in_group(i)):
            group = list(lines)
            known = [quote_depth(self.page[i]) for i in group if i in self.ours or i in self.known.held]
            bare = not any(self.page[i].strip(_MARKS) for i in group)
            yield from [0 if bare else max(known, default=None)] * len(group)

    def _in_group(self, i: int) -> bool:
        """Say whether a line is marked, or a blank one right below a marked one."""
        return self._markable(i) or bool(i and not self.page[i] and self._markable(i - 1))

    def _next_ours(self) -> list[int]:
        """Return for each line the first one from it on that is ours, or the number of lines."""
        found = [len(self.page)] * (len(self.page) + 1)
        for i in range(len(self.page) - 1, -1, -1):
            found[i] = i if i in self.ours else found[i + 1]
        return found

    def _ours(self, i: int) -> Stretch:
        """Return the line, with what introduces it where it is the first of ours."""
        first = not self.below_ours and not (i and i - 1 in self.known.inside)
        self.below_ours = self.history = self.older = True
        self.below_marks = is_marked(self.page[i]) if self.page[i] else self.below_marks
        if not first:
            return i, i + 1, "introduction"
        header = header_begins_above(self.page, i)
        return (header if header < i else introduction_begins(self.page, i)), i + 1, "introduction"

    def _of_group(self, i: int) -> Stretch | None:
        """Return a line with a mark that is not ours by its place, but may be by its words."""
        line, depth = self.page[i], self.group_depth[i]
        if depth is not None and not line.strip(_MARKS):
            return i, i + 1, "introduction"
        if i in self.known.held or (depth is not None and i in self.known.short):
            return i, i + 1, "introduction"
        if i in self.known.inside:
            return (
                self._beside_ours(i) if depth is None or quote_depth(line) <= depth else (i, i + 1, "quoted")
            )
        older = depth is not None and (quote_depth(line) > depth or self.older)
        return i, i + 1, "quoted" if older else "forwarded"

    def _beside_ours(self, i: int) -> Stretch | None:
        """Return an unmarked line that repeats us, in part, where that is no text for the classifiers; else None."""
        if self.unknown:
            known = i in self.known.held
            return i, i + 1, "introduction" if known else self.unknown
        return (i, i + 1, "forwarded") if self.history and i in self.known.mixed else None

    def _announced(self, i: int) -> Stretch | None:
        """Return the stretch that a heading, a header block or an attribution at line `i` announces."""
        kind = heading(self.page[i])
        if kind or is_header_block(self.page, self.labels, i) or rule_above(self.page, self.labels, i):
            return self._below(i, header_ends(self.page, self.labels, i))
        if self.history and (end := _unknown_header(self.page, i)) > i:
            return self._below(i, end)
        end = attribution_ends(self.page, i, self._markable, said_something=self.said_something)
        if end == i:
            return None
        if end == len(self.page):
            return self._below(i, i + 1)
        below = next((j for j in range(end, min(end + 4, len(self.page))) if self.page[j]), end)
        self.other_marks = self.other_marks or other_mark(self.page[below])
        strange = self._markable(below) and self.group_depth[below] is None
        return i, end, "forwarded" if strange else "introduction"

    def _below(self, i: int, end: int) -> Stretch:
        """Return what the introduction at line `i` takes, by whose text begins at line `end`."""
        ours, last = self.next_ours[i], len(self.page)
        strange: Kind = "quoted" if self.older else "forwarded"
        if ours == last:
            near = range(end, min(end + _ABOVE_OURS, last))
            if self.older or not any(j in self.known.held for j in near):
                return i, last, strange
            self.unknown = "forwarded" if any(j in self.known.ours for j in near) else "quoted"
            self.history = self.older = True
            return i, end, "introduction"
        begins = header_begins_above(self.page, ours)
        begins = begins if begins < ours else introduction_begins(self.page, ours)
        between = sum(1 for line in self.page[end:ours] if line)
        if begins < end or (begins == ours and between <= _ABOVE_OURS):
            self.below_ours = False
            return i, min(end, ours), "introduction"
        if _goes_on(self.page[end:begins]):
            return i, begins, "introduction"
        return i, max(begins, i + 1), strange


def _goes_on(lines: Page) -> bool:
    """Say whether the lines between two parts of an introduction belong to it: none, or some right below the first."""
    directly = list(takewhile(bool, lines[:_ABOVE_OURS]))
    return not any(lines[len(directly) :]) and all(
        is_labelled(line) or shows_address(line) for line in directly
    )


def _unknown_header(page: Page, i: int) -> int:
    """Return where a header block in an unknown language ends that begins at line `i`, or `i`: it has a date."""
    end = i
    while end < len(page) and end - i < 8 and is_labelled(page[end]):
        end += 1
    return end if end - i >= 3 and any(map(shows_date, page[i:end])) else i
