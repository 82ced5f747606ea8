"""Rules 11 and 16 over the whole path: who may answer the mail of a group, from which address, and by what proof."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.store.tables import entry, incident
from maild.testing import Sent
from tests.faults.target import ANNA, EVE, JANE, PROOF, Target, target

TEAM = "team@example.com"
GROUP = f'''
[[staff]]
name = "The team"
address = "{TEAM}"
group = true
'''


@pytest.fixture(params=["verdicts", "no verdicts"])
def maild(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Target]:
    """A maild with a group, with a mail server whose word counts and without one."""
    with target(tmp_path, GROUP + (PROOF if request.param == "verdicts" else "")) as found:
        yield found


def told(maild: Target, who: str) -> Sent:
    """Let Jane open an incident, and return what `who` of the staff was told."""
    maild.opens(proven=False)
    return maild.to(who)[-1]


def gets(maild: Target, raw: bytes) -> None:
    """Take a mail, and send what follows."""
    maild.gets(raw)
    maild.sends()


def answers(maild: Target) -> list[str]:
    """Return the texts of the answers that Jane got."""
    return [mail.text for mail in maild.read(JANE) if "It works again." in mail.text]


def held(maild: Target) -> list[str]:
    """Return the state of each entry that is not the customer's."""
    return [
        row["state"]
        for row in maild.rows(select(entry).order_by(entry.c.id))
        if row["kind"] != "customer_message"
    ]


@pytest.mark.parametrize("proven", [True, False])
def test_one_of_the_staff_answers_the_mail_of_a_group_by_confirmation(maild: Target, proven: bool) -> None:
    """With the group's token: held on the incident, asked of its author in person, and sent at their word."""
    gets(maild, maild.answer(told(maild, TEAM), ANNA, "It works again.", proven=proven))
    assert len(maild.rows(select(incident))) == 1
    assert (held(maild), answers(maild)) == (["held"], [])
    asked = maild.to(ANNA)[-1]
    assert "Please confirm" in maild.read(ANNA)[-1]["Subject"]
    gets(maild, maild.answer(asked, ANNA, "send", proven=proven))
    assert held(maild) == ["released"]
    assert len(answers(maild)) == 1


@pytest.mark.parametrize("proven", [True, False])
def test_mail_from_the_group_itself_is_held_and_any_of_the_staff_may_confirm_it(
    maild: Target, proven: bool
) -> None:
    """With its own token, whatever is proven: several people read that address."""
    gets(maild, maild.answer(told(maild, TEAM), TEAM, "It works again.", proven=proven))
    assert (held(maild), answers(maild)) == (["held"], [])
    gets(maild, maild.answer(maild.to(TEAM)[-1], ANNA, "send", proven=proven))
    assert len(answers(maild)) == 1


def test_without_token_and_proof_an_answer_is_a_flagged_incident(maild: Target) -> None:
    """Rule 11: the number in the subject alone is what anybody may write."""
    told(maild, TEAM)
    gets(maild, maild.mail(ANNA, "It works again.\n", Subject="[#1001] The checkout is down"))
    opened = maild.rows(select(incident).order_by(incident.c.number))
    assert [row["flags"] for row in opened] == [[], ["unverified_staff"]]
    assert answers(maild) == []


def test_a_stranger_with_the_token_of_a_group_does_not_join(maild: Target) -> None:
    """A forwarded notification is no licence for whoever is not on the staff: nothing is held, and nobody is asked."""
    gets(maild, maild.answer(told(maild, TEAM), EVE, "It works again.", proven=True))
    assert answers(maild) == []
    assert not [mail for mail in maild.read(ANNA) if "confirm" in mail["Subject"]]


def test_the_token_of_a_person_is_not_lent_to_a_colleague(maild: Target) -> None:
    """Only a group's: Ben's is Ben's, and unproven Anna cannot answer with it."""
    gets(maild, maild.answer(told(maild, "ben@example.com"), ANNA, "It works again."))
    assert (answers(maild), len(maild.rows(select(incident)))) == ([], 2)
