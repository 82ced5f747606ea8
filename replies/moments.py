"""Instants, days and durations in the words of a language: the same on every machine, whatever its locale."""

import re
from datetime import datetime, timedelta, tzinfo

from replies.language import Language

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)")


class Moment(str):
    """An instant in words; `day` are the words for its day alone."""

    __slots__ = ("day",)
    day: str


def read_instant(text: str) -> datetime | None:
    """Return the instant that `text` is in the form of RFC 3339, or None where it is anything else.

    >>> read_instant("2026-11-23T11:00:00Z").hour, read_instant("tomorrow")
    (11, None)
    """
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def moment(text: str, zone: tzinfo, language: Language) -> str:
    """Return the words of an instant in RFC 3339; what is none is said already, in words, and stays."""
    instant = read_instant(text)
    if instant is None:
        return text
    said = Moment(say(instant, zone, language))
    said.day = day_words(instant.astimezone(zone), language)
    return said


def say(instant: datetime, zone: tzinfo, language: Language) -> str:
    """Return an aware instant as a clock in `zone` shows it, cut to the minute, with zone and offset."""
    local = _local(instant, zone)
    return language.moment.format(
        date=day_words(local, language),
        time=f"{local.hour:02}:{local.minute:02}",
        zone=zone_words(local, zone, language),
    )


def _local(instant: datetime, zone: tzinfo) -> datetime:
    """Return the instant in `zone`; at the ends of the calendar, where no clock can show it, as it is."""
    try:
        return instant.astimezone(zone)
    except OverflowError:
        return instant


def day_words(local: datetime, language: Language) -> str:
    """Return the day of a local time, with its weekday and year."""
    return language.day.format(
        weekday=language.weekdays[local.weekday()],
        day=local.day,
        month=language.months[local.month - 1],
        year=local.year,
    )


def zone_words(local: datetime, zone: tzinfo, language: Language) -> str:
    """Return the zone's name and offset, such as `CET (UTC+01:00)`; a zone that is called after UTC says it once."""
    named = zone_name(local, zone)
    if named.startswith("UTC"):
        return named
    return f"{language.zones.get(named, named)} (UTC{offset_words(local.utcoffset() or timedelta())})"


def zone_name(local: datetime, zone: tzinfo) -> str:
    """Return the zone's abbreviation, such as CET, or its whole name where that is only an offset."""
    short = local.tzname() or ""
    return short if short.isalpha() else str(zone)


def offset_words(offset: timedelta) -> str:
    """Return an offset from UTC as `+05:30`; seconds, which no zone of today has, are cut off."""
    hours, minutes = divmod(int(abs(offset).total_seconds()) // 60, 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02}:{minutes:02}"


def minutes_words(minutes: int, language: Language) -> str:
    """Return a number of minutes, not negative, in hours and minutes."""
    hours, rest = divmod(minutes, 60)
    parts = [language.counted(hours, language.units["hour"])] if hours else []
    return " ".join(
        [*parts, language.counted(rest, language.units["minute"])] if rest or not hours else parts
    )
