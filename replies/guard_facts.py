"""The facts of a reply under guard, by their shapes: see replies/guard.py."""

import re
from collections.abc import Mapping

from replies.facts import Fact, Shape, Value
from replies.guard import guarded, guarded_text
from replies.moments import Moment

_ADDRESS = re.compile(r"https?://[^\s<>\"']{1,500}")
_NOT_LAST = ".,;:!?)"


def guard_facts(facts: Mapping[str, Value], known: Mapping[str, Fact]) -> dict[str, Value]:
    """Return the facts with each string under guard."""
    return {name: _guard(value, known[name]) for name, value in facts.items()}


def _guard(value: Value, fact: Fact) -> Value:
    if isinstance(value, str):
        return _guard_string(value, fact.shape)
    if isinstance(value, int):
        return value
    return [_guard_item(item, fact) for item in value]  # type: ignore[return-value]  # each list has one kind of item


def _guard_item(item: str | dict[str, str], fact: Fact) -> str | dict[str, str]:
    if isinstance(item, str):
        return guarded(item)
    return {name: _guard_string(cell, fact.columns.get(name, "line")) for name, cell in item.items()}


def _guard_string(value: str, shape: Shape) -> str:
    if isinstance(value, Moment):
        said = Moment(guarded(value))
        said.day = guarded(value.day)
        return said
    if shape == "words of ours":
        return "\n".join(_with_links(line.strip()) for line in value.strip().split("\n"))
    return guarded_text(value) if shape == "text" else guarded(value)


def _with_links(line: str) -> str:
    """Return a line of the people who run the service, its web addresses as links and nothing else as markup."""
    out, at = [], 0
    for found in _ADDRESS.finditer(line):
        address = found[0].rstrip(_NOT_LAST)
        out += [guarded(line[at : found.start()]), f"[{guarded(address)}]({guarded(address)})"]
        at = found.start() + len(address)
    return "".join([*out, guarded(line[at:])])
