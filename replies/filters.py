"""What a template may do with a fact beside printing it: pure, and linear in what it is given."""

from collections.abc import Callable, Iterable, Mapping, Sized
from types import MappingProxyType

WIDTH = 72  # columns; what RFC 3676 §4.2 advises, so that a reply can quote us twice and stay below 80
_PAD_MAX = 40


def fill(text: str) -> str:
    r"""Return `text` with each paragraph broken anew into lines of at most 72 columns.

    >>> fill("one\ntwo\n\nthree")
    'one two\n\nthree'
    """
    return "\n\n".join(_fill_paragraph(paragraph) for paragraph in text.strip("\n").split("\n\n"))


def _fill_paragraph(paragraph: str) -> str:
    lines: list[str] = []
    for word in paragraph.split():
        if lines and len(lines[-1]) + 1 + len(word) <= WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "\n".join(lines)


def lines(value: str | Iterable[str], prefix: str) -> str:
    r"""Return every line of a text, or every item of a list, behind `prefix`.

    >>> lines("Hello,\n\nit broke", "> ")
    '> Hello,\n>\n> it broke'
    """
    items = value.strip("\n").split("\n") if isinstance(value, str) else value
    return "\n".join((prefix + item).rstrip() for item in items)


def pad(value: object, width: int) -> str:
    """Return `value` with blanks behind it up to `width` columns, 40 at most.

    >>> pad("#note", 8)
    '#note   '
    """
    return str(value).ljust(min(width, _PAD_MAX))


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
        "pad": pad,
        "length": length,
        "upper": upper,
        "first_word": first_word,
        "capitalize": capitalize,
    }
)
