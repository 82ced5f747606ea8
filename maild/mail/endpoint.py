"""Taking the address that [listen] names: a TCP port or a unix socket, and leaving it tidy."""

import contextlib
import errno
import os
import socket
import stat

from maild.config.listen import ListenSettings
from maild.errors import UserError
from maild.mail.trouble import in_words

# The mail server is let in by its group; nobody else has any business here.
_SOCKET_MODE = 0o660


def bind(settings: ListenSettings) -> socket.socket:
    """Return a listening socket; raise UserError where the address can't be had."""
    try:
        if settings.socket_path is not None:
            return _bind_unix(settings.socket_path)
        assert settings.host_port is not None
        host, port = settings.host_port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise UserError(
            f"[listen] address {settings.address}: {_in_words(error)}{_remedy(settings, error)}"
        ) from error


def _in_words(error: OSError) -> str:
    """Return the trouble in its plain words; Python adds the address, which stands in the line already."""
    return in_words(OSError(error.errno, os.strerror(error.errno)) if error.errno else error)


def _remedy(settings: ListenSettings, error: OSError) -> str:
    """Return what to do where somebody else has the address already."""
    if error.errno != errno.EADDRINUSE:
        return ""
    tool = "ss -ltnp" if settings.socket_path is None else "ss -lxp"
    return f"; name another address in [listen], or stop who has it: `{tool}` shows who"


def leave(settings: ListenSettings) -> None:
    """Remove the file of a unix socket."""
    if settings.socket_path is not None:
        with contextlib.suppress(OSError):
            os.unlink(settings.socket_path)


def _bind_unix(path: str) -> socket.socket:
    _remove_stale(path)
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(path)
        os.chmod(path, _SOCKET_MODE)
        listening.listen()
    except OSError:
        listening.close()
        raise
    return listening


def _remove_stale(path: str) -> None:
    """Remove the socket that a killed process left behind; one that still answers stays, and `bind` fails."""
    if not os.path.exists(path) or not stat.S_ISSOCK(os.stat(path).st_mode):
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
