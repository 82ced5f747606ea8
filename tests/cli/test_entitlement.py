"""`maild entitlement`: what was bought is added, listed and revoked, and the ledger is added up."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from maild.core.actions import Flag, SetHotrush, SetState
from maild.core.incident import UNPAID
from maild.core.reasons import because
from tests.faults.target import JANE, Target, target
from tests.parts.bought import an_incident_that_is_paid
from tests.parts.command_line import Terminal
from tests.parts.messages import ALICE
from tests.parts.records import an_incident, did

LONG_AGO = ("--starts", "2026-01-01")  # before the time of the tests' clock


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that proves nobody."""
    with target(tmp_path, "") as made:
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of it."""
    return Terminal(maild.folder / "config.toml", capsys, monkeypatch)


def test_what_was_added_is_said_in_a_sentence(terminal: Terminal) -> None:
    """What, whose, until when."""
    said = terminal(
        "entitlement", "add", JANE, "incident", "--option", "urgent", "--amount", "2", "--ends", "2090-01-31"
    )
    assert said.words == f"entitlement 1: 2 x urgent incident, of {JANE}, until 2090-01-31"
    said = terminal(
        "entitlement", "add", "@shop.example", "subscription", "--ends", "2090-01-31",
        "--store", "https://www.Shop.example/admin", "--organisation", "Shop Ltd",
    )  # fmt: skip
    assert said.words == "entitlement 2: a subscription for shop.example, of Shop Ltd, until 2090-01-31"


def test_the_list_says_what_is_left(maild: Target, terminal: Terminal) -> None:
    """In 80 columns, with whose it is; what is used up or revoked is there only if asked for."""
    terminal("entitlement", "add", ALICE.address, "incident", *LONG_AGO)
    terminal("entitlement", "add", ALICE.address, "points", "--amount", "300", "--note", "a gift " * 20)
    terminal("entitlement", "add", "@shop.example", "hotrush", "--id", "A-7")
    with maild.desk.database.begin() as tx:
        an_incident_that_is_paid(tx)
    terminal("entitlement", "revoke", "3")
    shown = terminal("entitlement", "list")
    assert shown.widest <= 80
    assert shown.lines[0].split() == ["id", "what", "left", "from", "until", "now"]
    assert "300/300" in shown.lines[1]
    assert len(shown.lines) == 3
    everything = terminal("entitlement", "list", "--all")
    assert "used up" in everything.out
    assert "revoked" in everything.out
    assert "shop.example; id:A-7" in everything.out


def test_the_list_of_one_owner_makes_no_owner(terminal: Terminal) -> None:
    """An address, a domain or a name; who has nothing is a mistake that is said."""
    terminal("entitlement", "add", "sam@shop.example", "hotrush", "--organisation", "Shop Ltd")
    terminal("entitlement", "add", "Shop Ltd", "points", "--amount", "60")
    for owner in ("sam@shop.example", "Shop Ltd"):
        assert "60/60" in terminal("entitlement", "list", owner).out
    assert "HotRush" not in terminal("entitlement", "list", "shop ltd").out
    assert "HotRush" in terminal("entitlement", "list", "sam@shop.example").out
    assert terminal("entitlement", "list", "eve@evil.example").code == 2
    assert "did you mean Shop Ltd?" in terminal("entitlement", "list", "Shpo Ltd").err
    assert terminal("entitlement", "list", "@evil.example").err == "nothing was bought for @evil.example\n"


def test_nothing_is_said_in_words_too(terminal: Terminal) -> None:
    """Before anything was bought."""
    assert terminal("entitlement", "list").out == "Nothing that was bought is left.\n"
    assert terminal("entitlement", "list", "--all").out == "Nothing was bought yet.\n"


def test_for_scripts_it_is_one_object_a_line(terminal: Terminal) -> None:
    """Of `add` and of `list`, with the columns of the table."""
    added = terminal("entitlement", "add", JANE, "points", "--amount", "60", "--ends", "2090-01-31", "--json")
    (listed,) = terminal("entitlement", "list", "--json").objects
    assert json.loads(added.out) == listed
    assert (listed["owner"], listed["kind"], listed["amount"], listed["used"]) == (JANE, "points", 60, 0)
    assert listed["ends_at"] == "2090-02-01T00:00:00Z"


def test_an_id_is_added_once(terminal: Terminal) -> None:
    """The same again is no mistake; something else under it is."""
    add = ("entitlement", "add", JANE, "hotrush", "--id", "A-7")
    assert terminal(*add).code == 0
    assert terminal(*add).out == "A-7: is there already; nothing was added\n"
    other = terminal(*add, "--amount", "2")
    assert (other.code, other.err) == (2, "id: A-7 is there already, with another amount\n")


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [
        (("jane@", "incident"), "owner: 'jane@' is no mail address"),
        (("@gmail.com", "points", "--amount", "60"), "@gmail.com: anybody can have an address there"),
        (("Nobody Ltd", "hotrush"), "no organisation or customer is called Nobody Ltd"),
        ((JANE, "points"), "amount: is missing; how many points?"),
        ((JANE, "incident", "--amount", "0"), "amount: must be a whole number from 1 to 1000000, not '0'"),
        ((JANE, "subscription"), "ends: is missing; a subscription has a last day"),
        ((JANE, "subscription", "--ends", "2090-01-01", "--amount", "3"), "amount: a subscription has none"),
        ((JANE, "incident", "--ends", "2001-01-01"), "ends: lies before its start"),
        ((JANE, "incident", "--ends", "soon"), "ends: must be a day such as 2026-01-31"),
        ((JANE, "incident", "--starts", "2026-01-01T10:00:00"), "starts: must be a day such as 2026-01-31"),
        ((JANE, "hotrush", "--option", "urgent"), "option: hotrush has none"),
        ((JANE, "hotrush", "--store", "no host"), "store: must be a host or URL such as shop.example"),
        ((JANE, "hotrush", "--zone", "Mars/Base"), "zone: must be a time zone such as Europe/Berlin"),
        ((JANE, "hotrush", "--language", "english"), "language: must be a code such as en or de"),
        ((JANE, "hotrush", "--domains", "a.example"), "domains: need an organisation beside them"),
        (("@a.example", "hotrush", "--language", "de"), "language, zone: belong to a person"),
        ((JANE, "gift"), "'gift' is not one of"),
    ],
)
def test_a_mistake_is_one_line_and_adds_nothing(
    terminal: Terminal, arguments: tuple[str, ...], wrong: str
) -> None:
    """It names the field and what may stand there; exit code 2."""
    said = terminal("entitlement", "add", *arguments)
    assert said.code == 2
    assert wrong in said.err
    assert len(said.err.splitlines()) == 1
    assert terminal("entitlement", "list", "--all").out == "Nothing was bought yet.\n"


def test_revoking_says_who_keeps_something(maild: Target, terminal: Terminal) -> None:
    """By number; twice, or what is not there, is a mistake."""
    terminal("entitlement", "add", ALICE.address, "incident", "--amount", "2", *LONG_AGO)
    with maild.desk.database.begin() as tx:
        number = an_incident_that_is_paid(tx)
    assert f"reserved by #{number}" in terminal("entitlement", "revoke", "1").words
    assert terminal("entitlement", "revoke", "1").code == 2
    assert "maild entitlement list" in terminal("entitlement", "revoke", "99").err


def test_the_audit_says_that_it_adds_up_or_names_what_does_not(maild: Target, terminal: Terminal) -> None:
    """Exit code 1 where it does not."""
    terminal("entitlement", "add", ALICE.address, "points", "--amount", "100", *LONG_AGO)
    with maild.desk.database.begin() as tx:
        an_incident_that_is_paid(tx)
    good = terminal("entitlement", "audit")
    assert (good.code, good.out) == (0, "The ledger adds up: 1 entitlement, 60 taken of them.\n")
    assert terminal("entitlement", "audit", "--json").out == ""
    with maild.desk.database.begin() as tx:
        tx.execute(text("UPDATE entitlement SET used = 61"))
    bad = terminal("entitlement", "audit")
    assert (bad.code, bad.out) == (1, "entitlement 1: its counter says 61, and the ledger takes 60\n")
    assert json.loads(terminal("entitlement", "audit", "--json").out) == {"problem": bad.out.strip()}


def test_an_owners_name_does_not_steer_the_terminal(terminal: Terminal) -> None:
    """Whoever wrote the file may not be whoever reads the list."""
    said = terminal("entitlement", "add", "@a.example", "hotrush", "--organisation", "A\x1b[2J")
    assert said.code == 2
    assert "\x1b" not in said.err


def test_a_purchase_says_what_it_pays_for(maild: Target, terminal: Terminal) -> None:
    """And `maild list` and `maild show` say what waits, and what pays."""
    with maild.desk.database.begin() as tx:
        number = an_incident(tx, Flag(UNPAID, because("awaits")), requester=ALICE)
        did(tx, [SetState("awaiting_entitlement", because("awaits"))], number)
        did(tx, [SetHotrush("offered", because("hotrush_offered"))], number)
    assert "nothing that was bought pays for it yet; HotRush was offered" in terminal("list").words
    added = terminal("entitlement", "add", ALICE.address, "incident", "--option", "urgent")
    assert added.words.endswith(f"pays for #{number}, which waited")
    shown = terminal("show", str(number))
    assert "reserved: 1 urgent incident of entitlement 1" in shown.words
    assert "HotRush granted" in shown.words
    assert "reserved: 1 of entitlement 1" in shown.words
    assert shown.widest <= 80
    assert "pays for it yet" not in terminal("list").words
