"""The door, spoken to byte by byte: 250 means committed, 451 keep it, and nothing gets a session out of step."""

import io
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maild.config.listen import ListenSettings
from maild.core.limits import Limits
from maild.core.message import Delivery
from maild.errors import UserError
from maild.log import set_up_logging
from maild.mail.lmtp import Listener
from maild.testing import FixedClock

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MAIL = b"Subject: hello\r\n\r\nhello\r\n"
SECRET = "db password is hunter2"


class Wire:
    """A client that says exactly what it is told to, and reads replies line by line."""

    def __init__(self, listener: Listener) -> None:
        if listener.address.startswith("unix:"):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(listener.address.removeprefix("unix:"))
        else:
            self.socket = socket.create_connection(("127.0.0.1", listener.port))
        self.socket.settimeout(20)
        self.lines = self.socket.makefile("rb")

    def reply(self) -> str:
        """Read one reply, the last line of it."""
        while True:
            line = self.lines.readline().decode().rstrip("\r\n")
            if line[3:4] != "-":
                return line

    def say(self, line: str) -> str:
        """Send a command and return its reply."""
        self.socket.sendall(line.encode("utf-8", "surrogateescape") + b"\r\n")
        return self.reply()

    def greet(self, word: str = "EHLO") -> "Wire":
        """Go through the greeting."""
        assert self.reply().startswith("220 ")
        assert self.say(f"{word} client.example.com").startswith("250 ")
        return self

    def begin(self, *recipients: str, mail_from: str = "anna@example.com") -> "Wire":
        """Start a transaction up to DATA."""
        assert self.say(f"MAIL FROM:<{mail_from}>").startswith("250 ")
        for recipient in recipients or ("support@example.com",):
            assert self.say(f"RCPT TO:<{recipient}>").startswith("250 ")
        assert self.say("DATA").startswith("354 ")
        return self

    def data(self, raw: bytes) -> str:
        """Send these bytes, and then the end of DATA; return the reply."""
        self.socket.sendall(raw + b".\r\n")
        return self.reply()

    def at_end(self) -> bool:
        """Say whether the server has closed the connection and said nothing more."""
        return self.lines.readline() == b""

    def close(self) -> None:
        """Hang up."""
        self.lines.close()
        self.socket.close()


class Door:
    """A listener with what it handed over; `handle` may be replaced."""

    def __init__(self, address: str, protocol: Any, limits: Limits) -> None:
        self.taken: list[Delivery] = []
        self.handle: Callable[[Delivery], object] = self.taken.append
        settings = ListenSettings(protocol=protocol, address=address)
        self.limits = limits
        self.listener = Listener(settings, lambda: self.limits, self._take, FixedClock(NOON))
        self._wires: list[Wire] = []
        self.listener.start()

    def _take(self, delivery: Delivery) -> None:
        self.handle(delivery)

    def wire(self) -> Wire:
        """Connect."""
        self._wires.append(Wire(self.listener))
        return self._wires[-1]

    def stop(self) -> None:
        """Hang up and stop."""
        for wire in self._wires:
            wire.close()
        self.listener.stop()


OpenDoor = Callable[..., Door]


@pytest.fixture
def open_door() -> Iterator[OpenDoor]:
    """Open doors on loopback, on any port, and close them at the end."""
    doors: list[Door] = []

    def make(protocol: str = "smtp", address: str = "127.0.0.1:0", **limits: Any) -> Door:
        doors.append(Door(address, protocol, Limits(**limits)))
        return doors[-1]

    yield make
    for door in doors:
        door.stop()


# What is handed over


def test_a_mail_is_handed_over_with_its_envelope(open_door: OpenDoor) -> None:
    """Bytes as sent with the dots undone, the envelope, and the time of our clock."""
    door = open_door()
    wire = door.wire().greet().begin("support@example.com", "sales@example.com")
    assert wire.data(b"Subject: dots\r\n\r\n..one\r\n...\r\n\xff\r\n") == "250 2.0.0 taken"
    (delivery,) = door.taken
    assert delivery == Delivery(
        raw=b"Subject: dots\r\n\r\n.one\r\n..\r\n\xff\r\n",
        received_at=NOON,
        source="smtp",
        mail_from="anna@example.com",
        recipients=("support@example.com", "sales@example.com"),
    )


