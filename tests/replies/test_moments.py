"""Instants in words: what a person in any country reads without doubt, in each language."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replies.language import Language
from replies.languages import LANGUAGES
from replies.moments import Moment, minutes_words, moment, read_instant, say
from tests.parts.zones import BERLIN, DUBAI, KOLKATA, MOSCOW, NEW_YORK

NOON = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
EN, DE, RU = LANGUAGES["en"], LANGUAGES["de"], LANGUAGES["ru"]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (EN, "Monday 23 November 2026, 12:00 CET (UTC+01:00)"),
        (DE, "Montag, 23. November 2026, 12:00 Uhr MEZ (UTC+01:00)"),
        (RU, "понедельник, 23 ноября 2026\u00a0г., 12:00 CET (UTC+01:00)"),
    ],
)
def test_an_instant_is_said_with_day_zone_and_offset(language: Language, words: str) -> None:
    """No part is left to guess, and the zone has the name that the language gives it."""
    assert say(NOON, BERLIN, language) == words


def test_summer_time_and_zones_without_a_name_are_told_apart() -> None:
    """`+04` says no more than the offset; the zone's own name does."""
    summer = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
    assert say(summer, BERLIN, DE) == "Mittwoch, 1. Juli 2026, 12:00 Uhr MESZ (UTC+02:00)"
    assert say(NOON, MOSCOW, RU) == "понедельник, 23 ноября 2026\u00a0г., 14:00 МСК (UTC+03:00)"
    assert say(NOON, DUBAI, EN).endswith("15:00 Asia/Dubai (UTC+04:00)")
    assert say(NOON, KOLKATA, EN).endswith("16:30 IST (UTC+05:30)")
    assert say(NOON, NEW_YORK, RU).endswith("06:00 EST (UTC-05:00)")


@pytest.mark.parametrize(
    "text",
    ["tomorrow", "", "2026-11-23", "2026-11-23T11:00:00", "2026-99-23T11:00:00Z", "2026-11-23T11:00:00Z x"],
)
def test_what_is_no_instant_stays_as_it_is(text: str) -> None:
    """Rows of an older maild hold words."""
    assert read_instant(text) is None
    assert moment(text, UTC, EN) == text


def test_an_instant_may_have_an_offset_and_parts_of_a_second() -> None:
    """As RFC 3339 has them."""
    assert read_instant("2026-11-23T12:00:00.5+01:00") == NOON + timedelta(seconds=0.5)


def test_an_instant_knows_its_day() -> None:
    """By the reader's clocks: late in London is the next day in Moscow."""
    said = moment("2026-12-31T22:30:00Z", MOSCOW, RU)
    assert isinstance(said, Moment)
    assert said.day == "пятница, 1 января 2027\u00a0г."


@pytest.mark.parametrize("language", LANGUAGES.values(), ids=LANGUAGES)
@given(instant=st.datetimes(timezones=st.sampled_from([UTC, BERLIN, NEW_YORK])))
def test_any_instant_can_be_said(language: Language, instant: datetime) -> None:
    """At the ends of the calendar too, in no more than a line."""
    said = say(instant, MOSCOW, language)
    assert len(said) < 80
    assert "UTC" in said


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (EN, ["0 minutes", "1 minute", "1 hour", "1 hour 30 minutes", "2 hours", "5 hours 2 minutes"]),
        (
            DE,
            ["0 Minuten", "1 Minute", "1 Stunde", "1 Stunde 30 Minuten", "2 Stunden", "5 Stunden 2 Minuten"],
        ),
        (RU, ["0 минут", "1 минута", "1 час", "1 час 30 минут", "2 часа", "5 часов 2 минуты"]),
    ],
)
def test_durations_are_said_in_hours_and_minutes(language: Language, words: list[str]) -> None:
    """Each noun in the form that its number asks for."""
    assert [minutes_words(minutes, language) for minutes in (0, 1, 60, 90, 120, 302)] == words
