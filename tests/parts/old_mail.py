"""A support that has worked for a while: incidents that came the usual way, some corrected by staff since."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from tests.faults.target import Target, target

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
TABLE = """CREATE TABLE IF NOT EXISTS correction (
  id INTEGER PRIMARY KEY, incident INTEGER, field TEXT, was TEXT, now TEXT, at TEXT, config_version TEXT)"""
INSERT = "INSERT INTO correction (incident, field, was, now) VALUES (:incident, :field, :was, :now)"


@contextmanager
def old_mail(folder: Path, subjects: Sequence[str], rules: str = RULES) -> Iterator[Target]:
    """Give a maild that got a mail of each subject, one an hour, and acknowledged it."""
    with target(folder, rules) as maild:
        for number, subject in enumerate(subjects):
            maild.gets(maild.mail(f"Jane <jane@customer{number}.example>", "Please look.\n", Subject=subject))
            maild.sends()
            maild.clock.advance(timedelta(hours=1))
        yield maild


def correct(maild: Target, incident: int, field: str, was: str, now: str) -> None:
    """Have the staff correct the scope or the priority of an incident."""
    with maild.desk.database.begin() as tx:
        tx.execute(text(TABLE))
        tx.execute(text(INSERT), {"incident": incident, "field": field, "was": was, "now": now})
