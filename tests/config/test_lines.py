"""The line of a key is where a person finds it."""

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.config.lines import Lines

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


def test_a_file_of_many_lines_takes_few_parses() -> None:
    """Bisection: the work does not grow with the number of keys asked for in the same places."""
    text = "".join(f"[t{n}]\nk = [\n  1,\n]\n" for n in range(500))
    lines = Lines(text)
    assert [lines.line_of((f"t{n}", "k", 0)) for n in (0, 250, 499)] == [3, 1003, 1999]
    assert len(lines._parsed) <= 3 * 12


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
    tomllib.loads(text)
    lines = Lines(text)
    assert {path: lines.line_of(path) for path in expected} == expected
