"""In which language a mail of ours is written, and by whose clocks it tells the time."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, update

from maild.core.message import Address
from maild.render_reply import render_reply
from maild.store.account_tables import customer
from maild.store.customers import address_id
from maild.store.outbox_row import Row, rows_of
from maild.store.tables import address
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, JANE, NOW, PROOF, Target, target

GERMAN = "Guten Tag,\n\nunser Shop ist seit heute Morgen nicht mehr erreichbar. Bitte helfen Sie uns.\n"
RUSSIAN = "Здравствуйте, магазин не открывается со вчерашнего дня, помогите, пожалуйста.\n"
ENGLISH = "Our shop is down since the update, and we have no idea what to do with it.\n"
UTF8 = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=utf-8"}


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with a mail server that proves people."""
    with target(tmp_path, PROOF) as made:
        yield made


def acknowledged(maild: Target, text: str, sender: str = JANE) -> str:
    """Return the acknowledgement of a mail with this text."""
    maild.gets(maild.mail(sender, text, proven=True, Subject="500", **UTF8))
    maild.sends()
    return read_outside(maild.to(sender)[-1].raw).text


def know(maild: Target, language: str, zone: str = "") -> None:
    """Store what is known of Jane."""
    with maild.desk.database.begin() as tx:
        row = address_id(tx, JANE, "", NOW)
        known = {"name": "Jane", "language": language, "zone": zone, "added_at": NOW}
        found = tx.execute(insert(customer).values(known).returning(customer.c.id)).scalar_one()
        tx.execute(update(address).where(address.c.id == row).values(customer=found))


@pytest.mark.parametrize(
    ("text", "begins"), [(GERMAN, "Guten Tag,"), (RUSSIAN, "Здравствуйте!"), (ENGLISH, "Hello,")]
)
def test_a_mail_is_answered_in_its_own_language(maild: Target, text: str, begins: str) -> None:
    """Whatever the service speaks."""
    assert acknowledged(maild, text).startswith(begins)


def test_where_a_mail_does_not_tell_the_customers_language_is_taken(maild: Target) -> None:
    """And where that says nothing either, the one of the service; a mail that tells comes first."""
    assert acknowledged(maild, "error 500").startswith("Hello,")
    know(maild, "de")
    assert acknowledged(maild, "error 501").startswith("Guten Tag,")
    assert acknowledged(maild, RUSSIAN).startswith("Здравствуйте!")


def test_a_language_without_templates_is_answered_in_that_of_the_service(maild: Target) -> None:
    """French is understood, and not spoken."""
    french = "Le panier est vide et nous ne savons pas comment le réparer, merci pour votre aide.\n"
    assert acknowledged(maild, french).startswith("Hello,")


def test_the_language_of_an_incident_stays(maild: Target) -> None:
    """What follows is in the language that it began in; staff are told in theirs."""
    acknowledged(maild, GERMAN)
    notice = maild.to(ANNA)[-1]
    assert "Reply to this mail to answer the customer." in read_outside(notice.raw).text
    maild.gets(maild.answer(notice, ANNA, "#close", proven=True))
    maild.sends()
    assert "geschlossen" in read_outside(maild.to(JANE)[-1].raw).text


def row_of(maild: Target, **changes: Any) -> Row:
    """Return a row of the outbox for Jane, about nothing in particular."""
    row = Row(
        id=1, key="k", incident=None, kind="waiting_reminder", audience="customer", automatic=True,
        recipient=Address(JANE), address_id=1, proven=True, cause="", state="queued", created_at=NOW,
        facts={"subject": "", "closes_on": "2026-11-23T23:30:00Z"}, first_tried_at=None, attempts=0,
        in_reply_to=None, entry=None, confirmation=None, lease_until=None,
    )  # fmt: skip
    return replace(row, **changes)


@pytest.mark.parametrize(
    ("facts", "zone", "day"),
    [
        ({}, "", "Monday 23 November 2026"),
        ({}, "Europe/Berlin", "Tuesday 24 November 2026"),
        ({"zone": "Asia/Tokyo"}, "America/New_York", "Tuesday 24 November 2026"),
        ({"zone": "Nowhere/Land"}, "Europe/Berlin", "Tuesday 24 November 2026"),
        ({}, "../../etc/passwd", "Monday 23 November 2026"),
    ],
)
def test_the_clocks_are_the_readers(maild: Target, facts: dict[str, str], zone: str, day: str) -> None:
    """Those that the facts name, else the customer's, else ours; a zone that nobody knows is none."""
    row = row_of(maild)
    row = replace(row, facts={**row.facts, **facts}, zone=zone)
    assert day in render_reply(row, maild.desk).text


@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({}, "Hello,"),
        ({"language": "de"}, "Guten Tag,"),
        ({"language": "fr"}, "Hello,"),
        ({"facts": {"language": "ru", "subject": "", "closes_on": "x"}, "language": "de"}, "Здравствуйте!"),
        ({"language": "de", "audience": "staff"}, "Hello,"),
    ],
)
def test_the_language_is_the_readers(maild: Target, changes: dict[str, Any], begins: str) -> None:
    """That of the facts, else of the incident; of the customer's language staff are not told in."""
    assert render_reply(row_of(maild, **changes), maild.desk).text.startswith(begins)


def test_staff_read_in_their_own_language_and_zone(tmp_path: Path) -> None:
    """As their [[staff]] says."""
    vera = '[[staff]]\nname = "Vera"\naddress = "vera@example.com"\nlanguage = "ru"\ntime_zone = "Europe/Moscow"\n'
    with target(tmp_path, vera + PROOF) as maild:
        row = row_of(maild, audience="staff", recipient=Address("Vera@example.com"), language="de")
        text = render_reply(row, maild.desk).text
    assert text.startswith("Здравствуйте!")
    assert "вторник, 24 ноября" in text


def test_a_customers_zone_is_read_with_the_row(maild: Target) -> None:
    """It is stored with the customer, whom the address leads to."""
    know(maild, "de", "Europe/Berlin")
    acknowledged(maild, "error 500")
    facts = {"subject": "", "closes_on": "2026-11-23T23:30:00Z"}
    with maild.desk.database.begin() as tx:
        [row] = [row for row in rows_of(tx, range(1, 9)) if row.kind == "acknowledgement"]
    assert (row.language, row.zone) == ("de", "Europe/Berlin")
    row = replace(row, kind="waiting_reminder", facts=facts)
    assert "Dienstag, 24. November 2026" in render_reply(row, maild.desk).text
