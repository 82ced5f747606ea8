"""[[staff]], [assignment] and [digest]: what they build, and how a slip in them is told."""

from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from maild.core.deciding.mornings import Mornings
from maild.core.staff import Away
from tests.parts.configs import SMALLEST, config_from, problems_of

ANNA = 'name = "Anna"\naddress = "anna@example.com"\n'
SCOPE = '\n[[classifiers.scopes]]\nid = "outage"\nlabel = "a shop that is down"\n'


def anna(more: str) -> str:
    """Return the smallest config with `more` said about Anna, and one scope."""
    return SMALLEST.replace(ANNA, ANNA + more) + SCOPE


def test_a_member_is_built_with_all_that_is_said_of_them(tmp_path: Path) -> None:
    """Calendars and zones become values, days become dates."""
    text = anna(
        'role = "lead"\nscopes = ["outage"]\ncalendar = "late"\nmost_open = 5\nlanguage = "de"\n'
        'time_zone = "Europe/Berlin"\naway = ["2026-12-24..2027-01-02", "2027-05-14"]\n'
    )
    text += '[calendar.late]\ntime_zone = "UTC"\nmon = ["14:00-22:00"]\n'
    (member,) = config_from(tmp_path, text).staff
    assert (member.role, member.scopes, member.most_open, member.language) == ("lead", ("outage",), 5, "de")
    assert member.calendar is not None
    assert member.calendar.weekly[0] == ((840, 1320),)
    assert member.zone == ZoneInfo("Europe/Berlin")
    assert member.away == (
        Away(date(2026, 12, 24), date(2027, 1, 2)),
        Away(date(2027, 5, 14), date(2027, 5, 14)),
    )


def test_a_member_of_whom_nothing_is_said_keeps_the_hours_of_the_service(tmp_path: Path) -> None:
    """And takes everything."""
    (member,) = config_from(tmp_path, SMALLEST).staff
    assert (member.role, member.scopes, member.calendar, member.zone) == ("staff", (), None, None)


def test_what_is_not_said_of_assignment_and_digest_is_the_default(tmp_path: Path) -> None:
    """Incidents are given to nobody, and each morning has its mail."""
    config = config_from(tmp_path, SMALLEST)
    assert config.assignment == "none"
    assert config.mornings == Mornings(digest=True, at=time(8, 30), weekly=True)


def test_a_digest_can_leave_at_another_time_or_not_at_all(tmp_path: Path) -> None:
    """As [digest] says."""
    text = SMALLEST + '[digest]\nenabled = false\nat = "06:15"\nweekly = false\n'
    assert config_from(tmp_path, text).mornings == Mornings(digest=False, at=time(6, 15), weekly=False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (anna('role = "boss"\n'), 'must be "staff" or "lead" or "manager", not "boss"'),
        (anna('scopes = ["outrage"]\n'), 'unknown scope "outrage"; did you mean "outage"?'),
        (anna('calendar = "standart"\n'), 'unknown [calendar.NAME] "standart"; did you mean "standard"?'),
        (anna("most_open = -1\n"), "must be a whole number from 0 to 10000, not -1"),
        (anna('time_zone = "Berlin"\n'), 'must be a time zone such as Europe/Berlin, not "Berlin"'),
        (
            SMALLEST + '[assignment]\nmethod = "random"\n',
            'must be "none" or "round_robin" or "least_load", not "random"',
        ),
        (anna('language = "xx"\n'), 'staff[1].language: must be one of de, en, ru, not "xx"'),
        (SMALLEST + '[digest]\nat = "8:30"\n', 'must be a time of day such as "08:30", not "8:30"'),
        (SMALLEST + '[digest]\nat = "24:00"\n', 'must be a time of day such as "08:30", not "24:00"'),
        (
            anna('role = "manager"\n') + '[assignment]\nmethod = "least_load"\n',
            'needs a [[staff]] that is neither a group nor a manager; "none" gives incidents to nobody',
        ),
    ],
)
def test_a_slip_is_told_with_what_would_be_right(tmp_path: Path, text: str, problem: str) -> None:
    """One line: where, what is wrong, what is allowed or was meant."""
    (told,) = problems_of(tmp_path, text)
    assert told.endswith(problem), told


@pytest.mark.parametrize(
    "days",
    [
        *(
            "2026-12-24-2027-01-02",
            "2026-12-24..2026-12-23",
            "24.12.2026",
            "2026-02-30",
            "",
            "..",
            "20261224",
        ),
        *("2026-12-24..", "2026-W01-1", "3000-01-01", "2026-01-01..2026-01-02..2026-01-03"),
    ],
)
def test_days_that_are_none_are_told(tmp_path: Path, days: str) -> None:
    """Also where the absence ends before it begins."""
    (told,) = problems_of(tmp_path, anna(f'away = ["{days}"]\n'))
    assert 'must be a day such as "2026-12-24", or days such as' in told
    assert told.partition(":")[0].isdigit()


def test_a_scope_may_be_the_one_of_what_no_rule_knows(tmp_path: Path) -> None:
    """Somebody has to take the questions."""
    assert problems_of(tmp_path, anna('scopes = ["unknown"]\n')) == []
