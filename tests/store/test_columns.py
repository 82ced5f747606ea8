"""Instants go in and come out as the same instants, on both databases."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect, make_url, select
from sqlalchemy.exc import StatementError

from maild.store.columns import Instant, one_of
from maild.store.config_versions import note
from maild.store.database import Database
from maild.store.tables import config_version
from tests.parts.records import NOW

DIALECTS: list[Dialect] = [make_url(f"{name}://").get_dialect()() for name in ("sqlite", "postgresql")]
OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
AWARE = st.builds(
    lambda seconds, zone: datetime.fromtimestamp(seconds / 1000, zone),
    st.integers(10**8, 4 * 10**12),
    OFFSETS,
)


def test_an_instant_comes_back_in_utc_and_unmoved(database: Database) -> None:
    """20:27 two hours east of Greenwich is 18:27 UTC, also after a round trip."""
    east = datetime(2026, 7, 1, 20, 27, 0, 123456, tzinfo=timezone(timedelta(hours=2)))
    with database.begin() as tx:
        note(tx, "a", "", east)
        found = tx.execute(select(config_version.c.loaded_at)).scalar_one()
    assert (found, found.tzinfo) == (east, UTC)


def test_a_naive_time_is_refused(database: Database) -> None:
    """A time without a zone is no instant; storing one would be a guess."""
    with pytest.raises(StatementError, match="has no time zone"), database.begin() as tx:
        note(tx, "a", "", NOW.replace(tzinfo=None))


@given(AWARE, AWARE)
def test_on_sqlite_instants_sort_as_their_text_does(one: datetime, other: datetime) -> None:
    """SQLite compares text: what is bound must sort by time, whatever zone it was in."""
    bind = Instant().process_bind_param
    first, second = (bind(value, DIALECTS[0]) for value in (one, other))
    assert first is not None
    assert second is not None
    assert (first.isoformat(" ", "microseconds") < second.isoformat(" ", "microseconds")) == (one < other)


@given(AWARE)
def test_every_instant_survives_both_dialects(instant: datetime) -> None:
    """Bound and read again, an instant is the same instant, in UTC."""
    for dialect in DIALECTS:
        found = Instant().process_result_value(Instant().process_bind_param(instant, dialect), dialect)
        assert found == instant
        assert found is not None
        assert found.utcoffset() == timedelta(0)


def test_no_instant_stays_none() -> None:
    """NULL is not a time."""
    assert Instant().process_bind_param(None, DIALECTS[0]) is None
    assert Instant().process_result_value(None, DIALECTS[0]) is None


def test_a_vocabulary_becomes_a_check() -> None:
    """The words of a type of the core, as SQL."""
    assert str(one_of("state", ("open", "shut")).sqltext) == "state IN ('open', 'shut')"
