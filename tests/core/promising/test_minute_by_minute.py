"""The clock against the plainest clock there is, which goes through the minutes one by one and counts.

Zones on both sides of the equator, near the days on which their clocks change; openings at odd minutes, over midnight,
around the whole day; holidays and exceptions; pauses and changes of priority at any minute.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from maild.core.incident import Priority
from maild.core.promising.business_hours import Calendar
from maild.core.promising.clock_event import ClockEvent, ClockEventType
from maild.core.promising.clocks import Clocks
from maild.core.promising.sla import Policy
from maild.core.promising.target import Minutes
from maild.core.promising.timer import elapsed, state_of

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
CHANGES: list[tuple[str, str]] = [
    ("Europe/Berlin", "2026-03-29"),
    ("Europe/Berlin", "2026-10-25"),
    ("Europe/Moscow", "2014-10-26"),
    ("Europe/London", "2026-03-29"),
    ("America/New_York", "2026-03-08"),
    ("America/New_York", "2026-11-01"),
    ("America/St_Johns", "2026-11-01"),
    ("America/Santiago", "2026-04-05"),
    ("America/Santiago", "2026-09-06"),
    ("Australia/Lord_Howe", "2026-04-05"),
    ("Pacific/Apia", "2011-12-30"),
    ("Africa/Casablanca", "2026-02-15"),
    ("Asia/Kathmandu", "2026-05-01"),
    ("America/Sao_Paulo", "2018-11-04"),
    ("Asia/Tehran", "2022-03-22"),
]
PLACES = [(ZoneInfo(zone), datetime.fromisoformat(day).replace(tzinfo=UTC)) for zone, day in CHANGES]
PRIORITIES: tuple[Priority, ...] = ("hotrush", "high", "normal", "low")

minutes = st.integers(0, 1440)
intervals = st.tuples(st.integers(0, 1439), minutes)
days = st.lists(intervals, max_size=2).map(tuple)


@st.composite
def calendars(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Return a calendar that is open every week, and an instant near a change of its clocks."""
    zone, near = draw(st.sampled_from(PLACES))
    weekly = draw(st.tuples(*[days] * 7))
    monday = draw(intervals)
    weekly = (((monday[0], monday[0]) if draw(st.booleans()) else (480, 1080), *weekly[0]), *weekly[1:])
    dates = [(near + n * DAY).date().isoformat() for n in range(-1, 6)]
    holidays = frozenset(draw(st.sets(st.sampled_from([*dates, *(date[5:] for date in dates)]), max_size=2)))
    exceptions = draw(st.dictionaries(st.sampled_from(dates), days, max_size=2))
    at = near - DAY + draw(st.integers(0, 2 * 1440)) * MINUTE
    return Calendar(zone, weekly, holidays, exceptions), at


def is_open(calendar: Calendar, at: datetime) -> bool:
    """Say by the definition alone whether a calendar is open (rules: The clock)."""
    local = at.astimezone(calendar.zone)
    day, shown = local.date().isoformat(), local.hour * 60 + local.minute
    if day in calendar.exceptions:
        return any(a <= shown < (b if b > a else 1440) for a, b in calendar.exceptions[day])
    if {day, day[5:]} & calendar.holidays:
        return False
    today, eve = calendar.weekly[local.weekday()], calendar.weekly[local.weekday() - 1]
    tail = any(b <= a and shown < b for a, b in eve)
    return tail or any(a <= shown < (b if b > a else 1440) for a, b in today)


