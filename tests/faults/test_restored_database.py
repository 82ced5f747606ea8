"""A database from a backup gives numbers out again: what was written of the lost incident never meets the new one.

Both databases here have one secret, one number 1001 and the same ids of addresses, as a restored one has.
"""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.store.tables import incident
from tests.faults.target import ANNA, JANE, Target, target

OLGA = "olga@shop.example"
ORDER = "MARK-ORDER we have sent the goods to Jane"


@pytest.fixture
def lost(memory: Path) -> Iterator[Target]:
    """The maild whose database is lost; Jane's incident is its 1001."""
    with target(memory / "lost") as found:
        found.opens(JANE)
        yield found


@pytest.fixture
def restored(lost: Target, memory: Path) -> Iterator[Target]:
    """The maild that goes on from the backup, a second later; Olga's incident is its 1001."""
    secret = memory / "restored" / "var" / "secret"
    secret.parent.mkdir(parents=True)
    shutil.copy2(lost.folder / "var" / "secret", secret)
    with target(memory / "restored") as found:
        found.clock.advance(timedelta(seconds=1))
        found.opens(OLGA)
        yield found


def test_a_staff_answer_to_the_lost_incident_reaches_no_other_customer(
    lost: Target, restored: Target
) -> None:
    """Proven, with her own old token and `[#1001]` in the subject: a new incident, and Olga hears nothing."""
    restored.gets(restored.answer(lost.to(ANNA)[-1], ANNA, ORDER, proven=True))
    restored.sends()
    assert restored.dispositions() == ["opened", "opened"]
    assert restored.entries(1001) == [("customer_message", "done")]
    assert not restored.staff_acted()
    assert ORDER not in restored.customers_saw()


def test_no_command_reaches_the_new_incident(lost: Target, restored: Target) -> None:
    """An old notification answered with #close leaves it open."""
    restored.gets(restored.answer(lost.to(ANNA)[-1], ANNA, "#close", proven=True))
    assert restored.states()[1001] == "submitted"


def test_a_customer_who_answers_into_the_lost_incident_opens_a_new_one(
    lost: Target, restored: Target
) -> None:
    """Jane gets a number of her own; her words stay out of Olga's incident, and nothing links the two."""
    restored.gets(restored.answer(lost.to(JANE)[-1], JANE, ORDER, proven=True))
    restored.sends()
    assert restored.states() == {1001: "submitted", 1002: "submitted"}
    assert restored.entries(1001) == [("customer_message", "done")]
    assert "[#1002]" in restored.read(JANE)[-1]["Subject"]
    assert ORDER in restored.read(ANNA)[-1].text
    assert restored.rows(select(incident.c.linked_to)) == [{"linked_to": None}] * 2


def test_the_word_send_releases_nothing_but_what_its_author_was_shown(lost: Target, restored: Target) -> None:
    """Anna confirms a mail of the lost database; what waits for her here under the same number goes on waiting."""
    lost.gets(lost.answer(lost.to(ANNA)[-1], ANNA, "Another text."))
    lost.sends()
    restored.gets(restored.answer(restored.to(ANNA)[-1], ANNA, ORDER))
    restored.sends()
    restored.gets(restored.answer(lost.to(ANNA)[-1], ANNA, "send", proven=True))
    restored.sends()
    assert restored.entries(1001)[-1] == ("unverified", "held")
    assert ORDER not in restored.customers_saw()


def test_the_tokens_of_today_work(lost: Target, restored: Target) -> None:
    """The control of what stands above: Olga's answer and Anna's reach the incident they belong to."""
    restored.gets(restored.answer(restored.to(OLGA)[-1], OLGA, "And the cart too.", proven=True))
    restored.gets(restored.answer(restored.to(ANNA)[-1], ANNA, "It works again.", proven=True))
    restored.sends()
    assert restored.dispositions() == ["opened", "appended", "appended"]
    assert restored.staff_acted()
    assert "It works again." in restored.read(OLGA)[-1].text


def test_a_raised_sequence_gives_no_number_out_twice(restored: Target) -> None:
    """As docs/operations.md says: the next incident has the number after the one that was named."""
    with restored.desk.database.begin() as tx:
        tx.exec_driver_sql("UPDATE sqlite_sequence SET seq = 1500 WHERE name = 'incident'")
    restored.gets(restored.mail(JANE, proven=True))
    assert list(restored.states()) == [1001, 1501]
