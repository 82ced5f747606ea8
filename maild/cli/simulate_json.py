"""What a simulation found, as JSON for scripts: an object for each incident, each table's rows, and a summary."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from maild.cli.common import rfc3339
from maild.cli.simulate_words import Run
from maild.core.simulating import figures
from maild.core.simulating.figures import Spans
from maild.core.simulating.record import Clock, Record

Object = dict[str, Any]


def objects(run: Run, against: Run | None = None) -> Iterator[Object]:
    """Yield every object; those of the other config have `"config"` of its own. The keys are stable."""
    for side in (run, against) if against else (run,):
        mark = {"config": side.config} if against else {}
        yield from (one | mark for one in _of_run(side))


def _of_run(run: Run) -> Iterator[Object]:
    record = run.record
    yield from _incidents(record)
    for one in figures.acknowledged(record):
        yield {"type": "acknowledgements", **_flat(asdict(one), one.took)}
    for promise in figures.promised(record):
        yield {
            "type": "promises",
            "clock": promise.kind,
            "priority": promise.priority,
            "clocks": promise.clocks,
            **{word: promise.ended[word] for word in figures.OUTCOMES},
            **_spans(promise.took),
        }
    for weekday, hours in enumerate(figures.load(record), start=1):
        for hour, count in enumerate(hours):
            yield {"type": "load", "weekday": weekday, "hour": hour, "mails": count}
    for day in figures.queue_days(record):
        yield {"type": "queue", **asdict(day), "day": day.day.isoformat()}
    for person in figures.busy(record):
        yield {"type": "person", **asdict(person), "share": round(person.share, 4)}
    for (audience, kind), count in sorted(figures.sent(record).items()):
        yield {"type": "sent", "audience": audience, "kind": kind, "mails": count}
    yield _summary(run)


def _incidents(record: Record) -> Iterator[Object]:
    acknowledgements = figures.acknowledgement_of(record)
    clocks: dict[int, list[Clock]] = {}
    for clock in record.clocks:
        clocks.setdefault(clock.incident, []).append(clock)
    due = figures.first_due(record)
    for one in record.incidents:
        told = acknowledgements.get(one.number)
        first = due.get(one.number)
        yield {
            "type": "incident",
            **asdict(one),
            "acknowledgement": told.kind if told else None,
            "acknowledged_at": told.sent_at if told else None,
            "due_at": first.due_at if first else None,
            "answered_at": first.stopped_at if first else None,
            "outcome": figures.outcome(first, record.ends) if first else None,
            "clocks": [_clock(clock, record) for clock in clocks.get(one.number, [])],
        }


def _clock(clock: Clock, record: Record) -> Object:
    times = {name: getattr(clock, name) for name in ("started_at", "due_at", "stopped_at")}
    ended = figures.outcome(clock, record.ends)
    return {
        "clock": clock.kind,
        "cycle": clock.cycle,
        "priority": clock.priority,
        **times,
        "stopped_by": clock.stopped_by,
        "outcome": ended,
    }


def _summary(run: Run) -> Object:
    record = run.record
    promises = figures.promised(record)
    return {
        "type": "summary",
        "config_version": run.version,
        "archive": run.archive,
        "begins": rfc3339(record.begins),
        "last_mail": rfc3339(record.last_mail),
        "ends": rfc3339(record.ends),
        "mails": sum(not came.played for came in record.came),
        "mails_by_people": sum(came.played for came in record.came),
        "times_by": dict(sorted(record.times_by.items())),
        "incidents": len(record.incidents),
        "not_acknowledged": dict(record.silent),
        "promises": sum(one.clocks for one in promises),
        "broken": sum(one.broken for one in promises),
        "longest_queue": max((length for _, length in figures.queue(record)), default=0),
    }


def _flat(row: Object, took: Spans) -> Object:
    del row["took"]
    return {**row, **_spans(took)}


def _spans(took: Spans) -> Object:
    return {f"{name}_seconds": value for name, value in asdict(took).items()}
