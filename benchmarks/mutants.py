"""Damage mails at random, and read and understand them as the daemon would: any that does harm is found.

Run from a checkout: `python benchmarks/mutants.py -n 20000 [FOLDER]`. FOLDER holds the mails (*.eml) to damage; left
out, they are those of the tests and of the benchmark. A mail does harm if reading it crashes, takes more time or
memory than a mail may, or if a later step raises. Each such mail is named by its number, which makes it again; the
exit code is 1 then.
"""

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Protocol

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.processes import children, used
from benchmarks.workload import workload
from maild.core.deciding.staff_commands import read_commands
from maild.core.limits import Limits
from maild.core.message import Message
from maild.core.reply_token import Keys
from maild.core.understanding.authenticate import ProofSettings, prove
from maild.core.understanding.automatic import OwnMail, recognise
from maild.core.understanding.bounce import read_bounce
from maild.core.understanding.find_incident import clues
from maild.core.understanding.new_text import split_text
from maild.errors import Unreadable
from maild.isolate import ReaderPool

MAILS = Path(__file__).resolve().parents[1] / "tests" / "mails"
LONGEST = 8_000_000
# Refusals that a hostile mail may earn; any other is a fault of the reader.
EARNED = frozenset({"empty", "too_deep", "too_large", "header_too_large"})
# What means something in a mail: put in the wrong place, it makes a mail that nobody ever wrote.
PIECES = (
    *(b"\r\n", b"\n", b"\r", b"\0", b"\r\n\r\n", b" ", b"\t", b"\r\n ", b"--", b"="),
    *(b"\xff\xfe", b"\xe2\x80", b"\x1b$B"),
    *(b"=?utf-8?B?", b"=?iso-2022-jp?Q?", b"?=", b"=0D=0A", b"&#0;", b"<!--", b"]]>", b"</div>" * 50, b"<div>" * 50),
    *(b"charset=utf-7", b"charset=zlib", b"charset=\"", b"boundary=", b"boundary=\"\"", b"format=flowed; delsp=yes"),
    *(b"Content-Type: message/rfc822\r\n\r\n", b"Content-Type: multipart/mixed\r\n"),
    b"Content-Type: text/html\r\n\r\n",
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Transfer-Encoding: uuencode\r\n", b"begin 644 a\r\n"),
    *(b"From: ", b"To: ", b"Subject: ", b"Message-ID: <", b"References: <", b"filename*0*=", b"name=", b"((((", b'"'),
    *(b"Auto-Submitted: ", b"Authentication-Results: ", b"On 1 May 2026, a@b.example wrote:\r\n", b"> " * 40, b"##- "),
)  # fmt: skip


class Reader(Protocol):
    """Whoever reads a mail."""

    def read(self, raw: bytes) -> Message:
        """Read it, or raise Unreadable."""


@dataclass(frozen=True, slots=True)
class Harm:
    """A mail that did harm: its number, and what happened."""

    number: int
    what: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run showed: mails read, refused by reason, the slowest in seconds, the reader's growth in MiB."""

    mails: int
    refused: Counter[str]
    slowest: float
    grown_mib: float
    harms: tuple[Harm, ...]


def mutants(mails: Sequence[bytes], count: int, seed: int = 1) -> Iterator[bytes]:
    """Yield `count` damaged mails; number N of a seed is always the same."""
    return (mutant(mails, number, seed) for number in range(count))


def mutant(mails: Sequence[bytes], number: int, seed: int = 1) -> bytes:
    """Return one of `mails` with one to six damages."""
    chance = random.Random(f"{seed}:{number}")
    raw = chance.choice(mails)
    for _ in range(chance.randint(1, 6)):
        raw = chance.choice(DAMAGES)(raw, mails, chance)[:LONGEST]
    return raw


