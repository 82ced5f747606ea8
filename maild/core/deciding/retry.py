"""When to try again to send a mail that was deferred (RFC 5321 §4.5.4.1, rule 24)."""

from datetime import datetime, timedelta

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=4)
GIVE_UP_AFTER = timedelta(days=5)
DOUBLINGS = 8  # 1 min · 2^8 is more than 4 h: a higher power only makes larger numbers


def next_attempt(attempts: int, first_at: datetime, now: datetime) -> datetime | None:
    """Return when to try again after `attempts` failed ones, the first at `first_at`; None = give up.

    The pause is one minute and doubles to four hours. The last attempt is made when five days are over,
    not before.
    """
    last_at = first_at + GIVE_UP_AFTER
    if now >= last_at:
        return None
    pause = FIRST_PAUSE * (1 << min(max(attempts - 1, 0), DOUBLINGS))
    return min(now + min(pause, LONGEST_PAUSE), last_at)
