"""Database.look: what is there is read, and nothing is made, changed or upgraded."""

from pathlib import Path

import pytest
from sqlalchemy import inspect
from sqlalchemy.exc import DBAPIError

from maild.errors import Unreachable, UserError
from maild.store.config_versions import note
from maild.store.database import Database, upgrade
from tests.parts.records import NOW


def test_what_was_written_is_seen(url: str) -> None:
    """Of a database that others have open too."""
    writer = Database.open(url)
    upgrade(writer)
    with writer.begin() as tx:
        note(tx, "v1", "", NOW)
    database = Database.look(url)
    with database.read() as tx:
        assert tx.exec_driver_sql("SELECT version FROM config_version").scalars().all() == ["v1"]
    database.close()
    writer.close()


def test_nothing_can_be_written(url: str) -> None:
    """Not even by who asks for a transaction that writes."""
    writer = Database.open(url)
    upgrade(writer)
    writer.close()
    database = Database.look(url)
    with pytest.raises((Unreachable, DBAPIError)), database.begin() as tx:
        note(tx, "v1", "", NOW)
    database.close()


def test_a_database_of_an_older_maild_is_refused_and_not_upgraded(url: str) -> None:
    """Its tables are none that we could read."""
    writer = Database.open(url)
    with pytest.raises(UserError, match="not the tables of this version yet: start maild once"):
        Database.look(url)
    with writer.read() as tx:
        assert inspect(tx).get_table_names() == []
    writer.close()


@pytest.mark.parametrize("name", ["none/maild.db", "none.db"])
def test_a_file_that_is_not_there_is_not_made(tmp_path: Path, name: str) -> None:
    """Nor its folder."""
    with pytest.raises(UserError, match="there is none yet"):
        Database.look(f"sqlite:///{tmp_path / name}")
    assert list(tmp_path.iterdir()) == []


def test_a_path_may_hold_any_character(tmp_path: Path) -> None:
    """What would be an option of a URI is a letter of a name."""
    path = tmp_path / "a b%20#?mode=rwc.db"
    writer = Database.open(f"sqlite:///{str(path).replace('%', '%25').replace('?', '%3F')}")
    upgrade(writer)
    writer.close()
    [made] = [file for file in tmp_path.iterdir() if file.suffix == ".db"]
    url = f"sqlite:///{str(made).replace('%', '%25').replace('?', '%3F')}"
    Database.look(url).close()
