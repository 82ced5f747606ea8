"""What maild logs while it runs inside a story."""

import logging
from dataclasses import dataclass, field

from maild.log import TextLines
from tests.story.patience import wait_until


@dataclass
class Log:
    """What maild logs in this process, as the lines that a person would see."""

    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._handler = _Lines(self.lines)
        self._logger = logging.getLogger("maild")
        self._logger.addHandler(self._handler)
        self._logger.setLevel(logging.INFO)

    def having(self, words: str) -> list[str]:
        """Return the lines that hold `words`."""
        return [line for line in self.lines if words in line]

    def waits_for(self, words: str) -> str:
        """Wait for a line that holds `words`, and return it."""
        return wait_until(f"the log says {words!r}", lambda: self.having(words))[0]

    def close(self) -> None:
        """Stop listening."""
        self._logger.removeHandler(self._handler)
        self._logger.setLevel(logging.NOTSET)


class _Lines(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self.setFormatter(TextLines())
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a line."""
        self._lines.append(self.format(record))
