"""Retries: soon at first, rarely later, and not for ever."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from maild.core.deciding.retry import next_attempt

FIRST = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def pauses_until_the_end() -> list[timedelta]:
    """Return the pauses of a mail that never gets through, each attempt made when it is due."""
    now, pauses = FIRST, list[timedelta]()
    while len(pauses) < 1000 and (due := next_attempt(len(pauses) + 1, FIRST, now)) is not None:
        pauses.append(due - now)
        now = due
    return pauses


def test_the_pause_doubles_from_one_minute_to_four_hours() -> None:
    """The first failures are tried again soon, the later ones every four hours."""
    minutes = [pause // MINUTE for pause in pauses_until_the_end()]
    assert minutes[:10] == [1, 2, 4, 8, 16, 32, 64, 128, 240, 240]
    assert set(minutes[8:-1]) == {240}


def test_a_mail_is_tried_for_five_days_exactly() -> None:
    """The last attempt is made when five days are over, and after it there is none."""
    assert sum(pauses_until_the_end(), timedelta()) == timedelta(days=5)
    assert next_attempt(40, FIRST, FIRST + timedelta(days=5)) is None


def test_a_daemon_that_was_down_for_a_week_gives_up() -> None:
    """What was last tried long ago is not tried for ever after."""
    assert next_attempt(3, FIRST, FIRST + timedelta(days=7)) is None


def test_an_attempt_just_before_the_end_gets_one_more() -> None:
    """The pause is shortened rather than the last attempt dropped."""
    almost = FIRST + timedelta(days=5) - MINUTE
    assert next_attempt(30, FIRST, almost) == FIRST + timedelta(days=5)


def test_no_attempt_counted_yet_is_like_one() -> None:
    """A row that lost its count waits a minute, and is not sent in a tight loop."""
    assert next_attempt(0, FIRST, FIRST) == FIRST + MINUTE


@given(st.integers(-5, 10**6), st.timedeltas(timedelta(0), timedelta(days=10)))
def test_the_next_attempt_is_always_later_and_never_after_the_end(attempts: int, age: timedelta) -> None:
    """No count and no age makes a mail spin, or be tried after five days."""
    now = FIRST + age
    due = next_attempt(attempts, FIRST, now)
    if age >= timedelta(days=5):
        assert due is None
    else:
        assert due is not None
        assert now < due <= FIRST + timedelta(days=5)
        assert due - now <= timedelta(hours=4)
