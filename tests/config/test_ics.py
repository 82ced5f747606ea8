"""Holidays from a file: whole days, once or every year; what is not understood is said with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.config.ics import LAST_YEAR, Mistake, read_ics


def calendar(*lines: str) -> str:
    """Return a calendar with one event of these lines; the first of them is line 3."""
    return "\r\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])


def days(*lines: str) -> list[str]:
    """Return the days of one event, which must be readable."""
    found, mistakes = read_ics(calendar(*lines))
    assert mistakes == ()
    return sorted(found)


def test_a_whole_day_is_a_day_off() -> None:
    """As Google, Outlook and Apple write it; a name across two lines is none of our business."""
    assert days("SUMMARY:Christmas, and a long\r\n  name", "DTSTART;VALUE=DATE:20261225") == ["2026-12-25"]
    assert days("DTSTART;VALUE=DATE:20261225", "DTEND;VALUE=DATE:20261226") == ["2026-12-25"]
    assert days('DTSTART;TZID="Europe/Berlin: x":20261225T000000', "DTEND:20261226T000000Z") == ["2026-12-25"]


def test_an_event_of_several_days_ends_before_its_end() -> None:
    """DTEND is the first day that is not part of it (RFC 5545 §3.6.1)."""
    assert days("DTSTART:20261224", "DTEND:20261227") == ["2026-12-24", "2026-12-25", "2026-12-26"]


def test_a_yearly_event_comes_every_year() -> None:
    """For good, so many times, or until a day; what repeats the date says nothing new."""
    for rule in ("FREQ=YEARLY", "FREQ=YEARLY;INTERVAL=1;BYMONTH=12;BYMONTHDAY=25;WKST=MO"):
        found = days("DTSTART:20261225", f"RRULE:{rule}")
        assert (found[0], found[-1], len(found)) == ("2026-12-25", f"{LAST_YEAR}-12-25", LAST_YEAR - 2025)
    assert days("DTSTART:20261225", "RRULE:FREQ=YEARLY;COUNT=2") == ["2026-12-25", "2027-12-25"]
    assert days("DTSTART:20261225", "RRULE:FREQ=YEARLY;UNTIL=20271225T000000Z") == [
        "2026-12-25",
        "2027-12-25",
    ]
    assert days("DTSTART:20280229", "RRULE:FREQ=YEARLY;COUNT=2") == ["2028-02-29", "2032-02-29"]


def test_what_was_cancelled_is_no_holiday() -> None:
    """And what stands in an alarm of the event is not of the event."""
    assert days("STATUS:CANCELLED", "DTSTART:20261225") == []
    assert days("BEGIN:VALARM", "DURATION:PT15M", "END:VALARM", "DTSTART:20261225") == ["2026-12-25"]


@pytest.mark.parametrize(
    ("lines", "line", "says"),
    [
        (
            ("DTSTART:20261225T090000",),
            3,
            "DTSTART must be a whole day such as 20261225, not 20261225T090000",
        ),
        (("DTSTART:20260230",), 3, "DTSTART must be a whole day"),
        (("SUMMARY:x", "DTSTART:20261225", "RRULE:FREQ=WEEKLY"), 5, "only FREQ=YEARLY on the same day"),
        (("DTSTART:20261225", "RRULE:FREQ=YEARLY;BYDAY=4TH"), 4, "only FREQ=YEARLY"),
        (("DTSTART:20261225", "RRULE:FREQ=YEARLY;BYMONTH=11"), 4, "only FREQ=YEARLY"),
        (("DTSTART:20261225", "DTEND:20261220"), 4, "DTEND is before DTSTART"),
        (("DTSTART:20261225", "EXDATE:20271225"), 4, "EXDATE is not understood: write such days"),
        (("DTSTART:20261225", "RRULE:FREQ=YEARLY;UNTIL=20289999"), 4, "only FREQ=YEARLY on the same day"),
        (("DTSTART:20271226", "RECURRENCE-ID:20271225"), 4, "RECURRENCE-ID is not understood"),
        (("SUMMARY:x",), 2, "the event has no DTSTART"),
        (("DTSTART:20261225", "what is this"), 4, "is no line of a calendar: 'what is this'"),
    ],
)
def test_what_is_not_understood_is_said_with_its_line(lines: tuple[str, ...], line: int, says: str) -> None:
    """A holiday that is left out without a word would be a promise broken."""
    _, (mistake,) = read_ics(calendar(*lines))
    assert mistake.line == line
    assert mistake.text.startswith(says)


def test_a_file_without_events_is_the_wrong_file() -> None:
    """An empty one, or a web page."""
    assert read_ics("")[1] == (Mistake(1, "holds no event; export the calendar as iCalendar (.ics)"),)
    assert read_ics("<html>\n")[1][0].text.startswith("is no line of a calendar")


def test_a_file_that_was_cut_off_is_not_taken_for_whole() -> None:
    """The days after the cut are missing, and nobody would notice."""
    _, mistakes = read_ics("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20261225\n")
    assert mistakes == (Mistake(4, "the file ends within VEVENT: part of it is missing"),)


def test_only_line_ends_end_a_line() -> None:
    """A name may hold what other programs take for one; the lines are counted as an editor does."""
    assert days("SUMMARY:First\u2028second\x85third\x0b", "DTSTART:20261225") == ["2026-12-25"]


def test_a_day_of_a_far_year_is_kept() -> None:
    """The last year is for what comes every year."""
    assert days(f"DTSTART:{LAST_YEAR + 1}1225") == [f"{LAST_YEAR + 1}-12-25"]


def test_one_bad_event_hides_no_other() -> None:
    """All mistakes at once, as everywhere in the config."""
    text = calendar("DTSTART:20261225") + calendar("DTSTART:x") + calendar("DTSTART:y")
    found, mistakes = read_ics(text)
    assert sorted(found) == ["2026-12-25"]
    assert [mistake.line for mistake in mistakes] == [8, 13]


UNTIL = "RRULE:FREQ=YEARLY;UNTIL=20289999"
LINES = [
    UNTIL,
    "BEGIN:VEVENT",
    "END:VEVENT",
    "DTSTART:20261225",
    "RRULE:FREQ=YEARLY",
    " x",
    "",
    "END:X",
    "DTEND:1",
]


@given(st.lists(st.sampled_from(LINES), max_size=12), st.text(max_size=30))
def test_no_text_breaks_the_reader(lines: list[str], more: str) -> None:
    """Whatever it is, it is days and mistakes."""
    found, _ = read_ics("\n".join([*lines, more]))
    assert all(len(day) == 10 for day in found)
