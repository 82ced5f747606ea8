"""A change of the config file is noticed by its content, once, and not before it lies still."""

import os
from pathlib import Path

import pytest

from maild.config.watch import ConfigWatch

OLD, NEW, NEWEST = "a = 1\n", "a = 22\n", "a = 333\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of which the first text is known."""
    made = tmp_path / "config.toml"
    made.write_text(OLD)
    return made


def looks(watch: ConfigWatch, times: int) -> list[bool]:
    """Return what that many looks say."""
    return [watch.changed() for _ in range(times)]


def test_what_does_not_change_did_not(path: Path) -> None:
    """However often one looks."""
    assert looks(ConfigWatch(path), 3) == [False] * 3


def test_a_change_is_told_once_at_the_second_look_after_it(path: Path) -> None:
    """At the first an editor may still be writing."""
    watch = ConfigWatch(path)
    path.write_text(NEW)
    assert looks(watch, 4) == [False, True, False, False]


def test_while_it_is_being_written_nothing_is_told(path: Path) -> None:
    """Half a config can be a good one."""
    watch = ConfigWatch(path)
    said = []
    for text in (NEW[:3], NEW, NEWEST):
        path.write_text(text)
        said.append(watch.changed())
    assert said == [False] * 3
    assert looks(watch, 2) == [True, False]


def test_a_file_that_was_only_touched_did_not_change(path: Path) -> None:
    """The content decides."""
    watch = ConfigWatch(path)
    os.utime(path, ns=(1, 1))
    assert looks(watch, 3) == [False] * 3


def test_a_file_put_in_place_of_the_other_is_a_change(path: Path) -> None:
    """As most editors save, with the time and size that the old one had."""
    watch = ConfigWatch(path)
    other = path.with_name("other")
    other.write_text(OLD.replace("1", "2"))
    os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    other.replace(path)
    assert looks(watch, 3) == [False, True, False]


def test_a_file_that_goes_is_a_change_and_so_is_its_return(path: Path) -> None:
    """Whoever reads it then says that it can't be read."""
    watch = ConfigWatch(path)
    path.unlink()
    assert looks(watch, 3) == [False, True, False]
    path.write_text(OLD)
    assert looks(watch, 3) == [False, True, False]


def test_what_somebody_read_meanwhile_is_known(path: Path) -> None:
    """A reload by signal is not done again by the look that follows."""
    watch = ConfigWatch(path)
    path.write_text(NEW)
    watch.know()
    assert looks(watch, 3) == [False] * 3


def test_back_to_the_known_text_between_two_looks_is_no_change(path: Path) -> None:
    """Nobody needs to know of a second thought."""
    watch = ConfigWatch(path)
    path.write_text(NEW)
    watch.changed()
    path.write_text(OLD)
    assert looks(watch, 3) == [False] * 3
