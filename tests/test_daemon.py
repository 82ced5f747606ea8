"""The daemon wires the stories together: what starts also stops, and a reload is whole or not at all."""

import contextlib
import logging
import signal
import smtplib
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.config.load import load_config
from maild.config.mailbox import MailboxSettings
from maild.daemon import Daemon, desk_for, imap_mailbox, proofs_of, sender_of
from maild.errors import ConfigError, UserError
from maild.mail.imap import ImapMailbox
from maild.mail.maildir import MaildirSender
from maild.mail.smtp import SmtpSender
from maild.store import config_versions, mailboxes
from maild.store.tables import arrival, config_version, morning
from maild.testing import FakeMailbox, FixedClock
from tests.parts.configs import ENVIRON, SMALLEST
from tests.parts.daemons import SMALL, config_in, hand_in, outgoing, running, wait_until
from tests.parts.records import HOUR, NOW

JANE = "jane@customer.example"
MAILBOX = """
[[mailbox]]
name = "{name}"
host = "localhost"
tls = "none"
user = "support@example.com"
password_file = "password"
since = "all"
poll_seconds = 0.1
"""


def edit(path: Path, old: str, new: str) -> None:
    """Change the config file."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def add_mailbox(path: Path, name: str = "support") -> None:
    """Add a mailbox to the config file."""
    password = path.parent / "password"
    password.write_text("x\n")
    password.chmod(0o600)
    path.write_text(path.read_text(encoding="utf-8") + MAILBOX.format(name=name), encoding="utf-8")


def raw(subject: str) -> bytes:
    """Return a small mail."""
    return f"From: {JANE}\r\nSubject: {subject}\r\nMessage-ID: <{subject}@x>\r\n\r\nx\r\n".encode()


def subjects(daemon: Daemon) -> list[str]:
    """Return what became of each mail that came in."""
    with daemon.desk.database.read() as tx:
        return [row.disposition for row in tx.execute(select(arrival))]


def mailbox_threads() -> set[str]:
    """Return the names of the threads that read mailboxes."""
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("mailbox ")}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A small config, on a free port."""
    return config_in(tmp_path)


# --- start and stop ----------------------------------------------------------------------------------------


def test_mail_through_the_door_is_answered_into_the_outgoing_folder(path: Path) -> None:
    """The embedded default, whole: SMTP in, SQLite, maildir out; woken by the commit."""
    with running(path) as daemon:
        hand_in(daemon, JANE, "The checkout is down")
        folder = path.parent / "var" / "outgoing"
        (mail,) = wait_until("Jane has her acknowledgement", lambda: outgoing(folder, JANE))
        assert "[#1001]" in mail["Subject"]
        assert daemon.listening_on == daemon.desk.config.listen.address


def test_a_start_looks_at_the_morning_before_it_takes_mail(path: Path) -> None:
    """So that the first mail after a start at nine is no reason for a digest at nine."""
    with running(path, clock=FixedClock(NOW)) as daemon, daemon.desk.database.read() as tx:
        assert [(row.kind, row.day) for row in tx.execute(select(morning))] == [("digest", "2026-03-02")]


def test_what_nobody_has_taken_gets_its_owner_by_itself(path: Path) -> None:
    """The daemon looks every few seconds; whoever gets it hears of it at once."""
    path.write_text(path.read_text() + '\n[assignment]\nmethod = "round_robin"\n', encoding="utf-8")
    with running(path, clock=FixedClock(NOW)) as daemon:
        hand_in(daemon, JANE, "The checkout is down")
        folder = path.parent / "var" / "outgoing"
        subjects = wait_until(
            "Anna has it",
            lambda: [
                mail["Subject"] for mail in outgoing(folder, "anna@example.com") if "Yours" in mail["Subject"]
            ],
        )
        assert subjects == ["[#1001] Yours: The checkout is down (NORMAL)"]


