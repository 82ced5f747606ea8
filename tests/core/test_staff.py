"""Who may act: the people and group addresses of the config, by address."""

import pytest

from maild.core.staff import StaffMember, staff_member
from tests.parts import cases as c

STAFF = (c.ANNA, c.TEAM, StaffMember("Zoë", "Zoë@Müller.example"))


@pytest.mark.parametrize("address", ["ZOË@Müller.example", "anna@\u017ftaff.example.org", "", None])
def test_no_other_letter_is_taken_for_its_like(address: str | None) -> None:
    """Unicode folds a long s into an s; an attacker must not become Anna by it."""
    assert staff_member(STAFF, address) is None


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("anna@staff.example.org", "Anna"),
        ("ANNA@STAFF.EXAMPLE.ORG", "Anna"),
        ("team@staff.example.org", "The team"),
        ("ZOë@MüLLER.EXAMPLE", "Zoë"),
    ],
)
def test_a_member_is_known_by_address_whatever_its_case(address: str, name: str) -> None:
    """A to Z in any case; no other letter is taken for its like."""
    found = staff_member(STAFF, address)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    "address", [None, "", "anna", "anna@staff.example.org.evil.example", "xanna@staff.example.org"]
)
def test_nobody_else_is(address: str | None) -> None:
    """Not by a part of an address, and not without one."""
    assert staff_member(STAFF, address) is None


def test_the_first_of_two_with_one_address_counts() -> None:
    """The config refuses that; the core still gives one answer."""
    twin = StaffMember("Twin", c.ANNA.address)
    assert staff_member((c.ANNA, twin), c.ANNA.address) is c.ANNA
