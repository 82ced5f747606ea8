"""Corrections from the mail to the label, on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from maild.core.actions import AddEntry, Correct
from maild.store.corrections import labels
from maild.store.database import Database
from maild.store.history import history
from maild.store.tables import correction, entry, incident, timer, verdict
from tests.faults.target import ANNA, JANE, NOW, PROOF, Target, target
from tests.parts import records as r

RULES = """
[[classifiers.scopes]]
id = "outage"
label = "a shop that is down"
phrases = ["checkout is down"]

[[classifiers.scopes]]
id = "malfunction"
label = "something that does not work"
"""
COLUMNS = (correction.c.field, correction.c.before, correction.c.after, correction.c.at)


@pytest.fixture
def maild(tmp_path: Path, url: str) -> Iterator[Target]:
    """A maild with two scopes and a mail server that proves people, on a database of each sort."""
    with target(tmp_path, PROOF + RULES, url=url) as made:
        yield made


def corrected(maild: Target, text: str, *, proven: bool = True) -> list[dict[str, Any]]:
    """Let Jane write and Anna answer with `text`; return the corrections."""
    notification = maild.opens()
    maild.clock.advance(timedelta(minutes=10))
    maild.gets(maild.answer(notification, ANNA, text, proven=proven))
    maild.sends()
    return maild.rows(select(*COLUMNS).order_by(correction.c.id))


def due(maild: Target) -> datetime:
    """Return when an answer on the incident is due."""
    (row,) = maild.rows(select(timer.c.due_at))
    at: datetime = row["due_at"]
    return at


def test_a_mail_changes_scope_priority_and_promise_and_is_kept_as_labels(maild: Target) -> None:
    """The incident, its clock and the labels, which name the verdict that they correct; Anna is told, Jane is not."""
    before = due_of_new(maild)
    at = NOW + timedelta(minutes=10)
    maild.clock.advance(timedelta(minutes=10))
    maild.gets(maild.answer(maild.to(ANNA)[-1], ANNA, "#scope malfunction\n#priority hotrush", proven=True))
    maild.sends()
    assert maild.rows(select(*COLUMNS).order_by(correction.c.id)) == [
        {"field": "scope", "before": "outage", "after": "malfunction", "at": at},
        {"field": "priority", "before": "normal", "after": "hotrush", "at": at},
    ]
    assert maild.rows(select(incident.c.scope, incident.c.priority)) == [
        {"scope": "malfunction", "priority": "hotrush"}
    ]
    assert due(maild) == at + timedelta(hours=2) < before
    with maild.desk.database.read() as tx:
        kept = [(one.field, one.said, one.right, one.version, one.incident) for one in labels(tx)]
    version = maild.desk.config.version
    assert kept == [
        ("scope", "outage", "malfunction", version, 1001),
        ("priority", "normal", "hotrush", version, 1001),
    ]
    receipt = maild.read(ANNA)[-1].text
    assert "changed the scope from outage to malfunction" in receipt
    assert "Monday 2 March 2026, 11:10 UTC" in " ".join(receipt.split())
    assert len(maild.to(JANE)) == 1


def due_of_new(maild: Target) -> datetime:
    """Let Jane open an incident; return when its answer is due."""
    maild.opens()
    return due(maild)


def test_the_verdict_stays_what_it_was(maild: Target) -> None:
    """A label does not rewrite history: else nobody could learn from the difference."""
    corrected(maild, "#scope malfunction")
    assert maild.rows(select(verdict.c.scope)) == [{"scope": "outage"}]


def test_unproven_it_is_kept_only_once_it_is_confirmed(maild: Target) -> None:
    """Rule 11, the whole round, with the receipt at its end."""
    assert corrected(maild, "#priority high", proven=False) == []
    maild.clock.advance(timedelta(minutes=5))
    maild.gets(maild.answer(maild.to(ANNA)[-1], ANNA, "send"))
    maild.sends()
    assert maild.rows(select(*COLUMNS)) == [
        {"field": "priority", "before": "normal", "after": "high", "at": NOW + timedelta(minutes=15)}
    ]
    assert due(maild) == NOW + timedelta(minutes=15, hours=4)
    assert "changed the priority from normal to high" in " ".join(maild.read(ANNA)[-1].text.split())


def test_a_mistyped_scope_changes_nothing_and_sends_nothing(maild: Target) -> None:
    """As any mistyped command: the text below it does not reach the customer."""
    assert corrected(maild, "#scope malfuntion\nPlease try again.") == []
    assert maild.outbox("answer") == []
    assert "did you mean malfunction?" in maild.read(ANNA)[-1].text
    assert maild.rows(select(entry.c.state).order_by(entry.c.id.desc()))[0] == {"state": "held"}


def test_the_history_tells_who_corrected_what(maild: Target) -> None:
    """With the config whose verdict was wrong."""
    corrected(maild, "#scope malfunction")
    with maild.desk.database.read() as tx:
        (line,) = [line for line in history(tx, 1001) if line.table == "correction"]
    assert (line.who, line.text) == (ANNA, "scope outage -> malfunction")
    assert line.reasons[0].text == f"it corrects the verdict of config {maild.desk.config.version}"


def test_a_correction_is_about_the_last_verdict(database: Database) -> None:
    """That is the one which staff saw."""
    note = AddEntry("internal_note", r.ANNA, "", (r.WHY,))
    with database.begin() as tx:
        number = r.an_incident(tx)
        (first_one,) = tx.execute(select(verdict)).all()
        later = dict(first_one._mapping) | {"id": 99, "scope": "later", "config_version": "v2"}
        tx.execute(verdict.insert(), later)
        r.did(tx, [note, Correct("scope", "checkout", "tax", r.ANNA)], number)
        assert [(one.verdict, one.said, one.version) for one in labels(tx)] == [(99, "later", "v2")]


def test_of_several_corrections_the_last_is_the_label(database: Database) -> None:
    """Taken back, it says that the verdict was right."""
    note = AddEntry("internal_note", r.ANNA, "", (r.WHY,))
    with database.begin() as tx:
        number = r.an_incident(tx, note)
        for before, after in [("checkout", "tax"), ("tax", "offers"), ("offers", "checkout")]:
            r.did(tx, [note, Correct("scope", before, after, r.ANNA)], number)
        r.did(tx, [note, Correct("priority", "high", "low", r.BEN)], number)
        assert [(one.field, one.said, one.right) for one in labels(tx)] == [
            ("scope", "checkout", "checkout"),
            ("priority", "high", "low"),
        ]
