"""The daemon: threads, scheduler, signals; the only place that wires things.

One process: a thread for each mailbox, the LMTP/SMTP listener, one thread that delivers, a scheduler that only
ticks, and the children that read mail. SIGTERM and SIGINT finish what is in hand; SIGHUP, or a change of the file,
reloads the config, whole or not at all.
"""

import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC
from pathlib import Path

from apscheduler.events import EVENT_JOB_ERROR, JobExecutionEvent
from apscheduler.schedulers.background import BackgroundScheduler

from maild import systemd
from maild.assign_queue import assign_waiting
from maild.clock import Clock, SystemClock
from maild.config.load import load_config
from maild.config.mailbox import MailboxSettings
from maild.config.prove import failing_examples, load_proven
from maild.config.secret import load_keys
from maild.config.settings import Config
from maild.config.watch import ConfigWatch
from maild.core.message import Delivery
from maild.core.reply_token import Keys
from maild.desk import Desk, lay
from maild.errors import MaildError, UserError, contain
from maild.fetch_mail import Watch, keep_fetching
from maild.fire_timers import fire_due
from maild.handle_message import take
from maild.isolate import ReaderPool
from maild.log import logger, set_up_logging
from maild.mail.imap import ImapMailbox
from maild.mail.interfaces import Mailbox, Sender
from maild.mail.lmtp import Listener
from maild.mail.maildir import MaildirSender
from maild.mail.oauth import TokenKeeper, keeper_of
from maild.mail.proof import ProofFolder
from maild.mail.smtp import SmtpSender
from maild.send_digest import send_mornings
from maild.send_outbox import send_due
from maild.store import config_versions, mailboxes, policies
from maild.store.database import Database, upgrade

TICK_SECONDS = 1
OWNER_SECONDS = 5  # an incident may wait so long for its owner
MORNING_SECONDS = 20  # a morning mail may be so late
CONFIG_SECONDS = 2  # between two looks at the config file, which must lie still from one to the next
# A stop waits so long for the mail that is leaving; one that takes longer is sent again, with the same Message-ID.
LAST_MAIL_SECONDS = 60
log = logger(__name__)
OpenMailbox = Callable[[MailboxSettings, Config], Mailbox]


def imap_mailbox(settings: MailboxSettings, config: Config) -> ImapMailbox:
    """Return the mailbox of `settings`, not yet connected; out of one with proof copies nothing is moved."""
    settings = replace(settings, processed_folder="") if settings.proof else settings
    return ImapMailbox(settings, config.limits, tokens_of(settings.oauth, config))


def tokens_of(name: str, config: Config) -> TokenKeeper | None:
    """Return where the access tokens of the grant `name` come from, None where an account names none."""
    grant = next((grant for grant in config.oauth if grant.name == name), None)
    return keeper_of(grant, config.service.data_dir) if grant else None


def sender_of(config: Config) -> Sender:
    """Return the way out that [outgoing] names."""
    if config.outgoing.transport == "maildir":
        return MaildirSender(config.outgoing.folder)
    domain = config.service.domain or config.service.address.rpartition("@")[2]
    tokens = tokens_of(config.outgoing.oauth, config)
    return SmtpSender(config.outgoing, domain, config.service.address, tokens)


def way_out(config: Config) -> tuple[object, ...]:
    """Return all that `sender_of` asks of a config: while it is the same, a reload keeps the sender."""
    service = config.service
    return config.outgoing, config.oauth, service.address, service.domain, service.data_dir


def read_for_mail(config: Config) -> list[MailboxSettings]:
    """Return the mailboxes whose mail is taken in: a proof copy is never mail to us."""
    return [box for box in config.mailbox if not box.proof]


def proofs_of(config: Config) -> ProofFolder | None:
    """Return where proof copies lie, None where none are asked for."""
    found = next((box for box in config.mailbox if box.proof), None)
    return ProofFolder(lambda: imap_mailbox(found, config)) if found else None


@contextmanager
def desk_for(config: Config, clock: Clock | None = None) -> Iterator[Desk]:
    """Lay a desk for one command of a person's, with everything on it but threads."""
    database = Database.open(config.database.url)
    reader = ReaderPool(config.limits)
    try:
        upgrade(database)
        reader.start()
        yield lay(config, database, reader, sender_of(config), load_keys(config), clock or SystemClock())
    finally:
        reader.close()
        database.close()


