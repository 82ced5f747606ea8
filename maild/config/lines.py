"""On which line of a TOML text a key stands; tomllib itself forgets.

The line of a key is the first one up to which the text, parsed alone, holds the key. At every line break
outside a string the text so far can be parsed, once the brackets that are open there are closed; so one
bisection over the breaks finds any key, and any element of a list that runs over many lines.
"""

import re
import tomllib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

Path = tuple[str | int, ...]

# What matters for brackets and line breaks in a text that is known to be valid TOML 1.0. A multi-line string
# may end in up to five quotes, of which the first two belong to it.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
    r"|#[^\n]*"
    r"|[\[\]{}\n]",
    re.DOTALL,
)
_CLOSES = {"[": "]", "{": "}"}


class Lines:
    """Where things stand in `text`, which is valid TOML."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n") + "\n"
        self._parsed: dict[int, Any] = {}

    def line_of(self, path: Sequence[str | int]) -> int:
        r"""Return the line, from 1, of the key at `path`, or of the nearest table above it that is there.

        >>> Lines("a = 1\n[b]\nc = [\n  1,\n  2,\n]").line_of(("b", "c", 1))
        5
        """
        for length in range(len(path), 0, -1):
            if (line := self._find(path[:length])) is not None:
                return line
        return 1

    def _find(self, path: Sequence[str | int]) -> int | None:
        low, high = 0, len(self._breaks) - 1
        if not self._holds(high, path):
            return None
        while low < high:
            middle = (low + high) // 2
            if self._holds(middle, path):
                high = middle
            else:
                low = middle + 1
        # A string may run over many lines: its key stands right after the break before it.
        before = self._breaks[low - 1][0] if low else 0
        return self._text.count("\n", 0, before) + 1

    def _holds(self, index: int, path: Sequence[str | int]) -> bool:
        value = self._prefix(index)
        for step in path:
            try:
                value = value[step]
            except (KeyError, IndexError, TypeError):
                return False
        return True

    def _prefix(self, index: int) -> Any:
        if index not in self._parsed:
            end, closers = self._breaks[index]
            self._parsed[index] = tomllib.loads(self._text[:end] + closers)
        return self._parsed[index]

    @cached_property
    def _breaks(self) -> list[tuple[int, str]]:
        """Each line break outside strings: where it ends, and what closes the brackets open there."""
        found: list[tuple[int, str]] = []
        closers = ""
        for match in _TOKEN.finditer(self._text):
            mark = match.group()
            if mark == "\n":
                found.append((match.end(), closers))
            elif mark in _CLOSES:
                closers = _CLOSES[mark] + closers
            elif mark in ("]", "}"):
                closers = closers[1:]
        return found
