"""Tell systemd how we are: sd_notify(3) in a few lines; does nothing where no systemd asks."""

import os
import socket


def notify(state: str) -> None:
    """Send `state` (`READY=1`, `WATCHDOG=1`, `RELOADING=1`, `STOPPING=1`) to $NOTIFY_SOCKET, if there is one."""
    path = os.environ.get("NOTIFY_SOCKET", "")
    if not path:
        return
    address = "\0" + path[1:] if path.startswith("@") else path
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        try:
            door.connect(address)
            door.sendall(state.encode())
        except OSError:
            return  # a missing listener must not stop the mail
