"""What was bought is stored once, found for whoever may use it, listed and revoked."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from maild.core.message import Address
from maild.store import entitlements, organisations
from maild.store.database import Database
from maild.store.entitlements import Bought, account_of, add, charges_of, differs, listing, revoke
from tests.parts.bought import an_incident_that_is_paid, buy
from tests.parts.messages import ALICE
from tests.parts.records import DAY, HOUR, NOW

SAM = Address("sam@shop.example", "Sam")


def test_what_a_person_bought_is_theirs_alone(database: Database) -> None:
    """Whoever else writes has nothing of it."""
    with database.begin() as tx:
        row = buy(tx)
        assert [one.id for one in account_of(tx, ALICE, NOW).entitlements] == [row]
        assert account_of(tx, SAM, NOW).entitlements == ()
        assert account_of(tx, None, NOW).owner == ""


def test_what_an_organisation_bought_is_for_all_of_its_people(database: Database) -> None:
    """Beside what they bought for themselves."""
    with database.begin() as tx:
        shared, own = buy(tx, "points", "@shop.example", amount=120), buy(tx, owner=SAM.address)
        account = account_of(tx, SAM, NOW)
        assert [one.id for one in account.entitlements] == [shared, own]
        assert account.owner == "shop.example"
        assert [one.id for one in account_of(tx, Address("kim@shop.example"), NOW).entitlements] == [shared]


def test_only_what_something_is_left_of_is_looked_at(database: Database) -> None:
    """Neither what is used up or over nor what was revoked; what begins later is there."""
    with database.begin() as tx:
        buy(tx)
        an_incident_that_is_paid(tx)
        buy(tx, ends_at=NOW)
        revoke(tx, buy(tx), NOW)
        later = buy(tx, starts_at=NOW + DAY)
        account = account_of(tx, ALICE, NOW)
        assert [one.id for one in account.entitlements] == [later]
        assert account.usable("incident", NOW) == []


def test_the_account_says_what_the_incident_at_hand_takes(database: Database) -> None:
    """And nothing of what others take."""
    with database.begin() as tx:
        buy(tx, amount=2)
        first, second = an_incident_that_is_paid(tx), an_incident_that_is_paid(tx)
        (charge,) = account_of(tx, ALICE, NOW, first).charges
        assert (charge.kind, charge.purpose, charge.units, charge.state) == (
            "incident", "incident", 1, "reserved"
        )  # fmt: skip
        assert [row["incident"] for row in charges_of(tx, second)] == [second]


def test_the_same_purchase_is_stored_once(database: Database) -> None:
    """By its id where it was sold; whether the second says something else can be asked."""
    bought = Bought("points", NOW, option="", amount=60, external="A-1")
    other = Bought("points", NOW + HOUR, option="", amount=120, external="A-1")
    with database.begin() as tx:
        owner = organisations.find_owner(tx, ALICE.address, NOW)
        assert add(tx, owner, bought, NOW) is not None
        assert add(tx, owner, bought, NOW + HOUR) is None
        assert differs(tx, owner, bought) == ""
        assert differs(tx, owner, other) == "amount, starts_at"
        assert differs(tx, owner, other, {"starts_at"}) == "amount"
        assert len(listing(tx)) == 1


def test_the_list_has_one_row_for_each_in_order_of_owners(database: Database) -> None:
    """Of all owners, or of one."""
    with database.begin() as tx:
        buy(tx, "subscription", "@zebra.example", store="zebra.example", ends_at=NOW + 30 * DAY)
        buy(tx, "points", "@ant.example", amount=300)
        rows = listing(tx)
        assert [(row["owner"], row["kind"], row["amount"]) for row in rows] == [
            ("ant.example", "points", 300),
            ("zebra.example", "subscription", None),
        ]
        zebra = organisations.find_owner(tx, "@zebra.example", NOW)
        assert [row["store"] for row in listing(tx, zebra)] == ["zebra.example"]
        assert listing(tx, organisations.find_owner(tx, ALICE.address, NOW)) == []


def test_revoking_leaves_what_is_reserved(database: Database) -> None:
    """Who was told that it is paid for keeps that; nothing more is taken, and twice is refused."""
    with database.begin() as tx:
        row = buy(tx, amount=2)
        number = an_incident_that_is_paid(tx)
        assert revoke(tx, row, NOW) == [number]
        assert revoke(tx, row, NOW) is None
        assert revoke(tx, 99, NOW) is None
        assert account_of(tx, ALICE, NOW).entitlements == ()


@pytest.mark.parametrize(
    "change",
    [
        "entitlement SET used = 2",
        "entitlement SET used = -1",
        "entitlement SET amount = NULL",
        "entitlement SET kind = 'gift'",
        "entitlement SET kind = 'points'",
        "entitlement SET option = ''",
        "entitlement SET option = 'fast'",
        "entitlement SET customer = NULL",
        "entitlement SET organisation = 1",
        "entitlement SET ends_at = starts_at",
        "charge SET state = 'lost'",
        "charge SET state = 'spent'",
        "charge SET settled_at = reserved_at",
        "charge SET units = 0",
        "charge SET purpose = 'fun'",
        "charge SET incident = 99",
        "charge SET entitlement = 99",
    ],
)
def test_a_row_that_makes_no_sense_is_refused(database: Database, change: str) -> None:
    """By the database itself, whoever writes it."""
    with database.begin() as tx:
        buy(tx)
        buy(tx, "points", "@shop.example")
        an_incident_that_is_paid(tx)
    with pytest.raises(IntegrityError), database.begin() as tx:
        tx.execute(text(f"UPDATE {change}"))


@pytest.mark.parametrize("changed", ["incident", "slot"])
def test_one_use_and_one_incident_have_one_live_charge(database: Database, changed: str) -> None:
    """A copy of a row of the ledger is refused, be it for another use or for another incident."""
    columns = "entitlement, slot, incident, purpose, part, units, state, reserved_at, reason"
    other = {"incident": "incident + 1", "slot": "slot + 1"}[changed]
    copied = columns.replace(changed, other, 1)
    with database.begin() as tx:
        buy(tx, amount=3)
        an_incident_that_is_paid(tx)
        an_incident_that_is_paid(tx)
        tx.execute(text("DELETE FROM charge WHERE incident = 1002"))
    with pytest.raises(IntegrityError), database.begin() as tx:
        tx.execute(text(f"INSERT INTO charge ({columns}) SELECT {copied} FROM charge"))


def test_times_come_back_as_they_were_given(database: Database) -> None:
    """Aware, and in UTC."""
    with database.begin() as tx:
        buy(tx, ends_at=NOW + timedelta(days=730))
        (one,) = entitlements.account_of(tx, ALICE, NOW).entitlements
    assert one.ends_at == NOW + timedelta(days=730)
