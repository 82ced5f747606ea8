"""The rules of the house that no linter of others knows: sizes, docstrings, where untyped libraries may be called."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path
    for package in ("maild", "classifiers", "replies")
    for path in (ROOT / package).rglob("*.py")
    if "versions" not in path.parts  # a migration is a record, not a page to read
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(tree: ast.AST) -> Iterator[Function]:
    """Yield every function and method of a module."""
    yield from (node for node in ast.walk(tree) if isinstance(node, Function))


def body_length(function: Function) -> int:
    """Return how many lines a function's body has without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) and len(function.body) > 1 else function.body
    return (function.end_lineno or 0) - body[0].lineno + 1


def public(name: str) -> bool:
    """Say whether a name is meant for others."""
    return not name.startswith("_")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_is_at_most_400_lines_and_its_functions_at_most_40(path: Path) -> None:
    """One file is one idea, and one function one look."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400
    assert {f.name: body_length(f) for f in functions(TREES[path]) if body_length(f) > 40} == {}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_and_public_name_says_its_contract(path: Path) -> None:
    """A reader who jumps to a name finds its contract there."""
    tree = TREES[path]
    missing = [] if ast.get_docstring(tree) else ["the module"]
    for node in tree.body:
        if isinstance(node, Function | ast.ClassDef) and public(node.name):
            missing += [] if ast.get_docstring(node) else [node.name]
        if isinstance(node, ast.ClassDef) and public(node.name):
            methods = (n for n in node.body if isinstance(n, Function) and public(n.name))
            missing += [f"{node.name}.{m.name}" for m in methods if not ast.get_docstring(m)]
    assert missing == []


def test_functions_are_short_as_a_whole() -> None:
    """The budget of the design: median at most 9 lines, nine of ten at most 25; files at most 120 in the median."""
    lengths = sorted(body_length(f) for tree in TREES.values() for f in functions(tree))
    files = [
        len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES if path.name != "__init__.py"
    ]
    assert statistics.median(lengths) <= 9
    assert lengths[int(len(lengths) * 0.9)] <= 25
    assert statistics.median(files) <= 120


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("imapclient", "maild/mail/imap.py"),
        ("mailparser", "maild/core/reading/parse_message.py"),
        ("apscheduler", "maild/daemon.py"),
    ],
)
def test_an_untyped_library_is_imported_in_one_module(library: str, home: str) -> None:
    """What mypy can't see stays behind one door."""
    pattern = re.compile(rf"^\s*(?:import|from) {library}\b", re.MULTILINE)
    assert [
        str(path.relative_to(ROOT)) for path in SOURCES if pattern.search(path.read_text(encoding="utf-8"))
    ] == [home]


def test_broad_excepts_are_few_and_say_why() -> None:
    """At most three places may catch everything, and each has a comment on its line."""
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.match(r"\s*except (Base)?Exception\b", line)
    ]
    assert [line for line in found if "#" not in line] == []
    assert len(found) <= 3, found


def test_tests_neither_patch_our_code_nor_sleep() -> None:
    """Fakes are the ones we ship, and time is an argument."""
    banned = re.compile(r"mock\.|MagicMock|@patch|monkeypatch\.setattr|time\.sleep\(")
    offenders = [
        str(path.relative_to(ROOT)) for path in TESTS if banned.search(path.read_text(encoding="utf-8"))
    ]
    assert [name for name in offenders if name != "tests/test_house_rules.py"] == []


def test_every_test_is_a_claim_with_a_docstring() -> None:
    """A failing test says in one line what no longer holds."""
    nameless = [
        f"{path.relative_to(ROOT)}:{function.name}"
        for path in TESTS
        for function in functions(ast.parse(path.read_text(encoding="utf-8")))
        if function.name.startswith("test_") and not ast.get_docstring(function)
    ]
    assert nameless == []


def test_there_is_more_test_than_source() -> None:
    """At least 1.2 lines of test for each line of source."""
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in (*SOURCES, *TESTS)}
    assert sum(lines[path] for path in TESTS) >= 1.2 * sum(lines[path] for path in SOURCES)
