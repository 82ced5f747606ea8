"""A support that has worked for a while: incidents that came the usual way, some corrected by staff since."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, PROOF, Target, target

RULES = """
[[classifiers.scopes]]
id = "outage"
label = "a shop that is down"
phrases = ["down"]

[[classifiers.scopes]]
id = "malfunction"
label = "something that does not work"
phrases = ["wrong"]

[[classifiers.scopes]]
id = "configuration"
label = "setting up a feature"
phrases = ["customers"]

[[classifiers.priorities]]
level = "high"
phrases = ["urgent"]
"""


@contextmanager
def old_mail(folder: Path, subjects: Sequence[str], rules: str = RULES) -> Iterator[Target]:
    """Give a maild that got a mail of each subject, one an hour, and acknowledged it."""
    with target(folder, PROOF + rules) as maild:
        for number, subject in enumerate(subjects):
            maild.gets(maild.mail(f"Jane <jane@customer{number}.example>", "Please look.\n", Subject=subject))
            maild.sends()
            maild.clock.advance(timedelta(hours=1))
        yield maild


def correct(maild: Target, incident: int, verb: str, word: str) -> None:
    """Have Anna correct the scope or the priority of an incident, by an answer to its notification."""
    subject = f"[#{incident}]"
    told = next(one for one in maild.to(ANNA) if subject in read_outside(one.raw)["Subject"])
    maild.gets(maild.answer(told, ANNA, f"#{verb} {word}", proven=True))
    maild.sends()
