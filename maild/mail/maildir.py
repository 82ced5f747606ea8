"""Outgoing mail into a maildir: for trying maild out, and for where another program sends it from there."""

import contextlib
import hashlib
import os
import re
from pathlib import Path

from maild.errors import SendDeferred
from maild.mail.safe_to_send import check_safe_to_send
from maild.mail.trouble import in_words

_MESSAGE_ID = re.compile(rb"^message-id[ \t]*:\s*<?([^<>\s]+)", re.IGNORECASE | re.MULTILINE)
_UNSAFE = re.compile(r"[^A-Za-z0-9.@_+-]")


class MaildirSender:
    """A sender that writes each mail as one file into `folder`/new.

    The file's name comes from the Message-ID: a mail that is sent twice, because a crash left it unknown
    whether it had been, is one file. The envelope is written into the first two lines as X-Envelope-From and
    X-Envelope-To, since only it says to whom the mail goes (the To field may differ). They are not called
    Return-Path and Delivered-To because a file may be handed to a mail server later, and servers take a
    Delivered-To of theirs for a loop.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
        """Write the mail and sync it to the disk; raise SendDeferred if the disk refuses, or SendRefused."""
        check_safe_to_send(raw, mail_from, recipient)
        name = _file_name(message_id, raw)
        envelope = f"X-Envelope-From: <{mail_from}>\r\nX-Envelope-To: <{recipient}>\r\n".encode()
        try:
            self._write(name, envelope + raw)
        except OSError as error:
            raise SendDeferred(f"outgoing folder {self._folder}: {in_words(error)}") from error

    def close(self) -> None:
        """Do nothing: no connection is kept."""

    def _write(self, name: str, content: bytes) -> None:
        for sub in ("tmp", "new", "cur"):
            (self._folder / sub).mkdir(mode=0o700, parents=True, exist_ok=True)
        if self._seen_by_a_reader(name):
            return
        waiting = self._folder / "tmp" / name
        with waiting.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        waiting.rename(self._folder / "new" / name)
        _sync_folder(self._folder / "new")

    def _seen_by_a_reader(self, name: str) -> bool:
        """Say whether a mail program has moved it to cur, where flags follow a colon."""
        return any(found.name.partition(":")[0] == name for found in (self._folder / "cur").iterdir())


def _file_name(message_id: str | None, raw: bytes) -> str:
    """Return a name that is the same for the same mail: readable, and safe whatever the Message-ID holds."""
    found = _MESSAGE_ID.search(raw.partition(b"\r\n\r\n")[0])
    identity = message_id or (found[1].decode("ascii", "replace") if found else "")
    identity = identity.strip("<>")
    digest = hashlib.sha256(identity.encode() or raw).hexdigest()[:16]
    return f"{_UNSAFE.sub('_', identity)[:100].lstrip('.') or 'no-id'}.{digest}"


def _sync_folder(folder: Path) -> None:
    """Make a rename into `folder` outlive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        # Some file systems can't sync a folder, and then need not.
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)
