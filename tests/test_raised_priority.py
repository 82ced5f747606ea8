"""A customer who asks for a HotRush by reply, as our acknowledgement invites them to, is told that it is one."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.store.tables import event
from tests.faults.outside_parser import Outside
from tests.faults.target import JANE, PROOF, Target, target

RULES = """
[[classifiers.scopes]]
id = "unknown"
label = "a question"

[[classifiers.priorities]]
level = "hotrush"
phrases = ["hot-rush~"]

[[classifiers.priorities]]
level = "high"
phrases = ["urgent"]
"""


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild with a mail server that proves people, and with priorities."""
    with target(tmp_path, PROOF + RULES) as made:
        yield made


def asks(
    found: Target, text: str = "HotRush, please", *, proven: bool = True, **headers: str
) -> list[Outside]:
    """Let Jane answer her acknowledgement an hour later; return all mails to her after it."""
    if not found.to(JANE):
        found.opens()
    found.clock.advance(timedelta(hours=1))
    found.gets(found.answer(found.to(JANE)[0], JANE, text, proven=proven, **headers))
    found.sends()
    return found.read(JANE)[1:]


def test_who_raises_the_priority_hears_the_new_time(maild: Target) -> None:
    """One short mail in the thread of theirs, by an automatic answer's rules, with the promise as it is now."""
    (told,) = asks(maild)
    assert told["Subject"] == "Re: The checkout is down [#1001]"
    assert "HotRush (out of queue)" in told.text
    assert "Answer by   Monday 2 March 2026, 12:00 UTC" in told.text
    assert (told["In-Reply-To"], told["Auto-Submitted"]) == ("<2@customer.example>", "auto-replied")


def test_each_level_is_told_once(maild: Target) -> None:
    """High and then HotRush are two raises; asking for the same again changes nothing and is not answered."""
    asks(maild, "It is urgent")
    asks(maild)
    assert len(asks(maild, "HotRush! Once more")) == 2
    assert [row["cause"] for row in maild.outbox("raised")] == ["raised:high", "raised:hotrush"]


def test_an_unproven_sender_reads_nothing_of_their_mail(maild: Target) -> None:
    """Rule 4: by the token of our mail the priority is raised, but no subject is repeated."""
    (told,) = asks(maild, proven=False)
    assert told["Subject"] == "[#1001] We raised the priority"
    assert "checkout" not in told.everything.casefold()


@pytest.mark.parametrize("headers", [{"Precedence": "list"}, {"X-Auto-Response-Suppress": "All"}])
def test_a_machine_that_raises_the_priority_is_not_told(maild: Target, headers: dict[str, str]) -> None:
    """The priority counts all the same; the silence has its reason (invariant I9)."""
    assert asks(maild, **headers) == []
    silent = select(event).where(event.c.name == "silent")
    assert [(row["text"], row["reasons"][0]["name"]) for row in maild.rows(silent)] == [
        ("raised", "no_ack_machine")
    ]


def test_a_raise_after_the_answer_names_the_time_of_the_next(maild: Target) -> None:
    """The first answer was given, and the mail that asks for a HotRush is to be answered as one."""
    notice = maild.opens()
    maild.gets(maild.answer(notice, "anna@example.com", "Try again.", proven=True))
    maild.sends()
    told = asks(maild)[-1]
    assert "HotRush (out of queue)" in told.text
    assert "Answer by" in told.text
