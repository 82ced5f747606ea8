"""One change of state, with what it tells the clocks."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.actions import (
    ClockHappened,
    Flag,
    MergeInto,
    SetOwner,
    SetScope,
    SetState,
)
from maild.core.deciding.change_state import after_all, change_state, clock_event
from maild.core.incident import ENDED_STATES, OPEN_STATES, TRANSITIONS, Cause, State
from maild.core.message import Address
from maild.core.reasons import because
from tests.parts import cases as c

WHY = because("opened")


@pytest.mark.parametrize(
    ("before", "cause", "event"),
    [
        ("submitted", "taken", None),
        ("submitted", "answered", "waiting"),
        ("waiting", "answered", "waiting"),
        ("submitted", "working", None),
        ("waiting", "working", "resumed"),
        ("pre_closed", "working", "resumed"),
        ("awaiting_entitlement", "granted", None),
        ("submitted", "customer_wrote", "customer_message"),
        ("waiting", "customer_wrote", "customer_message"),
        ("waiting", "silence", "pre_closed"),
        ("pre_closed", "closed_by_silence", "resolved"),
        ("submitted", "closed_by_staff", "resolved"),
        ("waiting", "closed_by_customer", "resolved"),
        ("submitted", "declined", "resolved"),
        ("submitted", "spam", "resolved"),
        ("closed", "reopened", "reopened"),
        ("closed", "working", "reopened"),
        ("closed", "answered", None),
        ("declined", "objected", "reopened"),
        ("waiting", "unanswered", "answer_lost"),
        ("waiting", "answer_lost", "resumed"),
        ("in_progress", "answer_lost", None),
    ],
)
def test_a_change_tells_the_clocks_what_happened(before: State, cause: Cause, event: str | None) -> None:
    """Whatever the state becomes: a further mail of the customer's counts where it stays, too."""
    assert clock_event(before, cause, TRANSITIONS[before, cause]) == event


@pytest.mark.parametrize("before", get_args(State))
@given(st.sampled_from(get_args(Cause)))
def test_what_the_table_refuses_does_nothing(before: State, cause: Cause) -> None:
    """And what it allows sets that very state, once, and no state that was so before."""
    done = change_state(c.incident(state=before), cause, WHY, c.NOW)
    after = TRANSITIONS.get((before, cause))
    states = [action.state for action in c.of_type(done, SetState)]
    assert states == ([after] if after not in (None, before) else [])
    assert after is not None or done == []


def test_every_end_resolves_and_every_way_back_reopens() -> None:
    """No way into a state forgets the clock."""
    for (before, cause), after in TRANSITIONS.items():
        event = clock_event(before, cause, after)
        assert (event == "resolved") == (before in OPEN_STATES and after in ENDED_STATES)
        assert (event == "reopened") == (before in ENDED_STATES and after in OPEN_STATES)


def test_the_clocks_hear_who_opened_it_again() -> None:
    """Who reopens it as a customer wants an answer; staff want none."""
    for by in ("customer", "staff"):
        done = change_state(c.incident(state="closed"), "reopened", WHY, c.NOW, by=by)
        assert c.only(done, ClockHappened).event.by == by


def test_an_incident_is_known_as_the_actions_leave_it() -> None:
    """What is decided next in the same mail builds on it."""
    anna = Address(c.ANNA.address, c.ANNA.name)
    done = [SetState("waiting", WHY), SetOwner(anna, WHY), SetScope("tax", WHY), Flag("bug", WHY)]
    left = after_all(c.incident(), done)
    assert (left.state, left.owner, left.scope) == ("waiting", c.ANNA.address, "tax")
    assert after_all(left, [MergeInto(1001, WHY), SetOwner(None, WHY)]).merged_into == 1001
