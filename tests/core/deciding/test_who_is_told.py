"""Who of the staff hears of what: the owner, then the leads, then the managers; of a HotRush all of them."""

from dataclasses import replace
from datetime import date

import pytest

from maild.core.deciding.who_is_told import everybody, told_of_new, who_is_told
from maild.core.staff import Away, StaffMember
from tests.parts import cases as c

LEA = StaffMember("Lea", "lea@staff.example.org", role="lead")
MAX = StaffMember("Max", "max@staff.example.org", role="manager")
RULES = c.rules(staff=(MAX, c.ANNA, LEA, c.BEN, c.TEAM))


def told(owner: str = "", step: float = 0.0, priority: str = "normal") -> str:
    """Return the names of who is told."""
    found = c.incident(owner=owner, priority=priority)
    return " ".join(one.name.split()[-1] for one in who_is_told(found, RULES, c.NOW, step))


def test_without_an_owner_everybody_who_works_on_incidents_is_told() -> None:
    """Managers are not: they hear of broken promises."""
    assert told() == "Anna Lea Ben team"


def test_an_owner_alone_is_told() -> None:
    """Whatever the case of the address."""
    assert told("anna@staff.example.org") == told("Anna@Staff.example.org") == "Anna"


@pytest.mark.parametrize(
    ("step", "owned", "nobodys"),
    [
        (0.5, "Anna", "Anna Lea Ben team"),
        (0.9, "Anna", "Anna Lea Ben team"),
        (1.0, "Anna Lea", "Anna Lea Ben team"),
        (1.5, "Max Anna Lea", "Max Anna Lea Ben team"),
        (3.5, "Max Anna Lea", "Max Anna Lea Ben team"),
    ],
)
def test_a_broken_promise_goes_up_by_step(step: float, owned: str, nobodys: str) -> None:
    """Leads hear of it when it is broken, managers when it stays so; each once, in the order of the config."""
    assert told("anna@staff.example.org", step) == owned
    assert told("", step) == nobodys


def test_of_a_hotrush_all_are_told() -> None:
    """Owned or not, from the first moment."""
    assert told("anna@staff.example.org", priority="hotrush") == "Max Anna Lea Ben team"
    assert told_of_new("hotrush", RULES) == RULES.staff
    assert told_of_new("high", RULES) == everybody(RULES)


def test_while_the_owner_is_away_the_others_are_told_too() -> None:
    """Until the last day of the absence is over."""
    anna = replace(c.ANNA, away=(Away(date(2026, 3, 2), date(2026, 3, 3)),))
    rules = c.rules(staff=(anna, c.BEN))
    owned = c.incident(owner=anna.address)
    days = [[one.name for one in who_is_told(owned, rules, c.NOW + n * c.DAY)] for n in range(3)]
    assert days == [["Anna", "Ben"], ["Anna", "Ben"], ["Anna"]]


def test_an_owner_who_left_leaves_it_to_all() -> None:
    """An address that is no longer in the config reads nothing of ours."""
    assert told("gone@staff.example.org") == "Anna Lea Ben team"


def test_a_manager_who_has_taken_one_is_told_like_any_owner() -> None:
    """The role says what else they hear of."""
    assert told("max@staff.example.org") == "Max"


def test_where_all_are_managers_they_are_told() -> None:
    """Mail that nobody hears of would be lost."""
    assert everybody(c.rules(staff=(MAX,))) == (MAX,)
