"""Recognise the lines by which a mail program introduces what it quotes: "On Monday ... wrote:".

They are believed by their signs (a verb of writing, an address, a time, a date) and by what stands below them. A line
looks at few lines beside it, and only short lines are looked at.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from maild.core.understanding import quote_words as words

Page = Sequence[str]  # lines without the white space around them
Marked = Callable[[int], bool]  # whether a line is quoted for certain: marked with `>`, or known as ours

_CHARS = 400
_LINES = 3  # over which programs wrap an attribution
_AT = r"[^\s<>()\[\]:,;\"]{1,64}@[^\s<>()\[\]:,;\"]{1,100}"
_ADDRESS = re.compile(_AT)
_IN_BRACKETS = re.compile(rf"[<(\[]\s?{_AT}\s?[>)\]]")
_BRACKET_LAST = re.compile(rf"[<(\[]\s?{_AT}\s?[>)\]]\s?[:：]")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}\s?[:.h時时시点點]\s?\d{2}(?!\d)")
_DAY = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2,4}(?!\d)")
_DATED_ADDRESS = re.compile(r"\d{4}[/.-]\d{1,2}[/.-]\d{1,2} [^<>]*<[^<>\s@]+@[^<>\s@]+>")
_RULED = re.compile(r"[-‐–—=]{2,}(.+?)[-‐–—=]{2,}")  # Zoho: "---- On ... wrote ----"
_THEN_QUOTE = re.compile(r"([^:：]*(?:[:：](?!\s\s)[^:：]*){0,6}[:：])\s\s+\S")
_OTHER_MARK = re.compile(r"\||[^\W\d_]{1,4}>")  # "| text", and "JD> text" of The Bat!
_EDGES = " \xa0*_"
_LAST = (":", "：", ">", "-", "‐", "–", "—", "=", "*", "_", "\u200e", "\u200f", "\u202c", "\u2069")
_TURNS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])
# Arabic, Persian, Devanagari and wide digits are digits as ours: a year is a year.
_DIGITS = {first + digit: str(digit) for first in (0x660, 0x6F0, 0x966, 0xFF10) for digit in range(10)}
_SPACED = "|".join(
    map(re.escape, sorted({v for verbs in words.WRITING.values() for v in verbs}, key=len)[::-1])
)
_VERB = re.compile(rf"(?<!\w)(?:{_SPACED})(?!\w)|{'|'.join(map(re.escape, words.WRITING_UNSPACED))}")
_OPENER = re.compile(rf"(?:{'|'.join(map(re.escape, words.OPENERS))})(?!\w)")


@dataclass(frozen=True, slots=True)
class _Signs:
    """Which signs of an attribution a line shows; `bracketed` and `bracket_last` are an address in brackets."""

    verb: bool
    address: bool
    bracketed: bool
    bracket_last: bool
    clock: bool
    day: bool

    @property
    def two(self) -> bool:
        """Whether two signs agree: enough above a block of `>` lines."""
        return self.verb + self.address + (self.clock or self.day) >= 2

    @property
    def sure(self) -> bool:
        """Whether the line needs no `>` below it to be believed.

        People write "bob@example.com wrote:" too; programs put the address into brackets, or a date beside it.
        """
        dated = self.clock and self.day
        named = self.bracketed or (self.address and (self.clock or self.day))
        return (self.verb and (named or dated)) or (self.bracket_last and dated)

    @property
    def telling(self) -> bool:
        """Whether a line in an unknown language is an attribution, if what it introduces is known as quoted."""
        return self.address or (self.clock and self.day)


def other_mark(line: str) -> bool:
    """Say whether a line bears a mark that tells a quote only below an attribution: a bar, or initials."""
    return _OTHER_MARK.match(line) is not None


def shows_address(line: str) -> bool:
    """Say whether an address stands in the line."""
    return _ADDRESS.search(line[:_CHARS]) is not None


def shows_date(line: str) -> bool:
    """Say whether a time and a date stand in the line."""
    signs = _signs(line[:_CHARS])
    return signs.clock and signs.day


def _signs(line: str) -> _Signs:
    """Return the signs of a short line."""
    low = _plain(line)
    seen = (_VERB, _ADDRESS, _IN_BRACKETS, _BRACKET_LAST, _CLOCK, _DAY)
    verb, address, bracketed, _, clock, day = (bool(sign.search(low)) for sign in seen)
    last = any(low.endswith(found[0]) for found in _BRACKET_LAST.finditer(low))
    return _Signs(verb, address, bracketed, last, clock, day)


def _plain(line: str) -> str:
    """Return the line as its signs are sought in it: without case, stars, and the marks that turn writing around."""
    return line.casefold().translate(_TURNS).translate(_DIGITS).strip(_EDGES)


def attribution_ends(page: Page, i: int, marked: Marked, *, said_something: bool) -> int:
    """Return the line where the quote below an attribution at line `i` ends, or `i` where there is none."""
    if said_something and (_shares_its_line(page[i]) or _is_arrows(page[i])):
        return len(page)
    if not any(line.endswith(_LAST) for line in page[i : i + _LINES]):
        return i
    for length in range(1, _LINES + 1):
        if length > 1 and not _may_wrap(page, i, length, marked):
            return i
        if i + length <= len(page) and page[i + length - 1].endswith(_LAST):
            line = " ".join(page[i : i + length])
            if _can_be_one(line):
                return _believed(page, i, length, marked, said_something)
    return i


def _can_be_one(line: str) -> bool:
    """Say whether a line has the form of one: short, with a colon or a dated <address> last, or within a rule."""
    if len(line) > _CHARS:
        return False
    plain = _plain(line)
    if plain.endswith((":", "：")) or _DATED_ADDRESS.fullmatch(plain):
        return True
    ruled = plain.startswith(("--", "==")) and _RULED.fullmatch(plain)
    return bool(ruled) and _signs(line).verb


def is_marked(line: str) -> bool:
    """Say whether a line begins with `>`, and is not words between arrows."""
    return line.startswith(">") and not (
        line.startswith(">>") and line.endswith(("<<", " >>>")) and line.strip("<> ")
    )


def _is_arrows(line: str) -> bool:
    """Say whether a line is an attribution of GroupWise: ">>> Support <s@example.org> 1/5/2026 10:20 AM >>>"."""
    return line.startswith(">>>") and line.endswith(">>>") and len(line) <= _CHARS and _signs(line).telling


def glued_at(line: str) -> int:
    """Return where an attribution begins that hangs on the text before it ("Yes.--- On ... wrote:"), or 0."""
    at = line.find("--- On ", 1, _CHARS)
    if at < 1 or line[at - 1] in "-\u2010":
        return 0
    return at if _signs(line[at : at + _CHARS].rstrip()).sure else 0


def _shares_its_line(line: str) -> bool:
    """Say whether an attribution is followed by its quote on the same line, behind blanks (Yahoo on phones)."""
    introduction = _THEN_QUOTE.match(line[:_CHARS]) if "  " in line else None
    return bool(introduction and _OPENER.match(_plain(line)) and _signs(introduction[1]).sure)


def _believed(page: Page, i: int, length: int, marked: Marked, said_something: bool) -> int:
    """Return where the quote ends, by how much the signs and what stands below agree.

    Above marked lines only the attribution itself is quoted, so that answers between them stay new. With none below
    it takes the rest of the text; but where nothing was said above it, the text must be below.
    """
    signs = _signs(" ".join(page[i : i + length]))
    near = range(i + length, min(i + length + 4, len(page)))
    below = next((j for j in near if page[j]), None)
    if below is not None and marked(below):
        return i + length if signs.two or (signs.verb and _begins_paragraph(page, i, marked)) else i
    if signs.sure or (signs.two and below is None):
        return len(page) if said_something else i + length
    return i


def _begins_paragraph(page: Page, i: int, marked: Marked) -> bool:
    return i == 0 or not page[i - 1] or marked(i - 1)


def _may_wrap(page: Page, i: int, length: int, marked: Marked) -> bool:
    """Say whether the lines from `i` on can be one attribution that a mail program wrapped."""
    if i + length > len(page) or not all(page[i : i + length]) or marked(i + length - 1):
        return False
    start = _plain(page[i][:_CHARS])
    if start.endswith((".", "!", "?")):
        return False
    clock, day = bool(_CLOCK.search(start)), bool(_DAY.search(start))
    if (_OPENER.match(start) and any(c.isdigit() for c in start)) or (clock and day):
        return True
    named = "@" in start or start.startswith("<") or start.endswith("<")
    return (clock or day or named) and _begins_paragraph(page, i, marked)


def introduction_begins(page: Page, i: int) -> int:
    """Return the first line of what introduces line `i`, which is known as quoted, or `i`: language does not matter.

    Going up, it takes the line above, and those above that while they show an address, a time or a date.
    """
    last = next((j for j in range(i - 1, max(i - 3, -1), -1) if page[j]), -1)
    for first in range(last, max(last - _LINES, -1), -1):
        if not page[first] or len(page[first]) > _CHARS:
            break
        if _signs(" ".join(page[first : last + 1])).telling:
            while last - first < _LINES - 1 and first and _goes_on(page[first - 1]):
                first -= 1
            return first
    return i


def _goes_on(line: str) -> bool:
    """Say whether a line can be the upper part of a wrapped attribution in any language."""
    if not line or len(line) > _CHARS or line.endswith((".", "!", "?")):
        return False
    signs = _signs(line)
    return signs.address or signs.clock or signs.day or line.endswith("<")
