"""How everything stands, asked of the database; and a morning is looked at once, whoever asks."""

from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import Connection

from maild.core.actions import Dispose, NoteMorning, SetOwner, SetState
from maild.core.deciding.digest_facts import OpenIncident
from maild.core.deciding.mornings import Morning
from maild.core.staff import StaffMember
from maild.errors import Overtaken
from maild.store import digest
from maild.store.database import Database
from tests.parts.records import ANNA, BEN, DAY, HOUR, NOW, WHY, a_clock, an_incident, came, did

MEMBER = StaffMember("Anna", ANNA.address)
SINCE = digest.Last(NOW - DAY, 0)


def looked(tx: Connection, kind: Any = "digest", day: str = "2026-03-02", now: datetime = NOW) -> None:
    """Note Anna's morning."""
    did(tx, [NoteMorning(ANNA, kind, day)], now=now)


def test_what_is_open_is_told_with_owner_and_due_time(database: Database) -> None:
    """What is over is not."""
    with database.begin() as tx:
        first = an_incident(tx, a_clock())
        second = an_incident(tx, priority="hotrush")
        did(tx, [SetOwner(ANNA, WHY), SetState("assigned", WHY)], second)
        did(tx, [SetState("closed", WHY)], an_incident(tx))
        found = digest.standing(tx, SINCE).open
    subject = "The checkout is down"
    assert found == (
        OpenIncident(first, subject, "high", "submitted", NOW, NOW + 8 * HOUR),
        OpenIncident(second, subject, "hotrush", "assigned", NOW, owner=ANNA.address, owner_name="Anna"),
    )


def test_what_came_in_since_then_is_told_and_counted(database: Database) -> None:
    """Closed or not, and whenever its mail says it came: what has a higher number than was known."""
    with database.begin() as tx:
        an_incident(tx)
        did(tx, [SetState("closed", WHY)], an_incident(tx))
        an_incident(tx, now=NOW - 3 * DAY)
        found = digest.standing(tx, digest.Last(NOW, 1001))
    assert [one.number for one in found.came_in] == [1003, 1002]
    assert (found.came_in_count, found.newest) == (2, 1003)


def test_of_very_much_that_came_in_the_newest_are_looked_at(database: Database) -> None:
    """All of it is counted."""
    with database.begin() as tx:
        for _ in range(digest.MOST_NEW + 3):
            an_incident(tx)
        found = digest.standing(tx, SINCE)
    assert (len(found.came_in), found.came_in_count) == (digest.MOST_NEW, digest.MOST_NEW + 3)


def test_kept_and_quarantined_mails_are_counted(database: Database) -> None:
    """Kept ones since then; all that still lie in quarantine."""
    with database.begin() as tx:
        for now in (NOW - 2 * DAY, NOW, NOW):
            came(tx, [Dispose("kept", (WHY,))], now=now)
        came(tx, [Dispose("quarantined", (WHY,))], now=NOW - 9 * DAY)
        found = digest.standing(tx, SINCE)
    assert (found.kept, found.quarantined) == (2, 1)


def test_backlog_counts_once_somebody_has_begun_with_it(database: Database) -> None:
    """Ten thousand old mails are not today's work, and nothing that came in."""
    with database.begin() as tx:
        an_incident(tx, flags=("backlog",))
        did(tx, [SetState("in_progress", WHY)], an_incident(tx, flags=("backlog",)))
        did(tx, [SetOwner(ANNA, WHY)], an_incident(tx, flags=("backlog",)))
        found = digest.standing(tx, SINCE)
    assert [one.number for one in found.open] == [1002, 1003]
    assert (found.came_in, found.came_in_count) == ((), 0)


def test_a_morning_is_noted_once(database: Database) -> None:
    """A second process is told that it was overtaken, and its mail is undone with the note."""
    with database.begin() as tx:
        looked(tx)
        looked(tx, day="2026-03-03")
        looked(tx, "weekly_figures")
    with (
        pytest.raises(Overtaken, match=r"the digest of anna@staff.example.org for 2026-03-02"),
        database.begin() as tx,
    ):
        looked(tx)


def test_which_mornings_were_looked_at_is_known(database: Database) -> None:
    """By person, kind and day; of other days nothing is asked."""
    morning = Morning(MEMBER, date(2026, 3, 2), first_of_week=True)
    with database.begin() as tx:
        assert digest.looked_at(tx, [morning]) == set()
        looked(tx)
        looked(tx, "weekly_figures")
        looked(tx, day="2026-03-03")
        did(tx, [NoteMorning(BEN, "digest", "2026-03-02")])
        assert digest.looked_at(tx, [morning]) == {
            (MEMBER.key, "digest", "2026-03-02"),
            (MEMBER.key, "weekly_figures", "2026-03-02"),
            ("ben@staff.example.org", "digest", "2026-03-02"),
        }


def test_the_last_digest_of_somebody_is_known(database: Database) -> None:
    """Theirs alone, and not their weekly figures."""
    with database.begin() as tx:
        looked(tx, day="2026-03-02", now=NOW)
        did(tx, [NoteMorning(ANNA, "digest", "2026-03-03", 1007)], now=NOW + DAY)
        looked(tx, "weekly_figures", now=NOW + 2 * DAY)
        did(tx, [NoteMorning(BEN, "digest", "2026-03-04")], now=NOW + 2 * DAY)
        assert digest.last_morning(tx, MEMBER, NOW) == digest.Last(NOW + DAY, 1007)


def test_the_first_digest_of_somebody_looks_back_so_far(database: Database) -> None:
    """What was opened before that is not news to them."""
    with database.begin() as tx:
        for hours in (30, 25, 3):
            an_incident(tx, now=NOW - hours * HOUR)
        assert digest.last_morning(tx, MEMBER, NOW - DAY) == digest.Last(NOW - DAY, 1002)
