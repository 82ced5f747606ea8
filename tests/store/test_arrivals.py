"""Nothing that arrived is out of sight: the mails by what became of them, each with its reasons."""

import pytest

from maild.core.actions import Action, Dispose, Disposition
from maild.core.reasons import because
from maild.store import arrivals
from maild.store.database import Database
from tests.parts.messages import a_message
from tests.parts.records import NOW, came, opening

KEPT: list[Action] = [Dispose("kept", (because("kept_machine", kind="bounce"), because("new")))]


def test_mails_are_listed_by_what_became_of_them(database: Database) -> None:
    """A kept mail is shown with sender, subject, the first reason's name and all sentences."""
    with database.begin() as tx:
        came(tx, opening())
        came(tx, KEPT, message=a_message(message_id="<b@example.net>", subject="Undelivered"))
        rows = arrivals.listing(tx, "kept")
    assert [row["subject"] for row in rows] == ["Undelivered"]
    assert rows[0]["disposition"] == "kept"
    assert rows[0]["incident"] is None
    assert rows[0]["received_at"] == NOW
    assert rows[0]["reason"] == "kept_machine"
    assert (
        rows[0]["text"]
        == "written by a machine (bounce) and belongs to no incident: kept; names no incident of ours"
    )


def test_the_newest_come_first_and_only_so_many(database: Database) -> None:
    """A list for people ends somewhere."""
    with database.begin() as tx:
        for number in range(5):
            came(tx, KEPT, message=a_message(message_id=f"<{number}@example.net>", body_hash=str(number)))
        rows = arrivals.listing(tx, "kept", most=3)
    assert [row["arrival"] for row in rows] == [5, 4, 3]


@pytest.mark.parametrize("disposition", ["appended", "quiet", "quarantined", "duplicate"])
def test_what_did_not_happen_is_not_listed(database: Database, disposition: Disposition) -> None:
    """An empty list is no error."""
    with database.begin() as tx:
        came(tx, opening())
        assert arrivals.listing(tx, disposition) == []
