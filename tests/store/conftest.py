"""What the tests of the store share: each test runs on SQLite and on PostgreSQL."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from maild.store.database import Database, upgrade
from maild.store.tables import metadata
from tests.parts.postgres import Postgres, require, running_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """One PostgreSQL server for the whole run."""
    require()
    with running_postgres() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database of each sort."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'maild.db'}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.fresh_database() as found:
        yield found


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema of today, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "maild.db"
    with opened(f"sqlite:///{path}"):
        return path


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> Iterator[Database]:
    """A PostgreSQL database with the schema of today, to be emptied before each test: faster than a new one."""
    with postgres.fresh_database() as url, opened(url) as database:
        yield database


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An open, empty database of each sort, with the schema of today."""
    if request.param == "sqlite":
        path = shutil.copy(request.getfixturevalue("migrated_sqlite"), tmp_path / "maild.db")
        with opened(f"sqlite:///{path}") as database:
            yield database
        return
    shared: Database = request.getfixturevalue("migrated_postgres")
    with shared.begin() as tx:
        tx.exec_driver_sql(f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY")
    yield shared


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Give the database at `url`, upgraded, and close it at the end."""
    database = Database.open(url)
    try:
        upgrade(database)
        yield database
    finally:
        database.close()
