"""Whether every mail that went in is accounted for, and every mail that came out was meant to."""

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from maild.core.simulating.figures import ACKNOWLEDGEMENTS

DISPOSITIONS = ("opened", "appended", "quiet", "kept", "quarantined", "duplicate")
# What may become of a mail of the workload; of a malformed one anything, as long as it is one thing.
EXPECTED: Mapping[str, frozenset[str]] = {
    "new": frozenset({"opened"}),
    "reply": frozenset({"appended"}),
    "auto_reply": frozenset({"quiet", "kept"}),
    "bounce": frozenset({"quiet", "kept"}),
    "malformed": frozenset(DISPOSITIONS),
}
OPEN = "('queued', 'sending')"


@dataclass(frozen=True, slots=True)
class Outside:
    """What the servers say: the mails left in the inbox, those moved, and (Message-ID, recipient) of those sent."""

    inbox: int
    processed: Sequence[bytes]
    sink: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Account:
    """The figures, `sent` by kind of mail, and one line for each that does not agree with another."""

    dispositions: Mapping[str, int]
    incidents: int
    acknowledged: int
    silent: int
    sent: Mapping[str, int]
    held: int
    problems: tuple[str, ...]


def reconcile(database: Path, size: int, outside: Outside, kinds: Mapping[str, str]) -> Account:
    """Compare what the database says with what went in and came out; `kinds` is by SHA-256 of the raw mail."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
        found = dict(db.execute("SELECT disposition, count(*) FROM arrival GROUP BY 1"))
        dispositions = {name: found.get(name, 0) for name in DISPOSITIONS}
        problems = (
            *_intake_problems(db, dispositions, size, outside),
            *_incident_problems(db, dispositions),
            *_outgoing_problems(db, outside),
            *_kind_problems(db, kinds),
        )
        return Account(
            dispositions=dispositions,
            incidents=_number(db, "SELECT count(*) FROM incident"),
            acknowledged=_number(db, f"SELECT count(*) FROM outbox WHERE kind IN {ACKNOWLEDGEMENTS}"),
            silent=_number(
                db, "SELECT count(*) FROM event WHERE name = 'silent' AND text = 'acknowledgement'"
            ),
            sent=dict(db.execute("SELECT kind, count(*) FROM outbox WHERE state = 'sent' GROUP BY 1")),
            held=_number(db, "SELECT count(*) FROM outbox WHERE state = 'held'"),
            problems=problems,
        )


def _intake_problems(
    db: sqlite3.Connection, dispositions: Mapping[str, int], size: int, outside: Outside
) -> Iterator[str]:
    total = sum(dispositions.values())
    if total != size:
        yield f"{size} mails went in, {total} are accounted for"
    if outside.inbox or len(outside.processed) != size:
        yield f"{outside.inbox} mails lie in the inbox, {len(outside.processed)} in the processed folder"
    stored = Counter(row[0] for row in db.execute("SELECT raw FROM arrival"))
    moved = Counter(sha256(raw).hexdigest() for raw in outside.processed)
    if stored != moved:
        yield f"the bytes of {(stored - moved).total() + (moved - stored).total()} mails differ from what was moved"
    wrong = [
        key for key, raw in db.execute("SELECT sha256, bytes FROM blob") if sha256(raw).hexdigest() != key
    ]
    if wrong:
        yield f"{len(wrong)} blobs do not have the hash they are stored under"


def _incident_problems(db: sqlite3.Connection, dispositions: Mapping[str, int]) -> Iterator[str]:
    incidents = _number(db, "SELECT count(*) FROM incident")
    # A mail that nobody can read opens no incident, but its staff are told.
    if incidents != dispositions["opened"]:
        yield f"{dispositions['opened']} mails opened an incident, and there are {incidents}"
    odd = _number(
        db,
        "SELECT count(*) FROM arrival WHERE (SELECT count(*) FROM entry WHERE entry.arrival = arrival.id)"
        " <> (disposition IN ('opened', 'appended', 'quiet'))",
    )
    if odd:
        yield f"{odd} mails have not exactly the entry that their disposition says"
    unanswered = _number(
        db,
        "SELECT count(*) FROM incident WHERE 1 <>"
        f" (SELECT count(*) FROM outbox WHERE outbox.incident = number AND kind IN {ACKNOWLEDGEMENTS})"
        " + (SELECT count(*) FROM event"
        " WHERE event.incident = number AND name = 'silent' AND text = 'acknowledgement')",
    )
    if unanswered:
        yield f"{unanswered} incidents have neither one acknowledgement nor one reason why there is none"


def _outgoing_problems(db: sqlite3.Connection, outside: Outside) -> Iterator[str]:
    waiting = _number(db, f"SELECT count(*) FROM outbox WHERE state IN {OPEN} OR state = 'failed'")
    if waiting:
        yield f"{waiting} mails of ours did not leave"
    sent = Counter(
        db.execute(
            "SELECT message_id, address.address FROM outbox JOIN address ON address.id = outbox.address"
            " WHERE state = 'sent'"
        )
    )
    came = Counter(outside.sink)
    if sent != came:
        yield f"{sent.total()} mails were sent, {came.total()} came, {(sent & came).total()} of them the same"
    if came and max(came.values()) > 1:
        yield "a mail came twice"


def _kind_problems(db: sqlite3.Connection, kinds: Mapping[str, str]) -> Iterator[str]:
    odd = Counter(
        (kinds[raw], disposition)
        for raw, disposition in db.execute("SELECT raw, disposition FROM arrival")
        if raw in kinds and disposition not in EXPECTED[kinds[raw]]
    )
    yield from (f"{count} mails made as {kind} were {found}" for (kind, found), count in sorted(odd.items()))


def _number(db: sqlite3.Connection, question: str) -> int:
    return int(db.execute(question).fetchone()[0])
