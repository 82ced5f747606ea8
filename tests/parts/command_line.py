"""The command line as a person at a terminal of 80 columns meets it: what it prints, and its exit code."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from maild.cli.main import main

COLUMNS = 80


@dataclass(frozen=True, slots=True)
class Said:
    """What one command said: its exit code, standard output, standard error."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of standard output."""
        return self.out.splitlines()

    @property
    def objects(self) -> list[dict[str, Any]]:
        """The JSON objects of standard output, one a line."""
        return [json.loads(line) for line in self.lines]

    @property
    def words(self) -> str:
        """Standard output with every run of white space one blank: for claims that a wrapped line must not break."""
        return " ".join(self.out.split())

    @property
    def widest(self) -> int:
        """How many columns of a terminal the widest line takes."""
        return max((cell_len(line) for line in self.lines), default=0)


class Terminal:
    """Runs `maild --config PATH ...` inside this process."""

    def __init__(
        self, config: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("COLUMNS", str(COLUMNS))
        self._config, self._capsys = config, capsys

    def __call__(self, *arguments: str) -> Said:
        """Run one command to its end."""
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(self._config), *arguments])
        printed = self._capsys.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, printed.out, printed.err)