def test_the_null_sender_is_empty(open_door: OpenDoor) -> None:
    """Bounces have no sender; "" tells them from mail that had no envelope."""
    door = open_door()
    door.wire().greet().begin(mail_from="").data(MAIL)
    assert [each.mail_from for each in door.taken] == [""]


def test_one_connection_brings_many_mails(open_door: OpenDoor) -> None:
    """Also after RSET and after a refused mail."""
    door = open_door()
    wire = door.wire().greet()
    for number in range(5):
        assert wire.begin().data(b"%d\r\n" % number).startswith("250 ")
    assert wire.say("MAIL FROM:<x@example.com>").startswith("250 ")
    assert wire.say("RSET").startswith("250 ")
    assert wire.begin().data(MAIL).startswith("250 ")
    assert wire.say("QUIT").startswith("221 ")
    assert [each.raw for each in door.taken] == [b"%d\r\n" % number for number in range(5)] + [MAIL]


def test_what_it_offers(open_door: OpenDoor) -> None:
    """UTF-8 and 8-bit mail and a size; never AUTH, for there is nobody to log in."""
    wire = open_door(message_bytes=1000).wire()
    wire.reply()
    wire.socket.sendall(b"EHLO client\r\n")
    offers: list[bytes] = []
    while not offers or offers[-1][3:4] == b"-":
        offers.append(wire.lines.readline().rstrip())
    words = {line[4:] for line in offers}
    assert {b"SIZE 1000", b"8BITMIME", b"SMTPUTF8"} <= words
    assert not any(b"AUTH" in word for word in words)
    assert not wire.say("AUTH PLAIN AGEAYg==").startswith(("2", "3"))


def test_addresses_in_utf8_arrive(open_door: OpenDoor) -> None:
    """SMTPUTF8 (RFC 6531)."""
    door = open_door()
    wire = door.wire().greet()
    assert wire.say("MAIL FROM:<jörg@exämple.de> SMTPUTF8").startswith("250 ")
    assert wire.say("RCPT TO:<prüfung@example.com>").startswith("250 ")
    wire.say("DATA")
    wire.data(MAIL)
    assert door.taken[0].mail_from == "jörg@exämple.de"
    assert door.taken[0].recipients == ("prüfung@example.com",)


def test_addresses_that_are_no_text_are_refused(open_door: OpenDoor) -> None:
    """No database takes a lone surrogate: such mail would be deferred for ever."""
    wire = open_door().wire().greet()
    assert wire.say("MAIL FROM:<\udcff@example.com>").startswith("553 5.1.7")
    assert wire.say("MAIL FROM:<anna@example.com>").startswith("250 ")
    assert wire.say("RCPT TO:<\udcff@example.com>").startswith("553 5.1.3")
    assert wire.say("RCPT TO:<support@example.com>").startswith("250 ")


# Trouble of ours


def test_any_failure_of_ours_leaves_the_mail_with_its_sender(open_door: OpenDoor) -> None:
    """451, nothing of the exception, and the next mail is taken."""
    door = open_door()

    def fail(_: Delivery) -> None:
        raise RuntimeError(SECRET)

    door.handle = fail
    wire = door.wire().greet().begin()
    reply = wire.data(MAIL)
    assert re.match(r"451 4\.3\.0 [a-z, ]+$", reply)
    assert SECRET not in reply
    door.handle = door.taken.append
    assert wire.begin().data(MAIL).startswith("250 ")


def test_250_comes_only_after_the_handler_returned(open_door: OpenDoor) -> None:
    """As long as it commits there is no answer; others are served meanwhile."""
    door = open_door()
    entered, release = threading.Event(), threading.Event()

    def commit_slowly(delivery: Delivery) -> None:
        if delivery.raw == b"slow\r\n":
            entered.set()
            assert release.wait(20)
        door.taken.append(delivery)

    door.handle = commit_slowly
    slow, quick = door.wire().greet().begin(), door.wire().greet().begin()
    slow.socket.sendall(b"slow\r\n.\r\n")
    assert entered.wait(20)
    assert quick.data(b"quick\r\n").startswith("250 ")
    slow.socket.settimeout(0.1)
    with pytest.raises(TimeoutError):
        slow.socket.recv(1)
    slow.socket.settimeout(20)
    release.set()
    assert slow.socket.recv(100).startswith(b"250 ")
    assert [each.raw for each in door.taken] == [b"quick\r\n", b"slow\r\n"]


