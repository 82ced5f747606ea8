"""Reserve, spend, release: what one incident takes is taken from nobody else, and comes back once."""

import threading

import pytest

from maild.core.actions import Action, GiveBack, MergeInto, MoveCharges, Release, Reserve, SetState, Spend
from maild.core.message import Address
from maild.core.reasons import because
from maild.errors import Overtaken
from maild.store.audit import audit
from maild.store.database import Database
from maild.store.entitlements import account_of, charges_of, listing, revoke
from maild.store.history import history
from tests.parts.bought import an_incident_that_is_paid, buy, pays
from tests.parts.messages import ALICE
from tests.parts.records import NOW, an_incident, did

WHY = because("paid_by_incident", owner="Alice", what="incident")
BOB = Address("bob@example.net", "Bob")
CLOSED: list[Action] = [SetState("closed", because("closed_by_staff", name="Anna")), Spend(WHY)]


def states(database: Database, number: int) -> list[str]:
    """Return the states of an incident's charges."""
    with database.read() as tx:
        return [row["state"] for row in charges_of(tx, number)]


def used(database: Database) -> list[int]:
    """Return how much is used of each entitlement, in their order."""
    with database.read() as tx:
        return [row["used"] for row in sorted(listing(tx), key=lambda row: int(row["id"]))]


def test_reserved_then_spent(database: Database) -> None:
    """The ordinary way; at each step the ledger adds up."""
    with database.begin() as tx:
        buy(tx)
        number = an_incident_that_is_paid(tx)
        assert audit(tx) == []
        did(tx, CLOSED, number)
        assert audit(tx) == []
    assert (states(database, number), used(database)) == (["spent"], [1])


def test_spending_again_changes_nothing(database: Database) -> None:
    """Reopened and closed once more, the same incident is paid for already."""
    with database.begin() as tx:
        buy(tx)
        number = an_incident_that_is_paid(tx)
        did(tx, CLOSED, number)
        did(tx, [SetState("in_progress", because("reopened", days=14))], number)
        assert audit(tx) == []
        did(tx, CLOSED, number)
        assert audit(tx) == []
    assert (states(database, number), used(database)) == (["spent"], [1])


@pytest.mark.parametrize("before", [[], CLOSED])
def test_what_is_released_can_be_used_again(database: Database, before: list[Action]) -> None:
    """Reserved or spent: the next incident gets the same use."""
    with database.begin() as tx:
        buy(tx)
        number = an_incident_that_is_paid(tx)
        did(tx, before, number)
        did(tx, [Release(WHY)], number)
        did(tx, [Release(WHY)], number)
        assert audit(tx) == []
        again = an_incident_that_is_paid(tx)
        assert audit(tx) == []
    assert (states(database, number), states(database, again)) == (["released"], ["reserved"])
    assert used(database) == [1]


def test_only_the_hotrush_is_released_where_only_that_is_meant(database: Database) -> None:
    """And what was spent of it stays, where it was honoured."""
    with database.begin() as tx:
        buy(tx)
        buy(tx, "hotrush")
        number = an_incident_that_is_paid(tx, hotrush=True)
        did(tx, [Spend(WHY, "hotrush"), Release(WHY, "hotrush", spent=False)], number)
    assert states(database, number) == ["reserved", "spent"]
    with database.begin() as tx:
        did(tx, [Release(WHY, "hotrush")], number)
        assert audit(tx) == []
    assert states(database, number) == ["reserved", "released"]
    assert used(database) == [1, 0]


def test_points_are_taken_from_several_purchases_and_come_back_to_each(database: Database) -> None:
    """60 for the incident and 60 for its HotRush, of 70 and 70."""
    with database.begin() as tx:
        buy(tx, "points", amount=70)
        buy(tx, "points", amount=70)
        number = an_incident_that_is_paid(tx, hotrush=True)
        assert audit(tx) == []
    assert used(database) == [70, 50]
    with database.begin() as tx:
        did(tx, [Release(WHY)], number)
        assert audit(tx) == []
    assert used(database) == [0, 0]


