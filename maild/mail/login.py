"""How we prove to a server who we are: by name and password, or by an access token (XOAUTH2).

SASL PLAIN (RFC 4616) goes first where it is offered, because it alone carries passwords beyond ASCII; the
servers' older ways (LOGIN of IMAP and SMTP, CRAM-MD5) are what remains. TLS protects all of them: the callers
see to it.
"""

import base64
import smtplib
from collections.abc import Callable
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


class TokenClient(Protocol):
    """The part of an IMAP client that logs in by SASL."""

    def has_capability(self, capability: str) -> bool:
        """Say whether the server offers it."""
        ...

    def sasl_login(self, mechanism: str, answer: Callable[[bytes], bytes]) -> object:
        """Log in by AUTHENTICATE; `answer` is asked for each challenge."""
        ...


class Tokens(Protocol):
    """Where an access token comes from; see oauth.py."""

    def token(self) -> str:
        """Return a token that lasts."""
        ...

    def refused(self) -> None:
        """Note that a server did not take it."""
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


def log_in_imap_by_token(client: TokenClient, user: str, token: str) -> None:
    """Log in to an IMAP server by XOAUTH2; raises what `client` raises, PermissionError where it is not offered.

    A server that refuses the token says why in one more challenge, and waits for an empty answer to it.
    """
    if not client.has_capability("AUTH=XOAUTH2"):
        raise PermissionError("it takes no access tokens (AUTH=XOAUTH2)")
    first = iter((_xoauth2(user, token),))
    client.sasl_login("XOAUTH2", lambda _: next(first, b""))


def log_in_smtp_by_token(client: smtplib.SMTP, user: str, token: str) -> None:
    """Log in to an SMTP server by XOAUTH2; raises smtplib.SMTPException."""
    client.ehlo_or_helo_if_needed()
    if "XOAUTH2" not in client.esmtp_features.get("auth", "").upper().split():
        raise smtplib.SMTPNotSupportedError("it takes no access tokens (AUTH XOAUTH2)")
    secret = base64.b64encode(_xoauth2(user, token)).decode("ascii")
    code, answer = client.docmd("AUTH", f"XOAUTH2 {secret}")
    if code == 334:
        code, answer = client.docmd("")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _xoauth2(user: str, token: str) -> bytes:
    """Return the one message of XOAUTH2, as Google and Microsoft describe it; no RFC does."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01".encode()
