"""Files of one JSON object a line, and the texts in them; a mistake is told with its file and line."""

import json
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path
from typing import Any

from maild.errors import UserError

Object = dict[str, Any]


def json_lines(path: Path) -> Iterator[tuple[str, Object]]:
    """Yield each object of the file with its place (`FILE:LINE`); raises UserError."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield f"{path}:{number}", _object(line, f"{path}:{number}")
    except OSError as error:
        raise UserError(f"{path}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: must be UTF-8 text") from None


def subject_and_body(given: Object, place: str) -> tuple[str, str]:
    """Return the text that an object asks about, an empty body where it has none; raises UserError."""
    if not isinstance(given.get("subject"), str):
        raise UserError(f'{place}: must be an object with a text called "subject"')
    body = given.get("body") or ""
    if not isinstance(body, str):
        raise UserError(f'{place}: "body" must be a text')
    return given["subject"], body


def sender_of(given: Object, place: str) -> str:
    """Return the address under "from", be a name beside it or not, "" where there is none; raises UserError."""
    sender = given.get("from") or ""
    if not isinstance(sender, str):
        raise UserError(f'{place}: "from" must be a text')
    return parseaddr(sender)[1] or sender


def _object(line: str, place: str) -> Object:
    try:
        given = json.loads(line)
    except ValueError:
        raise UserError(f"{place}: is not JSON") from None
    except RecursionError:
        raise UserError(f"{place}: is nested too deeply") from None
    if not isinstance(given, dict):
        raise UserError(f"{place}: must be an object in braces")
    return given
