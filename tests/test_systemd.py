"""systemd is told how we are, where it asks; nobody else is, and its absence stops no mail."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild import systemd


@pytest.fixture
def door(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A socket as systemd listens on it, named in the environment."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        yield listener


def test_the_state_is_sent_as_it_is(door: socket.socket) -> None:
    """sd_notify(3): one datagram."""
    systemd.notify("READY=1")
    assert door.recv(100) == b"READY=1"


def test_an_abstract_socket_begins_with_an_at_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    """sd_notify(3): @ stands for the NUL of its name."""
    name = f"maild-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name}")
        listener.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
        systemd.notify("WATCHDOG=1")
        assert listener.recv(100) == b"WATCHDOG=1"


@pytest.mark.parametrize("value", [None, "", "/nowhere/at/all"])
def test_where_nobody_listens_nothing_happens(value: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a laptop, or after systemd went away."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    if value is not None:
        monkeypatch.setenv("NOTIFY_SOCKET", value)
    systemd.notify("READY=1")
