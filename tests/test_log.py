"""Log lines: one event a line, fields that can be searched, nothing that a stranger can forge."""

import io
import json
import logging
import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.log import escape, logger, set_up_logging

TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    """Leave the root logger as it was found."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


def text_log(level: str = "info") -> io.StringIO:
    """Send text lines into a buffer."""
    stream = io.StringIO()
    set_up_logging("text", level, stream)
    return stream


def json_log() -> io.StringIO:
    """Send JSON lines into a buffer."""
    stream = io.StringIO()
    set_up_logging("json", "info", stream)
    return stream


def test_a_text_line_has_time_level_logger_event_and_fields() -> None:
    """In this order, so that `grep` works; what has no value is left out."""
    stream = text_log()
    logger("maild.intake").info("mail recorded", arrival=17, incident=None, known=True, subject="two words")
    assert re.fullmatch(
        rf'{TIME} info maild\.intake mail recorded arrival=17 known=true subject="two words"\n',
        stream.getvalue(),
    )


def test_a_json_line_is_an_object() -> None:
    """Numbers stay numbers; the four fixed names come beside the fields."""
    stream = json_log()
    logger("maild.intake").warning("mail deferred", outbox=3, seconds=0.5, until=None, error="no \u2028 way")
    (line,) = stream.getvalue().splitlines()
    entry = json.loads(line)
    assert re.fullmatch(TIME, entry.pop("time"))
    assert entry == {
        "level": "warning",
        "logger": "maild.intake",
        "event": "mail deferred",
        "outbox": 3,
        "seconds": 0.5,
        "until": None,
        "error": "no \u2028 way",
    }


def test_bound_fields_are_on_every_line_and_can_be_overridden() -> None:
    """A thread of a mailbox binds its name once."""
    stream = text_log()
    log = logger("x", mailbox="support").bind(uid=1)
    log.info("one")
    log.info("two", uid=2)
    assert [line.partition(" x ")[2] for line in stream.getvalue().splitlines()] == [
        "one mailbox=support uid=1",
        "two mailbox=support uid=2",
    ]


def test_a_stranger_cannot_forge_a_line_or_a_field() -> None:
    """Line ends, escape sequences and quotes of a mail stay inside the value they came in."""
    stream = text_log()
    logger("x").info(
        "mail recorded", subject='a" level=error\n2026-01-01T00:00:00.000Z error x forged\x1b[2J\u202e'
    )
    (line,) = stream.getvalue().splitlines()
    assert line.endswith(r'subject="a\" level=error\n2026-01-01T00:00:00.000Z error x forged\x1b[2J\u202e"')


def test_a_field_cannot_take_the_place_of_a_fixed_name_in_json() -> None:
    """`event` and `level` are always ours."""
    stream = json_log()
    logger("x").info("true", level="error", time="never")
    entry = json.loads(stream.getvalue())
    assert (entry["event"], entry["level"]) == ("true", "info")
    assert entry["time"] != "never"


@pytest.mark.parametrize("name", ["password", "imap_password", "secret", "token", "Authorization"])
def test_a_field_that_sounds_of_a_secret_is_masked(name: str) -> None:
    """A last net under the rule that no secret is given to a log."""
    for begin in (text_log, json_log):
        stream = begin()
        logger("x").error("login refused", **{name: "hunter2"})
        assert "hunter2" not in stream.getvalue()
        assert "***" in stream.getvalue()


def test_a_percent_sign_in_an_event_is_no_format() -> None:
    """Logging's own formatting would fail on it."""
    stream = text_log()
    logger("x").info("100 % done %s")
    assert stream.getvalue().endswith("x 100 % done %s\n")


def test_levels_below_the_configured_one_are_silent() -> None:
    """And the configured one and above speak."""
    stream = text_log("warning")
    log = logger("x")
    log.debug("a")
    log.info("b")
    log.warning("c")
    log.error("d")
    assert [line.rsplit(" ", 1)[1] for line in stream.getvalue().splitlines()] == ["c", "d"]


def test_libraries_are_quiet_even_at_debug() -> None:
    """Some of them print mails or passwords at that level."""
    stream = text_log("debug")
    for name in (
        "imapclient",
        "imapclient.imaplib",
        "mailparser",
        "apscheduler.scheduler",
        "alembic.runtime",
        "sqlalchemy.engine",
        "mail.log",
        "asyncio",
    ):
        logging.getLogger(name).info("LOGIN anna hunter2")
        logging.getLogger(name).warning("trouble")
    logger("maild.x").debug("ours")
    assert stream.getvalue().count("trouble") == 8
    assert "hunter2" not in stream.getvalue()
    assert "ours" in stream.getvalue()


def test_setting_up_again_replaces_the_first() -> None:
    """A reload must not double every line."""
    first, second = text_log(), text_log()
    logger("x").info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_an_exception_is_one_line_with_its_traceback() -> None:
    """A fault of ours is the one case in which a traceback is wanted, in the log alone."""
    for begin in (text_log, json_log):
        stream = begin()
        try:
            int("bad\nthing")
        except ValueError:
            logger("x").exception("handling failed", uid=1)
        (line,) = stream.getvalue().splitlines()
        assert "Traceback" in line
        assert "test_log.py" in line


def test_plain_loggers_and_those_of_libraries_come_out_in_the_same_form() -> None:
    """Also with arguments, and with a level that we do not use."""
    stream = text_log()
    logging.getLogger("lib").critical("gone %s", "a\nb")
    assert re.fullmatch(rf"{TIME} error lib gone a\\nb\n", stream.getvalue())


def test_any_value_can_be_a_field() -> None:
    """Paths, exceptions and what has only a repr; long ones are cut."""
    for begin in (text_log, json_log):
        stream = begin()
        logger("x").info("e", path=ValueError("why"), much="x" * 10_000, many=[1, "two"])
        assert "why" in stream.getvalue()
        assert len(stream.getvalue()) < 2_500


@given(st.text())
def test_an_escaped_text_is_printable_and_on_one_line(text: str) -> None:
    """Whatever it was; and what was printable is unchanged."""
    assert escape(text).isprintable()
    if text.isprintable():
        assert escape(text) == text


@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text() | st.integers() | st.none(), max_size=4
    )
)
def test_any_fields_make_exactly_one_line(fields: dict[str, str | int | None]) -> None:
    """In both forms; JSON comes back as it was, except for masked names."""
    stream = text_log()
    logger("x").info("event", **fields)
    assert stream.getvalue().count("\n") == 1
    assert len(stream.getvalue().splitlines()) == 1
    stream = json_log()
    logger("x").info("event", **fields)
    read = json.loads(stream.getvalue())
    fixed = {"time", "level", "logger", "event"}
    assert {key: read[key] for key in fields if key not in fixed and read[key] != "***"} == {
        key: value for key, value in fields.items() if key not in fixed and read[key] != "***"
    }
