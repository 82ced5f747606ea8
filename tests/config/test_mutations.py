"""Whatever is done to config.toml, the answer is a config or lines that point into the file (invariant I17)."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from maild.config.draft import NAMED, REPEATED, SINGLE
from maild.config.shapes import keys_of, required_keys
from tests.parts.configs import ENVIRON, MAILBOX, OAUTH, SHIPPED, SMALLEST, problems_of

LINE = re.compile(r"(\d+): (\S.*): \S.*", re.DOTALL)
CLASSIFIERS = """
[classifiers]
several = ["two things"]

[[classifiers.scopes]]
id = "bug"
label = "a bug"
in_scope = true
phrases = ["bug"]
unless = ["no bug"]

[[classifiers.priorities]]
level = "high"
phrases = ["down"]
unless = ["not down"]
not_for = ["bug"]
"""
TEAM = """
[[staff]]
name = "Night"
address = "night@example.com"
role = "lead"
scopes = ["unknown"]
calendar = "nights"
away = ["2026-12-24..2027-01-02"]
language = "de"
most_open = 3

[calendar.nights]
time_zone = "Asia/Kathmandu"
mon = ["22:00-06:00"]
holidays = ["12-25"]
exceptions = { 2026-12-24 = ["09:00-12:00"] }

[[sla.policy]]
organisation = ["Acme"]
scope = ["unknown"]
priority = ["low"]
calendar = "nights"
first_response = 60
next_response = { bd = 1 }
update = 30
resolution = 480
"""
# Every section, to have something to mutate; the shipped classifiers are a thousand lines of the same.
WHOLE = (
    re.sub(r"(?s)# --- classifiers ---.*# --- end of classifiers ---", CLASSIFIERS, SHIPPED)
    + MAILBOX
    + OAUTH
    + TEAM
)
WRONG = [
    "7",
    "-1",
    "1.5",
    "nan",
    "true",
    '""',
    '"\\u0007"',
    "[]",
    "[[]]",
    "{}",
    '{ x = "y" }',
    "2026-01-01",
    '[3, "a"]',
]


def check_lines(problems: list[str], text: str) -> None:
    """Each problem names a line inside the file and a key, and is one printable line."""
    for problem in problems:
        match = LINE.fullmatch(problem)
        assert match or ": is not valid TOML: " in problem, problem
        assert 1 <= int(problem.partition(":")[0]) <= max(1, text.count("\n") + 1)
        assert problem.isprintable()


def active_keys(text: str) -> list[int]:
    """Return the index of each line of `text` that gives a key."""
    return [n for n, line in enumerate(text.split("\n")) if re.match(r"[a-z_]+ = .*[^\[]$", line)]


@pytest.mark.parametrize(
    "index", active_keys(WHOLE), ids=lambda n: f"{n}-{WHOLE.split(chr(10))[n].split(' ')[0]}"
)
def test_each_key_with_a_wrong_value_is_named_on_its_own_line(index: int, tmp_path: Path) -> None:
    """Every kind of value in every place: no traceback, and problems are about that line or follow from it."""
    lines = WHOLE.split("\n")
    key = lines[index].split(" ")[0]
    found = 0
    for value in WRONG:
        text = "\n".join([*lines[:index], f"{key} = {value}", *lines[index + 1 :]])
        problems = problems_of(tmp_path, text)
        check_lines(problems, text)
        found += any(problem.startswith(f"{index + 1}: ") for problem in problems)
    assert found >= 8


@pytest.mark.parametrize(
    "index", active_keys(WHOLE), ids=lambda n: f"{n}-{WHOLE.split(chr(10))[n].split(' ')[0]}"
)
def test_each_key_misspelt_or_removed_is_answered(index: int, tmp_path: Path) -> None:
    """A misspelt key is unknown, with its line; without it there is a default, or a problem that names it."""
    lines = WHOLE.split("\n")
    key = lines[index].split(" ")[0]
    misspelt = "\n".join([*lines[:index], lines[index].replace(key, f"{key}x", 1), *lines[index + 1 :]])
    problems = problems_of(tmp_path, misspelt)
    check_lines(problems, misspelt)
    assert any(one.startswith(f"{index + 1}: ") and "unknown key" in one for one in problems)
    removed = "\n".join(lines[:index] + lines[index + 1 :])
    problems = problems_of(tmp_path, removed)
    check_lines(problems, removed)
    assert all(key in one for one in problems)


REQUIRED = [
    (name, key) for name, kind in {**SINGLE, **REPEATED, **NAMED}.items() for key in required_keys(kind)
]


@pytest.mark.parametrize(("section", "key"), REQUIRED)
def test_a_missing_required_key_is_placed_at_its_section(section: str, key: str, tmp_path: Path) -> None:
    """There is no line of the key, so the line is that of the table that lacks it."""
    text = re.sub(
        rf"(\[+{section}\b[^\n]*\n(?:\w[^\n]*\n)*?){key} = [^\n]*\n",
        r"\1",
        SMALLEST + MAILBOX + OAUTH,
        count=1,
    )
    header = next(
        n for n, line in enumerate(text.split("\n"), 1) if line.startswith((f"[{section}", f"[[{section}"))
    )
    problems = problems_of(tmp_path, text)
    assert len(problems) == 1
    assert problems[0].startswith(f"{header}: {section}")
    assert f".{key}: is missing; it must be " in problems[0]


def values_of(value: Any, keys: Mapping[str, Any]) -> bool:
    """Say whether a parsed table gives only keys that are known."""
    return set(value) <= set(keys)


def test_the_file_that_is_mutated_is_good_and_has_many_keys(tmp_path: Path) -> None:
    """Else the tests above would say little."""
    assert problems_of(tmp_path, WHOLE) == []
    parsed = tomllib.loads(WHOLE)
    assert len(active_keys(WHOLE)) > 45
    assert all(values_of(parsed[name], keys_of(kind)) for name, kind in SINGLE.items() if name in parsed)


LINES = WHOLE.split("\n")
EDITS = st.lists(
    st.tuples(
        st.sampled_from(["drop", "double", "swap", "cut", "insert"]),
        st.integers(0, len(LINES) - 1),
        st.integers(0, len(LINES) - 1),
        st.text(st.sampled_from("[]{}=\"'#,.\\\x00\u202e\nabc1_ -"), max_size=4),
    ),
    min_size=1,
    max_size=4,
)


def edited(edit: tuple[str, int, int, str], lines: list[str]) -> list[str]:
    """Return the lines after one careless edit."""
    what, first, second, text = edit
    first, second = first % len(lines), second % len(lines)
    if what == "drop":
        return lines[:first] + lines[first + 1 :] or [""]
    if what == "double":
        return [*lines[:second], lines[first], *lines[second:]]
    if what == "swap":
        changed = list(lines)
        changed[first], changed[second] = changed[second], changed[first]
        return changed
    line = lines[first]
    at = second % (len(line) + 1)
    kept = line[:at] + (text + line[at:] if what == "insert" else "")
    return [*lines[:first], *kept.split("\n"), *lines[first + 1 :]]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EDITS)
def test_careless_editing_never_ends_in_a_traceback(
    tmp_path: Path, edits: list[tuple[str, int, int, str]]
) -> None:
    """Lines dropped, doubled, swapped, cut off, and letters put in anywhere."""
    lines = list(LINES)
    for edit in edits:
        lines = edited(edit, lines)
    text = "\n".join(lines)
    problems = problems_of(tmp_path, text)
    check_lines([one for one in problems if not one.startswith(str(tmp_path))], text)


def test_the_environment_is_all_that_the_mutated_file_needs() -> None:
    """No test here reads a file or a variable of the machine."""
    assert set(re.findall(r"^[^#\n]*\$\{(\w+)\}", WHOLE, re.MULTILINE)) == set(ENVIRON)
