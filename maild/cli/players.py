"""The players of `maild demo`: people with a mail client, who send by SMTP or LMTP and read the outgoing maildir."""

import smtplib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, make_msgid
from pathlib import Path

from maild.clock import Clock
from maild.config.settings import Config
from maild.errors import Unreachable, UserError

PATIENCE = 20.0  # seconds; a mail is normally there after a few milliseconds
LOOK_EVERY = 0.05


@dataclass(slots=True)
class Stage:
    """Where the play is on: the daemon's door, its outgoing folder, and the mails already seen there."""

    config: Config
    clock: Clock
    seen: set[str] = field(default_factory=set)
    patience: float = PATIENCE

    def __post_init__(self) -> None:
        if self.config.outgoing.transport != "maildir" or self.config.listen.host_port is None:
            raise UserError(
                "maild demo needs the embedded default: [listen] on host:port and [outgoing] transport = "
                '"maildir"; it never plays with real servers'
            )
        self.seen |= {path.name for path in self.mails()}

    def mails(self) -> list[Path]:
        """Return the mails that maild wrote, in any order."""
        return list((self.config.outgoing.folder / "new").glob("*"))

    def deliver(self, mail: EmailMessage) -> None:
        """Hand a mail to the daemon; raises Unreachable where none listens."""
        with self._door() as door:
            door.send_message(mail, mail["From"], [self.config.service.address])

    def knock(self) -> None:
        """Raise Unreachable unless a daemon is there to play with."""
        with self._door() as door:
            door.noop()

    @contextmanager
    def _door(self) -> Iterator[smtplib.SMTP]:
        host, port = self.config.listen.host_port or ("", 0)
        client = smtplib.LMTP if self.config.listen.protocol == "lmtp" else smtplib.SMTP
        try:
            with client(host, port) as door:
                yield door
        except OSError as error:
            raise Unreachable(
                f"no daemon answers on {self.config.listen.address} ({error}); start it with `make run` or `maild run`"
            ) from error

    def wait_for(self, address: str, held: Callable[[str], None]) -> EmailMessage:
        """Return the next unseen mail to `address`; asks `held` once a second why it may not have come."""
        for look in range(int(self.patience / LOOK_EVERY)):
            for path in self.mails():
                if path.name in self.seen:
                    continue
                mail = message_from_bytes(path.read_bytes(), policy=policy.default)
                if mail["X-Envelope-To"] == f"<{address}>":
                    self.seen.add(path.name)
                    return mail
            if look and look % 20 == 0:
                held(address)
            time.sleep(LOOK_EVERY)
        raise Unreachable(
            f"no mail for {address} within {self.patience:.0f} seconds; `maild outbox list` may say why"
        )


@dataclass(frozen=True, slots=True)
class Player:
    """A person with a mail client."""

    name: str
    address: str
    stage: Stage

    def write(self, subject: str, text: str) -> EmailMessage:
        """Send a new mail to the support address, and return it."""
        return self._send(subject, text)

    def reply(self, mail: EmailMessage, text: str) -> EmailMessage:
        """Answer a mail as a mail client does: threaded, with the mail quoted below."""
        quoted = "\n".join(f"> {line}" for line in body(mail).splitlines())
        said = f"{text}\n\nOn {mail['Date']}, {mail['From']} wrote:\n\n{quoted}\n"
        subject = str(mail["Subject"])
        return self._send(subject if subject.startswith("Re:") else f"Re: {subject}", said, mail)

    def _send(self, subject: str, text: str, answered: EmailMessage | None = None) -> EmailMessage:
        mail = EmailMessage()
        mail["From"] = formataddr((self.name, self.address))
        mail["To"] = self.stage.config.service.address
        mail["Subject"] = subject
        mail["Date"] = format_datetime(self.stage.clock.now())
        mail["Message-ID"] = make_msgid(domain=self.address.partition("@")[2])
        if answered is not None:
            mail["In-Reply-To"] = answered["Message-ID"]
            mail["References"] = f"{answered.get('References', '')} {answered['Message-ID']}".strip()
        mail.set_content(text)
        self.stage.deliver(mail)
        return mail


def body(mail: EmailMessage) -> str:
    """Return the text of a mail."""
    part = mail.get_body(("plain",))
    return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""
