"""Opening a database, its transactions, and its schema, on SQLite and PostgreSQL."""

from maild.store.database import Database, upgrade, is_current


def test_x(database):
    assert is_current(database)
