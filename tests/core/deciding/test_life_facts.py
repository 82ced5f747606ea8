"""The facts of an incident's life: what each template asks for and no more, nothing of a stranger's mail among them."""

from datetime import timedelta

import pytest

from maild.core.deciding import life_facts
from maild.core.deciding.reply_facts import Facts
from maild.core.incident import Incident
from replies.catalogue import COMMON, REPLIES
from tests.parts import cases as c

RULES = c.rules(
    scopes={"outage": "a shop that is down"},
    alternatives={"outage": {"en": ("a quote",), "de": ("ein Angebot",)}},
)
LATER = c.NOW + timedelta(days=3, microseconds=5)


def facts_of(incident: Incident) -> dict[str, Facts]:
    """Return the facts of each reply of this page, by its kind."""
    return {
        "waiting_reminder": life_facts.waiting_reminder(incident, LATER),
        "pre_closed": life_facts.pre_closed(incident, LATER),
        "closed": life_facts.closed(incident, RULES, c.NOW),
        "reopened": life_facts.reopened(incident, LATER),
        "bug_confirmed": life_facts.bug_confirmed(incident),
        "declined": life_facts.declined(incident, RULES),
        "merged": life_facts.merged(incident, 1001),
        "split_asked": life_facts.split_asked(incident, "tax"),
        "order_changed": life_facts.order_changed(incident, ["tax", "outage"], LATER),
    }


KINDS = sorted(facts_of(c.incident()))


@pytest.mark.parametrize("kind", KINDS)
def test_a_template_gets_the_facts_that_it_asks_for(kind: str) -> None:
    """None that it does not know, and each that it can't do without."""
    known = {name: fact for name, fact in REPLIES[kind].facts.items() if name not in COMMON}
    given = set(facts_of(c.incident())[kind])
    assert given <= set(known)
    assert {name for name, fact in known.items() if fact.default is None} <= given


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("proven", [True, False])
def test_the_subject_goes_to_the_proven_only(kind: str, proven: bool) -> None:
    """Rule 4."""
    assert facts_of(c.incident(proven=proven))[kind]["subject"] == ("The checkout is down" if proven else "")


def test_times_are_instants() -> None:
    """In UTC, to the second: the template says them by its reader's clocks."""
    facts = facts_of(c.incident())
    assert facts["pre_closed"]["closes_at"] == facts["reopened"]["reply_by"] == "2026-03-05T09:00:00Z"
    assert life_facts.reopened(c.incident(), None)["reply_by"] == ""


def test_what_is_closed_for_good_names_no_last_moment() -> None:
    """Where the config opens nothing again."""
    facts = life_facts.closed(c.incident(), c.rules(reopen_days=0), c.NOW)
    assert (facts["reopen_days"], facts["reopen_until"]) == (0, "")


def test_alternatives_are_told_in_the_language_of_the_incident() -> None:
    """Those of the scope that it has now."""
    assert life_facts.declined(c.incident(language="de"), RULES)["alternatives"] == ["ein Angebot"]
    assert life_facts.declined(c.incident(scope="gone"), RULES)["alternatives"] == []
