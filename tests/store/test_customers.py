"""One row an address: known ones are found, new ones added, whoever is suppressed stays so."""

import threading

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from maild.core.message import Address
from maild.store.config_versions import note
from maild.store.customers import Known, address_id, address_ids, known, suppress
from maild.store.database import Database
from maild.store.tables import address, config_version
from tests.parts.records import HOUR, NOW


def test_an_address_is_one_row_however_it_is_written(database: Database) -> None:
    """Case does not make another customer; what was written first is what is sent to."""
    with database.begin() as tx:
        first = address_id(tx, "Alice@Example.NET", "Alice", NOW)
        assert address_id(tx, "alice@example.net", "", NOW + HOUR) == first
        row = tx.execute(select(address)).one()
    assert (row.key, row.address, row.name) == ("alice@example.net", "Alice@Example.NET", "Alice")


def test_a_name_is_replaced_by_a_new_one_but_not_by_none(database: Database) -> None:
    """A mail without a display name takes nobody's name away."""
    with database.begin() as tx:
        for name in ("Alice", "", "Alice M."):
            address_id(tx, "alice@example.net", name, NOW)
        assert tx.scalar(select(address.c.name)) == "Alice M."


def test_many_addresses_are_looked_up_together(database: Database) -> None:
    """Known and new, twice the same: each key has one id, and the last name given counts."""
    alice, bob = Address("alice@example.net"), Address("bob@example.net", "Bob")
    with database.begin() as tx:
        known = address_id(tx, alice.address, "", NOW)
        found = address_ids(tx, [alice, bob, Address("ALICE@example.net", "Al"), bob], NOW)
        assert found["alice@example.net"] == known
        assert set(found) == {"alice@example.net", "bob@example.net"}
        assert set(tx.scalars(select(address.c.name))) == {"Al", "Bob"}
        assert address_ids(tx, [], NOW) == {}


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_two_transactions_that_add_one_address_agree_on_its_row(database: Database) -> None:
    """The second waits until the first is through, and finds its row instead of failing."""
    found: list[int] = []

    def add() -> None:
        with database.begin() as tx:
            found.append(address_id(tx, "alice@example.net", "Alice", NOW))

    second = threading.Thread(target=add)
    with database.begin() as tx:
        first = address_id(tx, "alice@example.net", "Alice", NOW)
        second.start()
        while not waits_for_a_lock(database):
            assert second.is_alive()
    second.join()
    assert found == [first]


def waits_for_a_lock(database: Database) -> bool:
    """Say whether some transaction of this database waits for another one."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    with database.read() as tx:
        return bool(tx.exec_driver_sql(query).scalar())


@pytest.mark.parametrize("impossible", ["", "a" * 310 + "@example.net"])
def test_an_address_that_cannot_be_one_is_refused(database: Database, impossible: str) -> None:
    """Empty, or longer than SMTP allows: the same on both databases."""
    with pytest.raises(IntegrityError), database.begin() as tx:
        address_id(tx, impossible, "", NOW)


def test_a_suppressed_address_stays_so_for_its_first_reason(database: Database) -> None:
    """Whoever bounced once is not written to again, whatever is found out later."""
    with database.begin() as tx:
        assert known(tx, Address("alice@example.net")).suppressed == ""
        suppress(tx, "Alice@example.net", "bounced", NOW)
        suppress(tx, "alice@example.net", "complained", NOW + HOUR)
        assert known(tx, Address("ALICE@example.net")).suppressed == "bounced"
        assert known(tx, Address("bob@example.net")) == Known()


def test_a_config_version_is_noted_once(database: Database) -> None:
    """The same version loaded again keeps the time it was first loaded."""
    with database.begin() as tx:
        note(tx, "3f2a", "[service]", NOW)
        note(tx, "3f2a", "[service]", NOW + HOUR)
        assert tx.execute(select(config_version)).all() == [("3f2a", "[service]", NOW)]
