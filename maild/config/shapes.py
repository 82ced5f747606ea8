"""What the dataclasses of the sections allow, read off their annotations: keys, and values in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from pathlib import Path as FilePath
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from maild.config.kinds import Reading, Rule
from maild.config.lines import Path

_PLAIN = {
    str: "text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    FilePath: "a path",
    NoneType: "nothing",
}


def keys_of(kind: Any) -> Mapping[str, Any]:
    """Return the keys that the dataclass `kind` allows, in order, each with its annotation."""
    return _hints(kind)


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind, include_extras=True)


def required_keys(kind: Any) -> tuple[str, ...]:
    """Return the keys of the dataclass `kind` that have no default."""
    return tuple(f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING)


def words(kind: Any) -> str:
    """Return in words what a value annotated with `kind` may be."""
    if get_origin(kind) is Annotated:
        base, *marks = get_args(kind)
        own = [mark.words for mark in marks if isinstance(mark, Rule | Reading)]
        return own[0] if own else words(base)
    arguments = get_args(kind)
    match get_origin(kind):
        case origin if origin is Literal:
            return " or ".join(f'"{choice}"' for choice in arguments)
        case origin if origin is tuple:
            return f"a list, each {words(arguments[0])}"
        case origin if origin in (Union, UnionType):
            return " or ".join(words(part) for part in arguments)
        case _:
            return _PLAIN.get(kind, "a table")


def is_list(kind: Any) -> bool:
    """Say whether a value annotated with `kind` is a list of plain values."""
    return get_origin(kind) is tuple and not is_dataclass(get_args(kind)[0])


def kind_at(kind: Any, path: Sequence[str | int]) -> Any:
    """Return the annotation of what stands at `path` below a value annotated with `kind`."""
    for step in path:
        kind = _below(kind, step)
    return kind


def _below(kind: Any, step: str | int) -> Any:
    if get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if is_dataclass(kind):
        return keys_of(kind)[str(step)]
    # tuple[X, ...] -> X; Mapping[K, V] -> V
    return get_args(kind)[0 if isinstance(step, int) else 1]


def unknown_keys(kind: Any, value: Any, path: Path = ()) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield the path of each key in `value` that `kind` does not know, with the keys it knows there."""
    for step, child in _children(value):
        if is_dataclass(kind) and step not in keys_of(kind):
            yield (*path, step), tuple(keys_of(kind))
        elif isinstance(child, dict | list) and _has_parts(kind, step):
            yield from unknown_keys(_below(kind, step), child, (*path, step))


def _children(value: Any) -> Iterator[tuple[str | int, Any]]:
    if isinstance(value, dict):
        yield from value.items()
    elif isinstance(value, list):
        yield from enumerate(value)


def _has_parts(kind: Any, step: str | int) -> bool:
    if is_dataclass(kind):
        return isinstance(step, str)
    return get_origin(kind) is tuple if isinstance(step, int) else get_origin(kind) is Mapping
