"""How the daemon behaves towards whoever runs it: it stops cleanly, reloads whole or not at all, knows its database."""

import json
import smtplib
from pathlib import Path

import pytest
from sqlalchemy import text

from maild.clock import SystemClock
from maild.store.database import Database
from tests.parts.proxy import Proxy
from tests.parts.sink import SmtpSink
from tests.story.patience import PATIENCE_SECONDS, wait_until
from tests.story.process import Process, maild
from tests.story.world import ENVIRON, World


@pytest.fixture
def running(world: World) -> Process:
    """A process on the world's config."""
    world.clock = SystemClock()
    process = world.starts_process()
    world.is_reading()
    return process


def test_sigterm_finishes_what_is_in_hand(world: World) -> None:
    """Told to stop in the middle of a mail, it sends that mail to its end, marks it, and exits with 0."""
    world.relay.stop()
    world.relay = SmtpSink(auth=False).start()
    wire = Proxy(world.relay.port)
    world.sections["outgoing"] = {"transport": "smtp", "host": "127.0.0.1", "port": wire.port, "tls": "none"}
    world.sections["listen"] = {"enabled": True, "address": "127.0.0.1:0"}
    world.clock = SystemClock()
    process = world.starts_process()
    world.is_reading()
    door = port_of(process)
    held = wire.hold_on(b"data\r\n")
    world.jane.writes("The checkout is down")
    assert held.wait(PATIENCE_SECONDS)
    process.terminate()
    wait_until("it takes no mail any more", lambda: not is_open(door))
    wire.resume()
    assert process.ends() == 0
    assert "[#1001]" in world.jane.gets()["Subject"]
    assert [row["state"] for row in world.outbox("acknowledgement")] == ["sent"]
    assert "stopped" in process.log[-1]
    wire.stop()


def port_of(process: Process) -> int:
    """Return the port of the door, as the log says."""
    return int(process.wait_for_line("started").partition("listen=127.0.0.1:")[2].split()[0])


def is_open(port: int) -> bool:
    """Say whether somebody answers there."""
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=5):
            return True
    except (OSError, smtplib.SMTPException):
        return False


def test_a_restart_reads_on_at_once(world: World, running: Process) -> None:
    """A process that stopped holds no folder: the next one needs not wait for a lease to run out."""
    running.terminate()
    assert running.ends() == 0
    world.starts_process()
    world.jane.writes("The checkout is down")
    assert "[#1001]" in world.jane.gets()["Subject"]


def test_sighup_takes_a_good_edit(world: World, running: Process) -> None:
    """A new name of the service stands in the next mail, without a restart; a new mailbox is read."""
    world.sections["service"]["name"] = "Renamed Support"
    sales = f"{world.inbox}-sales"
    with world.server.client() as client:
        client.create_folder(sales)
    world.mailboxes.append(world.a_mailbox(name="sales", folder=sales))
    world.write_config()
    running.hang_up()
    running.wait_for_line("config reloaded")
    world.is_reading()
    world.jane.writes("The checkout is down")
    assert world.jane.gets()["From"] == "Renamed Support <support@example.com>"
    raw = world.omar.composes("Prices", "What does it cost?\n").as_bytes().replace(b"\n", b"\r\n")
    world.sent.append(raw)
    world.server.append(raw, sales)
    assert world.omar.gets()["From"] == "Renamed Support <support@example.com>"


def test_sighup_leaves_a_broken_edit_alone(world: World, running: Process) -> None:
    """Every mistake is logged with its line, nothing of the edit takes effect, and mail is answered as before."""
    world.sections["service"]["name"] = "Renamed Support"
    world.sections["service"]["reopen_dayz"] = 3
    world.sections["outgoing"]["tls"] = "maybe"
    world.write_config()
    running.hang_up()
    running.wait_for_line("outgoing")
    problems = [line for line in running.log if "config not reloaded" in line]
    assert len(problems) == 2
    assert "config.toml:4: " in problems[0]
    assert "reopen_days" in problems[0]
    world.jane.writes("The checkout is down")
    assert world.jane.gets()["From"] == "Example Support <support@example.com>"


def test_a_changed_file_is_taken_without_a_signal(world: World, running: Process) -> None:
    """A broken edit is told once and changes nothing; the next one, good, decides about the next mail."""
    good = world.write_config().read_text()
    world.sections["service"]["reopen_dayz"] = 3
    world.write_config()
    running.wait_for_line("config not reloaded")
    world.config_path.write_text(good.replace("Example Support", "Renamed Support"))
    running.wait_for_line("config reloaded")
    assert len([line for line in running.log if "config not reloaded" in line]) == 1
    world.jane.writes("The checkout is down")
    assert world.jane.gets()["From"] == "Renamed Support <support@example.com>"
    told = json.loads(world.maild("config", "versions", "--json").splitlines()[-1])
    assert (told["verdicts"], told["is_file"]) == (1, True)


def test_an_empty_database_is_made_ready_at_the_start(world: World, tmp_path: Path) -> None:
    """A file that is not there yet, or holds no table, becomes one of today's schema."""
    path = tmp_path / "elsewhere" / "new.db"
    world.sections["database"]["url"] = f"sqlite:///{path}"
    world.clock = SystemClock()
    process = world.starts_process()
    process.terminate()
    assert process.ends() == 0
    assert path.stat().st_mode & 0o777 == 0o600
    assert world.maild("list", "--json") == ""


@pytest.mark.parametrize("command", [("run",), ("list",), ("show", "1001")])
def test_a_newer_database_is_refused_in_one_line(world: World, command: tuple[str, ...]) -> None:
    """Written by a maild to come: exit code 2, one line that says what to do, no traceback, nothing touched."""
    rewrite_version(world.database, "9999")
    done = maild(world.write_config(), ENVIRON, *command)
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert "was written by a newer maild" in line
    assert done.stdout == b""


def rewrite_version(database: Database, version: str) -> None:
    """Pretend that the schema is another one."""
    with database.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = :version"), {"version": version})


def test_a_broken_config_never_starts(world: World) -> None:
    """All mistakes at once, each with its line, exit code 2, and no database is made."""
    world.sections["service"]["reopen_dayz"] = 3
    world.sections["outgoing"]["tls"] = "maybe"
    world.sections["database"]["url"] = f"sqlite:///{world.folder / 'never.db'}"
    done = maild(world.write_config(), ENVIRON, "run")
    assert done.returncode == 2
    assert len(done.stderr.decode().splitlines()) == 2
    assert not (world.folder / "never.db").exists()


def test_the_log_tells_no_secret_and_no_text(world: World, running: Process) -> None:
    """What is logged names mails by number; passwords, subjects and texts never stand there."""
    world.jane.writes("A secret subject", "A secret text\n")
    world.jane.gets()
    running.terminate()
    running.ends()
    log = "\n".join(running.log)
    assert "incident=1001" in log
    assert [word for word in ("secret", *ENVIRON.values()) if word in log] == []
