"""Every reason has a stable name and a sentence for people."""

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from maild.core.reasons import SENTENCES, Reason, because

ROOT = Path(__file__).parents[2]
# Read when tests are collected: pure tests open no files.
SOURCES = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "maild").rglob("*.py"))]


def uses() -> dict[str, list[set[str]]]:
    """Return for each reason that the source names in because(): the facts that each place gives."""
    found: dict[str, list[set[str]]] = {}
    for source in SOURCES:
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "because":
                names = [n.value for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)]
                facts = {keyword.arg for keyword in node.keywords if keyword.arg}
                for name in (n for n in names if n in SENTENCES):
                    found.setdefault(name, []).append(facts)
    return found


USES = uses()


def needs(name: str) -> set[str]:
    """Return the facts that a sentence leaves open."""
    return {field for _, field, _, _ in Formatter().parse(SENTENCES[name]) if field}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_is_plain_and_short(name: str) -> None:
    """It stands after `because`: no capital, no full stop; its name is one word of code."""
    sentence = SENTENCES[name]
    assert re.fullmatch(r"[a-z][a-z_]*", name)
    assert sentence[0].islower() or sentence.startswith("{")
    assert not sentence.endswith(".")
    assert len(sentence) <= 120


@pytest.mark.parametrize("name", sorted(USES))
def test_every_place_gives_the_facts_that_its_sentence_needs(name: str) -> None:
    """Else it would raise where it is to explain."""
    assert all(needs(name) <= facts for facts in USES[name])


def test_a_reason_carries_its_name_and_its_filled_sentence() -> None:
    """The name is for scripts, the sentence for people."""
    assert because("too_deep", limit=50) == Reason("too_deep", "nested deeper than 50 levels")


def test_a_fact_with_braces_is_only_text() -> None:
    """Facts are often a stranger's words."""
    assert because("too_deep", limit="{limit} {0}").text == "nested deeper than {limit} {0} levels"


def test_an_unknown_name_or_a_missing_fact_is_a_fault_of_ours() -> None:
    """It shows itself in the tests, not in a mail."""
    with pytest.raises(KeyError):
        because("no_such_reason")
    with pytest.raises(KeyError):
        because("too_deep")
