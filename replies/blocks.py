"""The source of a mail, its template filled in, as blocks: the one form from which text and HTML are written.

The source is a small Markdown. Blank lines part paragraphs; lines behind `- ` are a list, behind `> ` a quote, and
behind two blanks they stay as they are; rows of a table and numbered items are made by filters. Within a line,
`**words**` are strong, backquotes hold a command, and `[words](https://...)` is a link. Nothing else is markup, and
no fact holds any of it (replies/guard.py).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from replies.guard import NUMBER, PART, ROW

_ITEM = re.compile(r" {0,3}- (.*)")
_QUOTE = re.compile(r"> ?(.*)")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words that may be broken into lines anywhere."""

    text: str


@dataclass(frozen=True, slots=True)
class Items:
    """A list; `names` are the numbers of its items, or empty."""

    items: tuple[str, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of labels and values; a row without a label goes on with the one above it."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """Lines of somebody else, kept as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AsTyped:
    """Lines of ours that are kept as they are, such as commands."""

    lines: tuple[str, ...]


Block = Paragraph | Items | Rows | Quote | AsTyped


def read_blocks(source: str) -> Iterator[Block]:
    """Yield the blocks of a source, top to bottom; reading takes one pass over its lines."""
    kinds = list(_kinds(source.split("\n")))
    for kind, group in groupby(kinds, key=lambda line: line[0]):
        lines = [line for _, line in group]
        if kind:
            yield _block(kind, lines)


def _kinds(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each line with its kind, "" for a blank one; an indented line below an item goes on with it."""
    kind = ""
    for line in lines:
        if not line.strip(" "):
            kind = ""
            yield kind, line
        elif kind == "item" and line.startswith("  ") and not _ITEM.match(line):
            yield kind, line
        else:
            kind = _kind(line)
            yield kind, line


def _kind(line: str) -> str:
    if line.startswith((ROW, NUMBER)):
        return "row" if line.startswith(ROW) else "number"
    if _ITEM.match(line):
        return "item"
    if line.startswith(">"):
        return "quote"
    return "typed" if line.startswith("  ") else "words"


def _block(kind: str, lines: list[str]) -> Block:
    match kind:
        case "row":
            return Rows(tuple(_parts(line) for line in lines))
        case "number":
            names, items = zip(*map(_parts, lines), strict=True)
            return Items(items, names)
        case "item":
            return Items(tuple(_items(lines)))
        case "quote":
            return Quote(tuple(found[1] if (found := _QUOTE.match(line)) else "" for line in lines))
        case "typed":
            return AsTyped(tuple(line[2:] for line in lines))
        case _:
            return Paragraph(" ".join(lines))


def _parts(line: str) -> tuple[str, str]:
    """Return label and value of a line that a filter made."""
    label, _, value = line[1:].partition(PART)
    return label, value


def _items(lines: list[str]) -> Iterator[str]:
    """Yield the items of a list, each with the lines that go on with it."""
    item = ""
    for line in lines:
        begins = _ITEM.match(line)
        if begins and item:
            yield item
        item = begins[1] if begins else f"{item} {line.strip(' ')}"
    yield item


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line: plain, strong, a command, or a link to `target`."""

    kind: str
    text: str
    target: str = ""


# A link leads to the web or to a mail; a template may take its target from a fact, which is then opened and checked.
_INLINE = re.compile(
    r"\*\*(?P<strong>[^*]+)\*\*|`(?P<code>[^`]+)`|\[(?P<link>[^\[\]]+)\]\((?P<to>[^()\s]+)\)"
)


def read_line(text: str) -> Iterator[Piece]:
    """Yield the pieces of a line, in order."""
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            yield Piece("plain", text[at : found.start()])
        kind = found.lastgroup if found.lastgroup != "to" else "link"
        yield Piece(str(kind), str(found[str(kind)]), found["to"] or "")
        at = found.end()
    if at < len(text):
        yield Piece("plain", text[at:])
