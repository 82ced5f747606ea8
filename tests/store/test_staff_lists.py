"""Too many notifications to one person become one list; nobody else's are touched."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from maild.core.actions import QueueReply
from maild.core.limits import Limits
from maild.core.message import Address
from maild.store import outbox, tables
from maild.store.database import Database
from maild.store.outbox import Row
from tests.parts.messages import ALICE
from tests.parts.records import ANNA, BEN, MINUTE, NOW, an_incident, notification

LIMITS = replace(Limits(), staff_notifications=3, staff_notifications_minutes=5)


def claimed(tx: Connection, now: datetime = NOW, limit: int = 50) -> list[Row]:
    """Claim what is due and gather what is too much."""
    rows = outbox.claim(tx, now, limit=limit, lease=2 * MINUTE)
    return outbox.gather(tx, rows, now, LIMITS)


def tell(tx: Connection, count: int, to: Address = ANNA) -> None:
    """Queue notifications of as many new incidents."""
    for n in range(count):
        an_incident(tx, notification(to, f"problem {n}"))


def send(tx: Connection, rows: list[Row], now: datetime = NOW) -> None:
    """Let the mails leave."""
    for row in rows:
        outbox.sent(tx, row.id, f"<{row.key}@us>", now)


def states(tx: Connection) -> list[Any]:
    """Return the state of every row of the outbox, in order."""
    return list(tx.scalars(select(tables.outbox.c.state).order_by(tables.outbox.c.id)))


def test_a_few_notifications_leave_one_by_one(database: Database) -> None:
    """Up to the limit nothing is gathered."""
    with database.begin() as tx:
        tell(tx, 3)
        assert [row.kind for row in claimed(tx)] == ["staff_new_incident"] * 3


def test_too_many_become_one_list(database: Database) -> None:
    """The list is claimed in their place and names each; they are cancelled with the reason."""
    with database.begin() as tx:
        tell(tx, 4)
        (row,) = claimed(tx)
        assert (row.kind, row.incident, row.recipient) == ("staff_list", None, ANNA)
        assert (row.state, row.attempts, row.lease_until) == ("sending", 1, NOW + 2 * MINUTE)
        assert row.facts["items"] == [
            {"number": str(1001 + n), "what": f"new request: problem {n}"} for n in range(4)
        ]
        assert states(tx) == ["cancelled"] * 4 + ["sending"]
        reasons = set(tx.scalars(select(tables.outbox.c.reason)))
        assert reasons == {"in_list", None}


def test_a_list_takes_all_that_waits_for_its_reader(database: Database) -> None:
    """Also what was not claimed with the rest: otherwise it would be the next list."""
    with database.begin() as tx:
        tell(tx, 9)
        rows = claimed(tx, limit=4)
        assert len(rows) == 1
        assert isinstance(rows[0].facts["items"], list)
        assert len(rows[0].facts["items"]) == 9
        assert claimed(tx) == []


def test_each_person_has_their_own_count(database: Database) -> None:
    """Anna's list leaves Ben's notifications and the customer's mail alone."""
    with database.begin() as tx:
        tell(tx, 4, ANNA)
        tell(tx, 2, BEN)
        an_incident(tx, QueueReply("acknowledgement", ALICE, {}))
        kinds = [(row.kind, row.recipient.address) for row in claimed(tx)]
    assert kinds == [
        ("staff_new_incident", BEN.address),
        ("staff_new_incident", BEN.address),
        ("acknowledgement", ALICE.address),
        ("staff_list", ANNA.address),
    ]


def test_mails_that_must_be_answered_are_never_gathered(database: Database) -> None:
    """A request to confirm and a receipt are no notifications."""
    with database.begin() as tx:
        an_incident(
            tx,
            *(
                replace(notification(), kind=kind)
                for kind in ("receipt", "confirmation", "quarantine_notice")
            ),
        )
        tell(tx, 4)
        kinds = sorted(row.kind for row in claimed(tx))
    assert kinds == ["confirmation", "quarantine_notice", "receipt", "staff_list"]


def test_who_got_enough_gets_nothing_until_the_oldest_is_old_enough(database: Database) -> None:
    """What comes meanwhile waits, untried, and then becomes one list."""
    with database.begin() as tx:
        tell(tx, 3)
        send(tx, claimed(tx))
        tell(tx, 1)
        assert claimed(tx, NOW + MINUTE) == []
        row = tx.execute(select(tables.outbox).where(tables.outbox.c.state == "held")).one()
        assert (row.reason, row.not_before, row.attempts) == ("cap_staff", NOW + 5 * MINUTE, 0)
        tell(tx, 4)
        assert claimed(tx, NOW + 2 * MINUTE) == []
        (listed,) = claimed(tx, NOW + 5 * MINUTE)
        assert listed.kind == "staff_list"
        assert isinstance(listed.facts["items"], list)
        assert len(listed.facts["items"]) == 5


def test_a_list_counts_as_one_notification(database: Database) -> None:
    """After it the limit is not yet reached."""
    with database.begin() as tx:
        tell(tx, 4)
        send(tx, claimed(tx))
        tell(tx, 2)
        assert [row.kind for row in claimed(tx, NOW + MINUTE)] == ["staff_new_incident"] * 2


def test_a_flood_leads_to_a_handful_of_mails(database: Database) -> None:
    """Two hundred incidents in ten minutes: no more mails than the limit allows, and each incident in one."""
    told: list[Any] = []
    with database.begin() as tx:
        for minute in range(16):
            now = NOW + minute * MINUTE
            if minute < 10:
                for _ in range(20):
                    an_incident(tx, notification(), now=now)
            rows = claimed(tx, now, limit=20)
            send(tx, rows, now)
            told += rows
    named = [item["number"] for row in told for item in row.facts.get("items", [])]
    assert len(named) == len(set(named)) == 200
    assert len(told) <= 3 * LIMITS.staff_notifications


def test_nothing_claimed_gathers_nothing(database: Database) -> None:
    """An idle sender asks for nothing."""
    with database.begin() as tx:
        assert outbox.gather(tx, [], NOW, LIMITS) == []
