"""The audit names each row that does not add up, and nothing else."""

import pytest
from sqlalchemy import text

from maild.core.actions import SetState
from maild.core.reasons import because
from maild.store.audit import audit
from maild.store.database import Database
from tests.parts.bought import an_incident_that_is_paid, buy
from tests.parts.records import did


@pytest.fixture
def filled(database: Database) -> Database:
    """Two incidents that are paid for, of three that were bought."""
    with database.begin() as tx:
        buy(tx, amount=3)
        an_incident_that_is_paid(tx)
        an_incident_that_is_paid(tx)
        assert audit(tx) == []
    return database


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("entitlement SET used = 3", "entitlement 1: its counter says 3, and the ledger takes 2"),
        ("charge SET units = 2 WHERE id = 1", "entitlement 1: its counter says 2, and the ledger takes 3"),
        (
            "charge SET state = 'released', settled_at = reserved_at WHERE id = 1",
            "entitlement 1: its counter says 2, and the ledger takes 1",
        ),
        (
            "charge SET state = 'spent', settled_at = reserved_at WHERE id = 1",
            "charge 1 of incident 1001: is spent, and the incident was never closed",
        ),
        (
            "charge SET incident = 1001, part = 2 WHERE id = 2",
            "incident 1001: is charged twice for its incident, by charges 1, 2",
        ),
        (
            "incident SET state = 'awaiting_entitlement' WHERE number = 1002",
            "charge 2 of incident 1002: is reserved, and the incident waits for an entitlement",
        ),
        (
            "incident SET flags = '[\"bug\"]' WHERE number = 1002",
            "charge 2 of incident 1002: is reserved, and the incident is a bug of ours",
        ),
        (
            "entitlement SET starts_at = added_at, ends_at = NULL, revoked_at = starts_at",
            "charge 1 of incident 1001: was reserved after its entitlement was revoked",
        ),
    ],
)
def test_a_row_that_was_changed_by_hand_is_named(filled: Database, change: str, found: str) -> None:
    """With what is wrong about it."""
    with filled.begin() as tx:
        tx.execute(text(f"UPDATE {change}"))
        assert audit(tx)[0] == found


@pytest.mark.parametrize("state", ["closed", "declined", "spam"])
def test_an_incident_that_ended_without_its_charge_being_settled_is_named(
    filled: Database, state: str
) -> None:
    """Closed is spent; everything else gives back."""
    with filled.begin() as tx:
        did(tx, [SetState(state, because("closed_by_staff", name="Anna"))], 1001)  # type: ignore[arg-type]
        assert audit(tx) == [f"charge 1 of incident 1001: is reserved, and the incident is {state}"]
