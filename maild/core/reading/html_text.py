"""HTML of a mail -> the text that a reader would see; fetches nothing, never raises, in time linear to the input.

Blocks become lines, rows of a table too, their cells apart by tabs; quotes get `> `, list items a mark, links their
address behind the words. What the sender hid from a human reader (hidden_text.py) is left out, because staff and
keywords must see one mail.
"""

import re
from collections.abc import Mapping
from itertools import islice
from types import MappingProxyType
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from maild.core.reading.hidden_text import HiddenNames, hides, is_tiny

_SKIPPED = {
    *("head", "title", "style", "script", "template", "noframes", "object", "embed", "iframe", "svg", "math"),
    *("select", "datalist", "audio", "video", "canvas"),
}
_LINES = {
    *("address", "article", "aside", "body", "caption", "center", "dd", "details", "div", "dt", "fieldset"),
    *("figcaption", "figure", "footer", "form", "header", "html", "legend", "li", "main", "nav", "section"),
    *("summary", "tbody", "td", "tfoot", "th", "thead", "tr"),
}
_PARAGRAPHS = {
    *("blockquote", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ol", "p", "pre", "table", "ul"),
}
_CELLS = frozenset({"td", "th"})
_STYLE = re.compile(r"<style", re.IGNORECASE)
_CELL_GAP = "  "  # a tab would be as wide as each mail program likes
_SPACE = re.compile(r"[ \t\n\r\f]+")
_TAG = re.compile(r"<[^<>]{0,4096}>")
_OPEN_OR_CLOSE = re.compile(r"<(/?)[a-zA-Z]")
_LINK = re.compile(r"(?:https?://|mailto:)\S{1,500}", re.IGNORECASE)

# The parser's own work grows with depth x tags, so deeper pages than any mailer makes lose only their tags.
DEPTH_MAX = 2_000
_WORTH_COUNTING = 10_000
# More marks than this before a line say nothing more, and would let nested quotes grow quadratically.
_MARKS_MAX = 10
# A row goes on in one line as long as that is no longer: what is put together again costs as much each time.
_ROW_CHARS = 400
_SHEETS = 50
_NO_IMAGES: Mapping[str, str] = MappingProxyType({})


def html_to_text(html: str, images: Mapping[str, str] = _NO_IMAGES) -> str:
    r"""Return the visible text of `html`, lines ended by `\n`, at most one blank line between two others.

    `images` has the names of the files that come with the mail, by their Content-ID: each leaves its mark in its place.

    >>> html_to_text("<p>Hello <b>you</b>,<br>see <a href='https://a.example/'>this</a></p><div hidden>no</div>")
    'Hello you,\nsee this (https://a.example/)'
    """
    if html.count("<") > _WORTH_COUNTING and _depth(html) > DEPTH_MAX:
        return _SPACE.sub(" ", _TAG.sub(" ", html)).strip()
    tree = LexborHTMLParser(html)
    if tree.body is None:
        return ""
    sheets = (node.text() for node in tree.css("style")) if _STYLE.search(html) else ()
    page = _Page(images, HiddenNames(islice(sheets, _SHEETS)))
    _walk(tree.body, page)
    return page.text()


def _depth(html: str) -> int:
    """Return how deep the tags of `html` nest if every one is closed where it says so: an upper bound."""
    depth = deepest = 0
    for tag in _OPEN_OR_CLOSE.finditer(html):
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _walk(body: LexborNode, page: "_Page") -> None:
    """Visit the nodes below `body` in document order, on a stack of our own: depth is the sender's choice."""
    stack: list[LexborNode | _Open] = [body]
    while stack:
        item = stack.pop()
        if isinstance(item, _Open):
            page.close(item)
            continue
        following = item.next
        if following is not None and item is not body:
            stack.append(following)
        tag = item.tag or ""
        if tag == "-text":
            page.write(item.text_content or "")
        elif tag[0:1] not in ("-", "!", "") and tag not in _SKIPPED:
            opened = page.open(tag, item)
            if opened is not None:
                stack.append(opened)
                child = item.first_child
                if child is not None:
                    stack.append(child)


class _Open:
    """An element that was opened: what its end must undo."""

    __slots__ = ("href", "mark", "tag", "tiny")

    def __init__(self, tag: str, tiny: bool) -> None:
        self.tag = tag
        self.tiny = tiny
        self.href = ""
        self.mark = (0, 0)


class _Page:
    """The text written so far: finished lines, and the pieces of the current one."""

    def __init__(self, images: Mapping[str, str], hidden: HiddenNames) -> None:
        self._images = images
        self._hidden = hidden
        self._lines: list[str] = []
        self._line: list[str] = []
        self._gap = False
        self._quotes = 0
        self._verbatim = 0
        self._tiny = False
        self._lists: list[int | None] = []
        # Where each open row of a table began, and whether nothing was written yet in the current cell.
        self._rows: list[int] = []
        self._fresh = False

    def text(self) -> str:
        """Return all that was written, blank lines at both ends removed."""
        self._end_line()
        return "\n".join(self._lines).strip("\n ")

    def write(self, text: str) -> None:
        """Add text; white space folds unless inside `pre`."""
        if self._tiny:
            return
        if self._verbatim:
            first, *rest = text.split("\n")
            self._put(first)
            for line in rest:
                self._end_line(blank=True)
                self._put(line)
            return
        folded = _SPACE.sub(" ", text)
        if folded.startswith(" ") and (not self._line or self._line[-1].endswith((" ", "\t"))):
            folded = folded[1:]
        self._put(folded.replace("\xa0", " "))

    def open(self, tag: str, node: LexborNode) -> _Open | None:
        """Begin an element; None where it is hidden."""
        attributes = node.attributes
        style = attributes.get("style") or ""
        if "hidden" in attributes or (style and hides(style)):
            return None
        if self._hidden and self._hidden.hide(tag, attributes):
            return None
        opened = _Open(tag, self._tiny)
        tiny = is_tiny(style) if style else None
        if tiny is not None:
            self._tiny = tiny
        self._begin(tag, attributes, opened)
        return opened

    def _begin(self, tag: str, attributes: dict[str, str | None], opened: _Open) -> None:
        if tag == "br":
            self._end_line(blank=True)
        elif tag == "a":
            opened.href = attributes.get("href") or ""
            opened.mark = (len(self._lines), len(self._line))
        elif tag == "img":
            self.write(self._image(attributes))
        elif tag in _CELLS:
            self._cell()
        elif tag in _PARAGRAPHS:
            self._paragraph()
            self._quotes += tag == "blockquote"
            self._verbatim += tag == "pre"
            if tag in ("ol", "ul"):
                self._lists.append(0 if tag == "ol" else None)
        elif tag in _LINES:
            self._new_line()
            if tag == "li":
                self._bullet()
            elif tag == "tr":
                self._rows.append(len(self._lines))

    def close(self, opened: _Open) -> None:
        """End an element."""
        tag = opened.tag
        if tag == "a":
            self._link(opened)
        elif tag in _PARAGRAPHS:
            self._paragraph()
            self._quotes -= tag == "blockquote"
            self._verbatim -= tag == "pre"
            if tag in ("ol", "ul"):
                self._lists.pop()
        elif tag in _LINES and tag not in _CELLS:
            self._new_line()
            if tag == "tr":
                self._end_row()
        self._tiny = opened.tiny

    def _link(self, opened: _Open) -> None:
        """Write the address of a link behind its words, unless the words show it."""
        url = opened.href.strip()
        if opened.mark[0] != len(self._lines) or not _LINK.fullmatch(url):
            return
        shown = "".join(self._line[opened.mark[1] :]).strip()
        if shown and shown.rstrip("/").casefold() not in url.casefold():
            self._put(f" ({url})")

    def _image(self, attributes: Mapping[str, str | None]) -> str:
        """Return the mark of a picture that came along (RFC 2392), the words for one that would have to be fetched."""
        source = (attributes.get("src") or "").strip()
        name = self._images.get(unquote(source[4:])) if source[:4].lower() == "cid:" else None
        return f"[image: {name}]" if name else attributes.get("alt") or ""

    def _bullet(self) -> None:
        number = self._lists[-1] if self._lists else None
        indent = "  " * min(max(len(self._lists) - 1, 0), _MARKS_MAX)
        if number is None:
            self._put(f"{indent}- ")
        else:
            self._lists[-1] = number + 1
            self._put(f"{indent}{number + 1}. ")

    def _cell(self) -> None:
        """Begin a cell: behind the cells before it, if all of those are one line."""
        start = self._rows[-1] if self._rows else len(self._lines)
        # A blank line may stand before the row; more than one line of it are paragraphs that must stay apart.
        written = [line for line in self._lines[start : start + 3] if line.strip("> ")]
        if self._line and written:
            self._end_line()
        elif not self._line and len(written) == 1 and self._goes_on(start, written[0]):
            self._line.append(self._lines.pop().removeprefix(self._mark()))
            self._gap = False
        if self._line:
            self._line.append(_CELL_GAP)
        self._fresh = True

    def _goes_on(self, start: int, line: str) -> bool:
        """Tell whether the one line of a row may be gone on with: it is the last one, short, and quoted as we are."""
        last = len(self._lines) - start <= 2 and len(line) <= _ROW_CHARS
        return last and line.startswith(">") == (self._quotes > 0)

    def _end_row(self) -> None:
        start = self._rows.pop()
        self._fresh = False
        if len(self._lines) - start == 1:
            # Rows of one line each are a table, and stand close together.
            self._gap = False

    def _new_line(self) -> None:
        """End the line, unless only a cell began in it."""
        if not self._fresh:
            self._end_line()

    def _put(self, text: str) -> None:
        if not text:
            return
        self._fresh = self._fresh and not text.strip()
        if self._gap and not self._line:
            self._lines.append(self._quoted(""))
            self._gap = False
        self._line.append(text)

    def _paragraph(self) -> None:
        if self._fresh:
            return
        self._end_line()
        self._gap = bool(self._lines) and self._lines[-1].strip("> ") != ""

    def _end_line(self, *, blank: bool = False) -> None:
        """Finish the current line; with `blank`, an empty one counts, once."""
        if self._line:
            self._lines.append(self._quoted("".join(self._line).rstrip()))
            self._line.clear()
        elif blank and self._lines:
            self._gap = self._lines[-1].strip("> ") != ""

    def _mark(self) -> str:
        return ">" * min(self._quotes, _MARKS_MAX) + " " if self._quotes else ""

    def _quoted(self, line: str) -> str:
        return (self._mark() + line).rstrip() if self._quotes else line
