"""`maild run`: what it says to a person, and when it refuses to begin."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from maild.cli.run import how_called, shown
from tests.parts.command_line import Terminal
from tests.parts.daemons import SMALL, config_in

MAILD = str(Path(sys.executable).with_name("maild"))


@contextmanager
def started(*arguments: str, cwd: Path, **environ: str) -> Iterator[subprocess.Popen[str]]:
    """Give `maild ... run` as a process of its own; nothing of it is left at the end."""
    with subprocess.Popen(
        [MAILD, *arguments, "run"],
        cwd=cwd,
        env={**os.environ, **environ},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(stream: IO[str] | None, words: str) -> str:
    """Return what a stream says up to the line with `words`; fails where it ends without them."""
    assert stream is not None
    said = ""
    for line in stream:
        said += line
        if words in line:
            return said
    raise AssertionError(said)


def test_a_person_is_told_where_mail_comes_in_and_goes_out_and_what_to_try(tmp_path: Path) -> None:
    """Doors, folder, the next commands; Ctrl-C ends it with exit code 0."""
    path = config_in(tmp_path)
    with started(cwd=tmp_path) as process:
        said = until(process.stdout, "Ctrl-C")
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
    assert process.returncode == 0
    (address,) = re.findall(r"127\.0\.0\.1:\d+", path.read_text(encoding="utf-8"))
    assert f"in:  SMTP on {address}" in said
    assert "out: var/outgoing" in said
    for command in ("demo", "list", "show 1001", "explain"):
        assert re.search(rf"maild {command}", said)


def test_under_systemd_nothing_is_said_but_that_it_is_ready_and_stops(tmp_path: Path) -> None:
    """Nobody reads standard output there; logs go to standard error; SIGTERM ends it with exit code 0."""
    path = config_in(tmp_path)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(tmp_path / "notify"))
        door.settimeout(20)
        with started("--config", str(path), cwd=tmp_path, NOTIFY_SOCKET=str(tmp_path / "notify")) as process:
            assert door.recv(100) == b"READY=1"
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=20)
        while (said := door.recv(100)) == b"WATCHDOG=1":
            pass
    assert (process.returncode, out, said) == (0, "", b"STOPPING=1")
    assert " started " in err.splitlines()[0]
    assert "stopped" in err.splitlines()[-1]


def test_with_nothing_to_read_it_does_not_begin(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither a door nor a mailbox: a mistake that is named, and no database is made."""
    path = config_in(tmp_path, SMALL.replace("enabled = true", "enabled = false"))
    said = Terminal(path, capsys, monkeypatch)("run")
    assert (said.code, said.out) == (2, "")
    assert said.err == f"{path}: nothing to read: enable [listen] or add a [[mailbox]]\n"
    assert not (tmp_path / "var").exists()


def test_paths_are_said_as_short_as_they_can_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From where the person stands."""
    monkeypatch.chdir(tmp_path)
    assert shown(tmp_path / "var" / "outgoing") == Path("var/outgoing")
    assert shown(Path("/elsewhere")) == Path("/elsewhere")


def test_the_command_is_said_as_it_was_called() -> None:
    """What a person can copy: here pytest is what was called; with the config, unless that is the default."""
    plain = how_called(Path("config.toml"))
    assert plain
    assert "--config" not in plain
    assert how_called(Path("my shop.toml")) == f"{plain} --config 'my shop.toml'"
