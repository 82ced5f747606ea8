"""A relay for tests: a real aiosmtpd server with STARTTLS and AUTH that keeps what it is given."""

import asyncio
import base64
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "support", "correct horse battery staple"


@dataclass(frozen=True)
class Received:
    """A mail that the sink took: its bytes, its envelope ("" the null sender) and the parameters of MAIL."""

    mail_from: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    options: tuple[str, ...] = ()


class SmtpSink:
    """A relay on loopback; its attributes may be changed while it runs.

    `null_refused`: answer 550 to MAIL FROM:<>. `mail_answer`: what to answer to any MAIL. `rcpt_answers` and
    `data_answers`: what to answer for a recipient in place of 250. `cut_after`: for how many more mails to accept them
    and then drop the connection instead of saying so. `good_tokens`: access tokens that XOAUTH2 takes for USER.
    `deliver`: what is done with a mail before its sender is told that it was taken.
    """

    def __init__(
        self,
        tls_context: ssl.SSLContext | None = None,
        *,
        auth: bool = True,
        utf8: bool = True,
        port: int = 0,
    ) -> None:
        self.received: list[Received] = []
        self.connections = 0
        self.null_refused = False
        self.mail_answer: str | None = None
        self.rcpt_answers: dict[str, str] = {}
        self.data_answers: dict[str, str] = {}
        self.cut_after = 0
        self.good_tokens: set[str] = set()
        self.deliver: Callable[[Received], None] = lambda _: None
        self._came = threading.Condition()
        self._controller = _Controller(self, tls_context, auth=auth, utf8=utf8, port=port)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._controller.port

    def start(self) -> "SmtpSink":
        """Listen."""
        self._controller.start()
        # The controller tries its own door once.
        self.connections = 0
        return self

    def stop(self) -> None:
        """Stop listening and cut all connections."""
        self._controller.stop()

    def disconnect(self) -> None:
        """Cut all connections and go on listening."""
        self._controller.disconnect()

    def wait_for(
        self, wanted: int | Callable[[list[Received]], bool], seconds: float = 10.0
    ) -> list[Received]:
        """Wait until so many mails, or mails that satisfy a predicate, have come; return all, or fail."""
        arrived = wanted if callable(wanted) else lambda mails: len(mails) >= wanted
        with self._came:
            if not self._came.wait_for(lambda: arrived(self.received), seconds):
                raise AssertionError(f"after {seconds} s the sink has {self.received}")
            return list(self.received)

    def keep(self, mail: Received) -> None:
        """Take a mail."""
        self.deliver(mail)
        with self._came:
            self.received.append(mail)
            self._came.notify_all()


class _Controller(Controller):
    def __init__(
        self, sink: SmtpSink, tls_context: ssl.SSLContext | None, *, auth: bool, utf8: bool, port: int
    ) -> None:
        self._sink = sink
        self._open: set[_Session] = set()
        super().__init__(
            _Handler(sink),
            hostname="127.0.0.1",
            port=port,
            tls_context=tls_context,
            require_starttls=tls_context is not None,
            auth_required=auth,
            auth_require_tls=tls_context is not None,
            authenticator=_authenticate,
            enable_SMTPUTF8=utf8,
        )

    def factory(self) -> SMTP:
        """Count connections, and remember them for `disconnect`."""
        self._sink.connections += 1
        return _Session(self._open, self.handler, loop=self.loop, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        # With port 0 the real one is known only now.
        assert isinstance(self.server, asyncio.Server)
        self.port = int(self.server.sockets[0].getsockname()[1])
        super()._trigger_server()  # type: ignore[no-untyped-call]

    def disconnect(self) -> None:
        """Cut all connections, and return when they are."""
        asyncio.run_coroutine_threadsafe(self._cut(), self.loop).result()

    async def _cut(self) -> None:
        for session in tuple(self._open):
            session.cut()
        while self._open:
            await asyncio.sleep(0)


class _Session(SMTP):
    def __init__(self, open_: "set[_Session]", *args: Any, **kwargs: Any) -> None:
        self._open = open_
        super().__init__(*args, **kwargs)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the connection; after STARTTLS this is called again, with the transport inside it."""
        super().connection_made(transport)
        self._open.add(self)

    def connection_lost(self, error: Exception | None) -> None:
        """Forget the connection."""
        self._open.discard(self)
        super().connection_lost(error)

    def cut(self) -> None:
        """End the connection without a word."""
        assert isinstance(self.transport, asyncio.Transport)
        self.transport.abort()


class _Handler:
    def __init__(self, sink: SmtpSink) -> None:
        self._sink = sink

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:  # noqa: N802
        """Log in by an access token, and refuse one as the large services do: with a challenge that says why."""
        said = base64.b64decode(args[1]) if len(args) > 1 else b""
        good = {f"user={USER}\x01auth=Bearer {token}\x01\x01".encode() for token in self._sink.good_tokens}
        if said in good:
            return AuthResult(success=True, handled=False)
        await server.challenge_auth('{"status":"401","schemes":"bearer"}')
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == "<>" and self._sink.null_refused:
            return "550 5.7.1 no null senders here"
        if self._sink.mail_answer is not None:
            return self._sink.mail_answer
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self._sink.rcpt_answers:
            return self._sink.rcpt_answers[address]
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        for recipient in envelope.rcpt_tos:
            if recipient in self._sink.data_answers:
                return self._sink.data_answers[recipient]
        sender = "" if envelope.mail_from in (None, "<>") else str(envelope.mail_from)
        raw, options = envelope.original_content or b"", tuple(envelope.mail_options)
        self._sink.keep(Received(sender, tuple(envelope.rcpt_tos), raw, options))
        if self._sink.cut_after:
            self._sink.cut_after -= 1
            assert isinstance(server, _Session)
            server.cut()
        return "250 taken"


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (
        USER.encode(),
        PASSWORD.encode(),
    )
    # handled=False: aiosmtpd shall answer 535 itself.
    return AuthResult(success=right, handled=False)
