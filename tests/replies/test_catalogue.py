"""The table of replies: complete, explained, and nothing internal in what customers may read."""

from typing import get_args

import pytest

from maild.core.actions import ReplyKind
from replies.catalogue import COMMON, REPLIES, Fact
from tests.replies import facts
from tests.replies.facts import BARE, MARKER, RICH, templates

FACTS = [(kind, name, fact) for kind, reply in REPLIES.items() for name, fact in reply.facts.items()]
TO_CUSTOMERS = [kind for kind, reply in REPLIES.items() if reply.audience == "customer"]
SENTINEL = "SENTINEL-OF-THE-INSIDE"
TYPES = {"number": int, "duration": int, "yes or no": bool}  # beside lists and strings
OPENING = {
    *(
        "subject",
        "scope",
        "scope_label",
        "priority",
        "hotrush",
        "hotrush_offered",
        "in_scope",
        "several",
        "reply_by",
        "passed_on_by",
    ),
    *("offer", "alternatives", "balance", "ask"),
}


def test_every_kind_of_reply_is_there() -> None:
    """What decisions may ask for, what the table explains and what templates are shipped for are the same kinds."""
    assert set(get_args(ReplyKind)) == set(REPLIES) == set(facts.SOURCES)


@pytest.mark.parametrize(("kind", "name", "fact"), FACTS, ids=[f"{kind}-{name}" for kind, name, _ in FACTS])
def test_every_fact_is_explained(kind: str, name: str, fact: Fact) -> None:
    """Each fact has a sentence, and an example of the shape it names."""
    assert fact.sentence[0].isupper()
    assert fact.sentence.endswith((".", "?"))
    shape = list if fact.shape.startswith("list") else TYPES.get(fact.shape, str)
    assert type(fact.example) is shape, f"{kind}.{name}"


@pytest.mark.parametrize("kind", REPLIES)
def test_every_reply_has_the_common_facts(kind: str) -> None:
    """Service, address and number may stand in every mail."""
    assert set(COMMON) <= set(REPLIES[kind].facts)
    assert REPLIES[kind].sentence.endswith(".")


@pytest.mark.parametrize("kind", REPLIES)
def test_the_facts_of_the_tests_are_the_facts_of_the_table(kind: str) -> None:
    """The full set leaves out nothing but what is common, the bare one only what has a default."""
    known = set(REPLIES[kind].facts)
    assert set(RICH[kind]) | set(COMMON) == known
    optional = {name for name, fact in REPLIES[kind].facts.items() if fact.default is not None}
    assert known - optional <= set(BARE[kind]) | set(COMMON)


def test_customers_facts_are_these() -> None:
    """What a customer may be told is decided here, fact by fact; nothing internal is among it."""
    told = {kind: set(REPLIES[kind].facts) - set(COMMON) for kind in TO_CUSTOMERS}
    assert told == {
        "acknowledgement": OPENING,
        "acknowledgement_hotrush": OPENING,
        "out_of_scope": OPENING,
        "entitlement_offer": OPENING,
        "hotrush_offer": OPENING,
        "several_problems": OPENING,
        "answer": {"subject", "text"},
        "raised": {"subject", "priority", "hotrush", "reply_by"},
        "hotrush_withdrawn": {"subject", "priority", "reply_by", "used", "most"},
        "hotrush_refused": {"subject", "priority", "reply_by", "most"},
        "hotrush_removed": {"subject", "reason", "priority", "reply_by"},
        "waiting_reminder": {"subject", "closes_on"},
        "pre_closed": {"subject", "cost", "closes_at"},
        "closed": {"subject", "reopen_days", "reopen_until", "cost", "rating"},
        "reopened": {"subject", "nothing_more", "cost", "by_us", "priority", "reply_by"},
        "bug_confirmed": {"subject", "hotrush", "released"},
        "declined": {"subject", "scope", "scope_label", "reason", "alternatives"},
        "merged": {"subject", "into"},
        "split_asked": {"subject", "problem", "cost", "offer"},
        "order_changed": {"subject", "first", "others", "reply_by"},
        "entitlement_low": {"subject", "balance", "offer"},
        "balance": {"subject", "balance", "offer"},
    }


@pytest.mark.parametrize("kind", TO_CUSTOMERS)
def test_internal_facts_never_reach_a_customer(kind: str) -> None:
    """Even when a caller hands internal facts over by mistake, the mail to the customer holds none."""
    inside = {
        "notes": [SENTINEL],
        "proof": SENTINEL,
        "evidence": SENTINEL,
        "customer": SENTINEL,
        "author": SENTINEL,
    }
    rendered = templates().render(kind, {**facts.COMMON, **RICH[kind], **inside, "answer_above": MARKER})
    assert SENTINEL not in rendered.subject + rendered.text + rendered.html
    assert MARKER not in rendered.text + rendered.html
