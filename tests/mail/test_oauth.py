"""Access tokens: asked for when they are needed, once at a time; a real IMAP server and a real relay take them."""

import re
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from maild.config.mailbox import MailboxSettings
from maild.config.oauth import OauthSettings
from maild.config.outgoing import OutgoingSettings
from maild.core.limits import Limits
from maild.errors import LoginRefused, SendDeferred, Unreachable
from maild.mail.imap import ImapMailbox
from maild.mail.oauth import TokenKeeper, keeper_of
from maild.mail.smtp import SmtpSender
from maild.testing import FixedClock
from tests.parts.certificates import Certificates
from tests.parts.dovecot import PASSWORD, USER, PrivateDovecot, require_dovecot
from tests.parts.sink import SmtpSink
from tests.parts.token_server import TokenServer

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SECRETS = ("refresh-0", "client-secret")
RAW = b"From: support@example.com\r\nSubject: hello\r\n\r\nhello\r\n"


@pytest.fixture
def server() -> Iterator[TokenServer]:
    """A token server whose refresh token stays what it is."""
    made = TokenServer()
    yield made
    made.stop()


@pytest.fixture
def rotating() -> Iterator[TokenServer]:
    """A token server that gives out a new refresh token each time."""
    made = TokenServer(rotates=True)
    yield made
    made.stop()


def grant(server: TokenServer, **changes: str) -> OauthSettings:
    """Return a person's grant at this server."""
    ordinary = OauthSettings(
        name="office",
        token_url=server.url,
        client_id="maild",
        client_secret="client-secret",
        refresh_token="refresh-0",
        scope="mail offline",
    )
    return replace(ordinary, **changes)


def keeper(server: TokenServer, folder: Path, clock: FixedClock | None = None, **changes: str) -> TokenKeeper:
    """Return the keeper of such a grant."""
    return TokenKeeper(grant(server, **changes), folder, clock or FixedClock(NOON))


# --- asking ------------------------------------------------------------------------------------------------


def test_a_token_is_asked_for_by_a_form_and_kept(server: TokenServer, tmp_path: Path) -> None:
    """RFC 6749 §6: one form; who asks again gets the same token without another."""
    tokens = keeper(server, tmp_path)
    assert [tokens.token(), tokens.token()] == ["access-1"] * 2
    assert server.forms == [
        {
            "grant_type": "refresh_token",
            "refresh_token": "refresh-0",
            "client_id": "maild",
            "client_secret": "client-secret",
            "scope": "mail offline",
        }
    ]


def test_without_a_refresh_token_the_grant_is_the_clients_own(server: TokenServer, tmp_path: Path) -> None:
    """RFC 6749 §4.4."""
    keeper(server, tmp_path, refresh_token="", scope="").token()
    assert server.forms == [
        {"grant_type": "client_credentials", "client_id": "maild", "client_secret": "client-secret"}
    ]


@pytest.mark.parametrize("lasts", [600, "600"])
def test_a_token_is_renewed_a_minute_before_it_ends(lasts: object, tmp_path: Path) -> None:
    """Not sooner, and not when it may end on its way; some servers write the number as text."""
    server = TokenServer(lasts=lasts)
    clock = FixedClock(NOON)
    tokens = keeper(server, tmp_path, clock)
    tokens.token()
    clock.advance(9 * MINUTE - SECOND)
    assert tokens.token() == "access-1"
    clock.advance(SECOND)
    assert tokens.token() == "access-2"
    server.stop()


@pytest.mark.parametrize("lasts", [None, "soon", -5, 1e99, [1]])
def test_a_token_of_unknown_length_lasts_an_hour(lasts: object, tmp_path: Path) -> None:
    """The field is only recommended (RFC 6749 §5.1)."""
    server = TokenServer(lasts=lasts)
    clock = FixedClock(NOON)
    tokens = keeper(server, tmp_path, clock)
    tokens.token()
    clock.advance(59 * MINUTE - SECOND)
    assert tokens.token() == "access-1"
    clock.advance(SECOND)
    assert tokens.token() == "access-2"
    server.stop()


def test_many_who_ask_at_once_make_one_renewal(server: TokenServer, tmp_path: Path) -> None:
    """Mailboxes and the courier wake up together."""
    tokens = keeper(server, tmp_path)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: tokens.token(), range(32))) == {"access-1"}
    assert len(server.forms) == 1


def test_a_refused_token_is_not_used_again(server: TokenServer, tmp_path: Path) -> None:
    """Whatever was said of how long it lasts."""
    tokens = keeper(server, tmp_path)
    tokens.token()
    tokens.refused()
    assert tokens.token() == "access-2"