def test_a_subscription_counts_its_uses_and_blocks_none(database: Database) -> None:
    """The fair-use counter."""
    with database.begin() as tx:
        buy(tx, "subscription")
        for _ in range(3):
            an_incident_that_is_paid(tx)
        assert audit(tx) == []
    assert used(database) == [3]


def test_what_was_decided_on_what_is_gone_is_overtaken(database: Database) -> None:
    """Used up or revoked since it was looked up: nothing is written."""
    with database.begin() as tx:
        row = buy(tx)
        stale = pays(tx)
        number = an_incident_that_is_paid(tx)
        other = an_incident(tx, requester=BOB)
    for _ in range(2):
        with pytest.raises(Overtaken), database.begin() as tx:
            did(tx, stale, other)
        with database.begin() as tx:
            did(tx, [Release(WHY)], number)
            revoke(tx, row, NOW)
    assert states(database, other) == []


def test_an_incident_is_not_paid_for_twice(database: Database) -> None:
    """A second decision for the same incident is overtaken by the first."""
    with database.begin() as tx:
        row = buy(tx, amount=2)
        number = an_incident_that_is_paid(tx)
    with pytest.raises(Overtaken), database.begin() as tx:
        did(tx, [Reserve(row, "incident", 1, WHY)], number)
    assert used(database) == [1]


def test_every_step_is_in_the_history(database: Database) -> None:
    """With its reason."""
    with database.begin() as tx:
        buy(tx)
        number = an_incident_that_is_paid(tx)
        did(tx, CLOSED, number)
        did(tx, [Release(WHY)], number)
    with database.read() as tx:
        lines = {line.kind: line for line in history(tx, number)}
    assert {"reserved", "spent", "released_charge"} <= set(lines)
    assert lines["reserved"].reasons[0].name == "paid_by_incident"


def test_of_two_at_once_one_gets_the_last(database: Database) -> None:
    """Each looks up, chooses and reserves in its own transaction: the second sees that nothing is left."""
    with database.begin() as tx:
        buy(tx, "incident", "@example.net")
        numbers = [an_incident(tx, requester=one) for one in (ALICE, BOB)]
    got: list[int] = []
    together = threading.Barrier(2)

    def reserve(number: int, who: Address) -> None:
        together.wait()
        with database.begin() as tx:
            actions = pays(tx, who)
            did(tx, actions, number)
        got.extend([number] if actions else [])

    workers = [
        threading.Thread(target=reserve, args=pair) for pair in zip(numbers, (ALICE, BOB), strict=True)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(got) == 1
    with database.read() as tx:
        assert audit(tx) == []
        assert account_of(tx, ALICE, NOW, got[0]).charges


def test_points_that_are_too_many_come_back_the_last_part_first(database: Database) -> None:
    """A part that is given back as a whole is released, another one is made smaller; both counters know it."""
    with database.begin() as tx:
        first, second = (buy(tx, "points", amount=amount) for amount in (40, 100))
        number = an_incident(tx)
        did(tx, [Reserve(first, "incident", 40, WHY), Reserve(second, "incident", 20, WHY, 2)], number)
        did(tx, [GiveBack("incident", 30, WHY)], number)
        assert audit(tx) == []
    assert (states(database, number), used(database)) == (["reserved", "released"], [30, 0])
    with pytest.raises(Overtaken), database.begin() as tx:
        did(tx, [GiveBack("incident", 31, WHY)], number)
    assert used(database) == [30, 0]


@pytest.mark.parametrize("after", [[], CLOSED])
def test_what_pays_moves_to_another_incident(database: Database, after: list[Action]) -> None:
    """Even if nothing more may be taken of it; both histories say so."""
    with database.begin() as tx:
        row = buy(tx)
        elder, younger = an_incident(tx), an_incident_that_is_paid(tx)
        revoke(tx, row, NOW)
        did(tx, [MoveCharges(elder, WHY), MergeInto(elder, WHY)], younger)
        did(tx, after, elder)
        assert audit(tx) == []
    assert (len(states(database, elder)), states(database, younger), used(database)) == (1, [], [1])
    with database.read() as tx:
        told = [
            line.text
            for number in (elder, younger)
            for line in history(tx, number)
            if line.kind == "charges_moved"
        ]
    assert told == [f"from #{younger}", f"to #{elder}"]
