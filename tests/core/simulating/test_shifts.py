"""When simulated people are at work, and when their work is done."""

from datetime import UTC, date, datetime, timedelta

import pytest

from maild.core.promising.business_hours import Calendar
from maild.core.simulating.shifts import Shifts, shifts_of
from maild.core.staff import Away, StaffMember

OFFICE = Calendar(UTC, (*(((540, 1080),),) * 5, (), ()))  # Monday to Friday, 09:00 to 18:00
EVENING = Calendar(UTC, (*(((1080, 1320),),) * 5, (), ()))
NIGHT = Calendar(UTC, (*(((1320, 360),),) * 5, (), ()))
MONDAY, HOUR, DAY = datetime(2026, 3, 2, tzinfo=UTC), timedelta(hours=1), timedelta(days=1)
ANNA = StaffMember("Anna", "anna@example.com")


def test_work_rests_while_nobody_is_there() -> None:
    """What is begun an hour before closing and takes two is done an hour after opening."""
    shifts = Shifts(OFFICE)
    assert shifts.done_at(MONDAY + 17 * HOUR, 7_200) == MONDAY + 34 * HOUR
    assert shifts.done_at(MONDAY + 9 * HOUR, 0.001) == MONDAY + 9 * HOUR + timedelta(seconds=1)
    assert [shifts.at_work(MONDAY + hour * HOUR) for hour in (8, 9, 18)] == [False, True, False]
    assert shifts.next_from(MONDAY) == MONDAY + 9 * HOUR
    assert shifts.next_from(MONDAY + 10 * HOUR) == MONDAY + 10 * HOUR
    assert shifts.seconds(MONDAY, MONDAY + 2 * DAY) == 18 * 3600


@pytest.mark.parametrize(
    ("model", "own", "begins"),
    [(None, None, 9), (None, EVENING, 18), (NIGHT, EVENING, 22), (NIGHT, None, 22)],
)
def test_the_hours_of_the_model_come_before_ones_own(
    model: Calendar | None, own: Calendar | None, begins: int
) -> None:
    """And one's own before those of the service."""
    member = StaffMember("Anna", "anna@example.com", calendar=own)
    assert shifts_of(member, model, OFFICE).next_from(MONDAY + 7 * HOUR) == MONDAY + begins * HOUR


def test_who_is_away_is_not_at_work() -> None:
    """From the first day to the last; what they began before rests until they are back."""
    member = StaffMember("Anna", "anna@example.com", away=(Away(date(2026, 3, 3), date(2026, 3, 5)),))
    shifts = shifts_of(member, None, OFFICE)
    assert not shifts.at_work(MONDAY + DAY + 10 * HOUR)
    assert shifts.next_from(MONDAY + 20 * HOUR) == MONDAY + 4 * DAY + 9 * HOUR
    assert shifts.done_at(MONDAY + 17 * HOUR, 7_200) == MONDAY + 4 * DAY + 10 * HOUR


def test_who_is_away_for_ever_never_comes_back() -> None:
    """And begins nothing that they would not finish; no day of it is counted one by one for ever."""
    member = StaffMember("Anna", "anna@example.com", away=(Away(date(2026, 3, 3), date(9998, 12, 31)),))
    shifts = shifts_of(member, None, OFFICE)
    assert shifts.next_from(MONDAY + DAY) is None
    assert shifts.done_at(MONDAY + 17 * HOUR, 7_200) is None
    assert shifts.done_at(MONDAY + 16 * HOUR, 7_200) == MONDAY + 18 * HOUR
