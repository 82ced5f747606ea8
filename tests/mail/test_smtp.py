"""What only a relay can do to us: refuse, defer, cut, forget, and lack what we need."""

import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from maild.config.outgoing import OutgoingSettings
from maild.errors import SendDeferred, SendRefused, SendUncertain
from maild.mail.smtp import SmtpSender
from tests.parts.certificates import Certificates
from tests.parts.proxy import Proxy
from tests.parts.sink import PASSWORD, USER, SmtpSink

SUPPORT, ANNA = "support@example.com", "anna@example.net"
MAIL = b"Message-ID: <maild.1@example.com>\r\n\r\nhello\r\n"

MakeSender = Callable[..., SmtpSender]


@pytest.fixture
def sink(certificates: Certificates) -> Iterator[SmtpSink]:
    """A relay with STARTTLS and AUTH."""
    server = SmtpSink(certificates.server_context()).start()
    yield server
    server.stop()


@pytest.fixture
def plain_sink() -> Iterator[SmtpSink]:
    """A relay without either."""
    server = SmtpSink(auth=False).start()
    yield server
    server.stop()


@pytest.fixture
def make_sender(sink: SmtpSink, certificates: Certificates) -> Iterator[MakeSender]:
    """Make a sender that fits the relay, but for these settings."""
    made: list[SmtpSender] = []

    def make(**changes: Any) -> SmtpSender:
        keys: dict[str, Any] = {
            "transport": "smtp",
            "host": "localhost",
            "port": sink.port,
            "ca_file": str(certificates.ca_file),
            "user": USER,
            "password": PASSWORD,
        }
        made.append(SmtpSender(OutgoingSettings(**{**keys, **changes}), "example.com", SUPPORT))
        return made[-1]

    yield make
    for sender in made:
        sender.close()


def test_one_connection_serves_many_mails(sink: SmtpSink, make_sender: MakeSender) -> None:
    """TLS and AUTH are paid for once; also after refusals of every kind."""
    sender = make_sender()
    sink.rcpt_answers["nobody@example.net"] = "550 5.1.1 no such user"
    sink.data_answers["full@example.net"] = "452 4.2.2 mailbox full"
    for number in range(5):
        sender.send(MAIL, "", f"r{number}@example.net")
        with pytest.raises(SendRefused):
            sender.send(MAIL, "", "nobody@example.net")
        with pytest.raises(SendDeferred):
            sender.send(MAIL, "", "full@example.net")
    assert len(sink.wait_for(5)) == 5
    assert sink.connections == 1


def test_a_connection_that_was_cut_is_replaced_unseen(sink: SmtpSink, make_sender: MakeSender) -> None:
    """Relays hang up on the idle; the next mail goes over a new connection."""
    sender = make_sender()
    sender.send(MAIL, "", ANNA)
    sink.disconnect()
    sender.send(MAIL, "", ANNA)
    assert len(sink.received) == 2
    assert sink.connections == 2


@pytest.mark.parametrize("stage", ["rcpt_answers", "data_answers"])
def test_5xx_refuses_and_4xx_defers(sink: SmtpSink, make_sender: MakeSender, stage: str) -> None:
    """With the relay's code and words, whether it says so at RCPT or after the mail."""
    sender = make_sender()
    getattr(sink, stage)[ANNA] = "550 5.1.1 no such user"
    with pytest.raises(SendRefused, match=r"^550 5\.1\.1 no such user$"):
        sender.send(MAIL, SUPPORT, ANNA)
    getattr(sink, stage)[ANNA] = "450 4.2.0 greylisted"
    with pytest.raises(SendDeferred, match=r"^outgoing mail: localhost:\d+: 450 4\.2\.0 greylisted$"):
        sender.send(MAIL, SUPPORT, ANNA)
    del getattr(sink, stage)[ANNA]
    sender.send(MAIL, SUPPORT, ANNA)
    assert len(sink.received) == 1


@pytest.mark.parametrize("answer", ["530 5.7.0 authenticate first", "535 5.7.8 no longer valid"])
def test_a_relay_that_wants_a_login_only_defers(sink: SmtpSink, make_sender: MakeSender, answer: str) -> None:
    """Our configuration is wrong then, not the mail."""
    sink.rcpt_answers[ANNA] = answer
    with pytest.raises(SendDeferred, match=answer[:3]):
        make_sender().send(MAIL, SUPPORT, ANNA)


def test_after_the_end_of_a_mail_a_relay_is_waited_for_no_longer_than_before_it(
    sink: SmtpSink, make_sender: MakeSender
) -> None:
    """Ten minutes are for the end alone, also where that was a refusal: a lease lasts half an hour."""
    sender = make_sender()
    sink.data_answers[ANNA] = "550 5.7.1 no"
    with pytest.raises(SendRefused):
        sender.send(MAIL, "", ANNA)
    kept = sender._client
    assert kept is not None
    assert kept.sock is not None
    assert kept.sock.gettimeout() == 60


