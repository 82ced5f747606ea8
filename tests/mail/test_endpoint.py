"""An address is taken or refused in one line, and a unix socket is for the mail server's group alone."""

import os
import socket
import stat
from pathlib import Path

import pytest

from maild.config.listen import ListenSettings
from maild.errors import UserError
from maild.mail.endpoint import bind, leave


def unix(path: Path) -> ListenSettings:
    """Return settings for a unix socket."""
    return ListenSettings(address=f"unix:{path}")


def test_a_tcp_port_is_listened_on() -> None:
    """Port 0 is any free one."""
    with bind(ListenSettings(address="127.0.0.1:0")) as listening:
        host, port = listening.getsockname()
        assert host == "127.0.0.1"
        socket.create_connection((host, port)).close()


def test_a_taken_port_is_one_line() -> None:
    """It names the key, the address and the remedy."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(
            UserError, match=rf"^\[listen\] address {address}: address already in use;"
        ) as told:
            bind(ListenSettings(address=address))
    assert "another address in [listen]" in str(told.value)
    assert "`ss -ltnp` shows who" in str(told.value)


def test_a_unix_socket_is_for_owner_and_group(socket_folder: Path) -> None:
    """Mode 0660: whoever may connect may hand us mail."""
    path = socket_folder / "lmtp"
    with bind(unix(path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o660
    leave(unix(path))
    assert not path.exists()
    leave(unix(path))


def test_a_socket_that_a_killed_process_left_is_taken_over(socket_folder: Path) -> None:
    """Nobody listens on it: it is only a name."""
    path = socket_folder / "lmtp"
    bind(unix(path)).close()
    assert path.exists()
    bind(unix(path)).close()


def test_a_socket_that_somebody_listens_on_is_left_to_him(socket_folder: Path) -> None:
    """Two daemons must not take mail from each other."""
    path = socket_folder / "lmtp"
    with bind(unix(path)) as first:
        with pytest.raises(UserError, match="address already in use"):
            bind(unix(path))
        with socket.socket(socket.AF_UNIX) as client:
            client.connect(str(path))
            first.accept()[0].close()


def test_a_file_that_is_no_socket_is_never_removed(socket_folder: Path) -> None:
    """A path with a typing error in it may be anything."""
    path = socket_folder / "precious"
    path.write_text("data", encoding="utf-8")
    with pytest.raises(UserError):
        bind(unix(path))
    assert path.read_text(encoding="utf-8") == "data"


def test_a_folder_that_is_missing_is_one_line(socket_folder: Path) -> None:
    """No traceback for a wrong path."""
    path = socket_folder / "none" / "lmtp"
    with pytest.raises(UserError, match=r"^\[listen\] address unix:.*lmtp: no such file or directory$"):
        bind(unix(path))
    assert os.listdir(socket_folder) == []
