"""Find where a signature begins: below `-- `, below a goodbye, where a phone says that it is one; and a disclaimer."""

import re
from collections.abc import Iterator, Sequence

from maild.core.understanding import signature_words as words

_SIGNATURE_LINES = 15  # a signature that is longer is text
_CLOSING_LINES = 8
_DISCLAIMER_LINES = 60
_DISCLAIMER_CHARS = 30
_PARAGRAPH_CHARS = 6_000
_HEADING_CHARS = 80
_NAME_WORDS = 6
_SENTENCE_WORDS = 3  # begun with a small letter, beside an address or number: these make a sentence
_LINE_CHARS = 300
_PHONE_CHARS = 110
_FRAME_WORDS = 9
_NEAR_CHARS = 40  # within which the thing is named: "Sent from my desk, where it is easier than ..." is text
_LINK = re.compile(r"<[^<>]*>|\[[^\[\]]*\]|\(?https?://\S+")
_DASHED_NAME = re.compile(r"(?:--?|[–—~]\s?)[^\W\d_a-z][\w.'’]{0,30}(?: [^\W\d_a-z][\w.'’]{0,30}){0,2}")
_NUMBER = re.compile(r"[+(]?\d[\d\s()./-]{5,20}\d")


def signature_begins(page: Sequence[str], start: int, end: int) -> int:
    """Return the first line of the signature between lines `start` and `end`, or `end` where there is none.

    `page` holds the lines without white space around them. The search goes up from the end, because a
    signature is the end of what somebody writes, and has few lines. Above the first a second one is looked for: a
    list, a phone or a company adds its own below that of the sender.
    """
    begins = _one_begins(page, start, end)
    return _one_begins(page, start, begins) if begins < end else end


def _one_begins(page: Sequence[str], start: int, end: int) -> int:
    """Return the first line of the lowest signature, or `end`."""
    end, begins = _above_rules(page, start, end)
    begins = min(begins, _dashed_name(page, start, end), _contact_block(page, start, end))
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
        if delimiter or closing:
            begins = i
        elif _is_phone_line(page[i]):
            named = not paragraph and _is_own_name(page, start, i - 1)
            ends = seen == 1 and not page[i][0].islower()
            begins = i - 1 if named else i if paragraph or ends else begins
    return begins


def disclaimer_begins(page: Sequence[str], start: int, end: int) -> int:
    """Return the first line of the disclaimer that ends the lines `start` to `end`, or `end` where there is none.

    Of the paragraphs at the end it takes those that lawyers wrote, and links and addresses among them; never the whole.
    """
    begins = end
    for first, last in _paragraphs_up(page, max(start, end - _DISCLAIMER_LINES), end):
        if _is_disclaimer(page[first:last]) and any(page[start:first]):
            begins = first
        elif not all(_is_contact(line) or is_rule(line) for line in page[first:last]):
            break
    return begins


def is_rule(line: str) -> bool:
    """Say whether a line is drawn, not written."""
    return len(line) >= 3 and not line.strip("-‐_=*~#+–—─━ ")


