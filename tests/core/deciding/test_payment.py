"""How a new incident is paid for, and one that waited: who pays, who waits, what HotRush becomes."""

from dataclasses import replace
from typing import Any

import pytest

from classifiers.settings import Evidence
from maild.core.actions import ClockHappened, Flag, Reserve, SetHotrush, SetPriority, SetState, Unflag
from maild.core.deciding.case import Case
from maild.core.deciding.entitlement import charged
from maild.core.deciding.payment import (
    Payment,
    grant_hotrush,
    hotrush_now,
    pay_at_opening,
    pay_now,
    without_hotrush,
)
from maild.core.entitlement import Account, Charge, Entitlement, Terms
from maild.core.incident import UNPAID
from maild.core.reasons import because
from tests.parts import cases as c

NORMAL = Entitlement(1, "incident", c.NOW - c.DAY, option="normal")
URGENT = replace(NORMAL, id=2, option="urgent")
PAID = c.rules(terms=Terms(required=True), at_least={"outage": "high"})
FREE = c.rules(terms=Terms(required=False), at_least={"outage": "high"})
WHY = because("paid_later")


def account(*bought: Entitlement) -> Account:
    """Return what Alice has."""
    return Account("Alice", 1, None, bought, (), c.NOW)


def opened(*bought: Entitlement, hotrush: bool = False, **changes: Any) -> Payment:
    """Return how Alice's new incident is paid for where something must be bought."""
    verdict = c.HOTRUSH if hotrush else c.VERDICT
    case = c.case(account=account(*bought), **{"verdict": verdict, **changes})
    return pay_at_opening(case, PAID, (), by_staff=False)


def test_what_was_bought_is_reserved() -> None:
    """With the reason that `maild show` prints."""
    payment = opened(NORMAL)
    assert [type(action) for action in payment.actions] == [Reserve]
    assert (payment.awaits, payment.priority, payment.flags) == (False, "normal", ())
    assert [why.name for why in payment.reasons] == ["paid_by_incident"]


def test_what_nothing_pays_for_waits_and_is_marked() -> None:
    """It is opened all the same."""
    payment = opened()
    (waits,) = payment.actions
    assert isinstance(waits, SetState)
    assert (waits.state, payment.awaits, payment.flags) == ("awaiting_entitlement", True, (UNPAID,))


@pytest.mark.parametrize(
    ("bought", "priority", "hotrush"),
    [((URGENT,), "hotrush", "granted"), ((NORMAL,), "high", "offered"), ((), "high", "offered")],
)
def test_hotrush_is_granted_or_offered(bought: tuple[Entitlement, ...], priority: str, hotrush: str) -> None:
    """Without the right it is queued as it would be without that word: a shop that is down is high."""
    payment = opened(*bought, hotrush=True)
    assert (payment.priority, payment.hotrush) == (priority, hotrush)
    assert [one.hotrush for one in payment.actions if isinstance(one, SetHotrush)] == [hotrush]


def test_where_nothing_must_be_bought_everything_is_granted_and_what_was_bought_is_used() -> None:
    """As shipped."""
    case = c.case(account=account(NORMAL), verdict=c.HOTRUSH)
    payment = pay_at_opening(case, FREE, (), by_staff=False)
    assert (payment.priority, payment.hotrush, payment.awaits) == ("hotrush", "granted", False)
    assert [one.entitlement for one in payment.taken] == [1]
    nothing = pay_at_opening(c.case(), FREE, (), by_staff=False)
    assert (nothing.actions, nothing.reasons, nothing.awaits) == ((), (), False)


@pytest.mark.parametrize(
    "changes",
    [
        {"writer": c.writer("auto_generated")},
        {"delivery": c.backlog_delivery()},
        {"verdict": replace(c.VERDICT, in_scope=False)},
    ],
    ids=["a machine", "it lay there before", "out of scope"],
)
def test_nobody_pays_for_what_no_person_asks_for(changes: dict[str, Any]) -> None:
    """And it waits for nothing."""
    payment = opened(NORMAL, **changes)
    assert (payment.actions, payment.awaits) == ((), False)


def test_nothing_is_paid_for_the_staffs_own_or_in_the_staffs_name() -> None:
    """A proven one opens it themselves; of an unproven one nobody knows who wrote."""
    case = c.case(account=account(NORMAL))
    assert pay_at_opening(case, PAID, (), by_staff=True).actions == ()
    assert pay_at_opening(case, PAID, ("unverified_staff",), by_staff=False).actions == ()


