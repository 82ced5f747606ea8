"""Claims about invitations: what a person needs of them, as it is written there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.reading.calendar_text import calendar_lines


def event(*lines: str, method: str = "REQUEST") -> str:
    """Return a calendar with one event of `lines`, and the rules of a zone before it."""
    zone = ["BEGIN:VTIMEZONE", "DTSTART:16010101T030000", "END:VTIMEZONE"]
    return "\r\n".join(
        ["BEGIN:VCALENDAR", f"METHOD:{method}", *zone, "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR"]
    )


def test_an_invitation_is_a_few_lines() -> None:
    """What, when, where, who; folded lines and escapes undone."""
    lines = calendar_lines(
        event(
            "SUMMARY;LANGUAGE=en:Talk about\\n the cart\\, at",
            "  last",
            "DTSTART;TZID=Europe/Berlin:20260303T140000",
            "DTEND;TZID=Europe/Berlin:20260303T150000",
            "LOCATION:Room 5\\; second floor",
            'ORGANIZER;CN="Smith: Ann":mailto:ann@shop.example',
            "RRULE:FREQ=WEEKLY",
        )
    )
    assert lines == [
        "Invitation: Talk about the cart, at last",
        "When: Tuesday 3 March 2026, 14:00 to 15:00 Europe/Berlin",
        "Repeats: FREQ=WEEKLY",
        "Where: Room 5; second floor",
        "From: Smith: Ann <ann@shop.example>",
    ]


@pytest.mark.parametrize(
    ("start", "end", "when"),
    [
        (
            "DTSTART:20260303T140000Z",
            "DTEND:20260304T150000Z",
            "Tuesday 3 March 2026, 14:00 to Wednesday 4 March 2026, 15:00 UTC",
        ),
        ("DTSTART;VALUE=DATE:20260303", "DTEND;VALUE=DATE:20260304", "Tuesday 3 March 2026"),
        ("DTSTART:20260303T1400", "X:y", "Tuesday 3 March 2026, 14:00"),
        ("DUE:20260303T140000Z", "X:y", "Tuesday 3 March 2026, 14:00 UTC"),
        ("DTSTART:20269999T990000Z", "X:y", ""),
        ("DTSTART:soon", "X:y", ""),
    ],
)
def test_times_stand_as_they_are_written(start: str, end: str, when: str) -> None:
    """Other days, whole days, no zone, no end, no sense."""
    said = [
        line.removeprefix("When: ") for line in calendar_lines(event(start, end)) if line.startswith("When")
    ]
    assert "".join(said) == when


@pytest.mark.parametrize(
    ("method", "line", "kind"),
    [
        ("REQUEST", "X:y", "Invitation"),
        ("request", "STATUS:CANCELLED", "Cancelled"),
        ("CANCEL", "X:y", "Cancelled"),
        ("REPLY", "ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b", "Accepted"),
        ("REPLY", "ATTENDEE;CN=A;PARTSTAT=DECLINED:mailto:a@b", "Declined"),
        ("REPLY", "X:y", "Answer to an invitation"),
        ("PUBLISH", "X:y", "Event"),
    ],
)
def test_what_it_wants_is_said(method: str, line: str, kind: str) -> None:
    """RFC 5546 §1.4, in words."""
    assert calendar_lines(event("SUMMARY:Talk", line, method=method))[0] == f"{kind}: Talk"


@pytest.mark.parametrize(
    "text", ["", "words", "BEGIN:VCALENDAR\nEND:VCALENDAR", "BEGIN:VEVENT\nEND:VEVENT", "BEGIN:VEVENT"]
)
def test_without_an_event_there_is_nothing_to_say(text: str) -> None:
    """The file is attached all the same."""
    assert calendar_lines(text) == []


@given(
    st.lists(
        st.sampled_from(
            ["BEGIN:VEVENT", "DTSTART", ';TZID="', ":", "\n", "\n ", "2026", ";", '"', "\\", "A=b"]
        )
    )
)
def test_any_arrangement_is_read(pieces: list[str]) -> None:
    """Lines on one line each, whatever the file."""
    assert all(len(line.splitlines()) <= 1 for line in calendar_lines("".join(pieces)))


@pytest.mark.parametrize("mark", [';a="', ";a=b", ":", "\n ", '"', "BEGIN:VEVENT\n"])
def test_a_hostile_calendar_is_read_in_one_pass(mark: str) -> None:
    """Lines, their length and their number are bounded."""
    assert len(calendar_lines("BEGIN:VEVENT\nX" + mark * 100_000)) <= 7
