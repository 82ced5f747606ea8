"""The last look at the HTML of a mail of ours: the elements and attributes that we write, and no other.

It is read with other code than wrote it. Whatever a stranger managed to get into a fact, no script, no image, nothing
from elsewhere and no form leaves with our name on it.
"""

import re
from html.parser import HTMLParser

from maild.errors import SendRefused

_MAY: dict[str, frozenset[str]] = {
    "html": frozenset({"lang"}),
    "head": frozenset(),
    "meta": frozenset({"charset", "name", "content"}),
    "title": frozenset(),
    "body": frozenset({"style"}),
    "div": frozenset({"style"}),
    "p": frozenset({"style"}),
    "br": frozenset(),
    "strong": frozenset(),
    "code": frozenset({"style"}),
    "a": frozenset({"href"}),
    "ul": frozenset({"style"}),
    "ol": frozenset({"style", "start"}),
    "li": frozenset({"style"}),
    "blockquote": frozenset({"style"}),
    "table": frozenset({"style", "role", "cellpadding", "cellspacing", "border"}),
    "tr": frozenset(),
    "td": frozenset({"style"}),
}
_EMPTY = frozenset({"meta", "br"})
_TARGET = re.compile(r"(?:https?://|mailto:)[^\s\"'<>`\\]{1,500}")
_STYLE = re.compile(r"[a-z0-9 #%.,:;'()-]*", re.IGNORECASE)
_FETCHES = re.compile(r"url\s*\(|expression|@|\\|/\*", re.IGNORECASE)


def check_html(page: str) -> str:
    """Return what the page says, hidden or not, if it may leave; raises SendRefused that names what is wrong."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    _refuse_if(reader.open != [], f"an element that is not closed: {reader.open[-1:]}")
    _refuse_if(reader.pages != 1, "not one page of HTML")
    return "".join(reader.said)


class _Reader(HTMLParser):
    """Reads the page and refuses at once what we never write; keeps the elements that are open, and the words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.said: list[str] = []
        self.pages = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check an element and its attributes."""
        known = _MAY.get(tag)
        _refuse_if(known is None, f"an element that we never write: {tag[:20]}")
        self.pages += tag == "html"
        for name, value in attrs:
            _refuse_if(name not in (known or ()), f"an attribute that we never write: {name[:20]}")
            _check_value(name, value or "")
        if tag not in _EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check that what ends is what was open."""
        _refuse_if(
            not self.open or self.open.pop() != tag, f"elements that are not within each other: {tag[:20]}"
        )

    def handle_data(self, data: str) -> None:
        """Keep what is said."""
        self.said.append(data)

    def handle_comment(self, data: str) -> None:
        """Refuse: we write no comments, and some programs read them."""
        _refuse_if(True, "a comment in its HTML")

    def handle_pi(self, data: str) -> None:
        """Refuse: we write no instructions to programs."""
        _refuse_if(True, "an instruction in its HTML")

    def unknown_decl(self, data: str) -> None:
        """Refuse what only looks like a declaration."""
        _refuse_if(True, "a declaration in its HTML")


def _check_value(name: str, value: str) -> None:
    if name == "href":
        _refuse_if(_TARGET.fullmatch(value) is None, "a link that leads nowhere we know")
    if name == "style":
        sound = _STYLE.fullmatch(value) and not _FETCHES.search(value)
        _refuse_if(not sound, "a style that we never write")


def _refuse_if(wrong: bool, what: str) -> None:
    if wrong:
        raise SendRefused(f"our own check refused the mail: {what}")
