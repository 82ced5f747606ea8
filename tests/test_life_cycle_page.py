"""docs/life-cycle.md says what the table of transitions says, and each of its rows is walked by a story."""

import re
from pathlib import Path

import pytest

from maild.core.incident import CAUSED_BY, OPEN_STATES, TRANSITIONS
from maild.core.understanding.customer_words import (
    says_solved,
    says_thanks,
    says_yes_or_no,
)

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "life-cycle.md").read_text(encoding="utf-8")
STORIES = "tests/story/test_life_cycle.py"
ROW = re.compile(
    r"(?m)^\| `(?P<cause>\w+)` \| (?P<before>[^|]+) \| (?P<after>[^|]+) \| (?P<by>[^|]+) \|.*\| `(?P<story>[^`]+)` \|$"
)
ROWS = [match.groupdict() for match in ROW.finditer(PAGE)]


def states(cell: str) -> list[str]:
    """Return the states that a cell names."""
    return list(OPEN_STATES) if cell == "any open" else re.findall(r"`(\w+)`", cell)


def test_the_page_has_every_change_and_no_other() -> None:
    """From which state by which cause to which: the page is the table."""
    told = [
        ((before, row["cause"]), before if row["after"] == "the same" else states(row["after"])[0])
        for row in ROWS
        for before in states(row["before"])
    ]
    assert len(told) == len(dict(told)), "a change is told twice"
    assert dict(told) == TRANSITIONS


@pytest.mark.parametrize("cause", CAUSED_BY)
def test_the_page_says_who_may_cause_a_change(cause: str) -> None:
    """As the code has it."""
    told = {row["by"] for row in ROWS if row["cause"] == cause}
    assert told == {", ".join(CAUSED_BY[cause])}  # type: ignore[index]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['cause']} from {row['before']}")
def test_every_row_is_walked_by_a_story(row: dict[str, str]) -> None:
    """The test that the page names is there."""
    file, _, name = row["story"].rpartition("::") if "::" in row["story"] else (STORIES, "", row["story"])
    if row["story"].endswith(".py"):
        file, name = row["story"], ""
    source = (ROOT / file).read_text(encoding="utf-8")
    assert not name or re.search(rf"(?m)^def {name}\(", source), row["story"]


def test_the_words_of_the_page_are_understood() -> None:
    """Whoever learns a word from the page can use it."""
    words = PAGE.partition("| word | does |")[2].partition("\n\n")[0]
    cells = re.findall(r"(?m)^\| ([^|]+) \|", words)
    solved, thanks, yes_no = (re.split(r"[,;] ", cell) for cell in (cells[0], cells[1], cells[3]))
    assert [word for word in solved if not says_solved(word)] == []
    assert [word for word in thanks if not says_thanks(word)] == []
    assert [says_yes_or_no(word) for word in yes_no] == [True, False] * 3
