"""The benchmark measures what it says, and does not pass over a mail that was lost."""

import contextlib
import json
import os
import random
import re
import smtplib
import subprocess
import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time

import pytest

from benchmarks.clock import OFFICE, Year, by_minutes, stored
from benchmarks.parse import by_kind, measured
from benchmarks.processes import children, used
from benchmarks.reconcile import DISPOSITIONS, Outside, reconcile
from benchmarks.stages import NAMES, Stages, replaced
from benchmarks.texts import LANGUAGES
from benchmarks.workload import FILE_BYTES, MIX, workload
from maild.core.limits import Limits
from maild.core.promising.business_hours import add_time
from maild.core.reading.parse_message import parse_message
from maild.store.database import Database, upgrade
from tests.parts.dovecot import require_dovecot

ROOT = Path(__file__).parents[1]
NOTHING = Outside(0, [], [])
# A run takes some ten seconds, most of it for starting things: here the one that does more, under CI both.
MODES = [["--live"], []] if os.environ.get("CI") == "true" else [["--live"]]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Give the file of an empty database."""
    path = tmp_path / "maild.db"
    with closing(Database.open(f"sqlite:///{path}")) as opened:
        upgrade(opened)
    return path


def change(database: Path, statement: str) -> None:
    """Change the database behind the back of the store."""
    with closing(Database.open(f"sqlite:///{database}")) as opened, opened.begin() as tx:
        tx.exec_driver_sql(statement)


# --- the workload -----------------------------------------------------------------------------------------


def test_a_seed_makes_the_same_mails_again_and_another_seed_others() -> None:
    """Two runs of the benchmark on two machines handle the very same bytes."""
    once, again, other = (list(workload(40, seed)) for seed in (7, 7, 8))
    assert [mail.raw for mail in once] == [mail.raw for mail in again]
    assert {mail.raw for mail in once}.isdisjoint(mail.raw for mail in other)


def test_the_workload_has_the_mix_that_it_promises() -> None:
    """Sixty of a hundred are new requests, and so on; 12 % have a file of the promised size."""
    mails = list(workload(1500, 3))
    kinds = Counter(mail.kind for mail in mails)
    for kind, percent in MIX:
        assert kinds[kind] / len(mails) == pytest.approx(percent / 100, abs=0.003)
    files = [mail for mail in mails if mail.has_file]
    assert len(files) / len(mails) == pytest.approx(0.12, abs=0.03)
    assert all(len(mail.raw) > FILE_BYTES[0] for mail in files)


def test_the_workload_is_written_in_every_charset_of_its_languages() -> None:
    """A benchmark in ASCII alone would leave out what costs time."""
    declared = {
        found.decode().lower()
        for mail in workload(800, 3)
        for found in re.findall(rb'charset="([^"]+)"', mail.raw)
    }
    assert {charset for language in LANGUAGES for charset in language.charsets} <= declared


def test_all_mails_are_different_and_have_crlf_line_ends() -> None:
    """What an IMAP server hands out is then what went in, byte for byte, and nothing is a duplicate."""
    mails = [mail.raw for mail in workload(300, 3)]
    assert len(set(mails)) == len(mails)
    assert all(raw.count(b"\n") == raw.count(b"\r") == raw.count(b"\r\n") for raw in mails)
    assert not any(b"\0" in raw for raw in mails)


def test_only_malformed_mails_have_defects() -> None:
    """An honest mail of the workload reads without a complaint, with its sender and its text."""
    for mail in workload(200, 3):
        if mail.kind != "malformed":
            message = parse_message(mail.raw, Limits())
            assert message.defects == ()
            assert message.sender is not None
            assert message.text.strip()
            assert bool([file for file in message.attachments if file.size > 10_000]) == mail.has_file


def test_a_reply_names_an_earlier_mail_of_the_same_person() -> None:
    """Replies must find their incident, or the benchmark would measure something else."""
    writers: dict[str, str] = {}
    replies = 0
    for mail in workload(300, 3):
        if mail.kind in {"new", "reply"}:
            message = parse_message(mail.raw, Limits())
            assert message.sender is not None
            assert message.message_id is not None
            writers[message.message_id] = message.sender.key
            replies += mail.kind == "reply"
            if mail.kind == "reply":
                assert writers[message.in_reply_to[0]] == message.sender.key
    assert replies > 50


# --- measuring --------------------------------------------------------------------------------------------


def test_a_stage_within_a_stage_takes_its_time_away_from_the_outer_one() -> None:
    """The stages add up to the whole."""
    stages = Stages(iter((0.0, 1.0, 3.0, 6.0, 10.0)).__next__)
    with stages.during("outer"), stages.during("inner"):
        pass
    assert dict(stages.seconds) == {"outer": 2.0 + 4.0, "inner": 3.0}


def test_what_a_timed_function_raises_is_raised_and_counted() -> None:
    """A mail that cannot be read ends its stage as any other does."""
    stages = Stages(iter((0.0, 1.0, 5.0)).__next__)
    with pytest.raises(ValueError, match="no number"):
        stages.timed("reading", lambda: int("no number"))()
    assert dict(stages.seconds) == {"reading": 4.0}


def test_a_replaced_function_is_back_after_the_block() -> None:
    """Measuring leaves the product as it was, even when the run fails."""
    owner = type("Owner", (), {"step": 1})
    with contextlib.suppress(KeyError), replaced(owner, "step", 2):
        assert vars(owner)["step"] == 2
        raise KeyError
    assert vars(owner)["step"] == 1


def test_what_a_process_used_is_read_from_the_system() -> None:
    """CPU time goes up with work, and the peak of memory is that of a Python."""
    before = used(os.getpid())
    while process_time() < before.cpu + 0.1:
        pass
    after = used(os.getpid())
    assert after.cpu > before.cpu
    assert 5 < after.peak_mib < 10_000


def test_children_are_found_by_their_parent() -> None:
    """What the readers of mail use counts for the daemon."""
    before = used(os.getpid())
    # However fast the machine, it uses more than the kernel's tick.
    program = "import time\ninput()\nwhile time.process_time() < 0.1: pass"
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE) as child:
        assert child.pid in children(os.getpid())
        child.communicate(b"\n")
    assert child.pid not in children(os.getpid())
    # Ended, it is not forgotten: a reader that was renewed has used what it used.
    assert used(os.getpid()).waited > before.waited


def test_the_relay_tells_what_it_took() -> None:
    """Every mail that left the daemon stands in its account, by Message-ID and recipient."""
    command = [sys.executable, "-m", "benchmarks.sink"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        with smtplib.SMTP("127.0.0.1", int(process.stdout.readline())) as client:
            client.sendmail("", ["ada@shop.example"], b"Message-ID: <1@shop.example>\r\n\r\nHello\r\n")
        told = json.loads(process.communicate(timeout=60)[0])
    assert told == {"connections": 1, "mails": [["<1@shop.example>", "ada@shop.example"]]}


# --- reconciling ------------------------------------------------------------------------------------------


def test_nothing_in_and_nothing_out_agrees(database: Path) -> None:
    """An account without mails has no problems."""
    account = reconcile(database, 0, NOTHING, {})
    assert account.problems == ()
    assert account.dispositions == dict.fromkeys(DISPOSITIONS, 0)


def test_a_mail_that_is_nowhere_is_a_problem(database: Path) -> None:
    """What went in must be accounted for."""
    problems = reconcile(database, 1, Outside(0, [b"a mail"], []), {}).problems
    assert "1 mails went in, 0 are accounted for" in problems
    assert "the bytes of 1 mails differ from what was moved" in problems


def test_a_mail_left_in_the_inbox_is_a_problem(database: Path) -> None:
    """The server must have been told about every mail."""
    [problem] = reconcile(database, 0, Outside(1, [], []), {}).problems
    assert problem == "1 mails lie in the inbox, 0 in the processed folder"


def test_a_mail_that_nobody_sent_is_a_problem(database: Path) -> None:
    """The relay may have nothing that the outbox does not know as sent, and nothing twice."""
    twice = [("<1@shop.example>", "ada@shop.example")] * 2
    problems = reconcile(database, 0, Outside(0, [], twice), {}).problems
    assert problems == ("0 mails were sent, 2 came, 0 of them the same", "a mail came twice")


def test_an_incident_that_no_mail_opened_is_a_problem(database: Path) -> None:
    """An incident needs a mail that opened it, and an acknowledgement or a reason for silence."""
    change(
        database,
        "INSERT INTO incident (number, state, subject, priority, scope, language, flags, opened_at)"
        " VALUES (1001, 'submitted', '', 'normal', 'unknown', 'en', '[]', '2026-03-02 08:00:00.000000')",
    )
    assert reconcile(database, 0, NOTHING, {}).problems == (
        "0 mails opened an incident, and there are 1",
        "1 incidents have neither one acknowledgement nor one reason why there is none",
    )


def test_bytes_that_are_not_those_that_came_are_a_problem(database: Path) -> None:
    """Mail is kept as it came, or the hash it is kept under is a lie."""
    change(database, f"INSERT INTO blob VALUES ('{'0' * 64}', x'00')")
    [problem] = reconcile(database, 0, NOTHING, {}).problems
    assert problem == "1 blobs do not have the hash they are stored under"


# --- reading alone ----------------------------------------------------------------------------------------


def test_the_cost_of_reading_is_measured_for_every_kind() -> None:
    """Each kind of the workload has mails in it, and the least cost of the rounds is reported."""
    kinds = by_kind(100, 3)
    assert {*(kind for kind, _ in MIX), "newsletter", "test mails"} <= {*kinds}
    assert all(kinds.values())
    once, thrice = (measured({"newsletter": kinds["newsletter"]}, rounds)["newsletter"] for rounds in (1, 3))
    assert once.mails == thrice.mails == 1
    assert thrice.ours > 0
    assert thrice.ratio == thrice.ours / thrice.limit


def test_the_report_on_reading_runs() -> None:
    """As the docstring says to run it."""
    command = [sys.executable, "benchmarks/parse.py", "--mails", "20", "--rounds", "1"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    assert re.search(r"^all of them +\d+ +[\d.]+ +[\d.]+$", done.stdout, re.MULTILINE)


# --- the whole --------------------------------------------------------------------------------------------


@pytest.mark.timeout(300)
@pytest.mark.parametrize("mode", MODES)
def test_a_small_run_measures_every_stage_and_loses_no_mail(mode: list[str]) -> None:
    """The benchmark itself, with thirty mails through Dovecot, the daemon and the relay."""
    require_dovecot()
    command = [sys.executable, "benchmarks/pipeline.py", "-n", "30", "--json", *mode]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    result = json.loads(done.stdout)
    assert result["account"]["problems"] == []
    assert sum(result["account"]["dispositions"].values()) == result["mails"] == 30
    assert list(result["stages_ms"]) == list(NAMES)
    assert 0 < result["share_by_cpu"] < 1
    assert result["parse_limit_ms"] > 0
    assert 30 < result["main_peak_mib"] + result["child_peak_mib"] < 400
    sent = result["account"]["sent"]
    assert sum(sent.values()) == result["sent"]
    assert ("staff_new_incident" in sent) == bool(mode)
    assert ("backlog_summary" in sent) != bool(mode)


# --- classifying --------------------------------------------------------------------------------------------


def test_the_benchmark_of_the_classifiers_says_what_ten_thousand_phrases_cost() -> None:
    """Beside a hundred, the rules of a config, and what Python needs to parse the same mails."""
    command = [sys.executable, str(ROOT / "benchmarks" / "classify.py"), "--mails", "20"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    ratio = re.search(r"10,000 phrases +[\d.]+ ms a mail, ([\d.]+) times as much \(bar 2\.0\)", done.stdout)
    assert ratio, done.stderr
    assert (float(ratio[1]) > 2) == (done.returncode == 1)
    assert "email.message_from_bytes" in done.stdout


# --- a simulated archive -----------------------------------------------------------------------------------


def test_the_benchmark_of_simulations_compares_two_runs() -> None:
    """Nobody answers, and three people answer: each twice, with the same bytes."""
    command = [sys.executable, "benchmarks/simulate.py", "-n", "12"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"nobody answers: 12 mails in [\d.]+ s, \d+ a second", done.stdout)
    assert "two runs of each say the same, and no mail is missing" in done.stdout


# --- the clock ----------------------------------------------------------------------------------------------


def test_of_a_year_of_reminders_none_comes_twice_and_none_is_lost() -> None:
    """With outages, pauses and changes of priority; under CI a hundred thousand steps, else two thousand."""
    year = Year(random.Random(7))
    year.play(100_000 if os.environ.get("CI") == "true" else 2_000)
    assert (year.twice, year.lost) == (0, [])
    assert {name for _, _, _, name in year.told} >= {"0.5", "0.75", "0.9", "1.0", "1.5", "3.5"}


def test_a_step_that_is_not_told_is_counted_as_lost() -> None:
    """Who is never asked what is due loses everything."""
    year = Year(random.Random(7))
    year.look = lambda number, one, now: one.looks.clear()  # type: ignore[method-assign]
    for number in range(30):
        year.live(number)
    assert year.told == {}
    assert year.lost != []


def test_on_a_database_each_step_fires_once() -> None:
    """All that were laid out, by the rows that the daemon reads."""
    fired, again, left = stored(5, 7)
    assert fired >= 5 * 9
    assert (again, left) == (0, 0)


def test_counting_minutes_finds_the_same_due_time() -> None:
    """What the benchmark compares is the same question."""
    at = datetime(2026, 3, 6, 15, 30, tzinfo=UTC)
    assert by_minutes(at, 480) == add_time(OFFICE, at, timedelta(minutes=480))
