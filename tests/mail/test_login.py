"""Name and password reach the server by the best way that it offers, and by none that it forbids."""

import base64
import smtplib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.login import log_in_imap, log_in_smtp


class ImapServer:
    """Notes how somebody logs in."""

    def __init__(self, *capabilities: str) -> None:
        self.capabilities = capabilities
        self.tried: list[tuple[str, str, str]] = []

    def has_capability(self, capability: str) -> bool:
        """Say whether it is offered."""
        return capability in self.capabilities

    def plain_login(self, identity: str, password: str) -> None:
        """Note it."""
        self.tried.append(("PLAIN", identity, password))

    def login(self, username: str, password: str) -> None:
        """Note it."""
        self.tried.append(("LOGIN", username, password))


class SmtpServer(smtplib.SMTP):
    """An SMTP client with a server inside: answers AUTH with `answer`, and notes it."""

    def __init__(self, mechanisms: str, answer: tuple[int, bytes] = (235, b"ok")) -> None:
        super().__init__()
        self.ehlo_resp = b"hello"
        self.does_esmtp = True
        self.esmtp_features = {"auth": mechanisms}
        self.answer = answer
        self.tried: list[tuple[str, str]] = []

    def docmd(self, cmd: str, args: str = "") -> tuple[int, bytes]:
        """Note the command."""
        self.tried.append((cmd, args))
        return self.answer


@pytest.mark.parametrize(
    ("capabilities", "way"),
    [((), "LOGIN"), (("AUTH=PLAIN",), "PLAIN"), (("AUTH=PLAIN", "LOGINDISABLED"), "PLAIN")],
)
def test_imap_prefers_plain(capabilities: tuple[str, ...], way: str) -> None:
    """LOGINDISABLED forbids LOGIN alone."""
    server = ImapServer(*capabilities)
    log_in_imap(server, "anna", "secret")
    assert server.tried == [(way, "anna", "secret")]


@pytest.mark.parametrize("password", ["secret", "gehëim"])
def test_imap_keeps_the_password_to_itself_where_login_is_disabled(password: str) -> None:
    """RFC 9051 §6.2.3: a client must not try."""
    server = ImapServer("LOGINDISABLED")
    with pytest.raises(PermissionError, match="LOGINDISABLED"):
        log_in_imap(server, "anna", password)
    assert server.tried == []


def test_imap_needs_plain_for_a_password_beyond_ascii() -> None:
    """LOGIN has no charset; the error has neither the password nor a letter of it."""
    server = ImapServer()
    with pytest.raises(PermissionError) as caught:
        log_in_imap(server, "anna", "gehëim")
    assert server.tried == []
    assert "ë" not in str(caught.value)


@given(st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1))
def test_smtp_plain_carries_any_password(password: str) -> None:
    """RFC 4616: UTF-8 between NULs."""
    server = SmtpServer("LOGIN PLAIN")
    log_in_smtp(server, "änna", password)
    ((command, argument),) = server.tried
    mechanism, _, secret = argument.partition(" ")
    assert (command, mechanism) == ("AUTH", "PLAIN")
    assert base64.b64decode(secret).decode() == f"\0änna\0{password}"


def test_smtp_falls_back_to_what_the_server_has() -> None:
    """An old server offers only LOGIN."""
    server = SmtpServer("LOGIN", (235, b"ok"))
    log_in_smtp(server, "anna", "secret")
    assert server.tried[0][1].startswith("LOGIN")


def test_a_refusal_of_smtp_is_an_authentication_error() -> None:
    """With the server's code and words."""
    server = SmtpServer("PLAIN", (535, b"5.7.8 wrong"))
    with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
        log_in_smtp(server, "anna", "secret")
    assert (caught.value.smtp_code, caught.value.smtp_error) == (535, b"5.7.8 wrong")
