"""What a simulation found, in words and tables for a terminal of 80 columns."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from rich.console import Console
from rich.table import Table
from rich.text import Text

from maild.cli.common import Row, clean, console, counted, print_hanging, print_rows, short, table
from maild.core.incident import Priority
from maild.core.promising.clocks import SLA_KINDS
from maild.core.promising.sla import SlaKind
from maild.core.simulating import figures
from maild.core.simulating.figures import Broken, Promised, QueueDay
from maild.core.simulating.record import Record
from maild.core.simulating.staff_model import StaffModel
from maild.core.simulating.waiting import RANK
from maild.core.writing.time_words import MONTHS, WEEKDAYS

PRIORITIES: tuple[Priority, ...] = tuple(RANK)
SHORT = tuple(day[:3] for day in WEEKDAYS)
BAR = "█"
BAR_COLUMNS = 30
MOST_DAYS = 31  # that are shown one by one; of more, weeks
MOST_WEEKS = 106  # two years; of more, months
MOST_WORST = 5
EIGHTHS = " ▏▎▍▌▋▊▉"
KINDS: dict[SlaKind, str] = {
    "first_response": "first answer",
    "next_response": "next answer",
    "update": "update",
    "resolution": "resolution",
}
TIME_WORDS = {
    "received": "by their server's Received",
    "from_line": "by the line above them",
    "date": "by their own Date",
    "neighbour": "with the mail before them, having none",
}


@dataclass(frozen=True, slots=True)
class Run:
    """One config under which the archive was played, and all that happened; `model` None: nobody answered."""

    config: str
    version: str
    archive: str
    zone: str
    labels: Mapping[str, str]
    record: Record
    model: StaffModel | None


def print_run(run: Run) -> None:
    """Print the report, table by table."""
    page = console()
    for name, words in heads(run):
        print_hanging(page, Text(f"{name:<9}{clean(words)}"), " " * 9)
    _acknowledgements(page, run)
    _scopes(page, run)
    _promises(page, run)
    _worst(page, run)
    _load(page, run)
    _queue(page, run)
    _people(page, run)
    _sent(page, run)


def print_comparison(run: Run, against: Run) -> None:
    """Print what differs between two configs, one beside the other."""
    page = console()
    for name, words in (*heads(run)[:2], ("config", _config(run)), ("against", _config(against))):
        print_hanging(page, Text(f"{name:<9}{clean(words)}"), " " * 9)
    _heading(page, "What both come to")
    both = _numbers("", run.config[-24:], against.config[-24:])
    for name, one, other in comparison(run, against):
        both.add_row(name, one, other)
    page.print(both)
    _heading(page, "Promises broken (late, and not kept by the end)")
    broken = _numbers("clock", "priority", "clocks", "broken", "against", "clocks", "broken")
    for (kind, priority), here, there in pairs(run, against):
        broken.add_row(KINDS[kind], priority, *_broken(here), "", *_broken(there))
    page.print(broken)


def heads(run: Run) -> list[tuple[str, str]]:
    """Return what was played, as (name, words)."""
    record = run.record
    archived = [came for came in record.came if not came.played]
    became = Counter(came.disposition for came in archived)
    what = ", ".join(f"{count:,} {word}" for word, count in became.most_common())
    first, last = (day_words(at.astimezone(record.zone)) for at in (record.begins, record.last_mail))
    times = ", ".join(f"{count:,} {TIME_WORDS[by]}" for by, count in sorted(record.times_by.items()))
    return [
        ("played", f"{counted_big(len(archived), 'mail')} of {run.archive}, {first} to {last} ({run.zone})"),
        ("became", what),
        ("times", times),
        ("ended", ended_words(record)),
        ("config", _config(run)),
        ("people", people_words(run.model)),
    ]


def ended_words(record: Record) -> str:
    """Return in which states the incidents are in the end, the most frequent first."""
    counts = Counter(one.state.replace("_", " ") for one in record.incidents)
    return ", ".join(f"{count:,} {state}" for state, count in counts.most_common()) or "no incident"


def people_words(model: StaffModel | None) -> str:
    """Return who answers, in a sentence."""
    if model is None:
        return "nobody answers: give --staff-model to see what people would do"
    order = "HotRush first, then what is due next" if model.order == "queue" else "the eldest first"
    who = "1 person answers" if model.people == 1 else f"{model.people} people answer"
    return f"{who}, {order}"


def comparison(run: Run, against: Run) -> list[tuple[str, str, str]]:
    """Return what the two come to, as (name, one, other)."""
    return [
        (name, one, other) for (name, one), (_, other) in zip(_totals(run), _totals(against), strict=True)
    ]


def pairs(run: Run, against: Run) -> list[tuple[tuple[SlaKind, Priority], Promised | None, Promised | None]]:
    """Return the promises of both, those of one kind and priority beside each other."""
    one, other = ({(p.kind, p.priority): p for p in figures.promised(side.record)} for side in (run, against))
    keys = sorted({*one, *other}, key=lambda key: (SLA_KINDS.index(key[0]), RANK[key[1]]))
    return [(key, one.get(key), other.get(key)) for key in keys]


def _totals(run: Run) -> list[tuple[str, str]]:
    record = run.record
    promises = figures.promised(record)
    first = figures.spans(
        (clock.stopped_at - clock.started_at).total_seconds()
        for clock in filter(figures.counts, record.clocks)
        if clock.kind == "first_response" and clock.stopped_at
    )
    people = figures.busy(record)
    total, at_work = sum(one.seconds for one in people), sum(one.at_work for one in people)
    return [
        ("incidents", f"{len(record.incidents):,}"),
        ("of them HotRush", f"{sum(one.priority == 'hotrush' for one in record.incidents):,}"),
        ("acknowledged", f"{sum(one.sent for one in figures.acknowledged(record)):,}"),
        ("promises", f"{sum(one.clocks for one in promises):,}"),
        ("promises broken", f"{sum(one.broken for one in promises):,}"),
        ("first answer, median", length(first.median)),
        ("first answer, 9 of 10", length(first.ninth)),
        ("longest queue", str(max((size for _, size in figures.queue(record)), default=0))),
        ("people busy", share(total / at_work if at_work else None)),
        ("mails to customers", f"{_sent_to(record, 'customer'):,}"),
        ("mails to staff", f"{_sent_to(record, 'staff'):,}"),
    ]


def _sent_to(record: Record, audience: str) -> int:
    return sum(count for (to, _), count in figures.sent(record).items() if to == audience)


def _broken(one: Promised | None) -> tuple[str, str]:
    return (f"{one.clocks:,}", f"{one.broken:,}") if one else ("-", "-")


def _config(run: Run) -> str:
    return f"{run.config} ({run.version})"


# --- the tables -----------------------------------------------------------------------------------------------


def _acknowledgements(page: Console, run: Run) -> None:
    _heading(page, "Acknowledgements, from the arrival of the mail")
    shown = _numbers("kind", "sent", "waiting", "median", "9 of 10", "longest")
    for one in figures.acknowledged(run.record):
        took = (one.took.median, one.took.ninth, one.took.longest)
        shown.add_row(one.kind.replace("_", " "), f"{one.sent:,}", f"{one.waiting:,}", *map(length, took))
    page.print(shown)
    if run.record.silent:
        why = ", ".join(f"{count:,} {name}" for name, count in run.record.silent.items())
        print_hanging(page, Text(f"not written: {why}"))


def _scopes(page: Console, run: Run) -> None:
    _heading(page, "Incidents by scope and priority")
    shown = _numbers("scope", *PRIORITIES, "all")
    rows = figures.scopes(run.record)
    for scope, counts in rows:
        shown.add_row(scope, *(_count(counts[level]) for level in PRIORITIES), f"{counts.total():,}")
    totals = [sum(counts[level] for _, counts in rows) for level in PRIORITIES]
    shown.add_row("all", *map(_count, totals), f"{sum(totals):,}", style="bold")
    page.print(shown)


def _promises(page: Console, run: Run) -> None:
    _heading(page, "Promises, and how long they took to keep")
    shown = _numbers("clock", "priority", "kept", "late", "overdue", "running", "median", "9 of 10")
    shown.columns[1].justify = "left"
    for one in figures.promised(run.record):
        ended = (_count(one.ended[word]) for word in figures.OUTCOMES)
        shown.add_row(KINDS[one.kind], one.priority, *ended, length(one.took.median), length(one.took.ninth))
    page.print(shown)


def _worst(page: Console, run: Run) -> None:
    broken = figures.worst(run.record, MOST_WORST)
    if not broken:
        return
    _heading(page, "The promises broken worst")
    rows = [Row(worst_cells(one), one.incident.subject) for one in broken]
    print_rows(("number", "clock", "priority", "due", "kept", "late by"), rows)


def worst_cells(one: Broken) -> tuple[str, ...]:
    """Return a broken promise in the cells of a list: number, clock, priority, due, kept, late by."""
    clock, incident = one.clock, one.incident
    times = (short(clock.due_at), short(clock.stopped_at))
    return (f"#{incident.number}", KINDS[clock.kind], incident.priority, *times, length(one.late))


def _load(page: Console, run: Run) -> None:
    week = figures.load(run.record)
    _heading(page, f"Mails by hour of the week ({run.zone})")
    page.print(Text("    " + "".join(f"{hour:>3}" for hour in range(24)), style="bold"))
    for name, counts in zip(SHORT, week, strict=True):
        page.print(f"{name} " + "".join(f"{brief(count):>3}" for count in counts))


def _queue(page: Console, run: Run) -> None:
    days = figures.queue_days(run.record)
    if len(days) > MOST_WEEKS * 7:
        span, rows = "month", figures.monthly(days)
    else:
        span, rows = ("week", figures.weekly(days)) if len(days) > MOST_DAYS else ("day", days)
    _heading(page, f"The queue: incidents that wait for the staff, {span} by {span}")
    shown = _numbers("day" if span == "day" else "from", "opened", "closed", "last", "most")
    shown.add_column("")
    top = max((one.most for one in rows), default=0)
    for one in rows:
        numbers = (f"{count:,}" for count in (one.opened, one.closed, one.last, one.most))
        shown.add_row(_short_day(one), *numbers, bar(one.most, top))
    page.print(shown)


def _people(page: Console, run: Run) -> None:
    if run.model is None:
        return
    _heading(page, "How busy people were, of the time at work")
    shown = _numbers("name", "answers", "busy", "at work", "share")
    shown.add_column("")
    for one in figures.busy(run.record):
        told = (f"{one.answers:,}", hours(one.seconds), hours(one.at_work), share(one.share))
        shown.add_row(clean(one.name), *told, bar(one.share, 1))
    page.print(shown)


def _sent(page: Console, run: Run) -> None:
    _heading(page, "Mails that would have been sent")
    shown = _numbers("to", "kind", "mails")
    shown.columns[1].justify = "left"
    for (audience, kind), count in sorted(
        figures.sent(run.record).items(), key=lambda one: (one[0][0], -one[1])
    ):
        shown.add_row(audience, kind.replace("_", " "), f"{count:,}")
    page.print(shown)


# --- words ----------------------------------------------------------------------------------------------------


def length(seconds: float | None) -> str:
    """Return a length of time short enough for a column, at most two units of it.

    >>> length(0), length(59), length(3_900), length(90_000), length(None)
    ('at once', '1 min', '1 h 05', '1 d 01 h', '-')
    """
    if seconds is None:
        return "-"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min" if minutes else "at once" if seconds < 1 else "< 1 min"
    hours, rest = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    return f"{hours} h {rest:02}" if not days else f"{days} d {hour:02} h"


def hours(seconds: float) -> str:
    """Return a length of work in whole hours: a day of it has no fixed length.

    >>> hours(129_600)
    '36 h'
    """
    return f"{seconds / 3600:,.0f} h"


def share(part: float | None) -> str:
    """Return a share of one in per cent; a dash for None.

    >>> share(0.5), share(None)
    ('50 %', '-')
    """
    return "-" if part is None else f"{part * 100:.0f} %"


def brief(count: int) -> str:
    """Return a count in three columns: of thousands, how many; a dot for none.

    >>> brief(0), brief(99), brief(1_234), brief(123_456)
    ('.', '99', '1k', '99k')
    """
    if count < 100:
        return str(count) if count else "."
    return f"{count}"[:3] if count < 1000 else f"{min(99, count // 1000)}k"


def bar(value: float, top: float) -> str:
    """Return a bar of blocks, as long as its value is of the highest one.

    >>> bar(1, 2) == "█" * 15, bar(0, 0)
    (True, '')
    """
    eighths = round(BAR_COLUMNS * 8 * value / top) if top else 0
    return (BAR * (eighths // 8) + EIGHTHS[eighths % 8]).rstrip()


def day_words(day: date) -> str:
    """Return a date as people write it.

    >>> day_words(date(2026, 3, 2))
    '2 March 2026'
    """
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def counted_big(number: int, noun: str) -> str:
    """Return a number with its noun, thousands parted.

    >>> counted_big(2_000, "mail")
    '2,000 mails'
    """
    return counted(number, noun).replace(str(number), f"{number:,}", 1)


def _short_day(one: QueueDay) -> str:
    return f"{SHORT[one.day.weekday()]} {one.day.isoformat()}"


def _count(number: int) -> str:
    return f"{number:,}" if number else "."


def _heading(page: Console, text: str) -> None:
    page.print()
    page.print(Text(text, style="bold"))


def _numbers(first: str, *others: str) -> Table:
    """Return a table whose first column is words and whose others are numbers."""
    made = table(first, *others)
    for column in made.columns[1:]:
        column.justify = "right"
    return made
