"""Instants and durations in English words: the same on every machine, whatever its locale."""

from datetime import UTC, datetime, timedelta, tzinfo

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def say(instant: datetime, zone: tzinfo) -> str:
    """Return an aware instant as a clock in `zone` shows it, cut to the minute, with zone and offset.

    >>> say(datetime(2026, 11, 23, 11, 0, tzinfo=UTC), UTC)
    'Monday 23 November 2026, 11:00 UTC (UTC+00:00)'
    """
    local = instant.astimezone(zone)
    day = f"{WEEKDAYS[local.weekday()]} {local.day} {MONTHS[local.month - 1]} {local.year:04}"
    offset = f"UTC{offset_words(local.utcoffset() or timedelta())}"
    return f"{day}, {local.hour:02}:{local.minute:02} {zone_name(local, zone)} ({offset})"


def stamp(instant: datetime) -> str:
    """Return an aware instant in UTC, cut to the minute, short enough for lists.

    >>> stamp(datetime(2026, 11, 23, 11, 0, tzinfo=UTC))
    '2026-11-23 11:00Z'
    """
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%MZ")


def zone_name(local: datetime, zone: tzinfo) -> str:
    """Return the zone's abbreviation, such as CET, or its whole name where that is only an offset."""
    short = local.tzname() or ""
    return short if short.isalpha() else str(zone)


def offset_words(offset: timedelta) -> str:
    """Return an offset from UTC as `+05:30`; seconds, which no zone of today has, are cut off."""
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"


def minutes_words(minutes: int) -> str:
    """Return a number of minutes, not negative, in hours and minutes.

    >>> minutes_words(90), minutes_words(120), minutes_words(1), minutes_words(0)
    ('1 hour 30 minutes', '2 hours', '1 minute', '0 minutes')
    """
    hours, rest = divmod(minutes, 60)
    parts = [_counted(hours, "hour")] if hours else []
    return " ".join([*parts, _counted(rest, "minute")] if rest or not hours else parts)


def _counted(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"
