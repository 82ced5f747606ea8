"""STORY: each working morning everybody reads how things stand, once; those who lead read of the week before."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.send_digest import send_mornings
from maild.store.tables import metadata
from tests.faults.target import ANNA, NOW, PROOF, Target, target
from tests.store.conftest import postgres, url  # noqa: F401 - fixtures

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
TUESDAY = NOW + 23.5 * HOUR  # half past eight
LEA = '\n[[staff]]\nname = "Lea"\naddress = "lea@example.com"\nrole = "lead"\n'
MORNINGS = metadata.tables["morning"]


@pytest.fixture
def maild(tmp_path: Path, url: str) -> Iterator[Target]:  # noqa: F811
    """A maild with a lead, on a Monday at nine whose mornings were looked at, on each sort of database."""
    with target(tmp_path, PROOF + LEA, url=url) as made:
        send_mornings(made.desk)
        yield made


def at(found: Target, instant: object) -> int:
    """Move the clock there and let the morning begin; return how many were looked at."""
    found.clock.advance(instant - found.clock.now())  # type: ignore[operator]
    return send_mornings(found.desk)


def digests(found: Target, kind: str = "digest") -> list[str]:
    """Return to whom digests were written, in order."""
    return [row["cause"] for row in found.outbox(kind)]


def test_each_gets_one_digest_on_a_working_morning(maild: Target) -> None:
    """At half past eight, not before, and not again until the next day."""
    maild.opens()
    assert at(maild, TUESDAY - MINUTE) == 0
    assert at(maild, TUESDAY) == 3
    assert [at(maild, TUESDAY + n * HOUR) for n in range(1, 15)] == [0] * 14
    assert digests(maild) == ["digest:2026-03-03"] * 3
    facts = maild.outbox("digest")[0]["facts"]
    assert [row["number"] for row in facts["due_today"]] == ["1001"]
    assert facts["new_count"] == 1


def test_what_came_in_is_told_once(maild: Target) -> None:
    """Since the last morning, whether that had a mail or not."""
    maild.opens()
    at(maild, TUESDAY)
    at(maild, TUESDAY + DAY)
    assert [row["facts"]["new_count"] for row in maild.outbox("digest")] == [1, 1, 1, 0, 0, 0]


def test_a_morning_with_nothing_to_say_is_silent_for_the_whole_day(maild: Target) -> None:
    """What comes in at ten is told by its own notification."""
    assert at(maild, TUESDAY) == 3
    maild.clock.advance(HOUR)
    maild.opens()
    assert send_mornings(maild.desk) == 0
    assert digests(maild) == []
    assert len(maild.rows(select(MORNINGS))) == 3 + 1 + 3


def test_after_downtime_only_the_latest_morning_is_written(maild: Target) -> None:
    """From Monday to Thursday afternoon: Thursday's, once."""
    maild.opens()
    assert at(maild, NOW + 3 * DAY + 6 * HOUR) == 3
    assert digests(maild) == ["digest:2026-03-05"] * 3


def test_weekends_have_no_morning(maild: Target) -> None:
    """Nobody works."""
    maild.opens()
    assert at(maild, NOW + 5 * DAY) == at(maild, NOW + 6 * DAY) == 0


def test_who_leads_gets_the_week_before_on_monday(maild: Target) -> None:
    """Once, beside the digest; on Tuesday no more."""
    maild.gets(maild.answer(maild.opens(), ANNA, "Try again now.", proven=True))
    assert at(maild, NOW + 7 * DAY) == 3 + 1
    assert at(maild, NOW + 8 * DAY) == 3
    (mail,) = maild.outbox("weekly_figures")
    assert mail["cause"] == "weekly_figures:2026-03-09"
    told = mail["facts"]
    assert (told["opened"], told["answered"], told["median"], told["kept"]) == (1, 1, 0, 1)
    assert [row["answered"] for row in told["owners"]] == ["1", "0", "0"]


def test_two_processes_write_each_morning_once(maild: Target) -> None:
    """Both look at the same instant."""
    maild.opens()
    maild.clock.advance(TUESDAY - maild.clock.now())
    together, looked = threading.Barrier(2), list[int]()

    def look() -> None:
        together.wait(10)
        looked.append(send_mornings(maild.desk))

    threads = [threading.Thread(target=look) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(looked) == 3
    assert digests(maild) == ["digest:2026-03-03"] * 3


def test_without_a_digest_nobody_gets_one(tmp_path: Path) -> None:
    """As the config says."""
    with target(tmp_path, PROOF + "\n[digest]\nenabled = false\n") as maild:
        maild.opens()
        assert at(maild, TUESDAY) == 0


def test_one_that_fails_is_tried_again_and_stops_no_other(tmp_path: Path) -> None:
    """Ben's is written; Anna's at the next look."""
    with target(tmp_path) as maild:
        maild.opens()
        with maild.desk.database.begin() as tx:
            tx.exec_driver_sql(
                "CREATE TRIGGER broken BEFORE INSERT ON morning WHEN NEW.address = "
                f"(SELECT id FROM address WHERE key = '{ANNA}') BEGIN SELECT RAISE(ABORT, 'broken'); END"
            )
        assert at(maild, TUESDAY) == 1
        with maild.desk.database.begin() as tx:
            tx.exec_driver_sql("DROP TRIGGER broken")
        assert at(maild, TUESDAY + MINUTE) == 1
        assert {row["address"] for row in maild.outbox("digest")} == {
            row["address"] for row in maild.outbox("staff_new_incident")
        }