def test_a_refused_login_defers_and_names_the_user(make_sender: MakeSender) -> None:
    """No mail is lost for a wrong password, and the password is not in the text."""
    sender = make_sender(password="wrong-one")
    with pytest.raises(
        SendDeferred, match=rf"^outgoing mail: localhost:\d+: refused user {USER}: 535 "
    ) as caught:
        sender.send(MAIL, "", ANNA)
    assert "wrong-one" not in str(caught.value)


def test_a_certificate_that_nobody_vouches_for_is_refused(sink: SmtpSink, make_sender: MakeSender) -> None:
    """Neither password nor mail goes over such a connection."""
    with pytest.raises(SendDeferred, match="its certificate is not trusted"):
        make_sender(ca_file="").send(MAIL, "", ANNA)
    assert sink.received == []


def test_a_relay_without_starttls_gets_nothing(plain_sink: SmtpSink, make_sender: MakeSender) -> None:
    """There is no falling back to plain text."""
    with pytest.raises(SendDeferred, match="STARTTLS"):
        make_sender(port=plain_sink.port).send(MAIL, "", ANNA)
    assert plain_sink.received == []


def test_implicit_tls_is_verified_too(
    sink: SmtpSink, certificates: Certificates, make_sender: MakeSender
) -> None:
    """Port 465: the handshake comes first, and a server that speaks no TLS is one line."""
    with TlsFront(sink, certificates) as front:
        sender = make_sender(port=front.port, tls="implicit")
        with pytest.raises(SendDeferred, match=r"530 5\.7\.0 not today"):
            sender.send(MAIL, "", ANNA)
        with pytest.raises(SendDeferred, match="its certificate is not trusted"):
            make_sender(port=front.port, tls="implicit", ca_file="").send(MAIL, "", ANNA)
    with pytest.raises(SendDeferred, match="TLS failed"):
        make_sender(tls="implicit").send(MAIL, "", ANNA)


def test_no_relay_at_all_defers(make_sender: MakeSender) -> None:
    """One line with the address."""
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    with pytest.raises(SendDeferred, match=rf"^outgoing mail: localhost:{port}: connection refused$"):
        make_sender(port=port).send(MAIL, "", ANNA)


def test_a_relay_that_refuses_null_senders_gets_ours_and_that_is_remembered(
    sink: SmtpSink, make_sender: MakeSender
) -> None:
    """Rule 1: once refused, the support address takes its place for all mail."""
    sink.null_refused = True
    sender = make_sender()
    for _ in range(3):
        sender.send(MAIL, "", ANNA)
    assert [mail.mail_from for mail in sink.received] == [SUPPORT] * 3
    # It would take null senders again: that the second mail didn't try shows that it is remembered.
    sink.null_refused = False
    sender.send(MAIL, "", ANNA)
    assert sink.received[-1].mail_from == SUPPORT
    assert sink.connections == 1


def test_a_relay_that_takes_null_senders_gets_them(sink: SmtpSink, make_sender: MakeSender) -> None:
    """The support address is no habit."""
    make_sender().send(MAIL, "", ANNA)
    assert [mail.mail_from for mail in sink.received] == [""]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("550 5.7.1 sender not allowed", SendDeferred),
        ("451 4.3.0 later", SendDeferred),
        ("421 4.3.2 closing", SendDeferred),
        ("552 5.3.4 too large", SendRefused),
    ],
)
@pytest.mark.parametrize("mail_from", ["", SUPPORT])
def test_a_refused_sender_is_our_mistake_and_a_large_mail_is_not(
    sink: SmtpSink, make_sender: MakeSender, answer: str, error: type[Exception], mail_from: str
) -> None:
    """At MAIL FROM a relay judges our address and the size."""
    sink.mail_answer = answer
    sender = make_sender()
    with pytest.raises(error, match=answer[:3]):
        sender.send(MAIL, mail_from, ANNA)
    sink.mail_answer = None
    sender.send(MAIL, mail_from, ANNA)
    assert [mail.mail_from for mail in sink.received] == [mail_from]


def test_a_connection_cut_after_the_mail_says_that_it_may_have_arrived(
    sink: SmtpSink, make_sender: MakeSender
) -> None:
    """Nobody can know: the mail is tried again, with the same Message-ID."""
    sink.cut_after = 1
    sender = make_sender()
    with pytest.raises(SendDeferred, match="may have arrived"):
        sender.send(MAIL, "", ANNA)
    sender.send(MAIL, "", ANNA)
    assert [mail.raw for mail in sink.wait_for(2)] == [MAIL, MAIL]


def test_a_relay_that_goes_and_comes_back(plain_sink: SmtpSink, make_sender: MakeSender) -> None:
    """While it is gone mails are deferred; afterwards they leave again."""
    proxy = Proxy(plain_sink.port)
    sender = make_sender(host="127.0.0.1", port=proxy.port, tls="none", user="", password="")
    sender.send(MAIL, "", ANNA)
    proxy.cut(refuse=True)
    with pytest.raises(SendDeferred):
        sender.send(MAIL, "", ANNA)
    proxy.resume()
    sender.send(MAIL, "", ANNA)
    assert len(plain_sink.received) == 2
    sender.close()
    proxy.stop()


