"""When the next morning mail may be due."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from maild.core.deciding.mornings import Mornings, mornings_due
from maild.core.promising.business_hours import Calendar
from maild.core.simulating.next_morning import next_morning
from maild.core.staff import Away, StaffMember

OFFICE = Calendar(UTC, (*(((540, 1080),),) * 5, (), ()))  # Monday to Friday, 09:00 to 18:00
BERLIN = ZoneInfo("Europe/Berlin")
MONDAY, HOUR, DAY = datetime(2026, 3, 2, tzinfo=UTC), timedelta(hours=1), timedelta(days=1)
AT = Mornings(at=time(8, 30))
ANNA = StaffMember("Anna", "anna@example.com")


def test_it_is_the_next_working_day_at_that_time() -> None:
    """Today's where it has not begun; a weekend has none; each by the clock of where they are."""
    half_past = MONDAY + 8.5 * HOUR
    assert next_morning([ANNA], AT, MONDAY, OFFICE) == half_past
    assert next_morning([ANNA], AT, half_past, OFFICE) == half_past + DAY
    assert next_morning([ANNA], AT, MONDAY + 4 * DAY + 9 * HOUR, OFFICE) == half_past + 7 * DAY
    assert next_morning([replace(ANNA, zone=BERLIN)], AT, MONDAY, OFFICE) == half_past - HOUR


def test_of_several_people_the_first_counts() -> None:
    """A group reads no digest, and who is away has none."""
    away = replace(ANNA, away=(Away(date(2026, 3, 2), date(2026, 3, 3)),))
    assert next_morning([away], AT, MONDAY, OFFICE) == MONDAY + 2 * DAY + 8.5 * HOUR
    early = replace(ANNA, zone=BERLIN)
    assert next_morning([away, early], AT, MONDAY, OFFICE) == MONDAY + 7.5 * HOUR
    assert next_morning([replace(ANNA, group=True)], AT, MONDAY, OFFICE) is None


def test_there_may_be_none_to_come() -> None:
    """No digest, nobody on the staff, or nobody who ever comes back."""
    gone = replace(ANNA, away=(Away(date(2026, 1, 1), date(9998, 12, 31)),))
    assert next_morning([ANNA], replace(AT, digest=False), MONDAY, OFFICE) is None
    assert next_morning([], AT, MONDAY, OFFICE) is None
    assert next_morning([gone], AT, MONDAY, OFFICE) is None


def test_it_is_when_the_daemon_would_see_it() -> None:
    """Not a moment before: a morning that a jump misses is a digest that a simulation misses."""
    at = next_morning([ANNA], AT, MONDAY, OFFICE)
    assert at is not None
    assert mornings_due((ANNA,), AT, at - timedelta.resolution, OFFICE) == []
    assert [one.member for one in mornings_due((ANNA,), AT, at, OFFICE)] == [ANNA]
