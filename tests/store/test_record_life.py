"""What is recorded of an incident's life beside its state: owner, scope, flags, and into what it was merged."""

import pytest
from sqlalchemy import Connection, select

from maild.core.actions import Action, AddParty, Flag, MergeInto, SetOwner, SetScope, Unflag
from maild.core.incident import Incident
from maild.core.message import Address
from maild.core.reasons import because
from maild.errors import Overtaken
from maild.store import first_request, incidents
from maild.store.database import Database
from maild.store.tables import event
from tests.parts import records as r
from tests.parts.messages import ALICE

WHY = because("several", count=2)
CAROL = Address("carol@example.net", "Carol")


def loaded(tx: Connection, number: int) -> Incident:
    """Return an incident that is there."""
    found = incidents.load(tx, number)
    assert found is not None
    return found


def told(tx: Connection, number: int) -> list[tuple[str, str]]:
    """Return what was written down on an incident: name and text."""
    rows = tx.execute(select(event).where(event.c.incident == number).order_by(event.c.id))
    return [(row.name, row.text) for row in rows]


def test_an_owner_comes_and_goes(database: Database) -> None:
    """By address, with a note each time."""
    with database.begin() as tx:
        number = r.an_incident(tx)
        r.did(tx, [SetOwner(r.ANNA, WHY)], number)
        assert loaded(tx, number).owner == r.ANNA.address
        r.did(tx, [SetOwner(None, WHY)], number)
        assert loaded(tx, number).owner == ""


def test_a_customers_scope_corrects_no_verdict(database: Database) -> None:
    """The incident is about another problem; what was read of its mail stays."""
    with database.begin() as tx:
        number = r.an_incident(tx)
        r.did(tx, [SetScope("tax", WHY)], number)
        assert loaded(tx, number).scope == "tax"
        assert first_request.problems(tx, number) == ("checkout",)
        assert ("scope", "tax") in told(tx, number)


def test_a_flag_is_there_once_and_can_be_taken_off(database: Database) -> None:
    """What changes nothing leaves no note."""
    with database.begin() as tx:
        number = r.an_incident(tx, flags=("several",))
        for action in (Flag("bug", WHY), Flag("bug", WHY), Unflag("several", WHY), Unflag("several", WHY)):
            r.did(tx, [action], number)
        assert loaded(tx, number).flags == ("bug",)
        names = [name for name, _ in told(tx, number)]
        assert (names.count("flag"), names.count("unflag")) == (1, 1)


def test_what_an_incident_began_with_can_be_had(database: Database) -> None:
    """Its first words, for a second incident that is made of them."""
    with database.begin() as tx:
        number = r.an_incident(tx)
        assert first_request.text(tx, number) == "It shows a white page.\n"
        assert (first_request.text(tx, 4711), first_request.problems(tx, 4711)) == ("", ())


def two(tx: Connection, *more: Action) -> tuple[int, int]:
    """Open two incidents of Alice's, the younger with `more`."""
    return r.an_incident(tx), r.an_incident(tx, *more)


def test_the_younger_ends_and_its_people_join_the_elder(database: Database) -> None:
    """With the roles that the elder has; both say what happened."""
    with database.begin() as tx:
        elder, younger = two(tx, AddParty(CAROL, "cc", proven=True))
        r.did(tx, [MergeInto(elder, WHY)], younger)
        ended, goes_on = loaded(tx, younger), loaded(tx, elder)
        assert (ended.state, ended.merged_into, ended.closed_at) == ("merged", elder, r.NOW)
        assert goes_on.requester.address == ALICE.address
        carol = goes_on.party(CAROL.address)
        assert carol is not None
        assert (carol.role, carol.proven) == ("cc", True)
        assert ("state", "merged") in told(tx, younger)
        assert ("merged", f"#{younger}") in told(tx, elder)


def test_what_was_merged_leads_to_the_last_of_its_line(database: Database) -> None:
    """However often."""
    with database.begin() as tx:
        first, second = two(tx)
        third = r.an_incident(tx)
        r.did(tx, [MergeInto(second, WHY)], third)
        r.did(tx, [MergeInto(first, WHY)], second)
        assert incidents.merged_into(tx, loaded(tx, third)).number == first
        assert incidents.merged_into(tx, loaded(tx, first)).number == first


def test_nothing_is_merged_twice(database: Database) -> None:
    """Two who order it at once: the second is decided again, and reads why it can't be."""
    with database.begin() as tx:
        elder, younger = two(tx)
        r.did(tx, [MergeInto(elder, WHY)], younger)
        with pytest.raises(Overtaken):
            r.did(tx, [MergeInto(elder, WHY)], younger)


@pytest.mark.parametrize(
    ("verbs", "found"),
    [
        (("merge 1001",), True),
        (("merge #1001",), True),
        (("note", "merge 1001"), True),
        (("merge 4711",), False),
        (("merge one",), False),
        (("merge 99999999999999999999",), False),
        (("merge \u0661",), False),
        (("close",), False),
    ],
)
def test_the_partner_of_a_merge_is_read_from_the_command(
    database: Database, verbs: tuple[str, ...], found: bool
) -> None:
    """A number that is none leads to nothing."""
    with database.begin() as tx:
        number = r.an_incident(tx)
        partner = incidents.merge_partner(tx, tuple(verb.replace("1001", str(number)) for verb in verbs))
    assert (partner is not None and partner.number == number) == found
