"""maild as a process of its own: its log is read line by line, and it can be killed at any point."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

from tests.story.patience import PATIENCE_SECONDS

MAILD = str(Path(sys.executable).with_name("maild"))


class Process:
    """`maild run` with a config; `log` are the lines that it wrote to standard error."""

    def __init__(self, config_path: Path, environ: Mapping[str, str]) -> None:
        self.log: list[str] = []
        self._silent = False
        self._came = threading.Condition()
        self._process = subprocess.Popen(
            [MAILD, "--config", str(config_path), "run"],
            env={**os.environ, **environ},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def runs(self) -> bool:
        """Whether it has not ended yet."""
        return self._process.poll() is None

    def wait_for_line(self, words: str, seconds: float = PATIENCE_SECONDS) -> str:
        """Return the first log line that holds `words`."""
        with self._came:
            self._came.wait_for(lambda: self._silent or any(words in line for line in self.log), seconds)
            found = [line for line in self.log if words in line]
        if not found:
            raise AssertionError(f"no line with {words!r} in\n" + "\n".join(self.log))
        return found[0]

    def terminate(self) -> None:
        """Ask it to stop: SIGTERM."""
        self._process.send_signal(signal.SIGTERM)

    def hang_up(self) -> None:
        """Ask it to read its config again: SIGHUP."""
        self._process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """End it at once, as a power cut would: SIGKILL."""
        self._process.kill()
        self.ends()

    def ends(self) -> int:
        """Wait for its end and return its exit code."""
        code = self._process.wait(PATIENCE_SECONDS)
        self._reader.join()
        return code

    def clear_away(self) -> None:
        """Make sure that nothing of it is left."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        self.ends()
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            with self._came:
                self.log.append(line.rstrip("\n"))
                self._came.notify_all()
        with self._came:
            self._silent = True
            self._came.notify_all()


def maild(
    config_path: Path, environ: Mapping[str, str], *arguments: str
) -> "subprocess.CompletedProcess[bytes]":
    """Run one command of maild to its end."""
    return subprocess.run(
        [MAILD, "--config", str(config_path), *arguments],
        env={**os.environ, **environ},
        capture_output=True,
        timeout=60,
    )
