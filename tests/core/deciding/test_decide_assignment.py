"""An incident gets its owner by rule or by a colleague's word; the new owner is told; slips are too."""

from dataclasses import replace

import pytest

from maild.core.actions import KeepSilent, SetOwner, SetState
from maild.core.deciding.assign import Given, NotYet
from maild.core.deciding.decide_assignment import assign, decide_assignment, unknown_names
from maild.core.deciding.order import Order
from maild.core.reasons import because
from maild.core.staff import StaffMember
from tests.parts import cases as c

LOAD = because("assigned_alone", name="Anna", takes="takes outage")
CLOSED = because("not_assigned_closed", scope="outage", name="Anna", when="Tuesday")
ANNA_RIVERS = StaffMember("Anna Rivers", "anna.rivers@staff.example.org")
RULES = c.rules(staff=(c.ANNA, c.BEN, c.TEAM), scopes={"outage": "a shop that is down"})


def order(name: str, at: object = None, **changes: object) -> Order:
    """Return Ben's order to give an incident to `name`."""
    found = Order(c.incident(), c.BEN, "", (f"assign {name}",), c.NOW, clocks=c.clocks())
    return replace(found, **changes)  # type: ignore[arg-type]


def test_a_choice_makes_an_owner_and_a_state_and_tells_them() -> None:
    """One transaction: owner, state, mail, all with one reason."""
    done = decide_assignment(
        c.incident(),
        Given(c.ANNA, LOAD),
        "",
        RULES,
        c.NOW,
        due_at=c.NOW + c.HOUR,
        text="It shows a white page.\n",
    )
    assert c.only(done, SetOwner) == SetOwner(c.ANNA.to, LOAD)
    assert c.only(done, SetState) == SetState("assigned", LOAD)
    (mail,) = c.mails(done)
    assert (mail.kind, mail.to, mail.audience) == ("assigned", c.ANNA.to, "staff")
    assert mail.facts["why"] == "Anna takes outage, and nobody else could now."
    assert mail.facts["due"] == "2026-03-02T10:00:00Z"
    assert mail.facts["scope"] == "a shop that is down (outage)"
    assert (mail.facts["text"], mail.facts["by"]) == ("It shows a white page.\n", "")


@pytest.mark.parametrize(
    "taken", [c.incident(owner=c.BEN.address), c.incident(state="in_progress"), c.incident(state="closed")]
)
def test_who_took_it_a_moment_earlier_keeps_it(taken: object) -> None:
    """What was chosen a moment ago is not carried out on what has changed meanwhile."""
    assert decide_assignment(taken, Given(c.ANNA, LOAD), "", RULES, c.NOW) == []  # type: ignore[arg-type]
    assert decide_assignment(taken, NotYet(CLOSED), "", RULES, c.NOW) == []  # type: ignore[arg-type]


def test_why_nobody_gets_it_yet_is_written_once() -> None:
    """Asked each second, it says so once, and again only when there is another reason."""
    assert decide_assignment(c.incident(), NotYet(CLOSED), "", RULES, c.NOW) == [
        KeepSilent("assigned", CLOSED)
    ]
    assert decide_assignment(c.incident(), NotYet(CLOSED), CLOSED.text, RULES, c.NOW) == []
    assert decide_assignment(c.incident(), NotYet(CLOSED), "something else", RULES, c.NOW) != []


@pytest.mark.parametrize("name", ["Anna", "anna", "ANNA@staff.example.org", "<anna@staff.example.org>"])
def test_a_colleague_gives_it_to_somebody_by_name_or_address(name: str) -> None:
    """Whoever gets it is told who gave it; the author of the command gets the receipt."""
    done = assign(order(name), RULES)
    assert c.only(done, SetOwner).owner == c.ANNA.to
    assert c.only(done, SetOwner).reason.text == "Ben gave it to Anna"
    assert c.only(done, SetState).state == "assigned"
    (mail,) = c.mails(done)
    assert (mail.to, mail.facts["by"], mail.facts["due"]) == (c.ANNA.to, "Ben", "2026-03-02T17:00:00Z")


def test_whoever_takes_it_themselves_gets_no_mail_of_it() -> None:
    """Their receipt says it."""
    for name in ("me", "Ben"):
        done = assign(order(name), RULES)
        assert c.only(done, SetOwner).owner == c.BEN.to
        assert c.mails(done) == []


@pytest.mark.parametrize("name", ["nobody", "None"])
def test_it_can_be_given_back_to_the_queue(name: str) -> None:
    """The state stays: somebody may have begun. Without an owner there is nothing to give back."""
    done = assign(order(name, incident=c.incident(state="assigned", owner=c.ANNA.address)), RULES)
    assert done == [SetOwner(None, because("assigned_to_nobody", by="Ben"))]
    assert assign(order(name), RULES) == []


def test_an_incident_in_progress_changes_hands_and_stays_in_progress() -> None:
    """The owner changes, and nothing else."""
    working = c.incident(state="in_progress", owner=c.BEN.address)
    done = assign(order("Anna", incident=working), RULES)
    assert c.only(done, SetOwner).owner == c.ANNA.to
    assert c.of_type(done, SetState) == []


def test_to_whom_it_belongs_already_it_is_not_given_again() -> None:
    """Nothing happens twice."""
    assert (
        assign(order("Anna", incident=c.incident(state="assigned", owner="Anna@staff.example.org")), RULES)
        == []
    )


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ana", "unknown name Ana; did you mean Anna? known are Anna, Ben"),
        ("Zebedee", "unknown name Zebedee; known are Anna, Ben"),
        ("The team", "unknown name The team; known are Anna, Ben"),
        ("x" * 500, f"unknown name {'x' * 40}; known are Anna, Ben"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(name: str, told: str) -> None:
    """And who is known; a group can own nothing."""
    (reason,) = unknown_names((f"assign {name}",), RULES)
    assert reason.text == told


def test_a_name_of_several_is_told_with_their_addresses() -> None:
    """The whole name, or the address, says which."""
    rules = c.rules(staff=(replace(c.ANNA, name="Anna Berg"), ANNA_RIVERS))
    (reason,) = unknown_names(("assign anna",), rules)
    assert reason.text == (
        "several of the staff are called anna: Anna Berg <anna@staff.example.org>, "
        "Anna Rivers <anna.rivers@staff.example.org>"
    )
    assert list(unknown_names(("assign anna  RIVERS", "assign anna@staff.example.org"), rules)) == []


def test_a_whole_name_goes_before_a_part_of_another() -> None:
    """Anna is Anna, though Anna Rivers has that word too."""
    rules = c.rules(staff=(ANNA_RIVERS, c.ANNA))
    assert list(unknown_names(("assign Anna", "assign me", "assign Nobody", "close"), rules)) == []
    assert c.only(assign(order("Anna"), rules), SetOwner).owner == c.ANNA.to
