"""The last look at what leaves: nothing in it may end a line, a command or the mail before its time."""

import smtplib

from maild.errors import SendRefused


def check_safe_to_send(raw: bytes, mail_from: str, recipient: str) -> None:
    """Raise SendRefused for a bare CR or LF in `raw`, and for an address that is not one bare address.

    To some servers a bare CR or LF ends a line, so that what follows a lone dot would be commands (SMTP
    smuggling, CVE-2023-51764). The address must come out of smtplib's quoting as it went in: parseaddr takes
    `alice@example.org <mallory@example.net>` for either of the two, depending on the build of Python.
    """
    if not raw.count(b"\r") == raw.count(b"\n") == raw.count(b"\r\n"):
        raise SendRefused("the mail has a bare CR or LF")
    for address in (mail_from, recipient):
        if not _is_bare(address):
            raise SendRefused(f"not an address that mail can be sent to: {address!a}")
    if not recipient:
        raise SendRefused("the mail has no recipient")


def _is_bare(address: str) -> bool:
    printable = address.isprintable() and not set("<>") & set(address)
    return printable and smtplib.quoteaddr(address) == f"<{address}>"
