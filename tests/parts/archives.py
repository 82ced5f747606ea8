"""Archives of mail for tests of simulations: six mails whose fate was worked out by hand, and the config they meet.

The support is open from Monday to Friday, 09:00 to 18:00 UTC. HotRush is answered within two open hours, high within
four, everything else by the same time on the next business day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

from maild.config.load import load_config
from maild.config.settings import Config

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
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

[[classifiers.scopes]]
id = "outage"
label = "a shop that does not work"
phrases = ["checkout is down"]

[[classifiers.scopes]]
id = "unknown"
label = "a question"

[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]

[[classifiers.priorities]]
level = "high"
phrases = ["urgent"]
"""
PROOF = f'\n[proof]\nauthserv_ids = ["{MX}"]\n'
MODEL = "people = 1\nminutes = 100\n[answer]\ncloses = 1.0\n"


@dataclass(frozen=True, slots=True)
class Old:
    """A mail of an archive: when it came, from whom, what it says, which mail of the archive it answers."""

    at: datetime
    sender: str
    subject: str
    answers: int | None = None
    headers: str = ""


JANE, OMAR, EVE, UMA = (f"{name}@{name}.example" for name in ("jane", "omar", "eve", "uma"))
# Number 1: due on Tuesday at 9, for it came before opening. 2: by 14:00. 3: by 12:00. 4: a further mail on 1.
# 5: an hour on Monday and one on Tuesday, so by 10:00. 6: a machine's.
SIX = (
    Old(MONDAY + 8.5 * HOUR, JANE, "Where do I set colours?"),
    Old(MONDAY + 10 * HOUR, OMAR, "Urgent: the total is wrong"),
    Old(MONDAY + 10 * HOUR, EVE, "HotRush: the checkout is down"),
    Old(MONDAY + 10 * HOUR + HOUR / 3, JANE, "Re: Where do I set colours?", answers=1),
    Old(MONDAY + 17 * HOUR, UMA, "hot-rush please"),
    Old(MONDAY + 17.5 * HOUR, UMA, "Automatic reply: out", headers="Auto-Submitted: auto-replied\n"),
)
DUE = {
    1001: MONDAY + DAY + 9 * HOUR,
    1002: MONDAY + 14 * HOUR,
    1003: MONDAY + 12 * HOUR,
    1004: MONDAY + DAY + 10 * HOUR,
}


def as_mail(one: Old, number: int) -> str:
    """Return the mail as it was received; each says something else than the others."""
    thread = f"In-Reply-To: <{one.answers}@archive.example>\n" if one.answers else ""
    proven = f"Authentication-Results: {MX}; dmarc=pass header.from={one.sender.partition('@')[2]}\n"
    return (
        f"{proven if one.sender else ''}Received: from somewhere by {MX} (our own)\n"
        f"\tfor <support@example.com>; {format_datetime(one.at)}\n"
        f"From: {one.sender}\nTo: support@example.com\nSubject: {one.subject}\n"
        f"Message-ID: <{number}@archive.example>\n{thread}{one.headers}\nThis is mail {number}.\n"
    )


def mbox_in(folder: Path, mails: Iterable[Old] = SIX, name: str = "old.mbox") -> Path:
    """Write an mbox of these mails; its From_ lines say nothing."""
    texts = [as_mail(one, number) for number, one in enumerate(mails, start=1)]
    path = folder / name
    path.write_text("".join(f"From - Thu Jan  1 00:00:00 1970\n{text}\n" for text in texts), encoding="utf-8")
    return path


def config_in(folder: Path, more: str = "", name: str = "config.toml") -> Config:
    """Write the config to the folder and load it."""
    path = folder / name
    path.write_text(CONFIG + more, encoding="utf-8")
    return load_config(path, {})
