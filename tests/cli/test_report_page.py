"""Reports as pages: nothing in them but what we put there, and nobody reads them but us."""

from pathlib import Path

import pytest

from maild.cli.report_page import must_be_writable, render_page, write_private
from maild.errors import UserError


def test_a_page_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    """It quotes people's mail; one that is there is written anew."""
    path = tmp_path / "report.html"
    for text in ("first and longer", "second"):
        write_private(path, text)
    assert path.read_text() == "second"
    assert path.stat().st_mode & 0o077 == 0


def test_a_place_where_none_can_be_written_is_a_mistake(tmp_path: Path) -> None:
    """One line, with the place."""
    with pytest.raises(UserError, match=r"none/r\.html: can't be written: No such file or directory"):
        write_private(tmp_path / "none" / "r.html", "x")


def test_a_place_is_known_to_be_none_before_the_work_is_done(tmp_path: Path) -> None:
    """No folder, or a folder itself; where one can be written nothing is made yet."""
    with pytest.raises(UserError, match="there is no folder"):
        must_be_writable(tmp_path / "none" / "r.html")
    with pytest.raises(UserError, match="it is a folder"):
        must_be_writable(tmp_path)
    must_be_writable(tmp_path / "r.html")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("template", ["backtest.html", "simulate.html"])
def test_a_page_takes_nothing_from_elsewhere(template: str) -> None:
    """No script, no picture, no style but its own; a browser is told so as well."""
    source = (Path(__file__).parents[2] / "maild" / "cli" / template).read_text(encoding="utf-8")
    assert "default-src 'none'; style-src 'unsafe-inline'" in source
    for foreign in ("<script", "http:", "https:", "url(", "@import", "<link", "<img"):
        assert foreign not in source


def test_a_fact_that_is_missing_is_a_fault() -> None:
    """And no empty place that nobody notices."""
    with pytest.raises(Exception, match="undefined"):
        render_page("simulate.html", heads=[])
