"""To whom an address belongs, and who buys."""

import pytest

from maild.core.message import Address
from maild.errors import NotFound, UserError
from maild.store.customers import address_id
from maild.store.database import Database
from maild.store.organisations import (
    Owner,
    add_address,
    at_domain,
    customer_of,
    describe,
    find_owner,
    join,
    organisation_named,
    owner_of,
)
from tests.parts.messages import ALICE
from tests.parts.records import NOW

SHOP = "Shop Ltd"


def test_nobody_is_anybodys_before_something_is_known(database: Database) -> None:
    """Whoever just writes is no customer yet."""
    with database.begin() as tx:
        address_id(tx, ALICE.address, "Alice", NOW)
        assert owner_of(tx, ALICE) == Owner()


def test_an_address_makes_its_customer_once(database: Database) -> None:
    """However it is written; named by its name, which staff read."""
    with database.begin() as tx:
        first = customer_of(tx, ALICE, NOW)
        assert customer_of(tx, Address(ALICE.address.upper()), NOW).customer == first.customer
        assert owner_of(tx, ALICE) == Owner(first.customer, None, ALICE.name)


def test_a_customer_has_many_addresses(database: Database) -> None:
    """Whichever they write from, what they bought is theirs."""
    with database.begin() as tx:
        owner = customer_of(tx, ALICE, NOW)
        assert owner.customer is not None
        add_address(tx, owner.customer, Address("alice@home.example"), NOW)
        assert owner_of(tx, Address("ALICE@home.example")).customer == owner.customer


def test_a_domain_stands_for_its_organisation(database: Database) -> None:
    """Everybody who writes from there belongs to it, and nobody from below it."""
    with database.begin() as tx:
        shop = organisation_named(tx, SHOP, ["shop.example"], NOW)
        assert owner_of(tx, Address("anybody@SHOP.example")) == Owner(None, shop.organisation, SHOP)
        assert owner_of(tx, Address("eve@mail.shop.example")) == Owner()


def test_a_customer_joins_an_organisation_from_any_address(database: Database) -> None:
    """Explicit membership; what the organisation is called is what staff read."""
    with database.begin() as tx:
        shop = organisation_named(tx, SHOP, [], NOW)
        person = customer_of(tx, Address("sam@gmail.com", "Sam"), NOW)
        assert shop.organisation is not None
        join(tx, person, shop.organisation)
        assert owner_of(tx, Address("sam@gmail.com")) == Owner(person.customer, shop.organisation, SHOP)


def test_a_customer_of_a_known_domain_uses_what_its_organisation_bought(database: Database) -> None:
    """To have something of one's own takes nobody out of their organisation."""
    with database.begin() as tx:
        shop = organisation_named(tx, SHOP, ["shop.example"], NOW)
        sam = customer_of(tx, Address("sam@shop.example", "Sam"), NOW)
        assert owner_of(tx, Address("sam@shop.example")) == Owner(sam.customer, shop.organisation, SHOP)


def test_language_and_zone_are_kept_as_far_as_they_are_said(database: Database) -> None:
    """An empty word takes nothing away."""
    with database.begin() as tx:
        owner = customer_of(tx, ALICE, NOW)
        describe(tx, owner, "de", "Europe/Berlin")
        describe(tx, owner, "", "")
        describe(tx, owner, "ru", "")
        found = owner_of(tx, ALICE)
    assert (found.language, found.zone) == ("ru", "Europe/Berlin")


@pytest.mark.parametrize("said", ["shop ltd", "SHOP LTD", "@shop.example", "@SHOP.example"])
def test_an_organisation_is_found_by_name_or_domain(database: Database, said: str) -> None:
    """In any case of letters, and made once."""
    with database.begin() as tx:
        shop = organisation_named(tx, SHOP, ["shop.example"], NOW)
        assert organisation_named(tx, "SHOP ltd", ["shop.example"], NOW) == shop
        assert find_owner(tx, said, NOW) == shop


def test_a_new_domain_makes_an_organisation_called_by_it(database: Database) -> None:
    """Whoever sells to a domain need not know its owner's name."""
    with database.begin() as tx:
        assert at_domain(tx, "New.example", NOW).name == "new.example"
        assert owner_of(tx, Address("x@new.example")).name == "new.example"


@pytest.mark.parametrize("domain", ["gmail.com", "MAIL.ru"])
def test_a_domain_of_everybodys_makes_no_organisation(database: Database, domain: str) -> None:
    """Else all its users would share what one of them bought."""
    with database.begin() as tx, pytest.raises(UserError, match="whole address"):
        find_owner(tx, f"@{domain}", NOW)


def test_a_domain_has_one_organisation(database: Database) -> None:
    """A second one is refused, with the name of the first."""
    with database.begin() as tx:
        organisation_named(tx, SHOP, ["shop.example"], NOW)
        with pytest.raises(UserError, match="belongs to Shop Ltd"):
            organisation_named(tx, "Thief Ltd", ["shop.example"], NOW)


def test_a_customer_is_found_by_their_name_where_it_is_one(database: Database) -> None:
    """Two of one name are a question."""
    with database.begin() as tx:
        sam = customer_of(tx, Address("sam@a.example", "Sam Rivers"), NOW)
        assert find_owner(tx, "sam rivers", NOW).customer == sam.customer
        customer_of(tx, Address("sam@b.example", "Sam Rivers"), NOW)
        with pytest.raises(UserError, match="several customers"):
            find_owner(tx, "Sam Rivers", NOW)


def test_a_name_that_nobody_has_names_the_nearest(database: Database) -> None:
    """A misspelt name must not become an owner of its own."""
    with database.begin() as tx:
        organisation_named(tx, SHOP, [], NOW)
        with pytest.raises(NotFound, match="did you mean Shop Ltd"):
            find_owner(tx, "Shpo Ltd", NOW)
        with pytest.raises(NotFound, match="makes a new owner"):
            find_owner(tx, "zzz", NOW)
