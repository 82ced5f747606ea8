"""Caps: nobody can make us flood anybody, and nothing is lost over it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.deciding.caps import Free, Traffic, Wait, Window, check_caps, check_receipts
from maild.core.limits import Limits

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
LIMITS = Limits()
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def ago(**units: float) -> datetime:
    """Return an instant before now."""
    return NOW - timedelta(**units)


def waiting(
    traffic: Traffic, *, proven: bool = True, limits: Limits = LIMITS
) -> tuple[str, timedelta] | None:
    """Return the name of the reason and how long the mail waits, or None where it is free."""
    answer = check_caps(traffic, limits, proven=proven, now=NOW)
    return (answer.reason.name, answer.until - NOW) if isinstance(answer, Wait) else None


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        (Window(), None),
        (Window(1, ago(minutes=10)), None),
        (Window(2, ago(minutes=10)), timedelta(minutes=50)),
        (Window(2, ago(minutes=10), ahead=1), timedelta(minutes=80)),
        (Window(1, ago(minutes=10), ahead=1), timedelta(minutes=30, seconds=1)),
    ],
)
def test_receipts_that_are_too_many_wait_for_their_turn(sent: Window, held: timedelta | None) -> None:
    """Until the oldest of the hour is over; those that wait before it go first."""
    answer = check_receipts(sent, replace(LIMITS, receipts_per_hour=2), NOW)
    assert (answer.until - NOW if isinstance(answer, Wait) else None) == held


def test_the_first_mail_is_free() -> None:
    """With nothing sent, nothing holds."""
    assert check_caps(Traffic(), LIMITS, proven=False, now=NOW) == Free()


@pytest.mark.parametrize(
    ("traffic", "limit", "span", "name"),
    [
        (lambda window: Traffic(address_hour=window), 5, HOUR, "cap_address_hour"),
        (lambda window: Traffic(address_day=window), 20, DAY, "cap_address_day"),
        (lambda window: Traffic(domain_hour=window), 150, HOUR, "cap_domain"),
        (lambda window: Traffic(total_minute=window), 60, MINUTE, "cap_total"),
    ],
)
def test_each_cap_holds_at_its_limit_until_its_oldest_mail_is_over(
    traffic: Callable[[Window], Traffic], limit: int, span: timedelta, name: str
) -> None:
    """One below the limit is free; at the limit the mail waits until the oldest one leaves the window."""
    oldest = NOW - span / 2
    assert waiting(traffic(Window(limit - 1, oldest))) is None
    assert waiting(traffic(Window(limit, oldest))) == (name, span / 2)


def test_the_reason_says_the_cap_in_words() -> None:
    """`maild show` prints why a mail waits."""
    answer = check_caps(Traffic(address_hour=Window(5, NOW)), LIMITS, proven=True, now=NOW)
    assert isinstance(answer, Wait)
    assert answer.reason.text == "held: 5 automatic mails to this address in an hour"


def test_of_several_full_windows_the_latest_counts() -> None:
    """The mail is not woken for the first window only to be held by the second."""
    traffic = Traffic(
        address_hour=Window(5, ago(minutes=50)),
        address_day=Window(20, ago(hours=20)),
        total_minute=Window(60, ago(seconds=30)),
    )
    assert waiting(traffic) == ("cap_address_day", 4 * HOUR)


def test_an_unproven_sender_is_acknowledged_once_in_ten_minutes() -> None:
    """Who forges a From can't make us write to it more often."""
    assert waiting(Traffic(acknowledged_at=ago(minutes=4)), proven=False) == ("cap_unproven", 6 * MINUTE)
    assert waiting(Traffic(acknowledged_at=ago(minutes=10)), proven=False) is None


def test_a_proven_sender_does_not_wait_ten_minutes() -> None:
    """The ten minutes are for those who may not be who they say."""
    assert waiting(Traffic(acknowledged_at=ago(minutes=4)), proven=True) is None