def test_the_handler_does_not_run_in_the_listener_s_thread(open_door: OpenDoor) -> None:
    """One slow commit must not stall every session."""
    door = open_door()
    names: list[str] = []
    door.handle = lambda _: names.append(threading.current_thread().name)
    door.wire().greet().begin().data(MAIL)
    assert [name.split("_")[0] for name in names] == ["intake"]


# Limits


def test_a_mail_that_is_too_large_is_refused_at_mail_and_after_data(open_door: OpenDoor) -> None:
    """Announced or not; the session goes on."""
    door = open_door(message_bytes=1000)
    wire = door.wire().greet()
    assert wire.say("MAIL FROM:<anna@example.com> SIZE=1001").startswith("552 ")
    assert wire.begin().data(b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 20).startswith("552 ")
    assert wire.begin().data(MAIL).startswith("250 ")
    assert [each.raw for each in door.taken] == [MAIL]


def test_too_many_recipients_are_told_to_come_again(open_door: OpenDoor) -> None:
    """452 (RFC 5321 §4.5.3.1.10): the client sends the rest in another transaction."""
    door = open_door(smtp_recipients=3)
    wire = door.wire().greet()
    wire.say("MAIL FROM:<anna@example.com>")
    replies = [wire.say(f"RCPT TO:<r{number}@example.com>")[:9] for number in range(5)]
    assert replies == ["250 2.1.5"] * 3 + ["452 4.5.3"] * 2
    wire.say("DATA")
    assert wire.data(MAIL).startswith("250 ")
    assert len(door.taken[0].recipients) == 3


def test_a_connection_too_many_is_told_421(open_door: OpenDoor) -> None:
    """And there is room again when another one has gone."""
    door = open_door(smtp_connections=2)
    first, _second = door.wire().greet(), door.wire().greet()
    third = door.wire()
    assert third.reply().startswith("421 4.3.2 ")
    assert third.at_end()
    first.say("QUIT")
    assert first.at_end()
    assert door.wire().greet().begin().data(MAIL).startswith("250 ")


def test_long_lines_are_taken_up_to_the_limit(open_door: OpenDoor) -> None:
    """Lines far above the 998 of the standard exist; above our limit the answer is final."""
    door = open_door(line_bytes=100_000)
    wire = door.wire().greet()
    assert wire.begin().data(b"x" * 90_000 + b"\r\n").startswith("250 ")
    assert wire.begin().data(b"x" * 300_000 + b"\r\n").startswith("500 ")
    assert wire.begin().data(MAIL).startswith("250 ")
    assert [len(each.raw) for each in door.taken] == [90_002, len(MAIL)]


def test_a_mail_that_went_in_circles_is_refused(open_door: OpenDoor) -> None:
    """RFC 5321 §6.3: each server adds a Received field. Those in the body are no hops."""
    door = open_door(received_fields=10)
    wire = door.wire().greet()
    hop = b"Received: from a by b\r\n\tfor c\r\n"
    assert wire.begin().data(hop * 11 + MAIL).startswith("554 5.4.6 ")
    assert wire.begin().data(hop * 10 + MAIL + hop * 50).startswith("250 ")
    assert wire.begin().data(b"received :x\r\n" * 11 + MAIL).startswith("554 5.4.6 ")


# Smuggling


@pytest.mark.parametrize(
    "ending",
    [
        b"\n.\n",
        b"\r.\r",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r\n.\r",
        b"\r.\r\n",
        b"\r\r\n.\r\r\n",
        b"\n\r\n.\n\r\n",
        b"\n",
    ],
)
@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_what_looks_like_the_end_of_data_is_refused_at_its_true_end(
    open_door: OpenDoor, ending: bytes, protocol: str
) -> None:
    """The smuggled commands are text of the refused mail, not commands, and the session stays in step."""
    door = open_door(protocol)
    wire = door.wire().greet("LHLO" if protocol == "lmtp" else "EHLO").begin()
    inner = b"MAIL FROM:<boss@example.com>\r\nRCPT TO:<x@example.com>\r\nDATA\r\nSubject: smuggled\r\n\r\n"
    assert wire.data(MAIL + b"text" + ending + inner).startswith("554 5.6.0 ")
    assert wire.begin().data(MAIL).startswith("250 ")
    assert [each.raw for each in door.taken] == [MAIL]


