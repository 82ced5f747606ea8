"""The database fails at any statement, for a moment or for long, or is full: nothing is lost, nothing is done twice."""

import smtplib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, select
from sqlalchemy.exc import OperationalError

from maild.daemon import Daemon
from maild.errors import Unreachable
from maild.fire_timers import fire_due
from maild.send_outbox import send_due
from maild.store.tables import arrival, blob
from tests.faults.target import ANNA, CONFIG, JANE, Target

MINUTE = timedelta(minutes=1)
MOST_STATEMENTS = 200


@dataclass
class Fault:
    """Statements `first` to `last`, counted from the beginning of the block, fail; `seen` were asked for."""

    first: int
    last: int
    seen: int = 0

    @property
    def happened(self) -> bool:
        """Whether there were so many statements that one failed."""
        return self.seen >= self.first

    def hit(self, *_: Any) -> None:
        """Fail where it is time to."""
        self.seen += 1
        if self.first <= self.seen <= self.last:
            raise OperationalError("a statement", {}, sqlite3.OperationalError("disk I/O error"))


@contextmanager
def fault(first: int, lasting: int) -> Iterator[Fault]:
    """Let `lasting` statements fail from the `first` one on, on whatever connection."""
    made = Fault(first, first + lasting - 1)
    event.listen(Engine, "before_cursor_execute", made.hit)
    try:
        yield made
    finally:
        event.remove(Engine, "before_cursor_execute", made.hit)


def each_fault(lasting: int, attempt: Callable[[int], None]) -> int:
    """Call `attempt` again and again, each time failing one statement later, until none fails; return how often."""
    for first in range(1, MOST_STATEMENTS):
        with fault(first, lasting) as made, suppress(Unreachable):
            attempt(first)
        if not made.happened:
            return first
    raise AssertionError("there is no end of statements")


@pytest.mark.parametrize("lasting", [1, 2, 3, 1000])
def test_a_mail_is_taken_once_or_refused_wherever_the_database_fails(maild: Target, lasting: int) -> None:
    """Each mail whose taking raised comes again, as from a server that was told 451: one incident, one answer each."""
    mails: list[bytes] = []

    def attempt(number: int) -> None:
        mails.append(maild.mail(f"c{number}@c{number}.example", proven=True, Subject=f"mail {number}"))
        maild.gets(mails[-1])

    tried = each_fault(lasting, attempt)
    assert tried >= 15
    for raw in mails:
        maild.gets(raw)
    assert set(maild.dispositions()) <= {"opened", "duplicate"}
    assert maild.dispositions().count("opened") == tried
    assert {row["bytes"] for row in maild.rows(select(blob))} >= set(mails)
    acks = Counter(row["incident"] for row in maild.outbox("acknowledgement"))
    assert acks == Counter(maild.states().keys())


@pytest.mark.parametrize("lasting", [1, 1000])
def test_a_mail_leaves_wherever_the_database_fails(maild: Target, lasting: int) -> None:
    """Sending goes on after the fault; nothing is given up, and what left is not sent again as another mail.

    Where the fault stays, the daemon is told to stop: else it would wait to mark what it sent.
    """
    for number in range(25):
        maild.gets(maild.mail(f"c{number}@c{number}.example", proven=True))
    for first in range(1, 40, 1 if lasting == 1 else 4):
        with fault(first, lasting) as made, suppress(Unreachable):
            send_due(maild.desk, partial(over, made, lasting))
        maild.clock.advance(MINUTE)
    maild.works_for(MINUTE, 40)
    assert {row["state"] for row in maild.outbox()} <= {"sent", "cancelled"}
    for number in range(25):
        ids = {each["Message-ID"] for each in maild.read(f"c{number}@c{number}.example")}
        assert len(ids) == 1


def over(made: Fault, lasting: int) -> bool:
    """Say whether a lasting fault was met."""
    return lasting > 1 and made.seen > made.first


@pytest.mark.parametrize("lasting", [1, 3])
def test_a_reminder_is_sent_once_wherever_the_database_fails(maild: Target, lasting: int) -> None:
    """Each step of a clock reminds each of the staff once, whatever failed in between (invariant I6)."""
    maild.opens()
    for first in range(1, 40):
        maild.clock.advance(timedelta(minutes=20))
        with fault(first, lasting), suppress(Unreachable):
            fire_due(maild.desk)
    maild.works_for(timedelta(minutes=30), 60)
    causes = Counter((row["cause"], row["address"]) for row in maild.outbox("reminder"))
    assert len(causes) >= 4
    assert set(causes.values()) == {1}
    told = Counter(each["Message-ID"] for each in maild.read(ANNA))
    assert set(told.values()) == {1}


@dataclass
class FullDisk:
    """Lets the database grow no further while `full`: SQLite then says what it says of a full disk."""

    full: bool = False

    def limit(self, connection: Connection) -> None:
        """Set the limit on a connection that begins a transaction."""
        pages = 1 if self.full else 2**30  # never less than there are: SQLite takes what is used for 1
        assert connection.connection.dbapi_connection is not None
        connection.connection.dbapi_connection.cursor().execute(f"PRAGMA max_page_count = {pages}")


@pytest.fixture
def disk() -> Iterator[FullDisk]:
    """A disk that can be full."""
    made = FullDisk()
    event.listen(Engine, "begin", made.limit)
    yield made
    event.remove(Engine, "begin", made.limit)


def test_on_a_full_disk_the_listener_says_451_and_later_takes_the_same_mail(
    memory: Path, disk: FullDisk, maild: Target
) -> None:
    """What is not on the disk is not taken, no answer shows our insides, and it mends itself (invariant I15)."""
    path = memory / "own.toml"
    more = '[listen]\naddress = "127.0.0.1:0"\n[outgoing]\ntransport = "maildir"\nfolder = "own/out"\n'
    path.write_text(CONFIG.replace("var/maild.db", "own/maild.db") + more, encoding="utf-8")
    daemon = Daemon(path, {})
    daemon.start()
    try:
        host, _, port = daemon.listening_on.rpartition(":")
        with smtplib.SMTP(host, int(port)) as client:
            big = maild.mail(JANE, "words and words\n" * 40_000)
            disk.full = True
            with pytest.raises(smtplib.SMTPDataError) as refused:
                client.sendmail(JANE, ["support@example.com"], big)
            assert (refused.value.smtp_code, "disk" in str(refused.value.smtp_error)) == (451, False)
            disk.full = False
            assert client.sendmail(JANE, ["support@example.com"], big) == {}
        with daemon.desk.database.read() as tx:
            assert [row.disposition for row in tx.execute(select(arrival))] == ["opened"]
            assert tx.scalar(select(blob.c.bytes)) == big
    finally:
        daemon.stop()
