"""What comments cite is there to be read: every rule, section and invariant stands in docs/rules.md, and is cited."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.parts.pages import PAGES, ROOT

RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
FOLDERS = ("maild", "classifiers", "replies", "tests", "benchmarks")
# `rule 5`, `rules 10 and 11`, `Rules 5, 19, 40`, `rules 10 to 16`.
NUMBERS = re.compile(r"\b[Rr]ules? (\d+(?:(?:,? and|,| to) \d+)*)")
SECTION = re.compile(r"\brules: ([A-Z][a-z]+(?: [a-z]+)*)")
INVARIANT = re.compile(r"\bI\d+\b")
CITES = re.compile(r"\brul(?:e|ing)s?:? \w|\.md\b|\bI\d", re.IGNORECASE)


def commented(source: str) -> str:
    """Return the comments and docstrings of a Python source, each on one line; "" where nothing can be cited."""
    if not CITES.search(source):
        return ""
    tree = ast.walk(ast.parse(source))
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docs = [ast.get_docstring(node) or "" for node in tree if isinstance(node, owners)]
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = " ".join(token.string.lstrip("# ") for token in tokens if token.type == tokenize.COMMENT)
    return "\n".join(" ".join(text.split()) for text in (*docs, comments))


@cache
def sources() -> dict[Path, str]:
    """Return what people read in our sources beside the code: comments, docstrings, pages."""
    files = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))]
    said = {path: commented(path.read_text(encoding="utf-8")) for path in files if path != Path(__file__)}
    pages = {page: page.read_text(encoding="utf-8") for page in PAGES if page.name != "rules.md"}
    return said | pages


def rules_of(text: str) -> Iterator[int]:
    """Yield the numbers of the rules that a text cites, all those of a range too.

    >>> list(rules_of("(rules 10 to 12, and Rule 4)")), list(rules_of("rules 5, 19, 40; ruled 3"))
    ([10, 11, 12, 4], [5, 19, 40])
    """
    for match in NUMBERS.finditer(text):
        for first, last in re.findall(r"(\d+)(?: to (\d+))?", match[1]):
            yield from range(int(first), int(last or first) + 1)


def cited(pattern: re.Pattern[str]) -> set[str]:
    """Return all that a pattern finds in our sources, as its group or as a whole."""
    return {found for text in sources().values() for found in pattern.findall(text)}


def test_every_cited_rule_is_written_and_every_written_rule_is_cited() -> None:
    """By number; a number is written once."""
    written = [int(number) for number in re.findall(r"(?m)^- \*\*Rule (\d+)\*\*, ", RULES)]
    assert written == sorted(set(written))
    assert {number for text in sources().values() for number in rules_of(text)} == set(written)


def test_every_cited_section_is_there_and_every_section_is_cited() -> None:
    """But for those that only hold numbered rules or invariants."""
    sections = re.split(r"(?m)^## ", RULES)[1:]
    plain = {text.partition("\n")[0] for text in sections if not re.search(r"\*\*Rule \d|(?m:^\| I\d)", text)}
    assert cited(SECTION) == plain


def test_every_cited_invariant_is_there_and_every_invariant_is_cited() -> None:
    """Without the word they would be letters."""
    assert cited(INVARIANT) == set(re.findall(r"(?m)^\| (I\d+) \|", RULES))
    assert [text for text in sources().values() if re.search(r"\(I\d+[,)]", text)] == []


def test_comments_name_no_page_that_is_not_here() -> None:
    """A stranger must be able to open what is cited."""
    known = {page.name for page in PAGES} | {path.name for path in (ROOT / "replies").rglob("*.md")}
    missing = [
        f"{path.relative_to(ROOT)}: {name}"
        for path, text in sources().items()
        if path.suffix == ".py"
        for name in re.findall(r"[\w./-]+\.md\b", text)
        if Path(name).name not in known
    ]
    assert missing == []


def test_the_rules_have_one_name() -> None:
    """Who looks for one finds all that cite it."""
    assert [
        path.name for path, text in sources().items() if re.search(r"\brulings?\b", text, re.IGNORECASE)
    ] == []
