"""The door for mail that a mail server hands us: SMTP (RFC 5321) or LMTP (RFC 2033).

On loopback or a unix socket, behind a mail server: 250 says that the mail is committed, 451 that the server
has to keep it, whatever it was that failed here. The only module that knows aiosmtpd, which of itself answers
a failure with a 500 (the sender gets a bounce: mail lost) and with the exception's words.
"""

import asyncio
import contextlib
import re
import socket
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, AnyStr, TypeVar

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from maild.clock import Clock
from maild.config.listen import ListenSettings
from maild.core.limits import Limits
from maild.core.message import Delivery
from maild.errors import contain
from maild.log import logger
from maild.mail.endpoint import bind, leave

log = logger(__name__)

_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n)")
_RECEIVED = re.compile(rb"^received[ \t]*:", re.IGNORECASE | re.MULTILINE)
_HANDLERS = 4
# What is in hand when we are told to stop may take as long as a slow commit.
_GRACE_SECONDS = 30.0

_TAKEN = "250 2.0.0 taken"
_TROUBLE = "451 4.3.0 temporary trouble here, please try again later"
# What refuses a mail and not a command; aiosmtpd has 500 and 552 for a line and a mail that are too long.
_REFUSED = (b"452 4.5.3", b"500 Line", b"552 ", b"553 ", b"554 5.")
_CLOSING = b"421 4.3.2 closing down, please come back later\r\n"
_BUSY = b"421 4.3.2 too many connections, please come back later\r\n"

LimitsNow = Callable[[], Limits]
_T = TypeVar("_T")


class Listener:
    """Listens, and calls `handle` with each mail in one of a few threads; that it returned is what 250 says.

    `limits` gives those of the moment: of sizes for whoever connects, of recipients for each one named. A listener
    serves once: `start`, then `stop`.
    """

    def __init__(
        self, settings: ListenSettings, limits: LimitsNow, handle: Callable[[Delivery], None], clock: Clock
    ) -> None:
        self._settings = settings
        self._limits = limits
        self._intake = _Intake(settings.protocol, limits, handle, clock)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._port = settings.host_port[1] if settings.host_port else 0
        self._server: asyncio.Server | None = None
        self._sessions: set[_Session] = set()

    @property
    def address(self) -> str:
        """Where it listens: `host:port` with the port it got, or `unix:/path`."""
        host_port = self._settings.host_port
        if host_port is None:
            return self._settings.address
        host = f"[{host_port[0]}]" if ":" in host_port[0] else host_port[0]
        return f"{host}:{self.port}"

    @property
    def port(self) -> int:
        """The TCP port, once started the one it got; 0 for a unix socket."""
        return self._port

    def start(self) -> None:
        """Listen from now on; raise UserError where the address can't be listened on."""
        listening = bind(self._settings)
        if self._settings.host_port is not None:
            self._port = listening.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="listener", daemon=True)
        self._thread.start()
        self._server = _run(self._loop, self._serve(self._loop, listening))

    def stop(self) -> None:
        """Listen no longer: a mail that is being handled gets its answer, other clients are told 421."""
        if self._loop is None or self._thread is None or self._server is None:
            return
        _run(self._loop, self._leave(self._server))
        self._server = None
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._intake.pool.shutdown()
        leave(self._settings)

    async def _serve(self, loop: asyncio.AbstractEventLoop, listening: socket.socket) -> asyncio.Server:
        if listening.family == socket.AF_UNIX:
            return await loop.create_unix_server(self._session, sock=listening)
        return await loop.create_server(self._session, sock=listening)

    def _session(self) -> asyncio.Protocol:
        """Make what talks to a new client, or turns it away."""
        limits = self._limits()
        if len(self._sessions) >= limits.smtp_connections:
            return _Turned()
        kind = _LmtpSession if self._settings.protocol == "lmtp" else _Session
        session = kind(self._intake, limits, self._sessions.discard)
        self._sessions.add(session)
        return session

    async def _leave(self, server: asyncio.Server) -> None:
        server.close()
        self._intake.closing = True
        for session in tuple(self._sessions):
            session.dismiss()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE_SECONDS):
                await self._all_gone()
        for session in tuple(self._sessions):
            session.abort()
        await self._all_gone()

    async def _all_gone(self) -> None:
        while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(tasks)


