"""`maild entitlement import`: each row of a file goes in once or is refused as a whole, with its line."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.cli.entitlement_import import read_rows
from maild.core.actions import Flag, SetState
from maild.core.incident import UNPAID
from maild.core.reasons import because
from maild.errors import UserError
from tests.faults.target import Target, target
from tests.parts.command_line import Said, Terminal
from tests.parts.messages import ALICE
from tests.parts.records import an_incident, did

GOOD = """\
id,owner,kind,option,amount,ends,store
A1,jane@shop.example,incident,urgent,1,2090-01-31,
A2,@shop.example,points,,300,,
A3,@shop.example,subscription,,,2090-01-31,https://shop.example/x
"""
MIXED = """\
id,owner,kind,amount
A1,jane@shop.example,incident,1
A2,@gmail.com,points,300

A3,jane@shop.example,incdent,1
A4,jane@shop.example,points,many
A5,"jane@shop.example",hotrush,"1
"
A6,jane@shop.example,hotrush,1,x,y
A7,jane@shop.example,hotrush
"""


@pytest.fixture
def maild(tmp_path: Path) -> Iterator[Target]:
    """A maild that proves nobody."""
    with target(tmp_path, "") as made:
        yield made


@pytest.fixture
def terminal(maild: Target, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of it."""
    return Terminal(maild.folder / "config.toml", capsys, monkeypatch)


def imported(terminal: Terminal, tmp_path: Path, content: str | bytes, *options: str) -> Said:
    """Import a file with this content."""
    path = tmp_path / "bought.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return terminal("entitlement", "import", str(path), *options)


def bought(terminal: Terminal) -> list[tuple[str, str]]:
    """Return what is in the database: the kind and the id of each."""
    listed = terminal("entitlement", "list", "--all", "--json").objects
    return sorted((row["kind"], row["external"]) for row in listed)


def test_a_good_file_goes_in_once(terminal: Terminal, tmp_path: Path) -> None:
    """The second time everything is there already, though it comes at another time."""
    assert imported(terminal, tmp_path, GOOD) == Said(0, "3 rows added\n", "")
    assert imported(terminal, tmp_path, GOOD) == Said(0, "0 rows added\n3 rows there already\n", "")
    assert bought(terminal) == [("incident", "id:A1"), ("points", "id:A2"), ("subscription", "id:A3")]


def test_a_row_without_an_id_is_known_by_what_it_says(terminal: Terminal, tmp_path: Path) -> None:
    """So that the same file can be imported each night; twice the same row in it is one purchase."""
    twice = (
        "owner,kind,amount\njane@a.example,hotrush,1\njane@a.example,hotrush,1\njane@a.example,hotrush,2\n"
    )
    assert imported(terminal, tmp_path, twice).out == "2 rows added\n1 row there already\n"
    assert imported(terminal, tmp_path, twice).out == "0 rows added\n3 rows there already\n"


def test_the_good_rows_go_in_and_the_others_are_told_with_their_lines(
    terminal: Terminal, tmp_path: Path
) -> None:
    """Nothing is left of a refused row, not even its owner; exit code 1."""
    said = imported(terminal, tmp_path, MIXED)
    assert (said.code, said.out) == (1, "3 rows added\n4 rows refused\n")
    told = said.err
    path = tmp_path / "bought.csv"
    for line, why in (
        (3, "@gmail.com: anybody can have an address there; name the person's whole address"),
        (5, "kind: 'incdent': must be one of incident, hotrush, subscription, points, free; did you mean incident?"),
        (6, "amount: must be a whole number from 1 to 1000000, not 'many'"),
        (9, "has 6 cells, and there are 4 columns"),
    ):  # fmt: skip
        assert f"{path}:{line}: {why}" in told
    assert bought(terminal) == [("hotrush", "id:A5"), ("hotrush", "id:A7"), ("incident", "id:A1")]
    assert "gmail.com" not in terminal("entitlement", "list", "--all").out


def test_a_dry_run_says_the_same_and_adds_nothing(terminal: Terminal, tmp_path: Path) -> None:
    """With the same exit code."""
    dry, real = (imported(terminal, tmp_path, MIXED, *options) for options in (["--dry-run"], []))
    assert (dry.code, dry.err) == (real.code, real.err)
    assert dry.out == "3 rows would be added\n4 rows would be refused\n"
    assert len(bought(terminal)) == 3


