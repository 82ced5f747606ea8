"""The column types that SQLite and PostgreSQL do not agree on, and how our constraints are named."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Connection,
    DateTime,
    Dialect,
    Executable,
    Index,
    Integer,
    MetaData,
    Table,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.types import TypeDecorator

# Every constraint has a name that follows from its place, so that a migration finds it on both databases.
NAMING = {
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
}

metadata = MetaData(naming_convention=NAMING)

# 64 bits on PostgreSQL; SQLite's INTEGER has 64 bits anyway, and only it may be a rowid.
BigKey = BigInteger().with_variant(Integer, "sqlite")


class Instant(TypeDecorator[datetime]):
    """An instant: aware in Python, always handed out in UTC; a naive time is refused with ValueError.

    SQLAlchemy writes an aware time to SQLite as its wall clock without the offset, which moves it. Here
    SQLite gets UTC without an offset, as text that sorts by time; PostgreSQL gets `timestamptz`.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn an aware time into what the database compares rightly."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value.isoformat()} has no time zone: an instant needs one")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Turn what the database hands out into an aware time in UTC."""
        if value is None:
            return None
        found: datetime = value
        return found.replace(tzinfo=UTC) if dialect.name == "sqlite" else found.astimezone(UTC)


def one_of(column: str, words: Iterable[str]) -> CheckConstraint:
    """Return the constraint that `column` holds one of `words`, which are ours and need no quoting."""
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """Return an index over the rows for which `where` holds, on both databases."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where), postgresql_where=text(where))


def insert_or_skip(tx: Connection, table: Table, *returning: Column[Any]) -> Executable:
    """Return an INSERT that leaves out, without an error, each row that meets a unique key already taken.

    The same statement object each time: building one costs as much as running it.
    """
    return _insert_or_skip(tx.dialect.name, table, returning)


@cache
def _insert_or_skip(dialect: str, table: Table, returning: tuple[Column[Any], ...]) -> Executable:
    statement = insert_of(dialect, table).on_conflict_do_nothing()
    return statement.returning(*returning) if returning else statement


def insert_of(dialect: str, table: Table) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can be told what to do where a unique key is taken."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
