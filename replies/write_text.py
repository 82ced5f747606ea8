"""Blocks of a mail as plain text: lines of at most 72 columns, but for lines of others, which stay as they came."""

from collections.abc import Iterable, Iterator

from replies.blocks import AsTyped, Block, Items, Paragraph, Piece, Quote, Rows, read_line
from replies.guard import opened

WIDTH = 72  # columns; what RFC 3676 §4.2 advises, so that a reply can quote us twice and stay below 80
_LABEL = 12  # columns of the labels in a table, or more where a label needs them
_LONGEST_LABEL = 22


def write_text(blocks: Iterable[Block]) -> str:
    """Return the blocks as text, a blank line between them, without a line end after the last."""
    return "\n\n".join("\n".join(_lines(block)) for block in blocks)


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Paragraph(text):
            yield from wrapped(text)
        case Items(items, names):
            for mark, item in zip([f"{name}." for name in names] or ["-"] * len(items), items, strict=True):
                yield from wrapped(item, f"  {mark} ", " " * (len(mark) + 3))
        case Rows(rows):
            yield from _table(rows)
        case Quote(lines):
            yield from (f"> {_shown(line)}".rstrip() for line in lines)
        case AsTyped(lines):
            yield from (f"  {_shown(line)}".rstrip() for line in lines)


def _table(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Yield the rows with their values in one column; a long value goes on below its beginning."""
    shown = [(_shown(label), value) for label, value in rows]
    column = max(_LABEL, *(min(len(label) + 2, _LONGEST_LABEL) for label, _ in shown))
    for label, value in shown:
        yield from wrapped(value, f"  {label:<{column - 1}} ", " " * (column + 2))


def wrapped(text: str, first: str = "", rest: str = "") -> list[str]:
    """Return `text` broken at blanks into lines of at most 72 columns behind `first` and `rest`; words stay whole."""
    out = [first]
    for word in _shown(text, keep_guard=True).split(" "):
        if not word:
            continue
        if len(out[-1]) + 1 + len(word) > WIDTH and out[-1] not in (first, rest):
            out.append(rest)
        out[-1] += word if out[-1] in (first, rest) else f" {word}"
    return [opened(line.rstrip(" ")) for line in out]


def _shown(text: str, *, keep_guard: bool = False) -> str:
    """Return a line as text shows it: nothing marks what is strong, and a link is followed by where it leads."""
    shown = "".join(map(_plain, read_line(text)))
    return shown if keep_guard else opened(shown)


def _plain(piece: Piece) -> str:
    match piece.kind:
        case "code":
            return f"`{piece.text}`"
        case "link":
            return (
                piece.text if opened(piece.target) in opened(piece.text) else f"{piece.text}: {piece.target}"
            )
        case _:
            return piece.text
