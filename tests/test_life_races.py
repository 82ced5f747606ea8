"""Two people do something about one incident in the same second: one of them is first, and nothing happens twice.

On SQLite and on PostgreSQL, through the real path; strangers try the doors that a merge opens.
"""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.fire_timers import fire_due
from maild.store.tables import incident, timer
from tests.faults.target import ANNA, BEN, EVE, JANE, PROOF, Target, target
from tests.store.conftest import postgres, url  # noqa: F401 - fixtures

ROUNDS = 5
RULES = """
[[classifiers.scopes]]
id = "configuration"
label = "a question of settings"
phrases = ["settings"]
"""


@pytest.fixture
def maild(tmp_path: Path, url: str) -> Iterator[Target]:  # noqa: F811
    """A maild behind a mail server that proves people."""
    with target(tmp_path, PROOF + RULES, url=url) as made:
        yield made


def at_once(*deeds: Callable[[], object]) -> None:
    """Let all of them happen at the same time; fail where one raises."""
    start = threading.Barrier(len(deeds))

    def do(deed: Callable[[], object]) -> None:
        start.wait()
        deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        for done in [pool.submit(do, deed) for deed in deeds]:
            done.result(60)


def test_two_merges_of_the_same_two_end_one(maild: Target) -> None:
    """Anna merges the one into the other and Ben the other into the one: the younger ends, once."""
    for number in range(ROUNDS):
        elder, younger = 1001 + 2 * number, 1002 + 2 * number
        maild.opens()
        first = maild.to(ANNA)[-1]
        maild.opens()
        second = maild.to(BEN)[-1]
        by_anna = maild.answer(first, ANNA, f"#merge {younger}", proven=True)
        by_ben = maild.answer(second, BEN, f"#merge {elder}", proven=True)
        at_once(partial(maild.gets, by_anna), partial(maild.gets, by_ben))
        assert (maild.states()[elder], maild.states()[younger]) == ("submitted", "merged")
    assert len(maild.outbox("merged")) == ROUNDS


def test_two_who_close_it_at_once_close_it_once(maild: Target) -> None:
    """Jane says that it is solved while Anna closes it: one notice, one end."""
    for number in range(ROUNDS):
        told = maild.opens()
        ack = maild.to(JANE)[-1]
        by_anna = maild.answer(told, ANNA, "#close", proven=True)
        by_jane = maild.answer(ack, JANE, "solved", proven=True)
        at_once(partial(maild.gets, by_anna), partial(maild.gets, by_jane))
        maild.sends()
        assert maild.states()[1001 + number] == "closed"
    assert len(maild.outbox("closed")) == ROUNDS
    assert maild.rows(select(timer).where(timer.c.stopped_at.is_(None))) == []


def test_a_letter_in_the_second_of_the_end_is_not_lost(maild: Target) -> None:
    """Either it came in time, or it opens again what was just closed; the clocks know which."""
    for number in range(ROUNDS):
        told = maild.opens()
        maild.gets(maild.answer(told, ANNA, "Is it better now?", proven=True))
        maild.sends()
        maild.clock.advance(timedelta(days=5, seconds=1))
        fire_due(maild.desk)
        maild.clock.advance(timedelta(days=3, seconds=1))
        letter = maild.answer(maild.to(JANE)[-1], JANE, "No, it is still white.", proven=True)
        at_once(partial(maild.gets, letter), partial(fire_due, maild.desk))
        maild.sends()
        assert maild.states()[1001 + number] == "in_progress"
        running = select(timer.c.kind).where(timer.c.incident == 1001 + number, timer.c.stopped_at.is_(None))
        assert {"silence", "closing"} & {row["kind"] for row in maild.rows(running)} == set()


def test_a_yes_that_comes_twice_opens_one_incident(maild: Target) -> None:
    """Two copies of the same answer, at once."""
    told = maild.opens()
    maild.gets(maild.answer(told, ANNA, "#split configuration", proven=True))
    maild.sends()
    question = maild.to(JANE)[-1]
    copies = [maild.answer(question, JANE, "Yes, please.", proven=True) for _ in range(2)]
    at_once(*(partial(maild.gets, copy) for copy in copies))
    assert sorted(maild.states()) == [1001, 1002]


def test_a_yes_to_a_person_is_none_to_us(maild: Target) -> None:
    """Anna asks something of her own after our question: what Jane answers to her opens nothing."""
    told = maild.opens()
    maild.gets(maild.answer(told, ANNA, "#split configuration", proven=True))
    maild.sends()
    question = maild.to(JANE)[-1]
    maild.gets(maild.answer(told, ANNA, "Shall I restart it?", proven=True))
    maild.sends()
    maild.gets(maild.answer(maild.to(JANE)[-1], JANE, "Yes.", proven=True))
    assert maild.states() == {1001: "in_progress"}
    # A mail program that names no mail answers the last one.
    maild.gets(maild.mail(JANE, "Yes.\n", proven=True, Subject="Re: The checkout is down [#1001]"))
    assert maild.states() == {1001: "in_progress"}
    maild.gets(maild.answer(question, JANE, "Yes.", proven=True))
    assert sorted(maild.states()) == [1001, 1002]


def test_a_merge_opens_no_door_to_strangers(maild: Target) -> None:
    """Who may not join the younger does not join the elder by naming it."""
    maild.opens()
    maild.opens()
    maild.gets(maild.answer(maild.to(ANNA)[0], ANNA, "#merge 1002", proven=True))
    maild.gets(maild.mail(EVE, "Let me in.\n", proven=True, Subject="The checkout is down [#1002]"))
    maild.gets(maild.mail(JANE, "Forged.\n", Subject="The checkout is down [#1002]"))
    maild.sends()
    assert sorted(maild.states()) == [1001, 1002, 1003, 1004]
    assert [kind for kind, _ in maild.entries(1001)] == ["customer_message", "internal_note"]
    linked = maild.rows(select(incident.c.linked_to).where(incident.c.number > 1002))
    assert {row["linked_to"] for row in linked} == {1002}


def test_of_three_the_first_goes_on(maild: Target) -> None:
    """A reply to the last of a line finds the first, in whichever order they were merged."""
    acks = []
    for _ in range(3):
        maild.opens()
        acks.append(maild.to(JANE)[-1])
    notices = list(maild.to(ANNA))
    maild.gets(maild.answer(notices[2], ANNA, "#merge 1002", proven=True))
    maild.gets(maild.answer(notices[1], ANNA, "#merge 1001", proven=True))
    maild.gets(maild.answer(acks[2], JANE, "To the third.", proven=True))
    maild.gets(maild.answer(notices[2], ANNA, "An answer to the third.", proven=True))
    maild.sends()
    assert maild.states() == {1001: "waiting", 1002: "merged", 1003: "merged"}
    assert [kind for kind, _ in maild.entries(1001)][-2:] == ["customer_message", "staff_answer"]
