"""What differs between two configs, in their own words: which section and key, which phrase of which scope.

Two files that were laid out anew but say the same do not differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

# By what a table that stands many times is told from the others; the first of these that it has.
NAMES = ("id", "level", "address", "name", "subject")
Kind = Literal["added", "removed", "changed", "moved"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. `section` is dotted; `name` tells one of several tables; `key` is "" for the table itself.

    `changed` goes from `old` to `new`; of a list these are what went and what came. `moved` is an order that changed.
    """

    section: str
    name: str
    key: str
    change: Kind
    old: Any = None
    new: Any = None


def compare(
    old: Mapping[str, Any], new: Mapping[str, Any], section: str = "", name: str = ""
) -> Iterator[Change]:
    """Yield what differs between two tables, as parsed from TOML, in the order of the keys."""
    for key in dict.fromkeys((*old, *new)):
        before, after = old.get(key), new.get(key)
        inner = f"{section}.{key}".removeprefix(".")
        if before == after:
            continue
        if _one_of(dict, before, after):
            yield from _table(before, after, inner, name)
        elif _one_of(list, before, after) and _hold_tables(before or [], after or []):
            yield from _tables(before or [], after or [], inner)
        elif _one_of(list, before, after):
            yield from _list(before or [], after or [], Change(section, name, key, "changed"))
        else:
            yield Change(section, name, key, "changed", before, after)


def _one_of(kind: type, before: Any, after: Any) -> bool:
    """Say whether each of two values that differ is of that kind or absent; TOML has no null."""
    return all(value is None or isinstance(value, kind) for value in (before, after))


def _hold_tables(*values: Sequence[Any]) -> bool:
    """Say whether the lists hold tables and nothing else."""
    items = [item for value in values for item in value]
    return bool(items) and all(isinstance(item, dict) for item in items)


def _table(before: Any, after: Any, section: str, name: str) -> Iterator[Change]:
    """Yield what differs in one table; of one that is gone only that."""
    if after is None:
        yield Change(section, name, "", "removed")
        return
    if before is None:
        yield Change(section, name, "", "added")
    yield from compare(before or {}, after, section, name)


def _tables(before: Sequence[Any], after: Sequence[Any], section: str) -> Iterator[Change]:
    """Yield what differs in tables that stand many times: each is compared with the one of its name."""
    old, new = _named(before), _named(after)
    for name in dict.fromkeys((*old, *new)):
        if old.get(name) != new.get(name):
            yield from _table(old.get(name), new.get(name), section, name)
    if [name for name in old if name in new] != [name for name in new if name in old]:
        yield Change(section, "", "", "moved", list(old), list(new))


def _named(tables: Sequence[Any]) -> dict[str, Any]:
    """Return the tables by their names; the second of one name is told from the first by its number."""
    found: dict[str, Any] = {}
    seen: dict[str, int] = {}
    for table in tables:
        name = next((str(table[key]) for key in NAMES if key in table), "")
        seen[name] = seen.get(name, 0) + 1
        found[name if seen[name] == 1 else f"{name} ({seen[name]})"] = table
    return found


def _list(before: Any, after: Any, change: Change) -> Iterator[Change]:
    """Yield what came to a list and what went from it, or that only its order changed."""
    old, new = {repr(one): one for one in before}, {repr(one): one for one in after}
    went = [one for key, one in old.items() if key not in new]
    came = [one for key, one in new.items() if key not in old]
    kind: Kind = "changed" if went or came else "moved"
    if went or came or list(old) != list(new):
        yield Change(change.section, change.name, change.key, kind, went, came)
