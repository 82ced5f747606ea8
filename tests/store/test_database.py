"""Opening a database, its transactions, and its schema, on SQLite and PostgreSQL."""

import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import DBAPIError

from maild.errors import Overtaken, Unreachable, UserError, contain
from maild.store import database as module
from maild.store.config_versions import note
from maild.store.database import Database, is_current, revisions, upgrade
from maild.store.tables import config_version, incident, metadata
from tests.parts.records import NOW


def versions(tx: Connection) -> list[str]:
    """Return the config versions noted, the simplest rows there are."""
    return list(tx.scalars(select(config_version.c.version).order_by(config_version.c.version)))


def test_an_empty_database_is_upgraded_once_and_is_then_current(url: str) -> None:
    """From nothing to the schema of today; a second upgrade finds nothing to do."""
    database = Database.open(url)
    assert not is_current(database)
    upgrade(database)
    assert is_current(database)
    upgrade(database)
    database.close()


def test_a_database_of_the_first_schema_is_upgraded_with_its_rows(url: str) -> None:
    """What it holds stays, and the next incident has the next number."""
    database = Database.open(url)
    migrate_to(database, "0001")
    with database.begin() as tx:
        note(tx, "a", "", NOW)
        tx.execute(text(OLD_INCIDENT), {"now": NOW.replace(tzinfo=None)})
    assert not is_current(database)
    upgrade(database)
    assert is_current(database)
    with database.begin() as tx:
        assert versions(tx) == ["a"]
        row = tx.execute(select(incident)).mappings().one()
        assert (row["number"], row["state"], row["hotrush"], row["owner"]) == (1001, "waiting", "none", None)
        again = {name: value for name, value in row.items() if name != "number"}
        assert tx.execute(incident.insert().returning(incident.c.number), again).scalar_one() == 1002
    database.close()


OLD_INCIDENT = (
    "INSERT INTO incident (state, subject, priority, scope, language, flags, opened_at)"
    " VALUES ('waiting', 'Help', 'low', 'tax_simple', 'en', '[]', :now)"
)


