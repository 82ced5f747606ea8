"""Steps: when somebody hears of a clock, each once, of several that were missed the newest, none in closed hours."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.incident import Priority
from maild.core.promising import timer as t
from maild.core.promising.business_hours import is_open, open_seconds
from maild.core.promising.sla import BASE, Policy
from maild.core.promising.steps import (
    INSTANT,
    Fire,
    Nothing,
    Step,
    WaitUntil,
    Watch,
    coming,
    due_step,
    fires_at,
    lay_out,
)
from maild.core.promising.timer import Timer
from tests.core.promising.test_sla import IN_DAYS, MORNING, OFFICE, POLICY, utc

MINUTE = timedelta(minutes=1)

priorities: st.SearchStrategy[Priority] = st.sampled_from(["hotrush", "high", "normal", "low"])
instants = st.integers(0, 60 * 24 * 400).map(lambda n: utc("2026-01-01T00:00") + n * MINUTE)


def first_response(policy: Policy, priority: Priority, at: datetime) -> Timer:
    """Return the clock of a first answer."""
    target = policy.target("first_response", priority, BASE)
    assert target is not None
    return t.start("first_response", priority, at, target, policy.hours("first_response", BASE))


def watch(timer: Timer, *fired: str, policy: Policy = POLICY) -> Watch:
    """Return a clock as the store hands it out, of which these steps fired."""
    return Watch(1, 1003, timer, policy, lay_out(timer, policy), fired)


def names(timer: Timer, policy: Policy = POLICY) -> list[str]:
    """Return the names of the steps, in their order."""
    return [step.name for step in lay_out(timer, policy)]


def at(timer: Timer, name: str, policy: Policy = POLICY) -> datetime:
    """Return when the step of that name is."""
    return next(step.at for step in lay_out(timer, policy) if step.name == name)


HOTRUSH = first_response(POLICY, "hotrush", MORNING)  # due at 11:00
AFTERNOON = first_response(POLICY, "normal", utc("2026-03-03T09:00"))  # due at closing, 18:00
DUE_AT_ELEVEN, DUE_AT_CLOSING = utc("2026-03-03T10:00"), utc("2026-03-03T17:00")


def test_steps_are_named_by_their_fraction_as_written() -> None:
    """The names are keys in the store: they stay what the config says, then come the steps of lateness."""
    assert names(HOTRUSH) == ["0.5", "0.75", "0.9", "1.0", "1.5", "2.0", "2.5", "3.0", "3.5"]


def test_steps_fall_where_their_fraction_of_the_target_is_used_up() -> None:
    """Of two hours from 09:00: 10:00, 10:30, 10:48, 11:00, and then one an hour, five times."""
    local = [step.at.astimezone(OFFICE.zone).strftime("%H:%M") for step in lay_out(HOTRUSH, POLICY)]
    assert local == ["10:00", "10:30", "10:48", "11:00", "12:00", "13:00", "14:00", "15:00", "16:00"]


def test_steps_of_lateness_wait_for_open_hours() -> None:
    """An answer due at closing is called late again after half its target of open time, on the next day."""
    assert at(AFTERNOON, "1.0") == utc("2026-03-03T17:00")
    assert at(AFTERNOON, "1.5") == utc("2026-03-04T12:00")


def test_fractions_of_business_days_are_fractions_of_their_open_time() -> None:
    """From Friday 11:20 to Monday 11:20 nine hours are open; half of them end on Friday at 15:50."""
    timer = first_response(IN_DAYS, "normal", utc("2026-03-06T10:20"))
    assert at(timer, "0.5") == utc("2026-03-06T14:50")
    assert at(timer, "1.0") == timer.due_at


def test_the_order_of_reminders_in_the_config_does_not_matter() -> None:
    """Steps come in the order of time, and a policy without reminders has those from the due time on."""
    mixed = replace(POLICY, reminders=(0.9, 0.25))
    assert names(HOTRUSH, mixed)[:3] == ["0.25", "0.9", "1.0"]
    assert names(HOTRUSH, replace(POLICY, reminders=()))[0] == "1.0"


@given(instants, priorities, st.sampled_from([POLICY, IN_DAYS]))
def test_a_plan_is_in_order_and_its_steps_divide_the_open_time(
    start: datetime, priority: Priority, policy: Policy
) -> None:
    """Each step stands where exactly its fraction of the budget is used up, wherever it starts."""
    timer = first_response(policy, priority, start)
    steps, budget = lay_out(timer, policy), timer.budget.total_seconds()
    assert list(steps) == sorted(steps, key=lambda step: step.at)
    assert start < steps[0].at
    for step in steps:
        assert open_seconds(OFFICE, start, step.at) == pytest.approx(float(step.name) * budget, abs=1e-5)


def test_before_the_first_step_there_is_only_waiting() -> None:
    """The answer is the instant of the next step."""
    assert due_step(watch(HOTRUSH), MORNING, hotrush=True) == WaitUntil(at(HOTRUSH, "0.5"))


def test_a_step_fires_at_its_instant() -> None:
    """Then staff are reminded, and the next look is at the next step."""
    assert due_step(watch(HOTRUSH), at(HOTRUSH, "0.5"), hotrush=False) == Fire(
        "0.5", ("0.5",), at(HOTRUSH, "0.75")
    )


def test_a_step_that_fired_does_not_fire_again() -> None:
    """The store says which fired; a second look at the same instant only waits."""
    now = at(HOTRUSH, "0.5")
    assert due_step(watch(HOTRUSH, "0.5"), now, hotrush=False) == WaitUntil(at(HOTRUSH, "0.75"))


def test_an_answer_at_the_due_time_is_in_time() -> None:
    """At the due instant nothing is late yet; at the next one it is."""
    clock = watch(HOTRUSH, "0.5", "0.75", "0.9")
    late = DUE_AT_ELEVEN + INSTANT
    assert due_step(clock, DUE_AT_ELEVEN, hotrush=False) == WaitUntil(late)
    assert due_step(clock, late, hotrush=False) == Fire("1.0", ("1.0",), at(HOTRUSH, "1.5"))


def test_being_late_at_closing_is_told_at_closing() -> None:
    """A due time that falls on closing is passed when nobody is there, and is told all the same."""
    clock = watch(AFTERNOON, "0.5", "0.75", "0.9")
    now = DUE_AT_CLOSING + MINUTE
    assert not is_open(OFFICE, now)
    assert due_step(clock, now, hotrush=False) == Fire("1.0", ("1.0",), at(AFTERNOON, "1.5"))


def test_after_downtime_only_the_latest_missed_step_is_told() -> None:
    """Four steps passed unseen make one reminder; all four count as fired."""
    now = DUE_AT_ELEVEN + MINUTE
    assert due_step(watch(HOTRUSH), now, hotrush=False) == Fire(
        "1.0", ("0.5", "0.75", "0.9", "1.0"), at(HOTRUSH, "1.5")
    )


def test_steps_found_late_wait_for_opening() -> None:
    """What was missed in the afternoon and is found at night is told at nine, not at night."""
    night, opening = utc("2026-03-03T22:00"), utc("2026-03-04T08:00")
    assert due_step(watch(AFTERNOON), night, hotrush=False) == WaitUntil(opening)
    assert due_step(watch(AFTERNOON), opening, hotrush=False) == Fire(
        "1.0", ("0.5", "0.75", "0.9", "1.0"), at(AFTERNOON, "1.5")
    )


def test_a_hotrush_found_late_does_not_wait() -> None:
    """Somebody paid to be answered first: staff are told at night."""
    night = utc("2026-03-03T22:00")
    found = due_step(watch(AFTERNOON), night, hotrush=True)
    assert isinstance(found, Fire)
    assert found.step == "1.0"


def test_a_reminder_that_falls_on_closing_waits_for_opening() -> None:
    """Only being late is told in closed hours; that half the time is gone can wait."""
    timer = first_response(POLICY, "low", utc("2026-03-03T09:00"))
    assert at(timer, "0.5") == DUE_AT_CLOSING
    found = due_step(watch(timer), DUE_AT_CLOSING, hotrush=False)
    assert found == WaitUntil(utc("2026-03-04T08:00"))


def test_a_waiting_reminder_does_not_hide_the_breach_that_comes_before_opening() -> None:
    """The next look is at the due time where that comes before the opening."""
    steps = (Step("0.9", utc("2026-03-03T17:00")), Step("1.0", utc("2026-03-03T17:00")))
    found, now = Watch(1, 1003, AFTERNOON, POLICY, steps), DUE_AT_CLOSING
    assert due_step(found, now, hotrush=False) == WaitUntil(now + INSTANT)
    assert due_step(found, now + INSTANT, hotrush=False) == Fire("1.0", ("0.9", "1.0"), None)


def test_a_stopped_timer_says_nothing_more() -> None:
    """An answered incident is not reminded of, whatever was missed."""
    clock = watch(t.stop(HOTRUSH, MORNING + MINUTE, "answer"))
    assert due_step(clock, utc("2026-03-05T12:00"), hotrush=True) == Nothing()


def test_after_the_last_step_nothing_follows() -> None:
    """Lateness is told six times, and then it is for the digest."""
    clock = watch(HOTRUSH, *names(HOTRUSH)[:-1])
    assert due_step(clock, at(HOTRUSH, "3.5"), hotrush=False) == Fire("3.5", ("3.5",), None)
    assert due_step(watch(HOTRUSH, *names(HOTRUSH)), at(HOTRUSH, "3.5"), hotrush=False) == Nothing()


@given(instants, priorities, st.lists(st.integers(1, 60 * 24 * 3), max_size=30))
def test_however_the_daemon_stops_and_starts_each_step_is_told_at_most_once(
    start: datetime, priority: Priority, pauses: list[int]
) -> None:
    """Looks at any times fire steps in their order, none twice, and never one before its time."""
    timer = first_response(POLICY, priority, start)
    fired: list[str] = []
    now = start
    for pause in pauses:
        now += pause * MINUTE
        found = due_step(watch(timer, *fired), now, hotrush=priority == "hotrush")
        if isinstance(found, Fire):
            assert found.passed[-1] == found.step
            assert all(fires_at(step) <= now for step in lay_out(timer, POLICY) if step.name in found.passed)
            fired += found.passed
        elif isinstance(found, WaitUntil):
            assert found.at > now
    assert fired == names(timer)[: len(fired)]


@given(instants, priorities, st.booleans())
def test_who_looks_when_told_to_sees_every_step_and_comes_to_an_end(
    start: datetime, priority: Priority, hotrush: bool
) -> None:
    """Following `at` and `next_at` alone, all steps fire, and then nothing is left to wait for."""
    timer = first_response(POLICY, priority, start)
    fired: list[str] = []
    now = start
    for _ in range(3 * len(names(timer))):
        found = due_step(watch(timer, *fired), now, hotrush=hotrush)
        if isinstance(found, Nothing):
            break
        if isinstance(found, Fire):
            fired += found.passed
        now = found.at if isinstance(found, WaitUntil) else found.next_at or now
    assert fired == names(timer)
    assert due_step(watch(timer, *fired), now, hotrush=hotrush) == Nothing()


def test_a_clock_that_stands_still_has_only_the_steps_behind_it() -> None:
    """Half of two hours was over at 10:00, then it was paused: the rest has no time yet."""
    paused = t.pause(HOTRUSH, utc("2026-03-03T09:10"), OFFICE)
    assert names(paused) == ["0.5"]
    resumed = t.resume(paused, utc("2026-03-04T09:10"), OFFICE)
    assert at(resumed, "1.0") == utc("2026-03-04T10:00")


def test_when_to_look_next_leaves_out_what_fired() -> None:
    """The store asks for it after every change of a clock."""
    steps = lay_out(HOTRUSH, POLICY)
    assert coming(steps, ()) == utc("2026-03-03T09:00")
    assert coming(steps, {"0.5", "0.75", "0.9"}) == DUE_AT_ELEVEN + INSTANT
    assert coming(steps, names(HOTRUSH)) is None


def test_a_wait_for_a_customer_has_two_steps_and_knows_no_closed_hours() -> None:
    """One letter in the middle, one at the end, at any hour; of both missed only the end."""
    policy = replace(POLICY, pre_close_days=5)
    target = policy.target("silence", "low", BASE)
    assert target is not None
    wait = t.start("silence", "low", utc("2026-03-06T22:00"), target, policy.hours("silence", BASE))
    assert [(s.name, s.at) for s in lay_out(wait, policy)] == [
        ("0.5", utc("2026-03-09T10:00")),
        ("1.0", utc("2026-03-11T22:00")),
    ]
    found = due_step(watch(wait, policy=policy), utc("2026-03-12T03:00"), hotrush=False)
    assert found == Fire("1.0", ("0.5", "1.0"), None)
