"""`maild outbox`: what waits and why; tried again past every cap, or never sent."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.faults.target import ANNA, JANE, Target, target
from tests.parts.command_line import COLUMNS, Terminal

LONG = "averylongaddress.with.many.parts.and.more@subdomain.of.some.customer.example"


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that proves nobody."""
    with target(tmp_path, "") as made:
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of it."""
    return Terminal(maild.folder / "config.toml", capsys, monkeypatch)


@pytest.fixture
def held(maild: Target) -> Target:
    """Two mails of Jane's, whose second acknowledgement waits: it is row 4."""
    for _ in range(2):
        maild.gets(maild.mail(JANE))
        maild.sends()
    return maild


def test_where_nothing_waits_it_says_so(maild: Target, terminal: Terminal) -> None:
    """That is the good news."""
    assert terminal("outbox", "list").out == "Nothing waits: every mail has left.\n"
    assert terminal("outbox", "list", "--state", "failed").out == "No mail is failed.\n"
    maild.opens(proven=False)
    assert terminal("outbox", "list").out == "Nothing waits: every mail has left.\n"


def test_what_waits_is_shown_with_its_reason(held: Target, terminal: Terminal) -> None:
    """Which mail, to whom, until when, why."""
    assert terminal("outbox", "list").lines == [
        "id  incident  kind             state  when               tries",
        "4   #1002     acknowledgement  held   2026-03-02 09:10Z  0",
        f"    to {JANE}",
        "    held: this unproven sender was acknowledged less than 10 minutes ago",
    ]


def test_what_failed_is_shown_with_what_the_server_said(maild: Target, terminal: Terminal) -> None:
    """The last error, to its end, however long."""
    maild.sender.refuse(JANE, "550 5.1.1 " + "no such user here " * 12)
    maild.gets(maild.mail(JANE))
    maild.sends()
    said = terminal("outbox", "list")
    assert ("no such user here " * 12).strip() in said.words
    assert said.widest <= COLUMNS


def test_what_left_is_shown_on_demand_with_the_time_it_left(maild: Target, terminal: Terminal) -> None:
    """Not when it was due, and without the error of an earlier attempt."""
    maild.sender.defer(JANE)
    maild.gets(maild.mail(JANE))
    maild.sends()
    maild.sender.accept(JANE)
    maild.works_for(timedelta(minutes=5), 1)
    said = terminal("outbox", "list", "--state", "sent")
    assert "acknowledgement     sent   2026-03-02 09:05Z  2" in said.out
    assert "try again later" not in said.out


def test_a_long_address_fits(maild: Target, terminal: Terminal) -> None:
    """It is cut where it does not."""
    maild.opens(LONG, proven=False)
    assert terminal("outbox", "list", "--state", "sent").widest <= COLUMNS


def test_json_has_stable_keys(held: Target, terminal: Terminal) -> None:
    """The columns of the database (rule 45)."""
    (row,) = terminal("outbox", "list", "--json").objects
    assert list(row) == [
        "id",
        "incident",
        "kind",
        "recipient",
        "state",
        "created_at",
        "not_before",
        "attempts",
        "sent_at",
        "message_id",
        "reason",
        "text",
        "last_error",
    ]
    assert (row["id"], row["reason"], row["sent_at"]) == (4, "cap_unproven", None)
    assert row["not_before"] == "2026-03-02T09:10:00Z"


def test_retry_gets_past_the_cap(held: Target, terminal: Terminal) -> None:
    """An admin said so: it is queued, and the sender does not hold it again."""
    said = terminal("outbox", "retry", "4")
    assert (said.code, said.out) == (0, "outbox 4: goes out at the next tick of a running daemon\n")
    # The command line goes by the machine's clock: to the fixed one of the test the mail is due far ahead.
    held.works_for(timedelta(days=100_000), 1)
    assert held.outbox("acknowledgement")[1]["state"] == "sent"
    assert held.outbox("acknowledgement")[1]["forced"]
    assert "by hand: outbox 4: retry" in terminal("show", "1002").words


def test_cancel_keeps_it_from_leaving_and_on_record(held: Target, terminal: Terminal) -> None:
    """It is never sent, and it is said by whom."""
    assert terminal("outbox", "cancel", "4").out == "outbox 4: cancelled\n"
    held.works_for(timedelta(hours=1), 1)
    assert len(held.to(JANE)) == 1
    assert "cancelled by hand" in terminal("outbox", "list", "--state", "cancelled").words


@pytest.mark.parametrize("verb", ["retry", "cancel"])
@pytest.mark.parametrize("row", ["1", "99"])
def test_what_left_or_never_was_is_not_touched(held: Target, terminal: Terminal, verb: str, row: str) -> None:
    """One line, exit code 2; nothing changes."""
    before = held.outbox()
    said = terminal("outbox", verb, row)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"outbox {row}: there is no such mail that waits or failed")
    assert held.outbox() == before
    assert len(held.to(ANNA)) == 2