def test_what_starts_also_stops(path: Path) -> None:
    """No thread, no child, no open door is left."""
    before = set(threading.enumerate())
    with running(path) as daemon:
        host, port = daemon.desk.config.listen.host_port or ("", 0)
        assert len(set(threading.enumerate()) - before) >= 3
    assert {thread for thread in set(threading.enumerate()) - before if thread.is_alive()} == set()
    with pytest.raises(ConnectionRefusedError), smtplib.SMTP(host, port):
        pass


def test_a_mailbox_is_read_as_long_as_the_daemon_runs(path: Path) -> None:
    """By a thread of its own, and its lease is given up at the end."""
    add_mailbox(path)
    box = FakeMailbox()
    with running(path, open_mailbox=lambda settings, config: box) as daemon:
        box.deliver(raw("one"), NOW)
        wait_until("the mail is taken", lambda: subjects(daemon) == ["opened"])
        assert mailbox_threads() == {"mailbox support"}
    assert mailbox_threads() == set()
    with desk_for(load_config(path, {})) as desk, desk.database.read() as tx:
        assert mailboxes.lease_owners(tx) == []


def test_without_a_door_nothing_listens(tmp_path: Path) -> None:
    """`enabled = false`: only mailboxes are read."""
    path = config_in(tmp_path, SMALL.replace("enabled = true", "enabled = false"))
    with running(path) as daemon:
        assert daemon.listening_on == ""


def test_two_daemons_cannot_share_a_door(path: Path) -> None:
    """The second says which address is taken, in one line, and leaves nothing behind."""
    with running(path):
        second = Daemon(path, {})
        with pytest.raises(UserError, match="already in use") as refused:
            second.start()
        assert "\n" not in str(refused.value)


def test_the_folders_of_a_dead_process_are_freed_and_those_of_a_living_one_are_not(path: Path) -> None:
    """After kill -9 the next daemon reads at once; beside a living one it waits."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    owners = {
        "dead": f"{socket.gethostname()}:{ended.pid}",
        "init": f"{socket.gethostname()}:1",
        "far": "far:1",
    }
    with desk_for(load_config(path, {}), FixedClock(NOW)) as desk, desk.database.begin() as tx:
        for account, owner in owners.items():
            state = mailboxes.meet(tx, account, "INBOX", NOW)
            mailboxes.take_lease(tx, state.id, owner, NOW, NOW + HOUR)
    with running(path) as daemon, daemon.desk.database.read() as tx:
        assert sorted(mailboxes.lease_owners(tx)) == sorted([owners["init"], owners["far"]])


@pytest.fixture
def signals() -> Iterator[None]:
    """Give the signals back as they were: run() takes three of them."""
    taken = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.getsignal(number) for number in taken}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("signals")
def test_a_signal_ends_the_run(path: Path) -> None:
    """SIGTERM: what is in hand is finished, and run() returns."""
    daemon = Daemon(path, {})
    daemon.run(lambda started: signal.raise_signal(signal.SIGTERM))
    assert not [thread for thread in threading.enumerate() if thread.name == "courier"]


@pytest.mark.usefixtures("signals")
def test_whatever_ends_the_loop_stops_the_daemon(path: Path) -> None:
    """A fault in the main thread leaves no daemon that nobody can stop any more."""

    def fault(daemon: Daemon) -> None:
        raise ZeroDivisionError("a fault of ours")

    with pytest.raises(ZeroDivisionError):
        Daemon(path, {}).run(fault)
    assert not [thread for thread in threading.enumerate() if thread.name == "courier"]


def test_a_broken_config_starts_nothing(path: Path) -> None:
    """And no database is made."""
    edit(path, "reopen_days = 14", "reopen_days = -1")
    with pytest.raises(ConfigError):
        Daemon(path, {})
    assert not (path.parent / "var").exists()


# --- reload ------------------------------------------------------------------------------------------------


def test_a_good_edit_takes_effect(path: Path) -> None:
    """The next mail is decided by it; who waits for mail is still woken; its text is on record."""
    with running(path) as daemon:
        old = daemon.desk
        edit(path, 'name = "Example Support"', 'name = "Renamed Support"')
        assert daemon.reload()
        assert daemon.desk.config.service.name == "Renamed Support"
        assert daemon.desk.mail_waits is old.mail_waits
        with daemon.desk.database.read() as tx:
            versions = {row.version for row in tx.execute(select(config_version))}
        assert versions == {old.config.version, daemon.desk.config.version}
        hand_in(daemon, JANE, "Hello")
        folder = path.parent / "var" / "outgoing"
        (mail,) = wait_until("Jane has her acknowledgement", lambda: outgoing(folder, JANE))
        assert "Renamed Support" in mail["From"]


def test_a_broken_edit_changes_nothing_and_every_mistake_is_logged(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With its line; the daemon goes on as before."""
    with running(path) as daemon:
        old = daemon.desk
        edit(path, "reopen_days = 14", "reopen_days = -1")
        edit(path, 'after_answer = "waiting"', 'after_answer = "wating"')
        with caplog.at_level(logging.ERROR, logger="maild"):
            assert not daemon.reload()
        assert daemon.desk is old
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == ["config not reloaded"] * 2


