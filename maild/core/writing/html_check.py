"""The last look at the HTML of a mail of ours: the elements and attributes that we write, and no other.

It is read with other code than wrote it. Whatever a stranger managed to get into a fact, no script, no image, nothing
from elsewhere and no form leaves with our name on it.
"""

import re
from functools import lru_cache
from html import unescape

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
_DOCTYPE = "<!DOCTYPE html>"
# The few forms in which we write: what has any other is refused, however a mail program would read it.
_TOKEN = re.compile(r'<(?P<begins>[a-z]+)(?P<attributes>(?: [a-z]+="[^"<>]*")*)>|</(?P<ends>[a-z]+)>|[^<>]+')
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')
_TARGET = re.compile(r"(?:https?://|mailto:)[^\s\"'<>`\\]{1,500}")
_STYLE = re.compile(r"[a-z0-9 #%.,:;'()-]*", re.IGNORECASE)
_FETCHES = re.compile(r"url\s*\(|expression|@|\\|/\*", re.IGNORECASE)


def check_html(page: str) -> str:
    """Return what the page says, hidden or not, if it may leave; raises SendRefused that names what is wrong."""
    page = page.removeprefix(_DOCTYPE)
    opened: list[str] = []
    said: list[str] = []
    pages = read = 0
    for token in _TOKEN.finditer(page):
        _refuse_if(token.start() != read, f"what is no HTML of ours: {page[read : read + 20]!r}")
        read = token.end()
        begins, ends = token["begins"], token["ends"]
        if begins:
            _check_element(begins, token["attributes"])
            pages += begins == "html"
            opened += () if begins in _EMPTY else (begins,)
        elif ends:
            _refuse_if(
                not opened or opened.pop() != ends, f"elements that are not within each other: {ends[:20]}"
            )
        else:
            said.append(unescape(token[0]))
    _refuse_if(read != len(page), f"what is no HTML of ours: {page[read : read + 20]!r}")
    _refuse_if(opened != [], f"an element that is not closed: {opened[-1:]}")
    _refuse_if(pages != 1, "not one page of HTML")
    return "".join(said)


@lru_cache(maxsize=256)  # nearly all our elements are written again and again
def _check_element(tag: str, attributes: str) -> None:
    known = _MAY.get(tag)
    _refuse_if(known is None, f"an element that we never write: {tag[:20]}")
    for name, value in _ATTRIBUTE.findall(attributes):
        _refuse_if(name not in (known or ()), f"an attribute that we never write: {name[:20]}")
        _check_value(name, unescape(value))


def _check_value(name: str, value: str) -> None:
    if name == "href":
        _refuse_if(_TARGET.fullmatch(value) is None, "a link that leads nowhere we know")
    if name == "style":
        sound = _STYLE.fullmatch(value) and not _FETCHES.search(value)
        _refuse_if(not sound, "a style that we never write")


def _refuse_if(wrong: bool, what: str) -> None:
    if wrong:
        raise SendRefused(f"our own check refused the mail: {what}")
