"""The clocks of an incident, event by event, as the rules have it (rules: The clock)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.incident import Priority
from maild.core.promising.clock_event import ClockEvent, ClockEventType, event_of
from maild.core.promising.clocks import SLA_KINDS, WAIT_KINDS, Clocks
from maild.core.promising.sla import ALWAYS, About, Policy, Rule, TimerKind
from maild.core.promising.target import BusinessDays, Minutes
from maild.core.promising.timer import Timer, TimerState, elapsed, state_of
from tests.core.promising.test_sla import OFFICE, TARGETS, utc

SOLVED: dict[Priority, Minutes] = {"hotrush": Minutes(480), "high": Minutes(960), "normal": Minutes(2400)}
POLICY = Policy(
    OFFICE,
    TARGETS,
    next_response=TARGETS,
    update={"normal": Minutes(960), "hotrush": Minutes(240)},
    resolution=SOLVED,
    pre_close_days=5,
    close_days=3,
)
TUESDAY = "2026-03-03T08:00"  # 09:00 in Berlin, opening time


def after(*events: tuple[str, ClockEventType] | ClockEvent, **changes: object) -> Clocks:
    """Return the clocks of an incident created on Tuesday at opening time, normal, after these events."""
    clocks = Clocks(replace(POLICY, **changes))  # type: ignore[arg-type]
    for event in (ClockEvent("created", utc(TUESDAY), "normal"), *events):
        clocks = clocks.after(event if isinstance(event, ClockEvent) else ClockEvent(event[1], utc(event[0])))
    return clocks


def priority(at: str, to: Priority) -> ClockEvent:
    """Return a change of priority."""
    return ClockEvent("priority_changed", utc(at), to)


def the(clocks: Clocks, kind: TimerKind) -> Timer:
    """Return the newest clock of a kind."""
    found = clocks.newest(kind)
    assert found is not None
    return found


def state(clocks: Clocks, kind: TimerKind, now: str) -> TimerState:
    """Return how the newest clock of a kind stands."""
    return state_of(the(clocks, kind), utc(now))


ANSWER: tuple[str, ClockEventType] = ("2026-03-03T09:00", "staff_reply")
WAITS: tuple[str, ClockEventType] = ("2026-03-03T09:00", "waiting")


# --- first response ----------------------------------------------------------------------------------------


def test_the_first_answer_stops_the_first_clock() -> None:
    """In time, at the due time too; an instant later it is late."""
    assert state(after(ANSWER), "first_response", "2026-03-05T08:00") == "met"
    assert state(after(("2026-03-03T16:00", "staff_reply")), "first_response", "2026-03-05T08:00") == "met"
    assert (
        state(after(("2026-03-03T16:00:01", "staff_reply")), "first_response", "2026-03-05T08:00")
        == "breached"
    )


def test_a_state_never_stops_the_clock_of_our_silence() -> None:
    """Waiting for the customer without an answer is no answer."""
    assert state(after(WAITS), "first_response", "2026-03-03T10:00") == "running"
    assert after(WAITS).due() == utc("2026-03-03T16:00")


def test_the_end_stops_every_clock() -> None:
    """Whatever ended it: nothing is owed any more."""
    ended = after(ANSWER, ("2026-03-03T10:00", "customer_message"), ("2026-03-03T11:00", "resolved"))
    assert [timer for timer in ended.timers if timer.stopped_at is None] == []
    assert (ended.due(), ended.phase) == (None, "resolved")
    assert after(("2026-03-03T11:00", "resolved"), ("2026-03-03T12:00", "resolved")).timers == (
        after(("2026-03-03T11:00", "resolved")).timers
    )


# --- next response -----------------------------------------------------------------------------------------


def test_the_oldest_message_since_our_answer_counts() -> None:
    """A second message makes it neither later nor sooner; our answer stops it; the next one is another cycle."""
    wrote = (("2026-03-03T10:00", "customer_message"), ("2026-03-03T12:00", "customer_message"))
    clocks = after(ANSWER, *wrote)  # type: ignore[arg-type]
    assert the(clocks, "next_response").started_at == utc("2026-03-03T10:00")
    answered = clocks.after(ClockEvent("staff_reply", utc("2026-03-03T13:00")))
    assert state(answered, "next_response", "2026-03-09T13:00") == "met"
    again = answered.after(ClockEvent("customer_message", utc("2026-03-03T14:00")))
    assert (the(again, "next_response").cycle, again.due()) == (2, utc("2026-03-04T13:00"))


def test_before_the_first_answer_its_own_clock_is_enough() -> None:
    """Nobody is reminded twice of one silence."""
    clocks = after(("2026-03-03T10:00", "customer_message"))
    assert clocks.newest("next_response") is None
    assert clocks.due() == utc("2026-03-03T16:00")


def test_what_is_said_after_the_end_asks_for_nothing() -> None:
    """A thank-you note starts no clock."""
    clocks = after(("2026-03-03T10:00", "resolved"), ("2026-03-03T11:00", "customer_message"))
    assert (clocks.due(), clocks.phase) == (None, "resolved")


# --- update ------------------------------------------------------------------------------------------------


def test_each_answer_promises_news_again() -> None:
    """The clock begins anew, and is not due before the next word of ours would be late."""
    clocks = after(ANSWER, ("2026-03-04T10:00", "staff_reply"))
    assert (the(clocks, "update").cycle, the(clocks, "update").due_at) == (2, utc("2026-03-05T17:00"))
    assert after().newest("update") is None


def test_while_the_customer_is_asked_nobody_waits_for_our_news() -> None:
    """It is paused from the start where the answer is a question, in whichever order the two are told."""
    for clocks in (after(ANSWER, WAITS), after(WAITS, ANSWER)):
        assert state(clocks, "update", "2026-03-03T12:00") == "paused"
        assert the(clocks, "update").due_at is None
        assert elapsed(the(clocks, "update"), utc("2026-03-09T12:00"), OFFICE).total_seconds() == 0


# --- resolution --------------------------------------------------------------------------------------------


def test_the_customers_time_does_not_count() -> None:
    """Waiting pauses, a message of theirs resumes; so does our own word that it is our turn."""
    for event in ("customer_message", "resumed"):
        clocks = after(ANSWER, WAITS, ("2026-03-04T09:00", event))  # type: ignore[arg-type]
        # An hour was used; 39 are left from Wednesday 10:00, nine a day.
        assert the(clocks, "resolution").due_at == utc("2026-03-10T12:00")
        assert clocks.phase == "open"


def test_being_about_to_close_is_still_the_customers_time() -> None:
    """One pause from the question to their word."""
    clocks = after(
        ANSWER, WAITS, ("2026-03-08T09:00", "pre_closed"), ("2026-03-10T09:00", "customer_message")
    )
    (pause,) = the(clocks, "resolution").pauses
    assert (pause.since, pause.until) == (utc("2026-03-03T09:00"), utc("2026-03-10T09:00"))


def test_reopened_it_goes_on_with_what_it_had_used() -> None:
    """Twice, and the time in between counts neither time."""
    clocks = after(
        ("2026-03-03T12:00", "resolved"),
        ("2026-03-10T09:00", "reopened"),
        ("2026-03-10T10:00", "resolved"),
        ("2026-03-11T09:00", "reopened"),
    )
    timer = the(clocks, "resolution")
    assert elapsed(timer, utc("2026-03-11T09:00"), OFFICE).total_seconds() == 5 * 3600
    assert (timer.cycle, len(timer.pauses), timer.stopped_at) == (1, 2, None)


def test_reopened_from_waiting_the_wait_does_not_count_either() -> None:
    """Closed by silence, and then not after all."""
    clocks = after(WAITS, ("2026-03-06T12:00", "resolved"), ("2026-03-10T09:00", "reopened"))
    assert elapsed(the(clocks, "resolution"), utc("2026-03-10T09:00"), OFFICE).total_seconds() == 3600


def test_who_reopens_as_a_customer_is_owed_an_answer() -> None:
    """And who reopens as one of the staff owes none that was not owed before."""
    closed = after(ANSWER, ("2026-03-03T12:00", "resolved"))
    by_customer = closed.after(ClockEvent("reopened", utc("2026-03-10T08:00")))
    by_staff = closed.after(ClockEvent("reopened", utc("2026-03-10T08:00"), by="staff"))
    assert (by_customer.due(), by_staff.due()) == (utc("2026-03-10T16:00"), None)
    wrote = by_staff.after(ClockEvent("customer_message", utc("2026-03-10T09:00")))
    assert wrote.due() == utc("2026-03-10T17:00")  # at closing


# --- priorities --------------------------------------------------------------------------------------------


def test_every_clock_that_runs_gets_the_new_promise() -> None:
    """The one that stopped keeps the old one; what starts later has the new one."""
    clocks = after(ANSWER, ("2026-03-03T10:00", "customer_message"), priority("2026-03-03T11:00", "hotrush"))
    assert the(clocks, "first_response").priority == "normal"
    assert the(clocks, "next_response").due_at == utc("2026-03-03T13:00")
    assert the(clocks, "update").due_at == utc("2026-03-03T15:00")
    assert the(clocks, "resolution").due_at == utc("2026-03-04T10:00")
    assert clocks.priority == "hotrush"


def test_the_same_priority_changes_nothing_and_an_unpromised_one_neither() -> None:
    """There is no solution promised for low: the one that was promised holds."""
    assert after(priority("2026-03-03T09:00", "normal")) == after()
    low = after(priority("2026-03-03T09:00", "low"))
    assert the(low, "resolution") == the(after(), "resolution")


def test_what_was_not_promised_before_is_promised_from_the_change() -> None:
    """Low has no promise of a solution, HotRush has one."""
    clocks = Clocks(POLICY).after(ClockEvent("created", utc(TUESDAY), "low"))
    assert clocks.newest("resolution") is None
    raised = clocks.after(priority("2026-03-03T11:00", "hotrush"))
    assert the(raised, "resolution").started_at == utc("2026-03-03T11:00")


def test_a_paused_clock_is_raised_by_what_is_left_of_it() -> None:
    """39 hours were left; HotRush leaves eight, from when the customer answers."""
    clocks = after(ANSWER, WAITS, priority("2026-03-03T15:00", "hotrush"))
    timer = the(clocks, "resolution")
    assert (timer.due_at, timer.budget.total_seconds()) == (None, 9 * 3600)
    answered = clocks.after(ClockEvent("customer_message", utc("2026-03-04T08:00")))
    assert the(answered, "resolution").due_at == utc("2026-03-04T16:00")
    lowered = clocks.after(priority("2026-03-03T16:00", "normal"))
    assert the(lowered, "resolution").budget.total_seconds() == 40 * 3600


def test_what_a_raise_starts_while_the_customer_is_asked_stands_still() -> None:
    """A solution that low did not promise begins with the raise, and runs from when it is our turn."""
    low = Clocks(POLICY).after(ClockEvent("created", utc(TUESDAY), "low"))
    for event in (ANSWER, WAITS):
        low = low.after(ClockEvent(event[1], utc(event[0])))
    raised = low.after(priority("2026-03-03T11:00", "hotrush"))
    assert the(raised, "resolution").due_at is None
    answered = raised.after(ClockEvent("customer_message", utc("2026-03-04T08:00")))
    assert the(answered, "resolution").due_at == utc("2026-03-04T16:00")


def test_a_raise_may_count_from_the_start() -> None:
    """As other programs have it, where the config says so: then a raise may be late at once."""
    clocks = after(priority("2026-03-03T09:00", "hotrush"), priority_raise="from_start")
    assert clocks.due() == utc("2026-03-03T10:00")
    late = after(priority("2026-03-03T11:00", "hotrush"), priority_raise="from_start")
    assert state(late, "first_response", "2026-03-03T11:00") == "breached"


def test_a_raise_and_back_is_as_if_nothing_had_been() -> None:
    """HotRush asked for and withdrawn: the promise of before, from the start."""
    clocks = after(priority("2026-03-03T12:00", "hotrush"), priority("2026-03-03T13:00", "normal"))
    assert clocks == after()


def test_a_rule_may_promise_by_another_calendar() -> None:
    """HotRush of the big customer is counted round the clock, from the change on."""
    rule = Rule(priorities=frozenset({"hotrush"}), calendar=ALWAYS, targets={"first_response": Minutes(60)})
    clocks = after(priority("2026-03-03T15:30", "hotrush"), rules=(rule,))
    assert clocks.due() == utc("2026-03-03T16:00")  # the old promise is nearer
    evening = Clocks(replace(POLICY, rules=(rule,))).after(
        ClockEvent("created", utc("2026-03-03T20:00"), "normal")
    )
    assert evening.after(priority("2026-03-03T21:00", "hotrush")).due() == utc("2026-03-03T22:00")


def test_what_it_is_about_chooses_the_rule() -> None:
    """And a change of that is a change of promise, told as a priority that stays the same."""
    rule = Rule(scopes=frozenset({"outage"}), targets={"first_response": Minutes(60)})
    clocks = after(rules=(rule,))
    moved = replace(clocks, about=About(scope="outage")).after(priority("2026-03-03T08:30", "normal"))
    assert moved.due() == utc("2026-03-03T09:30")


# --- lost answers ------------------------------------------------------------------------------------------


def test_a_lost_answer_never_was_one() -> None:
    """All clocks run as if it had not been: the first, the news, the solution; and nobody waits."""
    lost = after(ANSWER, WAITS, ("2026-03-04T09:00", "answer_lost"))
    assert (lost.due(), lost.phase, lost.answered) == (utc("2026-03-03T16:00"), "open", False)
    assert lost.running("update") is None
    assert the(lost, "resolution") == the(after(), "resolution")
    assert lost.running("silence") is None


def test_where_several_answers_are_lost_the_news_before_all_of_them_run_on() -> None:
    """They were promised by the answer that arrived, also where the lost ones promised none."""
    first = after(ANSWER)
    more = first
    for at in ("2026-03-03T10:00", "2026-03-03T11:00"):
        more = more.after(ClockEvent("staff_reply", utc(at)))
    gone = ClockEvent("answer_lost", utc("2026-03-03T12:00"), answered_at=utc("2026-03-03T10:00"))
    assert more.after(gone).running("update") == the(first, "update")
    low = first.after(priority("2026-03-03T09:30", "low"))  # which has no news promised
    answered = low.after(ClockEvent("staff_reply", utc("2026-03-03T10:00")))
    assert answered.running("update") is None
    assert answered.after(gone).running("update") == low.running("update")


def test_of_several_answers_only_the_lost_one_is_undone() -> None:
    """The question since the first one is open again, from when it was asked; the promise of news is the older one."""
    story: list[tuple[str, ClockEventType]] = [ANSWER, ("2026-03-03T10:00", "customer_message")]
    before = after(*story)
    gone = ClockEvent("answer_lost", utc("2026-03-04T09:00"), answered_at=utc("2026-03-03T11:00"))
    clocks = after(*story, ("2026-03-03T11:00", "staff_reply"), ("2026-03-03T11:00", "waiting"), gone)
    assert clocks.due() == before.due()
    assert state(clocks, "first_response", "2026-03-04T09:00") == "met"
    assert clocks.running("update") == before.running("update")


def test_a_question_that_was_asked_meanwhile_is_part_of_the_older_one() -> None:
    """Two clocks of one kind never run: the older silence counts."""
    clocks = after(ANSWER, ("2026-03-03T10:00", "customer_message"), ("2026-03-03T11:00", "answer_lost"))
    assert clocks.running("next_response") is None
    assert clocks.due() == utc("2026-03-03T16:00")


def test_what_is_over_stays_over() -> None:
    """That it ended was decided, not answered."""
    over = after(ANSWER, ("2026-03-03T10:00", "resolved"))
    assert over.after(ClockEvent("answer_lost", utc("2026-03-03T11:00"))) == over
    assert after(("2026-03-03T11:00", "answer_lost")) == after()


# --- waits -------------------------------------------------------------------------------------------------


def test_silence_is_counted_from_our_last_answer() -> None:
    """Five days of 24 hours; a further answer begins them anew."""
    clocks = after(ANSWER, WAITS)
    assert the(clocks, "silence").due_at == utc("2026-03-08T09:00")
    again = clocks.after(ClockEvent("staff_reply", utc("2026-03-04T10:00")))
    assert (the(again, "silence").due_at, the(again, "silence").cycle) == (utc("2026-03-09T10:00"), 2)


def test_before_the_end_three_days_run_and_any_word_ends_the_wait() -> None:
    """One wait at a time; none when it is our turn."""
    closing = after(ANSWER, WAITS, ("2026-03-08T09:01", "pre_closed"))
    assert closing.running("silence") is None
    assert the(closing, "closing").due_at == utc("2026-03-11T09:01")
    for event in ("customer_message", "resumed", "resolved", "reopened"):
        ended = closing.after(ClockEvent(event, utc("2026-03-09T09:00")))  # type: ignore[arg-type]
        assert [ended.running(kind) for kind in WAIT_KINDS] == [None, None]
    asked = closing.after(ClockEvent("waiting", utc("2026-03-09T09:00")))
    assert asked.running("closing") is None
    assert the(asked, "silence").due_at == utc("2026-03-14T09:00")


def test_no_days_are_no_wait() -> None:
    """Then only a person closes."""
    clocks = after(ANSWER, WAITS, pre_close_days=0)
    assert (clocks.running("silence"), clocks.phase) == (None, "waiting")


# --- all of it ---------------------------------------------------------------------------------------------

TYPES: list[ClockEventType] = [
    "customer_message",
    "staff_reply",
    "waiting",
    "resumed",
    "pre_closed",
    "resolved",
    "reopened",
    "priority_changed",
    "answer_lost",
]
stories = st.lists(
    st.tuples(st.sampled_from(TYPES), st.integers(0, 4000), st.sampled_from(["hotrush", "normal", "low"])),
    max_size=15,
)


@given(stories)
def test_whatever_happens_at_most_one_clock_of_a_kind_runs(
    story: list[tuple[ClockEventType, int, Priority]],
) -> None:
    """Pauses are in order and do not overlap, a wait runs on their turn alone, and nothing runs when it is over."""
    clocks, now = after(), utc(TUESDAY)
    for type_, minutes, level in story:
        now += Minutes(minutes).length
        clocks = clocks.after(ClockEvent(type_, now, level if type_ == "priority_changed" else None))
        for kind in (*SLA_KINDS, *WAIT_KINDS):
            assert len([t for t in clocks.timers if t.kind == kind and t.stopped_at is None]) <= 1
        assert bool(clocks.running("silence")) == (clocks.phase == "waiting")
        assert bool(clocks.running("closing")) == (clocks.phase == "pre_closed")
        if clocks.phase == "resolved":
            assert all(timer.stopped_at for timer in clocks.timers)
        for timer in clocks.timers:
            ends = [end for pause in timer.pauses for end in (pause.since, pause.until) if end]
            assert ends == sorted(ends)
            assert all(pause.until for pause in timer.pauses[:-1])


@pytest.mark.parametrize(
    ("before", "now", "type_"),
    [
        ("in_progress", "waiting", "waiting"),
        ("waiting", "waiting", None),
        ("waiting", "pre_closed", "pre_closed"),
        ("waiting", "in_progress", "resumed"),
        ("pre_closed", "closed", "resolved"),
        ("closed", "spam", None),
        ("closed", "in_progress", "reopened"),
        ("submitted", "assigned", None),
    ],
)
def test_a_change_of_state_by_staff_is_an_event(before: str, now: str, type_: str | None) -> None:
    """Or none, where it is nothing to the clocks."""
    event = event_of(before, now, utc(TUESDAY))  # type: ignore[arg-type]
    assert (event.type if event else None) == type_


def test_business_days_are_raised_and_lowered_like_minutes() -> None:
    """A sooner due time is a raise (rule 29)."""
    days: dict[Priority, Minutes | BusinessDays] = {
        "normal": BusinessDays(1),
        "hotrush": Minutes(120),
        "low": BusinessDays(3),
    }
    clocks = after(priority("2026-03-03T12:00", "hotrush"), first_response=days)
    assert clocks.due() == utc("2026-03-03T14:00")
    assert clocks.after(priority("2026-03-03T13:00", "low")).due() == utc("2026-03-06T08:00")
