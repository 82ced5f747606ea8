"""The page of a simulation: its figures, its plots, both configs beside each other."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from maild.cli.simulate_html import render
from maild.cli.simulate_words import Run
from maild.config.staff_model import read_staff_model
from maild.simulate.archive import open_archive
from maild.simulate.play import simulate
from tests.parts.archives import MODEL, PROOF, config_in, mbox_in

EMPTY = {"meta", "br", "line", "rect", "polygon", "circle"}


class Nesting(HTMLParser):
    """Notes every tag that is closed out of turn, and those that are left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a tag."""
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open and close a tag."""

    def handle_endtag(self, tag: str) -> None:
        """Close a tag; one of those that are never closed is fine."""
        if tag in EMPTY:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The six mails, and one person who answers them."""
    folder = tmp_path_factory.mktemp("html")
    config = config_in(folder, PROOF)
    archive = open_archive(mbox_in(folder), config.limits.message_bytes)
    (folder / "model.toml").write_text(MODEL)
    model = read_staff_model(folder / "model.toml", ["outage"])
    record = simulate(archive, config, model)
    return Run("config.toml", config.version, "old.mbox", "UTC", {}, record, model)


def sound(page: str) -> str:
    """Check that the tags of a page are well nested, and return it."""
    nesting = Nesting()
    nesting.feed(page)
    assert (nesting.wrong, nesting.open) == ([], [])
    return page


def test_the_page_shows_the_figures_and_the_plots(run: Run) -> None:
    """Tiles, promises as bars, the queue as a curve, the week as a map, people as bars."""
    page = sound(render(run))
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    for words in (
        "4 incidents",
        "4 acknowledged",
        "3 in the longest queue",
        "69 % of the time at work was work",
    ):
        assert words in text
    assert "<title>late: 1</title>" in page
    assert 'aria-label="How many incidents waited for the staff, over time; 3 at most"' in page
    assert page.count("<polygon") == 1
    assert "Against" not in page


def test_two_configs_stand_beside_each_other(run: Run) -> None:
    """Named, with what both come to."""
    page = sound(render(run, run))
    assert "Against config.toml" in page
    assert "broken there" in page


def test_where_nobody_answers_no_people_are_shown(run: Run, tmp_path: Path) -> None:
    """And an archive of one mail makes a page, too."""
    config = config_in(tmp_path)
    archive = open_archive(mbox_in(tmp_path), config.limits.message_bytes)
    record = simulate(archive, config, until=archive.begins)
    page = sound(render(Run("config.toml", "v", "old.mbox", "UTC", {}, record, None)))
    assert "How busy people were" not in page
    assert "1</b>incidents" in page
