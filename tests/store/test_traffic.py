"""What the caps are held against: the automatic mail to customers that left lately, and what waits before one."""

from datetime import datetime

import pytest
from sqlalchemy import Connection, event

from maild.core.actions import QueueReply, ReplyKind
from maild.core.deciding.caps import Traffic, Window
from maild.core.message import Address
from maild.core.reasons import because
from maild.store import outbox
from maild.store.database import Database
from tests.parts.records import DAY, HOUR, MINUTE, NOW, an_incident, notification

ALICE, BOB, EVE = (Address(one) for one in ("alice@a.example", "bob@a.example", "eve@b.example"))


def reply(to: Address, kind: ReplyKind = "closed", *, automatic: bool = True) -> QueueReply:
    """Return a mail to a customer."""
    return QueueReply(kind, to, {}, automatic=automatic)


def sent(tx: Connection, action: QueueReply, at: datetime) -> None:
    """Let a mail leave at `at`."""
    an_incident(tx, action)
    for row in outbox.claim(tx, NOW, limit=9, lease=MINUTE):
        outbox.sent(tx, row.id, f"<{row.key}@us>", at)


def waiting(tx: Connection, to: Address, reason: str, until: datetime = NOW + DAY) -> None:
    """Let a mail wait for the window that `reason` names."""
    an_incident(tx, reply(to))
    for row in outbox.claim(tx, NOW, limit=9, lease=MINUTE):
        outbox.held(tx, row.id, until, because(reason, count=1))


def about(tx: Connection, to: Address) -> Traffic:
    """Return the traffic that bears on one more mail to `to`."""
    an_incident(tx, reply(to))
    (row,) = outbox.claim(tx, NOW, limit=9, lease=MINUTE)
    return outbox.traffic(tx, row, NOW)


def test_without_traffic_everything_is_empty(database: Database) -> None:
    """The first mail ever has nothing before it; it does not count itself."""
    with database.begin() as tx:
        assert about(tx, ALICE) == Traffic()


def test_each_window_counts_what_left_within_it(database: Database) -> None:
    """By address within an hour and a day, by domain within an hour, in all within a minute; with the oldest."""
    seconds = MINUTE / 60
    with database.begin() as tx:
        for to, age in (
            (ALICE, 25 * HOUR),
            (ALICE, 2 * HOUR),
            (ALICE, 59 * MINUTE),
            (ALICE, 10 * seconds),
            (BOB, 50 * MINUTE),
            (EVE, 30 * seconds),
            (EVE, 2 * MINUTE),
        ):
            sent(tx, reply(to), NOW - age)
        found = about(tx, ALICE)
    assert found.address_hour == Window(2, NOW - 59 * MINUTE)
    assert found.address_day == Window(3, NOW - 2 * HOUR)
    assert found.domain_hour == Window(3, NOW - 59 * MINUTE)
    assert found.total_minute == Window(2, NOW - 30 * seconds)
    assert found.acknowledged_at is None


def test_a_window_ends_at_its_very_edge(database: Database) -> None:
    """What left exactly an hour ago has left the hour."""
    with database.begin() as tx:
        sent(tx, reply(ALICE), NOW - HOUR)
        found = about(tx, ALICE)
    assert (found.address_hour, found.address_day.count) == (Window(), 1)


def test_staff_mail_and_answers_by_people_do_not_count(database: Database) -> None:
    """The caps hold automatic mail to customers alone (rule 5)."""
    with database.begin() as tx:
        sent(tx, notification(ALICE), NOW)
        sent(tx, reply(ALICE, "answer", automatic=False), NOW)
        assert about(tx, ALICE) == Traffic()


def test_the_last_acknowledgement_is_remembered(database: Database) -> None:
    """The newest one counts, and only acknowledgements."""
    with database.begin() as tx:
        for minutes in (30, 12):
            sent(tx, reply(ALICE, "acknowledgement"), NOW - minutes * MINUTE)
        sent(tx, reply(ALICE), NOW - MINUTE)
        assert about(tx, ALICE).acknowledged_at == NOW - 12 * MINUTE
        assert about(tx, BOB).acknowledged_at is None


def test_older_mails_that_wait_for_the_same_window_go_first(database: Database) -> None:
    """They stand ahead in that window and in no other: a flood to one address holds up nobody else."""
    with database.begin() as tx:
        for to, reason in (
            (ALICE, "cap_address_hour"),
            (ALICE, "cap_address_day"),
            (ALICE, "cap_address_day"),
            (BOB, "cap_domain"),
            (EVE, "cap_total"),
            (EVE, "cap_address_hour"),
        ):
            waiting(tx, to, reason)
        found, others = about(tx, ALICE), about(tx, EVE)
    assert (found.address_hour.ahead, found.address_day.ahead) == (1, 2)
    assert (found.domain_hour.ahead, found.total_minute.ahead) == (1, 1)
    assert (others.address_hour.ahead, others.address_day.ahead) == (1, 0)
    assert (others.domain_hour.ahead, others.total_minute.ahead) == (0, 1)


def test_a_younger_mail_that_waits_is_not_ahead(database: Database) -> None:
    """The oldest is released first, whatever came after it."""
    with database.begin() as tx:
        an_incident(tx, reply(ALICE))
        (oldest,) = outbox.claim(tx, NOW, limit=9, lease=MINUTE)
        waiting(tx, ALICE, "cap_address_hour")
        assert outbox.traffic(tx, oldest, NOW).address_hour.ahead == 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_window_is_counted_by_an_index(database: Database) -> None:
    """However large the outbox has grown: the plan reads it seven times, each time by an index that fits."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    with database.begin() as tx:
        event.listen(tx, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
        about(tx, ALICE)
        query, values = asked[-1]
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
    reads = [line for line in plan if "outbox" in line]
    assert len(reads) == 7
    assert all("INDEX ix_outbox_" in line for line in reads), plan
