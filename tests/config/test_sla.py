"""[sla] and its calendars become a policy of the core; what makes no sense is said with its line."""

from pathlib import Path

import pytest

from maild.core.promising.sla import About
from maild.core.promising.target import BusinessDays, Minutes
from tests.parts.configs import SHIPPED, SMALLEST, config_from, problems_of

RULE = """
[[sla.policy]]
organisation = ["Big Ltd"]
priority = ["hotrush"]
first_response = 30
resolution = "none"
[[sla.policy]]
scope = ["outage"]
calendar = "nights"
update = 90
[calendar.nights]
time_zone = "UTC"
mon = ["00:00-24:00"]
"""


def test_as_shipped_a_further_mail_is_answered_as_soon_as_the_first(tmp_path: Path) -> None:
    """And no news and no solution are promised; silence ends an incident after five days and three."""
    policy = config_from(tmp_path, SHIPPED).policy
    assert policy.next_response == policy.first_response
    assert policy.first_response["normal"] == BusinessDays(1)
    assert (policy.update, policy.resolution, policy.rules) == ({}, {}, ())
    assert (policy.pre_close_days, policy.close_days, policy.priority_raise) == (5, 3, "from_change")


def test_what_is_written_is_promised(tmp_path: Path) -> None:
    """Each level by itself; `none` is nothing, `first` is as the first answer."""
    text = "[sla]\npriority_raise = 'from_start'\n[sla.first_response]\nhotrush = 60\n"
    text += "[sla.next_response]\nlow = 'none'\nhigh = 90\n[sla.resolution]\nhotrush = 480\n"
    policy = config_from(tmp_path, SMALLEST + text).policy
    assert dict(policy.next_response) == {
        "hotrush": Minutes(60),
        "high": Minutes(90),
        "normal": BusinessDays(1),
    }
    assert (policy.resolution, policy.priority_raise) == ({"hotrush": Minutes(480)}, "from_start")


def test_rules_override_in_their_order(tmp_path: Path) -> None:
    """A further mail is promised what the first is, where the rule speaks of the first alone."""
    policy = config_from(tmp_path, SHIPPED + RULE).policy
    big = policy.rule_for("hotrush", About(organisation="BIG ltd", scope="outage"))
    other = policy.rule_for("low", About(scope="outage"))
    assert (big, other) == (0, 1)
    assert policy.target("first_response", "hotrush", big) == Minutes(30)
    assert policy.target("next_response", "hotrush", big) == Minutes(30)
    assert policy.target("update", "low", other) == Minutes(90)
    assert policy.hours("update", other).weekly[0] == ((0, 1440),)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "[sla.resolution]\nlow = { bd = 2 }\n",
            'sla.resolution.low: must be minutes such as 240, or "none", not a table',
        ),
        ("[sla.next_response]\nlow = 'never'\n", '"first" (as for a first answer) or "none", not "never"'),
        (
            "[[sla.policy]]\nfirst_response = 5\n",
            "sla.policy[1]: is for every incident; it needs an organisation, a scope or a priority",
        ),
        ("[[sla.policy]]\npriority = ['low']\n", "sla.policy[1]: promises nothing of its own"),
        (
            "[[sla.policy]]\npriority = ['low']\ncalendar = 'nights'\n",
            "sla.policy[1].calendar: there is no [calendar.nights]; there are: standard",
        ),
        (
            "[[sla.policy]]\npriority = ['low']\nfirst_response = { bd = 0 }\n",
            "sla.policy[1].first_response: must be minutes such as 240, or business days such as { bd = 1 }, or",
        ),
        ("[[sla.policy]]\npriority = ['low']\nnext_response = 'soon'\n", 'or "none", not "soon"'),
        ("[[sla.policy]]\npriority = ['low']\nupdate = 1.5\n", "sla.policy[1].update: must be minutes"),
        ("[[sla.policy]]\npriority = ['low']\nresolution = { bd = 1 }\n", 'or "none", not a table'),
        (
            (
                "[[sla.policy]]\norganisation = ['ACME']\nupdate = 5\n"
                "[[sla.policy]]\norganisation = ['Acme']\npriority = ['low']\nupdate = 9\n"
            ),
            "sla.policy[2]: never decides: all it names is decided by sla.policy[1]; move it above that",
        ),
        ("[[sla.policy]]\npriority = ['urgent']\nupdate = 5\n", "sla.policy[1].priority"),
    ],
)
def test_a_promise_that_makes_no_sense_is_said(tmp_path: Path, text: str, says: str) -> None:
    """With the line, and what it could be."""
    (line,) = problems_of(tmp_path, SMALLEST + text)
    assert says in line


def test_a_rule_for_a_scope_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    """It would never fit."""
    text = SHIPPED + "\n[[sla.policy]]\nscope = ['outagge']\nupdate = 5\n"
    (line,) = problems_of(tmp_path, text)
    assert "outage" in line


def test_rules_may_overlap_where_each_decides_something(tmp_path: Path) -> None:
    """The narrow one first; two that share some incidents; and one for what is in no scope."""
    text = "\n[[sla.policy]]\norganisation = ['Acme']\npriority = ['low', 'normal']\nupdate = 5\n"
    text += "[[sla.policy]]\npriority = ['low']\nupdate = 6\n"
    text += "[[sla.policy]]\norganisation = ['Acme', 'Other']\npriority = ['low', 'high']\nupdate = 6\n"
    text += "[[sla.policy]]\nscope = ['unknown']\nupdate = 7\n"
    assert problems_of(tmp_path, SHIPPED + text) == []


def test_a_reminder_that_is_written_twice_is_one(tmp_path: Path) -> None:
    """Two steps of one name would stand in each other's way, and none would ever be told."""
    config = config_from(tmp_path, SMALLEST + "[sla]\nreminders = [0.5, 0.25, 0.50]\n")
    assert config.policy.reminders == (0.25, 0.5)


def test_holidays_come_from_the_country_the_file_and_the_list(tmp_path: Path) -> None:
    """All of them are closed; the file lies beside the config."""
    (tmp_path / "own.ics").write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260706\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    more = 'holidays = ["12-24"]\nholidays_of = "DE-BE"\nholidays_file = "own.ics"\n'
    config = config_from(tmp_path, SMALLEST.replace("[calendar.standard]\n", f"[calendar.standard]\n{more}"))
    assert {"12-24", "2026-03-08", "2026-07-06"} <= config.policy.calendar.holidays


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ('holidays_of = "DE-XX"', 'calendar.standard.holidays_of: "DE-XX" is no region that is known'),
        ('holidays_file = "none.ics"', "none.ics: can't be read: No such file or directory"),
        ('holidays_file = "bad.ics"', "bad.ics:3: DTSTART must be a whole day such as 20261225, not soon"),
        ('holidays_file = "latin.ics"', "latin.ics: must be UTF-8 text"),
    ],
)
def test_holidays_that_cant_be_read_are_said_with_their_line(tmp_path: Path, key: str, says: str) -> None:
    """Of the config, and of the file."""
    (tmp_path / "bad.ics").write_text(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:soon\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    (tmp_path / "latin.ics").write_bytes(b"SUMMARY:Mari\xe4\n")
    text = SMALLEST.replace("[calendar.standard]\n", f"[calendar.standard]\n{key}\n")
    (line,) = problems_of(tmp_path, text)
    assert says in line
