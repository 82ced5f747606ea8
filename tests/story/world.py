"""One world for each story: a real IMAP server, a real relay, a real database, and maild between them.

What the stories tell is checked by them; what must hold in every story is checked when a world ends (`World.close`):
each mail that was sent is kept, byte for byte, with one disposition; what left is what the outbox says has left,
once; nobody but staff and those who wrote got anything; nothing internal reached a customer.
"""

import contextlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Executable, Select, create_engine, func, make_url, or_, select
from sqlalchemy import text as sql

from maild.clock import Clock
from maild.core.incident import Incident
from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.daemon import Daemon
from maild.store import incidents
from maild.store.database import Database
from maild.store.tables import OPEN, address, arrival, blob, entry, mailbox, outbox, timer
from maild.testing import FixedClock
from tests.parts import dovecot, sink
from tests.parts.configs import SHIPPED
from tests.parts.dovecot import PrivateDovecot
from tests.story.log import Log
from tests.story.patience import wait_until
from tests.story.people import MX, SUPPORT, Person, as_mail
from tests.story.process import Process, maild

MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ENVIRON = {
    "MAILBOX_PASSWORD": dovecot.PASSWORD,
    "RELAY_PASSWORD": sink.PASSWORD,
    "WRONG_PASSWORD": "forgotten",
}
SHIPPED_RULES = SHIPPED.partition("# --- classifiers ---")[2].partition("# --- end of classifiers ---")[0]
# What the stories need of them: a maild that has to read no more starts in half the time.
FEW_RULES = """
[[classifiers.scopes]]
id = "outage"
label = "a shop that does not work"
phrases = ["checkout is down", "white page", "nobody can check out"]

[[classifiers.scopes]]
id = "unknown"
label = "a question"

[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]

[[classifiers.priorities]]
level = "high"
phrases = ["urgent"]
always_for = ["outage"]
"""
HOURS = {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
Row = Mapping[str, Any]


class World:
    """A stage with its people: `jane` and `omar` are customers, `anna` and `ben` are staff.

    Before `opens` a story may change `sections` (tables of config.toml), `mailboxes` and `rules`. The clock stands
    on a Monday at 10:00 UTC, one hour after opening, until the story moves it.
    """

    def __init__(self, folder: Path, server: PrivateDovecot, url: str, inbox: str) -> None:
        self.folder, self.server, self.url, self.inbox = folder, server, url, inbox
        self.done = f"{inbox}-done"
        self.moving_clock = FixedClock(MONDAY - timedelta(minutes=1))
        self.clock: Clock = self.moving_clock
        self.relay = self._new_relay(0)
        self.database = Database.open(url)
        self.log = Log()
        self.sent: list[bytes] = []
        self.resent, self.released_for = 0, ""
        self.jane = Person("Jane Doe", "jane@customer.example", self)
        self.omar = Person("Omar", "omar@other.example", self)
        self.anna = Person("Anna", "anna@example.com", self)
        self.ben = Person("Ben", "ben@example.com", self)
        self.mailboxes = [self.a_mailbox()]
        self.sections = self._usual_sections()
        self.rules = FEW_RULES
        self.daemon: Daemon | None = None
        self._processes: list[Process] = []

    # --- config ---

    def a_mailbox(self, **changes: object) -> dict[str, object]:
        """Return the keys of a [[mailbox]] that reads the inbox over TLS; polling is quicker than Dovecot's IDLE."""
        usual = {
            "name": "support",
            "host": "localhost",
            "port": self.server.tls_port,
            "ca_file": str(self.server.ca_file),
            "user": dovecot.USER,
            "password": "${MAILBOX_PASSWORD}",
            "folder": self.inbox,
            "processed_folder": self.done,
            "since": "all",
            "poll_seconds": 0.1,
            "idle": False,
        }
        return {**usual, **changes}

    def _usual_sections(self) -> dict[str, dict[str, object]]:
        return {
            "service": {"name": "Example Support", "address": SUPPORT},
            "database": {"url": self.url},
            "listen": {"enabled": False},
            "outgoing": {
                "transport": "smtp",
                "host": "localhost",
                "port": self.relay.port,
                "ca_file": str(self.server.ca_file),
                "user": sink.USER,
                "password": "${RELAY_PASSWORD}",
            },
            "proof": {"authserv_ids": [MX]},
            "calendar.standard": {"time_zone": "UTC", **HOURS},
            "limits": {},
        }

    @property
    def config_path(self) -> Path:
        """Where config.toml is."""
        return self.folder / "config.toml"

    def write_config(self) -> Path:
        """Write config.toml as the story wants it."""
        staff = [{"name": one.name, "address": one.address} for one in (self.anna, self.ben)]
        parts = [_table(f"[{name}]", keys) for name, keys in self.sections.items()]
        parts += [_table("[[mailbox]]", keys) for keys in self.mailboxes]
        parts += [_table("[[staff]]", keys) for keys in staff]
        self.config_path.write_text("\n".join([*parts, self.rules]), encoding="utf-8")
        return self.config_path

    # --- maild ---

    def opens(self) -> "World":
        """Start maild in this process; when this returns, what is mailed is new mail and no backlog."""
        self.daemon = Daemon(self.write_config(), ENVIRON, clock=self.clock)
        self.daemon.start()
        self.is_reading()
        # What comes now came after first contact, which is now past.
        if self.moving_clock.now() < MONDAY:
            self.time_passes(minutes=1)
        return self

    def is_reading(self) -> None:
        """Wait until every mailbox that can be read was met."""
        readable = [one for one in self.mailboxes if one["password"] != "${WRONG_PASSWORD}"]
        met = select(func.count()).select_from(mailbox).where(mailbox.c.uidvalidity.is_not(None))
        wait_until("all mailboxes are read", lambda: self.scalar(met) >= len(readable))

    def closes(self) -> None:
        """Stop maild, as SIGTERM does."""
        if self.daemon is not None:
            self.daemon.stop()
            self.daemon = None
        for process in self._processes:
            if process.runs:
                process.terminate()
                assert process.ends() == 0

    def starts_process(self) -> Process:
        """Start maild as a process of its own, by the machine's clock."""
        process = Process(self.write_config(), ENVIRON)
        self._processes.append(process)
        process.wait_for_line("started")
        return process

    def maild(self, *arguments: str) -> str:
        """Run a command of maild on this world's config; return what it printed."""
        done = maild(self.config_path, ENVIRON, *arguments)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def time_passes(self, **delta: float) -> None:
        """Move the clock on."""
        self.moving_clock.advance(timedelta(**delta))

    # --- mail ---

    def is_sent(self, raw: bytes) -> None:
        """Put a mail into the inbox, as the customer's mail server would."""
        self.sent.append(raw)
        self.server.append(raw, self.inbox, self.clock.now())

    def was_there(self, raw: bytes, at: datetime) -> None:
        """Put a mail into the inbox that arrived before maild ever looked."""
        self.server.append(raw, self.inbox, at)

    def relay_goes_away(self) -> None:
        """Let the relay stop answering."""
        self.relay.stop()

    def relay_comes_back(self) -> None:
        """Let the relay answer again where it did before."""
        before, self.relay = self.relay, self._new_relay(self.relay.port)
        self.relay.received.extend(before.received)

    @contextlib.contextmanager
    def mail_server_away(self) -> Iterator[None]:
        """Let the IMAP server end all connections and take no new ones."""
        self.server.stop()
        try:
            yield
        finally:
            self.server.start()

    def waiting(self) -> list[bytes]:
        """Return the mails in the inbox."""
        return list(self.server.mails(self.inbox).values())

    def all_moved(self) -> list[bytes]:
        """Wait until every mail sent is in the processed folder; return what is there."""
        wait_until("the mail is moved", lambda: len(self.server.mails(self.done)) >= len(self.sent))
        return list(self.server.mails(self.done).values())

    def _new_relay(self, port: int) -> sink.SmtpSink:
        return sink.SmtpSink(self.server.certificates.server_context(), port=port).start()

    # --- what maild knows ---

    def rows(self, query: Select[Any]) -> list[Row]:
        """Return what the database holds."""
        with self.database.read() as tx:
            return [dict(row._mapping) for row in tx.execute(query)]

    def scalar(self, query: Executable) -> Any:
        """Return one value of the database."""
        with self.database.read() as tx:
            return tx.scalar(query)

    def incident(self, number: int) -> Incident:
        """Return an incident, when it is there."""

        def load() -> Incident | None:
            with self.database.read() as tx:
                return incidents.load(tx, number)

        return _there(wait_until(f"incident {number} is there", load))

    def numbers(self) -> list[int]:
        """Return the numbers of all incidents."""
        with self.database.read() as tx:
            return sorted(row["number"] for row in incidents.listing(tx, state=None))

    def entries(self, number: int) -> list[tuple[str, str, str]]:
        """Return the entries of an incident: kind, state, text."""
        of_incident = select(entry).where(entry.c.incident == number).order_by(entry.c.id)
        return [(row["kind"], row["state"], row["text"].strip()) for row in self.rows(of_incident)]

    def dispositions(self) -> list[str]:
        """Return what became of each mail, in the order in which they were taken."""
        return [row["disposition"] for row in self.rows(select(arrival).order_by(arrival.c.id))]

    def outbox(self, kind: str | None = None) -> list[Row]:
        """Return the mails of maild, one kind or all, with `recipient`."""
        joined = select(outbox, address.c.address.label("recipient")).join(
            address, address.c.id == outbox.c.address
        )
        found = self.rows(joined.order_by(outbox.c.id))
        return [row for row in found if kind is None or row["kind"] == kind]

    def settles(self) -> None:
        """Wait until every mail sent has been taken, every clock that is due looked at, every mail due has left."""
        wait_until("nothing is left to do", self._is_settled)

    def _is_settled(self) -> bool:
        now = self.clock.now()
        with self.database.read() as tx:
            if Counter(map(_digest, self.sent)) - Counter(tx.scalars(select(arrival.c.raw))):
                return False
            due = select(func.count()).select_from(timer).where(timer.c.next_at <= now)
            leaving = or_(outbox.c.not_before <= now, outbox.c.state == "sending")
            under_way = select(func.count()).select_from(outbox).where(sql(OPEN), leaving)
            return tx.scalar(due) == 0 and tx.scalar(under_way) == 0

    @contextlib.contextmanager
    def database_away(self) -> Iterator[None]:
        """Let PostgreSQL end all connections to the database and take no new ones."""
        url = make_url(self.url)
        engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with contextlib.closing(engine.connect()) as admin:
            admin.exec_driver_sql(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false")
            backends = sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name")
            admin.execute(backends, {"name": url.database})
            try:
                yield
            finally:
                admin.exec_driver_sql(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true")
        engine.dispose()

    @contextlib.contextmanager
    def arrivals_held_up(self) -> Iterator[Callable[[], None]]:
        """Let PostgreSQL finish no transaction that takes a mail, until what this gives is called."""
        engine = create_engine(self.url)
        with engine.connect() as other:
            other.exec_driver_sql("LOCK TABLE arrival IN EXCLUSIVE MODE")
            yield other.rollback
        engine.dispose()

    def somebody_waits(self) -> None:
        """Wait until a transaction is held up."""
        held_up = sql("SELECT count(*) FROM pg_locks WHERE NOT granted")
        wait_until("a transaction is held up", lambda: self.scalar(held_up))

    # --- the end ---

    def close(self) -> None:
        """Stop everything, and check what must hold in every story."""
        with contextlib.ExitStack() as stack:
            stack.callback(self.log.close)
            stack.callback(self.database.close)
            stack.callback(self.relay.stop)
            for process in self._processes:
                stack.callback(process.clear_away)
            with contextlib.ExitStack() as running:
                running.callback(self.closes)
                if self.daemon is not None or any(process.runs for process in self._processes):
                    self.settles()
            self._check_intake()
            self._check_outgoing()

    def _check_intake(self) -> None:
        kept = {row["sha256"]: row["bytes"] for row in self.rows(select(blob))}
        taken = Counter(row["raw"] for row in self.rows(select(arrival)))
        assert [raw for raw in self.sent if kept.get(_digest(raw)) != raw] == []
        assert Counter(map(_digest, self.sent)) - taken == Counter()

    def _check_outgoing(self) -> None:
        left = {row["message_id"]: row for row in self.outbox() if row["state"] == "sent"}
        came = [as_mail(received) for received in self.relay.received]
        assert {mail["Message-ID"]: mail.to for mail in came} == {k: v["recipient"] for k, v in left.items()}
        assert len(came) == len(left) + self.resent, "something left twice"
        staff = {self.anna.address, self.ben.address}
        writers = {str(as_mail(sink.Received("", (), raw)).message["From"]) for raw in self.sent}
        writers.add(self.released_for)
        for mail in came:
            assert mail["To"] == mail.to
            assert bool(mail["Auto-Submitted"]) == (left[mail["Message-ID"]]["kind"] != "answer")
            if mail.to not in staff:
                assert any(mail.to in writer for writer in writers), f"{mail.to} never wrote to us"
                assert ANSWER_ABOVE not in mail.text


def _table(head: str, keys: Mapping[str, object]) -> str:
    return "".join([f"{head}\n", *(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())])


def _digest(raw: bytes) -> str:
    return sha256(raw).hexdigest()


def _there(found: Incident | None) -> Incident:
    assert found is not None
    return found
