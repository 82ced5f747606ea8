"""The mails that opened incidents, as a classifier reads them, and what staff corrected since; read only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, exists, func, select

from maild.core.understanding.new_text import split_text
from maild.store.corrections import labels
from maild.store.database import Database
from maild.store.tables import arrival, entry, incident, message, outbox, verdict

BATCH = 200
_FIRST = arrival.c.disposition == "opened"
_ACKNOWLEDGED = exists().where(
    outbox.c.incident == incident.c.number,
    outbox.c.kind == "acknowledgement",
)
# What the mail that opened it was taken for; further mails have verdicts of their own.
_OF_IT = verdict.alias()
_FIRST_VERDICT = (
    select(func.min(_OF_IT.c.id))
    .where(_OF_IT.c.incident == incident.c.number)
    .correlate(incident)
    .scalar_subquery()
)
_OPENED = (
    select(
        incident.c.number,
        incident.c.opened_at,
        verdict.c.scope,
        verdict.c.priority,
        message.c.id.label("message"),
        message.c.subject,
        message.c.sender,
        arrival.c.source,
        arrival.c.reasons,
        arrival.c.received_at,
        entry.c.text,
        _ACKNOWLEDGED.label("acknowledged"),
    )
    .join(arrival, (arrival.c.incident == incident.c.number) & _FIRST)
    .join(message, message.c.id == arrival.c.message)
    .join(entry, (entry.c.arrival == arrival.c.id) & (entry.c.incident == incident.c.number))
    .join(verdict, verdict.c.id == _FIRST_VERDICT)
    .where(incident.c.number > bindparam("after"), incident.c.opened_at >= bindparam("since"))
    .order_by(incident.c.number)
    .limit(BATCH)
)
_COUNT = select(func.count()).select_from(incident).where(incident.c.opened_at >= bindparam("since"))


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident and the mail that opened it; `text` is what was written in it, without quotes of a thread.

    `sender` is an address, `message` the row that has the bytes. `scope` and `priority` are what the daemon took it
    for.
    """

    number: int
    subject: str
    text: str
    sender: str
    source: str
    message: int
    received_at: datetime
    scope: str
    priority: str
    acknowledged: bool


def opened(database: Database, since: datetime) -> Iterator[Opened]:
    """Yield the incidents opened since then in the order of their numbers, each in short transactions."""
    after = 0
    while True:
        with database.read() as tx:
            rows = tx.execute(_OPENED, {"after": after, "since": since}).all()
        for row in rows:
            if row.number > after:  # several mails at one incident's beginning: the first of them opened it
                after = row.number
                yield Opened(
                    row.number,
                    row.subject or "",
                    _new_text(row.text, row.reasons),
                    (row.sender or "").rpartition("<")[2].rstrip(">"),
                    row.source,
                    row.message,
                    row.received_at,
                    row.scope,
                    row.priority,
                    bool(row.acknowledged),
                )
        if len(rows) < BATCH:
            return


def count(database: Database, since: datetime) -> int:
    """Return how many incidents were opened since then."""
    with database.read() as tx:
        return int(tx.scalar(_COUNT, {"since": since}) or 0)


def corrections(database: Database) -> dict[int, dict[str, str]]:
    """Return what staff say is right: incident -> `scope` or `priority` -> what it should have been."""
    found: dict[int, dict[str, str]] = {}
    with database.read() as tx:
        for label in labels(tx):
            found.setdefault(label.incident, {})[label.field] = label.right
    return found


def _new_text(text: str, reasons: list[dict[str, str]]) -> str:
    """Return what was written now, as the daemon told it apart: only a late answer begins with a quote."""
    late = any(reason["name"] == "reopen_window_over" for reason in reasons)
    return split_text(text, first=not late).new
