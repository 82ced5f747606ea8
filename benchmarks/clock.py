"""What the clock costs, and whether it forgets: a due time against counting minutes, and a year of reminders.

    python benchmarks/clock.py [--steps N] [--stored N] [--seed N]

Prints how many times quicker a due time is found than by counting minutes, what an event costs beside reading a mail,
and plays a year: mails, answers, changes of priority, nights in which the daemon is down. Of N steps that came (say
1,000,000) none may be told twice and none lost. The same is done with fewer clocks on the rows of a database.
"""

import argparse
import heapq
import random
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.workload import workload
from classifiers.settings import Verdict
from maild.core.actions import Action, ClockHappened, FireStep, OpenIncident, WaitStep
from maild.core.incident import Priority
from maild.core.limits import Limits
from maild.core.message import Address
from maild.core.promising.business_hours import Calendar, add_time, is_open, open_time
from maild.core.promising.clock_event import ClockEvent, ClockEventType
from maild.core.promising.clocks import Clocks
from maild.core.promising.sla import Policy
from maild.core.promising.steps import Fire, Step, WaitUntil, Watch, coming, due_step, fires_at, lay_out
from maild.core.promising.target import BusinessDays, Minutes, Target
from maild.core.reading.parse_message import parse_message
from maild.store import timers
from maild.store.database import Database, upgrade
from maild.store.record import PersonDid, record

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=365)
OFFICE = Calendar(
    ZoneInfo("Europe/Berlin"),
    (*(((540, 750), (810, 1080)),) * 5, (), ()),
    frozenset({"01-01", "05-01", "12-25", "12-26"}),
)
TARGETS: dict[Priority, Target] = {
    "hotrush": Minutes(120),
    "high": Minutes(240),
    "normal": BusinessDays(1),
    "low": BusinessDays(2),
}
PRIORITIES: tuple[Priority, ...] = ("hotrush", "high", "normal", "low")
POLICY = Policy(
    OFFICE,
    TARGETS,
    next_response=TARGETS,
    update={"hotrush": Minutes(240), "high": Minutes(540)},
    resolution={"hotrush": Minutes(480), "high": Minutes(960), "normal": Minutes(2400)},
    pre_close_days=5,
    close_days=3,
)
TURNS: tuple[ClockEventType, ...] = (
    "staff_reply",
    "staff_reply",
    "waiting",
    "customer_message",
    "priority_changed",
    "resumed",
    "answer_lost",
)
Key = tuple[int, str, int, str]


def main() -> int:
    """Measure, play, print; return 1 if a step was told twice or lost."""
    asked = arguments()
    print_costs(asked.seed)
    year = Year(random.Random(asked.seed))
    began = process_time()
    year.play(asked.steps)
    print(
        f"a year, {year.incidents} incidents, {len(year.told)} steps: {year.twice} twice, {len(year.lost)} lost"
        f" ({(process_time() - began) / max(1, len(year.told)) * 1000:.2f} ms a step)"
    )
    fired, again, left = stored(asked.stored, asked.seed)
    print(f"on a database, {asked.stored} incidents, {fired} steps: {again} twice, {left} lost")
    return int(bool(year.twice or year.lost or again or left))


def arguments() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(description="What the clock costs, and whether it forgets.")
    parser.add_argument("--steps", type=int, default=20_000, help="how many steps the year is to have")
    parser.add_argument("--stored", type=int, default=100, help="incidents that are played on a database")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


# --- what it costs --------------------------------------------------------------------------------------------


def print_costs(seed: int) -> None:
    """Print what a due time costs by counting minutes and by intervals, and an event beside reading a mail."""
    draw = random.Random(seed)
    starts = [BEGIN + draw.randrange(365 * 1440) * MINUTE for _ in range(100)]
    quick = cost(lambda: [add_time(OFFICE, at, timedelta(minutes=480)) for at in starts]) / len(starts)
    plain = cost(lambda: [by_minutes(at, 480) for at in starts[:20]]) / 20
    mails = [mail.raw for mail in workload(40, seed)]
    read = cost(lambda: [parse_message(raw, Limits()) for raw in mails]) / len(mails)
    story = [ClockEvent("staff_reply", BEGIN + HOUR), ClockEvent("waiting", BEGIN + HOUR)]
    begun = Clocks(POLICY).after(ClockEvent("created", BEGIN, "high"))
    fold = cost(lambda: [begun.after(event) for event in story * 50]) / 100
    steps = cost(lambda: [lay_out(timer, POLICY) for timer in begun.timers * 50]) / (50 * len(begun.timers))
    print(f"a due time: {quick * 1000:.3f} ms, {plain / quick:.0f} times quicker than counting minutes")
    print(
        f"an event: {fold / read:.2f} times what reading a mail costs; to lay steps out {steps / read:.2f} times"
    )


