r"""Log lines on standard error: one event a line, as key=value or JSON, times in UTC (RFC 3339).

    2026-03-03T09:15:00.120Z info maild.intake mail recorded arrival=17 incident=1003

An event is a short fixed text, and what varies are fields: `log.info("mail recorded", arrival=17)`. So a line
can be searched for, and nothing that a stranger wrote can pass for a line or a field: control characters are
escaped. No secret and no body of a mail is ever given to a log; fields whose names sound of a secret are
masked all the same.
"""

import json
import logging
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal, TextIO

_FIELDS = "maild_fields"
_MASKED = ("password", "secret", "token", "authorization")
_LONGEST = 2_000
# Libraries that talk at INFO or DEBUG about what they do, some of them with the text of mails or passwords.
_QUIET = ("imapclient", "mailparser", "apscheduler", "alembic", "sqlalchemy", "mail.log", "asyncio")
_LEVELS = {"DEBUG": "debug", "INFO": "info", "WARNING": "warning", "ERROR": "error", "CRITICAL": "error"}


class Log:
    """A logger whose calls take an event and its fields; `bound` ones are on every line."""

    def __init__(self, logger: logging.Logger, bound: Mapping[str, object]) -> None:
        self._logger = logger
        self._bound = dict(bound)

    def bind(self, **fields: object) -> "Log":
        """Return a log that adds `fields` to every line."""
        return Log(self._logger, {**self._bound, **fields})

    def debug(self, event: str, /, **fields: object) -> None:
        """Log what helps to find a fault."""
        self._log(logging.DEBUG, event, fields)

    def info(self, event: str, /, **fields: object) -> None:
        """Log what happened as it should."""
        self._log(logging.INFO, event, fields)

    def warning(self, event: str, /, **fields: object) -> None:
        """Log what went wrong and mends itself."""
        self._log(logging.WARNING, event, fields)

    def error(self, event: str, /, **fields: object) -> None:
        """Log what a person must look at."""
        self._log(logging.ERROR, event, fields)

    def exception(self, event: str, /, **fields: object) -> None:
        """Log a fault of ours with the traceback of the exception at hand."""
        self._log(logging.ERROR, event, fields, trace=True)

    def _log(self, level: int, event: str, fields: Mapping[str, object], *, trace: bool = False) -> None:
        if self._logger.isEnabledFor(level):
            # The event goes in as an argument: a percent sign in it is no format.
            self._logger.log(
                level, "%s", event, extra={_FIELDS: {**self._bound, **fields}}, exc_info=trace, stacklevel=3
            )


def logger(name: str, **fields: object) -> Log:
    """Return the log called `name`, usually `__name__`, with `fields` on every line."""
    return Log(logging.getLogger(name), fields)


def set_up_logging(
    form: Literal["text", "json"] = "text", level: str = "info", stream: TextIO | None = None
) -> None:
    """Send the lines of all logs to `stream` (standard error) in `form`; may be called again on a reload."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else TextLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)


class TextLines(logging.Formatter):
    """`TIME level logger event key=value ...`, values in quotes where they need it; what has no value is left out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line without a line end."""
        fields = "".join(
            f" {key}={_quoted(value)}" for key, value in _fields(record).items() if value is not None
        )
        event = escape(record.getMessage())
        return f"{_time(record)} {_LEVELS[record.levelname]} {record.name} {event}{fields}"


class JsonLines(logging.Formatter):
    """One JSON object a line: `time`, `level`, `logger`, `event`, and the fields beside them."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line without a line end."""
        own = {
            "time": _time(record),
            "level": _LEVELS[record.levelname],
            "logger": record.name,
            "event": _short(record.getMessage()),
        }
        # Ours come last, so that no field can take their place. JSON escapes control characters by itself.
        return json.dumps({**_fields(record), **own}, default=lambda value: _short(str(value)))


def escape(text: str) -> str:
    r"""Return `text` on one line, with whatever is not printable escaped, and not too long.

    >>> escape("one\ntwo\x1b[2J")
    'one\\ntwo\\x1b[2J'
    """
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in _short(text))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def _quoted(value: object) -> str:
    if isinstance(value, bool | int | float):
        return str(value).lower()
    text = escape(str(value))
    plain = text != "" and not set(text) & set(' ="')
    return text if plain else '"' + text.replace('"', '\\"') + '"'


def _fields(record: logging.LogRecord) -> dict[str, Any]:
    fields: dict[str, Any] = dict(getattr(record, _FIELDS, {}))
    if record.exc_info:
        fields["traceback"] = logging.Formatter().formatException(record.exc_info)
    return {key: "***" if _is_secret(key) else _plain(value) for key, value in fields.items()}


def _is_secret(key: str) -> bool:
    return any(word in key.lower() for word in _MASKED)


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else _short(str(value))


def _time(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
