"""Phrases put into the text of a config file, which otherwise stays as people wrote it."""

import json
import re
import tomllib
from collections.abc import Sequence
from typing import Any

from maild.config.lines import Lines, Path
from maild.errors import UserError


def add_phrases(text: str, path: Path, phrases: Sequence[str]) -> str:
    """Return the text with phrases added to the list at `path`, such as ("classifiers", "scopes", 3, "unless").

    The list is made where there is none. Raises UserError where the file is written in a way that we can't follow.
    """
    *rule, key = path
    listed = key in _at(tomllib.loads(text), rule)
    line = Lines(text).line_of(path if listed else (*rule, _first_key(text, rule)))
    lines = text.splitlines(keepends=True)
    at = line - 1
    if listed:
        lines[at] = _opened(lines[at], str(key), phrases)
    else:
        lines[at] = f"{lines[at].rstrip()}\n{key} = [{', '.join(map(toml_text, phrases))}]\n"
    changed = "".join(lines)
    if not _is_as_meant(changed, text, path, phrases):
        where = ".".join(map(str, path))
        raise UserError(
            f"line {line}: phrases can't be put into {where} as it is written; paste them by hand"
        )
    return changed


def toml_text(text: str) -> str:
    r"""Return a text as TOML writes it: a basic string escapes what JSON escapes.

    >>> print(toml_text('say "down"'))
    "say \"down\""
    """
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _opened(line: str, key: str, phrases: Sequence[str]) -> str:
    """Return the first line of a list with the phrases put behind its bracket, one a line."""
    found = re.match(rf"(\s*{re.escape(key)}\s*=\s*\[)(.*)", line, re.DOTALL)
    if found is None:
        return line
    return (
        f"{found[1]}\n{''.join(f'  {toml_text(phrase)},{chr(10)}' for phrase in phrases)}{found[2].lstrip()}"
    )


def _first_key(text: str, rule: Sequence[str | int]) -> str:
    return str(next(iter(_at(tomllib.loads(text), rule))))


def _at(value: Any, path: Sequence[str | int]) -> Any:
    for step in path:
        value = value[step]
    return value


def _is_as_meant(changed: str, text: str, path: Path, phrases: Sequence[str]) -> bool:
    """Say whether the phrases, and nothing else, are the difference."""
    meant = tomllib.loads(text)
    rule = _at(meant, path[:-1])
    rule[path[-1]] = [*phrases, *rule.get(path[-1], [])]
    try:
        return tomllib.loads(changed) == meant
    except tomllib.TOMLDecodeError:
        return False
