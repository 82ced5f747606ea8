"""What the tests of the store share: each test runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.store.database import Database, upgrade
from tests.parts.postgres import Postgres, require, running_postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One PostgreSQL server for the whole run."""
    require()
    with running_postgres(tmp_path_factory.mktemp("pg")) as server:
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


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """An open database with the schema of today."""
    opened = Database.open(url)
    upgrade(opened)
    yield opened
    opened.close()
