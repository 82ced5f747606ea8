"""Promises: when an answer is due, when staff are reminded, and what a change of priority does to both."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.incident import Priority
from maild.core.promising.business_hours import Calendar, add_open, is_open, open_seconds
from maild.core.promising.sla import (
    BusinessDays,
    Fire,
    Minutes,
    Nothing,
    Plan,
    Policy,
    Step,
    Timer,
    WaitUntil,
    due_step,
    fires_at,
    plan,
    replan,
)

BERLIN = ZoneInfo("Europe/Berlin")  # built here: a zone is read from a file, and the core opens none
OFFICE = Calendar(BERLIN, (*(((540, 1080),),) * 5, (), ()))
TARGETS: dict[Priority, Minutes] = {
    "hotrush": Minutes(120),
    "high": Minutes(240),
    "normal": Minutes(480),
    "low": Minutes(960),
}
POLICY = Policy(OFFICE, TARGETS)
IN_DAYS = replace(POLICY, first_response={**TARGETS, "normal": BusinessDays(1)})
MINUTE, INSTANT = timedelta(minutes=1), timedelta.resolution

priorities: st.SearchStrategy[Priority] = st.sampled_from(["hotrush", "high", "normal", "low"])
instants = st.integers(0, 60 * 24 * 400).map(lambda n: utc("2026-01-01T00:00") + n * MINUTE)


def utc(text: str) -> datetime:
    """Return the instant of an ISO text without zone, read as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def timer(laid_out: Plan, *fired: str, stopped_at: datetime | None = None) -> Timer:
    """Return a timer with this plan, of which these steps fired."""
    return Timer(1, 1003, "first_response", 1, laid_out, stopped_at, fired, None)


def names(laid_out: Plan) -> list[str]:
    """Return the names of the steps, in their order."""
    return [step.name for step in laid_out.steps]


def at(laid_out: Plan, name: str) -> datetime:
    """Return when the step of that name is."""
    return next(step.at for step in laid_out.steps if step.name == name)


MORNING = utc("2026-03-03T08:00")  # Tuesday 09:00 in Berlin
HOTRUSH = plan(POLICY, "hotrush", MORNING)  # due at 11:00
AFTERNOON = plan(POLICY, "normal", utc("2026-03-03T09:00"))  # due at closing, 18:00


def test_a_target_in_minutes_counts_open_time() -> None:
    """Eight hours from 09:15 end at 17:15; from Friday night, two hours end on Monday at 11:00."""
    assert plan(POLICY, "normal", utc("2026-03-03T08:15")).due_at == utc("2026-03-03T16:15")
    assert plan(POLICY, "hotrush", utc("2026-03-06T18:30")).due_at == utc("2026-03-09T10:00")


def test_a_target_in_business_days_keeps_the_time_of_day() -> None:
    """One business day from Friday 11:20 is Monday 11:20."""
    assert plan(IN_DAYS, "normal", utc("2026-03-06T10:20")).due_at == utc("2026-03-09T10:20")


def test_steps_are_named_by_their_fraction_as_written() -> None:
    """The names are keys in the store: they stay what the config says, then come the steps of lateness."""
    assert names(HOTRUSH) == ["0.5", "0.75", "0.9", "1.0", "1.5", "2.0", "2.5", "3.0", "3.5"]


