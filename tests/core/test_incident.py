"""States, and the table of what may follow what."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.incident import ENDED_STATES, OPEN_STATES, TRANSITIONS, Cause, State, follow
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
    ended: dict[State, State | None] = {"closed": "closed", "declined": None, "merged": None, "spam": None}
    assert after == dict.fromkeys(OPEN_STATES, "waiting") | ended


def test_the_requester_is_found_among_the_parties() -> None:
    """Every incident has exactly one."""
    assert c.incident().requester.address == ALICE.address


def test_a_party_is_found_by_address_whatever_its_case() -> None:
    """And nobody is, who takes no part."""
    found = c.incident().party("ANNA@staff.EXAMPLE.org")
    assert found is not None
    assert found.role == "staff"
    assert c.incident().party("eve@example.com") is None
