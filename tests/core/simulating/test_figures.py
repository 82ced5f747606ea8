"""What a simulation comes to, counted by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from maild.core.simulating import figures
from maild.core.simulating.figures import Busy, QueueDay, Spans
from maild.core.simulating.record import Came, Clock, Job, Mail, Moved, Opened, Record

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)  # a Monday
END = NOON + 3 * DAY


def clock(incident: int, due: float | None, stopped: float | None, **changes: Any) -> Clock:
    """Return a clock that began at noon, due and stopped so many hours later; of normal priority, unless changed."""
    due_at, ended = (None if hours is None else NOON + hours * HOUR for hours in (due, stopped))
    return replace(Clock(incident, "first_response", 1, "normal", NOON, due_at, ended), **changes)


def acknowledgement(incident: int, sent: float | None, kind: str = "acknowledgement") -> Mail:
    """Return the acknowledgement of an incident, sent so many hours after noon."""
    at = None if sent is None else NOON + sent * HOUR
    return Mail(incident, kind, "customer", NOON, at, "sent" if at else "held", None if at else "cap_domain")


RECORD = Record(
    begins=NOON,
    last_mail=NOON + DAY,
    ends=END,
    zone=BERLIN,
    came=(
        Came(NOON, "opened"),
        Came(NOON + 11 * HOUR, "opened"),
        Came(NOON + DAY, "opened"),
        Came(NOON + DAY, "appended", played=True),
    ),
    incidents=(
        Opened(1001, NOON, None, "outage", "hotrush", "waiting"),
        Opened(1002, NOON + 11 * HOUR, NOON + 2 * DAY, "tax_simple", "normal", "closed"),
        Opened(1003, NOON + DAY, None, "outage", "normal", "submitted"),
    ),
    clocks=(
        clock(1001, due=2, stopped=2, priority="hotrush"),
        clock(1002, due=20, stopped=21),
        clock(1003, due=48, stopped=None),
        clock(1001, due=99, stopped=None, kind="next_response", priority="hotrush"),
        clock(1001, due=1, stopped=3, kind="next_response", priority="hotrush", stopped_by="void"),
    ),
    mails=(
        acknowledgement(1001, 0),
        acknowledgement(1002, 12),
        acknowledgement(1003, None),
        acknowledgement(1003, 30, kind="answer"),
    ),
    moves=(Moved(1001, NOON + 2 * HOUR, "waiting"), Moved(1002, NOON + 2 * DAY, "closed")),
    silent={},
    jobs=(Job("Anna", 1001, NOON, NOON + 2 * HOUR, 5_400.0), Job("Anna", 1002, NOON + DAY, END, 1_800.0)),
    shifts={"Anna": 14_400.0, "Ben": 0.0},
)


@pytest.mark.parametrize(
    ("lengths", "found"),
    [((), (None, None, None)), ((5,), (5, 5, 5)), (range(1, 11), (5, 9, 10)), ((2, 1), (1, 2, 2))],
)
def test_spans_are_lengths_that_are_there(
    lengths: tuple[float, ...], found: tuple[float | None, ...]
) -> None:
    """The middle one, the one that nine of ten do not pass, the longest: no mean of two."""
    assert figures.spans(lengths) == Spans(*found)


@pytest.mark.parametrize(
    ("due", "stopped", "outcome"),
    [
        (2, 2, "kept"),
        (2, 2.1, "late"),
        (None, 9, "kept"),
        (71, None, "overdue"),
        (72, None, "running"),
        (99, None, "running"),
        (None, None, "running"),
    ],
)
def test_a_promise_ends_in_one_of_four_ways(due: float | None, stopped: float | None, outcome: str) -> None:
    """What is stopped at the due time itself is in time, and what is due at the very end is not overdue yet.

    Nor is what stands still, or was stopped while it did.
    """
    assert figures.outcome(clock(1, due, stopped), END) == outcome


def test_promises_are_counted_by_kind_and_priority() -> None:
    """HotRush first, by the priority that the clock has; one whose cause was none counts for nothing."""
    found = figures.promised(RECORD)
    assert [(one.kind, one.priority, one.clocks, one.broken) for one in found] == [
        ("first_response", "hotrush", 1, 0),
        ("first_response", "normal", 2, 2),
        ("next_response", "hotrush", 1, 0),
    ]
    assert found[1].ended == {"kept": 0, "late": 1, "overdue": 1, "running": 0}
    assert found[1].took.median == 21 * 3600
    assert found[2].took == Spans(None, None, None)


def test_the_worst_of_the_broken_promises_come_first() -> None:
    """What was kept late by how late it was, what was never kept by how late it is at the end."""
    found = figures.worst(RECORD, 9)
    assert [(one.incident.number, one.late) for one in found] == [(1003, 24 * 3600), (1002, 3600)]
    assert [one.incident.number for one in figures.worst(RECORD, 1)] == [1003]


def test_acknowledgements_are_counted_from_the_arrival_of_the_mail() -> None:
    """Those that wait are told apart; an answer is none."""
    (found,) = figures.acknowledged(RECORD)
    assert (found.kind, found.sent, found.waiting) == ("acknowledgement", 2, 1)
    assert found.took == Spans(0, 3600, 3600)


def test_of_two_acknowledgements_the_first_counts() -> None:
    """Whatever their kinds; the kinds stand in the order in which they are decided."""
    mails = (acknowledgement(1002, 11, "out_of_scope"), acknowledgement(1002, 20), acknowledgement(1001, 0))
    found = figures.acknowledged(replace(RECORD, mails=mails))
    assert [(one.kind, one.sent) for one in found] == [("acknowledgement", 1), ("out_of_scope", 1)]


def test_scopes_are_counted_by_priority() -> None:
    """The most frequent first."""
    found = figures.scopes(RECORD)
    assert [(scope, dict(counts)) for scope, counts in found] == [
        ("outage", {"hotrush": 1, "normal": 1}),
        ("tax_simple", {"normal": 1}),
    ]


def test_the_load_is_counted_by_the_calendars_clock() -> None:
    """Noon in UTC is one o'clock in Berlin, and 23:00 is the next day; what simulated people wrote is no load."""
    week = figures.load(RECORD)
    assert (week[0][13], week[1][0], week[1][13]) == (1, 1, 1)
    assert sum(map(sum, week)) == 3