def _paragraphs_up(page: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs between two lines as (first line, line after the last), from the bottom up."""
    last = end
    for i in range(end - 1, start - 2, -1):
        if i < start or not page[i]:
            if i + 1 < last:
                yield i + 1, last
            last = i


def _is_disclaimer(paragraph: Sequence[str]) -> bool:
    """Say whether two signs agree: two phrases of lawyers, or one and a heading."""
    text = " ".join(" ".join(paragraph).split())[:_PARAGRAPH_CHARS].casefold().replace("’", "'")
    if len(text) < _DISCLAIMER_CHARS:
        return False
    heading = paragraph[0][:_HEADING_CHARS].casefold().partition(":")[0].strip(" *_-=~.#")
    signs = (phrase in text for phrase in words.DISCLAIMER_PHRASES)
    return sum(signs) + (heading in words.DISCLAIMER_HEADINGS) >= 2


def _above_rules(page: Sequence[str], start: int, end: int) -> tuple[int, int]:
    """Return the end above the last blank lines and rules, and the first of those rules."""
    begins = end
    while end > start and (not page[end - 1] or is_rule(page[end - 1]) or page[end - 1] in {"--", "ᐧ"}):
        end -= 1
        begins = end if page[end] else begins
    return end, begins


def _is_phone_line(line: str) -> bool:
    """Say whether a line is what a phone or a mail app adds by itself: short, and naming the thing."""
    low = _LINK.sub("", line[:500].casefold()).strip(" .*_()<>\u200e\u200f")
    if not low or len(low) > _PHONE_CHARS:
        return False
    if low in words.PHONE_LINES or (
        "outlook" in low and ("android" in low or " ios" in low) and len(low) < 50
    ):
        return True
    if any(low.endswith(last) and low.startswith(first) for first, last in words.PHONE_FRAMES):
        return len(low.split()) <= _FRAME_WORDS and any(thing in low for thing in words.PHONE_THINGS)
    if not low.startswith(words.PHONE_STARTS):
        return False
    begun = max(len(start) for start in words.PHONE_STARTS if low.startswith(start))
    return any(thing in low[begun : begun + _NEAR_CHARS] for thing in words.PHONE_THINGS)


def _dashed_name(page: Sequence[str], start: int, end: int) -> int:
    """Return the last line where it is a name behind a dash ("-Alice"), and neither item nor answer, or `end`."""
    last = end - 1
    if last <= start or not _DASHED_NAME.fullmatch(page[last]):
        return end
    above = next((page[i] for i in range(last - 1, start - 1, -1) if page[i]), "-")
    asked = above.endswith("?") and " " not in page[last]
    return end if asked or above.startswith(("-", "–", "—", "~", "*")) or above.endswith(":") else last


def _contact_block(page: Sequence[str], start: int, end: int) -> int:
    """Return where the last paragraph begins if it is a name over two kinds of contact, or `end`.

    What a line above announces with a colon is what the sender has to say.
    """
    first = next((i + 1 for i in range(end - 1, max(end - 10, start) - 1, -1) if not page[i]), start)
    block = page[first:end]
    if first == start or len(block) < 3 or not _is_name(block[0]) or not all(map(_is_name_line, block)):
        return end
    kinds = {kind for line in block for kind in _contacts(line)}
    above = next((page[i] for i in range(first - 1, start - 1, -1) if page[i]), ":")
    return first if len(kinds) >= 2 and not above.endswith((":", "：", "?")) else end


def _contacts(line: str) -> Iterator[str]:
    """Yield the kinds of contact that stand in a line."""
    if "@" in line:
        yield "mail"
    if "://" in line or "www." in line:
        yield "web"
    if _NUMBER.search(line[:200]):
        yield "phone"


def _is_contact(line: str) -> bool:
    return len(line) < 200 and next(_contacts(line), "") != ""


def _is_name(line: str) -> bool:
    """Say whether a line can be a person's name: up to four words, none of them begun with a small letter."""
    names = line.split(maxsplit=4)
    return (
        len(line) <= 60
        and len(names) <= 4
        and all(one[0].isalpha() and not one[0].islower() for one in names)
    )


def _is_own_name(page: Sequence[str], start: int, i: int) -> bool:
    """Say whether line `i` is a name of two words or more that begins a paragraph below other text."""
    return start < i and not page[i - 1] and any(page[start:i]) and _is_name(page[i]) and " " in page[i]


def _is_closing(line: str, below: Sequence[str]) -> bool:
    """Say whether a line says goodbye: a formula, a name or contact below it, and then nothing but such lines."""
    formula = "".join(c for c in line[:60].casefold() if c.isalpha() or c in " &'").strip()
    if formula not in words.CLOSINGS:
        return False
    written = [other for other in below if other]
    named = not written or _is_name(written[0].rstrip(",.")) or next(_contacts(written[0]), "") != ""
    return named and all(map(_is_name_line, written))


def _is_name_line(line: str) -> bool:
    """Say whether a line fits a signature: few words that are no sentence, more of them beside an address or number."""
    if line.casefold().startswith(("ps:", "ps ", "p.s")):
        return False
    parts = _LINK.sub("", line[:_LINE_CHARS]).split()
    if next(_contacts(line[:_LINE_CHARS]), "") or sum(c.isdigit() for c in line[:_LINE_CHARS]) >= 6:
        said = sum(one.isalpha() and one.islower() for one in parts)
        return len(line) < _LINE_CHARS and len(parts) <= 2 * _NAME_WORDS and said < _SENTENCE_WORDS
    return len(line.split()) <= _NAME_WORDS and not line.endswith(("?", ":")) and not line[0].islower()
