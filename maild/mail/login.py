"""How we prove to a server who we are: by name and password.

SASL PLAIN (RFC 4616) goes first where it is offered, because it alone carries passwords beyond ASCII; the
servers' older ways (LOGIN of IMAP and SMTP, CRAM-MD5) are what remains. TLS protects all of them: the callers
see to it.
"""

import base64
import smtplib
from typing import Protocol


class ImapClient(Protocol):
    """The part of an IMAP client that logs in."""

    def has_capability(self, capability: str) -> bool:
        """Say whether the server offers it."""
        ...

    def plain_login(self, identity: str, password: str) -> object:
        """Log in by AUTHENTICATE PLAIN."""
        ...

    def login(self, username: str, password: str) -> object:
        """Log in by LOGIN."""
        ...


def log_in_imap(client: ImapClient, user: str, password: str) -> None:
    """Log in to an IMAP server; raises what `client` raises.

    PermissionError where there is no way to send this password, and nothing is sent: a server that says
    LOGINDISABLED must not be sent a LOGIN (RFC 9051 §6.2.3).
    """
    if client.has_capability("AUTH=PLAIN"):
        client.plain_login(user, password)
    elif client.has_capability("LOGINDISABLED"):
        raise PermissionError("it takes no password on this connection (LOGINDISABLED)")
    elif not (user + password).isascii():
        raise PermissionError("it has no way to take a name or password beyond ASCII (AUTH=PLAIN)")
    else:
        client.login(user, password)


def log_in_smtp(client: smtplib.SMTP, user: str, password: str) -> None:
    """Log in to an SMTP server (RFC 4954); raises smtplib.SMTPException."""
    client.ehlo_or_helo_if_needed()
    if "PLAIN" not in client.esmtp_features.get("auth", "").upper().split():
        client.login(user, password)
        return
    # smtplib's own PLAIN encodes as ASCII only.
    secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode("ascii")
    code, answer = client.docmd("AUTH", f"PLAIN {secret}")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)
