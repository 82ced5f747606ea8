"""The whole history of one incident: what came, what was said, decided, sent, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam, or_, select

from maild.core.deciding.reply_facts import short_words
from maild.core.message import Attachment
from maild.core.reasons import Reason, because
from maild.core.writing.attached_files import named
from maild.core.writing.time_words import stamp
from maild.store.tables import (
    address,
    arrival,
    attachment,
    correction,
    entry,
    event,
    message,
    outbox,
    verdict,
)


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that happened: when, what sort of thing, who did it or got it ("" = maild), why.

    `table` is where it is stored; `arrival` is the mail that came in with it: a mail and its entry share one.
    `files` are names and sizes of what came with an entry, `author` the address of who said it.
    """

    at: datetime
    kind: str
    who: str
    text: str
    reasons: tuple[Reason, ...]
    table: Literal["arrival", "entry", "verdict", "correction", "event", "outbox"] = "event"
    arrival: int | None = None
    files: tuple[str, ...] = ()
    author: str = ""


_ARRIVALS = (
    select(
        arrival.c.id,
        arrival.c.received_at,
        arrival.c.source,
        arrival.c.disposition,
        arrival.c.reasons,
        message.c.sender,
        message.c.subject,
    )
    .join(message, message.c.id == arrival.c.message)
    .where(arrival.c.incident == bindparam("number"))
    .order_by(arrival.c.id)
)
_ENTRIES = (
    select(
        entry.c.id, entry.c.at, entry.c.kind, entry.c.state, entry.c.text, entry.c.commands, entry.c.reasons
    )
    .add_columns(entry.c.arrival, address.c.address, address.c.name)
    .outerjoin(address, address.c.id == entry.c.author)
    .where(entry.c.incident == bindparam("number"))
    .order_by(entry.c.id)
)
_FILES = (
    select(attachment, entry.c.id.label("entry"))
    .join(arrival, arrival.c.message == attachment.c.message)
    .join(entry, entry.c.arrival == arrival.c.id)
    .where(entry.c.incident == bindparam("number"))
    .order_by(attachment.c.position)
)
_VERDICTS = select(verdict).where(verdict.c.incident == bindparam("number")).order_by(verdict.c.id)
_CORRECTIONS = (
    select(correction, verdict.c.config_version, address.c.address)
    .join(verdict, verdict.c.id == correction.c.verdict)
    .join(address, address.c.id == correction.c.author)
    .where(correction.c.incident == bindparam("number"))
    .order_by(correction.c.id)
)
_EVENTS = select(event).where(event.c.incident == bindparam("number")).order_by(event.c.id)
# A request to confirm belongs to no incident, but to the entries that wait for it.
_ASKED = select(entry.c.confirmation).where(entry.c.incident == bindparam("number"))
_MAILS = (
    select(outbox, address.c.address.label("recipient"))
    .join(address, address.c.id == outbox.c.address)
    .where(or_(outbox.c.incident == bindparam("number"), outbox.c.confirmation.in_(_ASKED)))
    .order_by(outbox.c.id)
)


def history(tx: Connection, number: int) -> list[HistoryLine]:
    """Return all that happened on incident `number`, in order of time; empty where there is no such incident.

    `kind` is the disposition of a mail, the kind of an entry (with its state, unless done), the name of an
    event, `verdict`, `correction`, or the kind of a mail of ours.
    """
    lines = [*_arrivals(tx, number), *_entries(tx, number), *_verdicts(tx, number)]
    lines += [*_corrections(tx, number), *_events(tx, number), *_mails(tx, number)]
    # sorted() keeps the order above where several things happened at one instant: a mail, then what it led
    # to.
    return sorted(lines, key=lambda line: line.at)


def _arrivals(tx: Connection, number: int) -> Iterator[HistoryLine]:
    for row in tx.execute(_ARRIVALS, {"number": number}):
        text = f"by {row.source}: {row.subject}"
        why = _reasons(row.reasons)
        yield HistoryLine(
            row.received_at, row.disposition, row.sender or "", text, why, "arrival", arrival=row.id
        )


def _entries(tx: Connection, number: int) -> Iterator[HistoryLine]:
    files: dict[int, list[str]] = {}
    for row in tx.execute(_FILES, {"number": number}):
        file = Attachment(row.name, row.content_type, row.size, row.sha256)
        files.setdefault(row.entry, []).append(named(file))
    for row in tx.execute(_ENTRIES, {"number": number}):
        kind = row.kind if row.state == "done" else f"{row.kind} ({row.state})"
        said = "\n".join([*(f"#{verb}" for verb in row.commands), row.text])
        who, why = row.name or row.address or "", _reasons(row.reasons)
        with_it = tuple(files.get(row.id, ()))
        yield HistoryLine(
            row.at, kind, who, said, why, "entry", row.arrival, with_it, author=row.address or ""
        )


def _verdicts(tx: Connection, number: int) -> Iterator[HistoryLine]:
    for row in tx.execute(_VERDICTS, {"number": number}):
        evidence = tuple(
            Reason(
                hit["rule"], f"{hit['rule']}: {short_words(hit['text'])!r} ({hit['field']}), {hit['effect']}"
            )
            for hit in row.evidence
        )
        why = (*(evidence or (because("no_rule"),)), because("decided_by", version=row.config_version))
        more = "" if row.in_scope else ", out of scope"
        more += f", more than one thing: {', '.join(row.scopes)}" if row.multi else ""
        text = f"scope {row.scope}, priority {row.priority}{more}"
        yield HistoryLine(row.at, "verdict", "", text, why, "verdict")


def _corrections(tx: Connection, number: int) -> Iterator[HistoryLine]:
    for row in tx.execute(_CORRECTIONS, {"number": number}):
        why = because("corrected", version=row.config_version)
        text = f"{row.field} {row.before} -> {row.after}"
        yield HistoryLine(row.at, "correction", row.address, text, (why,), "correction")


def _events(tx: Connection, number: int) -> Iterator[HistoryLine]:
    for row in tx.execute(_EVENTS, {"number": number}):
        yield HistoryLine(row.at, row.name, "", row.text, _reasons(row.reasons))


def _mails(tx: Connection, number: int) -> Iterator[HistoryLine]:
    for row in tx.execute(_MAILS, {"number": number}):
        text = f"sent {stamp(row.sent_at)}" if row.sent_at else row.state
        why = () if row.reason is None else (Reason(row.reason, row.reason_text),)
        before = "an earlier attempt failed: " if row.sent_at else ""
        error = () if row.last_error is None else (Reason("last_error", f"{before}{row.last_error}"),)
        yield HistoryLine(row.created_at, row.kind, row.recipient, text, (*why, *error), "outbox")


def _reasons(stored: list[dict[str, Any]]) -> tuple[Reason, ...]:
    return tuple(Reason(one["name"], one["text"]) for one in stored)