@dataclass
class Stepper:
    """A clock of one kind that goes minute by minute; `reached` says when it had run for so many minutes."""

    calendar: Calendar
    targets: dict[Priority, int]
    at: datetime
    priority: Priority
    budget: int
    pausing: bool
    used: int = 0
    paused: bool = False
    stopped: datetime | None = None
    reached: dict[int, datetime] = field(default_factory=dict)

    def hear(self, event: ClockEvent) -> None:
        """Let something happen at the minute at hand."""
        match event.type:
            case "waiting":
                self.paused = self.pausing or self.paused
            case "customer_message" | "resumed":
                self.paused = False
            case "resolved":
                self.stopped = self.at
            case "reopened":
                self.stopped, self.paused = None, False
            case "priority_changed" if event.priority and not self.late and not self.stopped:
                self.change(event.priority)

    @property
    def late(self) -> bool:
        """Whether its time was up before this minute."""
        return self.budget in self.reached and self.reached[self.budget] < self.at

    def change(self, to: Priority) -> None:
        """Take the promise of another priority."""
        old, new = self.targets[self.priority], self.targets[to]
        self.priority = to
        if new < old:
            self.budget = min(self.budget, self.used + new)
        elif new > old:
            self.budget = new

    def step(self) -> None:
        """Let a minute pass."""
        if not (self.paused or self.stopped):
            self.reached.setdefault(self.used, self.at)
            self.used += is_open(self.calendar, self.at)
        self.at += MINUTE


EVENTS: list[ClockEventType] = [
    "waiting",
    "customer_message",
    "resumed",
    "priority_changed",
    "priority_changed",
    "resolved",
    "reopened",
]
stories = st.lists(
    st.tuples(st.sampled_from(EVENTS), st.integers(0, 900), st.sampled_from(PRIORITIES)), max_size=6
)
targets = st.lists(st.integers(1, 700), min_size=4, max_size=4, unique=True).map(sorted)


@settings(deadline=None)
@given(calendars(), targets, st.sampled_from(PRIORITIES), stories)
def test_a_clock_with_pauses_and_changes_is_the_one_that_counts_minutes(
    place: tuple[Calendar, datetime],
    wanted: list[int],
    priority: Priority,
    story: list[tuple[ClockEventType, int, Priority]],
) -> None:
    """What it has used, how it stands, and when it is due, after every event."""
    calendar, at = place
    promised = dict(zip(PRIORITIES, wanted, strict=True))
    policy = Policy(calendar, resolution={name: Minutes(one) for name, one in promised.items()})
    clocks = Clocks(policy).after(ClockEvent("created", at, priority))
    stepper = Stepper(calendar, promised, at, priority, promised[priority], pausing=True)
    for type_, gap, level in story:
        for _ in range(gap):
            stepper.step()
        at += gap * MINUTE
        event = ClockEvent(type_, at, level if type_ == "priority_changed" else None)
        if type_ == "reopened" and clocks.phase != "resolved":
            continue
        if clocks.phase == "resolved" and type_ not in ("reopened", "priority_changed"):
            continue
        stepper.hear(event)
        clocks = clocks.after(event)
        timer = clocks.newest("resolution")
        assert timer is not None
        assert elapsed(timer, at, calendar) == stepper.used * MINUTE
        assert timer.budget == stepper.budget * MINUTE
        assert (state_of(timer, at) == "breached") == stepper.late
    if not (stepper.paused or stepper.stopped):
        for _ in range(14 * 1440):
            if stepper.budget in stepper.reached:
                break
            stepper.step()
        timer = clocks.newest("resolution")
        assert timer is not None
        if stepper.budget in stepper.reached:
            assert timer.due_at == stepper.reached[stepper.budget]


@settings(deadline=None)
@given(calendars(), st.integers(1, 3000))
def test_a_due_time_is_the_minute_at_which_it_is_used_up(
    place: tuple[Calendar, datetime], target: int
) -> None:
    """Without pauses: time used up at closing is due at closing."""
    calendar, at = place
    policy = Policy(calendar, first_response={"normal": Minutes(target)})
    due = Clocks(policy).after(ClockEvent("created", at, "normal")).due()
    used, now = 0, at
    while used < target and now < at + 21 * DAY:
        used += is_open(calendar, now)
        now += MINUTE
    if used == target:
        assert due == now
    else:
        assert due is not None
        assert due > now
