"""States, and the table of what may follow what."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.incident import (
    CAUSED_BY,
    ENDED_STATES,
    OPEN_STATES,
    TRANSITIONS,
    Cause,
    State,
    Who,
    follow,
    why_not,
)
from tests.parts import cases as c
from tests.parts.messages import ALICE

STATES, CAUSES = get_args(State), get_args(Cause)


@given(st.sampled_from(STATES), st.lists(st.sampled_from(CAUSES), max_size=12))
def test_whatever_happens_the_state_is_a_known_one(state: State, causes: list[Cause]) -> None:
    """What the table does not name changes nothing."""
    for cause in causes:
        state = follow(state, cause) or state
    assert state in STATES


def test_only_reopening_or_going_on_working_leads_out_of_closed() -> None:
    """A customer's mail within the window, or staff who say that the work goes on."""
    out = {cause for (state, cause), after in TRANSITIONS.items() if state == "closed" and after != "closed"}
    assert out == {"reopened", "working"}


@pytest.mark.parametrize("state", STATES)
def test_the_customers_word_never_closes_or_waits(state: State) -> None:
    """After it, it is our turn."""
    assert follow(state, "customer_wrote") not in ("waiting", "closed")


def test_every_state_is_open_or_ended() -> None:
    """And none is both."""
    assert sorted((*OPEN_STATES, *ENDED_STATES)) == sorted(STATES)


@pytest.mark.parametrize("state", OPEN_STATES)
def test_open_incidents_can_be_closed_and_only_those(state: State) -> None:
    """Closing twice is refused."""
    assert follow(state, "closed_by_staff") == "closed"
    assert follow("closed", "closed_by_staff") is None
    assert follow(state, "reopened") is None


def test_an_answer_makes_an_open_incident_wait() -> None:
    """Rule 31; an answer on a closed one leaves it closed."""
    after = {state: follow(state, "answered") for state in STATES}
    ended: dict[State, State | None] = {
        "closed": "closed",
        "declined": "declined",
        "merged": None,
        "spam": None,
    }
    assert after == dict.fromkeys(OPEN_STATES, "waiting") | ended


def test_every_cause_has_somebody_who_may_be_it() -> None:
    """Nothing happens by itself, and nothing is listed that never happens."""
    assert set(CAUSED_BY) == set(CAUSES) == {cause for _, cause in TRANSITIONS}
    assert {who for all_of_them in CAUSED_BY.values() for who in all_of_them} == set(get_args(Who))


def test_a_machine_ends_nothing_and_opens_nothing_again() -> None:
    """The one thing that a report may do is take back what an answer did that nobody got."""
    by_report = [cause for cause, who in CAUSED_BY.items() if "report" in who]
    after = {follow(state, cause) for state in OPEN_STATES for cause in by_report}
    assert after <= {"submitted", "awaiting_entitlement", "assigned", "in_progress"}
    assert {follow(state, cause) for state in ENDED_STATES for cause in by_report} == {None}


@pytest.mark.parametrize("state", ENDED_STATES)
def test_the_clock_ends_only_what_was_announced(state: State) -> None:
    """Silence leads to pre-closing with its notice, and only from there to the end."""
    by_time = [cause for cause, who in CAUSED_BY.items() if who == ("time",)]
    ways = {(before, cause) for (before, cause), after in TRANSITIONS.items() if after == state}
    assert {before for before, cause in ways if cause in by_time} <= {"pre_closed"}


def test_nothing_leads_out_of_merged() -> None:
    """Its mails go to the other incident, whose life it shares from then on."""
    assert {cause for state, cause in TRANSITIONS if state == "merged"} == set()


@pytest.mark.parametrize(
    ("state", "cause", "why"),
    [
        ("closed", "closed_by_staff", "the incident was closed already"),
        ("spam", "declined", "the incident was spam already"),
        ("merged", "taken", "the incident was merged into #1001, where its mails go"),
        ("pre_closed", "reopened", "the incident is pre closed: there is nothing to open again"),
        ("submitted", "silence", "an incident that is submitted does not come to that"),
    ],
)
def test_what_is_refused_has_a_name_and_a_reason(state: State, cause: Cause, why: str) -> None:
    """Whoever asked for it reads why it can't be."""
    refused = why_not(c.incident(state=state, merged_into=1001 if state == "merged" else None), cause)
    assert refused is not None
    assert refused.text == why


@given(st.sampled_from(STATES), st.sampled_from(CAUSES))
def test_a_reason_is_given_exactly_where_the_table_is_silent(state: State, cause: Cause) -> None:
    """No refusal without a word, and no word without a refusal."""
    assert (why_not(c.incident(state=state), cause) is None) == (follow(state, cause) is not None)


def test_the_requester_is_found_among_the_parties() -> None:
    """Every incident has exactly one."""
    assert c.incident().requester.address == ALICE.address


def test_a_party_is_found_by_address_whatever_its_case() -> None:
    """And nobody is, who takes no part."""
    found = c.incident().party("ANNA@staff.EXAMPLE.org")
    assert found is not None
    assert found.role == "staff"
    assert c.incident().party("eve@example.com") is None
