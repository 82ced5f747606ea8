"""On which line of a TOML text a key stands; tomllib itself forgets.

The text is walked once, and each key, table and element of a list is noted at the line on which it begins. That it is
valid TOML is known by then, so the walk needs to tell keys from values and where each ends, and nothing else.
"""

import re
import tomllib
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

Path = tuple[str | int, ...]

# A multi-line string of TOML 1.0 may end in up to five quotes, of which the first two belong to it.
_STRING = (
    r'"""(?:\\.|[^\\])*?"{3,5}'
    r"|'''.*?'{3,5}"
    r'|"(?:\\.|[^"\\\n])*"'
    r"|'[^'\n]*'"
)
_NOTHING = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_VALUE = re.compile(rf"{_STRING}|[^,\]}}\n#]*", re.DOTALL)
_KEY = re.compile(rf"[ \t]*({_STRING}|[\w-]+)[ \t]*", re.DOTALL)


class Lines:
    """Where things stand in `text`, which is valid TOML."""

    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n") + "\n"

    def line_of(self, path: Sequence[str | int]) -> int:
        r"""Return the line, from 1, of the key at `path`, or of the nearest table above it that is there.

        >>> Lines("a = 1\n[b]\nc = [\n  1,\n  2,\n]").line_of(("b", "c", 1))
        5
        """
        above = (tuple(path[:length]) for length in range(len(path), 0, -1))
        return next((self.places[one] for one in above if one in self.places), 1)

    @cached_property
    def places(self) -> dict[Path, int]:
        """The line of each key, table and element."""
        return _Walk(self._text).places()


class _Walk:
    """One walk over a text, from key to value to key."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._breaks = [match.start() for match in re.finditer("\n", text)]
        self._found: dict[Path, int] = {}
        self._tables: dict[Path, int] = {}  # how many [[tables]] of each name there were so far

    def places(self) -> dict[Path, int]:
        """Return the line on which each path begins first."""
        table: Path = ()
        self._skip()
        while self._at < len(self._text):
            if self._takes("["):
                table = self._header()
            else:
                self._pair(table)
            self._skip()
        return self._found

    def _header(self) -> Path:
        """Walk over the rest of a `[header]` and return the path of its table."""
        start, several = self._at, self._takes("[")
        *above, last = self._keys()
        table: Path = ()
        for key in above:
            table = self._latest((*table, key), start)
        table = (*table, last)
        self._note(table, start)
        if several:
            self._tables[table] = self._tables.get(table, 0) + 1
            table = self._latest(table, start)
        self._at += 2 if several else 1
        return table

    def _latest(self, path: Path, start: int) -> Path:
        """Note the table at `path`; of several [[tables]] of that name the latest is meant."""
        self._note(path, start)
        if path in self._tables:
            path = (*path, self._tables[path] - 1)
            self._note(path, start)
        return path

    def _pair(self, table: Path) -> None:
        """Walk over `key = value`; a dotted key names tables on its way."""
        start, path = self._at, table
        for key in self._keys():
            path = (*path, key)
            self._note(path, start)
        self._at += 1
        self._value(path)

    def _value(self, path: Path) -> None:
        self._skip()
        if self._takes("["):
            number = 0
            while self._goes_on("]"):
                self._note((*path, number), self._at)
                self._value((*path, number))
                number += 1
        elif self._takes("{"):
            while self._goes_on("}"):
                self._pair(path)
        else:
            self._match(_VALUE)

    def _keys(self) -> list[str]:
        """Walk over a key and return its parts: `a."b c".d` has three."""
        parts = [self._match(_KEY)[1]]
        while self._takes("."):
            parts.append(self._match(_KEY)[1])
        return [tomllib.loads(f"k = {part}")["k"] if part[0] in "\"'" else part for part in parts]

    def _goes_on(self, closer: str) -> bool:
        """Go to the next element, and say whether there is one before the list or table closes."""
        self._skip()
        if self._takes(","):
            self._skip()
        return not self._takes(closer)

    def _takes(self, mark: str) -> bool:
        """Walk over the mark if it stands here, and say whether it did."""
        taken = self._text.startswith(mark, self._at)
        self._at += len(mark) if taken else 0
        return taken

    def _skip(self) -> None:
        self._match(_NOTHING)

    def _match(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Walk over what the pattern finds here."""
        match = pattern.match(self._text, self._at)
        assert match is not None, "the text is valid TOML"
        self._at = match.end()
        return match

    def _note(self, path: Path, start: int) -> None:
        self._found.setdefault(path, bisect_left(self._breaks, start) + 1)
