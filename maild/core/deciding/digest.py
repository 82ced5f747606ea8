"""A morning has come for one of the staff: their digest, once, or silence where there is nothing to say."""

from datetime import datetime

from maild.core.actions import Action, MorningKind, NoteMorning, QueueReply
from maild.core.deciding.case import Rules
from maild.core.deciding.digest_facts import Standing, digest, sort_for, worth_saying
from maild.core.deciding.mornings import Morning, end_of
from maild.core.deciding.reply_facts import Facts
from maild.core.deciding.week_facts import Week, weekly_figures
from maild.core.staff import away_now, zone_of


def decide_digest(morning: Morning, standing: Standing, rules: Rules, now: datetime) -> list[Action]:
    """Return the note that this morning was looked at, and its mail where it has something to say."""
    member, service = morning.member, rules.policy.calendar
    present = {one.key for one in rules.staff if not away_now(one, now, service)}
    found = sort_for(member, standing, end_of(member, morning.day, service), present)
    noted = NoteMorning(member.to, "digest", morning.name, standing.newest)
    if not worth_saying(found, standing):
        return [noted]
    facts = digest(member, found, standing, zone_of(member, service), now)
    return [noted, _mail("digest", morning, facts)]


def wants_weekly(morning: Morning, rules: Rules) -> bool:
    """Say whether this morning brings the figures of the week before: to those who lead, once a week."""
    return rules.mornings.weekly and morning.first_of_week and morning.member.role != "staff"


def decide_weekly_figures(morning: Morning, week: Week, rules: Rules) -> list[Action]:
    """Return the note that this week was looked at, and its figures where anything happened in it."""
    noted = NoteMorning(morning.member.to, "weekly_figures", morning.name)
    if not week.anything:
        return [noted]
    service = rules.policy.calendar
    facts = weekly_figures(week, morning.member.name, service, zone_of(morning.member, service))
    return [noted, _mail("weekly_figures", morning, facts)]


def _mail(kind: MorningKind, morning: Morning, facts: Facts) -> QueueReply:
    """Return one morning's mail; a second one for the same morning is never made."""
    cause = f"{kind}:{morning.name}"
    return QueueReply(kind, morning.member.to, facts, audience="staff", proven=True, cause=cause)