class _Intake:
    """What we say to each command (the hooks are named by aiosmtpd); one object for all sessions."""

    def __init__(
        self, protocol: str, limits: LimitsNow, handle: Callable[[Delivery], None], clock: Clock
    ) -> None:
        self._protocol = protocol
        self._limits = limits
        self._handle = handle
        self._clock = clock
        self.pool = ThreadPoolExecutor(_HANDLERS, "intake")
        self.closing = False

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not _is_text(address):
            return "553 5.1.7 not an address"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 ok"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= self._limits().smtp_recipients:
            return "452 4.5.3 too many recipients"
        if not _is_text(address):
            return "553 5.1.3 not an address"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 ok"

    async def handle_DATA(  # noqa: N802
        self, server: "_Session", _session: Session, envelope: Envelope
    ) -> str:
        raw = envelope.original_content or b""
        refusal = self._refusal(raw)
        if refusal is not None:
            return refusal
        delivery = Delivery(
            raw=raw,
            received_at=self._clock.now(),
            source=self._protocol,
            # aiosmtpd gives the null sender with its brackets.
            mail_from="" if envelope.mail_from == "<>" else envelope.mail_from,
            recipients=tuple(envelope.rcpt_tos),
        )
        answer = _TROUBLE
        server.in_hand = True
        # Whatever failed, the sender keeps the mail, and learns nothing of our insides.
        with contain(lambda _: log.exception("mail not taken")):
            await asyncio.get_running_loop().run_in_executor(self.pool, self._handle, delivery)
            answer = _TAKEN
        server.in_hand = False
        return answer

    async def handle_exception(self, _error: Exception) -> str:
        """Answer a failure of aiosmtpd itself, which would else say 500 and show the exception."""
        log.exception("session failed")
        return _TROUBLE

    def _refusal(self, raw: bytes) -> str | None:
        """Return why this mail is refused for good, or None.

        Only CRLF.CRLF ends DATA in aiosmtpd, so we are behind the true end here and in step with the client.
        A bare CR or LF may have ended lines for a server before us, or do so for one after: what is one mail
        here would be two there (SMTP smuggling).
        """
        if _BARE.search(raw):
            return "554 5.6.0 a line ends in a bare CR or LF"
        # RFC 5321 §6.3: count the hops.
        if len(_RECEIVED.findall(raw.partition(b"\r\n\r\n")[0])) > self._limits().received_fields:
            return "554 5.4.6 too many Received fields: a mail loop"
        return None


class _Session(SMTP):
    """One client, speaking SMTP."""

    def __init__(
        self,
        intake: _Intake,
        limits: Limits,
        gone: Callable[["_Session"], None],
    ) -> None:
        # Above what aiosmtpd allows: its answer to a longer line is final, and such mail exists.
        self.line_length_limit = limits.line_bytes
        self._intake = intake
        self._gone = gone
        self.in_hand = False
        self._refused: tuple[Envelope | None, bytes] | None = None
        super().__init__(
            intake,
            data_size_limit=limits.message_bytes,
            enable_SMTPUTF8=True,
            hostname="localhost",
            ident="maild",
            loop=asyncio.get_running_loop(),
        )

    def dismiss(self) -> None:
        """Send the client away, unless a mail of it is being handled: `push` does it then."""
        transport = self.transport
        if isinstance(transport, asyncio.Transport) and not (self.in_hand or transport.is_closing()):
            transport.write(_CLOSING)
            transport.close()

    def abort(self) -> None:
        """Cut the connection."""
        if isinstance(self.transport, asyncio.Transport):
            self.transport.abort()

    async def push(self, status: AnyStr) -> None:
        """Send an answer."""
        self._note(_as_bytes(status).partition(b"\r\n")[0])
        await super().push(status)
        if self._intake.closing:
            self.dismiss()

    def _note(self, answer: bytes) -> None:
        """Log what refuses a mail, once however many recipients are told so."""
        refused = (self.envelope, answer)
        if answer.startswith(_REFUSED) and not (answer.startswith(b"452") and refused == self._refused):
            log.info("mail refused", peer=self._peer(), reason=answer.decode("utf-8", "replace"))
            self._refused = refused

    def _peer(self) -> str:
        """Return who is at the other end: `host:port`, or `unix` for a socket without names."""
        peer = self.transport.get_extra_info("peername") if self.transport else None
        return f"{peer[0]}:{peer[1]}" if isinstance(peer, tuple) else "unix"

    def connection_lost(self, error: Exception | None) -> None:
        """Make room for another client."""
        self._gone(self)
        super().connection_lost(error)


class _LmtpSession(_Session, LMTP):
    """One client, speaking LMTP: after the mail it gets one answer for each recipient (RFC 2033 §4.2).

    Also where aiosmtpd itself refuses the mail, for its size or its lines; its single answer would leave the
    client waiting for the rest.
    """

    _owed = 0

    async def push(self, status: AnyStr) -> None:
        """Send an answer, as often as it is owed."""
        answer = _as_bytes(status)
        owed, self._owed = self._owed or 1, 0
        await super().push(b"\r\n".join([answer] * owed))
        if answer.startswith(b"354") and self.envelope is not None:
            self._owed = len(self.envelope.rcpt_tos)


class _Turned(asyncio.Protocol):
    """One client too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say so, and close."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(_BUSY)
        transport.close()


def _run(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, _T]) -> _T:
    """Run `work` in the listener's thread, and return what it returns."""
    return asyncio.run_coroutine_threadsafe(work, loop).result()


def _is_text(address: str) -> bool:
    """Say whether an address can be kept: bytes that are no UTF-8 arrive as lone surrogates."""
    return address.isprintable()


def _as_bytes(status: str | bytes) -> bytes:
    return status.encode() if isinstance(status, str) else status