def test_steps_fall_where_their_fraction_of_the_target_is_used_up() -> None:
    """Of two hours from 09:00: 10:00, 10:30, 10:48, 11:00, and then one an hour, five times."""
    local = [step.at.astimezone(BERLIN).strftime("%H:%M") for step in HOTRUSH.steps]
    assert local == ["10:00", "10:30", "10:48", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"]


def test_steps_of_lateness_wait_for_open_hours() -> None:
    """An answer due at closing is called late again after half its target of open time, on the next day."""
    assert at(AFTERNOON, "1.0") == utc("2026-03-03T17:00")
    assert at(AFTERNOON, "1.5") == utc("2026-03-04T12:00")


def test_fractions_of_business_days_are_fractions_of_their_open_time() -> None:
    """From Friday 11:20 to Monday 11:20 nine hours are open; half of them end on Friday at 15:50."""
    laid_out = plan(IN_DAYS, "normal", utc("2026-03-06T10:20"))
    assert at(laid_out, "0.5") == utc("2026-03-06T14:50")
    assert at(laid_out, "1.0") == laid_out.due_at


def test_the_order_of_reminders_in_the_config_does_not_matter() -> None:
    """Steps come in the order of time, and a policy without reminders has those from the due time on."""
    mixed = replace(POLICY, reminders=(0.9, 0.25))
    assert names(plan(mixed, "hotrush", MORNING))[:3] == ["0.25", "0.9", "1.0"]
    assert names(plan(replace(POLICY, reminders=()), "hotrush", MORNING))[0] == "1.0"


@given(instants, priorities, st.sampled_from([POLICY, IN_DAYS]))
def test_a_plan_is_in_order_and_its_steps_divide_the_open_time(
    start: datetime, priority: Priority, policy: Policy
) -> None:
    """Each step stands where exactly its fraction of the budget is used up, wherever it starts."""
    laid_out = plan(policy, priority, start)
    budget = open_seconds(OFFICE, start, laid_out.due_at)
    assert list(laid_out.steps) == sorted(laid_out.steps, key=lambda step: step.at)
    assert start < laid_out.steps[0].at
    for step in laid_out.steps:
        assert open_seconds(OFFICE, start, step.at) == pytest.approx(float(step.name) * budget, abs=1e-5)


def test_before_the_first_step_there_is_only_waiting() -> None:
    """The answer is the instant of the next step."""
    assert due_step(timer(HOTRUSH), MORNING, POLICY, hotrush=True) == WaitUntil(at(HOTRUSH, "0.5"))


def test_a_step_fires_at_its_instant() -> None:
    """Then staff are reminded, and the next look is at the next step."""
    assert due_step(timer(HOTRUSH), at(HOTRUSH, "0.5"), POLICY, hotrush=False) == Fire(
        "0.5", ("0.5",), at(HOTRUSH, "0.75")
    )


def test_a_step_that_fired_does_not_fire_again() -> None:
    """The store says which fired; a second look at the same instant only waits."""
    now = at(HOTRUSH, "0.5")
    assert due_step(timer(HOTRUSH, "0.5"), now, POLICY, hotrush=False) == WaitUntil(at(HOTRUSH, "0.75"))


def test_an_answer_at_the_due_time_is_in_time() -> None:
    """At the due instant nothing is late yet; at the next one it is."""
    clock = timer(HOTRUSH, "0.5", "0.75", "0.9")
    late = HOTRUSH.due_at + INSTANT
    assert due_step(clock, HOTRUSH.due_at, POLICY, hotrush=False) == WaitUntil(late)
    assert due_step(clock, late, POLICY, hotrush=False) == Fire("1.0", ("1.0",), at(HOTRUSH, "1.5"))


def test_being_late_at_closing_is_told_at_closing() -> None:
    """A due time that falls on closing is passed when nobody is there, and is told all the same."""
    clock = timer(AFTERNOON, "0.5", "0.75", "0.9")
    now = AFTERNOON.due_at + MINUTE
    assert not is_open(OFFICE, now)
    assert due_step(clock, now, POLICY, hotrush=False) == Fire("1.0", ("1.0",), at(AFTERNOON, "1.5"))


def test_after_downtime_only_the_latest_missed_step_is_told() -> None:
    """Four steps passed unseen make one reminder; all four count as fired."""
    now = HOTRUSH.due_at + MINUTE
    assert due_step(timer(HOTRUSH), now, POLICY, hotrush=False) == Fire(
        "1.0", ("0.5", "0.75", "0.9", "1.0"), at(HOTRUSH, "1.5")
    )


def test_steps_found_late_wait_for_opening() -> None:
    """What was missed in the afternoon and is found at night is told at nine, not at night."""
    night, opening = utc("2026-03-03T22:00"), utc("2026-03-04T08:00")
    assert due_step(timer(AFTERNOON), night, POLICY, hotrush=False) == WaitUntil(opening)
    assert due_step(timer(AFTERNOON), opening, POLICY, hotrush=False) == Fire(
        "1.0", ("0.5", "0.75", "0.9", "1.0"), at(AFTERNOON, "1.5")
    )


def test_a_hotrush_found_late_does_not_wait() -> None:
    """Somebody paid to be answered first: staff are told at night."""
    night = utc("2026-03-03T22:00")
    found = due_step(timer(AFTERNOON), night, POLICY, hotrush=True)
    assert isinstance(found, Fire)
    assert found.step == "1.0"


def test_a_reminder_that_falls_on_closing_waits_for_opening() -> None:
    """Only being late is told in closed hours; that half the time is gone can wait."""
    laid_out = plan(replace(POLICY, reminders=(0.5,)), "low", utc("2026-03-03T09:00"))
    assert at(laid_out, "0.5") == utc("2026-03-03T17:00")
    found = due_step(timer(laid_out), at(laid_out, "0.5"), POLICY, hotrush=False)
    assert found == WaitUntil(utc("2026-03-04T08:00"))


def test_a_waiting_reminder_does_not_hide_the_breach_that_comes_before_opening() -> None:
    """The next look is at the due time where that comes before the opening."""
    steps = (Step("0.9", utc("2026-03-03T17:00")), Step("1.0", utc("2026-03-03T17:00")))
    laid_out = Plan(MORNING, utc("2026-03-03T17:00"), steps)
    now = utc("2026-03-03T17:00")
    assert due_step(timer(laid_out), now, POLICY, hotrush=False) == WaitUntil(now + INSTANT)
    assert due_step(timer(laid_out), now + INSTANT, POLICY, hotrush=False) == Fire(
        "1.0", ("0.9", "1.0"), None
    )


def test_a_stopped_timer_says_nothing_more() -> None:
    """An answered incident is not reminded of, whatever was missed."""
    clock = timer(HOTRUSH, stopped_at=MORNING + MINUTE)
    assert due_step(clock, utc("2026-03-05T12:00"), POLICY, hotrush=True) == Nothing()


def test_after_the_last_step_nothing_follows() -> None:
    """Lateness is told six times, and then it is for the digest."""
    clock = timer(HOTRUSH, *names(HOTRUSH)[:-1])
    assert due_step(clock, at(HOTRUSH, "3.5"), POLICY, hotrush=False) == Fire("3.5", ("3.5",), None)
    assert due_step(timer(HOTRUSH, *names(HOTRUSH)), at(HOTRUSH, "3.5"), POLICY, hotrush=False) == Nothing()


@given(instants, priorities, st.lists(st.integers(1, 60 * 24 * 3), max_size=30))
def test_however_the_daemon_stops_and_starts_each_step_is_told_at_most_once(
    start: datetime, priority: Priority, pauses: list[int]
) -> None:
    """Looks at any times fire steps in their order, none twice, and never one before its time."""
    laid_out = plan(POLICY, priority, start)
    fired: list[str] = []
    now = start
    for pause in pauses:
        now += pause * MINUTE
        found = due_step(timer(laid_out, *fired), now, POLICY, hotrush=priority == "hotrush")
        if isinstance(found, Fire):
            assert found.passed[-1] == found.step
            assert all(fires_at(step) <= now for step in laid_out.steps if step.name in found.passed)
            fired += found.passed
        elif isinstance(found, WaitUntil):
            assert found.at > now
    assert fired == names(laid_out)[: len(fired)]


@given(instants, priorities, st.booleans())
def test_who_looks_when_told_to_sees_every_step_and_comes_to_an_end(
    start: datetime, priority: Priority, hotrush: bool
) -> None:
    """Following `at` and `next_at` alone, all steps fire, and then nothing is left to wait for."""
    laid_out = plan(POLICY, priority, start)
    fired: list[str] = []
    now = start
    for _ in range(3 * len(laid_out.steps)):
        found = due_step(timer(laid_out, *fired), now, POLICY, hotrush=hotrush)
        if isinstance(found, Nothing):
            break
        if isinstance(found, Fire):
            fired += found.passed
        now = found.at if isinstance(found, WaitUntil) else found.next_at or now
    assert fired == names(laid_out)
    assert due_step(timer(laid_out, *fired), now, POLICY, hotrush=hotrush) == Nothing()


def test_a_raise_counts_from_the_change() -> None:
    """HotRush after five hours of eight: two hours from then, not three hours ago."""
    clock = timer(plan(POLICY, "normal", MORNING))
    raised = replan(clock, "hotrush", utc("2026-03-03T13:00"), POLICY)
    assert raised.due_at == utc("2026-03-03T15:00")
    assert raised.started_at == MORNING


def test_a_raise_never_makes_it_later() -> None:
    """HotRush one hour before the due time leaves the due time."""
    clock = timer(plan(POLICY, "normal", MORNING))
    assert replan(clock, "hotrush", utc("2026-03-03T15:00"), POLICY) == clock.plan


def test_a_lower_priority_counts_from_the_start() -> None:
    """HotRush withdrawn after an hour: the whole normal target from the first mail on."""
    lowered = replan(timer(HOTRUSH), "normal", utc("2026-03-03T09:00"), POLICY)
    assert lowered == plan(POLICY, "normal", MORNING)


def test_the_same_priority_changes_nothing() -> None:
    """Nothing was promised anew."""
    assert replan(timer(HOTRUSH), "hotrush", utc("2026-03-03T09:00"), POLICY) == HOTRUSH


def test_a_late_timer_stays_late() -> None:
    """A breach cannot be undone by a lower priority; at the due instant itself it still can."""
    assert replan(timer(HOTRUSH), "normal", HOTRUSH.due_at + INSTANT, POLICY) == HOTRUSH
    assert replan(timer(HOTRUSH), "normal", HOTRUSH.due_at, POLICY) != HOTRUSH


def test_a_stopped_timer_keeps_its_plan() -> None:
    """What was answered is judged by what was promised then."""
    clock = timer(HOTRUSH, stopped_at=MORNING + MINUTE)
    assert replan(clock, "low", MORNING + 2 * MINUTE, POLICY) == HOTRUSH


def test_the_steps_of_a_raise_divide_what_is_promised_now() -> None:
    """Five hours gone and two to come are a budget of seven; half of it was over at 12:30."""
    clock = timer(plan(POLICY, "normal", MORNING))
    raised = replan(clock, "hotrush", utc("2026-03-03T13:00"), POLICY)
    assert at(raised, "0.5") == utc("2026-03-03T11:30")
    assert at(raised, "1.0") == raised.due_at


def test_a_raise_from_business_days_is_one_that_is_due_sooner() -> None:
    """Days and minutes are compared by when they are due (rule 29)."""
    clock = timer(plan(IN_DAYS, "normal", utc("2026-03-06T10:20")))
    raised = replan(clock, "hotrush", utc("2026-03-06T12:00"), IN_DAYS)
    assert raised.due_at == utc("2026-03-06T14:00")
    lowered = replan(timer(HOTRUSH), "normal", utc("2026-03-03T09:00"), IN_DAYS)
    assert lowered.due_at == utc("2026-03-04T08:00")


@given(instants, priorities, priorities, st.integers(0, 3000))
def test_no_change_of_priority_makes_a_promise_worse_for_who_raised_it(
    start: datetime, before: Priority, after: Priority, minutes: int
) -> None:
    """A raise is due at the old time or its short target from now, whichever is sooner; a lowering from the start."""
    clock, now = timer(plan(POLICY, before, start)), start + minutes * MINUTE
    changed = replan(clock, after, now, POLICY)
    budget = {name: TARGETS[name].minutes * 60 for name in (before, after)}
    if now > clock.plan.due_at:
        assert changed == clock.plan
    elif budget[after] < budget[before]:
        assert changed.due_at == min(clock.plan.due_at, add_open(OFFICE, now, budget[after]))
    else:
        assert changed.due_at == add_open(OFFICE, start, budget[after])


def test_a_calendar_that_never_opens_makes_no_promise() -> None:
    """The error comes when the promise is made, not never."""
    shut = replace(POLICY, calendar=Calendar(BERLIN, ((),) * 7))
    with pytest.raises(ValueError, match="does not open"):
        plan(shut, "normal", MORNING)
