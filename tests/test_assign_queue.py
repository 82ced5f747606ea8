"""STORY: what nobody has taken gets an owner, in order, once, when somebody works; and each owner is told."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.assign_queue import assign_waiting
from maild.store.tables import address, event, incident
from tests.faults.target import ANNA, BEN, PROOF, Target, target
from tests.parts import cases as c
from tests.store.conftest import postgres, url  # noqa: F401 - fixtures

EVEN = PROOF + '\n[assignment]\nmethod = "least_load"\n'
TURNS = EVEN.replace("least_load", "round_robin")
HOTRUSH = """
[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]
"""


@pytest.fixture
def maild(tmp_path: Path, url: str) -> Iterator[Target]:  # noqa: F811
    """A maild on a Monday morning that gives incidents to whoever has least to do, on each sort of database."""
    with target(tmp_path, EVEN + HOTRUSH, url=url) as made:
        yield made


def owners(found: Target) -> dict[int, str | None]:
    """Return who has each incident."""
    query = select(incident.c.number, address.c.address).outerjoin(address, address.c.id == incident.c.owner)
    return {row["number"]: row["address"] for row in found.rows(query.order_by(incident.c.number))}


def told(found: Target, number: int, name: str) -> list[str]:
    """Return the reasons of what is noted on an incident under a name."""
    query = select(event).where(event.c.incident == number, event.c.name == name).order_by(event.c.id)
    return [row["reasons"][0]["text"] for row in found.rows(query)]


def test_what_waits_is_given_evenly_and_each_owner_told_once(maild: Target) -> None:
    """Owner, state, reason and mail; the next tick finds nothing to do."""
    for n in range(4):
        maild.gets(maild.mail(f"c{n}@d{n}.example"))
    assert assign_waiting(maild.desk) == 4
    assert assign_waiting(maild.desk) == 0
    assert owners(maild) == {1001: ANNA, 1002: BEN, 1003: ANNA, 1004: BEN}
    assert set(maild.states().values()) == {"assigned"}
    mails = [(row["incident"], row["facts"]["why"]) for row in maild.outbox("assigned")]
    assert mails[2] == (1003, "Anna takes unknown, works now and has the fewest to do: 1, Ben 1.")
    assert told(maild, 1003, "owner") == ["Anna takes unknown, works now and has the fewest to do: 1, Ben 1"]


def test_a_hotrush_is_given_before_all_others(maild: Target) -> None:
    """Whoever is first in turn gets it, though it came last."""
    maild.gets(maild.mail("a@a.example"))
    maild.gets(maild.mail("b@b.example", Subject="HotRush: the checkout is down"))
    assign_waiting(maild.desk)
    assert owners(maild) == {1001: BEN, 1002: ANNA}


def test_at_night_it_waits_for_the_morning_and_says_so_once(maild: Target) -> None:
    """However often it ticks until then; in the morning it is given."""
    maild.clock.advance(12 * c.HOUR)
    maild.gets(maild.mail("a@a.example"))
    for _ in range(5):
        assert assign_waiting(maild.desk) == 0
        maild.clock.advance(c.MINUTE)
    assert told(maild, 1001, "silent") == [
        "nobody who takes unknown works now: Anna begins Tuesday 3 March 2026, 09:00 UTC"
    ]
    maild.clock.advance(12 * c.HOUR)
    assert assign_waiting(maild.desk) == 1


def test_what_was_answered_at_once_is_given_to_nobody(maild: Target) -> None:
    """It is the customer's turn then, and whoever answered is known."""
    maild.gets(maild.answer(maild.opens(), ANNA, "Try again now.", proven=True))
    assert assign_waiting(maild.desk) == 0
    assert owners(maild) == {1001: None}


def test_giving_wakes_delivery(maild: Target) -> None:
    """The new owner hears of it at once."""
    maild.gets(maild.mail("a@a.example"))
    maild.desk.mail_waits.clear()
    assign_waiting(maild.desk)
    assert maild.desk.mail_waits.is_set()


def test_two_processes_give_each_incident_once(maild: Target) -> None:
    """Both tick at the same instant: every incident has one owner, and one person was told."""
    for n in range(6):
        maild.gets(maild.mail(f"c{n}@d{n}.example"))
    together, given = threading.Barrier(2), list[int]()

    def tick() -> None:
        together.wait(10)
        given.append(assign_waiting(maild.desk))

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(given) == 6
    assert None not in owners(maild).values()
    assert sorted(row["incident"] for row in maild.outbox("assigned")) == list(range(1001, 1007))


def test_turns_go_round_over_days(tmp_path: Path) -> None:
    """One a day: who got the last one comes last, though nobody has anything open."""
    with target(tmp_path, TURNS) as maild:
        for n in range(4):
            maild.gets(maild.mail(f"c{n}@d{n}.example"))
            assign_waiting(maild.desk)
            maild.clock.advance(c.HOUR)
        assert list(owners(maild).values()) == [ANNA, BEN, ANNA, BEN]


def test_the_turn_goes_on_after_whoever_got_the_last_of_many(tmp_path: Path) -> None:
    """Ben and Anna get one each at the same instant, Anna the later one: the next is Ben's."""
    with target(tmp_path, TURNS) as maild:
        notified = maild.opens()
        assign_waiting(maild.desk)
        maild.gets(maild.answer(notified, ANNA, "Try again now.", proven=True))
        maild.clock.advance(c.HOUR)
        for n in range(2):
            maild.gets(maild.mail(f"c{n}@d{n}.example"))
        assert assign_waiting(maild.desk) == 2
        assert owners(maild) == {1001: ANNA, 1002: BEN, 1003: ANNA}
        maild.clock.advance(c.HOUR)
        maild.gets(maild.mail("e@e.example"))
        assign_waiting(maild.desk)
        assert owners(maild)[1004] == BEN


def test_without_a_method_nobody_is_given_anything(tmp_path: Path) -> None:
    """As shipped: whoever takes it has it."""
    with target(tmp_path) as maild:
        maild.opens()
        assert assign_waiting(maild.desk) == 0
        assert owners(maild) == {1001: None}


def test_one_that_fails_stops_no_other(tmp_path: Path) -> None:
    """The next tick tries it again."""
    with target(tmp_path, EVEN) as maild:
        for n in range(3):
            maild.gets(maild.mail(f"c{n}@d{n}.example"))
        with maild.desk.database.begin() as tx:
            tx.exec_driver_sql(
                "CREATE TRIGGER broken BEFORE UPDATE ON incident WHEN NEW.number = 1002 "
                "BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )
        assert assign_waiting(maild.desk) == 2
        with maild.desk.database.begin() as tx:
            tx.exec_driver_sql("DROP TRIGGER broken")
        assert assign_waiting(maild.desk) == 1
