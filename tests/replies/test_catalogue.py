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
TYPES = {
    "line": str,
    "text": str,
    "number": int,
    "yes or no": bool,
    "list of lines": list,
    "list of rows": list,
}


def test_every_kind_of_reply_is_there() -> None:
    """What decisions may ask for, what the table explains and what templates are shipped for are the same kinds."""
    assert set(get_args(ReplyKind)) == set(REPLIES) == set(facts.SOURCES)


@pytest.mark.parametrize(("kind", "name", "fact"), FACTS, ids=[f"{kind}-{name}" for kind, name, _ in FACTS])
def test_every_fact_is_explained(kind: str, name: str, fact: Fact) -> None:
    """Each fact has a sentence, and an example of the shape it names."""
    assert fact.sentence[0].isupper()
    assert fact.sentence.endswith((".", "?"))
    assert type(fact.example) is TYPES[fact.shape], f"{kind}.{name}"


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
        "acknowledgement": {
            *("subject", "scope", "priority", "hotrush", "in_scope", "several", "reply_by"),
            "passed_on_by",
        },
        "answer": {"subject", "text"},
        "closed": {"subject", "reopen_days"},
        "raised": {"subject", "priority", "hotrush", "reply_by"},
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
    assert SENTINEL not in rendered.subject + rendered.text
    assert MARKER not in rendered.text
