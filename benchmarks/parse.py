"""What it costs to read a mail, by kind, against what the standard library alone needs to parse and decode it.

Run from a checkout: `python benchmarks/parse.py`. It prints ratios of CPU time within this one run, the least of
several rounds that take turns, because machines differ and are busy. The limit is a floor and no rival: it finds no
charset, no text of HTML, no address, no hash.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from time import thread_time

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.pipeline import parse_limit
from benchmarks.workload import workload
from maild.core.limits import Limits
from maild.core.reading.parse_message import parse_message
from maild.errors import Unreadable

MAILS = Path(__file__).resolve().parents[1] / "tests" / "mails"
LIMITS = Limits()
MEGABYTES = 5


@dataclass(frozen=True, slots=True)
class Cost:
    """How many mails a kind has, the CPU seconds to read all of them, and what the standard library needs."""

    mails: int
    ours: float
    limit: float

    @property
    def ratio(self) -> float:
        """The standard library = 1."""
        return self.ours / self.limit


def main() -> int:
    """Measure and report; always 0."""
    wanted = arguments()
    report(measured(by_kind(wanted.mails, wanted.seed), wanted.rounds))
    return 0


def arguments() -> argparse.Namespace:
    """Return how many mails, of which seed, in how many rounds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mails", type=int, default=400, help="mails of the workload (400)")
    parser.add_argument("--seed", type=int, default=1, help="another seed makes other mails (1)")
    parser.add_argument("--rounds", type=int, default=7, help="rounds, of which the quickest counts (7)")
    return parser.parse_args()


def by_kind(size: int, seed: int) -> dict[str, list[bytes]]:
    """Return the mails of the pipeline's workload by kind, and a few kinds that it has not."""
    kinds: defaultdict[str, list[bytes]] = defaultdict(list)
    for mail in workload(size, seed):
        kinds[f"{mail.kind}, with a file" if mail.has_file else mail.kind].append(mail.raw)
    return {
        **kinds,
        "test mails": test_mails(),
        "newsletter": [newsletter()],
        f"file of {MEGABYTES} MB": [large_file()],
    }


def test_mails() -> list[bytes]:
    """Return the mails of our tests: most are small and odd in one way."""
    return [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))]


def newsletter() -> bytes:
    """Return a page of nested tables with a style sheet and hundreds of links."""
    cell = "<td style='font-size:14px' class='c'><p>Words of an <b>offer</b>, <a href='https://x.example/{}'>here</a></p></td>"
    rows = "".join(
        f"<tr><td><table><tr>{cell.format(n)}{cell.format(-n)}</tr></table></td></tr>" for n in range(300)
    )
    mail = EmailMessage(SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Shop <shop@x.example>", "support@example.com", "Offers"
    mail.set_content("See the page.")
    mail.add_alternative(
        f"<style>.h{{display:none}}</style><p class=h>hidden<table>{rows}</table>", subtype="html"
    )
    return mail.as_bytes()


def large_file() -> bytes:
    """Return a short text with a large attachment."""
    mail = EmailMessage(SMTP)
    mail["From"], mail["To"], mail["Subject"] = "Ann <ann@x.example>", "support@example.com", "The log"
    mail.set_content("It is attached.")
    content = bytes(range(256)) * (MEGABYTES * 4_000)
    mail.add_attachment(content, maintype="application", subtype="zip", filename="log.zip")
    return mail.as_bytes()


def measured(kinds: Mapping[str, Sequence[bytes]], rounds: int) -> dict[str, Cost]:
    """Return the least cost of each kind; both readers take turns within each round."""
    least: dict[str, Cost] = {}
    for _ in range(rounds):
        for kind, mails in kinds.items():
            limit, ours = parse_limit(mails), own_cost(mails)
            before = least.get(kind, Cost(len(mails), ours, limit))
            least[kind] = Cost(len(mails), min(before.ours, ours), min(before.limit, limit))
    return least


def own_cost(mails: Sequence[bytes]) -> float:
    """Return the CPU seconds that maild needs to read the mails, those that it refuses included."""
    before = thread_time()
    for raw in mails:
        try:
            parse_message(raw, LIMITS)
        except Unreadable:
            continue
    return thread_time() - before


def report(costs: Mapping[str, Cost]) -> None:
    """Print a line for each kind, and one for the workload as a whole."""
    print(f"{'kind':24}{'mails':>6}{'ms a mail':>12}{'parse limit = 1':>18}")
    whole = Cost(0, 0.0, 0.0)
    for kind, cost in costs.items():
        print(f"{kind:24}{cost.mails:6}{1_000 * cost.ours / cost.mails:12.3f}{cost.ratio:18.2f}")
        whole = Cost(whole.mails + cost.mails, whole.ours + cost.ours, whole.limit + cost.limit)
    print(f"{'all of them':24}{whole.mails:6}{1_000 * whole.ours / whole.mails:12.3f}{whole.ratio:18.2f}")


if __name__ == "__main__":
    sys.exit(main())