def test_an_edit_without_its_key_changes_nothing(path: Path) -> None:
    """A secret_file that is not there is a mistake like any other: nobody may be left unable to sign."""
    with running(path) as daemon:
        old = daemon.desk
        edit(path, "reopen_days = 14", 'secret_file = "/nowhere/secret"')
        assert not daemon.reload()
        assert daemon.desk is old


FAILING = """
[[classifiers.scopes]]
id = "outage"
label = "an outage"

[[classifiers.examples]]
subject = "hello"
scope = "outage"
"""


def test_an_edit_that_fails_an_example_changes_nothing(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The rules in force are known to be good: they go on, and the log says which example and why."""
    with running(path) as daemon:
        old = daemon.desk
        path.write_text(path.read_text(encoding="utf-8") + FAILING, encoding="utf-8")
        with caplog.at_level(logging.ERROR, logger="maild"):
            assert not daemon.reload()
        assert daemon.desk is old
    [record] = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert record.getMessage() == "config not reloaded"
    assert 'scope must be "outage", but is "unknown"' in str(vars(record))


def test_a_start_with_an_example_that_fails_takes_mail_and_says_so(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """There are no other rules to go on with, and mail must not wait."""
    path.write_text(path.read_text(encoding="utf-8") + FAILING, encoding="utf-8")
    with caplog.at_level(logging.WARNING, logger="maild"), running(path) as daemon:
        hand_in(daemon, JANE, "Hello")
        wait_until("the mail is taken", lambda: subjects(daemon) == ["opened"])
    assert "an example fails" in [record.getMessage() for record in caplog.records]


def test_mailboxes_come_and_go_with_the_config(path: Path) -> None:
    """A new one is read, an old one is let go of, without a restart."""
    boxes = {"support": FakeMailbox(), "orders": FakeMailbox()}
    add_mailbox(path)
    with running(path, open_mailbox=lambda settings, config: boxes[settings.name]) as daemon:
        edit(path, MAILBOX.format(name="support"), MAILBOX.format(name="orders"))
        assert daemon.reload()
        boxes["orders"].deliver(raw("order"), NOW)
        wait_until("the order is taken", lambda: subjects(daemon) == ["opened"])
        wait_until("the old one is let go of", lambda: mailbox_threads() == {"mailbox orders"})


def test_a_mailbox_that_did_not_change_is_read_on(path: Path) -> None:
    """Its connection is kept."""
    opened = list[FakeMailbox]()

    def open_mailbox(settings: object, config: object) -> FakeMailbox:
        opened.append(FakeMailbox())
        return opened[-1]

    add_mailbox(path)
    with running(path, open_mailbox=open_mailbox) as daemon:
        wait_until("it is opened", lambda: opened)
        edit(path, 'name = "Example Support"', 'name = "Renamed Support"')
        assert daemon.reload()
        opened[0].deliver(raw("one"), NOW)
        wait_until("the mail is taken", lambda: subjects(daemon) == ["opened"])
    assert len(opened) == 1


def test_a_mailbox_with_other_settings_is_opened_anew(path: Path) -> None:
    """Its name is the same, what is read is not: the old connection is let go of."""
    opened = list[tuple[str, FakeMailbox]]()

    def open_mailbox(settings: MailboxSettings, config: object) -> FakeMailbox:
        opened.append((settings.folder, FakeMailbox()))
        return opened[-1][1]

    add_mailbox(path)
    with running(path, open_mailbox=open_mailbox) as daemon:
        wait_until("it is opened", lambda: opened)
        edit(path, 'since = "all"', 'since = "all"\nfolder = "Requests"')
        assert daemon.reload()
        wait_until("it is opened anew", lambda: len(opened) == 2)
        opened[1][1].deliver(raw("one"), NOW)
        wait_until("the mail is taken", lambda: subjects(daemon) == ["opened"])
    assert [folder for folder, _ in opened] == ["INBOX", "Requests"]


def test_new_limits_of_the_door_count_after_a_reload(path: Path) -> None:
    """Without a restart; and what reads the mail goes by the same ones, or a mail let in would be too large to read."""
    path.write_text(path.read_text(encoding="utf-8") + "\n[limits]\nmessage_bytes = 300\n")
    with running(path) as daemon:
        with pytest.raises(smtplib.SMTPSenderRefused, match="552"):
            hand_in(daemon, JANE, "Too large", "x" * 500)
        edit(path, "message_bytes = 300", "message_bytes = 30000")
        assert daemon.reload()
        hand_in(daemon, JANE, "Large", "x" * 500)
        assert subjects(daemon) == ["opened"]


def test_what_needs_a_restart_is_said_and_left_as_it_is(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The address of the door and the database cannot be changed under way: one line for each."""
    with running(path) as daemon:
        before = daemon.desk.config
        edit(path, before.listen.address, "127.0.0.1:1")
        edit(path, "sqlite:///var/maild.db", "sqlite:///var/other.db")
        with caplog.at_level(logging.WARNING, logger="maild"):
            assert daemon.reload()
        after = daemon.desk.config
        assert (after.listen, after.database) == (before.listen, before.database)
    assert [record.getMessage() for record in caplog.records].count("needs a restart") == 2


def test_mail_leaves_by_the_new_way_after_a_reload(path: Path) -> None:
    """Another folder; the old one gets nothing more."""
    with running(path) as daemon:
        edit(path, 'folder = "var/outgoing"', 'folder = "var/elsewhere"')
        assert daemon.reload()
        hand_in(daemon, JANE, "Hello")
        wait_until("it is there", lambda: outgoing(path.parent / "var" / "elsewhere", JANE))
        assert outgoing(path.parent / "var" / "outgoing", JANE) == []


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ('address = "support@example.com"', 'address = "help@example.com"', False),
        ('name = "Example Support"', 'name = "Renamed Support"', True),
    ],
)
def test_a_reload_makes_the_way_out_anew_where_it_names_another_address(
    path: Path, before: str, after: str, kept: bool
) -> None:
    """A relay that takes no null sender is told the address of today; the connection stays where nothing changed."""
    with running(path) as daemon:
        sender = daemon.desk.sender
        edit(path, before, after)
        assert daemon.reload()
        assert (daemon.desk.sender is sender) is kept


