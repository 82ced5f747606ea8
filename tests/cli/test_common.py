"""What the commands share: nothing that mail says steers a terminal, and lists stay readable in any width."""

import json
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import click
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from maild.cli import common
from maild.cli.common import NUMBER, Row, clean, cut, emit_json, print_indented, print_rows, rfc3339, short

INSTANT = datetime(2026, 3, 3, 10, 15, 59, tzinfo=timezone(timedelta(hours=1)))
STEERING = "\x1b[2J\x07\x9b\u202e\u2066\u200b\u2028\ud800"
LONG = "averylongaddress.with.many.parts@subdomain.of.some.customer.example"


def printed(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return the lines printed since the last time."""
    return capsys.readouterr().out.splitlines()


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal of the usual width."""
    monkeypatch.setenv("COLUMNS", "80")


# --- what mail says -----------------------------------------------------------------------------------------


@given(st.text())
def test_clean_text_steers_nothing(text: str) -> None:
    """Line feeds and tabs apart, every control and direction mark becomes visible; other text stays as it is."""
    cleaned = clean(text)
    kinds = {unicodedata.category(char) for char in cleaned if char not in "\n\t"}
    assert not kinds & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert cleaned == text or any(not char.isprintable() for char in text)


def test_steering_characters_are_shown_by_their_names() -> None:
    """A person sees that somebody tried."""
    assert clean(STEERING) == "\\x1b[2J\\x07\\x9b\\u202e\\u2066\\u200b\\u2028\\ud800"
    assert clean("注文 Müller\n\tx") == "注文 Müller\n\tx"


@given(value=st.dictionaries(st.text(), st.text() | st.integers() | st.none()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_json_lines_are_one_line_and_harmless(
    capsys: pytest.CaptureFixture[str], value: dict[str, object]
) -> None:
    """Whatever mail says, a script reads it back as it was, and a terminal that shows it is not steered."""
    emit_json(value)
    line = capsys.readouterr().out.removesuffix("\n")
    assert json.loads(line) == value
    assert clean(line) == line
    assert "\n" not in line


def test_times_in_json_are_rfc_3339_in_utc(capsys: pytest.CaptureFixture[str]) -> None:
    """With a Z, in whole seconds."""
    emit_json({"at": INSTANT})
    assert printed(capsys) == ['{"at": "2026-03-03T09:15:59Z"}']
    assert rfc3339(INSTANT) == "2026-03-03T09:15:59Z"


def test_what_json_cannot_say_is_a_fault_of_ours() -> None:
    """Not a string that a script must guess at."""
    with pytest.raises(TypeError, match="bytes"):
        emit_json({"raw": b"x"})


def test_times_in_lists_have_one_form() -> None:
    """In UTC, to the minute, with the year; a dash for none."""
    assert short(INSTANT) == "2026-03-03 09:15Z"
    assert short(INSTANT.astimezone(UTC)) == short(INSTANT)
    assert short(None) == "-"


# --- lists ----------------------------------------------------------------------------------------------------


def test_a_list_has_its_columns_in_line(capsys: pytest.CaptureFixture[str]) -> None:
    """As wide as what is in them; nothing trails behind."""
    print_rows(("number", "state"), [Row(("#1001", "in_progress"), "Jane: Help"), Row(("#7", "closed"))])
    assert printed(capsys) == [
        "number  state",
        "#1001   in_progress",
        "        Jane: Help",
        "#7      closed",
    ]


@given(
    cells=st.lists(st.text(max_size=60), min_size=2, max_size=2),
    line=st.text(max_size=300),
    why=st.text(max_size=300),
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_line_of_a_list_is_wider_than_the_terminal(
    capsys: pytest.CaptureFixture[str], cells: list[str], line: str, why: str
) -> None:
    """However long, however wide its characters, whatever stands in it."""
    print_rows(("one", "two"), [Row(("1", cells[0].replace("\n", " ").replace("\t", " ")), line, why)])
    shown = printed(capsys)
    assert all(cell_len(row) <= 80 for row in shown)
    assert all(clean(row) == row for row in shown)


def test_a_long_line_is_cut_and_a_reason_is_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    """A subject may be cut, for it stands elsewhere whole; why something failed must be read to its end."""
    print_rows(("id",), [Row(("1",), LONG * 2, "word " * 40)])
    _, _, cut_line, *reason = printed(capsys)
    assert cut_line.endswith("…")
    assert " ".join(" ".join(reason).split()) == ("word " * 40).strip()
    assert all(row.startswith("    ") for row in reason)


@pytest.mark.parametrize(
    ("text", "shown"), [("short", "short"), ("a  b\nc", "a b c"), ("注文ができません", "注文がで…")]
)
def test_cutting_counts_columns_not_characters(text: str, shown: str) -> None:
    """A wide character takes two."""
    assert cut(text, 9) == shown


def test_indented_text_keeps_its_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """As the customer wrote them, behind a margin, without blanks at their ends; no text, no line."""
    print_indented(common.console(), "\nHello,\n\n\tit is down.\n\n", "  | ")
    print_indented(common.console(), " \n ", "  | ")
    assert printed(capsys) == ["  | Hello,", "  |", "  |     it is down."]


# --- numbers ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "number"), [("1003", 1003), ("#1003", 1003), (str(2**63 - 1), 2**63 - 1)])
def test_a_number_is_taken_as_a_list_shows_it(text: str, number: int) -> None:
    """With its sign or without."""
    assert NUMBER.convert(text, None, None) == number


@pytest.mark.parametrize("text", ["", "#", "x", "0", "-1", "1.5", "١٢", "##1", str(2**63), "9" * 5000])
def test_what_no_column_holds_is_no_number(text: str) -> None:
    """The drivers would refuse to ask for it, with a traceback."""
    with pytest.raises(click.BadParameter):
        NUMBER.convert(text, None, None)
