"""A database by URL: SQLite or PostgreSQL, its transactions, and its schema brought up to date.

SQLite runs in WAL mode with `synchronous=FULL`: a commit that returned is on the disk, so that mail may be
accepted after it. Writers begin with `BEGIN IMMEDIATE`, because a transaction that starts as a reader and
then writes fails at once when another one wrote in between, without waiting for its turn.
"""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import (
    ArgumentError,
    InterfaceError,
    NoSuchModuleError,
    OperationalError,
    PendingRollbackError,
)

from maild.errors import MaildError, Overtaken, Unreachable, UserError
from maild.store.tables import metadata

BUSY_SECONDS = 10
POOL_SIZE = 20
# serialization_failure and deadlock_detected (PostgreSQL, appendix A).
OVERTAKEN = frozenset({"40001", "40P01"})
# Any number that no other program takes as its advisory lock: "maild" as ASCII.
SCHEMA_LOCK = 0x6D61696C64
# Pragmas of a connection to SQLite.
KEPT_SAFE = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
NOT_KEPT = ("journal_mode = WAL", "synchronous = OFF", "foreign_keys = ON")
READ_ONLY = "query_only = ON"


class Database:
    """An open database; safe to share between threads, not between processes."""

    def __init__(self, url: URL, writer: Engine, reader: Engine) -> None:
        self.name = nameable(url)
        self.is_sqlite = writer.dialect.name == "sqlite"
        self._writer = writer
        self._reader = reader
        # SQLite has one writer at a time. Within a process they queue here: its own waiting is by sleeping,
        # which is slow to wake up and lets a newcomer overtake for ever.
        self._turn: threading.Lock | None = threading.Lock() if self.is_sqlite else None

    @classmethod
    def open(cls, url: str) -> "Database":
        """Connect to `url`; a SQLite file is made, readable by us alone, with its folder.

        Raises UserError where `url` is none that we can use, Unreachable where nothing answers there.
        """
        return cls._answering(_parse(url), _open_sqlite)

    @classmethod
    def look(cls, url: str) -> "Database":
        """Connect to what is there in order to read it: nothing is made, changed or upgraded.

        Raises UserError where there is no database yet or one of another version's, else as `open`.
        """
        database = cls._answering(_parse(url), _look_at_sqlite)
        database._writer = database._reader
        try:
            if not is_current(database):
                raise UserError(
                    f"database {database.name} has not the tables of this version yet: start maild once"
                )
        except MaildError:
            database.close()
            raise
        return database

    @classmethod
    def throwaway(cls, path: Path) -> "Database":
        """Make a database at `path` for as long as it is open: nothing waits for the disk, and a crash may lose all."""
        url = URL.create("sqlite", database=str(path))
        return Database(
            url,
            _sqlite_engine(url, "BEGIN IMMEDIATE", NOT_KEPT),
            _sqlite_engine(url, "BEGIN", (*NOT_KEPT, READ_ONLY)),
        )

    @classmethod
    def _answering(cls, parsed: URL, open_sqlite: Callable[[URL], "Database"]) -> "Database":
        try:
            database = (
                open_sqlite(parsed) if parsed.get_backend_name() == "sqlite" else _open_postgres(parsed)
            )
        except ModuleNotFoundError as missing:
            raise UserError(
                f"[database] url: {missing.name} is not installed: pip install 'psycopg[binary]'"
            ) from None
        except OSError as error:
            raise Unreachable(f"database {nameable(parsed)}: {error.strerror}") from error
        try:
            with database.read():
                pass
        except Unreachable:
            database.close()
            raise
        return database

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Give a transaction that may write; committed at the end of the block, undone when it raises.

        Raises Unreachable when the database is gone, full, or busy for longer than we wait, and Overtaken when another
        transaction made this one impossible.
        """
        with self._translated(), self._my_turn(), self._writer.begin() as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a transaction that sees one state of the database and cannot write. Raises Unreachable."""
        with self._translated(), self._reader.begin() as tx:
            yield tx

    def close(self) -> None:
        """Close every connection."""
        self._reader.dispose()
        self._writer.dispose()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        if self._turn is None:
            yield
            return
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise Unreachable(f"database {self.name}: busy for more than {BUSY_SECONDS} seconds")
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn what says that the database does not work into Unreachable; a broken rule stays what it is.

        A transaction that PostgreSQL undid because another one stood in its way was overtaken: it can be done again at
        once.
        """
        try:
            yield
        except (OperationalError, InterfaceError) as error:
            if getattr(error.orig, "sqlstate", None) in OVERTAKEN:
                raise Overtaken(f"database {self.name}: {_one_line(error.orig)}") from error
            raise Unreachable(f"database {self.name}: {_one_line(error.orig)}") from error
        except PendingRollbackError as error:
            raise Unreachable(f"database {self.name}: the connection was lost") from error

    @contextmanager
    def schema_change(self) -> Iterator[Connection]:
        """Give the transaction in which the schema changes, one process at a time; all of it or nothing.

        A table that SQLite rebuilds is dropped and made again, which foreign keys would not let pass: they
        are off meanwhile, and checked as a whole before the commit.
        """
        with self._translated(), self._my_turn(), self._writer.connect() as connection:
            if not self.is_sqlite:
                with connection.begin():
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({SCHEMA_LOCK})")
                    yield connection
                return
            _pragma(connection, "foreign_keys = OFF")
            try:
                with connection.begin():
                    yield connection
                    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall():
                        raise UserError(f"database {self.name}: rows that refer to nothing: {broken[:3]}")
            finally:
                _pragma(connection, "foreign_keys = ON")


def upgrade(database: Database) -> None:
    """Bring the schema up to that of this maild; nothing to do is the usual case, and cheap.

    Raises UserError where a newer maild wrote the database, Unreachable where it is gone.
    """
    if is_current(database):
        return
    # Alembic takes a third of a second to import, which a command on a current database should not pay.
    from alembic import command
    from alembic.config import Config

    with database.schema_change() as tx, as_file(files("maild.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "os")
        config.attributes.update(connection=tx, metadata=metadata)
        # Asked again under the lock: another process may have been quicker, and even newer.
        if not _is_head(database, tx):
            command.upgrade(config, "head")


def is_current(database: Database) -> bool:
    """Say whether the database has the schema of this maild. Raises as upgrade does."""
    with database.read() as tx:
        return _is_head(database, tx)


def revisions() -> list[str]:
    """Return the names of the schemas that this maild knows, oldest first: `0001`, from r0001_first_schema.py."""
    versions = files("maild.store") / "migrations" / "versions"
    return sorted(path.name[1:5] for path in versions.iterdir() if path.name.startswith("r"))


def _is_head(database: Database, tx: Connection) -> bool:
    if not inspect(tx).has_table("alembic_version"):
        return False
    current = tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()
    known = revisions()
    if current is not None and current not in known:
        raise UserError(
            f"database {database.name} was written by a newer maild; install that version or restore a backup"
        )
    return bool(current == known[-1])


def nameable(url: URL) -> str:
    """Return `url` as it may be shown: without password, and without the options that might hold one."""
    return url.set(password=None, query={}).render_as_string()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError):
        backend = ""
    except ModuleNotFoundError as missing:
        raise UserError(
            f"[database] url: {missing.name} is not installed: pip install 'psycopg[binary]'"
        ) from None
    if backend not in {"sqlite", "postgresql"}:
        raise UserError("[database] url: must begin with sqlite:/// or postgresql+psycopg://")
    if backend == "sqlite" and not parsed.database:
        raise UserError("[database] url: sqlite:/// must be followed by the path of a file")
    return parsed


def _open_sqlite(url: URL) -> Database:
    path = Path(url.database or "")
    path.parent.mkdir(parents=True, exist_ok=True)
    # The file holds people's mail. SQLite gives its -wal and -shm files the mode of the file itself. One that is there
    # is not opened: closing it would end all locks that this process has on it, and SQLite would not know.
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    for file in (path, *(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))):
        _keep_private(file)
    return Database(
        url,
        _sqlite_engine(url, "BEGIN IMMEDIATE", KEPT_SAFE),
        _sqlite_engine(url, "BEGIN", (*KEPT_SAFE, READ_ONLY)),
    )


def _look_at_sqlite(url: URL) -> Database:
    path = Path(url.database or "").absolute()
    if not path.is_file():
        raise UserError(f"database {nameable(url)}: there is none yet; it is made when maild starts")
    uri = url.set(database=f"file:{quote(str(path))}", query={"mode": "ro", "uri": "true"})
    engine = _sqlite_engine(uri, "BEGIN", (READ_ONLY,))
    return Database(url, engine, engine)


def _keep_private(file: Path) -> None:
    """Take a file that every user of the machine may read from all but its owner, where it is ours to change."""
    with suppress(FileNotFoundError, PermissionError):
        if file.stat().st_mode & 0o007:
            file.chmod(0o600)


def _sqlite_engine(url: URL, begin: str, pragmas: tuple[str, ...]) -> Engine:
    # isolation_level None: sqlite3 begins no transactions of its own; the "begin" listener does.
    engine = create_engine(
        url, pool_size=POOL_SIZE, connect_args={"timeout": BUSY_SECONDS, "isolation_level": None}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


def _open_postgres(url: URL) -> Database:
    engine = create_engine(url, pool_pre_ping=True, pool_size=POOL_SIZE)
    reader = engine.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")
    return Database(url, engine, reader)


def _pragma(connection: Connection, pragma: str) -> None:
    """Set a pragma outside any transaction, where alone some of them have an effect."""
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute(f"PRAGMA {pragma}")


def _one_line(error: BaseException | None) -> str:
    return " ".join(str(error).split())
