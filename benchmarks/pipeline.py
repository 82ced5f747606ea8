"""A mailbox full of mail through a real IMAP server, the daemon and a real relay: what a mail costs, and is none lost.

Run from a checkout: `python benchmarks/pipeline.py`. It prints ratios within this one run, because machines differ:
CPU time a mail against what the standard library alone needs to parse the same mails (the parse limit). At the end it
reconciles what went in with what is stored and what came out; the exit code is 1 where that does not agree.
"""

import argparse
import email
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from threading import Event
from time import monotonic, thread_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import stages
from benchmarks.processes import Used, children, used
from benchmarks.reconcile import OPEN, Account, Outside, reconcile
from benchmarks.workload import AUTHSERV, SUPPORT, workload
from maild.clock import SystemClock
from tests.parts.dovecot import PASSWORD, USER, PrivateDovecot, available

ROOT = Path(__file__).resolve().parents[1]
LONGEST_RUN = 600.0
CONFIG = """
[service]
name = "Example Support"
address = "{support}"
[[mailbox]]
name = "bench"
host = "127.0.0.1"
port = {imap_port}
tls = "none"
user = "{user}"
password = "${{BENCH_PASSWORD}}"
folder = "{folder}"
processed_folder = "{processed}"
since = "all"
ack_backlog = true
[listen]
enabled = false
[outgoing]
transport = "smtp"
host = "127.0.0.1"
port = {smtp_port}
tls = "none"
[proof]
authserv_ids = ["{authserv}"]
[calendar.standard]
time_zone = "UTC"
mon = ["09:00-18:00"]
tue = ["09:00-18:00"]
wed = ["09:00-18:00"]
thu = ["09:00-18:00"]
fri = ["09:00-18:00"]
[limits]
unproven_ack_minutes = 1
address_per_hour = 1_000_000
address_per_day = 1_000_000
domain_per_hour = 1_000_000
total_per_minute = 1_000_000
staff_notifications = 1_000_000
"""
STAFF = """
[[staff]]
name = "Staff {number}"
address = "staff{number}@shop.example"
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """The mails of one run, and for those of our own workload what they were made as, by SHA-256."""

    mails: Sequence[bytes]
    kinds: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Cost:
    """What the daemon used for the mails: CPU seconds of itself and its children without starting, peak MiB."""

    main_cpu: float
    child_cpu: float
    start_cpu: float
    main_mib: float
    child_mib: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that is printed; times in milliseconds of CPU a mail."""

    mails: int
    kinds: Mapping[str, int]
    mean_bytes: int
    live: bool
    parse_limit_ms: float
    main_ms: float
    child_ms: float
    start_cpu_seconds: float
    share_by_cpu: float
    share_by_clock: float
    main_peak_mib: float
    child_peak_mib: float
    stages_ms: Mapping[str, float]
    sent: int
    account: Account


def main() -> int:
    """Run and print; return the exit code."""
    wanted = arguments()
    if not available():
        print("the benchmark needs Dovecot 2.3 (apt-get install dovecot-imapd)", file=sys.stderr)
        return 3
    batch = batch_of(wanted)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="maild-bench-")))
        dovecot = PrivateDovecot().start()
        stack.callback(dovecot.remove)
        result = run(batch, wanted, folder, dovecot)
    if wanted.json:
        print(json.dumps(asdict(result)))
    else:
        report(result)
    return 1 if result.account.problems else 0


