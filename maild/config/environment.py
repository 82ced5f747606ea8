"""${NAME} in a text of config.toml becomes the environment variable of that name, once the TOML is parsed."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from maild.config.lines import Path
from maild.config.problems import Problem

VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_USER_AND_PASSWORD = re.compile(r"(?<=://)[^@]*(?=@)")


def expand(value: Any, environ: Mapping[str, str], path: Path = ()) -> tuple[Any, list[Problem]]:
    """Return `value` with every ${NAME} in its texts filled in, and a problem for each that is not set.

    >>> expand({"user": "${WHO}", "port": 993}, {"WHO": "anna"})
    ({'user': 'anna', 'port': 993}, [])
    """
    problems: list[Problem] = []
    expanded = _expand(value, environ, path, problems)
    return expanded, problems


def _expand(value: Any, environ: Mapping[str, str], path: Path, problems: list[Problem]) -> Any:
    if isinstance(value, dict):
        return {key: _expand(child, environ, (*path, key), problems) for key, child in value.items()}
    if isinstance(value, list):
        return [_expand(child, environ, (*path, index), problems) for index, child in enumerate(value)]
    if not isinstance(value, str) or "${" not in value:
        return value
    problems += [
        Problem(path, f"the environment variable {name} is not set")
        for name in VARIABLE.findall(value)
        if name not in environ
    ]
    if path == ("database", "url") and VARIABLE.fullmatch(value) is None:
        # A password may hold any character; in a URL it has to be written with percents (RFC 3986 §3.2.1).
        quoted = {name: quote(text, safe="") for name, text in environ.items()}
        value = _USER_AND_PASSWORD.sub(lambda match: _fill(match.group(), quoted), value, count=1)
    return _fill(value, environ)


def _fill(text: str, values: Mapping[str, str]) -> str:
    return VARIABLE.sub(lambda match: values.get(match[1], ""), text)
