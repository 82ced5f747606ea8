"""Outgoing mail by SMTP submission (RFC 6409): over TLS, with AUTH, on one connection that is kept.

Permanent and temporary refusals are told apart, and whatever could be our own fault (no connection, TLS, a
wrong password, a sender address the relay doesn't like) is temporary: a mail is never given up for a mistake
in config.toml. smtplib's exceptions are all OSErrors, and are caught as such.
"""

import contextlib
import smtplib

from maild.config.outgoing import OutgoingSettings
from maild.errors import SendDeferred, SendError, SendRefused, SendUncertain, Unreachable
from maild.log import logger
from maild.mail.login import Tokens, log_in_smtp, log_in_smtp_by_token
from maild.mail.safe_to_send import check_safe_to_send
from maild.mail.tls import verified_context
from maild.mail.trouble import in_words, one_line

log = logger(__name__)
_AUTH_CODES = frozenset({530, 534, 535, 538})
_TOO_LARGE = 552
_ANSWER_SECONDS = 60.0
# RFC 5321 §4.5.3.2.6: who gives up sooner after the final dot sends the mail twice.
_DOT_SECONDS = 600.0


class SmtpSender:
    """A sender over one kept SMTP connection, opened when it is first needed and again when it is gone.

    `identity_domain` is the name we give in EHLO. `support_address` takes the place of the null sender at a
    relay that refuses `MAIL FROM:<>` (rule 1); that it does is remembered for as long as this object lives.
    """

    def __init__(
        self,
        settings: OutgoingSettings,
        identity_domain: str,
        support_address: str,
        tokens: Tokens | None = None,
    ) -> None:
        """Prepare; with `tokens` the account has no password."""
        self._settings = settings
        self._tokens = tokens
        self._identity_domain = identity_domain
        self._support_address = support_address
        self._client: smtplib.SMTP | None = None
        self._null_refused = False

    def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
        """Send the mail; return when the relay has accepted it, else raise SendRefused or SendDeferred."""
        check_safe_to_send(raw, mail_from, recipient)
        try:
            client = self._ready(raw, mail_from, recipient)
            self._to(client, recipient)
            self._copy(client)
            self._data(client, raw)
        except SendError:
            self._reset()
            raise
        except (OSError, UnicodeError) as error:
            self._drop()
            raise self._deferred(in_words(error)) from error

    def probe(self) -> None:
        """Connect and log in without sending anything; raise SendDeferred with what the relay says against it."""
        try:
            self._client = self._client or self._connect()
        except (OSError, UnicodeError) as error:
            raise self._deferred(in_words(error)) from error

    def close(self) -> None:
        """Take leave of the relay; never raises."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(OSError):
                client.quit()
            client.close()

    def _ready(self, raw: bytes, mail_from: str, recipient: str) -> smtplib.SMTP:
        """Return a connection that has taken MAIL FROM; a kept one that turns out dead is replaced, once.

        MAIL is itself the test of a kept connection: nothing of the mail has been sent before it, so that
        trying it again on a new one can't send anything twice.
        """
        if self._client is not None:
            try:
                return self._from(self._client, raw, mail_from, recipient)
            except OSError:
                self._drop()
        self._client = self._connect()
        return self._from(self._client, raw, mail_from, recipient)

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        context = None if settings.tls == "none" else verified_context(settings.ca_file)
        place = (settings.host, settings.port, self._identity_domain)
        if settings.tls == "implicit":
            client: smtplib.SMTP = smtplib.SMTP_SSL(*place, timeout=_ANSWER_SECONDS, context=context)
        else:
            client = smtplib.SMTP(*place, timeout=_ANSWER_SECONDS)
        with contextlib.ExitStack() as undo:
            undo.callback(client.close)
            if settings.tls == "starttls":
                client.starttls(context=context)
            client.ehlo_or_helo_if_needed()
            self._log_in(client)
            undo.pop_all()
        return client

    def _log_in(self, client: smtplib.SMTP) -> None:
        if not self._settings.user:
            return
        try:
            if self._tokens is None:
                log_in_smtp(client, self._settings.user, self._settings.password)
            else:
                log_in_smtp_by_token(client, self._settings.user, self._tokens.token())
        except Unreachable as error:
            raise self._deferred(str(error)) from error
        except smtplib.SMTPAuthenticationError as error:
            if self._tokens is not None:
                self._tokens.refused()
            answer = _answer(error.smtp_code, error.smtp_error)
            raise self._deferred(f"refused user {self._settings.user}: {answer}") from error

    def _from(self, client: smtplib.SMTP, raw: bytes, mail_from: str, recipient: str) -> smtplib.SMTP:
        sender = mail_from or (self._support_address if self._null_refused else "")
        code, answer = client.mail(sender, _options(client, raw, sender, recipient))
        if sender == "" and 500 <= code < 600:
            client.rset()
            code, answer = client.mail(
                self._support_address, _options(client, raw, self._support_address, recipient)
            )
            self._null_refused = code == 250
        if code == 421:
            raise smtplib.SMTPServerDisconnected(_answer(code, answer))
        if code == _TOO_LARGE:
            raise SendRefused(_answer(code, answer))
        if code != 250:
            # Our name, not the mail, is what a relay refuses here.
            raise self._deferred(f"takes no mail from <{sender}>: {_answer(code, answer)}")
        return client

    def _to(self, client: smtplib.SMTP, recipient: str) -> None:
        code, answer = client.rcpt(recipient)
        if code not in (250, 251):
            raise self._not_taken(code, answer)

    def _copy(self, client: smtplib.SMTP) -> None:
        """Name the recipient of the proof copy; where it is refused, the mail leaves without one."""
        if self._settings.proof_copy:
            code, answer = client.rcpt(self._settings.proof_copy)
            if code not in (250, 251):
                log.warning("proof copy refused", error=_answer(code, answer))

    def _data(self, client: smtplib.SMTP, raw: bytes) -> None:
        try:
            code, answer = _in_time(client, _DOT_SECONDS, raw)
        except smtplib.SMTPDataError as error:
            raise self._not_taken(error.smtp_code, error.smtp_error) from error
        except OSError as error:
            self._drop()
            line = f"the connection broke in the mail, which may have arrived: {in_words(error)}"
            raise SendUncertain(str(self._deferred(line))) from error
        if code != 250:
            raise self._not_taken(code, answer)

    def _not_taken(self, code: int, answer: bytes | str) -> SendError:
        if 500 <= code < 600 and code not in _AUTH_CODES:
            return SendRefused(_answer(code, answer))
        return self._deferred(_answer(code, answer))

    def _deferred(self, what: str) -> SendDeferred:
        return SendDeferred(f"outgoing mail: {self._settings.host}:{self._settings.port}: {what}")

    def _reset(self) -> None:
        """End a refused transaction, so that the connection serves the next mail."""
        if self._client is not None:
            try:
                in_step = self._client.rset()[0] == 250
            except OSError:
                in_step = False
            if not in_step:
                self._drop()

    def _drop(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            client.close()


def _in_time(client: smtplib.SMTP, seconds: float, raw: bytes) -> tuple[int, bytes]:
    """Send the mail, and be so patient with its end; whatever that is, with what comes then we are not."""
    if client.sock is not None:
        client.sock.settimeout(seconds)
    try:
        return client.data(raw)
    finally:
        if client.sock is not None:
            client.sock.settimeout(_ANSWER_SECONDS)


def _answer(code: int, answer: bytes | str) -> str:
    return f"{code} {one_line(answer)}"


def _options(client: smtplib.SMTP, raw: bytes, mail_from: str, recipient: str) -> list[str]:
    """Return the parameters of MAIL: SIZE (RFC 1870), and where needed 8BITMIME and SMTPUTF8 (RFC 6531)."""
    options = [f"SIZE={len(raw)}"] if client.has_extn("size") else []
    if not (mail_from + recipient).isascii():
        if not client.has_extn("smtputf8"):
            raise SendRefused("the relay takes no addresses beyond ASCII (SMTPUTF8)")
        options += ["SMTPUTF8", "BODY=8BITMIME"]
    elif not raw.isascii() and client.has_extn("8bitmime"):
        options.append("BODY=8BITMIME")
    return options