def test_the_true_end_may_come_in_pieces(open_door: OpenDoor) -> None:
    """TCP cuts where it likes."""
    door = open_door()
    wire = door.wire().greet().begin()
    wire.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for byte in MAIL + b".\r\n":
        wire.socket.sendall(bytes([byte]))
    assert wire.reply().startswith("250 ")
    assert [each.raw for each in door.taken] == [MAIL]


# LMTP


def test_lmtp_answers_once_for_each_recipient(open_door: OpenDoor) -> None:
    """RFC 2033 §4.2; the mail is handed over once."""
    door = open_door("lmtp")
    wire = door.wire().greet("LHLO").begin("a@example.com", "b@example.com", "a@example.com")
    assert [wire.data(MAIL), wire.reply(), wire.reply()] == ["250 2.0.0 taken"] * 3
    assert wire.say("NOOP") == "250 OK"
    assert wire.say("QUIT").startswith("221 ")
    assert wire.at_end()
    assert [each.source for each in door.taken] == ["lmtp"]


@pytest.mark.parametrize(
    ("raw", "answer"),
    [(b"bare\n\r\n", "554 5.6.0 "), (b"x" * 2000 + b"\r\n", "500 "), ((b"y" * 70 + b"\r\n") * 100, "552 ")],
)
def test_lmtp_refuses_once_for_each_recipient(open_door: OpenDoor, raw: bytes, answer: str) -> None:
    """Also where the library refuses: a client counts the answers."""
    wire = open_door("lmtp", message_bytes=5000, line_bytes=1001).wire().greet("LHLO")
    wire.begin("a@example.com", "b@example.com")
    assert [each[: len(answer)] for each in (wire.data(raw), wire.reply())] == [answer] * 2
    assert wire.say("NOOP") == "250 OK"


def refused(stream: io.StringIO) -> list[str]:
    """Return the reason of each line that says that a mail was refused."""
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    lines = [event for event in events if event["event"] == "mail refused"]
    assert all(re.fullmatch(r"127\.0\.0\.1:\d+", line["peer"]) for line in lines)
    return [line["reason"].split()[0] for line in lines]


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_each_mail_that_is_refused_is_one_line_of_the_log(open_door: OpenDoor, protocol: str) -> None:
    """Who came and why we said no; also where the library refuses, and once for any number of recipients."""
    set_up_logging("json", "info", stream := io.StringIO())
    door = open_door(protocol, message_bytes=5000, line_bytes=1001, received_fields=2, smtp_recipients=2)
    wire = door.wire().greet("LHLO" if protocol == "lmtp" else "EHLO")
    answers = 2 if protocol == "lmtp" else 1
    large, hops = (b"y" * 70 + b"\r\n") * 100, b"Received: x\r\n" * 3
    for raw in (b"x" * 2000 + b"\r\n", large, b"bare\n\r\n", hops + b"\r\n", MAIL):
        wire.begin("a@example.com", "b@example.com").data(raw)
        for _ in range(1, answers):
            wire.reply()
    assert refused(stream) == ["500", "552", "554", "554"]
    wire.say("MAIL FROM:<a@example.com> SIZE=6000")
    wire.say("MAIL FROM:<a@example.com>")
    codes = [wire.say(f"RCPT TO:<{name}@example.com>")[:3] for name in "abcde"]
    assert codes == ["250", "250", "452", "452", "452"]
    assert refused(stream) == ["500", "552", "554", "554", "552", "452"]


def test_a_command_that_is_none_refuses_no_mail(open_door: OpenDoor) -> None:
    """Whoever scans ports does not fill the log."""
    set_up_logging("json", "info", stream := io.StringIO())
    wire = open_door().wire().greet()
    for line in ("GET / HTTP/1.0", "DATA", "RCPT TO:<a@example.com>", "x" * 3000):
        wire.say(line)
    assert refused(stream) == []


