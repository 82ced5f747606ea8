"""Find the lines of a mail that are quoted from another mail.

A quote is cut only where two signs agree (a header line and a quoted block; a verb of writing with an address, or with
a day and a time; three header labels of one language), because text that is wrongly cut is an answer that nobody
reads. What is known as ours needs no sign. One pass; a line looks at most a few lines around it, so hostile text costs
no more than honest text.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Literal, TypeVar

from maild.core.understanding.attributions import (
    Page,
    attribution_ends,
    introduction_begins,
    is_marked,
    other_mark,
)
from maild.core.understanding.quote_headers import (
    header_begins_above,
    heading,
    is_header_block,
    labels_of,
    rule_above,
)

Stretch = tuple[int, int, Literal["quoted", "forwarded"]]  # first line, line after the last
Found = TypeVar("Found", bound=tuple[int, int, str])


def quoted_lines(page: Page, ours: Collection[int] = ()) -> Iterator[Stretch]:
    """Yield the quoted stretches, top to bottom; one may reach up into what came before. `ours` are known as quoted.

    A mail forwarded without a word above it is what its sender wants to say: nothing of it is quoted.
    """
    if heading(next(filter(None, page), "")) == "forwarded":
        return
    yield from walk_down(page, _Walk(page, ours).at)


def walk_down(page: Page, at: Callable[[int], Found | None]) -> Iterator[Found]:
    """Yield what `at` finds at a line, beginning with the first one; after each the walk goes on behind its end."""
    i = 0
    while i < len(page):
        stretch = at(i)
        if stretch:
            yield stretch
        i = stretch[1] if stretch else i + 1


class _Walk:
    """A page on the way down: what each line labels, and what was seen above."""

    def __init__(self, page: Page, ours: Collection[int]) -> None:
        self.page, self.ours = page, ours
        self.labels = [labels_of(line) for line in page]
        self.said_something = False
        self.other_marks = False  # an attribution stood above a line with one
        self.below_ours = False

    def at(self, i: int) -> Stretch | None:
        """Return the quoted stretch that is found at line `i`, or None."""
        if self.marked(i):
            known = self._known(i)
            self.below_ours = i in self.ours
            return known
        if not self.page[i]:
            return None
        if i and self.marked(i - 1) and _ends_link(self.page[i - 1], self.page[i]):
            return i, i + 1, "quoted"
        self.below_ours = False
        stretch = self._announced(i)
        self.said_something = self.said_something or stretch is None
        return stretch

    def marked(self, i: int) -> bool:
        """Say whether a line is quoted whatever stands around it."""
        return i in self.ours or is_marked(self.page[i]) or (self.other_marks and other_mark(self.page[i]))

    def _known(self, i: int) -> Stretch:
        """Return the line, with what introduces it where it is the first of ours."""
        if i not in self.ours or self.below_ours:
            return i, i + 1, "quoted"
        header = header_begins_above(self.page, i)
        if header < i:
            return header, len(self.page), "quoted"
        return introduction_begins(self.page, i), i + 1, "quoted"

    def _announced(self, i: int) -> Stretch | None:
        """Return the stretch that a heading, a header block or an attribution at line `i` announces."""
        kind = heading(self.page[i])
        if kind == "forwarded":
            return i, len(self.page), "forwarded"
        if kind or is_header_block(self.page, self.labels, i) or rule_above(self.page, self.labels, i):
            return i, len(self.page), "quoted"
        end = attribution_ends(self.page, i, self._markable, said_something=self.said_something)
        if end == i:
            return None
        self.other_marks = self.other_marks or other_mark(next(filter(None, self.page[end : end + 4]), ""))
        return i, end, "quoted"

    def _markable(self, i: int) -> bool:
        return i in self.ours or is_marked(self.page[i]) or other_mark(self.page[i])


def _ends_link(line: str, below: str) -> bool:
    """Say whether a link in brackets is broken between two lines, so that the lower one lost its mark."""
    opened = max(line.rfind("(http"), line.rfind("<http"))
    close = ")" if line[opened : opened + 1] == "(" else ">"
    return opened >= 0 and close not in line[opened:] and " " not in below and below.endswith(close)