def test_a_forged_sender_spends_nothing() -> None:
    """Their incident waits, like that of somebody who has nothing."""
    assert opened(NORMAL, proof=c.FORGED).awaits


def test_hotrush_out_of_scope_is_offered_and_not_given_away() -> None:
    """Else what costs nothing would go ahead of what is paid for."""
    payment = opened(URGENT, hotrush=True, verdict=replace(c.HOTRUSH, in_scope=False))
    assert (payment.priority, payment.hotrush, payment.taken) == ("high", "offered", [])


@pytest.mark.parametrize(
    ("scope", "effect", "expected"),
    [
        ("outage", "outweighed", "high"),
        ("tax", "yields to hotrush", "high"),
        ("tax", "vetoed", "normal"),
    ],
)
def test_the_priority_without_that_word_is_what_the_rest_says(scope: str, effect: str, expected: str) -> None:
    """A scope that always has one, a word of urgency, else normal."""
    urgent = Evidence("priority high", "body", "urgent", 0, 6, effect)
    assert without_hotrush(replace(c.HOTRUSH, scope=scope, evidence=(urgent,)), PAID) == expected


# --- later ------------------------------------------------------------------------------------------------------


def test_a_waiting_incident_is_paid_and_submitted() -> None:
    """The mark goes."""
    waiting = c.incident(state="awaiting_entitlement", flags=(UNPAID,))
    done = pay_now(waiting, account(NORMAL), PAID, WHY, c.NOW)
    assert [type(action) for action in done] == [Reserve, Unflag, SetState]
    assert c.only(done, SetState).state == "submitted"


def test_one_that_is_worked_on_keeps_its_state() -> None:
    """Only the mark goes."""
    done = pay_now(c.incident(state="in_progress", flags=(UNPAID,)), account(NORMAL), PAID, WHY, c.NOW)
    assert [type(action) for action in done] == [Reserve, Unflag]


def test_what_is_paid_for_or_a_bug_is_not_paid_again() -> None:
    """Whatever there is."""
    paid = c.incident(charges=(Charge(1, "incident", "normal", "incident", 1, "spent"),))
    for incident in (paid, c.incident(flags=("bug",))):
        assert pay_now(incident, account(NORMAL), PAID, WHY, c.NOW) == []
    assert hotrush_now(c.incident(flags=("bug",)), account(URGENT), PAID, WHY, c.NOW) == []


def test_what_is_accepted_and_nothing_pays_for_is_marked_once() -> None:
    """Where something must be bought."""
    assert [type(action) for action in pay_now(c.incident(), account(), PAID, WHY, c.NOW)] == [Flag]
    assert pay_now(c.incident(flags=(UNPAID,)), account(), PAID, WHY, c.NOW) == []
    assert pay_now(c.incident(), account(), FREE, WHY, c.NOW) == []


def test_hotrush_by_right_moves_the_promise() -> None:
    """Of a waiting incident, which is paid for with it."""
    waiting = c.incident(state="awaiting_entitlement", flags=(UNPAID,), hotrush="offered")
    done = hotrush_now(waiting, account(URGENT), PAID, WHY, c.NOW)
    assert [type(action) for action in done] == [
        Reserve, Unflag, SetState, SetHotrush, SetPriority, ClockHappened
    ]  # fmt: skip
    assert hotrush_now(waiting, account(NORMAL), PAID, WHY, c.NOW) == []


def test_granting_says_so_to_the_clocks() -> None:
    """The short promise begins at that instant."""
    event = c.only(grant_hotrush(WHY, c.NOW), ClockHappened).event
    assert (event.type, event.at, event.priority) == ("priority_changed", c.NOW, "hotrush")


def test_an_account_with_charges_knows_what_an_order_left() -> None:
    """Reserve, spend, release: each leaves what the next order sees."""
    bought = account(NORMAL)
    reserved = charged((), Reserve(1, "incident", 1, WHY), bought)
    assert [(one.kind, one.state) for one in reserved] == [("incident", "reserved")]
    case: Case = c.case(account=bought)
    assert case.account.usable("incident", c.NOW) == [NORMAL]
