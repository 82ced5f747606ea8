"""Claims about the children that read mail: what one mail does costs that mail and no other."""

import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from maild.core.limits import Limits
from maild.errors import Unreachable, Unreadable
from maild.isolate import CLOSED, ReaderPool
from tests.parts.mails import MAILS

GOOD = MAILS["plain_request"]
SMALL = replace(Limits(), parse_seconds=1.0, parse_memory=100_000_000)


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    """A pool whose reader misbehaves on request."""
    with ReaderPool(SMALL, "tests.parts.readers:read") as made:
        made.start()
        yield made


def refused(pool: ReaderPool, raw: bytes) -> Unreadable:
    """Return why `raw` is not read."""
    with pytest.raises(Unreadable) as caught:
        pool.read(raw)
    return caught.value


def test_a_mail_comes_back_whole(pool: ReaderPool) -> None:
    """What the child read is what the parent gets, attachments and times included."""
    message = pool.read(MAILS["both_forms_and_a_picture"])
    assert message.attachments[1].content == b"%PDF-"
    assert pool.read(GOOD).date is not None


@pytest.mark.parametrize(
    ("misdeed", "reason"),
    [
        (b"hang ", "too_slow"),
        (b"grow ", "too_much_memory"),
        (b"die ", "crashed"),
        (b"leave ", "crashed"),
        (b"recurse ", "too_deep"),
        (b"fail secret-words", "crashed"),
    ],
)
def test_a_bad_mail_costs_only_itself(pool: ReaderPool, misdeed: bytes, reason: str) -> None:
    """It is refused under a name of its own, and the very next mail is read."""
    assert refused(pool, misdeed).reason == reason
    assert pool.read(GOOD).subject == "Tax rates are wrong"


def test_a_crash_says_what_happened_without_quoting_the_mail(pool: ReaderPool) -> None:
    """The reason is stored and shown: it names the error and its place, never the sender's words."""
    assert "signal 6" in str(refused(pool, b"die "))
    assert "exit code 7" in str(refused(pool, b"leave "))
    failure = str(refused(pool, b"fail secret-words"))
    assert "KeyError in readers.py" in failure
    assert "secret-words" not in failure


def test_printing_does_not_disturb_the_answers(pool: ReaderPool) -> None:
    """A print in a library may not shift the frames: the mail after it is still its own."""
    assert pool.read(b"chat : no field\n\nbody").text
    assert pool.read(GOOD).subject == "Tax rates are wrong"


def test_a_child_writes_no_file(pool: ReaderPool, tmp_path: Path) -> None:
    """Whatever a mail makes a child do, it leaves nothing on the disk."""
    target = tmp_path / "written"
    assert refused(pool, f"write {target} ".encode()).reason == "crashed"
    assert not target.exists() or target.read_bytes() == b""


def test_no_bytes_and_too_many_bytes_reach_no_child() -> None:
    """Both are refused before anything is started."""
    pool = ReaderPool(replace(SMALL, message_bytes=10), "no.such:reader")
    assert refused(pool, b"").reason == "empty"
    assert refused(pool, b"x" * 11).reason == "too_large"
    pool.close()


def test_a_child_sees_neither_our_secrets_nor_our_files(tmp_path: Path) -> None:
    """Its environment is three names, its descriptors are its own."""
    os.environ["MAILD_TEST_SECRET"] = "hunter2"
    kept = os.open(tmp_path, os.O_RDONLY)
    os.set_inheritable(kept, True)
    try:
        with ReaderPool(SMALL, "tests.parts.readers:see") as pool:
            environment, descriptors = pool.read(b"look").text.splitlines()
    finally:
        del os.environ["MAILD_TEST_SECRET"]
        os.close(kept)
    assert set(environment.split(",")) <= {"LC_ALL", "LC_CTYPE", "PATH", "PYTHONPATH"}
    assert len(descriptors.split(",")) <= 6
    assert str(kept) not in descriptors.split(",") or kept <= 5


def test_a_child_that_was_taken_over_can_not_run_code_here() -> None:
    """An answer that names anything but a message is thrown away with its child."""
    with ReaderPool(SMALL, "tests.parts.readers:forge") as pool:
        assert refused(pool, b"look").reason == "crashed"


def test_a_child_is_renewed_after_its_share_of_mails() -> None:
    """What it hoards (caches, fragments) ends with it."""
    with ReaderPool(replace(SMALL, parser_renew_after=2), "tests.parts.readers:see") as pool:
        readers = [pool.read(b"look").subject for _ in range(5)]
    assert [readers[0] == readers[1], readers[1] == readers[2], readers[2] == readers[3]] == [
        True,
        False,
        True,
    ]


def test_several_threads_share_several_children() -> None:
    """Each mail gets its own answer, however they overlap."""
    mails = [f"From: a@b.example\nSubject: {number}\n\nx\n".encode() for number in range(60)]
    with ReaderPool(replace(SMALL, parser_children=2)) as pool, ThreadPoolExecutor(6) as threads:
        pool.start()
        subjects = [message.subject for message in threads.map(pool.read, mails)]
    assert subjects == [str(number) for number in range(60)]


def test_a_mail_larger_than_a_pipe_passes() -> None:
    """Both directions are read and written piece by piece."""
    raw = b"From: a@b.example\nContent-Type: application/zip\n\n" + bytes(range(256)) * 20_000
    with ReaderPool(Limits()) as pool:
        assert pool.read(raw).attachments[0].size == 5_120_000


def test_a_reader_that_can_not_start_is_no_fault_of_the_mail() -> None:
    """It is our own trouble: the mail must not be called unreadable."""
    pool = ReaderPool(SMALL, "tests.parts.no_such_module:read")
    with pytest.raises(Unreachable, match="does not start"):
        pool.start()
    with pytest.raises(Unreachable, match="does not start"):
        pool.read(GOOD)
    pool.close()


def test_closing_ends_a_read_in_progress() -> None:
    """At shutdown nobody waits for a mail that hangs, nor is it called unreadable; no child is started again."""
    pool = ReaderPool(replace(SMALL, parse_seconds=60.0), "tests.parts.readers:read")
    pool.start()
    reasons: list[str] = []

    def read() -> None:
        with pytest.raises(Unreachable) as closed:
            pool.read(b"hang ")
        reasons.append(str(closed.value))

    reading = threading.Thread(target=read)
    reading.start()
    while not pool.reading:
        os.sched_yield()
    pool.close()
    reading.join(30)
    assert reasons == [CLOSED]
    with pytest.raises(Unreachable, match="closed"):
        pool.read(GOOD)


def test_closing_leaves_no_process_behind(tmp_path: Path) -> None:
    """Every child is waited for."""
    with ReaderPool(SMALL, "tests.parts.readers:see") as pool:
        child = int(pool.read(b"look").subject)
    with pytest.raises(ProcessLookupError):
        os.kill(child, signal.SIGCONT)