def cost(work: object) -> float:
    """Return the seconds that some work takes, the best of three."""
    found = []
    for _ in range(3):
        began = process_time()
        work()  # type: ignore[operator]
        found.append(process_time() - began)
    return min(found)


def by_minutes(at: datetime, minutes: int) -> datetime:
    """Return when so many open minutes have passed, found by looking at each minute."""
    while minutes:
        minutes -= is_open(OFFICE, at)
        at += MINUTE
    return at


# --- a year -----------------------------------------------------------------------------------------------------


@dataclass
class Living:
    """An incident of the year: its clocks, the steps of those that run, and when to look at them."""

    clocks: Clocks
    steps: dict[tuple[str, int], tuple[Step, ...]] = field(default_factory=dict)
    looks: dict[tuple[str, int], datetime] = field(default_factory=dict)


@dataclass
class Year:
    """A year of events, in order of time; whoever looks at clocks is down in some nights, and then looks at all."""

    draw: random.Random
    told: dict[Key, datetime] = field(default_factory=dict)
    twice: int = 0
    lost: list[Key] = field(default_factory=list)
    incidents: int = 0

    def play(self, steps: int) -> None:
        """Open incidents over and over, each living its life, until so many steps were told."""
        while len(self.told) < steps:
            self.incidents += 1
            self.live(self.incidents)

    def live(self, number: int) -> None:
        """Let one incident live: its events and its looks as they come, none while the daemon is down."""
        coming_up = [(at, order, event) for order, (at, event) in enumerate(self.story())]
        heapq.heapify(coming_up)
        down = self.outage(coming_up[0][0])
        one = Living(Clocks(POLICY))
        while coming_up or one.looks:
            look = min(one.looks.values(), default=None)
            if coming_up and (look is None or coming_up[0][0] <= look):
                at, _, event = heapq.heappop(coming_up)
                self.happen(number, one, event, after(at, down), down)
            elif look is not None:
                self.look(number, one, after(look, down))

    def story(self) -> Iterator[tuple[datetime, ClockEvent]]:
        """Yield the events of one incident: mail at any hour, answers that come or do not, an end."""
        at = BEGIN + self.draw.randrange(365 * 1440) * MINUTE
        yield at, ClockEvent("created", at, self.draw.choice(PRIORITIES))
        for _ in range(self.draw.randrange(6)):
            at += self.draw.randrange(4 * 1440) * MINUTE
            kind = self.draw.choice(TURNS)
            level = self.draw.choice(PRIORITIES) if kind == "priority_changed" else None
            yield at, ClockEvent(kind, at, level)
        at += self.draw.randrange(1, 20 * 1440) * MINUTE
        yield at, ClockEvent("resolved", at)

    def outage(self, at: datetime) -> tuple[datetime, datetime]:
        """Return a time of up to two days, near the beginning of a life, in which nobody looks."""
        begin = at + self.draw.randrange(3 * 1440) * MINUTE
        return begin, begin + self.draw.randrange(2 * 1440) * MINUTE

    def happen(
        self, number: int, one: Living, event: ClockEvent, now: datetime, down: tuple[datetime, datetime]
    ) -> None:
        """Let an event happen; what should have been told before it and was not is lost."""
        for key, steps in one.steps.items():
            timer = next(t for t in one.clocks.timers if (t.kind, t.cycle) == key)
            hours = one.clocks.hours(timer)
            for step in steps:
                name = (number, *key, step.name)
                seen = open_time(hours, fires_at(step), min(now, down[0]))
                seen += open_time(hours, max(fires_at(step), down[1]), now)
                if name not in self.told and seen > MINUTE:
                    self.lost.append(name)
        one.clocks = one.clocks.after(event)
        one.steps = {
            (timer.kind, timer.cycle): lay_out(timer, POLICY)
            for timer in one.clocks.timers
            if timer.stopped_at is None
        }
        fired = {key: self.fired(number, key) for key in one.steps}
        looks = {key: coming(steps, fired[key]) for key, steps in one.steps.items()}
        one.looks = {key: at for key, at in looks.items() if at}

    def fired(self, number: int, key: tuple[str, int]) -> tuple[str, ...]:
        """Return the steps of a clock that were told."""
        kind, cycle = key
        names = ("0.5", "0.75", "0.9", "1.0", "1.5", "2.0", "2.5", "3.0", "3.5")
        return tuple(name for name in names if (number, kind, cycle, name) in self.told)

    def look(self, number: int, one: Living, now: datetime) -> None:
        """Look at the clocks that are due to be looked at, as the daemon does."""
        for key in [key for key, at in one.looks.items() if at <= now]:
            timer = next(t for t in one.clocks.timers if (t.kind, t.cycle) == key)
            watch = Watch(1, number, timer, POLICY, one.steps[key], self.fired(number, key))
            found = due_step(watch, now, hotrush=one.clocks.priority == "hotrush")
            del one.looks[key]
            if isinstance(found, WaitUntil):
                one.looks[key] = found.at
            elif isinstance(found, Fire):
                for name in found.passed:
                    self.twice += (number, *key, name) in self.told
                    self.told[number, *key, name] = now
                one.looks |= {key: found.next_at} if found.next_at else {}


