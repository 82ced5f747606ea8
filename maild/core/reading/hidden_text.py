"""Which elements of an HTML mail no reader sees: by attribute, by style, by a style sheet of the mail.

Of style sheets only what hides a whole class or id is understood, outside of `@media`: what a mail hides on phones or
in print is visible on a screen. Text in the colour of its background, and what needs the layout of the page to tell,
is beyond us.
"""

import re
from collections.abc import Iterable, Mapping

_HIDDEN = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|mso-hide\s*:\s*all"
    r"|(?:max-height|opacity)\s*:\s*0?(?:\.0{1,9}|(?<=0))(?:px)?\s*(?:;|!|$)|text-indent\s*:\s*-[0-9]{3,9})",
    re.IGNORECASE,
)
# What stands in a box without width or height is cut off, unless it may run over.
_NO_BOX = re.compile(r"(?:^|[;\s])(?:width|height)\s*:\s*0(?:px)?\s*(?:;|!|$)", re.IGNORECASE)
_CUT_OFF = re.compile(r"(?:^|[;\s])overflow\s*:\s*hidden", re.IGNORECASE)
_FONT_SIZE = re.compile(r"(?:^|[;\s])font-size\s*:\s*([0-9.]{0,9})\s*(px|pt)?", re.IGNORECASE)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_SHEET_PIECE = re.compile(r"[{}]|[^{}]+")
_SIMPLE = re.compile(r"([a-z0-9]{0,20})([.#])([A-Za-z0-9_-]{1,80})", re.IGNORECASE)
_SHOWN = re.compile(r"(?:^|[;\s])(?:display|visibility)\s*:\s*(?!none|hidden)", re.IGNORECASE)
SHEET_CHARS = 65_536


def hides(style: str) -> bool:
    """Tell whether a style, or the declarations of a rule, take an element out of sight."""
    if _HIDDEN.search(style):
        return True
    return _NO_BOX.search(style) is not None and _CUT_OFF.search(style) is not None


def is_tiny(style: str) -> bool | None:
    """Tell whether a style makes letters too small to be seen, or not; None where it says nothing of their size."""
    size = _FONT_SIZE.search(style)
    if size is None:
        return None
    digits, unit = size.groups()
    whole, _, rest = digits.partition(".")
    nothing = digits != "" and not digits.strip("0.")
    return nothing or (unit is not None and whole in ("0", "1", "") and not rest.strip("0") and digits != "")


class HiddenNames:
    """The classes and ids that the style sheets of a mail hide."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._names: set[tuple[str, str, str]] = set()
        for sheet in sheets:
            self._read(_COMMENT.sub(" ", sheet[:SHEET_CHARS]))

    def __bool__(self) -> bool:
        return bool(self._names)

    def hide(self, tag: str, attributes: Mapping[str, str | None]) -> bool:
        """Tell whether an element bears such a name."""
        words = [(".", word) for word in (attributes.get("class") or "").split()[:50]]
        if attributes.get("id"):
            words.append(("#", attributes["id"] or ""))
        return any((kind, word, of) in self._names for kind, word in words for of in ("", tag))

    def _read(self, sheet: str) -> None:
        """Go through a sheet once; rules within rules do not count, and of two rules for one name the later does."""
        selector = ""
        depth = 0
        for piece in _SHEET_PIECE.findall(sheet):
            if piece == "{":
                depth += 1
            elif piece == "}":
                depth = max(depth - 1, 0)
            elif depth == 1:
                self._rule(selector, piece)
            else:
                # An at-rule without a block ends at its semicolon, and the selector stands behind it.
                selector = piece.rpartition(";")[2].strip()

    def _rule(self, selector: str, declarations: str) -> None:
        hidden = hides(declarations)
        if not hidden and not _SHOWN.search(declarations):
            return
        for one in selector.split(",")[:200]:
            match = _SIMPLE.fullmatch(one.strip())
            if match is None:
                continue
            name = (match[2], match[3], match[1].lower())
            if hidden:
                self._names.add(name)
            else:
                self._names.discard(name)
