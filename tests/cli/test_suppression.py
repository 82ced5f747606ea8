"""`maild suppression`: which addresses get no automatic mail, and why; lifted by hand."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from maild.store import customers
from tests.faults.target import JANE, NOW, Target, target
from tests.parts.command_line import Terminal


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that proves nobody."""
    with target(tmp_path, "") as made:
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of it, with one address on the list."""
    with maild.desk.database.begin() as tx:
        customers.suppress(tx, JANE, "bounce_user_unknown", NOW)
    return Terminal(maild.folder / "config.toml", capsys, monkeypatch)


def test_each_address_is_shown_with_its_reason(terminal: Terminal) -> None:
    """Since when, which, and the sentence that `maild show` prints."""
    assert terminal("suppression", "list").lines == [
        "since              reason",
        "2026-03-02 09:00Z  user unknown",
        f"    to {JANE}",
        "    there is no such mailbox",
    ]


def test_a_reason_of_another_release_is_shown_as_it_is(maild: Target, terminal: Terminal) -> None:
    """Its name is better than nothing."""
    with maild.desk.database.begin() as tx:
        customers.suppress(tx, "eve@example.net", "asked us to", NOW)
    assert "asked us to" in terminal("suppression", "list").out


def test_for_scripts_it_is_one_object_a_line(terminal: Terminal) -> None:
    """The columns of the table."""
    assert json.loads(terminal("suppression", "list", "--json").out) == {
        "address": JANE,
        "reason": "bounce_user_unknown",
        "since": "2026-03-02T09:00:00Z",
    }


def test_lifting_takes_an_address_off_the_list(terminal: Terminal) -> None:
    """However it is written; twice is a mistake that names the remedy."""
    assert terminal("suppression", "lift", JANE.upper()).out == f"{JANE.upper()}: gets automatic mail again\n"
    assert terminal("suppression", "list").out == "No address is suppressed.\n"
    again = terminal("suppression", "lift", JANE)
    assert again.code == 2
    assert "maild suppression list" in again.err
