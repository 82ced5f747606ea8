"""Find the lines of a mail that are quoted from another mail.

A quote is cut only where two signs agree (a header line and a quoted block; a verb of writing with an
address, or with a day and a time; three header labels of one language), because text that is wrongly cut
is an answer that nobody reads. One pass; a line looks at most a few lines ahead, so hostile text costs no
more than honest text.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from maild.core import quote_words as words
from maild.core.signature import is_rule

Page = Sequence[str]  # lines without the white space around them
Labels = tuple[tuple[str, str], ...]  # what a line labels in a header block: (language, role)


def quoted_lines(page: Page) -> Iterator[tuple[int, int]]:
    """Yield the quoted stretches as (first line, line after the last), top to bottom.

    A mail forwarded without a word above it is what its sender wants to say: nothing of it is quoted.
    """
    labels = [_labels(line) for line in page]
    said_something = False
    i = 0
    while i < len(page):
        end = i
        if page[i].startswith(">"):
            end = i + 1
        elif page[i]:
            if not said_something and _heading(page[i]) == "forwarded":
                return
            end = _quote_ends(page, labels, i, said_something)
            said_something = said_something or end == i
        if end > i:
            yield i, end
        i = max(end, i + 1)


def _quote_ends(page: Page, labels: Sequence[Labels], i: int, said_something: bool) -> int:
    """Return the line where the quote that is announced at line `i` ends, or `i` where none is."""
    if _heading(page[i]) or _header_block(page, labels, i) or _rule_above_header(page, labels, i):
        return len(page)
    return _attribution_ends(page, i, said_something)


# --- "-----Original Message-----", and From: Sent: To: Subject: -------------------------------------------

_RULES = ("--", "__", "==", "**")
_DECORATION = " \t\xa0-_=*~#+>:<|–—"


def _heading(line: str) -> Literal["original", "forwarded", ""]:
    """Say whether a line is the heading of an original or of a forwarded mail."""
    if len(line) > 120:
        return ""
    bare = line.casefold().strip(_DECORATION).replace("’", "'")
    ruled = line.startswith(_RULES) and line.endswith(_RULES)
    if ruled and bare in words.ORIGINAL:
        return "original"
    return "forwarded" if bare in words.FORWARDED and (ruled or line.endswith(":")) else ""


_BLOCK_LINES = 14
_LABEL_CHARS = 40
_LABELS: dict[str, Labels] = {}
for _language, _table in words.HEADER_LABELS.items():
    for _role, _words in _table.items():
        for _word in _words:
            _LABELS[_word] = (*_LABELS.get(_word, ()), (_language, _role))


def _labels(line: str) -> Labels:
    """Return (language, role) for each language in which this line is one of a header block."""
    label, colon, _ = line[:_LABEL_CHARS].replace("：", ":").partition(":")
    return _LABELS.get(label.strip(_DECORATION).casefold(), ()) if colon else ()


def _header_block(page: Page, labels: Sequence[Labels], i: int) -> bool:
    """Say whether three of From, Sent, To, Subject of one language stand together from line `i` on.

    Addresses wrap, so up to two lines without a label may stand between; two blank lines end the block.
    """
    if not labels[i]:
        return False
    found: dict[str, set[str]] = {}
    strange = blank = 0
    for line, shown in zip(page[i : i + _BLOCK_LINES], labels[i : i + _BLOCK_LINES], strict=True):
        blank = 0 if line else blank + 1
        strange = 0 if shown else strange + bool(line)
        if blank == 2 or strange == 3:
            break
        for language, role in shown:
            found.setdefault(language, set()).add(role)
    return any(len(roles) >= 3 for roles in found.values())


def _rule_above_header(page: Page, labels: Sequence[Labels], i: int) -> bool:
    """Say whether line `i` is a drawn rule with a header block or a heading right below it."""
    if not is_rule(page[i]):
        return False
    below = next((j for j in range(i + 1, min(i + 4, len(page))) if page[j]), None)
    return below is not None and (_header_block(page, labels, below) or _heading(page[below]) == "original")


# --- "On Monday ... wrote:" -------------------------------------------------------------------------------

_ATTRIBUTION_CHARS = 400
_ADDRESS = re.compile(r"[^\s<>()\[\]:,;\"]{1,64}@[^\s<>()\[\]:,;\"]{1,100}")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d{2}(?!\d)")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
_DATED_ADDRESS = re.compile(r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2} [^<>]*<[^<>\s@]+@[^<>\s@]+>")
_INVISIBLE = " \xa0*_\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
_SPACED = "|".join(
    map(re.escape, sorted({v for verbs in words.WRITING.values() for v in verbs}, key=len)[::-1])
)
_VERB = re.compile(rf"(?<!\w)(?:{_SPACED})(?!\w)|{'|'.join(map(re.escape, words.WRITING_UNSPACED))}")
_OPENER = re.compile(rf"(?:{'|'.join(map(re.escape, words.OPENERS))})(?!\w)")


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
    """Return the signs of a line that can be an attribution: short, with a colon or a dated <address> last."""
    if len(line) > _ATTRIBUTION_CHARS:
        return None
    if not line.rstrip(_INVISIBLE).endswith((":", "：")) and not _DATED_ADDRESS.fullmatch(line):
        return None
    low = line.casefold()
    return _Signs(*(bool(sign.search(low)) for sign in (_VERB, _ADDRESS, _CLOCK, _DAY)))


def _attribution_ends(page: Page, i: int, said_something: bool) -> int:
    """Return the line where the quote below an attribution at line `i` ends, or `i` where there is none.

    Programs wrap an attribution over up to three lines.
    """
    for length in (1, 2, 3):
        if length > 1 and not _may_wrap(page, i, length):
            return i
        signs = _signs(" ".join(page[i : i + length]))
        if signs:
            return _believed(page, i, length, signs, said_something)
    return i


def _believed(page: Page, i: int, length: int, signs: _Signs, said_something: bool) -> int:
    """Return where the quote ends, by how much the signs and what stands below agree.

    Above `>` lines only the attribution itself is marked, so that answers between the `>` lines stay new.
    With no `>` below it takes the rest of the text; but where nothing was said above it, the text must be
    below.
    """
    below = next((line for line in page[i + length : i + length + 4] if line), "")
    if below.startswith(">"):
        return i + length if signs.two or (signs.verb and _begins_paragraph(page, i)) else i
    if signs.sure or (signs.two and not below):
        return len(page) if said_something else i + length
    return i


def _begins_paragraph(page: Page, i: int) -> bool:
    return i == 0 or not page[i - 1] or page[i - 1].startswith(">")


def _may_wrap(page: Page, i: int, length: int) -> bool:
    """Say whether the lines from `i` on can be one attribution that a mail program wrapped."""
    if i + length > len(page) or not all(page[i : i + length]) or page[i + length - 1].startswith(">"):
        return False
    start = page[i][:_ATTRIBUTION_CHARS].casefold().strip(_INVISIBLE)
    if start.endswith((".", "!", "?")):
        return False
    if _OPENER.match(start) and any(c.isdigit() for c in start):
        return True
    dated = bool(_CLOCK.search(start) or _DAY.search(start))
    return _begins_paragraph(page, i) and (dated or "@" in start or start.endswith("<"))
