"""mbox: a file of many mails, cut at its From_ lines, as much of it in memory as one mail may have."""

import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.mail.mbox import PIECE, boxed_in, mails_of

FROM = b"From jane@customer.example Mon Mar  2 09:00:00 2026\n"
ONE = b"Subject: one\n\nfirst\n"
TWO = b"Subject: two\n\nsecond\n"


def cut(text: bytes, most: int = 1_000_000) -> list[bytes]:
    """Return the mails of a file of this text."""
    return list(mails_of(BytesIO(text), most))


def test_a_file_is_cut_into_its_mails() -> None:
    """Without the From_ lines, and without the empty line before the next one."""
    assert cut(FROM + ONE + b"\n" + FROM + TWO) == [ONE, TWO]


@pytest.mark.parametrize(
    "line",
    [
        b"From - Mon Mar  2 09:00:00 2026",
        b"From jane@customer.example Mon Mar  2 09:00:00 +0100 2026",
        b"From jane@customer.example Mon Mar  2 09:00:00 2026 +0100",
        b"From jane@customer.example  Mon Mar 02 09:00 2026",
        b"From 1611@xxx Mon Mar 02 09:00:00 +0000 2026",
        b"From MAILER-DAEMON Thu Jan  1 00:00:00 1970\r",
        b"From -",
        b"From ",
    ],
)
def test_the_lines_that_programs_write_begin_a_mail(line: bytes) -> None:
    """Each has its own idea of the date, some write none."""
    assert cut(FROM + ONE + b"\n" + line + b"\n" + TWO) == [ONE, TWO]


@pytest.mark.parametrize(
    "line", [b"From what I see it fails.", b"From 9:00 on it fails", b"From", b"From \xff\xfe", b"From:x"]
)
def test_a_sentence_is_no_border(line: bytes) -> None:
    """People write From at the beginning of a line, and few programs quote it where no date follows."""
    mail = ONE + b"\n" + line + b"\n"
    assert cut(FROM + mail) == [mail]


def test_quoting_is_taken_off_once() -> None:
    """`>From` is a line of the text that began with From; a deeper one loses one mark."""
    text = b"Subject: q\n\n>From here\n>>From there\n> From afar\n"
    assert cut(FROM + text) == [b"Subject: q\n\nFrom here\n>From there\n> From afar\n"]


def test_what_begins_otherwise_is_no_mbox() -> None:
    """A mail by itself, a text, nothing."""
    assert [cut(ONE), cut(b"From the beginning\n" + ONE), cut(b"")] == [[], [], []]


def test_of_a_mail_that_is_too_large_the_beginning_is_kept() -> None:
    """One byte more than it may have: enough to be refused as too large, whatever its size is."""
    large = b"Subject: x\n\n" + b"a" * 100 + b"\n" + b"b\n" * 10_000
    kept, other = cut(FROM + large + b"\n" + FROM + TWO, most=50)
    assert kept == large[:51]
    assert other == TWO


@pytest.mark.parametrize("line", [b"a" * 70 + b"\n", b"a"], ids=["many lines", "one line"])
def test_memory_holds_one_mail_at_most(line: bytes) -> None:
    """Whatever the file is: thirty megabytes of one mail are read past."""
    file = BytesIO(FROM + line * (30_000_000 // len(line)))
    tracemalloc.start()
    [mail] = mails_of(file, 100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(mail) == 100_001
    assert peak < 1_000_000


def test_a_line_longer_than_what_is_read_at_once_holds_no_border() -> None:
    """The file is read in pieces; a piece in the middle of a line is not the beginning of one."""
    mail = b"Subject: x\n\n" + b"a" * PIECE + FROM
    assert cut(FROM + mail) == [mail]


def test_a_mail_of_nothing_is_empty() -> None:
    """Two borders one after the other: the reader says that it is empty."""
    assert cut(FROM + b"\n" + FROM + ONE) == [b"\n", ONE]


def quoted(mail: bytes) -> bytes:
    """Write a mail as mboxrd does."""
    lines = mail.splitlines(keepends=True)
    return b"".join(b">" + one if one.lstrip(b">").startswith(b"From ") else one for one in lines)


LINE = st.sampled_from([b"From x\n", b">From x\n", b">>From\n", b"\n", FROM, b"text\n", b"\xff\n"])


@given(st.lists(st.lists(LINE, max_size=8).map(b"".join), max_size=4))
def test_what_was_written_is_read_back(mails: list[bytes]) -> None:
    """Whatever the mails are, where the file is quoted as mboxrd asks for."""
    written = [b"Subject: x\n\n" + mail for mail in mails]
    assert cut(b"".join(FROM + quoted(mail) + b"\n" for mail in written)) == written


def test_each_mail_can_be_found_again() -> None:
    """Read from its offset on, the file begins with that mail; the line that parts it from the others comes along."""
    other = b"From omar@other.example Tue Mar  3 10:00:00 2026\n"
    text = FROM + ONE + b"\n" + other + TWO + b"\n" + FROM + ONE
    found = list(boxed_in(BytesIO(text), 1_000_000))
    assert [one.from_line for one in found] == [FROM, other, FROM]
    for one in found:
        assert next(mails_of(BytesIO(text[one.offset :]), 1_000_000)) == one.raw