class Daemon:
    """maild as one process: `start`, then `stop`; `run` does both around the signals."""

    def __init__(
        self,
        config_path: Path,
        environ: Mapping[str, str],
        *,
        clock: Clock | None = None,
        open_mailbox: OpenMailbox = imap_mailbox,
    ) -> None:
        self._path, self._environ, self._open_mailbox = config_path, environ, open_mailbox
        self._owner = f"{socket.gethostname()}:{os.getpid()}"
        self._stop = threading.Event()
        self._reload = threading.Event()
        self._watches: dict[str, Watch] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._retired: list[threading.Thread] = []
        self._file = ConfigWatch(config_path)
        config = load_config(config_path, environ)
        # A reload keeps the config in force instead; here there is none, and mail waits.
        for problem in failing_examples(config, str(config_path)):
            log.warning("an example fails", problem=problem)
        self._reader = ReaderPool(config.limits)
        self._database = Database.open(config.database.url)
        upgrade(self._database)
        keys = load_keys(config)
        desk = lay(config, self._database, self._reader, sender_of(config), keys, clock or SystemClock())
        self.desk: Desk = replace(desk, proofs=proofs_of(config))
        self._listener = Listener(
            config.listen, lambda: self.desk.config.limits, self._take_one, self.desk.clock
        )
        self._courier = threading.Thread(target=self._deliver, name="courier", daemon=True)
        self._scheduler = self._ticks()

    @property
    def listening_on(self) -> str:
        """Where the SMTP or LMTP door is, as text; empty where there is none."""
        return self._listener.address if self.desk.config.listen.enabled else ""

    def start(self) -> None:
        """Start everything; when this returns, mail is taken. Raises UserError where the door cannot be opened."""
        self._note_config()
        self._free_folders_of_the_dead()
        try:
            self._reader.start()
            if self.desk.config.listen.enabled:
                self._listener.start()
        except MaildError:
            self._reader.close()
            self._database.close()
            raise
        for settings in read_for_mail(self.desk.config):
            self._watch(settings)
        self._courier.start()
        self._scheduler.start()
        log.info(
            "started",
            pid=os.getpid(),
            listen=self.listening_on,
            mailboxes=len(self._watches),
            config=self.desk.config.version,
        )

    def stop(self) -> None:
        """Stop taking mail, finish what is in hand, close everything."""
        self._stop.set()
        self._scheduler.shutdown(wait=True)
        if self.desk.config.listen.enabled:
            self._listener.stop()
        for watch in self._watches.values():
            watch.stop.set()
        for thread in (*self._threads.values(), *self._retired):
            thread.join()
        self.desk.mail_waits.set()
        self._courier.join(LAST_MAIL_SECONDS)
        self._reader.close()
        self.desk.sender.close()
        with contain(lambda error: log.error("folders not given up", error=repr(error))):
            self._give_up(self._owner)
        self._database.close()
        log.info("stopped")

    def run(self, started: Callable[["Daemon"], None] = lambda daemon: None) -> None:
        """Run until SIGTERM or SIGINT; call `started` once mail is taken. To be called in the main thread."""
        signal.signal(signal.SIGTERM, lambda *_: self._stop.set())
        signal.signal(signal.SIGINT, lambda *_: self._stop.set())
        signal.signal(signal.SIGHUP, lambda *_: self._reload.set())
        self.start()
        try:
            started(self)
            systemd.notify("READY=1")
            while not self._stop.wait(TICK_SECONDS):
                if self._alive():
                    systemd.notify("WATCHDOG=1")
                if self._reload.is_set():
                    self._reload.clear()
                    self.reload()
        finally:
            # Whatever ended this loop: without it nobody would hear a signal any more.
            systemd.notify("STOPPING=1")
            self.stop()

    def reload(self) -> bool:
        """Take the config file as it is now, whole; a broken one changes nothing and is logged, line by line."""
        systemd.notify("RELOADING=1")
        self._file.know()
        try:
            config = load_proven(self._path, self._environ)
            keys = load_keys(config)
        except UserError as error:
            for problem in str(error).splitlines():
                log.error("config not reloaded", problem=problem)
            systemd.notify("READY=1")
            return False
        self._lay_anew(config, keys)
        systemd.notify("READY=1")
        return True

    def _lay_anew(self, config: Config, keys: Keys) -> None:
        """Swap the desk, then let watchers go or start by what [[mailbox]] says now."""
        old = self.desk
        for section in ("database", "listen"):
            if getattr(config, section) != getattr(old.config, section):
                log.warning("needs a restart", section=section)
        config = replace(config, database=old.config.database, listen=old.config.listen)
        self._reader.adopt(config.limits)
        sender = old.sender if way_out(config) == way_out(old.config) else sender_of(config)
        desk = lay(config, self._database, self._reader, sender, keys, old.clock)
        self.desk = replace(desk, mail_waits=old.mail_waits, proofs=proofs_of(config))
        set_up_logging(config.service.log_format, config.service.log_level)
        with contain(lambda error: log.error("config version not noted", error=repr(error))):
            self._note_config()
        wanted = {settings.name: settings for settings in read_for_mail(config)}
        for name, watch in list(self._watches.items()):
            if wanted.get(name) != watch.settings:
                self._watches.pop(name).stop.set()
                self._retired.append(self._threads.pop(name))
        for name in wanted.keys() - self._watches:
            self._watch(wanted[name])
        log.info("config reloaded", config=config.version)

    def look_at_file(self) -> bool:
        """Ask for a reload where the config file holds another text than was read, unless [service] says not to."""
        changed = self.desk.config.service.reload == "file" and self._file.changed()
        if changed:
            self._reload.set()
        return changed

    def _alive(self) -> bool:
        """Say whether every thread that must run does."""
        watched = all(thread.is_alive() for thread in self._threads.values())
        return watched and self._courier.is_alive() and bool(self._scheduler.running)

    def _note_config(self) -> None:
        config = self.desk.config
        with self._database.begin() as tx:
            config_versions.note(tx, config.version, config.text, self.desk.clock.now())
            policies.adopt(tx, config.policy)

    def _free_folders_of_the_dead(self) -> None:
        """Take from processes of this machine that died the folders that they still hold for some minutes."""
        with self._database.read() as tx:
            owners = mailboxes.lease_owners(tx)
        for owner in owners:
            host, _, pid = owner.rpartition(":")
            if host == socket.gethostname() and pid.isdigit() and not _runs(int(pid)):
                self._give_up(owner)

    def _give_up(self, owner: str) -> None:
        with self._database.begin() as tx:
            mailboxes.drop_leases(tx, owner)

    def _take_one(self, delivery: Delivery) -> None:
        take([delivery], self.desk)

    def _watch(self, settings: MailboxSettings) -> None:
        """Give the mailbox a thread of its own."""
        watch = Watch(
            settings,
            self._owner,
            desk=lambda: self.desk,
            take=lambda deliveries: take(deliveries, self.desk),
            open_mailbox=lambda: self._open_mailbox(settings, self.desk.config),
        )
        thread = threading.Thread(target=keep_fetching, args=(watch,), name=f"mailbox {settings.name}")
        self._watches[settings.name] = watch
        self._threads[settings.name] = thread
        thread.start()

    def _deliver(self) -> None:
        """Send what is due whenever a commit or a tick says that something may be."""
        sender = self.desk.sender
        while not self._stop.is_set():
            self.desk.mail_waits.wait()
            self.desk.mail_waits.clear()
            if self.desk.sender is not sender:
                sender.close()
                sender = self.desk.sender
            with contain(lambda error: log.error("delivery stopped short", error=repr(error))):
                while not self._stop.is_set() and send_due(self.desk, self._stop.is_set):
                    pass

    def _ticks(self) -> BackgroundScheduler:
        """Return the scheduler: it only ticks, and asks the database what is due (rules: Late timers)."""
        defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        scheduler = BackgroundScheduler(timezone=UTC, job_defaults=defaults)
        scheduler.add_job(lambda: fire_due(self.desk), "interval", seconds=TICK_SECONDS, id="clocks")
        scheduler.add_job(lambda: assign_waiting(self.desk), "interval", seconds=OWNER_SECONDS, id="owners")
        scheduler.add_job(
            lambda: send_mornings(self.desk), "interval", seconds=MORNING_SECONDS, id="mornings"
        )
        scheduler.add_job(lambda: self.desk.mail_waits.set(), "interval", seconds=TICK_SECONDS, id="outbox")
        scheduler.add_job(self.look_at_file, "interval", seconds=CONFIG_SECONDS, id="config")
        scheduler.add_listener(_log_failed_tick, EVENT_JOB_ERROR)
        return scheduler


def _runs(pid: int) -> bool:
    """Say whether there is a process `pid` on this machine."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _log_failed_tick(event: JobExecutionEvent) -> None:
    log.error("tick failed", job=event.job_id, error=repr(event.exception))
