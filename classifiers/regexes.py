"""Regular expressions of admins, in an engine that is linear in the text: the optional package google-re2.

They are looked for in the text as read: lower case, without accents, letters that were spaced out joined. The
engine knows no lookaround and no backreference; that is why it can be trusted with a hostile text.
"""

import re
from collections.abc import Iterable, Iterator

from classifiers.normalise import fold

try:
    import re2
except ImportError:
    re2 = None

HOW_TO_INSTALL = "pip install google-re2"
_LOOKAROUND = re.compile(r"\(\?(?:<?[=!]|>)")
_BACKREFERENCE = re.compile(r"(?<!\\)(?:\\\\)*\\[1-9]|\(\?P=")
_SURROGATE = re.compile("[\ud800-\udfff]")
# All expressions together are one automaton; the engine refuses it where it would need more than this.
_MOST_MEMORY = 1 << 28


def problem_with_regex(regex: str) -> str | None:
    """Return why an expression cannot be used, or None."""
    if re2 is None:
        return f"regular expressions need an engine, in the same environment as maild: {HOW_TO_INSTALL}"
    if _LOOKAROUND.search(regex):
        return "lookaround is not possible: the engine is linear; say it with unless"
    if _BACKREFERENCE.search(regex):
        return "a backreference is not possible: the engine is linear"
    try:
        compiled = re2.compile(_as_read(regex), _options())
    except re2.error as error:
        said = error.args[0] if error.args else ""
        return (
            f"is no regular expression: {said.decode(errors='replace') if isinstance(said, bytes) else said}"
        )
    return "matches the empty text, so it would fire everywhere" if compiled.search("") else None


class Regexes:
    """Several expressions that are looked for at once; none needs no package."""

    def __init__(self, regexes: Iterable[str]) -> None:
        self._regexes = tuple(dict.fromkeys(regexes))
        if not self._regexes:
            return
        self._all = re2.Set.SearchSet(_options())
        self._each = [re2.compile(_as_read(regex), _options()) for regex in self._regexes]
        for regex in self._regexes:
            self._all.Add(_as_read(regex))
        self._all.Compile()

    def find(self, text: str) -> Iterator[tuple[str, int, int]]:
        """Yield (expression as a phrase, start, end) of each place in a text as read where one matches something."""
        if not self._regexes:
            return
        text = _SURROGATE.sub("\ufffd", text)  # no UTF-8, which the engine reads
        for at in self._all.Match(text) or ():
            for found in self._each[at].finditer(text):
                if found.end() > found.start():
                    yield as_phrase(self._regexes[at]), found.start(), found.end()


def as_phrase(regex: str) -> str:
    """Return how an expression is shown among phrases: no phrase has slashes around it."""
    return f"/{regex}/"


def _as_read(regex: str) -> str:
    return "".join(char if char.isascii() else fold(char) for char in regex)


def _options() -> "re2.Options":
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    options.max_mem = _MOST_MEMORY
    return options
