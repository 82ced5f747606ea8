"""What is attacked: the stories of maild on a database of their own, without threads, by a clock that is moved."""

import atexit
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Select, select

from maild.config.load import load_config
from maild.config.secret import load_keys
from maild.core.limits import Limits
from maild.core.message import Delivery, Message
from maild.core.reading.parse_message import parse_message
from maild.desk import Desk, lay
from maild.fire_timers import fire_due
from maild.handle_message import take
from maild.send_outbox import send_due
from maild.store.database import Database, upgrade
from maild.store.tables import arrival, entry, incident, outbox
from maild.testing import FakeSmtp, FixedClock, Sent
from tests.faults.outside_parser import Outside, read_outside

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
SUPPORT = "support@example.com"
ANNA, BEN = "anna@example.com", "ben@example.com"
JANE, EVE = "jane@customer.example", "eve@evil.example"
MX = "mx.example.com"

CONFIG = """\
[service]
name = "Example Support"
address = "support@example.com"

[database]
url = "sqlite:///var/maild.db"

[[staff]]
name = "Anna"
address = "anna@example.com"

[[staff]]
name = "Ben"
address = "ben@example.com"

[calendar.standard]
time_zone = "UTC"
mon = ["09:00-18:00"]
tue = ["09:00-18:00"]
wed = ["09:00-18:00"]
thu = ["09:00-18:00"]
fri = ["09:00-18:00"]
"""
PROOF = f'\n[proof]\nauthserv_ids = ["{MX}"]\n'