def test_a_cut_before_the_mail_is_tried_again_at_once(plain_sink: SmtpSink, make_sender: MakeSender) -> None:
    """A kept connection that breaks at MAIL has carried nothing of the mail: it goes over a new one."""
    proxy = Proxy(plain_sink.port)
    sender = make_sender(host="127.0.0.1", port=proxy.port, tls="none", user="", password="")
    sender.send(MAIL, "", ANNA)
    held = proxy.hold_on(b"mail FROM:<>")

    def cut_when_held() -> None:
        held.wait(20)
        proxy.cut()

    cutting = threading.Thread(target=cut_when_held)
    cutting.start()
    sender.send(MAIL, "", ANNA)
    cutting.join()
    assert len(plain_sink.received) == 2
    sender.close()
    proxy.stop()


def test_smtputf8_is_asked_for_only_where_an_address_needs_it(
    sink: SmtpSink, make_sender: MakeSender
) -> None:
    """A relay without it must still take our ordinary mail."""
    sender = make_sender()
    sender.send(MAIL, SUPPORT, ANNA)
    sender.send(MAIL + "grüße\r\n".encode(), SUPPORT, ANNA)
    sender.send(MAIL, SUPPORT, "jörg@example.net")
    sender.send(MAIL, SUPPORT, ANNA)
    asked = [("SMTPUTF8" in mail.options, "BODY=8BITMIME" in mail.options) for mail in sink.received]
    assert asked == [(False, False), (False, True), (True, True), (False, False)]
    assert all(f"SIZE={len(mail.raw)}" in mail.options for mail in sink.received)


def test_a_relay_without_smtputf8_refuses_such_an_address_for_good(make_sender: MakeSender) -> None:
    """RFC 6531 §3.1: such mail must not be sent to it."""
    old = SmtpSink(auth=False, utf8=False).start()
    sender = make_sender(port=old.port, tls="none", user="", password="")
    with pytest.raises(SendRefused, match="SMTPUTF8"):
        sender.send(MAIL, SUPPORT, "jörg@example.net")
    sender.send(MAIL, SUPPORT, ANNA)
    assert [mail.recipients for mail in old.received] == [(ANNA,)]
    sender.close()
    old.stop()


class TlsFront:
    """Speaks TLS from the first byte, and passes everything on to a relay."""

    def __init__(self, sink: SmtpSink, certificates: Certificates) -> None:
        self._sink = sink
        self._context = certificates.server_context()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> "TlsFront":
        """Listen."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Listen no longer."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            try:
                with client, self._context.wrap_socket(client, server_side=True) as inside:
                    inside.sendall(b"220 front\r\n")
                    while inside.recv(4096):
                        inside.sendall(b"530 5.7.0 not today\r\n")
            except OSError:
                continue


# Proof copies

PROOFS = "proofs@example.com"


def test_a_proof_copy_goes_along_in_the_same_transaction(sink: SmtpSink, make_sender: MakeSender) -> None:
    """One DATA, one answer for both recipients; and no header that names the second."""
    make_sender(proof_copy=PROOFS).send(MAIL, SUPPORT, ANNA)
    assert [mail.recipients for mail in sink.received] == [(ANNA, PROOFS)]
    assert PROOFS.encode() not in sink.received[0].raw


def test_a_refused_proof_copy_stops_no_mail(
    sink: SmtpSink, make_sender: MakeSender, caplog: pytest.LogCaptureFixture
) -> None:
    """It leaves without, and the log says so."""
    sink.rcpt_answers[PROOFS] = "550 5.1.1 no such user"
    make_sender(proof_copy=PROOFS).send(MAIL, SUPPORT, ANNA)
    assert [mail.recipients for mail in sink.received] == [(ANNA,)]
    assert "proof copy refused" in caplog.text


def test_where_the_recipient_is_refused_no_proof_copy_is_sent(
    sink: SmtpSink, make_sender: MakeSender
) -> None:
    """It would prove what is not so."""
    sink.rcpt_answers[ANNA] = "550 5.1.1 no such user"
    with pytest.raises(SendRefused):
        make_sender(proof_copy=PROOFS).send(MAIL, SUPPORT, ANNA)
    assert sink.received == []


def test_only_an_answer_that_never_came_is_a_doubt(sink: SmtpSink, make_sender: MakeSender) -> None:
    """After the mail; what was refused, or never begun, surely did not arrive."""
    sender = make_sender(proof_copy=PROOFS)
    sink.cut_after = 1
    with pytest.raises(SendUncertain):
        sender.send(MAIL, SUPPORT, ANNA)
    sink.data_answers[ANNA] = "451 4.3.0 disk full"
    with pytest.raises(SendDeferred) as caught:
        sender.send(MAIL, SUPPORT, ANNA)
    assert not isinstance(caught.value, SendUncertain)