def test_one_grant_has_one_keeper_in_a_process(server: TokenServer, tmp_path: Path) -> None:
    """A mailbox and the outgoing server may share it."""
    assert keeper_of(grant(server), tmp_path) is keeper_of(grant(server), tmp_path)
    assert keeper_of(grant(server), tmp_path) is not keeper_of(grant(server, name="other"), tmp_path)


# --- rotated refresh tokens ----------------------------------------------------------------------------------


def test_a_rotated_refresh_token_outlives_a_restart(rotating: TokenServer, tmp_path: Path) -> None:
    """It lies in the data folder, for our eyes only; the old one would be refused."""
    keeper(rotating, tmp_path).token()
    kept = tmp_path / "oauth-office"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert keeper(rotating, tmp_path).token() == "access-2"
    assert [form["refresh_token"] for form in rotating.forms] == ["refresh-0", "refresh-1"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["oauth-office", "oauth-office.lock"]


def test_processes_take_turns(rotating: TokenServer, tmp_path: Path) -> None:
    """Each renews with what the one before it was given: a refresh token that comes twice looks stolen."""
    keepers = [keeper(rotating, tmp_path) for _ in range(6)]
    with ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(lambda one: one.token(), keepers))) == 6


def test_a_new_refresh_token_in_the_config_counts(rotating: TokenServer, tmp_path: Path) -> None:
    """An admin who renews the consent is not overruled by what was kept for the old one."""
    keeper(rotating, tmp_path).token()
    rotating.refresh_token = "fresh"
    assert keeper(rotating, tmp_path, refresh_token="fresh").token() == "access-2"


def test_a_refresh_token_that_cannot_be_kept_is_said(rotating: TokenServer, tmp_path: Path) -> None:
    """The only one that is good now; this process goes on with it, and writes the next one down."""
    tokens, kept = keeper(rotating, tmp_path), tmp_path / "oauth-office"
    kept.mkdir()
    with pytest.raises(
        Unreachable, match=r"^oauth office: 127\.0\.0\.1: the new refresh token can't be kept in"
    ):
        tokens.token()
    kept.rmdir()
    assert tokens.token() == "access-2"
    assert kept.read_text().split()[1] == "refresh-2"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["oauth-office", "oauth-office.lock"]


def test_what_is_kept_may_be_nonsense(server: TokenServer, tmp_path: Path) -> None:
    """Then the config's counts."""
    (tmp_path / "oauth-office").write_bytes(b"\xff\xff")
    assert keeper(server, tmp_path).token() == "access-1"


# --- answers that help nobody --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (
            (400, {"error": "invalid_grant", "error_description": "revoked\r\n\x1b[2J"}),
            LoginRefused,
            r"answers 400: invalid_grant: revoked \[2J",
        ),
        ((401, {"error": "invalid_client"}), LoginRefused, "answers 401: invalid_client"),
        ((403, b"<html>"), LoginRefused, "answers 403"),
        ((503, b""), Unreachable, "answers 503"),
        ((302, {"access_token": "x"}), Unreachable, "answers 302"),
        ((200, b"<html>"), Unreachable, "answers 200"),
        ((200, [1]), Unreachable, "answers 200"),
        ((200, b"[" * 100_000), Unreachable, "answers 200"),
        ((200, b" " * 300_000), Unreachable, "answers 200"),
        ((200, {"token": "x"}), Unreachable, "holds no access token"),
        ((200, {"access_token": ""}), Unreachable, "holds no access token"),
        ((200, {"access_token": "a\x01b"}), Unreachable, "holds no access token"),
        ((200, {"access_token": ["x"]}), Unreachable, "holds no access token"),
    ],
)
def test_a_refusal_is_one_line_without_a_secret(
    server: TokenServer, tmp_path: Path, answer: tuple[int, object], kind: type[Exception], said: str
) -> None:
    """It names the grant and the server, and what a person can mend is told from what mends itself."""
    server.answers = [answer]
    with pytest.raises(Unreachable, match=rf"^oauth office: 127\.0\.0\.1: (its answer )?{said}$") as caught:
        keeper(server, tmp_path).token()
    assert type(caught.value) is kind
    assert str(caught.value).isprintable()
    assert not [secret for secret in SECRETS if secret in str(caught.value)]
    assert len(server.forms) == 1


def test_after_a_trouble_it_is_asked_again(server: TokenServer, tmp_path: Path) -> None:
    """The next who needs a token asks."""
    server.answers = [(503, b"")]
    tokens = keeper(server, tmp_path)
    with pytest.raises(Unreachable):
        tokens.token()
    assert tokens.token() == "access-2"


def test_a_token_server_that_is_away_is_unreachable(server: TokenServer, tmp_path: Path) -> None:
    """One line."""
    tokens = keeper(server, tmp_path)
    server.stop()
    with pytest.raises(Unreachable, match=r"^oauth office: 127\.0\.0\.1: connection refused$"):
        tokens.token()


