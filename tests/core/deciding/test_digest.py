"""A morning is noted, and brings a mail only where there is something to say; weekly figures go to those who lead."""

from dataclasses import replace
from datetime import date

import pytest

from maild.core.actions import NoteMorning
from maild.core.deciding.digest import decide_digest, decide_weekly_figures, wants_weekly
from maild.core.deciding.digest_facts import OpenIncident, Standing
from maild.core.deciding.mornings import Morning, Mornings
from maild.core.deciding.week_facts import Week
from maild.core.staff import Away
from tests.parts import cases as c

MORNING = Morning(c.ANNA, date(2026, 3, 2), first_of_week=True)
OPEN = OpenIncident(1003, "Checkout", "normal", "submitted", c.NOW, c.NOW + 13 * c.HOUR)
WEEK = Week(c.NOW - 7 * c.DAY, c.NOW, 3, 2, 1, (), (), (), ())


def test_a_morning_with_something_to_say_has_one_mail() -> None:
    """It is known by its date, so that there is never a second."""
    done = decide_digest(MORNING, Standing((OPEN,)), c.rules(), c.NOW)
    assert c.only(done, NoteMorning) == NoteMorning(c.ANNA.to, "digest", "2026-03-02")
    (mail,) = c.mails(done)
    assert (mail.kind, mail.to, mail.cause, mail.audience) == (
        "digest",
        c.ANNA.to,
        "digest:2026-03-02",
        "staff",
    )
    assert mail.facts["due_count"] == 1


def test_today_ends_at_midnight_where_the_reader_is() -> None:
    """22:00 here is tomorrow two hours further east."""
    east = replace(c.ANNA, zone=c.OFFICE.zone)
    assert c.mails(decide_digest(replace(MORNING, member=east), Standing((OPEN,)), c.rules(), c.NOW))
    tomorrow = replace(OPEN, due_at=c.NOW + 15 * c.HOUR)
    (mail,) = c.mails(decide_digest(MORNING, Standing((tomorrow,)), c.rules(), c.NOW))
    assert (mail.facts["due_count"], mail.facts["us_count"]) == (0, 1)


def test_what_nobody_present_has_is_everybodys() -> None:
    """Its owner is away, or of the staff no more; once they are back it is theirs alone."""
    bens = replace(OPEN, state="assigned", owner=c.BEN.address, owner_name="Ben")
    away = replace(c.BEN, away=(Away(date(2026, 3, 2), date(2026, 3, 2)),))
    for staff, counts in (((c.ANNA, c.BEN), None), ((c.ANNA, away), (1, 0)), ((c.ANNA,), (1, 0))):
        mails = c.mails(decide_digest(MORNING, Standing((bens,)), replace(c.rules(), staff=staff), c.NOW))
        told = [(mail.facts["due_count"], mail.facts["others"]) for mail in mails]
        assert told == ([counts] if counts else [])


def test_a_morning_with_nothing_to_say_is_noted_and_silent() -> None:
    """So that what comes in at ten makes no morning mail at ten."""
    assert decide_digest(MORNING, Standing((), kept=3), c.rules(), c.NOW) == [
        NoteMorning(c.ANNA.to, "digest", "2026-03-02")
    ]


@pytest.mark.parametrize(
    ("role", "first", "weekly", "wanted"),
    [
        ("lead", True, True, True),
        ("manager", True, True, True),
        ("staff", True, True, False),
        ("lead", False, True, False),
        ("lead", True, False, False),
    ],
)
def test_who_leads_gets_the_figures_once_a_week(role: str, first: bool, weekly: bool, wanted: bool) -> None:
    """On the first working morning, unless the config says no."""
    member = replace(c.ANNA, role=role)  # type: ignore[arg-type]
    rules = c.rules(mornings=Mornings(weekly=weekly))
    assert wants_weekly(replace(MORNING, member=member, first_of_week=first), rules) is wanted


def test_the_figures_are_one_mail_and_none_for_an_empty_week() -> None:
    """Noted either way."""
    done = decide_weekly_figures(MORNING, WEEK, c.rules())
    (mail,) = c.mails(done)
    assert (mail.kind, mail.cause, mail.facts["opened"]) == ("weekly_figures", "weekly_figures:2026-03-02", 3)
    assert decide_weekly_figures(MORNING, replace(WEEK, opened=0, closed=0), c.rules()) == [
        NoteMorning(c.ANNA.to, "weekly_figures", "2026-03-02")
    ]