def test_an_id_that_comes_again_with_something_else_is_refused(terminal: Terminal, tmp_path: Path) -> None:
    """What was sold is not changed by a file."""
    imported(terminal, tmp_path, GOOD)
    said = imported(terminal, tmp_path, GOOD.replace("300", "600"))
    assert "id: A2 is there already, with another amount" in said.err
    assert said.out == "0 rows added\n2 rows there already\n1 row refused\n"


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([{"id": "A1", "owner": "jane@a.example", "kind": "points", "amount": 60}], indent=2),
        '{"id": "A1", "owner": "jane@a.example", "kind": "points", "amount": "60", "store": null}\n',
        "\ufeffID;Owner;Kind;Amount\r\nA1;jane@a.example;points;60\r\n",
        "id\towner\tkind\tamount\nA1\tjane@a.example\tpoints\t60",
    ],
    ids=["a list", "objects in lines", "semicolons, with a byte order mark", "tabs"],
)
def test_the_forms_of_a_file(terminal: Terminal, tmp_path: Path, content: str) -> None:
    """What spreadsheets and programs write."""
    assert imported(terminal, tmp_path, content).out == "1 row added\n"
    assert bought(terminal) == [("points", "id:A1")]


def test_a_refused_object_is_told_with_the_line_it_begins_on(terminal: Terminal, tmp_path: Path) -> None:
    """Of a list over many lines."""
    good = {"owner": "jane@a.example", "kind": "hotrush"}
    content = json.dumps([good, good | {"amount": 1.5}, good | {"colour": "red"}, 7], indent=1)
    said = imported(terminal, tmp_path, content)
    told = said.err
    assert said.out == "1 row added\n3 rows refused\n"
    assert "bought.csv:6: amount: must be a text or a whole number" in told
    assert "bought.csv:11: unknown column 'colour'" in told
    assert "bought.csv:16: must be an object in braces" in told


@pytest.mark.parametrize(
    ("content", "wrong"),
    [
        ("", "is empty"),
        ("owner,kind,colour\n", "bought.csv:1: unknown column 'colour'; known are id, owner"),
        ("owner,knid\n", "unknown column 'knid'; did you mean kind?"),
        ("owner,kind,kind\n", "bought.csv:1: the column kind is there twice"),
        ("id,owner\n", "the first line must name the columns; kind missing"),
        ('owner,kind\njane@a.example,"hot\n', "bought.csv:2: is no CSV: unexpected end of data"),
        ('[{"owner": "a"}', "the list is not closed; nothing was imported"),
        ('[{"owner": "a"},\n{]', "bought.csv:2: is no JSON from here on; nothing was imported"),
        ('[]\n{"a": 1}', "bought.csv:1: there is something behind the list"),
        (b"owner,kind\n\xff", "must be UTF-8 text"),
        ("owner,kind\njane@a.example,incident\x00\n", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    terminal: Terminal, tmp_path: Path, content: str | bytes, wrong: str
) -> None:
    """In one line with its place; nothing goes in."""
    said = imported(terminal, tmp_path, content)
    assert said.code in (1, 2)
    assert wrong in " ".join(said.err.split())
    assert bought(terminal) == []


def test_a_file_that_is_not_there_is_said(terminal: Terminal, tmp_path: Path) -> None:
    """Exit code 2."""
    said = terminal("entitlement", "import", str(tmp_path / "none.csv"))
    assert (said.code, said.err) == (
        2,
        f"{tmp_path / 'none.csv'}: can't be read: No such file or directory\n",
    )


def test_for_scripts_each_row_is_an_object(terminal: Terminal, tmp_path: Path) -> None:
    """With its place, what became of it, and why."""
    rows = imported(terminal, tmp_path, MIXED, "--json").objects
    assert [row["result"] for row in rows] == ["added", *["refused"] * 3, "added", "refused", "added"]
    assert rows[0]["entitlement"] == 1
    assert rows[0]["place"].endswith("bought.csv:2")
    assert rows[2]["why"].startswith("kind: 'incdent'")


def test_what_is_imported_pays_for_what_waits(maild: Target, terminal: Terminal, tmp_path: Path) -> None:
    """At once, in the same transaction; a dry run says so and undoes it."""
    with maild.desk.database.begin() as tx:
        number = an_incident(tx, Flag(UNPAID, because("awaits")), requester=ALICE)
        did(tx, [SetState("awaiting_entitlement", because("awaits"))], number)
    content = f"id,owner,kind\nA1,{ALICE.address},incident\nA2,{ALICE.address},incident\n"
    dry = imported(terminal, tmp_path, content, "--dry-run")
    assert dry.out == "2 rows would be added\n1 incident would be paid for, which waited\n"
    rows = imported(terminal, tmp_path, content, "--json").objects
    assert rows[-1] == {"result": "paid", "incident": number}
    assert "submitted" in terminal("list").out
    assert terminal("entitlement", "audit").code == 0


@given(st.one_of(st.text(max_size=200), st.text(alphabet='{}[]",:\n;ab1 ownerkid@.', max_size=200)))
def test_no_text_makes_the_reader_fall_over(tmp_path_factory: pytest.TempPathFactory, content: str) -> None:
    """Rows, refusals or one clear mistake: nothing else."""
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_text(content, encoding="utf-8", errors="replace", newline="")
    try:
        places, told = [place for place, _ in read_rows(path)], "good"
    except UserError as wrong:
        places, told = [], str(wrong)
    assert len(told.splitlines()) == 1
    assert all(place.startswith(f"{path}:") for place in places)