def migrate_to(database: Database, revision: str) -> None:
    """Bring an empty database to a schema of before."""
    config = Config()
    config.set_main_option("script_location", str(Path(module.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    with database.schema_change() as tx:
        config.attributes.update(connection=tx, metadata=metadata)
        command.upgrade(config, revision)


def test_the_migrations_make_what_the_tables_say(database: Database) -> None:
    """Alembic finds no difference between the migrated database and tables.py."""
    with database.read() as tx:
        context = MigrationContext.configure(tx, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_migrations_make_the_same_checks_and_indexes_as_the_tables(url: str) -> None:
    """What Alembic does not compare: the words of every CHECK, and what each partial index covers."""
    migrated = Database.open(url)
    upgrade(migrated)
    with migrated.begin() as tx:
        by_migration = rules(tx)
        tx.execute(text("DROP TABLE alembic_version"))
        metadata.drop_all(tx)
        metadata.create_all(tx)
        by_tables = rules(tx)
    migrated.close()
    assert by_tables == by_migration


def rules(tx: Connection) -> dict[str, list[str]]:
    """Return every constraint and index of every table as the database describes it."""
    look = inspect(tx)
    return {
        table: sorted(
            str(plain(one))
            for one in (
                *look.get_check_constraints(table),
                *look.get_indexes(table),
                *look.get_unique_constraints(table),
                *look.get_foreign_keys(table),
            )
        )
        for table in metadata.tables
    }


def plain(found: object) -> object:
    """Return what the database says in a form that compares: SQL as text, dicts in the order of their keys."""
    if isinstance(found, dict):
        return [(key, plain(found[key])) for key in sorted(found)]
    return found if isinstance(found, list) else str(found)


def test_the_migrations_are_one_line_and_named_for_their_files() -> None:
    """is_current() reads file names instead of importing Alembic: both must see the same history."""
    script = ScriptDirectory(str(Path(module.__file__).parent / "migrations"))
    assert [one.revision for one in script.walk_revisions()] == revisions()[::-1]
    assert script.get_heads() == revisions()[-1:]


def test_a_database_of_a_newer_maild_is_refused(url: str) -> None:
    """Nobody guesses at a schema from the future: one line says what to do."""
    database = Database.open(url)
    upgrade(database)
    with database.begin() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    for ask in (is_current, upgrade):
        with pytest.raises(
            UserError, match="written by a newer maild; install that version or restore a backup"
        ):
            ask(database)
    database.close()


def test_an_upgrade_that_fails_changes_nothing(url: str) -> None:
    """The schema changes as a whole or not at all, on both databases."""
    database = Database.open(url)

    def change() -> None:
        with database.schema_change() as tx:
            tx.execute(text("CREATE TABLE half (id INTEGER)"))
            raise LookupError

    with pytest.raises(LookupError):
        change()
    with database.read() as tx:
        assert not inspect(tx).has_table("half")
    database.close()


def test_two_that_start_at_once_upgrade_once(url: str) -> None:
    """The second waits for the first and finds its work done."""
    databases = [Database.open(url) for _ in range(3)]
    run_at_once([partial(upgrade, database) for database in databases])
    for database in databases:
        assert is_current(database)
        database.close()


def test_a_schema_change_that_breaks_a_reference_is_refused_on_sqlite(tmp_path: Path) -> None:
    """Foreign keys are off while tables are rebuilt, and checked as a whole before the commit."""
    database = Database.open(f"sqlite:///{tmp_path / 'maild.db'}")
    upgrade(database)
    with pytest.raises(UserError, match="rows that refer to nothing"), database.schema_change() as tx:
        tx.execute(text("INSERT INTO suppression VALUES (99, 'bounced', '2026-03-02 09:00:00.000000')"))
    with pytest.raises(DBAPIError), database.begin() as tx:
        tx.execute(text("INSERT INTO suppression VALUES (99, 'bounced', '2026-03-02 09:00:00.000000')"))
    database.close()


def test_what_a_transaction_wrote_is_there_after_it(database: Database) -> None:
    """The end of the block commits."""
    with database.begin() as tx:
        note(tx, "a", "", NOW)
    with database.read() as tx:
        assert versions(tx) == ["a"]


def test_a_transaction_that_raises_leaves_nothing(database: Database) -> None:
    """Whatever is raised in the block undoes it, and reaches the caller as it is."""

    def write() -> None:
        with database.begin() as tx:
            note(tx, "a", "", NOW)
            raise LookupError

    with pytest.raises(LookupError):
        write()
    with database.read() as tx:
        assert versions(tx) == []


def test_a_savepoint_can_be_undone_alone(database: Database) -> None:
    """One mail of a batch may fail without the others."""
    with database.begin() as tx:
        note(tx, "a", "", NOW)
        with suppress(LookupError), tx.begin_nested():
            note(tx, "b", "", NOW)
            raise LookupError
        note(tx, "c", "", NOW)
    with database.read() as tx:
        assert versions(tx) == ["a", "c"]


def test_a_reader_cannot_write(database: Database) -> None:
    """read() refuses every change, so that a command that only looks can't do harm."""
    with pytest.raises((Unreachable, DBAPIError)), database.read() as tx:
        note(tx, "a", "", NOW)
    with database.begin() as tx:
        note(tx, "b", "", NOW)


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    """A history that is read in several queries does not change between them."""
    with database.begin() as tx:
        note(tx, "a", "", NOW)
    with database.read() as reading:
        assert versions(reading) == ["a"]
        with database.begin() as tx:
            note(tx, "b", "", NOW)
        assert versions(reading) == ["a"]


def test_concurrent_writers_lose_nothing(database: Database) -> None:
    """Read, add one, write: from six threads, and not one addition is lost."""
    with database.begin() as tx:
        note(tx, "counter", "0", NOW)

    def add_ten() -> None:
        for _ in range(10):
            with database.begin() as tx:
                query = select(config_version.c.text).with_for_update()
                count = int(tx.execute(query).scalar_one())
                tx.execute(config_version.update().values(text=str(count + 1)))

    run_at_once([add_ten] * 6)
    with database.read() as tx:
        assert tx.scalar(select(config_version.c.text)) == "60"


def run_at_once(jobs: Sequence[Callable[[], None]]) -> None:
    """Run the jobs in threads that start together, and raise what any of them raised."""
    together, raised = threading.Barrier(len(jobs)), list[BaseException]()

    def run(job: Callable[[], None]) -> None:
        together.wait()
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - handed on to the test
            raised.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert raised == []


def test_the_loser_of_a_deadlock_was_overtaken(database: Database) -> None:
    """Two that wait for each other: PostgreSQL undoes one, which can do its work again at once; SQLite has no two."""
    if database.is_sqlite:
        return
    with database.begin() as tx:
        for version in "ab":
            note(tx, version, "", NOW)
    lock = "SELECT 1 FROM config_version WHERE version = %s FOR UPDATE"
    both_have_one, lost = threading.Barrier(2), list[Exception]()

    def cross(first: str, second: str) -> None:
        with contain(lost.append), database.begin() as tx:
            tx.exec_driver_sql(lock, (first,))
            both_have_one.wait(10)
            tx.exec_driver_sql(lock, (second,))

    other = threading.Thread(target=cross, args=("a", "b"))
    other.start()
    cross("b", "a")
    other.join()
    (error,) = lost
    assert type(error) is Overtaken
    assert "deadlock" in str(error)


def test_a_transaction_that_would_have_seen_two_states_was_overtaken(database: Database) -> None:
    """What PostgreSQL calls a serialization failure is no trouble of the database either."""
    if database.is_sqlite:
        return
    with database.begin() as tx:
        note(tx, "a", "", NOW)
    change = "UPDATE config_version SET text = %s WHERE version = 'a'"

    def overtaken() -> None:
        with database.begin() as ours:
            ours.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            ours.exec_driver_sql("SELECT * FROM config_version")
            with database.begin() as theirs:
                theirs.exec_driver_sql(change, ("theirs",))
            ours.exec_driver_sql(change, ("ours",))

    with pytest.raises(Overtaken):
        overtaken()


def test_sqlite_waits_for_the_disk_and_keeps_references(tmp_path: Path) -> None:
    """WAL with synchronous=FULL, and foreign keys on, for readers and writers."""
    database = Database.open(f"sqlite:///{tmp_path / 'maild.db'}")
    for transaction in (database.begin, database.read):
        with transaction() as tx:
            found = [
                tx.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys")
            ]
            assert found == ["wal", 2, 1]
    database.close()


def test_a_sqlite_file_is_readable_by_us_alone(tmp_path: Path) -> None:
    """The file, and what SQLite lays beside it, hold people's mail."""
    database = Database.open(f"sqlite:///{tmp_path / 'new' / 'maild.db'}")
    upgrade(database)
    with database.begin() as tx:
        note(tx, "a", "", NOW)
        files = list((tmp_path / "new").iterdir())
        assert {path.name for path in files} == {"maild.db", "maild.db-wal", "maild.db-shm"}
        assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    database.close()


def test_a_sqlite_file_that_all_may_read_is_taken_from_them(tmp_path: Path) -> None:
    """A restored backup has the mode of whoever copied it; what a group was given on purpose stays."""
    path = tmp_path / "maild.db"
    for before, after in ((0o644, 0o600), (0o666, 0o600), (0o640, 0o640), (0o600, 0o600)):
        path.touch()
        path.chmod(before)
        database = Database.open(f"sqlite:///{path}")
        upgrade(database)
        assert {stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()} == {after}
        database.close()


def test_a_writer_that_never_gets_its_turn_says_so(tmp_path: Path) -> None:
    """Another process that holds the file for too long is trouble with the database, not a traceback."""
    url = f"sqlite:///{tmp_path / 'maild.db'}"
    first, second = Database.open(url), Database.open(url)
    with second.begin() as warm:
        warm.exec_driver_sql("PRAGMA busy_timeout = 1")
        held = first.begin
    with held(), pytest.raises(Unreachable, match=r"maild\.db: database is locked"), second.begin():
        pass
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql+psycopg://maild:hunter2@127.0.0.1:9/maild?password=hunter2", "127.0.0.1:9/maild: "),
        ("sqlite:////proc/nowhere/maild.db", "/proc/nowhere/maild.db: "),
    ],
)
def test_a_database_that_is_not_there_is_named_in_one_line_without_its_password(url: str, said: str) -> None:
    """The message is for a person and for logs: no password, no second line."""
    with pytest.raises(Unreachable) as caught:
        Database.open(url)
    assert said in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["", "maild.db", "mysql://localhost/maild", "nonsense://x", "sqlite://"])
def test_a_url_that_is_no_database_of_ours_is_a_mistake_of_the_config(url: str) -> None:
    """The message says which URLs there are; it does not repeat one that may hold a password."""
    with pytest.raises(UserError, match=r"^\[database\] url: "):
        Database.open(url)


def test_opening_a_file_again_takes_no_lock_from_who_has_it_open(tmp_path: Path) -> None:
    """Else another process that comes and goes would take itself for the last one, and the log of changes away."""
    url = f"sqlite:///{tmp_path / 'maild.db'}"
    first = Database.open(url)
    upgrade(first)
    second = Database.open(url)
    coming_and_going = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); c.execute('SELECT * FROM mailbox'); c.close()"
    )
    subprocess.run([sys.executable, "-c", coming_and_going, tmp_path / "maild.db"], check=True)
    assert (tmp_path / "maild.db-wal").exists()
    with first.begin() as tx:
        note(tx, "v1", "", NOW)
    third = Database.open(url)
    with third.read() as tx:
        assert versions(tx) == ["v1"]
    for database in (first, second, third):
        database.close()


def test_a_throwaway_database_keeps_every_rule_but_waits_for_no_disk(tmp_path: Path) -> None:
    """It is for what may be lost: foreign keys hold, and who only reads cannot write."""
    database = Database.throwaway(tmp_path / "maild.db")
    with closing(database):
        upgrade(database)
        with database.begin() as tx:
            assert tx.exec_driver_sql("PRAGMA synchronous").scalar() == 0
            assert tx.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        with database.read() as tx:
            assert tx.exec_driver_sql("PRAGMA query_only").scalar() == 1
