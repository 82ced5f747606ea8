"""A purchase pays for what waits, or makes it the HotRush that was offered; the customer hears of it once."""

from maild.core.actions import Action, QueueReply, Reserve, SetHotrush, SetState
from maild.core.deciding.decide_purchase import decide_purchase
from maild.core.entitlement import Account, Charge, Entitlement, Terms
from maild.core.incident import UNPAID, Incident
from tests.parts import cases as c

RULES = c.rules(terms=Terms(required=True))
NORMAL = Entitlement(1, "incident", c.NOW - c.DAY, option="normal")
URGENT = Entitlement(2, "incident", c.NOW - c.DAY, option="urgent")
WAITS = c.incident(state="awaiting_entitlement", flags=(UNPAID,), proven=True)
HOT = c.incident(state="awaiting_entitlement", flags=(UNPAID,), hotrush="offered", proven=True)


def bought(incident: Incident, *things: Entitlement) -> list[Action]:
    """Return what these things do for an incident of their owner's."""
    return decide_purchase(incident, Account("Alice", 1, None, things, incident.charges, c.NOW), None, RULES)


def test_it_pays_for_what_waits_and_says_so() -> None:
    """By the acknowledgement that was not sent before, with what is left."""
    done = bought(WAITS, NORMAL)
    assert (c.only(done, Reserve).entitlement, c.only(done, SetState).state) == (1, "submitted")
    told = c.only(done, QueueReply)
    assert (told.kind, told.cause, told.facts["balance"]) == (
        "acknowledgement", "paid", [{"what": "incident", "left": "0"}]
    )  # fmt: skip


def test_it_gives_the_hotrush_that_was_offered() -> None:
    """And pays for the incident with it."""
    done = bought(HOT, URGENT)
    assert c.only(done, SetHotrush).hotrush == "granted"
    assert c.only(done, QueueReply).kind == "raised"


def test_what_does_not_include_hotrush_pays_for_the_incident_alone() -> None:
    """The offer stands."""
    done = bought(HOT, NORMAL)
    assert c.of_type(done, SetHotrush) == []
    assert c.only(done, QueueReply).kind == "acknowledgement"


def test_an_option_is_for_an_incident_that_is_paid_for() -> None:
    """Alone it pays for none."""
    option = Entitlement(3, "hotrush", c.NOW - c.DAY)
    paid = c.incident(
        charges=(Charge(1, "incident", "normal", "incident", 1, "reserved"),), hotrush="offered", proven=True
    )
    assert c.only(bought(paid, option), SetHotrush).hotrush == "granted"
    assert bought(HOT, option) == []


def test_what_waits_for_nothing_gets_nothing() -> None:
    """However much was bought."""
    assert bought(c.incident(), NORMAL, URGENT) == []
