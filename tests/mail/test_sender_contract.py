"""Whatever stands behind it, a sender keeps its contract: the same claims over the fake, a maildir and a relay."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import pytest

from maild.config.outgoing import OutgoingSettings
from maild.errors import SendDeferred, SendRefused
from maild.mail.interfaces import Sender
from maild.mail.maildir import MaildirSender
from maild.mail.smtp import SmtpSender
from maild.testing import FakeSmtp
from tests.parts.certificates import Certificates
from tests.parts.sink import PASSWORD, USER, SmtpSink

SUPPORT = "support@example.com"


def mail(number: int, body: bytes = b"hello\r\n") -> bytes:
    """Return a mail with its own Message-ID."""
    return b"Message-ID: <maild.%d@example.com>\r\nSubject: hello\r\n\r\n%b" % (number, body)


class World(Protocol):
    """A sender, and what arrived behind it."""

    @property
    def sender(self) -> Sender:
        """The sender under test."""
        ...

    def arrived(self) -> list[tuple[str, str, bytes]]:
        """Return sender, recipient and bytes of each mail that arrived."""
        ...

    def fail(self) -> None:
        """Have trouble from now on."""
        ...

    def stop(self) -> None:
        """Tidy up."""
        ...


class FakeWorld:
    """The fake keeps what it gets."""

    def __init__(self) -> None:
        self.sender = self.fake = FakeSmtp()

    def arrived(self) -> list[tuple[str, str, bytes]]:
        """Return what it kept."""
        return [(each.mail_from, each.recipient, each.raw) for each in self.fake.sent]

    def fail(self) -> None:
        """Defer the only recipient of these tests."""
        self.fake.defer("anna@example.net")

    def stop(self) -> None:
        """Do nothing."""


class MaildirWorld:
    """A folder on the disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.sender = MaildirSender(folder)

    def arrived(self) -> list[tuple[str, str, bytes]]:
        """Read the files, which begin with the envelope."""
        found = []
        for path in sorted((self.folder / "new").iterdir(), key=lambda each: each.stat().st_mtime_ns):
            first, second, raw = path.read_bytes().split(b"\r\n", 2)
            assert first.startswith(b"X-Envelope-From: <")
            assert second.startswith(b"X-Envelope-To: <")
            found.append((first[18:-1].decode(), second[16:-1].decode(), raw))
        return found

    def fail(self) -> None:
        """Put a file where a folder has to be."""
        self.folder.rename(self.folder.with_name("away"))
        self.folder.write_text("not a folder", encoding="utf-8")

    def stop(self) -> None:
        """Do nothing."""


class RelayWorld:
    """A relay with STARTTLS and AUTH."""

    def __init__(self, certificates: Certificates) -> None:
        self.sink = SmtpSink(certificates.server_context()).start()
        settings = OutgoingSettings(
            transport="smtp",
            host="localhost",
            port=self.sink.port,
            ca_file=str(certificates.ca_file),
            user=USER,
            password=PASSWORD,
        )
        self.sender = SmtpSender(settings, "example.com", SUPPORT)

    def arrived(self) -> list[tuple[str, str, bytes]]:
        """Return what the relay took."""
        return [(each.mail_from, each.recipients[0], each.raw) for each in self.sink.received]

    def fail(self) -> None:
        """Answer 451."""
        self.sink.data_answers["anna@example.net"] = "451 4.3.0 disk full"

    def stop(self) -> None:
        """Stop the relay."""
        self.sender.close()
        self.sink.stop()


@pytest.fixture(params=["fake", "maildir", "relay"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Each kind of sender in turn."""
    made: World
    if request.param == "fake":
        made = FakeWorld()
    elif request.param == "maildir":
        made = MaildirWorld(tmp_path / "outgoing")
    else:
        made = RelayWorld(request.getfixturevalue("certificates"))
    yield made
    made.stop()


def test_a_mail_arrives_with_its_bytes_and_its_envelope(world: World) -> None:
    """Dots, 8-bit text, long lines and all."""
    raw = mail(1, b".\r\n..\r\n.leading\r\n" + "grüße\r\n".encode() + b"x" * 900 + b"\r\n\r\n")
    world.sender.send(raw, SUPPORT, "anna@example.net")
    assert world.arrived() == [(SUPPORT, "anna@example.net", raw)]


def test_the_null_sender_is_sent_as_such(world: World) -> None:
    """Automatic mail must not cause bounces."""
    world.sender.send(mail(1), "", "anna@example.net")
    assert world.arrived() == [("", "anna@example.net", mail(1))]


def test_mails_arrive_in_the_order_in_which_they_are_sent(world: World) -> None:
    """One after the other; each send returns when the mail is there."""
    for number in range(5):
        world.sender.send(mail(number), "", f"r{number}@example.net")
        assert len(world.arrived()) == number + 1
    assert [recipient for _, recipient, _ in world.arrived()] == [
        f"r{number}@example.net" for number in range(5)
    ]


def test_an_international_address_arrives(world: World) -> None:
    """As UTF-8 (RFC 6531)."""
    world.sender.send(mail(1), SUPPORT, "jörg@exämple.net")
    assert world.arrived() == [(SUPPORT, "jörg@exämple.net", mail(1))]


@pytest.mark.parametrize("body", [b"bare\nlf\r\n", b"bare\rcr\r\n", b"x\n.\n", b"x\r.\r", b"end\r"])
def test_a_bare_cr_or_lf_never_leaves(world: World, body: bytes) -> None:
    """It could end the mail at the next server."""
    with pytest.raises(SendRefused, match="bare CR or LF"):
        world.sender.send(mail(1, body), SUPPORT, "anna@example.net")
    world.sender.send(mail(2), SUPPORT, "anna@example.net")
    assert [raw for _, _, raw in world.arrived()] == [mail(2)]


@pytest.mark.parametrize(
    "address", ["anna@example.net\r\nDATA", "Anna <anna@example.net>", "a@b.org <c@d.org>"]
)
def test_an_address_that_is_not_bare_never_leaves(world: World, address: str) -> None:
    """Neither as recipient nor as sender."""
    with pytest.raises(SendRefused):
        world.sender.send(mail(1), SUPPORT, address)
    with pytest.raises(SendRefused):
        world.sender.send(mail(1), address, "anna@example.net")


def test_trouble_behind_it_defers_the_mail_in_one_line(world: World) -> None:
    """It can be sent later."""
    world.sender.send(mail(1), SUPPORT, "anna@example.net")
    world.fail()
    with pytest.raises(SendDeferred) as caught:
        world.sender.send(mail(2), SUPPORT, "anna@example.net")
    assert str(caught.value).isprintable()


def test_it_can_be_closed_and_used_again(world: World) -> None:
    """Closing lets go of connections, not of the sender."""
    world.sender.close()
    world.sender.send(mail(1), "", "anna@example.net")
    world.sender.close()
    world.sender.close()
    world.sender.send(mail(2), "", "anna@example.net")
    assert [raw for _, _, raw in world.arrived()] == [mail(1), mail(2)]
