"""What a template may do with a fact beside printing it: pure, and linear in what it is given."""

from collections.abc import Callable, Iterable, Mapping, Sized

from replies.guard import LINE, NUMBER, PART, ROW
from replies.language import Language
from replies.moments import Moment


def fill(text: str) -> str:
    """Return `text` as it is: paragraphs are broken into lines of 72 columns by themselves."""
    return text


def row(value: object, label: object) -> str:
    """Return one row of a table of labels and values."""
    return f"{ROW}{_joined(label)}{PART}{_joined(value)}"


def _joined(value: object) -> str:
    return " ".join(str(value).split("\n"))


def bullets(items: Iterable[str]) -> str:
    r"""Return the items as a list.

    >>> bullets(["The incident is closed.", "The answer was sent."])
    '- The incident is closed.\n- The answer was sent.'
    """
    return "\n".join(f"- {_joined(item)}" for item in items)


def numbered(items: Iterable[str]) -> str:
    """Return the items as a list whose items have the numbers 1, 2, 3."""
    return "\n".join(f"{NUMBER}{number}{PART}{_joined(item)}" for number, item in enumerate(items, 1))


def lines(value: str | Iterable[str], prefix: str) -> str:
    r"""Return every line of a text, or every item of a list, behind `prefix`: `> ` makes a quote, blanks keep lines.

    >>> lines(["maild list", "maild show 17"], "  ")
    '  maild list\n  maild show 17'
    """
    items = value.strip(f"\n{LINE}").replace(LINE, "\n").split("\n") if isinstance(value, str) else value
    return "\n".join((prefix + item).rstrip(" ") for item in items)


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


def day(value: str) -> str:
    """Return the day of an instant, without its time; other words stay."""
    return value.day if isinstance(value, Moment) else value


def filters(language: Language) -> Mapping[str, Callable[..., object]]:
    """Return the filters of a language; a closed list: some of jinja2's own make gigabytes from ten letters."""

    def plural(count: int, *forms: str) -> str:
        """Return the number with the noun that it asks for."""
        return language.counted(count, forms)

    return {
        "fill": fill,
        "lines": lines,
        "row": row,
        "bullets": bullets,
        "numbered": numbered,
        "plural": plural,
        "day": day,
        "length": length,
        "upper": upper,
        "first_word": first_word,
        "capitalize": capitalize,
    }
