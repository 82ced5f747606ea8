"""An archive of mail played by `maild simulate`: what a mail costs there, and that two runs say the same.

Run from a checkout: `python benchmarks/simulate.py`. It prints ratios within this one run, because machines differ: CPU
time a mail against what the standard library alone needs to parse the same mails (the parse limit), and how much faster
than the clock time goes. The exit code is 1 where two runs differ or a mail is missing.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import monotonic

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pipeline import parse_limit
from benchmarks.workload import AUTHSERV, SUPPORT, workload
from maild.core.reading.header_block import read_header
from maild.core.simulating.arrival_time import arrival_time

ROOT = Path(__file__).resolve().parents[1]
MODEL = "people = 3\nminutes = 15\nspread = 1.5\n[answer]\ncloses = 0.4\n[customer]\nwrites = 0.5\n"


def main() -> int:
    """Run and print; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("-n", dest="size", type=int, default=2000, help="how many mails (2000)")
    parser.add_argument("--seed", type=int, default=1, help="another workload for another number (1)")
    wanted = parser.parse_args()
    mails = [mail.raw for mail in workload(wanted.size, wanted.seed)]
    limit = parse_limit(mails) / len(mails)
    problems = []
    with tempfile.TemporaryDirectory(prefix="maild-bench-") as name:
        folder = prepared(Path(name), mails)
        print(f"{len(mails)} mails; parsing each with the standard library takes {limit * 1000:.2f} ms")
        for title, model in (
            ("nobody answers", []),
            ("three people answer", ["--staff-model", "model.toml"]),
        ):
            seconds, said = played(folder, model)
            _, again = played(folder, model)
            summary = json.loads(said.splitlines()[-1])
            report(title, seconds, limit, summary)
            problems += [] if said == again else [f"{title}: two runs differ"]
            problems += [] if summary["mails"] == len(mails) else [f"{title}: {summary['mails']} mails came"]
    print("\n".join(problems) or "two runs of each say the same, and no mail is missing")
    return 1 if problems else 0


def prepared(folder: Path, mails: Sequence[bytes]) -> Path:
    """Write the archive, the shipped config made to fit it, and the model."""
    with (folder / "mails.mbox").open("wb") as file:
        for raw in mails:
            lines = raw.replace(b"\r\n", b"\n").replace(b"\nFrom ", b"\n>From ")
            file.write(from_line(raw) + lines + b"\n\n")
    config = (ROOT / "config.toml").read_text(encoding="utf-8")
    config = config.replace("support@example.com", SUPPORT)
    config = config.replace("[proof]\n", f'[proof]\nauthserv_ids = ["{AUTHSERV}"]\n')
    (folder / "config.toml").write_text(config, encoding="utf-8")
    (folder / "model.toml").write_text(MODEL)
    return folder


def from_line(raw: bytes) -> bytes:
    """Return the line above a mail in an mbox, with the time of the mail; a fixed one where it has none."""
    came = arrival_time(read_header(raw))
    return f"From - {came.at:%a %b %d %H:%M:%S %Y}\n".encode() if came else b"From -\n"


def played(folder: Path, more: Sequence[str]) -> tuple[float, bytes]:
    """Play the archive; return the seconds that took and what was printed."""
    command = [sys.executable, "-m", "maild.cli.main", "simulate", "--mbox", "mails.mbox", "--json", *more]
    began = monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, check=True)
    return monotonic() - began, done.stdout


def report(title: str, seconds: float, limit: float, summary: dict[str, object]) -> None:
    """Print what one run cost, and what it played."""
    count = int(str(summary["mails"])) + int(str(summary["mails_by_people"]))
    each = seconds / count
    print(f"{title}: {count} mails in {seconds:.1f} s, {count / seconds:.0f} a second;", end=" ")
    print(f"a mail costs {each / limit:.1f} times the parse limit;", end=" ")
    print(f"{summary['incidents']} incidents, {summary['broken']} of {summary['promises']} promises broken")


if __name__ == "__main__":
    sys.exit(main())
