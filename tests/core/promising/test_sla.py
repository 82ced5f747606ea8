"""Policies: what is promised to whom, and by when."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from maild.core.incident import Priority
from maild.core.promising.business_hours import Calendar
from maild.core.promising.sla import ALWAYS, BASE, About, Policy, Rule, add_target, due
from maild.core.promising.target import BusinessDays, Minutes

BERLIN = ZoneInfo("Europe/Berlin")  # built here: a zone is read from a file, and the core opens none
OFFICE = Calendar(BERLIN, (*(((540, 1080),),) * 5, (), ()))
TARGETS: dict[Priority, Minutes] = {
    "hotrush": Minutes(120),
    "high": Minutes(240),
    "normal": Minutes(480),
    "low": Minutes(960),
}
POLICY = Policy(OFFICE, TARGETS)
IN_DAYS = replace(POLICY, first_response={**TARGETS, "normal": BusinessDays(1)})
BIG = About(organisation="Big Ltd", scope="outage")


def utc(text: str) -> datetime:
    """Return the instant of an ISO text without zone, read as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


MORNING = utc("2026-03-03T08:00")  # Tuesday 09:00 in Berlin


def test_a_target_in_minutes_counts_open_time() -> None:
    """Eight hours from 09:15 end at 17:15; from Friday night, two hours end on Monday at 11:00."""
    assert due(POLICY, "normal", utc("2026-03-03T08:15")) == utc("2026-03-03T16:15")
    assert due(POLICY, "hotrush", utc("2026-03-06T18:30")) == utc("2026-03-09T10:00")


def test_a_target_in_business_days_keeps_the_time_of_day() -> None:
    """One business day from Friday 11:20 is Monday 11:20."""
    assert due(IN_DAYS, "normal", utc("2026-03-06T10:20")) == utc("2026-03-09T10:20")


def test_what_is_not_promised_is_not_due() -> None:
    """A priority without a target has no due time."""
    assert due(Policy(OFFICE, {"high": Minutes(5)}), "low", MORNING) is None


def test_the_first_rule_that_fits_decides() -> None:
    """By organisation, scope and priority; what a rule does not name fits everybody."""
    rules = (
        Rule(organisations=frozenset({"big ltd"}), priorities=frozenset({"hotrush"})),
        Rule(scopes=frozenset({"outage"})),
        Rule(),
    )
    policy = replace(POLICY, rules=rules)
    assert policy.rule_for("hotrush", BIG) == 0
    assert policy.rule_for("high", BIG) == 1
    assert policy.rule_for("hotrush", About("Small Ltd", "tax")) == 2
    assert POLICY.rule_for("hotrush", BIG) == BASE


def test_a_rule_overrides_what_it_names_and_nothing_else() -> None:
    """Another calendar, another target, or no promise at all; the rest is as everywhere."""
    rule = Rule(calendar=ALWAYS, targets={"first_response": Minutes(30), "resolution": None})
    policy = replace(POLICY, next_response=TARGETS, resolution=TARGETS, rules=(rule,))
    assert due(policy, "low", utc("2026-03-07T22:00")) == utc("2026-03-07T22:30")
    assert policy.target("resolution", "high", 0) is None
    assert policy.target("next_response", "high", 0) == Minutes(240)
    assert (policy.hours("update", 0), policy.hours("update", BASE)) == (ALWAYS, OFFICE)


def test_the_waits_for_a_customer_are_days_of_24_hours() -> None:
    """Whoever is at work; no days are no wait."""
    policy = replace(POLICY, pre_close_days=5, close_days=0)
    assert policy.target("silence", "low", BASE) == Minutes(5 * 1440)
    assert policy.target("closing", "low", BASE) is None
    assert policy.hours("silence", BASE) == ALWAYS


def test_without_promises_the_waits_are_left() -> None:
    """Mail of lists promises nothing, and is closed by silence like the rest."""
    bare = replace(POLICY, resolution=TARGETS, pre_close_days=5, close_days=3).without_promises()
    assert bare == Policy(OFFICE, pre_close_days=5, close_days=3)


def test_a_calendar_that_never_opens_makes_no_promise() -> None:
    """The error comes when the promise is made, not never."""
    with pytest.raises(ValueError, match="does not open"):
        add_target(Calendar(BERLIN, ((),) * 7), MORNING, Minutes(1))
