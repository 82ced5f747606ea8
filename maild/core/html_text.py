"""HTML of a mail -> the text that a reader would see; fetches nothing, never raises, in time linear to the input.

Blocks become lines, quotes get `> `, list items a mark, links their address behind the words. What the sender hid
from a human reader (`display:none`, size 0, `hidden`) is left out, because staff and keywords must see one mail.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

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
_HIDDEN = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|max-height\s*:\s*0(?:px)?\s*(?:;|!|$))",
    re.IGNORECASE,
)
_FONT_SIZE = re.compile(r"(?:^|[;\s])font-size\s*:\s*([0-9.]*)", re.IGNORECASE)
_SPACE = re.compile(r"[ \t\n\r\f]+")
_TAG = re.compile(r"<[^<>]{0,4096}>")
_OPEN_OR_CLOSE = re.compile(r"<(/?)[a-zA-Z]")
_LINK = re.compile(r"(?:https?://|mailto:)\S{1,500}", re.IGNORECASE)

# The parser's own work grows with depth x tags, so deeper pages than any mailer makes lose only their tags.
DEPTH_MAX = 2_000
_WORTH_COUNTING = 10_000
# More marks than this before a line say nothing more, and would let nested quotes grow quadratically.
_MARKS_MAX = 10
_NO_IMAGES: Mapping[str, str] = MappingProxyType({})


def html_to_text(html: str, images: Mapping[str, str] = _NO_IMAGES) -> str:
    r"""Return the visible text of `html`, lines ended by `\n`, at most one blank line between two others.

    `images` has the names of the files that come with the mail, by their Content-ID: each leaves its mark in its place.

    >>> html_to_text("<p>Hello <b>you</b>,<br>see <a href='https://a.example/'>this</a></p><div hidden>no</div>")
    'Hello you,\nsee this (https://a.example/)'
    """
    if html.count("<") > _WORTH_COUNTING and _depth(html) > DEPTH_MAX:
        return _SPACE.sub(" ", _TAG.sub(" ", html)).strip()
    body = LexborHTMLParser(html).body
    if body is None:
        return ""
    page = _Page(images)
    _walk(body, page)
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

    def __init__(self, images: Mapping[str, str]) -> None:
        self._images = images
        self._lines: list[str] = []
        self._line: list[str] = []
        self._gap = False
        self._quotes = 0
        self._verbatim = 0
        self._tiny = False
        self._lists: list[int | None] = []

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
        if "hidden" in attributes or (style and _HIDDEN.search(style)):
            return None
        opened = _Open(tag, self._tiny)
        size = _FONT_SIZE.search(style) if style else None
        if size is not None:
            self._tiny = not size[1].strip("0.") and size[1] != ""
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
        elif tag in _CELLS and self._line:
            self._put("\t")
        elif tag in _PARAGRAPHS:
            self._paragraph()
            self._quotes += tag == "blockquote"
            self._verbatim += tag == "pre"
            if tag in ("ol", "ul"):
                self._lists.append(0 if tag == "ol" else None)
        elif tag in _LINES and tag not in _CELLS:
            self._end_line()
            if tag == "li":
                self._bullet()

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
            self._end_line()
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

    def _put(self, text: str) -> None:
        if not text:
            return
        if self._gap and not self._line:
            self._lines.append(self._quoted(""))
            self._gap = False
        self._line.append(text)

    def _paragraph(self) -> None:
        self._end_line()
        self._gap = bool(self._lines) and self._lines[-1].strip("> ") != ""

    def _end_line(self, *, blank: bool = False) -> None:
        """Finish the current line; with `blank`, an empty one counts, once."""
        if self._line:
            self._lines.append(self._quoted("".join(self._line).rstrip()))
            self._line.clear()
        elif blank and self._lines:
            self._gap = self._lines[-1].strip("> ") != ""

    def _quoted(self, line: str) -> str:
        return (">" * min(self._quotes, _MARKS_MAX) + " " + line).rstrip() if self._quotes else line