def arguments() -> argparse.Namespace:
    """Return what was asked for on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-n", dest="size", type=int, default=2000, help="how many mails (2000)")
    parser.add_argument("--seed", type=int, default=1, help="another workload for another number (1)")
    parser.add_argument("--mails", type=Path, help="a folder of *.eml to use instead of the workload")
    parser.add_argument(
        "--authserv", default=AUTHSERV, help="the server whose verdicts on senders are believed"
    )
    parser.add_argument("--staff", type=int, default=2, help="how many people are told of new mail (2)")
    parser.add_argument(
        "--live",
        action="store_true",
        help="as newly arrived mail, with clocks and word to staff; else a backlog",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser.parse_args()


def batch_of(wanted: argparse.Namespace) -> Batch:
    """Return the mails that were asked for."""
    if wanted.mails is not None:
        return Batch([path.read_bytes() for path in sorted(wanted.mails.glob("*.eml"))[: wanted.size]], {})
    made = list(workload(wanted.size, wanted.seed))
    return Batch([mail.raw for mail in made], {sha256(mail.raw).hexdigest(): mail.kind for mail in made})


def run(batch: Batch, wanted: argparse.Namespace, folder: Path, dovecot: PrivateDovecot) -> Result:
    """Measure the limit, the daemon, the limit again, then each stage on its own."""
    size = len(batch.mails)
    # What is dated after our first contact with the folder is no backlog, whatever lay there before.
    later = SystemClock().now() + timedelta(hours=1) if wanted.live else None
    limit_before = parse_limit(batch.mails)
    with sink() as (port, finish):
        cost = daemon_cost(
            batch.mails, later, write_config(folder / "daemon", dovecot, port, wanted), dovecot
        )
        came = finish()
    limit = (limit_before + parse_limit(batch.mails)) / 2
    outside = Outside(len(dovecot.mails("INBOX")), list(dovecot.mails("Processed").values()), came)
    account = reconcile(folder / "daemon" / "var" / "maild.db", size, outside, batch.kinds)
    with sink() as (port, _):
        path = write_config(folder / "stages", dovecot, port, wanted, "Processed", "Measured")
        seconds = stages.measure(path, {"BENCH_PASSWORD": PASSWORD})
    cpu = cost.main_cpu + cost.child_cpu
    return Result(
        mails=size,
        kinds=dict(Counter(batch.kinds.values())),
        mean_bytes=sum(map(len, batch.mails)) // size,
        live=wanted.live,
        parse_limit_ms=1000 * limit / size,
        main_ms=1000 * cost.main_cpu / size,
        child_ms=1000 * cost.child_cpu / size,
        start_cpu_seconds=cost.start_cpu,
        share_by_cpu=limit / cpu,
        share_by_clock=limit / cost.seconds,
        main_peak_mib=cost.main_mib,
        child_peak_mib=cost.child_mib,
        stages_ms={name: 1000 * value / size for name, value in seconds.items()},
        sent=len(came),
        account=account,
    )


def parse_limit(mails: Sequence[bytes]) -> float:
    """Return the CPU seconds that the standard library needs to parse the mails and decode every part of them."""
    before = thread_time()
    for raw in mails:
        for part in email.message_from_bytes(raw).walk():
            if not part.is_multipart():
                part.get_payload(decode=True)
    return thread_time() - before


def daemon_cost(
    mails: Sequence[bytes], internal_date: datetime | None, config: Path, dovecot: PrivateDovecot
) -> Cost:
    """Let `maild run` take all the mails, and return what that cost.

    It starts while the IMAP server is away, so that what starting costs is known before the first mail comes.
    """
    dovecot.append_all(mails, internal_date=internal_date)
    dovecot.stop()
    with daemon(config) as process:
        wait_for(lambda: "started" in log_of(config), process, config)
        at_start = total(process.pid)
        dovecot.start()
        database = config.parent / "var" / "maild.db"
        wait_for(lambda: taken(database) > 0, process, config)
        began = monotonic()
        wait_for(
            lambda: taken(database) == len(mails) and through(database) and not open_mails(database),
            process,
            config,
        )
        seconds = monotonic() - began
        main, child = total(process.pid)
    return Cost(
        main_cpu=main.cpu - at_start[0].cpu,
        child_cpu=child.cpu - at_start[1].cpu,
        start_cpu=at_start[0].cpu + at_start[1].cpu,
        main_mib=main.peak_mib,
        child_mib=child.peak_mib,
        seconds=seconds,
    )


def total(pid: int) -> tuple[Used, Used]:
    """Return what the daemon itself used, and its readers together, those included that were renewed."""
    main, each = used(pid), [used(child) for child in children(pid)]
    return main, Used(main.waited + sum(one.cpu for one in each), 0.0, sum(one.peak_mib for one in each))


@contextmanager
def daemon(config: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run maild as a process of its own, and stop it at the end."""
    environ = {**os.environ, "BENCH_PASSWORD": PASSWORD, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "maild.cli.main", "--config", str(config), "run"]
    with (
        (config.parent / "log").open("wb") as log,
        subprocess.Popen(command, cwd=ROOT, env=environ, stderr=log, stdout=log) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)


@contextmanager
def sink() -> Iterator[tuple[int, Callable[[], list[tuple[str, str]]]]]:
    """Run a relay as a process of its own; give its port, and a function that ends it and tells what came."""
    command = [sys.executable, "-m", "benchmarks.sink"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())

        def finish() -> list[tuple[str, str]]:
            told = json.loads(process.communicate(timeout=60)[0])
            return [(message_id, recipient) for message_id, recipient in told["mails"]]

        try:
            yield port, finish
        finally:
            if process.poll() is None:
                process.communicate(timeout=60)