def test_limits_come_from_the_config() -> None:
    """Each cap is a value of [limits]."""
    tight = replace(LIMITS, address_per_hour=1, unproven_ack_minutes=60)
    assert waiting(Traffic(address_hour=Window(1, ago(minutes=1))), limits=tight) == (
        "cap_address_hour",
        59 * MINUTE,
    )
    traffic = Traffic(acknowledged_at=ago(minutes=4))
    assert waiting(traffic, proven=False, limits=tight) == ("cap_unproven", 56 * MINUTE)


def test_held_mails_leave_one_by_one() -> None:
    """Mails that wait for one window are not all woken at the instant it has room for one."""
    waits = [waiting(Traffic(total_minute=Window(60, ago(seconds=30), ahead=ahead))) for ahead in range(4)]
    assert waits == [("cap_total", 30 * SECOND + ahead * SECOND) for ahead in range(4)]


def test_a_new_mail_does_not_overtake_those_that_wait() -> None:
    """The oldest goes first: room for two, three wait before it, so the new one waits as well."""
    assert waiting(Traffic(address_hour=Window(3, ago(minutes=30), ahead=1))) is None
    assert waiting(Traffic(address_hour=Window(3, ago(minutes=30), ahead=3))) is not None


def test_a_count_that_is_out_of_date_does_not_make_the_mail_spin() -> None:
    """Where the oldest mail left the window already, the answer is to look again in a second, not at once."""
    assert waiting(Traffic(total_minute=Window(60, ago(minutes=5)))) == ("cap_total", SECOND)
    assert waiting(Traffic(total_minute=Window(60, None))) == ("cap_total", MINUTE)


def test_a_cap_of_nothing_holds_everything() -> None:
    """A limit of 0 turns automatic mail off without an error."""
    assert waiting(Traffic(), limits=replace(LIMITS, address_per_day=0)) == ("cap_address_day", DAY)


windows = st.builds(
    Window,
    st.integers(0, 300),
    st.none() | st.timedeltas(timedelta(0), 2 * DAY).map(lambda age: NOW - age),
    st.integers(0, 300),
)


@given(
    st.builds(Traffic, windows, windows, windows, windows, st.none() | st.just(ago(minutes=3))), st.booleans()
)
def test_a_mail_that_waits_waits_for_a_later_instant(traffic: Traffic, proven: bool) -> None:
    """Whatever the counts, the answer is free or a time to come: no loop ever spins on it."""
    answer = check_caps(traffic, LIMITS, proven=proven, now=NOW)
    assert isinstance(answer, Free) or answer.until > NOW


@given(st.builds(Traffic, windows, windows, windows, windows, st.none() | st.just(ago(minutes=3))))
def test_proof_never_makes_a_mail_wait_longer(traffic: Traffic) -> None:
    """A proven sender is free wherever an unproven one is."""
    unproven = check_caps(traffic, LIMITS, proven=False, now=NOW)
    proven = check_caps(traffic, LIMITS, proven=True, now=NOW)
    if isinstance(proven, Wait):
        assert isinstance(unproven, Wait)
        assert proven.until <= unproven.until


def send_all(mails: int, limits: Limits) -> list[datetime]:
    """Return when each of `mails` that are ready now leaves, sent oldest first by the answers of `check_caps`."""
    sent: list[datetime] = []
    for _ in range(mails):
        now = sent[-1] if sent else NOW
        while isinstance(answer := check_caps(counted(sent, now), limits, proven=True, now=now), Wait):
            now = answer.until
        sent.append(now)
    return sent


def counted(sent: list[datetime], now: datetime) -> Traffic:
    """Return the traffic at `now`, all of it to one address."""

    def window(span: timedelta) -> Window:
        inside = [at for at in sent if now - span < at <= now]
        return Window(len(inside), inside[0] if inside else None)

    return Traffic(window(HOUR), window(DAY), window(HOUR), window(MINUTE))


def test_a_bomb_of_100_mails_is_answered_within_the_caps_and_in_full() -> None:
    """Every mail leaves some day, never more than 5 in an hour and 20 in a day."""
    sent = send_all(100, LIMITS)
    assert len(sent) == 100
    assert max(sum(start <= at < start + HOUR for at in sent) for start in sent) == 5
    assert max(sum(start <= at < start + DAY for at in sent) for start in sent) == 20