def test_lmtp_defers_for_each_recipient(open_door: OpenDoor) -> None:
    """A failure of ours concerns them all."""
    door = open_door("lmtp")

    def fail(_: Delivery) -> None:
        raise OSError(SECRET)

    door.handle = fail
    wire = door.wire().greet("LHLO").begin("a@example.com", "b@example.com")
    assert [each[:9] for each in (wire.data(MAIL), wire.reply())] == ["451 4.3.0"] * 2
    assert wire.say("NOOP") == "250 OK"


def test_lmtp_is_not_smtp(open_door: OpenDoor) -> None:
    """Each protocol has its own greeting."""
    lmtp, smtp = open_door("lmtp").wire(), open_door("smtp").wire()
    for wire in (lmtp, smtp):
        wire.reply()
    assert lmtp.say("EHLO x").startswith("500 ")
    assert smtp.say("LHLO x").startswith("500 ")


# Where it listens, and its end


@pytest.mark.parametrize("protocol", ["smtp", "lmtp"])
def test_it_listens_on_a_unix_socket(open_door: OpenDoor, socket_folder: Path, protocol: str) -> None:
    """The file is there while it listens, and gone afterwards."""
    path = socket_folder / "door"
    door = open_door(protocol, f"unix:{path}")
    assert door.listener.address == f"unix:{path}"
    assert door.listener.port == 0
    word = "LHLO" if protocol == "lmtp" else "EHLO"
    assert door.wire().greet(word).begin().data(MAIL).startswith("250 ")
    door.stop()
    assert not path.exists()


def test_new_limits_count_without_opening_the_door_anew(open_door: OpenDoor) -> None:
    """Recipients at once, sizes and connections from the next client on: nobody's mail is cut off in the middle."""
    door = open_door()
    early = door.wire().greet()
    door.limits = Limits(smtp_recipients=1, message_bytes=50_000, smtp_connections=2)
    assert early.say("MAIL FROM:<anna@example.com> SIZE=60000").startswith("250 ")
    assert early.say("RCPT TO:<support@example.com>").startswith("250 ")
    assert early.say("RCPT TO:<help@example.com>").startswith("452 ")
    late = door.wire().greet()
    assert late.say("MAIL FROM:<anna@example.com> SIZE=60000").startswith("552 ")
    assert door.wire().reply().startswith("421 ")


def test_it_says_which_port_it_got(open_door: OpenDoor) -> None:
    """With port 0 only it knows."""
    listener = open_door().listener
    assert listener.address == f"127.0.0.1:{listener.port}"
    assert listener.port > 0


def test_a_taken_address_is_the_user_s_to_mend(open_door: OpenDoor) -> None:
    """One line, and a listener that never started can be stopped."""
    door = open_door()
    second = Listener(ListenSettings(address=door.listener.address), Limits, print, FixedClock(NOON))
    with pytest.raises(UserError, match="address already in use"):
        second.start()
    second.stop()


def test_stopping_lets_a_mail_in_hand_finish(open_door: OpenDoor) -> None:
    """It gets its 250; who is between mails, or still sending one, is told to come back."""
    door = open_door()
    entered, release = threading.Event(), threading.Event()

    def commit_slowly(delivery: Delivery) -> None:
        entered.set()
        assert release.wait(20)
        door.taken.append(delivery)

    door.handle = commit_slowly
    idle, sending, busy = door.wire().greet(), door.wire().greet().begin(), door.wire().greet().begin()
    sending.socket.sendall(b"half a ma")
    busy.socket.sendall(MAIL + b".\r\n")
    assert entered.wait(20)
    stopping = threading.Thread(target=door.listener.stop)
    stopping.start()
    for wire in (idle, sending):
        assert wire.reply().startswith("421 4.3.2 ")
        assert wire.at_end()
    release.set()
    assert busy.reply().startswith("250 ")
    stopping.join(20)
    assert [each.raw for each in door.taken] == [MAIL]
    with pytest.raises(ConnectionRefusedError):
        door.wire()


def test_a_client_that_hangs_up_in_data_leaves_nothing(open_door: OpenDoor) -> None:
    """Half a mail is no mail."""
    door = open_door()
    wire = door.wire().greet().begin()
    wire.socket.sendall(MAIL)
    wire.close()
    assert door.wire().greet().begin().data(b"whole\r\n").startswith("250 ")
    assert [each.raw for each in door.taken] == [b"whole\r\n"]