def _change_bytes(raw: bytes, mails: Sequence[bytes], chance: random.Random) -> bytes:
    damaged = bytearray(raw or b"\0")
    for _ in range(chance.randint(1, 12)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def _cut_out(raw: bytes, mails: Sequence[bytes], chance: random.Random) -> bytes:
    start, end = sorted(chance.randint(0, len(raw)) for _ in range(2))
    return raw[:start] + raw[end:]


def _put_in(raw: bytes, mails: Sequence[bytes], chance: random.Random) -> bytes:
    place = chance.randint(0, len(raw))
    return raw[:place] + chance.choice(PIECES) * chance.choice((1, 1, 1, 2, 30, 1_000)) + raw[place:]


def _splice(raw: bytes, mails: Sequence[bytes], chance: random.Random) -> bytes:
    other = chance.choice(mails)
    return raw[: chance.randint(0, len(raw))] + other[chance.randint(0, len(other)) :]


def _repeat(raw: bytes, mails: Sequence[bytes], chance: random.Random) -> bytes:
    start = chance.randint(0, len(raw))
    piece = raw[start : start + chance.choice((1, 10, 100, 1_000))]
    return raw[:start] + piece * chance.choice((2, 10, 300)) + raw[start:]


def _shuffle_lines(raw: bytes, mails: Sequence[bytes], chance: random.Random) -> bytes:
    lines = raw.splitlines(keepends=True)
    chance.shuffle(lines)
    return b"".join(lines)


def _attach(raw: bytes, mails: Sequence[bytes], chance: random.Random) -> bytes:
    head = b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\n"
    return (
        head
        + b"Content-Type: message/rfc822\r\n\r\n"
        + raw
        + b"\r\n--q\r\n\r\n"
        + chance.choice(mails)
        + b"\r\n--q--"
    )


DAMAGES: tuple[Callable[[bytes, Sequence[bytes], random.Random], bytes], ...] = (
    *(_change_bytes, _cut_out, _put_in, _put_in, _splice, _repeat, _shuffle_lines, _attach),
)


def try_all(mails: Sequence[bytes], count: int, limits: Limits, *, seed: int = 1) -> Figures:
    """Read `count` damaged mails in the reader's child, and ask of each what the daemon asks."""
    refused: Counter[str] = Counter()
    harms: list[Harm] = []
    slowest = 0.0
    with ReaderPool(limits) as reader:
        reader.start()
        at_first = _reader_mib()
        for number, raw in enumerate(mutants(mails, count, seed)):
            began = monotonic()
            what = harm_of(raw, reader, refused)
            slowest = max(slowest, monotonic() - began)
            harms += [Harm(number, what)] if what else []
        grown = _reader_mib() - at_first
    return Figures(count, refused, slowest, grown, tuple(harms))


def harm_of(raw: bytes, reader: Reader, refused: Counter[str]) -> str:
    """Return what harm the mail does, or ""."""
    try:
        understand(reader.read(raw))
    except Unreadable as refusal:
        refused[refusal.reason] += 1
        return "" if refusal.reason in EARNED else f"{refusal.reason}: {refusal}"
    except Exception as error:  # noqa: BLE001  whatever it is, it is what we look for
        return repr(error)
    return ""


def understand(message: Message) -> None:
    """Ask every question of handle_message.py that needs no store."""
    keys = Keys("k1", {"k1": b"a secret of thirty-two bytes or so"})
    recognise(message, None, OwnMail(frozenset({"support@shop.example"}), keys))
    read_bounce(message)
    prove(message, ProofSettings(("mx.shop.example", "")))
    clues(message, (), keys)
    for first in (True, False):
        split = split_text(message.text, first=first, ours=(message.text[:2_000],))
        if "".join(message.text[span.start : span.end] for span in split.spans) != message.text:
            raise ValueError("the spans do not cover the text")
    read_commands(split.new, message.html_text)


def _reader_mib() -> float:
    return max((used(pid).peak_mib for pid in children(os.getpid())), default=0.0)


def mails_of(folder: Path | None) -> list[bytes]:
    """Return the mails of a folder; of none, those of the tests and some of the benchmark."""
    found = [path.read_bytes() for path in sorted((folder or MAILS).rglob("*.eml"))]
    return found if folder else [*found, *(mail.raw for mail in workload(40, 1))]


def main() -> int:
    """Run and print; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of *.eml to damage")
    parser.add_argument("-n", dest="count", type=int, default=20_000, help="how many mails (20000)")
    parser.add_argument("--seed", type=int, default=1, help="other damages for another number (1)")
    wanted = parser.parse_args()
    mails = mails_of(wanted.folder)
    figures = try_all(mails, wanted.count, Limits(parser_renew_after=wanted.count + 1), seed=wanted.seed)
    print(f"mails    {figures.mails}, made of {len(mails)}")
    print(
        "refused  " + (", ".join(f"{n} {reason}" for reason, n in sorted(figures.refused.items())) or "none")
    )
    print(f"slowest  {figures.slowest:.2f} s, the reader and all later steps")
    print(f"memory   the reader grew by {figures.grown_mib:.0f} MiB at most")
    for harm in figures.harms[:50]:
        print(f"HARM     mail {harm.number}: {harm.what}")
    print(f"harms    {len(figures.harms)}")
    return 1 if figures.harms else 0


if __name__ == "__main__":
    sys.exit(main())
