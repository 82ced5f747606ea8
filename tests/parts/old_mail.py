"""A support that has worked for a while: incidents that came the usual way, some corrected by staff since."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, text

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
  id BIGINT PRIMARY KEY, incident BIGINT, verdict BIGINT, entry BIGINT, author BIGINT,
  field TEXT, before TEXT, after TEXT, at TEXT)"""
INSERT = """INSERT INTO correction (id, incident, verdict, entry, author, field, before, after, at)
  SELECT (SELECT count(*) + 1 FROM correction), incident, min(verdict.id), (SELECT min(id) FROM entry),
         (SELECT min(id) FROM address), :field, :before, :after, '2026-03-02 09:00:00.000000'
  FROM verdict WHERE incident = :incident GROUP BY incident"""


@contextmanager
def old_mail(folder: Path, subjects: Sequence[str], rules: str = RULES) -> Iterator[Target]:
    """Give a maild that got a mail of each subject, one an hour, and acknowledged it."""
    with target(folder, rules) as maild:
        for number, subject in enumerate(subjects):
            maild.gets(maild.mail(f"Jane <jane@customer{number}.example>", "Please look.\n", Subject=subject))
            maild.sends()
            maild.clock.advance(timedelta(hours=1))
        yield maild


def correct(maild: Target, incident: int, field: str, before: str, after: str) -> None:
    """Have the staff correct the scope or the priority of an incident."""
    with maild.desk.database.begin() as tx:
        correct_in(tx, incident, field, before, after)


def correct_in(tx: Connection, incident: int, field: str, before: str, after: str) -> None:
    """Store a correction of the scope or the priority of an incident."""
    tx.execute(text(TABLE))
    tx.execute(text(INSERT), {"incident": incident, "field": field, "before": before, "after": after})