def write_config(
    folder: Path,
    dovecot: PrivateDovecot,
    smtp_port: int,
    wanted: argparse.Namespace,
    source: str = "INBOX",
    processed: str = "Processed",
) -> Path:
    """Write a config with limits that hold nothing back and the classifiers as shipped; return its path."""
    folder.mkdir()
    ours = CONFIG.format(
        support=SUPPORT,
        imap_port=dovecot.port,
        user=USER,
        folder=source,
        processed=processed,
        smtp_port=smtp_port,
        authserv=wanted.authserv,
    )
    staff = "".join(STAFF.format(number=number) for number in range(1, wanted.staff + 1))
    shipped = (ROOT / "config.toml").read_text(encoding="utf-8")
    classifiers = shipped[shipped.index("\n[classifiers]\n") : shipped.index("\n[limits]\n")]
    path = folder / "config.toml"
    path.write_text(ours + staff + classifiers, encoding="utf-8")
    return path


def wait_for(done: Callable[[], bool], process: subprocess.Popen[bytes], config: Path) -> None:
    """Return when `done` says so; raises RuntimeError with the log's end where the daemon ends or takes too long."""
    until, pause = monotonic() + LONGEST_RUN, Event()
    while not done():
        if process.poll() is not None or monotonic() > until:
            raise RuntimeError("the daemon did not come to its end:\n" + log_of(config)[-2_000:])
        pause.wait(0.1)


def log_of(config: Path) -> str:
    """Return what the daemon has logged so far."""
    return (config.parent / "log").read_text(encoding="utf-8")


def taken(database: Path) -> int:
    """Return how many mails have been taken."""
    return ask(database, "SELECT count(*) FROM arrival")


def through(database: Path) -> bool:
    """Say whether the folder was read to its end: what is written then, as word to staff, is written."""
    return bool(ask(database, "SELECT count(*) FROM mailbox WHERE cursor >= (SELECT max(uid) FROM arrival)"))


def open_mails(database: Path) -> int:
    """Return how many mails of ours are still to be sent."""
    return ask(database, f"SELECT count(*) FROM outbox WHERE state IN {OPEN}")


def ask(database: Path, question: str) -> int:
    """Return the number that answers the question."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as db:
        return int(db.execute(question).fetchone()[0])


def report(result: Result) -> None:
    """Print the result for people."""
    account = result.account
    kinds = ", ".join(f"{count} {kind}" for kind, count in result.kinds.items()) or "as given"
    print(f"mails        {result.mails} ({kinds}), {result.mean_bytes / 1000:.1f} kB on average,", end=" ")
    print("newly arrived" if result.live else "a backlog with acknowledgements")
    print(f"parse limit  {result.parse_limit_ms:.2f} ms CPU a mail: the standard library, every part decoded")
    print(
        f"daemon       {result.main_ms + result.child_ms:.2f} ms CPU a mail: {result.main_ms:.2f} itself, "
        f"{result.child_ms:.2f} its reader; {result.start_cpu_seconds:.1f} s for starting are not in it"
    )
    print(
        f"share        {result.share_by_cpu:.2f} of the parse limit on one core "
        f"({result.share_by_clock:.2f} by the clock, on {os.cpu_count()})"
    )
    peak = result.main_peak_mib + result.child_peak_mib
    print(f"memory       {peak:.0f} MiB at most: {result.main_peak_mib:.0f} + {result.child_peak_mib:.0f}")
    print("stages       ms CPU a mail, in one thread, and as a part of the parse limit")
    for name, value in (*result.stages_ms.items(), ("together", sum(result.stages_ms.values()))):
        print(f"             {name:<26} {value:6.3f}  {value / result.parse_limit_ms:5.2f}")
    parts = " + ".join(f"{count} {name}" for name, count in account.dispositions.items())
    print(f"reconciled   {result.mails} in = {parts}")
    print(
        f"             {account.incidents} incidents = {account.acknowledged} acknowledged + {account.silent} not;"
        f" {sum(account.sent.values())} mails sent, {result.sent} came,"
        f" {account.held} held by a cap"
    )
    print("sent         " + ", ".join(f"{count} {kind}" for kind, count in sorted(account.sent.items())))
    for problem in account.problems:
        print(f"WRONG        {problem}")


if __name__ == "__main__":
    sys.exit(main())
