"""The mails of the other attacks on PostgreSQL, which refuses what SQLite lets pass: NUL, surrogates, large numbers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from maild.store.tables import arrival
from tests.faults.target import ANNA, JANE, Target, target
from tests.faults.test_bombs import BOMBS
from tests.faults.test_outgoing_bytes import HOSTILE
from tests.parts.postgres import require, running_postgres


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A maild on PostgreSQL."""
    require()
    folder: Path = tmp_path_factory.mktemp("postgres")
    with running_postgres() as server, server.fresh_database() as url, target(folder, url=url) as found:
        yield found


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_words_are_stored(on_postgres: Target, words: str) -> None:
    """Subject, name, text, Message-ID and envelope of a stranger: the mail opens an incident, by no accident."""
    mail = on_postgres.mail(
        f'"{words}" <{JANE}>', words, proven=True, Subject=words, References=f"<{words}@x>"
    )
    on_postgres.gets(mail, mail_from=JANE, recipients=(f"support+{words[:50].strip()}@example.com",))
    on_postgres.sends()
    assert decided(on_postgres)


@pytest.mark.parametrize("bomb", BOMBS)
def test_bombs_are_stored(on_postgres: Target, bomb: str) -> None:
    """What can be read of a bomb can be stored."""
    on_postgres.gets(BOMBS[bomb]().encode("utf-8", "surrogateescape"))
    on_postgres.sends()
    assert decided(on_postgres)


def decided(maild: Target) -> bool:
    """Say whether the last mail was decided on, and not set aside because we failed."""
    last = maild.rows(select(arrival).order_by(arrival.c.id.desc()).limit(1))[0]
    return str(last["reasons"][0]["name"]) != "handling_failed"


def test_staff_were_told_of_all(on_postgres: Target) -> None:
    """None of the mails about them failed."""
    assert [row["last_error"] for row in on_postgres.outbox() if row["state"] == "failed"] == []
    assert on_postgres.read(ANNA)
