"""Too many notifications to one person become one list; nobody else's are touched."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from maild.core.actions import QueueReply
from maild.core.limits import Limits
from maild.core.message import Address
from maild.store import outbox, tables
from maild.store.database import Database
from maild.store.outbox import Row
from tests.parts.messages import ALICE
from tests.parts.records import ANNA, BEN, MINUTE, NOW, a_clock, an_incident, notification

LIMITS = replace(Limits(), staff_notifications=3, staff_notifications_minutes=5)


def claimed(tx: Connection, now: datetime = NOW, limit: int = 50) -> list[Row]:
    """Claim what is due and gather what is too much."""
    rows = outbox.claim(tx, now, limit=limit, lease=2 * MINUTE)
    return outbox.gather(tx, rows, now, LIMITS)


def tell(tx: Connection, count: int, to: Address = ANNA) -> None:
    """Queue notifications of as many new incidents."""
    for n in range(count):
        an_incident(tx, notification(to, f"problem {n}"))


def urgent(tx: Connection, count: int) -> None:
    """Queue notifications of as many incidents that are out of queue."""
    for n in range(count):
        an_incident(tx, notification(ANNA, f"urgent {n}"), priority="hotrush")


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
            {"number": str(1001 + n), "what": f"new request: problem {n}", "priority": "high", "due": ""}
            for n in range(4)
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


def test_what_is_hotrush_leaves_at_once_and_beside_the_list(database: Database) -> None:
    """However many others wait: an incident out of queue is no line of a list, claimed with them or later."""
    with database.begin() as tx:
        tell(tx, 4)
        urgent(tx, 2)
        rows = claimed(tx, limit=4)
        assert [row.kind for row in rows] == ["staff_list"]
        rows += claimed(tx, NOW + MINUTE)
        assert [row.facts.get("subject") for row in rows] == [None, "urgent 0", "urgent 1"]
        send(tx, rows, NOW + MINUTE)
        tell(tx, 4)
        urgent(tx, 1)
        kinds = [row.kind for row in claimed(tx, NOW + 2 * MINUTE)]
        assert kinds == ["staff_new_incident", "staff_list"]


def test_a_flood_of_hotrush_becomes_a_list_too(database: Database) -> None:
    """Anybody can write that word a thousand times: HotRush has as many places as all else, and then comes first."""
    with database.begin() as tx:
        tell(tx, 1)
        urgent(tx, 8)
        rows = claimed(tx)
        assert [row.kind for row in rows] == ["staff_new_incident"] * 3 + ["staff_list"]
        items = rows[-1].facts["items"]
        assert isinstance(items, list)
        assert [item["number"] for item in items] == [*map(str, range(1005, 1010)), "1001"]  # type: ignore[index]


def test_hotrush_takes_no_place_from_the_others(database: Database) -> None:
    """Three of each within the five minutes are no flood."""
    with database.begin() as tx:
        urgent(tx, 3)
        send(tx, claimed(tx))
        tell(tx, 3)
        assert [row.kind for row in claimed(tx, NOW + MINUTE)] == ["staff_new_incident"] * 3


def test_the_line_of_an_incident_says_by_when_its_answer_is_due(database: Database) -> None:
    """By the clock that runs on it now."""
    with database.begin() as tx:
        for _ in range(4):
            an_incident(tx, a_clock(), notification())
        (row,) = claimed(tx)
    assert isinstance(row.facts["items"], list)
    assert {item["due"] for item in row.facts["items"]} == {  # type: ignore[index]
        "2026-03-02T17:00:00Z"
    }


def test_words_of_colleagues_take_no_place_and_are_never_gathered(database: Database) -> None:
    """A person wrote each: nine of them beside three notifications leave as they are."""
    with database.begin() as tx:
        an_incident(tx, *(replace(notification(), kind="colleague_wrote", cause=str(n)) for n in range(9)))
        send(tx, claimed(tx))
        tell(tx, 3)
        assert [row.kind for row in claimed(tx, NOW + MINUTE)] == ["staff_new_incident"] * 3


def remind(tx: Connection, count: int, to: Address = ANNA, **changes: Any) -> None:
    """Queue reminders of as many incidents."""
    for n in range(count):
        an_incident(tx, replace(notification(to, f"late {n}"), kind="reminder"), **changes)


def test_reminders_of_several_incidents_at_once_are_one_mail(database: Database) -> None:
    """Two are enough, far below the limit; HotRush stands first, and new mail beside them leaves as it is."""
    with database.begin() as tx:
        remind(tx, 1)
        remind(tx, 1, priority="hotrush")
        tell(tx, 1)
        rows = claimed(tx)
        assert sorted(row.kind for row in rows) == ["staff_list", "staff_new_incident"]
        (listed,) = [row for row in rows if row.kind == "staff_list"]
        assert isinstance(listed.facts["items"], list)
        assert [item["number"] for item in listed.facts["items"]] == ["1002", "1001"]  # type: ignore[index]


def test_one_reminder_leaves_as_it_is_and_so_do_two_of_one_incident(database: Database) -> None:
    """A reply to it is the answer: a list would only stand in the way."""
    with database.begin() as tx:
        remind(tx, 1)
        remind(tx, 1, BEN)
        assert [row.kind for row in claimed(tx)] == ["reminder", "reminder"]
        an_incident(tx, *(replace(notification(), kind="reminder", cause=cause) for cause in "ab"))
        assert [row.kind for row in claimed(tx, NOW + MINUTE)] == ["reminder", "reminder"]


def test_reminders_that_wait_unclaimed_are_in_the_same_mail(database: Database) -> None:
    """With many people on the staff one claim holds one reminder of each."""
    with database.begin() as tx:
        for _ in range(4):
            an_incident(tx, *(replace(notification(to), kind="reminder") for to in (ANNA, BEN)))
        rows = claimed(tx, limit=2)
        assert [(row.kind, row.recipient) for row in rows] == [("staff_list", ANNA), ("staff_list", BEN)]
        assert [len(row.facts["items"]) for row in rows] == [4, 4]  # type: ignore[arg-type]
        assert claimed(tx) == []


def test_a_reminder_that_a_person_asked_for_leaves_by_itself(database: Database) -> None:
    """They want that one."""
    with database.begin() as tx:
        remind(tx, 2)
        tx.execute(update(tables.outbox).values(forced=True))
        assert [row.kind for row in claimed(tx)] == ["reminder", "reminder"]
