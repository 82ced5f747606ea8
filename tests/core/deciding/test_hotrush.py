"""HotRush on an open incident: asked for, withdrawn so often, removed for three reasons."""

from dataclasses import replace
from typing import Any

import pytest

from maild.core.actions import Action, KeepSilent, QueueReply, Release, SetHotrush, SetPriority
from maild.core.deciding.hotrush import (
    REMOVALS,
    ask_hotrush,
    calmed,
    decide_withdrawal,
    end_for_bug,
    remove,
    told_of_grant,
)
from maild.core.entitlement import Account, Charge, Entitlement, Terms
from maild.core.incident import Incident, State
from maild.core.reasons import because
from tests.parts import cases as c

RULES = c.rules(terms=Terms(required=True, offer={"": "Buy it"}), at_least={"outage": "high"})
OPTION = Charge(2, "hotrush", "", "hotrush", 1, "reserved")
NORMAL = Charge(1, "incident", "normal", "incident", 1, "reserved")
WHY = because("raised", wanted="hotrush", evidence="HotRush")


def hot(state: State = "submitted", **changes: Any) -> Incident:
    """Return Alice's incident as a HotRush that an option pays for."""
    told = {"priority": "hotrush", "hotrush": "granted", "charges": (NORMAL, OPTION), **changes}
    return c.incident(state=state, proven=True, **told)


def withdraws(incident: Incident, text: str = "Withdraw HotRush\n", **changes: Any) -> list[Action]:
    """Return what Alice's mail does, which a token vouches for."""
    case = c.case(c.message(text=text), c.found(incident, c.thread_token()), **{"proof": c.PROVEN, **changes})
    return decide_withdrawal(case, incident, RULES)


def kinds(actions: list[Action]) -> list[str]:
    """Return the mails among some actions."""
    return [one.kind for one in actions if isinstance(one, QueueReply)]


@pytest.mark.parametrize("state", ["submitted", "awaiting_entitlement"])
def test_it_is_free_while_nobody_has_taken_it(state: State) -> None:
    """The option comes back, and the incident is what its scope makes it."""
    done = withdraws(hot(state))
    assert c.only(done, SetHotrush) == replace(c.only(done, SetHotrush), hotrush="withdrawn", counted=False)
    assert c.only(done, SetPriority).priority == "high"
    assert c.only(done, Release).purpose == "hotrush"
    assert c.only(done, QueueReply).facts["used"] == 0


@pytest.mark.parametrize("state", ["assigned", "in_progress", "waiting", "pre_closed"])
def test_after_that_it_counts(state: State) -> None:
    """The mail says which one it was, of how many."""
    done = withdraws(hot(state, withdrawals=1))
    assert c.only(done, SetHotrush).counted
    facts = c.only(done, QueueReply).facts
    assert (facts["used"], facts["most"], facts["priority"]) == (2, 3, "high")


def test_what_was_honoured_does_not_come_back() -> None:
    """Only what is still reserved does."""
    assert c.only(withdraws(hot("waiting")), Release).spent is False


def test_three_times_is_enough() -> None:
    """Then it stays HotRush, and the customer reads so."""
    done = withdraws(hot("assigned", withdrawals=3))
    assert kinds(done) == ["hotrush_refused"]
    assert c.of_type(done, SetPriority) == []
    assert c.only(done, SetHotrush).hotrush == "granted"


def test_an_offer_is_withdrawn_for_nothing() -> None:
    """It never was HotRush."""
    done = withdraws(hot("assigned", priority="high", hotrush="offered", charges=(), withdrawals=3))
    assert (c.of_type(done, SetPriority), c.only(done, QueueReply).facts["used"]) == ([], 0)


@pytest.mark.parametrize(
    ("incident", "changes"),
    [
        (hot(), {"text": "Should I withdraw HotRush?\n"}),
        (hot(), {"proof": c.FORGED}),
        (hot(), {"joined": None}),
        (hot("closed", closed_at=c.NOW), {}),
        (c.incident(proven=True), {}),
    ],
    ids=["a question", "forged", "no vouching", "closed", "no HotRush"],
)
def test_nothing_else_withdraws(incident: Incident, changes: dict[str, Any]) -> None:
    """Only the requester's own plain words on an open HotRush."""
    if "joined" in changes:
        case = c.case(c.message(text="Withdraw HotRush\n"), c.found(incident))
        assert decide_withdrawal(case, incident, RULES) == []
        return
    assert withdraws(incident, **changes) == []


@pytest.mark.parametrize("reason", REMOVALS)
def test_it_is_removed_for_a_reason_that_the_customer_reads(reason: Any) -> None:
    """What was paid for it comes back, honoured or not."""
    done = remove(hot("waiting"), reason, "Anna", c.NOW, None, RULES)
    assert c.only(done, QueueReply).facts["reason"] == reason
    assert (c.only(done, Release).spent, c.only(done, SetHotrush).hotrush) == (True, "removed")


def test_a_bug_ends_it_without_a_mail_of_its_own() -> None:
    """An offer too; what is none stays none."""
    assert kinds(end_for_bug(hot(), c.NOW, RULES)) == []
    assert (
        c.only(end_for_bug(hot(priority="high", hotrush="offered"), c.NOW, RULES), SetHotrush).hotrush
        == "removed"
    )
    assert end_for_bug(c.incident(), c.NOW, RULES) == []


def test_calm_is_what_the_scope_makes_it() -> None:
    """What is no HotRush keeps its priority."""
    assert calmed(hot(), RULES) == "high"
    assert calmed(hot(scope="tax"), RULES) == "normal"
    assert calmed(c.incident(priority="low"), RULES) == "low"


# --- asked for later --------------------------------------------------------------------------------------------


def asks(incident: Incident, *bought: Entitlement, required: bool = True) -> list[Action]:
    """Return what a wish for HotRush does to an incident."""
    payer = Account("Alice", 1, None, bought, incident.charges, c.NOW)
    case = c.case(c.message(), c.found(incident, c.thread_token()), payer=payer, verdict=c.HOTRUSH)
    rules = replace(RULES, terms=replace(RULES.terms, required=required))
    return ask_hotrush(case, incident, rules, WHY)


BOUGHT = Entitlement(2, "hotrush", c.NOW - c.DAY)


def test_with_the_right_it_is_granted() -> None:
    """By an option, for an incident that is paid for."""
    done = asks(c.incident(charges=(NORMAL,)), BOUGHT)
    assert (c.only(done, SetHotrush).hotrush, c.only(done, SetPriority).priority) == ("granted", "hotrush")


def test_without_the_right_it_is_offered_once() -> None:
    """The priority stays, and the customer reads how to get it; a second wish changes nothing."""
    done = asks(c.incident(charges=(NORMAL,), proven=True))
    assert kinds(done) == ["hotrush_offer"]
    assert c.only(done, QueueReply).facts["offer"] == "Buy it"
    assert c.of_type(done, SetPriority) == []
    assert asks(c.incident(charges=(NORMAL,), hotrush="offered")) == []


def test_where_nothing_must_be_bought_it_is_granted() -> None:
    """As shipped."""
    assert c.only(asks(c.incident(), required=False), SetPriority).priority == "hotrush"


def test_a_bug_is_never_hotrush() -> None:
    """Whatever was bought."""
    assert asks(c.incident(flags=("bug",)), BOUGHT) == []


def test_a_customer_who_may_be_told_nothing_is_not_told_of_a_grant() -> None:
    """The history says why."""
    silent = c.incident(unanswerable=because("no_ack_dmarc"))
    assert isinstance(told_of_grant(silent, (), None)[0], KeepSilent)
