"""Instants and durations in English words, for whatever is read by the people who run the service.

Mails say them in the language of their reader (replies/moments.py): their facts hold the instant itself, by `instant`.
"""

from datetime import UTC, datetime, tzinfo

from replies import moments
from replies.languages import ENGLISH

WEEKDAYS = ENGLISH.weekdays
MONTHS = ENGLISH.months


def say(at: datetime, zone: tzinfo) -> str:
    """Return an aware instant as a clock in `zone` shows it, cut to the minute, with zone and offset.

    >>> say(datetime(2026, 11, 23, 11, 0, tzinfo=UTC), UTC)
    'Monday 23 November 2026, 11:00 UTC'
    """
    return moments.say(at, zone, ENGLISH)


def instant(at: datetime | None) -> str:
    """Return an aware instant as facts of replies hold it: in UTC and cut to the second (RFC 3339); "" for none.

    >>> instant(datetime(2026, 11, 23, 11, 0, tzinfo=UTC)), instant(None)
    ('2026-11-23T11:00:00Z', '')
    """
    return at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z" if at else ""


def stamp(at: datetime) -> str:
    """Return an aware instant in UTC, cut to the minute, short enough for lists.

    >>> stamp(datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
    '2026-11-23 11:00Z'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def minutes_words(minutes: int) -> str:
    """Return a number of minutes, not negative, in hours and minutes.

    >>> minutes_words(90), minutes_words(120), minutes_words(1), minutes_words(0)
    ('1 hour 30 minutes', '2 hours', '1 minute', '0 minutes')
    """
    return moments.minutes_words(minutes, ENGLISH)
