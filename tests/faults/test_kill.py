"""maild as a process on a real mailbox and a real relay, killed at any moment or run twice: the books still balance."""

import os
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, or_, select, text

from maild.clock import SystemClock
from maild.daemon import Daemon
from maild.store.database import Database, is_current
from maild.store.tables import OPEN, arrival, incident, outbox
from maild.testing import FixedClock
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, BEN, CONFIG
from tests.parts.dovecot import PASSWORD, USER, PrivateDovecot, require_dovecot
from tests.parts.sink import Received, SmtpSink
from tests.story.patience import wait_until
from tests.story.process import Process

CYCLES = 30 if os.environ.get("CI") == "true" else 6
SECRET = "hunter2-relay-password"
ENVIRON = {"IMAP_PASSWORD": PASSWORD, "RELAY_PASSWORD": SECRET}
MORE = """
[[mailbox]]
name = "support"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password = "${{IMAP_PASSWORD}}"
since = "all"
ack_backlog = true
poll_seconds = 0.1

[listen]
enabled = false

[outgoing]
transport = "smtp"
host = "127.0.0.1"
port = {smtp}
tls = "none"

[limits]
total_per_minute = 100000
domain_per_hour = 100000
"""


PROOFS = "proofs@example.com"
PROOF_FOLDER = """
[[mailbox]]
name = "proofs"
host = "127.0.0.1"
port = {imap}
tls = "none"
user = "{user}"
password = "${{IMAP_PASSWORD}}"
folder = "Proofs"
since = "now"
proof = true
"""