def after(at: datetime, down: tuple[datetime, datetime]) -> datetime:
    """Return when something is dealt with that is due at `at`: at once, or when the daemon is there again."""
    return down[1] if down[0] <= at < down[1] else at


# --- on a database ----------------------------------------------------------------------------------------------


def stored(incidents: int, seed: int) -> tuple[int, int, int]:
    """Play clocks on the rows of a database; return how many steps fired, how often one did again, what is left."""
    draw = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(f"sqlite:///{folder}/clock.db")
        upgrade(database)
        for _ in range(incidents):
            open_one(database, BEGIN + draw.randrange(30 * 1440) * MINUTE, draw.choice(PRIORITIES))
        fired: dict[tuple[int, str], int] = {}
        while (now := next_look(database)) is not None:
            for key in look_at_rows(database, now):
                fired[key] = fired.get(key, 0) + 1
        with database.read() as tx:
            laid = tx.exec_driver_sql("SELECT sum(json_array_length(steps)) FROM timer").scalar_one()
        database.close()
    return len(fired), sum(count - 1 for count in fired.values()), int(laid or 0) - len(fired)


def open_one(database: Database, at: datetime, priority: Priority) -> None:
    """Open an incident whose clocks run and are never answered."""
    verdict = Verdict("outage", ("outage",), priority, in_scope=True, multi=False, evidence=())
    actions: list[Action] = [
        OpenIncident(Address("a@example.net", ""), False, "x", verdict, priority, "en"),
        ClockHappened(ClockEvent("created", at, priority), POLICY),
    ]
    with database.begin() as tx:
        record(tx, actions, PersonDid("benchmark"), incident=None, now=at, limits=Limits())


def next_look(database: Database) -> datetime | None:
    """Return when the next clock is to be looked at."""
    with database.read() as tx:
        return timers.next_due(tx)


def look_at_rows(database: Database, now: datetime) -> list[tuple[int, str]]:
    """Look at the rows that are due as the daemon does; return what fired, as (timer, step)."""
    fired: list[tuple[int, str]] = []
    with database.begin() as tx:
        for watch in timers.due(tx, now, 100):
            found = due_step(watch, now, hotrush=watch.timer.priority == "hotrush")
            actions: list[Action] = [WaitStep(watch.id, found.at if isinstance(found, WaitUntil) else None)]
            if isinstance(found, Fire):
                actions = [FireStep(watch.id, name, found.next_at) for name in found.passed]
                fired += [(watch.id, name) for name in found.passed]
            record(tx, actions, PersonDid("look"), incident=watch.incident, now=now, limits=Limits())
    return fired


if __name__ == "__main__":
    sys.exit(main())
