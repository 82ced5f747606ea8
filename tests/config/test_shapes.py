"""What the annotations of a section say: its keys, and in words what each may be."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest

from maild.config.draft import NAMED, REPEATED, SINGLE
from maild.config.kinds import Rule
from maild.config.limits import LimitsSection, build_limits
from maild.config.lines import Lines
from maild.config.problems import Problem, as_lines, dotted, nearest, shown, unknown, wrong
from maild.config.read import read_table
from maild.config.shapes import keys_of, kind_at, required_keys, unknown_keys, words
from maild.core.limits import Limits

Even = Annotated[int, Rule("an even number", lambda number: number % 2 == 0)]


@dataclass(frozen=True)
class Inner:
    """A table within a table."""

    deep: Even = 2


@dataclass(frozen=True)
class Outer:
    """Every shape that a section may have."""

    name: str
    count: Even
    inner: Inner
    many: tuple[Inner, ...] = ()
    named: Mapping[str, tuple[Even, ...]] | None = None
    mode: Literal["a", "b"] = "a"
    ratio: float = 0.5
    on: bool = True
    place: Path = Path()


GOOD: dict[str, Any] = {"name": "x", "count": 2, "inner": {"deep": 4}}


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (str, "text"),
        (int, "a whole number"),
        (float, "a number"),
        (bool, "true or false"),
        (Path, "a path"),
        (Even, "an even number"),
        (tuple[Even, ...], "a list, each an even number"),
        (Literal["a", "b"], '"a" or "b"'),
        (Inner, "a table"),
        (Mapping[str, int], "a table"),
        (str | int, "text or a whole number"),
        (Annotated[str, "a mark of somebody else"], "text"),
    ],
)
def test_an_annotation_is_said_in_words(kind: Any, said: str) -> None:
    """Messages are made of these, so that they can't differ from what is checked."""
    assert words(kind) == said


def test_the_kind_at_a_path_is_found_through_every_shape() -> None:
    """Tables, lists of tables, and named lists."""
    assert kind_at(Outer, ("inner", "deep")) == Even
    assert kind_at(Outer, ("many", 3, "deep")) == Even
    assert kind_at(CalendarLike, ("exceptions", "2026-12-24", 0)) == Even


@dataclass(frozen=True)
class CalendarLike:
    """A table of lists."""

    exceptions: Mapping[str, tuple[Even, ...]]


def test_unknown_keys_are_found_at_any_depth() -> None:
    """Each with the keys that are known where it stands."""
    table = {"nam": 1, "inner": {"dep": 1}, "many": [{}, {"x": 1}], "named": {"anything": [1]}}
    found = list(unknown_keys(Outer, table))
    assert [path for path, _ in found] == [("nam",), ("inner", "dep"), ("many", 1, "x")]
    assert [known for _, known in found][1:] == [("deep",), ("deep",)]


def test_unknown_keys_of_a_wrong_shape_raise_nothing() -> None:
    """A text where a table should be is the reader's business."""
    assert list(unknown_keys(Outer, {"inner": "text", "many": {"a": {"b": 1}}, "name": {"c": [1]}})) == []


def test_a_good_table_is_read_without_problems() -> None:
    """Lists become tuples, tables become dataclasses."""
    value, problems = read_table(Outer, GOOD | {"many": [{"deep": 0}]}, ("outer",), {"outer": GOOD})
    assert problems == []
    assert value == Outer("x", 2, Inner(4), (Inner(0),))


def test_all_problems_of_a_table_are_said_and_the_rest_is_kept() -> None:
    """What remains can still be compared with other sections."""
    table = GOOD | {"many": [{"deep": 1}, {"deep": "x"}], "mode": "c", "ratio": "x", "zzz": 1}
    value, problems = read_table(Outer, table, ("outer",), {"outer": table})
    assert [(dotted(one.path), one.text) for one in problems] == [
        ("outer.zzz", "unknown key; known here: name, count, inner, many, named, mode, ratio, on, place"),
        ("outer.many[1].deep", "must be an even number, not 1"),
        ("outer.many[2].deep", 'must be an even number, not "x"'),
        ("outer.mode", 'must be "a" or "b", not "c"'),
        ("outer.ratio", 'must be a number, not "x"'),
    ]
    assert value == Outer("x", 2, Inner(4), (Inner(), Inner()))


