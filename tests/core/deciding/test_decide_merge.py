"""Two incidents that are one problem: the younger ends, the elder goes on with its promises."""

import pytest

from maild.core.actions import (
    ClockHappened,
    ForIncident,
    KeepSilent,
    MergeInto,
    MoveCharges,
    Release,
    SetHotrush,
    SetState,
    Unflag,
)
from maild.core.customer import Party
from maild.core.deciding.decide_merge import merge, why_not_merged
from maild.core.entitlement import Charge
from maild.core.incident import UNPAID, Incident, State
from maild.core.reasons import because
from tests.parts import cases as c
from tests.parts.messages import ALICE

ELDER, YOUNGER = c.incident(1003, "waiting"), c.incident(1007, "submitted")


@pytest.mark.parametrize(("here", "there"), [(ELDER, YOUNGER), (YOUNGER, ELDER)])
def test_the_younger_always_ends(here: Incident, there: Incident) -> None:
    """From whichever of the two staff write; what follows is about the one that they wrote on."""
    done = merge(here, there, "Anna", c.NOW, c.rules())
    assert c.only(done, MergeInto).number == 1003
    numbers = [action.number for action in c.of_type(done, ForIncident)]
    assert numbers == [1007, 1003, here.number]
    assert done.index(c.only(done, MergeInto)) < done.index(ForIncident(1003))


def test_the_customer_is_told_once_where_it_goes_on() -> None:
    """On the younger, with the number of the elder."""
    (told,) = c.mails(merge(ELDER, YOUNGER, "Anna", c.NOW, c.rules()))
    assert (told.kind, told.to, told.facts["into"]) == ("merged", ALICE, 1003)


@pytest.mark.parametrize(
    ("elder", "younger", "events"),
    [
        ("waiting", "submitted", ["resolved", "customer_message"]),
        ("pre_closed", "in_progress", ["resolved", "customer_message"]),
        ("waiting", "waiting", ["resolved"]),
        ("submitted", "submitted", ["resolved"]),
        ("in_progress", "pre_closed", ["resolved"]),
    ],
)
def test_an_open_question_of_the_younger_is_one_of_the_elder(
    elder: State, younger: State, events: list[str]
) -> None:
    """The elder's own promise stays; where it waited for the customer, they have spoken."""
    done = merge(c.incident(1003, elder), c.incident(1007, younger), "Anna", c.NOW, c.rules())
    assert [action.event.type for action in c.of_type(done, ClockHappened)] == events
    states = [action.state for action in c.of_type(done, SetState)]
    assert states == (["in_progress"] if len(events) > 1 else [])


def test_who_is_sent_nothing_automatic_is_not_told() -> None:
    """But the incidents are merged."""
    younger = c.incident(1007, unanswerable=because("no_ack_dmarc"))
    done = merge(ELDER, younger, "Anna", c.NOW, c.rules())
    assert c.only(done, KeepSilent).kind == "merged"
    assert c.only(done, MergeInto)


OMARS = c.incident(1001, parties=(Party(9, "omar@other.example", "Omar", "requester", proven=True),))


@pytest.mark.parametrize(
    ("here", "other", "name"),
    [
        (ELDER, None, "merge_unknown"),
        (ELDER, ELDER, "merge_itself"),
        (ELDER, OMARS, "merge_strangers"),
        (c.incident(1003, "closed"), YOUNGER, "is_over"),
        (ELDER, c.incident(1001, "closed"), "merge_over"),
        (ELDER, c.incident(1001, "spam"), "merge_over"),
        (c.incident(1003, "merged", merged_into=1001), YOUNGER, "is_merged"),
        (ELDER, YOUNGER, None),
    ],
)
def test_only_two_open_incidents_of_one_customer_are_merged(
    here: Incident, other: Incident | None, name: str | None
) -> None:
    """Else the answer to the one would be about the mail of the other, or nobody would read it."""
    why = why_not_merged(here, other, "1234")
    assert (why.name if why else None) == name


PAID = Charge(1, "incident", "urgent", "incident", 1, "reserved")


def test_an_elder_that_nothing_pays_for_is_paid_by_the_younger() -> None:
    """It waits no longer, and has the HotRush that goes with it."""
    elder = c.incident(1003, "awaiting_entitlement", flags=(UNPAID,))
    done = merge(elder, c.incident(1007, charges=(PAID,), priority="hotrush"), "Anna", c.NOW, c.rules())
    assert c.only(done, MoveCharges).number == 1003
    assert (
        done.index(c.only(done, MoveCharges))
        < done.index(ForIncident(1003))
        < done.index(c.only(done, Unflag))
    )
    assert c.only(done, SetHotrush).hotrush == "granted"
    assert (c.only(done, SetState).state, c.of_type(done, Release)) == ("submitted", [])


@pytest.mark.parametrize("elder", [c.incident(1003, charges=(PAID,)), c.incident(1003)])
def test_else_the_younger_is_released(elder: Incident) -> None:
    """Where the elder is paid for, or costs nothing."""
    done = merge(elder, c.incident(1007, charges=(PAID,)), "Anna", c.NOW, c.rules())
    assert (len(c.of_type(done, Release)), c.of_type(done, MoveCharges)) == (1, [])


def test_the_hotrush_of_the_younger_goes_on_with_what_pays_for_it() -> None:
    """In the place of what paid for the elder, which comes back; given for nothing, it costs nothing there."""
    normal = Charge(2, "incident", "normal", "incident", 1, "reserved")
    elder = c.incident(1003, charges=(normal,))
    done = merge(elder, c.incident(1007, charges=(PAID,), priority="hotrush"), "Anna", c.NOW, c.rules())
    assert done[:3] == [ForIncident(1003), c.only(done, Release), ForIncident(1007)]
    assert (c.only(done, MoveCharges).number, c.only(done, SetHotrush).hotrush) == (1003, "granted")
    done = merge(c.incident(1003), c.incident(1007, priority="hotrush"), "Anna", c.NOW, c.rules())
    assert (c.only(done, SetHotrush).hotrush, c.of_type(done, MoveCharges)) == ("granted", [])


@pytest.mark.parametrize("flag", ["bug", "out_of_scope"])
def test_a_bug_and_what_is_in_doubt_become_no_hotrush(flag: str) -> None:
    """Their customer pays for neither."""
    done = merge(
        c.incident(1003, flags=(flag,)),
        c.incident(1007, charges=(PAID,), priority="hotrush"),
        "Anna",
        c.NOW,
        c.rules(),
    )
    assert (c.of_type(done, SetHotrush), c.of_type(done, MoveCharges)) == ([], [])
