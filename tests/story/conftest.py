"""What the stories share: one IMAP server and one PostgreSQL for all, and a world for each."""

import contextlib
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.store.database import Database, upgrade
from tests.parts.dovecot import PrivateDovecot, require_dovecot
from tests.parts.postgres import Postgres, require, running_postgres
from tests.story.world import World

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[PrivateDovecot]:
    """A running IMAP server."""
    require_dovecot()
    dovecot = PrivateDovecot()
    try:
        yield dovecot.start()
    finally:
        dovecot.remove()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running PostgreSQL."""
    require()
    with running_postgres() as found:
        yield found


@pytest.fixture(scope="session")
def new_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema of today and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("new") / "maild.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(new_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a SQLite database with nothing in it."""
    return f"sqlite:///{shutil.copy(new_sqlite, tmp_path / 'maild.db')}"


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of a PostgreSQL database with nothing in it."""
    with postgres.fresh_database() as url:
        _migrate(url)
        yield url


@pytest.fixture
def world(server: PrivateDovecot, sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    """A world on SQLite, not yet opened."""
    yield from _a_world(server, sqlite_url, tmp_path)


@pytest.fixture
def postgres_world(server: PrivateDovecot, postgres_url: str, tmp_path: Path) -> Iterator[World]:
    """A world on PostgreSQL, not yet opened."""
    yield from _a_world(server, postgres_url, tmp_path)


@pytest.fixture(params=["sqlite", "postgresql"])
def each_world(request: pytest.FixtureRequest) -> World:
    """A world on each of the databases, for the stories that every other one builds on."""
    name = "world" if request.param == "sqlite" else "postgres_world"
    found: World = request.getfixturevalue(name)
    return found


def _a_world(server: PrivateDovecot, url: str, folder: Path) -> Iterator[World]:
    inbox = f"story{next(_numbers)}"
    with server.client() as client:
        client.create_folder(inbox)
    with contextlib.closing(World(folder, server, url, inbox)) as found:
        yield found


def _migrate(url: str) -> None:
    database = Database.open(url)
    upgrade(database)
    database.close()