def test_a_table_without_a_required_key_that_nothing_can_stand_in_for_is_none() -> None:
    """There is no number that would do for every `count`."""
    value, problems = read_table(Outer, {"name": "x", "inner": {}}, (), {})
    assert value is None
    assert [(one.path, one.text) for one in problems] == [
        (("count",), "is missing; it must be an even number")
    ]


@pytest.mark.parametrize("value", [1, 1.5, True, "x", [], {}, date(2026, 1, 1)])
def test_reading_is_strict(value: Any) -> None:
    """A number in quotes is no number, 1 is not true; only whole numbers pass for fractions."""
    kinds = {"name": str, "count": int, "ratio": float, "on": bool}
    accepted = set()
    for key in kinds:
        table = GOOD | {key: 4 if value == 1 and key == "count" and value is not True else value}
        if not read_table(Outer, table, (), table)[1]:
            accepted.add(key)
    expected = {int: {"count", "ratio"}, float: {"ratio"}, bool: {"on"}, str: {"name"}, date: {"name"}}
    assert accepted == expected.get(type(value), set())


def test_every_section_has_only_shapes_that_can_be_said_and_read() -> None:
    """A new kind of annotation must be taught to shapes.py first."""
    for kind in (*SINGLE.values(), *REPEATED.values(), *NAMED.values()):
        assert all(words(annotation) for annotation in keys_of(kind).values())
        assert set(required_keys(kind)) <= set(keys_of(kind))


def test_limits_are_those_of_the_core() -> None:
    """Same names, same order, same defaults: [limits] is made from them."""
    assert tuple(keys_of(LimitsSection)) == tuple(field.name for field in fields(Limits))
    assert build_limits(LimitsSection()) == Limits()


def test_problems_come_in_the_order_of_the_file_and_once() -> None:
    """Whatever order they were found in."""
    problems = [Problem(("b",), "two"), Problem(("a",), "one"), Problem(("b",), "two"), Problem((), "zero")]
    assert as_lines(problems, Lines("x = 1\na = 1\nb = 1\n"), "f") == (
        "f:1: : zero",
        "f:2: a: one",
        "f:3: b: two",
    )


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "true"),
        ("x", '"x"'),
        ("a\n\x1b\u202e", '"a\\n\\x1b\\u202e"'),
        ("x" * 100, '"' + "x" * 57 + '..."'),
        ([1], "a list"),
        ({}, "a table"),
        (10**100, "1" + "0" * 59),
    ],
)
def test_a_value_is_shown_short_and_on_one_line(value: Any, said: str) -> None:
    """It may be anything that somebody pasted."""
    assert shown(value) == said


def test_a_key_that_is_no_bare_word_is_shown_in_quotes() -> None:
    """TOML keys may hold anything; a message may not."""
    assert dotted(("a b", 0, "x\n", "", "ok-1")) == '"a b"[1]."x\\n"."".ok-1'


def test_secret_keys_are_never_quoted() -> None:
    """Their values may be a password in the wrong form."""
    assert wrong(("outgoing", "password"), "text", "hunter2").text == "must be text"
    assert wrong(("outgoing", "host"), "text", 3).text == "must be text, not 3"


def test_the_nearest_name_is_suggested_only_if_it_is_near() -> None:
    """A wild guess would mislead."""
    assert nearest("adress", ("name", "address")) == "address"
    assert nearest("zzz", ("name", "address")) is None
    assert unknown(("x", "zzz"), ("name", "address")).text == "unknown key; known here: name, address"


def test_of_very_many_keys_the_nearest_three_are_named() -> None:
    """All of them would be one line that nobody reads; the page explains them."""
    keys = [f"limit_{letter}" for letter in "abcdefghijklmn"]
    told = unknown(("limits", "zz_b"), keys).text
    assert told.startswith("unknown key; nearest are limit_b, ")
    assert told.endswith("; see docs/configuration.md")
    assert told.count("limit_") == 3
