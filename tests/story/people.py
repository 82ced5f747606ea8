"""The people of the stories: each has an address and a mail client, writes to support and reads what comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from types import MappingProxyType
from typing import TYPE_CHECKING

from tests.parts.sink import Received
from tests.story.patience import PATIENCE_SECONDS

if TYPE_CHECKING:
    from tests.story.world import World

SUPPORT = "support@example.com"
Headers = Mapping[str, str]
File = tuple[str, bytes]
NONE: Headers = MappingProxyType({})
# The server whose verdicts the config of the stories believes.
MX = "mx.example.com"


@dataclass(frozen=True)
class Mail:
    """A mail that maild sent, as its reader has it: its envelope, and its header by name."""

    received: Received
    message: EmailMessage = field(repr=False)

    def __getitem__(self, name: str) -> str:
        """Return a header field, "" where there is none."""
        return str(self.message.get(name, ""))

    @property
    def to(self) -> str:
        """The one recipient of the envelope."""
        (recipient,) = self.received.recipients
        return recipient

    @property
    def text(self) -> str:
        """What a person reads of it."""
        part = self.message.get_body(("plain",))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""

    @property
    def words(self) -> str:
        """The text with single spaces, however its lines are broken."""
        return " ".join(self.text.split())

    @property
    def files(self) -> dict[str, bytes]:
        """The attached files by name."""
        return {
            str(part.get_filename()): bytes(part.get_content()) for part in self.message.iter_attachments()
        }


def as_mail(received: Received) -> Mail:
    """Read a mail that the relay took."""
    return Mail(received, message_from_bytes(received.raw, policy=policy.default))


@dataclass
class Person:
    """Somebody who writes to support. `verdict` is what the mail server finds: "pass", "fail", or "" for nothing."""

    name: str
    address: str
    world: "World"
    verdict: str = "pass"
    _read: set[int] = field(default_factory=set)

    def writes(
        self,
        subject: str,
        text: str = "It shows a white page.\n",
        *,
        headers: Headers = NONE,
        files: Sequence[File] = (),
    ) -> EmailMessage:
        """Send a mail to support and return it; `headers` come in addition or in place of the usual ones."""
        mail = self.composes(subject, text, headers, files)
        self.world.is_sent(mail.as_bytes(policy=policy.SMTP))
        return mail

    def replies(
        self, mail: Mail, text: str, *, headers: Headers = NONE, files: Sequence[File] = ()
    ) -> EmailMessage:
        """Answer a mail as a mail client does: in its thread, with the whole of it quoted below."""
        quoted = "".join(f"> {line}\n" for line in mail.text.splitlines())
        said = f"{text}\n\nOn {mail['Date']}, {mail['From']} wrote:\n\n{quoted}"
        subject = mail["Subject"] if mail["Subject"].startswith("Re:") else f"Re: {mail['Subject']}"
        thread = {
            "In-Reply-To": mail["Message-ID"],
            "References": f"{mail['References']} {mail['Message-ID']}".strip(),
        }
        return self.writes(subject, said, headers={**thread, **headers}, files=files)

    def composes(
        self, subject: str, text: str, headers: Headers = NONE, files: Sequence[File] = ()
    ) -> EmailMessage:
        """Return a mail to support, topped by the mail server's verdict about its sender."""
        mail = EmailMessage()
        domain = self.address.partition("@")[2]
        if self.verdict:
            mail["Authentication-Results"] = f"{MX}; dmarc={self.verdict} header.from={domain}"
        mail["From"] = formataddr((self.name, self.address))
        mail["To"] = SUPPORT
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self.world.clock.now())
        mail["Message-ID"] = make_msgid(domain=domain)
        for name, value in headers.items():
            del mail[name]
            mail[name] = value
        mail.set_content(text)
        for name, content in files:
            mail.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
        return mail

    def gets(self, about: str = "") -> Mail:
        """Wait for the next unread mail with `about` in its subject, and read it."""

        def found() -> list[tuple[int, Mail]]:
            return [(i, mail) for i, mail in self._unread() if about in mail["Subject"]]

        self.world.relay.wait_for(lambda _: bool(found()), PATIENCE_SECONDS)
        number, mail = found()[0]
        self._read.add(number)
        return mail

    def finds(self) -> list[str]:
        """Return the subjects of all unread mails, once nothing more is on its way."""
        self.world.settles()
        return [mail["Subject"] for _, mail in self._unread()]

    def reads_all(self) -> list[Mail]:
        """Read all unread mails, once nothing more is on its way."""
        return [self.gets() for _ in self.finds()]

    def _unread(self) -> list[tuple[int, Mail]]:
        mails = map(as_mail, list(self.world.relay.received))
        mine = [mail for mail in mails if mail.to == self.address]
        return [(i, mail) for i, mail in enumerate(mine) if i not in self._read]