class SameProcess:
    """Reads mail as the children do, but here: for attacks that are not about reading."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits

    def read(self, raw: bytes) -> Message:
        """Return what the bytes say, or raise Unreadable."""
        return parse_message(raw, self._limits)


@dataclass
class Target:
    """A maild to be attacked; `sender` has all that left it."""

    desk: Desk
    clock: FixedClock
    sender: FakeSmtp
    folder: Path
    _serial: list[int] = field(default_factory=lambda: [0])

    def gets(self, raw: bytes, **envelope: Any) -> None:
        """Hand a mail in, as the listener does; raises what it would answer 451 to."""
        take([Delivery(raw=raw, received_at=self.clock.now(), source="smtp", **envelope)], self.desk)

    def sends(self) -> None:
        """Send all that is due now."""
        while send_due(self.desk):
            pass

    def works_for(self, step: timedelta, times: int) -> None:
        """Let time pass in steps, with the clocks and the outbox looked at after each."""
        for _ in range(times):
            self.clock.advance(step)
            fire_due(self.desk)
            self.sends()

    def mail(self, sender: str, text: str = "", *, proven: bool = False, **headers: str) -> bytes:
        """Return an ordinary mail to support; `proven` has the mail server vouch for it.

        Without a text of its own, each says something else than the one before: the same again is no new request.
        """
        self._serial[0] += 1
        again = f"It did so {self._serial[0]} times.\n" if self._serial[0] > 1 else ""
        text = text or f"It shows a white page.\n{again}"
        domain = re.sub(r".*@|>.*", "", sender)
        fields = {
            "Authentication-Results": f"{MX}; dmarc=pass header.from={domain}" if proven else "",
            "From": sender,
            "To": SUPPORT,
            "Subject": "The checkout is down",
            "Message-ID": f"<{self._serial[0]}@{domain}>",
            **{name.replace("_", "-"): value for name, value in headers.items()},
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items() if value)
        return (head + "\r\n" + text.replace("\n", "\r\n")).encode()

    def answer(
        self, to: Sent, sender: str, text: str, *, proven: bool = False, quote: bool = True, **headers: str
    ) -> bytes:
        """Return an answer to a mail of ours, in its thread, quoted with `>`."""
        ours = read_outside(to.raw)
        below = "".join(f"> {line}\n" for line in ours.text.splitlines()) if quote else ""
        said = f"{text}\n\nOn Mon, 2 Mar 2026 at 09:00, {SUPPORT} wrote:\n{below}" if quote else text
        thread = {
            "Subject": f"Re: {ours['Subject']}",
            "In-Reply-To": ours["Message-ID"],
            "References": f"{ours['References']} {ours['Message-ID']}",
        }
        return self.mail(sender, said, proven=proven, **{**thread, **headers})

    def opens(self, sender: str = JANE, *, proven: bool = True, **headers: str) -> Sent:
        """Let `sender` open an incident; return Anna's notification of it."""
        self.gets(self.mail(sender, proven=proven, **headers))
        self.sends()
        return self.to(ANNA)[-1]

    def to(self, address: str) -> list[Sent]:
        """Return what was sent to an address."""
        return [sent for sent in self.sender.sent if sent.recipient == address]

    def read(self, address: str) -> list[Outside]:
        """Return what was sent to an address, as another program reads it."""
        return [read_outside(sent.raw) for sent in self.to(address)]

    def customers_saw(self) -> str:
        """Return everything that left to anybody but the staff: envelope, decoded header and text, and bytes."""
        return "\n".join(
            f"{sent.recipient}\n{read_outside(sent.raw).everything}\n{sent.raw.decode('utf-8', 'replace')}"
            for sent in self.sender.sent
            if sent.recipient not in (ANNA, BEN)
        )

    def rows(self, query: Select[Any]) -> list[dict[str, Any]]:
        """Return what the database holds."""
        with self.desk.database.read() as tx:
            return [dict(row._mapping) for row in tx.execute(query)]

    def dispositions(self) -> list[str]:
        """Return what became of each mail, in order."""
        return [row["disposition"] for row in self.rows(select(arrival).order_by(arrival.c.id))]

    def entries(self, number: int) -> list[tuple[str, str]]:
        """Return the entries of an incident: kind and state."""
        of_it = select(entry).where(entry.c.incident == number).order_by(entry.c.id)
        return [(row["kind"], row["state"]) for row in self.rows(of_it)]

    def states(self) -> dict[int, str]:
        """Return the incidents and their states."""
        return {row["number"]: row["state"] for row in self.rows(select(incident))}

    def outbox(self, kind: str = "") -> list[dict[str, Any]]:
        """Return our mails, of one kind or all."""
        return [row for row in self.rows(select(outbox).order_by(outbox.c.id)) if kind in ("", row["kind"])]

    def staff_acted(self) -> bool:
        """Say whether anything went to a customer in the name of the staff."""
        return any(row["kind"] in ("answer", "closed") for row in self.outbox())


@cache
def new_database() -> Path:
    """Return a SQLite file with the schema of today and nothing in it, to be copied."""
    path = Path(tempfile.mkdtemp(prefix="maild-faults-")) / "maild.db"
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    database = Database.open(f"sqlite:///{path}")
    upgrade(database)
    database.close()
    return path


@contextmanager
def target(
    folder: Path, more: str = PROOF, *, domain: str = "example.com", url: str = ""
) -> Iterator[Target]:
    """Give a maild with a fresh database in `folder`, for `domain`, and `more` added to its config.

    `url` names another database than the one in `folder`.
    """
    folder.mkdir(exist_ok=True)
    (folder / "var").mkdir(exist_ok=True)
    shutil.copy(new_database(), folder / "var" / "maild.db")
    path = folder / "config.toml"
    path.write_text(CONFIG.replace("example.com", domain) + more, encoding="utf-8")
    config = load_config(path, {})
    database = Database.open(url or config.database.url)
    try:
        upgrade(database)
        clock, sender = FixedClock(NOW), FakeSmtp()
        desk = lay(config, database, SameProcess(config.limits), sender, load_keys(config), clock)
        yield Target(desk, clock, sender, folder)
    finally:
        database.close()


def first(sent: Sequence[Sent]) -> Sent:
    """Return the only mail; fails where there is none, or more."""
    (only,) = sent
    return only
