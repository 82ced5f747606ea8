"""Recognise what stands above a quote without marks: a heading between rules, or a block From: Sent: To: Subject:.

Three labels of one language make a block if the subject or an address is among them, or two with an address and a date.
A line looks at a few lines below it, whatever stands there.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from maild.core.understanding import quote_words as words
from maild.core.understanding.attributions import Page, shows_address, shows_date
from maild.core.understanding.signature import is_rule

Labels = tuple[tuple[str, str], ...]  # what a line labels in a header block: (language, role)
Heading = Literal["original", "forwarded", ""]

_DECORATION = " \t\xa0-‐_=*~#+>:<|–—\u200e\u200f\u202a\u202b\u202c"
_BLOCK_LINES = 14
_LABEL_CHARS = 40
_ONE_LINE_CHARS = 600
_HEADING_CHARS = 120
_LABELS: dict[str, Labels] = {}
for _language, _table in words.HEADER_LABELS.items():
    for _role, _words in _table.items():
        for _word in _words:
            _LABELS[_word] = (*_LABELS.get(_word, ()), (_language, _role))
for _word in words.OTHER_LABELS:
    _LABELS.setdefault(_word, (("", "other"),))
# "Support ---05/01/2026 10:20:00---Good morning, is it" above the header block of Lotus Notes.
_NOTES = re.compile(r"-{2,3}\s?\d{1,2}[./-]\d{1,2}[./-]\d{2,4} \d{1,2}:\d{2}[^-]{0,8}-{2,3}")
_LONG_RULE = "-" * 8  # QQ; between shorter ones "Original" is a heading of the sender's
_LABELLED = re.compile(
    r"[^\W\d_][^:：]{0,30}[:：]\s*\S"
)  # "Kirjoittaja: Bob" in a language that we do not know


def heading(line: str) -> Heading:
    """Say whether a line is the heading of an original or of a forwarded mail."""
    if len(line) > _HEADING_CHARS:
        return ""
    bare = line.casefold().strip(_DECORATION).replace("’", "'")
    ruled = _is_drawn(line[:2]) and _is_drawn(line[-2:])
    if ruled and (bare in words.ORIGINAL or (bare == "original" and line.startswith(_LONG_RULE))):
        return "original"
    by = ruled and bare.startswith(words.FORWARDED_BY)
    return "forwarded" if by or (bare in words.FORWARDED and (ruled or line.endswith(":"))) else ""


def _is_drawn(two: str) -> bool:
    return len(two) == 2 and not two.strip("-‐_=*~–—")


def labels_of(line: str) -> Labels:
    """Return (language, role) for each language in which this line is one of a header block."""
    label, colon, _ = line[:_LABEL_CHARS].replace("：", ":").partition(":")
    return _LABELS.get(label.strip(_DECORATION).casefold(), ()) if colon else ()


def is_header_block(page: Page, labels: Sequence[Labels], i: int) -> bool:
    """Say whether a header block begins at line `i`.

    Addresses wrap, so up to two lines without a label may stand between; two blank lines end the block. A block that
    the line right above introduces with a colon is what the sender shows, and no quote.
    """
    if not labels[i] or _is_shown(page, labels, i):
        return False
    block = list(_block(page, labels, i))
    roles = _most_roles(labels[j] for j in block)
    addressed = any(shows_address(page[j]) for j in block)
    if len(roles) >= 4 or (len(roles) == 3 and (addressed or "subject" in roles)) or _on_one_line(page[i]):
        return True
    alone = i == 0 or not page[i - 1] or is_rule(page[i - 1])
    return len(roles) == 2 and alone and addressed and any(shows_date(page[j]) for j in block)


def _is_shown(page: Page, labels: Sequence[Labels], i: int) -> bool:
    """Say whether the line right above introduces line `i` with a colon, and is neither label nor heading."""
    return bool(i and page[i - 1].endswith((":", "：")) and not labels[i - 1] and not heading(page[i - 1]))


def _most_roles(found: Iterable[Labels]) -> set[str]:
    """Return the roles that are labelled, in the language that has most of them."""
    roles: dict[str, set[str]] = {}
    for labels in set(found):
        for language, role in labels:
            roles.setdefault(language, set()).add(role)
    return max(roles.values(), key=len, default=set())


def _block(page: Page, labels: Sequence[Labels], i: int) -> Iterator[int]:
    """Yield the labelled lines of the block that begins at line `i`."""
    strange = blank = 0
    for j in range(i, min(i + _BLOCK_LINES, len(page))):
        blank = 0 if page[j] else blank + 1
        strange = 0 if labels[j] else strange + bool(page[j])
        if blank == 2 or strange == 3:
            return
        if labels[j]:
            yield j


def _on_one_line(line: str) -> bool:
    """Say whether three labels of one language stand in one line, each before a colon."""
    pieces = line[:_ONE_LINE_CHARS].replace("：", ":").split(":")[:-1]
    if len(pieces) < 3:
        return False
    ends = [" ".join(piece.split()[-size:]) for piece in pieces for size in (1, 2, 3)]
    return len(_most_roles(_LABELS.get(end.strip(_DECORATION).casefold(), ()) for end in ends)) >= 3


def rule_above(page: Page, labels: Sequence[Labels], i: int) -> bool:
    """Say whether line `i` is a drawn rule, or the summary of Lotus Notes, with a header or heading right below it."""
    if not (is_rule(page[i]) or _NOTES.search(page[i][:_HEADING_CHARS])):
        return False
    below = next((j for j in range(i + 1, min(i + 4, len(page))) if page[j]), None)
    return below is not None and (is_header_block(page, labels, below) or heading(page[below]) == "original")


def header_ends(page: Page, labels: Sequence[Labels], i: int) -> int:
    """Return the line after what stands above a quote from line `i` on: rules, a heading, a header block."""
    end = i
    while end < min(i + 4, len(page)) and (not page[end] or is_rule(page[end]) or heading(page[end])):
        end += 1
    if end == len(page) or not labels[end]:
        return max(end, i + 1)
    seen: set[tuple[str, str]] = set()
    for j in _block(page, labels, end):
        wrapped = all(page[end:j]) or not any(page[end:j])
        if not wrapped or seen.issuperset(labels[j]):
            break
        seen.update(labels[j])
        end = j + 1
    return end


def is_labelled(line: str) -> bool:
    """Say whether a line could be one of a header block in any language: a word or two, a colon, a value."""
    return _LABELLED.match(line.strip(_DECORATION)[:_LABEL_CHARS]) is not None


def header_begins_above(page: Page, i: int) -> int:
    """Return where a header block in any language begins right above line `i`, which is known as quoted, or `i`.

    It has three labelled lines or more, an address or a date among them, and perhaps a rule or heading on top.
    """
    last = next((j for j in range(i - 1, max(i - 4, -1), -1) if page[j]), -1)
    first = last + 1
    while first > 0 and last - first < _BLOCK_LINES and is_labelled(page[first - 1]):
        first -= 1
    if last + 1 - first < 3:
        return i
    block = page[first : last + 1]
    if not any(shows_address(line) or shows_date(line) for line in block):
        return i
    while first > 0 and (not page[first - 1] or is_rule(page[first - 1]) or heading(page[first - 1])):
        first -= 1
    return first
