"""Calendars: the arithmetic agrees with the definition, instant by instant, whatever the clocks do."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from maild.core.promising.business_hours import (
    Calendar,
    add_business_days,
    add_open,
    hours_of,
    is_open,
    next_open,
    open_seconds,
)

QUARTER = timedelta(minutes=15)  # every offset, change and opening below is a multiple of it
DAY = timedelta(days=1)
INSTANT = timedelta.resolution

# Built here, because a zone is read from a file and the functions under test open none.
BERLIN, NEW_YORK, SANTIAGO, LORD_HOWE, APIA, KATHMANDU, KOLKATA, MOSCOW = (
    ZoneInfo(name)
    for name in (
        "Europe/Berlin",
        "America/New_York",
        "America/Santiago",
        "Australia/Lord_Howe",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "Asia/Kolkata",
        "Europe/Moscow",
    )
)
# Instants near which something happens to the clocks of a zone, and two at which nothing does.
MOMENTS: list[tuple[tzinfo, datetime]] = [
    (BERLIN, datetime(2026, 3, 29, 1, tzinfo=UTC)),
    (BERLIN, datetime(2026, 10, 25, 1, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 3, 8, 7, tzinfo=UTC)),
    (NEW_YORK, datetime(2026, 11, 1, 6, tzinfo=UTC)),
    (SANTIAGO, datetime(2026, 4, 5, 3, tzinfo=UTC)),  # midnight comes twice
    (SANTIAGO, datetime(2026, 9, 6, 4, tzinfo=UTC)),  # midnight does not come
    (LORD_HOWE, datetime(2026, 4, 4, 15, tzinfo=UTC)),  # half an hour
    (LORD_HOWE, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    (APIA, datetime(2011, 12, 30, 10, tzinfo=UTC)),  # a whole date does not come
    (KATHMANDU, datetime(2028, 2, 29, tzinfo=UTC)),
    (UTC, datetime(2026, 1, 1, tzinfo=UTC)),
    (timezone(timedelta(hours=14)), datetime(2026, 1, 1, tzinfo=UTC)),
]

SHUT: tuple[tuple[int, int], ...] = ()
WORKDAY = ((540, 1080),)
OFFICE = (*(WORKDAY,) * 5, SHUT, SHUT)
ALWAYS = (((0, 1440),),) * 7


def on(*days: str, hours: tuple[tuple[int, int], ...] = WORKDAY) -> tuple[tuple[tuple[int, int], ...], ...]:
    """Return a week with these hours on these days and none on the others."""
    return tuple(hours if day in days else SHUT for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))


def utc(text: str) -> datetime:
    """Return the instant of an ISO text without zone, read as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


starts, ends = (st.integers(0, last).map(lambda n: 15 * n) for last in (95, 96))
hours = st.lists(st.tuples(starts, ends), max_size=3).map(tuple)


@st.composite
def situations(draw: st.DrawFn) -> tuple[Calendar, datetime]:
    """Draw a calendar with holidays and exceptions about one of the moments, and an instant not far from it."""
    zone, moment = draw(st.sampled_from(MOMENTS))
    near = st.integers(-6, 6).map(lambda days: moment.date() + days * DAY)
    names = near.flatmap(lambda day: st.sampled_from([day.isoformat(), day.isoformat()[5:]]))
    calendar = Calendar(
        zone,
        tuple(draw(hours) for _ in range(7)),
        frozenset(draw(st.lists(names, max_size=2))),
        draw(st.dictionaries(near.map(date.isoformat), hours, max_size=2)),
    )
    return calendar, moment + draw(st.integers(-300, 200)) * QUARTER


def open_by_definition(calendar: Calendar, instant: datetime) -> bool:
    """Look at the wall clock, then at the exception, the holiday, today's hours and last night's."""
    local = instant.astimezone(calendar.zone)
    day, minute = local.date(), 60 * local.hour + local.minute
    if day.isoformat() in calendar.exceptions:
        return any(a <= minute < b or (b <= a <= minute) for a, b in calendar.exceptions[day.isoformat()])
    if {day.isoformat(), f"{day:%m-%d}"} & calendar.holidays:
        return False
    today, eve = calendar.weekly[day.weekday()], calendar.weekly[(day - DAY).weekday()]
    return any(a <= minute < b or (b <= a <= minute) for a, b in today) or any(
        b <= a and minute < b for a, b in eve
    )