def test_no_mail_is_taken_from_the_folder_of_proof_copies(path: Path) -> None:
    """It is searched when there is a doubt, and not watched, before and after a reload."""
    add_mailbox(path)
    text = path.read_text(encoding="utf-8") + MAILBOX.format(name="proofs")
    text += 'folder = "Proofs"\nproof = true\n'
    relay = (
        'transport = "smtp"\nhost = "127.0.0.1"\nport = 1\ntls = "none"\nproof_copy = "proofs@example.com"'
    )
    path.write_text(text.replace('folder = "var/outgoing"', relay), encoding="utf-8")
    with running(path, open_mailbox=lambda settings, config: FakeMailbox()) as daemon:
        assert mailbox_threads() == {"mailbox support"}
        edit(path, 'name = "Example Support"', 'name = "Renamed Support"')
        assert daemon.reload()
        assert mailbox_threads() == {"mailbox support"}
        assert daemon.desk.proofs is not None
    config = load_config(path, {})
    assert imap_mailbox(config.mailbox[1], config) is not None
    assert proofs_of(replace(config, mailbox=config.mailbox[:1])) is None


@pytest.mark.usefixtures("signals")
def test_a_changed_file_is_taken_by_the_main_thread(path: Path) -> None:
    """The tick only looks, and asks; so no two threads ever lay a desk at once."""
    daemon = Daemon(path, {})

    def change(started: Daemon) -> None:
        edit(path, 'name = "Example Support"', 'name = "Renamed Support"')
        threading.Thread(target=end_when_it_is_taken, args=(started,)).start()

    def end_when_it_is_taken(started: Daemon) -> None:
        with contextlib.suppress(AssertionError):
            wait_until("it is taken", lambda: started.desk.config.service.name == "Renamed Support")
        signal.raise_signal(signal.SIGTERM)

    daemon.run(change)
    assert daemon.desk.config.service.name == "Renamed Support"


