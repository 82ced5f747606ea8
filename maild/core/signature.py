"""Find where a signature begins: below `-- `, below a goodbye, or where a phone says that it is one."""

import re
from collections.abc import Sequence

from maild.core import quote_words as words

_SIGNATURE_LINES = 15  # a signature that is longer is text
_CLOSING_LINES = 8
_NAME_WORDS = 6
_PHONE_CHARS = 70
_LINK = re.compile(r"<[^<>]*>|\(?https?://\S+")


def signature_begins(page: Sequence[str], start: int, end: int) -> int:
    """Return the first line of the signature between lines `start` and `end`, or `end` where there is none.

    `page` holds the lines without white space around them. The search goes up from the end, because a
    signature is the end of what somebody writes, and has few lines.
    """
    end, begins = _above_rules(page, start, end)
    seen = 0
    for i in range(end - 1, start - 1, -1):
        if not page[i]:
            continue
        seen += 1
        if seen > _SIGNATURE_LINES:
            break
        paragraph = i == start or not page[i - 1]
        delimiter = page[i] in {"--", "—"} or (paragraph and is_rule(page[i]))
        closing = seen <= _CLOSING_LINES and i > start and _is_closing(page[i], page[i + 1 : end])
        if delimiter or closing or (paragraph and _is_phone_line(page[i])):
            begins = i
    return begins


def is_rule(line: str) -> bool:
    """Say whether a line is drawn, not written."""
    return len(line) >= 3 and not line.strip("-_=*~#+–—─━ ")


def _above_rules(page: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return the end above the last blank lines and rules, and the first of those rules."""
    begins = end
    while end > start and (not page[end - 1] or is_rule(page[end - 1]) or page[end - 1] == "--"):
        end -= 1
        begins = end if page[end] else begins
    return end, begins


def _is_phone_line(line: str) -> bool:
    """Say whether a line is what a phone or a mail app adds by itself: short, and naming the thing."""
    low = _LINK.sub("", line[:500].casefold()).strip(" .*_")
    if not low or len(low) > _PHONE_CHARS:
        return False
    told = low.startswith(words.PHONE_STARTS) or low.endswith(words.PHONE_ENDS)
    return told and any(thing in low for thing in words.PHONE_THINGS)


def _is_closing(line: str, below: Sequence[str]) -> bool:
    """Say whether a line says goodbye: a formula, with only names, addresses and numbers below it."""
    formula = "".join(c for c in line[:60].casefold() if c.isalpha() or c in " &'").strip()
    return formula in words.CLOSINGS and all(_is_name_line(other) for other in below if other)


def _is_name_line(line: str) -> bool:
    """Say whether a line fits a signature: an address, a number, or few words that are no sentence."""
    if "@" in line or "://" in line or line.startswith("www.") or sum(c.isdigit() for c in line) >= 6:
        return True
    return len(line.split()) <= _NAME_WORDS and not line.endswith(("?", ":")) and not line[0].islower()