class Site:
    """A mailbox, a relay, a config; `sent` are the mails that people sent; with `proofs` it sends proof copies."""

    def __init__(
        self, folder: Path, server: PrivateDovecot, relay: SmtpSink, *, proofs: bool = False
    ) -> None:
        self.server, self.relay, self.sent = server, relay, list[bytes]()
        self.path = folder / "config.toml"
        more = MORE + PROOF_FOLDER if proofs else MORE
        more = more.replace("[outgoing]\n", f'[outgoing]\nproof_copy = "{PROOFS}"\n') if proofs else more
        self.path.write_text(
            CONFIG + more.format(imap=server.port, smtp=relay.port, user=USER), encoding="utf-8"
        )
        if proofs:
            with server.client() as client:
                client.create_folder("Proofs")
            relay.deliver = self.keep_proof
        self.url = f"sqlite:///{folder / 'var' / 'maild.db'}"

    def keep_proof(self, mail: Received) -> None:
        """Deliver the proof copy of a mail, as the relay does."""
        if PROOFS in mail.recipients:
            self.server.append(mail.raw, "Proofs")

    def is_mailed(self, count: int) -> None:
        """Put so many mails of different people into the inbox."""
        first = len(self.sent)
        mails = [
            f"From: c{n}@c{n}.example\r\nTo: support@example.com\r\nSubject: mail {n}\r\n"
            f"Message-ID: <{n}@c.example>\r\n\r\nIt is broken, {n}.\r\n".encode()
            for n in range(first, first + count)
        ]
        self.sent += mails
        self.server.append_all(mails)

    @contextmanager
    def process(self) -> Iterator[Process]:
        """Run maild; it is gone at the end."""
        process = Process(self.path, ENVIRON)
        try:
            yield process
        finally:
            process.clear_away()

    def lines(self, process: Process, count: int) -> None:
        """Wait until the process has logged so many lines, or has nothing more to do."""
        done = partial(self.is_settled, "queued")
        wait_until("there are lines", lambda: len(process.log) >= count or (process.log and done()))

    def is_settled(self, *states: str) -> bool:
        """Say whether every mail was taken, and no mail of ours in these states (any) can be sent now."""
        database = Database.open(self.url)
        try:
            if not is_current(database):
                return False
            with database.read() as tx:
                taken = tx.scalar(select(func.count()).select_from(arrival))
                under_way = or_(outbox.c.not_before <= SystemClock().now(), outbox.c.state == "sending")
                if states:
                    under_way = under_way & outbox.c.state.in_(states)
                left = tx.scalar(select(func.count()).select_from(outbox).where(text(OPEN), under_way))
        finally:
            database.close()
        return taken == len(self.sent) and left == 0

    def is_drained(self) -> None:
        """Run maild undisturbed, when all leases of the dead have run out, until nothing is left to do."""
        daemon = Daemon(self.path, ENVIRON, clock=FixedClock(SystemClock().now() + timedelta(minutes=40)))
        daemon.start()
        try:
            wait_until("all is done", lambda: self.is_settled() and not self.server.mails())
        finally:
            daemon.stop()

    def books_balance(self) -> int:
        """Check that every mail is one incident and led to one acknowledgement; return how many came twice.

        SMTP alone cannot tell a mail that was accepted before the kill from one that was not: the same mail may come
        again, under the same Message-ID, and never another one.
        """
        database = Database.open(self.url)
        with database.read() as tx:
            taken = Counter(tx.scalars(select(arrival.c.raw)))
            opened = tx.scalar(
                select(func.count()).select_from(arrival).where(arrival.c.disposition == "opened")
            )
            incidents = tx.scalar(select(func.count()).select_from(incident))
        database.close()
        assert taken == Counter(sha256(raw).hexdigest() for raw in self.sent)
        assert opened == incidents == len(self.sent)
        assert len(self.server.mails("Processed")) == len(self.sent)
        acks: dict[str, list[str]] = {}
        for mail in self.relay.received:
            (to,) = (one for one in mail.recipients if one != PROOFS)
            if to not in (ANNA, BEN):
                acks.setdefault(to, []).append(read_outside(mail.raw)["Message-ID"])
        assert sorted(acks) == sorted(f"c{n}@c{n}.example" for n in range(len(self.sent)))
        assert {len(set(ids)) for ids in acks.values()} == {1}
        return sum(len(ids) - 1 for ids in acks.values())


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A site where nothing has happened yet."""
    require_dovecot()
    server, relay = PrivateDovecot(), SmtpSink(auth=False).start()
    try:
        yield Site(tmp_path, server.start(), relay)
    finally:
        relay.stop()
        server.remove()


@pytest.mark.timeout(900)
def test_killed_again_and_again_it_loses_nothing_and_does_nothing_twice(site: Site) -> None:
    """SIGKILL after a random number of log lines, with mail coming in all the time (invariants I1, I3, I7)."""
    dice = random.Random(20261122)
    for _ in range(CYCLES):
        site.is_mailed(dice.randint(1, 6))
        with site.process() as process:
            site.lines(process, dice.randint(1, 25))
            process.kill()
    site.is_drained()
    twice = site.books_balance()
    assert twice <= CYCLES


@pytest.mark.timeout(900)
def test_with_proof_copies_nobody_gets_a_mail_twice(tmp_path: Path) -> None:
    """Killed at random, and its connection cut behind mails that were taken: what arrived is known by its copy."""
    require_dovecot()
    server, relay = PrivateDovecot(), SmtpSink(auth=False).start()
    dice = random.Random(20261125)
    try:
        site = Site(tmp_path, server.start(), relay, proofs=True)
        for _ in range(CYCLES):
            site.is_mailed(dice.randint(1, 6))
            with site.process() as process:
                relay.cut_after = dice.randint(0, 2)
                site.lines(process, dice.randint(1, 25))
                process.kill()
        relay.cut_after = 0
        site.is_drained()
        assert site.books_balance() == 0
        copies = Counter(read_outside(raw)["Message-ID"] for raw in server.mails("Proofs").values())
        assert set(copies.values()) == {1}
        assert len(copies) == len(relay.received)
    finally:
        relay.stop()
        server.remove()


def test_two_processes_on_one_mailbox_and_database_share_the_work(site: Site) -> None:
    """Nothing is handled or answered twice, whoever does it (invariant I13); and no log line holds a password."""
    site.is_mailed(20)
    with site.process() as one, site.process() as other:
        site.is_mailed(20)
        one.wait_for_line("started")
        other.wait_for_line("started")
        site.is_mailed(20)
        wait_until("all is answered", lambda: site.is_settled() and not site.server.mails())
        one.terminate()
        other.terminate()
        assert (one.ends(), other.ends()) == (0, 0)
        said = "\n".join([*one.log, *other.log])
    assert site.books_balance() == 0
    secrets = (PASSWORD, SECRET, (site.path.parent / "var" / "secret").read_text(encoding="utf-8").split()[1])
    stored = b"".join(path.read_bytes() for path in (site.path.parent / "var").glob("maild.db*"))
    left = b"".join(mail.raw for mail in site.relay.received)
    for secret in secrets:
        assert secret not in said
        assert secret.encode() not in stored + left
    assert "Traceback" not in said
