"""One table of config.toml -> the dataclass it becomes, with every problem of it in our own words."""

import copy
import json
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from maild.config.lines import Path
from maild.config.problems import Problem, nearest, shown, unknown, wrong
from maild.config.shapes import is_list, kind_at, required_keys, unknown_keys, words

# For required keys that are missing or wrong, so that the rest of the table can still be compared with other
# sections. What would then be said of such a key is dropped (load.py): it is a problem already.
STAND_IN = "(not readable)"  # none that could be meant: a name has no brackets
_STAND_INS = {
    "name": "stand-in",
    "address": "stand-in@example.invalid",
    "host": "localhost",
    "user": "stand-in",
    "since": "now",
    "time_zone": "UTC",
    "token_url": "https://localhost",
    "client_id": "stand-in",
    "id": STAND_IN,
    "label": STAND_IN,
    "level": "normal",
    "subject": "",
    "scope": STAND_IN,
}


def read_table(kind: type[Any], table: Any, path: Path, written: Any) -> tuple[Any | None, list[Problem]]:
    """Read `table`, which stands at `path`, as the dataclass `kind`.

    With problems, the value is what remains once the wrong keys are left out, so that it can still be
    compared with other sections; None where that is not possible. Messages quote `written`, the whole file as
    parsed: in `table` the variables of the environment are filled in, and those may be secret.
    """
    problems, suggested = _unknown(kind, table, path)
    value, errors = _validate(kind, table)
    for error in errors:
        place, missing = tuple(error["loc"]), error["type"] == "missing"
        if not (missing and place[-1] in suggested):
            problems.append(_in_words(kind, written, path, place, missing=missing))
    if errors and value is None:
        stand_ins = {key: _STAND_INS[key] for key in required_keys(kind) if key in _STAND_INS}
        rest = stand_ins | _without(table, [tuple(error["loc"]) for error in errors])
        value, missing = _validate(kind, rest)
        if value is None:
            value, _ = _validate(kind, _filled(rest, [tuple(error["loc"]) for error in missing]))
    return value, problems


def _unknown(kind: type[Any], table: Any, path: Path) -> tuple[list[Problem], set[str]]:
    """Return the unknown keys, and the required keys that they were probably meant to be."""
    found, suggested = [], set()
    for place, known in unknown_keys(kind, table):
        found.append(unknown((*path, *place), known))
        suggested.add(nearest(str(place[-1]), known) or "")
    return found, suggested


def _validate(kind: Any, table: Any) -> tuple[Any | None, list[Any]]:
    # By way of JSON, where strict means "no guessing" and yet takes a list for a tuple (rule 37).
    try:
        return _adapter(kind).validate_json(json.dumps(table, default=_iso), strict=True), []
    except ValidationError as error:
        return None, list(error.errors(include_url=False, include_context=False, include_input=False))


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _iso(value: object) -> str:
    assert isinstance(value, date | datetime | time), "TOML knows nothing else that JSON does not"
    return value.isoformat()


def _in_words(kind: Any, written: Any, path: Path, place: Path, *, missing: bool) -> Problem:
    if place and place[-1] == "[key]":
        keys = kind_at(kind, place[:-2]).__args__[0]
        return wrong((*path, *place[:-1]), words(keys), place[-2])
    allowed = words(kind_at(kind, place))
    if missing:
        return Problem((*path, *place), f"is missing; it must be {allowed}")
    value = _at(written, (*path, *place))
    problem = wrong((*path, *place), allowed, value)
    if is_list(kind_at(kind, place)) and isinstance(value, str | int | float):
        return replace(problem, text=f"{problem.text}; a list is written [{shown(value)}]")
    return problem


def _at(value: Any, place: Path) -> Any:
    for step in place:
        value = value[step]
    return value


def _without(table: Any, places: list[Path]) -> Any:
    """Return a copy of `table` without the keys at `places`; a list with a wrong element goes as a whole."""
    copied = copy.deepcopy(table)
    for place in places:
        *above, key = _key_of(place) or ("",)
        holder = copied
        for step in above:
            holder = holder.get(step, {}) if isinstance(holder, dict) else holder[step]
        holder.pop(key, None)
    return copied


def _filled(table: Any, places: list[Path]) -> Any:
    """Return a copy of `table` with stand-ins for the keys at `places`, which its inner tables lack."""
    copied = copy.deepcopy(table)
    for *above, key in places:
        holder = copied
        for step in above:
            holder = holder[step]
        if isinstance(holder, dict) and key in _STAND_INS:
            holder[key] = _STAND_INS[key]
    return copied


def _key_of(place: Path) -> Path:
    """Return the path of the key that `place` is, or is an element of."""
    while place and (place[-1] == "[key]" or isinstance(place[-1], int)):
        place = place[:-1]
    return place
