"""A daemon inside the test's own process, on a free port, and mail clients for it."""

import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from maild.daemon import Daemon

PATIENCE_SECONDS = 20.0
LOOK_EVERY = 0.02
Found = TypeVar("Found")


SMALL = """\
[service]
name = "Example Support"
address = "support@example.com"
reopen_days = 14
after_answer = "waiting"

[database]
url = "sqlite:///var/maild.db"

[listen]
enabled = true
address = "127.0.0.1:2525"

[outgoing]
folder = "var/outgoing"

[[staff]]
name = "Anna"
address = "anna@example.com"

[calendar.standard]
time_zone = "UTC"
mon = ["09:00-18:00"]
"""


def config_in(folder: Path, text: str = SMALL) -> Path:
    """Write a small config.toml, or another one, into `folder` with a free port; return its path."""
    text = text.replace("127.0.0.1:2525", f"127.0.0.1:{free_port()}")
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port


@contextmanager
def running(path: Path, **parts: Any) -> Iterator[Daemon]:
    """Give a started daemon, and stop it; `parts` are Daemon's own (clock, open_mailbox)."""
    daemon = Daemon(path, {}, **parts)
    daemon.start()
    try:
        yield daemon
    finally:
        daemon.stop()


def hand_in(daemon: Daemon, sender: str, subject: str, text: str = "It shows a white page.\n") -> None:
    """Send a mail to the support address through the daemon's door."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, daemon.desk.config.service.address, subject
    mail["Message-ID"] = f"<{abs(hash((sender, subject)))}@customer.example>"
    mail.set_content(text)
    host, port = daemon.desk.config.listen.host_port or ("", 0)
    with smtplib.SMTP(host, port) as door:
        door.send_message(mail, sender, [daemon.desk.config.service.address])


def outgoing(folder: Path, to: str) -> list[EmailMessage]:
    """Return the mails to an address that lie in the outgoing folder."""
    mails = [
        message_from_bytes(path.read_bytes(), policy=policy.default)
        for path in sorted((folder / "new").glob("*"))
    ]
    return [mail for mail in mails if mail["X-Envelope-To"] == f"<{to}>"]


def wait_until(what: str, found: Callable[[], Found]) -> Found:
    """Return the first true value of `found`, looking again and again; fail saying what never came true."""
    pause = threading.Event()
    for _ in range(int(PATIENCE_SECONDS / LOOK_EVERY)):
        if value := found():
            return value
        pause.wait(LOOK_EVERY)
    raise AssertionError(f"after {PATIENCE_SECONDS:.0f} s it is still not so that {what}")
