"""One thing that is wrong in config.toml, and all of them as lines that a person can act on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from maild.config.lines import Lines, Path

# Nothing below these keys is ever shown, whatever is wrong with it.
SECRET_KEYS = frozenset({"password", "url"})
MOST_KEYS = 12  # that fit a line a person reads
NEAREST = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at `path`; `text` says it, and what is allowed."""

    path: Path
    text: str


def as_lines(problems: Iterable[Problem], lines: Lines, file: str) -> tuple[str, ...]:
    """Return each problem as `FILE:LINE: KEY: TEXT`, in the order of the file."""
    placed = [(lines.line_of(problem.path), problem) for problem in dict.fromkeys(problems)]
    return tuple(
        f"{file}:{line}: {dotted(problem.path)}: {problem.text}"
        for line, problem in sorted(placed, key=lambda pair: pair[0])
    )


def dotted(path: Sequence[str | int]) -> str:
    """Return a path as people write it, the elements of lists counted from 1.

    >>> dotted(("mailbox", 1, "forms", 0))
    'mailbox[2].forms[1]'
    """
    text = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{_bare(step)}" for step in path)
    return text.removeprefix(".")


def _bare(key: str) -> str:
    return key if key.isprintable() and key and not set(key) & set(' ."') else shown(key)


def shown(value: Any) -> str:
    """Return a value of the file for a message: as TOML writes it, on one line, short."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            text = "".join(char if char.isprintable() else repr(char)[1:-1] for char in value[:80])
            return f'"{text}"' if len(value) <= 60 else f'"{text[:57]}..."'
        case list():
            return "a list"
        case dict():
            return "a table"
        case _:
            return str(value)[:60]


def wrong(path: Path, allowed: str, value: Any) -> Problem:
    """Return the problem of a value that is not what its key allows."""
    if path and path[-1] in SECRET_KEYS:
        return Problem(path, f"must be {allowed}")
    return Problem(path, f"must be {allowed}, not {shown(value)}")


def nearest(name: str, known: Sequence[str]) -> str | None:
    """Return the known name that `name` was probably meant to be, or None."""
    return next(iter(get_close_matches(name, known, n=1, cutoff=0.6)), None)


def unknown(path: Path, known: Sequence[str], what: str = "key", name: str | None = None) -> Problem:
    """Return the problem of a name that is not known; it is the last part of `path` unless given."""
    meant = nearest(str(path[-1]) if name is None else name, known)
    hint = f"did you mean {shown(meant)}?" if meant else _known(what, known, str(path[-1]))
    return Problem(path, f"unknown {what}{'' if name is None else ' ' + shown(name)}; {hint}")


def _known(what: str, known: Sequence[str], name: str) -> str:
    """Return what is known; of very many keys the nearest, and where all of them are explained."""
    if what != "key" or len(known) <= MOST_KEYS:
        return f"known here: {', '.join(map(_bare, known))}"
    near = get_close_matches(name, known, n=NEAREST, cutoff=0.0)
    return f"nearest are {', '.join(map(_bare, near))}; see docs/configuration.md"


def twice(places: Iterable[tuple[Path, Any]], text: str) -> Iterator[Problem]:
    """Yield a problem for each place whose value stood at an earlier place too."""
    seen: set[Any] = set()
    for path, value in places:
        if value in seen:
            yield Problem(path, f"{shown(value)} {text}" if isinstance(value, str) else text)
        seen.add(value)
