"""What classifying costs: with a hundred phrases and with ten thousand, and beside what reading a mail costs.

    python benchmarks/classify.py [--config FILE] [--mails N] [--seed N]

Prints the milliseconds a mail with N phrases of our own making, their ratio, which should stay below 2, and with the
rules of the config; and what Python's own email package needs to parse the same mails.
"""

import argparse
import email
import email.policy
import os
import random
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from time import process_time

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.workload import workload
from classifiers.settings import ScopeRule, Settings
from classifiers.verdict import Classifier
from maild.config.load import load_config
from maild.core.limits import Limits
from maild.core.reading.parse_message import parse_message
from maild.errors import Unreadable

ROUNDS = 5
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BAR = 2.0


def main() -> int:
    """Measure, print, and return 1 if ten thousand phrases cost more than twice as much as a hundred."""
    asked = arguments()
    raws = [mail.raw for mail in workload(asked.mails, asked.seed)]
    texts = [text for raw in raws for text in text_of(raw)]
    chars = sum(len(body) for _, body in texts) / len(texts)
    print(f"{len(texts)} mails of the benchmark's workload, {chars:.0f} characters of text each on average")
    few, many = (per_mail(Classifier(phrases(count, texts)), texts) for count in (100, 10_000))
    shipped = per_mail(Classifier(load_config(asked.config, os.environ).classifiers), texts)
    parse = best(lambda: [email.message_from_bytes(raw, policy=email.policy.default) for raw in raws]) / len(
        raws
    )
    print(f"   100 phrases         {few * 1000:.3f} ms a mail")
    print(f"10,000 phrases         {many * 1000:.3f} ms a mail, {many / few:.2f} times as much (bar {BAR})")
    print(f"{asked.config!s:22} {shipped * 1000:.3f} ms a mail")
    print(
        f"email.message_from_bytes {parse * 1000:.3f} ms a mail, the config {shipped / parse:.2f} times as much"
    )
    return int(many > BAR * few)


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description="What classifying costs.")
    parser.add_argument("--config", type=Path, default=Path(__file__).parents[1] / "config.toml")
    parser.add_argument("--mails", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def text_of(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield the subject and the text of a mail that can be read."""
    with suppress(Unreadable):
        message = parse_message(raw, Limits())
        yield message.subject, message.text


def phrases(count: int, texts: Iterable[tuple[str, str]]) -> Settings:
    """Return rules of so many phrases: two words each, the first of which the mails do use."""
    chance = random.Random(count)
    words = sorted({word for _, body in texts for word in body.lower().split() if word.isalpha()})
    made = (f"{chance.choice(words)} {''.join(chance.choices(LETTERS, k=7))}" for _ in range(count))
    return Settings(scopes=(ScopeRule("made", "made up", phrases=tuple(made)),))


def per_mail(classifier: Classifier, texts: list[tuple[str, str]]) -> float:
    """Return the seconds that one mail takes."""
    return best(lambda: [classifier.classify(subject, body) for subject, body in texts]) / len(texts)


def best(work: Callable[[], object]) -> float:
    """Return the processor time of the quickest of some rounds; others on the machine don't count."""
    times = []
    for _ in range(ROUNDS):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
