"""The line of a key is where a person finds it."""

import tomllib
from collections.abc import Iterator
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.config.lines import Lines, Path
from tests.parts.configs import SHIPPED

TEXT = '''\
# a comment
title = "[not] a {table}"
multi = """
[service]
name = "inside a string"
"""

[service]
name = 'x # no comment'  # [ a comment
list = [
  # a comment with ] in it
  "one",
  "two ]",

  ["deep",
   "er"],
]
after = 1

[[mailbox]]
a = { b = { c = 1 }, d = [1, 2] }
[[mailbox]]
a.b.c = 2
"quoted key" = 3
[mailbox.inner]
x = 1
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("title",), 2),
        (("multi",), 3),
        (("service",), 8),
        (("service", "name"), 9),
        (("service", "list"), 10),
        (("service", "list", 0), 12),
        (("service", "list", 1), 13),
        (("service", "list", 2), 15),
        (("service", "list", 2, 1), 16),
        (("service", "after"), 18),
        (("mailbox",), 20),
        (("mailbox", 0), 20),
        (("mailbox", 0, "a", "b", "c"), 21),
        (("mailbox", 0, "a", "d", 1), 21),
        (("mailbox", 1), 22),
        (("mailbox", 1, "a", "b", "c"), 23),
        (("mailbox", 1, "quoted key"), 24),
        (("mailbox", 1, "inner"), 25),
        (("mailbox", 1, "inner", "x"), 26),
    ],
)
def test_a_key_is_found_on_its_line(path: tuple[str | int, ...], line: int) -> None:
    """Tables, arrays of tables, inline tables, dotted keys, elements of long lists, strings of many lines."""
    assert Lines(TEXT).line_of(path) == line


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("mailbox", 1, "host"), 22),
        (("service", "missing", "deeper"), 8),
        (("service", "name", "no table"), 9),
        (("service", "list", 7), 10),
        (("nothing",), 1),
        ((), 1),
    ],
)
def test_what_is_not_there_is_placed_at_the_table_that_lacks_it(
    path: tuple[str | int, ...], line: int
) -> None:
    """A required key that is missing has no line of its own."""
    assert Lines(TEXT).line_of(path) == line


def test_an_empty_file_has_one_line() -> None:
    """Line 1 is inside any file."""
    assert Lines("").line_of(("service", "name")) == 1


def test_windows_line_ends_count_once() -> None:
    """A file edited on Windows gives the same lines."""
    assert Lines(TEXT.replace("\n", "\r\n")).line_of(("mailbox", 1, "inner", "x")) == 26


def test_a_string_may_end_in_five_quotes() -> None:
    """TOML 1.0: up to two quotes may stand right before the closing three."""
    text = "a = \"\"\"two quotes: \"\"\"\"\"\nb = '''two: '''''\nc = [\n1]\n"
    assert [Lines(text).line_of((key,)) for key in "abc"] == [1, 2, 3]


def every_path(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of each key and element of a value, as tomllib reads it."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from every_path(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from every_path(inner, (*path, number))


@pytest.mark.parametrize("text", [TEXT, SHIPPED], ids=["all of TOML", "config.toml"])
def test_whatever_tomllib_reads_has_a_place(text: str) -> None:
    """Each key and element, and nothing else: the walk and tomllib agree about the whole text."""
    assert set(Lines(text).places) == set(every_path(tomllib.loads(text)))


@pytest.mark.parametrize(
    "text",
    [
        "a = 1979-05-27 07:32:00 # [b]\nb = 2",
        "a = [1.5, -inf, 0xf] # ]\nb = 2",
        'a = {b = "}", "c.d" = {}, e . f = [[], [{}]]}\nb = 2',
        '"\\u0061.b" = 1\n[ "x y" . z ]\nq = 1\n[[v.w]]\n[[v.w.k]]\n[v.w.k.m]\n[[v.w]]\n[[v.w.k]]',
        'a = ["""x\n"]""", \'\'\'\n]\'\'\', # ]\n"\\"]"]\nb = 2',
        "-1_ = {}\n1.2 = 3",
    ],
)
def test_odd_but_valid_toml_is_walked_to_its_end(text: str) -> None:
    """Dates with a blank, brackets in strings and comments, empty tables, quoted keys, tables within tables."""
    assert set(Lines(text).places) == set(every_path(tomllib.loads(text)))


def test_what_stands_behind_a_string_of_many_lines_has_its_own_line() -> None:
    """The line that a person sees, not that on which the list began."""
    lines = Lines('a = ["""x\ny""", 2]\nb = """\n"""\nc = 1')
    assert [lines.line_of(path) for path in (("a", 0), ("a", 1), ("b",), ("c",))] == [1, 2, 3, 5]


def test_placing_everything_costs_no_more_than_a_few_readings() -> None:
    """Dozens of mistakes at once: the text is walked once, whatever is asked for."""
    started = process_time()
    paths = list(every_path(tomllib.loads(SHIPPED)))
    once = process_time() - started
    started = process_time()
    lines = Lines(SHIPPED)
    assert all(lines.line_of(path) for path in paths)
    assert process_time() - started < 30 * once


KEYS = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    st.integers(0, 9) | st.sampled_from(['"]"', "'#'", '"""\n[x]\n"""', "'''\n'''"]),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=6,
)


def written(value: Any, spread: bool) -> str:
    """Write a value as TOML, lists over many lines if `spread`."""
    if not isinstance(value, list):
        return str(value)
    separator = ",\n  # a ] comment\n" if spread else ", "
    return f"[{separator.join(written(one, spread) for one in value)}]"


@given(
    st.lists(st.tuples(st.sampled_from(["[{}]", "[[{}]]"]), st.dictionaries(KEYS, VALUES)), max_size=5),
    st.booleans(),
)
def test_every_path_of_any_file_has_the_line_it_was_written_on(
    tables: list[tuple[str, dict[str, Any]]], spread: bool
) -> None:
    """Whatever the file holds, each key is found on the line on which the test wrote it."""
    text, expected = "", {}
    for number, (header, pairs) in enumerate(tables):
        text += header.format(f"t{number}") + "\n"
        for key, value in pairs.items():
            path = (f"t{number}", 0, key) if header == "[[{}]]" else (f"t{number}", key)
            expected[path] = text.count("\n") + 1
            text += f"{key} = {written(value, spread)}\n"
    lines = Lines(text)
    assert set(lines.places) == set(every_path(tomllib.loads(text)))
    assert {path: lines.line_of(path) for path in expected} == expected
