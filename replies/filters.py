"""What a template may do with a fact beside printing it: pure, and linear in what it is given."""

from collections.abc import Callable, Iterable, Mapping, Sized
from types import MappingProxyType

WIDTH = 72  # columns; what RFC 3676 §4.2 advises, so that a reply can quote us twice and stay below 80
_LABEL = 12  # columns of the labels in a table


def fill(text: str) -> str:
    r"""Return `text` with each paragraph broken anew into lines of at most 72 columns.

    >>> fill("one\ntwo\n\nthree")
    'one two\n\nthree'
    """
    return "\n\n".join(_wrap(paragraph, "", "") for paragraph in text.strip("\n").split("\n\n"))


def row(value: object, label: object) -> str:
    """Return one row of a table of labels and values; a long value goes on below its beginning.

    >>> row("high", "Priority")
    '  Priority    high'
    """
    return _wrap(str(value), f"  {label!s:<{_LABEL - 1}} ", " " * (_LABEL + 2))


def bullets(items: Iterable[str]) -> str:
    """Return the items as a list, each behind a dash.

    >>> bullets(["The incident is closed."])
    '  - The incident is closed.'
    """
    return "\n".join(_wrap(item, "  - ", "    ") for item in items)


def lines(value: str | Iterable[str], prefix: str) -> str:
    r"""Return every line of a text, or every item of a list, behind `prefix`, and never broken anew.

    >>> lines("Hello,\n\nit broke", "> ")
    '> Hello,\n>\n> it broke'
    """
    items = value.strip("\n").split("\n") if isinstance(value, str) else value
    return "\n".join((prefix + item).rstrip() for item in items)


def _wrap(text: str, first: str, rest: str) -> str:
    """Break `text` at blanks into lines of at most 72 columns behind `first` and `rest`; words stay whole."""
    out = [first]
    for word in text.split():
        if len(out[-1]) + 1 + len(word) > WIDTH and out[-1] not in (first, rest):
            out.append(rest)
        out[-1] += word if out[-1] in (first, rest) else f" {word}"
    return "\n".join(out).rstrip()


def length(value: Sized) -> int:
    """Return how many items a list, or characters a text, has."""
    return len(value)


def upper(text: str) -> str:
    """Return `text` in capitals."""
    return text.upper()


def first_word(text: str) -> str:
    """Return what stands before the first blank.

    >>> first_word("HotRush (out of queue)")
    'HotRush'
    """
    return text.partition(" ")[0]


def capitalize(text: str) -> str:
    """Return `text` with its first letter as a capital and the rest as it is."""
    return text[:1].upper() + text[1:]


# A closed list: jinja2's own filters include some that make gigabytes from ten characters.
FILTERS: Mapping[str, Callable[..., object]] = MappingProxyType(
    {
        "fill": fill,
        "lines": lines,
        "row": row,
        "bullets": bullets,
        "length": length,
        "upper": upper,
        "first_word": first_word,
        "capitalize": capitalize,
    }
)
