"""The stage of a simulation: a desk like the daemon's whose every part is private, and that is gone afterwards.

The database is a file in a folder of its own, the signing key is made of a fixed word, what is sent stays in memory,
and the clock is moved by whoever plays. Of the config's database, folders, mailboxes and secret nothing is touched.
"""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from maild.config.settings import Config
from maild.core.deciding.assign import may_own
from maild.core.reply_token import Keys, Token, verify
from maild.core.staff import StaffMember
from maild.desk import Desk, lay
from maild.isolate import ReaderPool
from maild.mail.safe_to_send import check_safe_to_send
from maild.store import config_versions
from maild.store.database import Database, upgrade

KEYS = Keys("sim", {"sim": sha256(b"maild simulate").digest()})
# Far more than any sound mail takes: whether a mail can be read must not depend on how busy this machine is.
PATIENT_SECONDS = 120.0
_MESSAGE_ID = re.compile(rb"(?im)^Message-ID:[ \t]*(\S+)")


class VirtualClock:
    """A clock that shows what it was set to."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant it was set to, in UTC."""
        return self._now

    def set(self, now: datetime) -> None:
        """Show this instant from now on; never an earlier one."""
        self._now = max(self._now, now)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request to one of the staff to confirm what they wrote: who, and the Message-ID to answer."""

    recipient: str
    message_id: str


class KeptMail:
    """A way out that leads nowhere: mail is checked as before a real relay, counted, and kept as far as it is needed.

    `asked` are the requests to confirm that nobody has answered yet.
    """

    def __init__(self) -> None:
        self.count = 0
        self.asked: list[Asked] = []

    def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
        """Take a mail; raises SendRefused for what no relay should be shown."""
        check_safe_to_send(raw, mail_from, recipient)
        self.count += 1
        found = _MESSAGE_ID.search(raw)
        token: Token | None = verify(KEYS, found[1].decode("ascii", "replace")) if found else None
        if found and token and token.purpose == "confirm":
            self.asked.append(Asked(recipient, found[1].decode("ascii")))

    def close(self) -> None:
        """Do nothing: there is no connection."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A desk, with its clock and its mail as what they are."""

    desk: Desk
    clock: VirtualClock
    mail: KeptMail


@contextmanager
def stage(config: Config, begins: datetime, people: int = 0) -> Iterator[Stage]:
    """Set the stage for `config`; `people` of its staff answer, and where it names fewer, some are made up."""
    config = with_staff(config, people)
    reader = ReaderPool(replace(config.limits, parse_seconds=PATIENT_SECONDS))
    with tempfile.TemporaryDirectory(prefix="maild-simulate-") as folder:
        database = Database.throwaway(Path(folder) / "simulated.db")
        try:
            upgrade(database)
            reader.start()
            clock, mail = VirtualClock(begins), KeptMail()
            desk = lay(config, database, reader, mail, KEYS, clock)
            with database.begin() as tx:
                config_versions.note(tx, config.version, config.text, begins)
            yield Stage(desk, clock, mail)
        finally:
            reader.close()
            database.close()


def with_staff(config: Config, people: int) -> Config:
    """Return the config with at least so many people on its staff who work on incidents."""
    missing = people - len(members(config))
    made_up = (
        StaffMember(f"Person {number}", f"person{number}@simulated.invalid")
        for number in range(1, missing + 1)
    )
    return replace(config, staff=(*config.staff, *made_up)) if missing > 0 else config


def members(config: Config) -> list[StaffMember]:
    """Return the people on the staff who work on incidents, in the order of the config."""
    return [member for member in config.staff if may_own(member)]