def test_what_a_signal_reloaded_is_not_reloaded_again(path: Path) -> None:
    """Whoever edits and sends SIGHUP finds one line in the log."""
    with running(path) as daemon:
        edit(path, 'name = "Example Support"', 'name = "Renamed Support"')
        assert daemon.reload()
        assert [daemon.look_at_file() for _ in range(3)] == [False] * 3


def test_a_changed_file_waits_for_a_signal_where_the_config_says_so(path: Path) -> None:
    """`reload = "signal"`: however often one looks."""
    edit(path, "reopen_days = 14", 'reload = "signal"')
    with running(path) as daemon:
        edit(path, 'name = "Example Support"', 'name = "Renamed Support"')
        assert [daemon.look_at_file() for _ in range(3)] == [False] * 3
        assert daemon.reload()
        assert daemon.desk.config.service.name == "Renamed Support"


# --- the pieces --------------------------------------------------------------------------------------------


def test_the_way_out_is_the_one_that_the_config_names(tmp_path: Path) -> None:
    """A folder, or a relay."""
    path = tmp_path / "config.toml"
    path.write_text(SMALLEST, encoding="utf-8")
    assert isinstance(sender_of(load_config(path, ENVIRON)), MaildirSender)
    path.write_text(
        SMALLEST + '[outgoing]\ntransport = "smtp"\nhost = "smtp.example.com"\n', encoding="utf-8"
    )
    assert isinstance(sender_of(load_config(path, ENVIRON)), SmtpSender)


def test_a_mailbox_is_imap_and_not_connected_before_it_is_opened(path: Path) -> None:
    """A server that is away must not stop the start."""
    add_mailbox(path)
    config = load_config(path, {})
    assert isinstance(imap_mailbox(config.mailbox[0], config), ImapMailbox)


def test_a_desk_for_one_command_is_cleared_away(path: Path) -> None:
    """Database upgraded, reader started and stopped, by the clock that is given."""
    with desk_for(load_config(path, {}), FixedClock(NOW)) as desk:
        assert desk.reader.read(raw("one")).subject == "one"
        assert desk.clock.now() == NOW
        with desk.database.begin() as tx:
            config_versions.note(tx, "v", "text", NOW)
    assert not [thread for thread in threading.enumerate() if thread.name == "courier"]