def test_the_queue_is_what_waits_for_the_staff() -> None:
    """It grows by each opening, and shrinks by what waits for the customer or is closed."""
    assert figures.queue(RECORD) == [
        (NOON, 1),
        (NOON + 2 * HOUR, 0),
        (NOON + 11 * HOUR, 1),
        (NOON + DAY, 2),
        (NOON + 2 * DAY, 1),
    ]


def test_what_changes_at_one_instant_is_one_step() -> None:
    """An incident that is opened and closed by the same mail never waited."""
    record = replace(RECORD, moves=(Moved(1001, NOON, "closed"), *RECORD.moves))
    assert figures.queue(record)[0] == (NOON, 0)


def test_a_reopened_incident_waits_again() -> None:
    """Until it moves once more."""
    back = (Moved(1001, NOON + 3 * HOUR, "in_progress"), Moved(1001, NOON + 4 * HOUR, "pre_closed"))
    lengths = figures.queue(replace(RECORD, moves=(*RECORD.moves, *back)))
    assert [length for _, length in lengths[:4]] == [1, 0, 1, 0]


def test_the_queue_day_by_day() -> None:
    """Each day of the calendar's zone, with the longest queue of it; nothing is left out, nothing runs on."""
    assert figures.queue_days(RECORD) == [
        QueueDay(date(2026, 3, 2), opened=1, closed=0, most=1, last=0),
        QueueDay(date(2026, 3, 3), opened=2, closed=0, most=2, last=2),
        QueueDay(date(2026, 3, 4), opened=0, closed=1, most=2, last=1),
    ]
    assert figures.queue_days(replace(RECORD, incidents=(), moves=())) == []


def test_weeks_gather_their_days() -> None:
    """Sums of what came and went, the longest queue, and how it ended; named by their first day that there is."""
    days = [QueueDay(date(2026, 3, 6) + n * DAY, n, 1, 10 - n, n) for n in range(5)]
    assert figures.weekly(days) == [
        QueueDay(date(2026, 3, 6), 3, 3, 10, 2),
        QueueDay(date(2026, 3, 9), 7, 2, 7, 4),
    ]


def test_months_gather_theirs() -> None:
    """An archive of decades is read at a glance."""
    days = [QueueDay(date(2026, 2, 27) + n * DAY, n, 1, 10 - n, n) for n in range(4)]
    assert figures.monthly(days) == [
        QueueDay(date(2026, 2, 27), 1, 2, 10, 1),
        QueueDay(date(2026, 3, 1), 5, 2, 8, 3),
    ]


def test_people_are_as_busy_as_their_work_is_long() -> None:
    """Of the time at work; who was never there was not busy."""
    anna, ben = figures.busy(RECORD)
    assert (anna, anna.share) == (Busy("Anna", 2, 7_200.0, 14_400.0), 0.5)
    assert (ben.answers, ben.share) == (0, 0.0)


def test_only_what_left_was_sent() -> None:
    """By audience and kind."""
    assert figures.sent(RECORD) == {("customer", "acknowledgement"): 2, ("customer", "answer"): 1}


def test_the_first_promise_of_an_incident_is_its_due_time() -> None:
    """Later cycles of the clock do not change by when the first answer was due."""
    later = replace(RECORD.clocks[0], cycle=2, due_at=END)
    found = figures.first_due(replace(RECORD, clocks=(*RECORD.clocks, later)))
    assert {number: one.due_at for number, one in found.items()} == {
        1001: NOON + 2 * HOUR,
        1002: NOON + 20 * HOUR,
        1003: NOON + 48 * HOUR,
    }