def open_quarters(calendar: Calendar, start: datetime, span: timedelta) -> Iterator[datetime]:
    """Yield the start of every open quarter of an hour, one look at each."""
    steps = (start + n * QUARTER for n in range(span // QUARTER))
    return (step for step in steps if open_by_definition(calendar, step))


@given(situations())
def test_open_is_what_the_wall_clock_says(situation: tuple[Calendar, datetime]) -> None:
    """At every quarter of a day the answer is that of the definition."""
    calendar, start = situation
    for n in range(96):
        instant = start + n * QUARTER
        assert is_open(calendar, instant) == open_by_definition(calendar, instant), instant


@given(situations(), st.integers(0, 480))
def test_open_time_is_the_sum_of_the_open_instants(situation: tuple[Calendar, datetime], steps: int) -> None:
    """Interval arithmetic and counting one by one agree to the second."""
    calendar, start = situation
    counted = sum(1 for _ in open_quarters(calendar, start, steps * QUARTER))
    assert open_seconds(calendar, start, start + steps * QUARTER) == counted * 900


@given(situations(), st.integers(1, 200))
def test_the_due_time_is_the_first_by_which_the_time_is_used_up(
    situation: tuple[Calendar, datetime], steps: int
) -> None:
    """Until then exactly that much was open, and the instant before it was open: no earlier one will do."""
    calendar, start = situation
    assume(any(calendar.weekly))
    due = add_open(calendar, start, steps * 900)
    assert open_seconds(calendar, start, due) == steps * 900
    assert is_open(calendar, due - INSTANT)
    assert due.tzinfo is UTC


@given(situations())
def test_the_next_opening_is_the_first_open_instant(situation: tuple[Calendar, datetime]) -> None:
    """It is open, it is not before, and nothing between was."""
    calendar, start = situation
    assume(any(calendar.weekly))
    opening = next_open(calendar, start)
    assert opening >= start
    assert is_open(calendar, opening)
    assert open_seconds(calendar, start, opening) == 0


@given(situations(), st.integers(1, 3))
def test_business_days_are_counted_by_local_dates(situation: tuple[Calendar, datetime], days: int) -> None:
    """The same time on the n-th later date that opens at all; its last closing where it has no such time."""
    calendar, start = situation
    by_day: dict[date, list[datetime]] = {}
    for instant in open_quarters(calendar, start, 9 * DAY):
        by_day.setdefault(instant.astimezone(calendar.zone).date(), []).append(instant)
    assume(by_day)
    first = min(min(instants) for instants in by_day.values()).astimezone(calendar.zone)
    later = sorted(day for day in by_day if day > first.date())
    assume(len(later) > days)
    target = by_day[later[days - 1]]
    same_time = [at for at in target if at.astimezone(calendar.zone).time() >= first.time()]
    expected = min(same_time) if same_time else max(target) + QUARTER
    assert add_business_days(calendar, start, days) == expected


@given(situations(), st.integers(0, 400), st.integers(0, 400))
def test_open_time_adds_up(situation: tuple[Calendar, datetime], one: int, two: int) -> None:
    """Two stretches of time one after the other are as long as both together."""
    calendar, start = situation
    middle, end = start + one * QUARTER, start + (one + two) * QUARTER
    parts = open_seconds(calendar, start, middle) + open_seconds(calendar, middle, end)
    assert parts == open_seconds(calendar, start, end)


def test_hours_are_open_from_the_first_instant_and_shut_at_the_last() -> None:
    """`09:00-18:00` holds 09:00:00 and the instant before 18:00, not 18:00 itself."""
    calendar = Calendar(BERLIN, OFFICE)
    opens, closes = utc("2026-03-03T08:00"), utc("2026-03-03T17:00")
    assert [is_open(calendar, at) for at in (opens - INSTANT, opens, closes - INSTANT, closes)] == [
        False,
        True,
        True,
        False,
    ]


def test_time_used_up_at_closing_is_due_at_closing() -> None:
    """Eight hours from 10:00 end at 18:00, not at 09:00 of the next day."""
    due = add_open(Calendar(BERLIN, OFFICE), utc("2026-03-03T09:00"), 8 * 3600)
    assert due == utc("2026-03-03T17:00")


def test_seconds_are_not_rounded() -> None:
    """Thirty minutes from 17:45:30 on are over at 09:15:30, and fractions of a second are kept."""
    calendar = Calendar(BERLIN, OFFICE)
    assert add_open(calendar, utc("2026-03-03T16:45:30"), 1800) == utc("2026-03-04T08:15:30")
    assert open_seconds(calendar, utc("2026-03-03T16:59:59.25"), utc("2026-03-04T08:00:00.5")) == 1.25


def test_no_time_at_all_is_over_at_once() -> None:
    """Nothing to wait for ends where it starts, open or not, and for no calendar an error."""
    night = utc("2026-03-03T22:00")
    assert add_open(Calendar(BERLIN, OFFICE), night, 0) == night
    assert add_open(Calendar(BERLIN, (SHUT,) * 7), night, -5) == night
    assert open_seconds(Calendar(BERLIN, OFFICE), utc("2026-03-04T12:00"), utc("2026-03-03T12:00")) == 0


def test_the_answer_is_in_utc_and_the_question_in_any_zone() -> None:
    """Arithmetic on local times would be wrong at each change of the clocks."""
    calendar = Calendar(NEW_YORK, ALWAYS)
    start = datetime(2026, 3, 8, 1, 30, tzinfo=NEW_YORK)
    assert add_open(calendar, start, 7200) == utc("2026-03-08T08:30")
    end = datetime(2026, 3, 8, 3, 30, tzinfo=NEW_YORK)
    assert open_seconds(calendar, start, end) == 3600  # 02:00 to 03:00 did not exist


def test_a_naive_time_is_refused() -> None:
    """Without a zone it would be read in the machine's own, differently on each."""
    naive = utc("2026-03-03T12:00").replace(tzinfo=None)
    for ask in (is_open, next_open):
        with pytest.raises(ValueError, match="zone"):
            ask(Calendar(BERLIN, OFFICE), naive)


def test_midnight_as_an_end_runs_into_the_next_day() -> None:
    """`09:00-24:00` on Monday and a whole Tuesday are open without a break."""
    week = (((540, 1440),), ((0, 1440),), *(SHUT,) * 5)
    assert add_open(Calendar(BERLIN, week), utc("2026-03-02T22:00"), 8 * 3600) == utc("2026-03-03T06:00")


def test_a_night_shift_runs_into_the_next_day() -> None:
    """`22:00-06:00` on Monday is open early on Tuesday, and `00:00-00:00` is a whole day."""
    calendar = Calendar(KOLKATA, on("mon", hours=((1320, 360),)))
    assert open_seconds(calendar, utc("2026-03-02T00:00"), utc("2026-03-04T00:00")) == 8 * 3600
    whole = Calendar(UTC, on("mon", hours=((0, 0),)))
    assert open_seconds(whole, utc("2026-03-01T00:00"), utc("2026-03-05T00:00")) == 24 * 3600


def test_a_sunday_night_shift_runs_into_monday() -> None:
    """The week has no end: the eve of Monday is Sunday."""
    calendar = Calendar(UTC, on("sun", hours=((1320, 360),)))
    assert is_open(calendar, utc("2026-03-02T05:00"))


def test_a_holiday_empties_its_own_date_and_no_other() -> None:
    """The night shift of the eve ends at midnight; the part after the holiday's own shift stays."""
    week = on("mon", "tue", hours=((1320, 360),))
    calendar = Calendar(UTC, week, frozenset({"2026-03-03"}))
    assert hours_of(calendar, date(2026, 3, 2)) == ((1320, 1440),)
    assert hours_of(calendar, date(2026, 3, 3)) == ()
    assert hours_of(calendar, date(2026, 3, 4)) == ((0, 360),)


def test_a_yearly_holiday_comes_each_year() -> None:
    """`12-25` is shut in every year, `2026-12-25` in one."""
    yearly, once = (Calendar(UTC, ALWAYS, frozenset({name})) for name in ("12-25", "2026-12-25"))
    assert [hours_of(yearly, date(year, 12, 25)) for year in (2026, 2027)] == [(), ()]
    assert [hours_of(once, date(year, 12, 25)) for year in (2026, 2027)] == [(), ((0, 1440),)]


def test_an_exception_replaces_everything_about_its_date() -> None:
    """Hours of the week, the night shift of the eve and a holiday: only the exception's hours count."""
    night = on("mon", "tue", "wed", hours=((1320, 360),))
    calendar = Calendar(UTC, night, frozenset({"2026-03-03"}), {"2026-03-03": ((600, 720),)})
    assert hours_of(calendar, date(2026, 3, 3)) == ((600, 720),)


def test_an_exception_says_nothing_about_the_next_date() -> None:
    """Its hours past midnight end at midnight, and the next date has its own hours."""
    calendar = Calendar(UTC, OFFICE, exceptions={"2026-03-03": ((1320, 120),), "2026-03-04": SHUT})
    assert hours_of(calendar, date(2026, 3, 3)) == ((1320, 1440),)
    assert hours_of(calendar, date(2026, 3, 4)) == ()
    assert (
        hours_of(Calendar(UTC, OFFICE, exceptions={"2026-03-03": ((1320, 120),)}), date(2026, 3, 4))
        == WORKDAY
    )


def test_hours_that_overlap_or_adjoin_are_one() -> None:
    """Nothing is counted twice because it is written twice."""
    calendar = Calendar(UTC, on("mon", hours=((540, 720), (600, 660), (720, 780), (660, 700))))
    assert hours_of(calendar, date(2026, 3, 2)) == ((540, 780),)


def test_a_night_when_the_clock_goes_forward_is_shorter() -> None:
    """`22:00-06:00` over the gap is seven hours, and 02:30 does not come."""
    night = Calendar(NEW_YORK, on("sat", hours=((1320, 360),)))
    assert open_seconds(night, utc("2026-03-07T12:00"), utc("2026-03-08T18:00")) == 7 * 3600
    gap = Calendar(NEW_YORK, on("sun", hours=((150, 300),)))
    assert next_open(gap, utc("2026-03-08T05:00")) == utc("2026-03-08T07:00")


def test_a_night_when_the_clock_goes_back_is_longer() -> None:
    """`22:00-06:00` over the overlap is nine hours, and `01:00-02:00` comes twice."""
    night = Calendar(NEW_YORK, on("sat", hours=((1320, 360),)))
    assert open_seconds(night, utc("2026-10-31T12:00"), utc("2026-11-01T18:00")) == 9 * 3600
    twice = Calendar(NEW_YORK, on("sun", hours=((60, 120),)))
    assert add_open(twice, utc("2026-11-01T04:00"), 90 * 60) == utc("2026-11-01T06:30")


def test_a_day_whose_hours_fall_into_the_gap_is_no_business_day() -> None:
    """A date that has hours on paper but never opens does not count."""
    calendar = Calendar(NEW_YORK, on("sat", "sun", "mon", hours=((120, 180),)))
    assert add_business_days(calendar, utc("2026-03-07T07:30"), 1) == utc("2026-03-09T06:30")


def test_a_business_day_keeps_the_time_of_day() -> None:
    """Friday 11:20 leads to Monday 11:20; from outside hours it counts from the next opening."""
    calendar = Calendar(BERLIN, OFFICE)
    assert add_business_days(calendar, utc("2026-03-06T10:20"), 1) == utc("2026-03-09T10:20")
    assert add_business_days(calendar, utc("2026-03-07T10:20"), 1) == utc("2026-03-10T08:00")


def test_a_business_day_that_closes_earlier_ends_at_closing() -> None:
    """Friday 20:00 leads to Saturday 18:00 where Saturday ends then."""
    week = (*(((540, 1440),),) * 5, ((600, 1080),), ((600, 1080),))
    assert add_business_days(Calendar(MOSCOW, week), utc("2026-03-06T17:00"), 1) == utc("2026-03-07T15:00")


def test_a_business_day_whose_time_falls_into_a_break_goes_on_after_it() -> None:
    """12:45 of a day with a break until 13:30 is 13:30."""
    week = (((540, 1080),), ((540, 750), (810, 1080)), *(SHUT,) * 5)
    assert add_business_days(Calendar(UTC, week), utc("2026-03-02T12:45"), 1) == utc("2026-03-03T13:30")


@pytest.mark.parametrize(
    "calendar",
    [
        Calendar(UTC, (SHUT,) * 7),
        Calendar(UTC, on("mon", hours=((1440, 0),))),
        Calendar(NEW_YORK, (SHUT,) * 7, exceptions={"2026-03-02": WORKDAY}),
        Calendar(UTC, OFFICE, frozenset(f"{m:02}-{d:02}" for m in range(1, 13) for d in range(1, 32))),
    ],
    ids=["no hours", "empty hours", "exceptions in the past", "nothing but holidays"],
)
def test_a_calendar_that_never_opens_is_an_error_and_not_an_endless_search(calendar: Calendar) -> None:
    """Whatever is asked of it, the answer comes soon."""
    start = utc("2026-03-04T12:00")
    with pytest.raises(ValueError, match="400 days"):
        next_open(calendar, start)
    with pytest.raises(ValueError, match="400 days"):
        add_open(calendar, start, 60)
    with pytest.raises(ValueError, match="400 days"):
        add_business_days(calendar, start, 1)


def test_a_calendar_that_opens_for_the_last_time_is_an_error_too() -> None:
    """Two business days where only one is left, or more time than is left, are never over."""
    calendar = Calendar(UTC, (SHUT,) * 7, exceptions={"2026-03-05": WORKDAY, "2026-03-06": WORKDAY})
    start = utc("2026-03-05T12:00")
    assert add_business_days(calendar, start, 1) == utc("2026-03-06T12:00")
    assert add_open(calendar, start, 15 * 3600) == utc("2026-03-06T18:00")
    with pytest.raises(ValueError, match="400 days"):
        add_business_days(calendar, start, 2)
    with pytest.raises(ValueError, match="400 days"):
        add_open(calendar, start, 15 * 3600 + 1)


def test_a_year_of_holidays_is_a_long_pause_and_no_error() -> None:
    """A shop that is shut for all of 2027 opens again in 2028."""
    days = (date(2027, 1, 1) + n * DAY for n in range(365))
    calendar = Calendar(UTC, OFFICE, frozenset(day.isoformat() for day in days))
    assert next_open(calendar, utc("2026-12-31T20:00")) == utc("2028-01-03T09:00")