# --- mail servers --------------------------------------------------------------------------------------------


@pytest.fixture
def imap(server: TokenServer) -> Iterator[PrivateDovecot]:
    """A Dovecot that takes access tokens of `server`."""
    require_dovecot()
    made = PrivateDovecot(introspection_url=server.introspection_url)
    try:
        yield made.start()
    finally:
        made.remove()


def mailbox(imap: PrivateDovecot, tokens: TokenKeeper) -> ImapMailbox:
    """Return the account at Dovecot, without a password."""
    settings = MailboxSettings(
        name="support",
        host="localhost",
        port=imap.tls_port,
        ca_file=str(imap.ca_file),
        user=USER,
        since="all",
    )
    return ImapMailbox(settings, Limits(), tokens)


def test_imap_takes_a_token(server: TokenServer, imap: PrivateDovecot, tmp_path: Path) -> None:
    """And a password all the same, from whoever has one."""
    uid = imap.append(RAW)
    box = mailbox(imap, keeper(server, tmp_path))
    box.open()
    assert box.uids(0) == [uid]
    box.close()


def test_imap_refuses_a_token_that_ended_and_takes_the_next(
    server: TokenServer, imap: PrivateDovecot, tmp_path: Path
) -> None:
    """One line; the connection that is opened after it asks for a new token."""
    box = mailbox(imap, keeper(server, tmp_path))
    box.open()
    server.good.clear()
    with pytest.raises(
        LoginRefused, match=r"^mailbox support: localhost refused user support: [^\n]+$"
    ) as caught:
        box.open()
    assert "access-1" not in str(caught.value)
    box.open()
    box.close()
    assert len(server.forms) == 2


def test_imap_that_takes_no_tokens_says_so(
    server: TokenServer, dovecot: PrivateDovecot, tmp_path: Path
) -> None:
    """And is sent none."""
    with pytest.raises(LoginRefused, match="it takes no access tokens"):
        mailbox(dovecot, keeper(server, tmp_path)).open()


def test_a_mailbox_says_why_it_has_no_token(
    server: TokenServer, imap: PrivateDovecot, tmp_path: Path
) -> None:
    """The line of the token server comes through as it is."""
    server.answers = [(400, {"error": "invalid_grant"})]
    with pytest.raises(LoginRefused, match=r"^oauth office: 127\.0\.0\.1: answers 400: invalid_grant$"):
        mailbox(imap, keeper(server, tmp_path)).open()


@pytest.fixture
def relay(certificates: Certificates) -> Iterator[SmtpSink]:
    """A relay that wants TLS and a login."""
    sink = SmtpSink(certificates.server_context()).start()
    yield sink
    sink.stop()


@pytest.fixture
def out(
    server: TokenServer, relay: SmtpSink, certificates: Certificates, tmp_path: Path
) -> Iterator[SmtpSender]:
    """The way out through the relay, without a password."""
    settings = OutgoingSettings(
        transport="smtp", host="localhost", port=relay.port, ca_file=str(certificates.ca_file), user=USER
    )
    made = SmtpSender(settings, "example.com", "support@example.com", keeper(server, tmp_path))
    yield made
    made.close()


def test_smtp_takes_a_token(relay: SmtpSink, out: SmtpSender) -> None:
    """The mail leaves, over a connection that logged in."""
    relay.good_tokens = {"access-1"}
    out.send(RAW, "", "jane@customer.example")
    assert len(relay.received) == 1


def test_smtp_refuses_a_token_and_takes_the_next(relay: SmtpSink, out: SmtpSender) -> None:
    """Deferred: no mail is given up for a token; the challenge that says why is answered, so that we stay in step."""
    relay.good_tokens = {"access-2"}
    with pytest.raises(SendDeferred, match=r"refused user support: 535") as caught:
        out.send(RAW, "", "jane@customer.example")
    assert re.search(r"access-\d", str(caught.value)) is None
    out.send(RAW, "", "jane@customer.example")
    assert len(relay.received) == 1


def test_a_mail_waits_while_there_is_no_token(server: TokenServer, relay: SmtpSink, out: SmtpSender) -> None:
    """The courier reads the token server's line in `maild outbox list`."""
    server.answers = [(503, b"")]
    with pytest.raises(SendDeferred, match=r"oauth office: 127\.0\.0\.1: answers 503"):
        out.send(RAW, "", "jane@customer.example")
    assert relay.received == []


def test_passwords_still_work_beside_tokens(imap: PrivateDovecot) -> None:
    """Another account may have one."""
    settings = MailboxSettings(
        name="support",
        host="localhost",
        port=imap.tls_port,
        ca_file=str(imap.ca_file),
        user=USER,
        password=PASSWORD,
        since="all",
    )
    box = ImapMailbox(settings, Limits())
    box.open()
    box.close()
