"""What operators look at: terminals, JSON lines and logs, with a stranger's words in them."""

import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from maild.cli.main import cli
from maild.log import JsonLines, TextLines
from tests.faults.target import ANNA, EVE, Target, target

STEERING = (
    "\x1b[2J\x1b]0;owned\x07 [red]a[/red] [/x] [link=file:///etc]b[/link] \u202egnp.exe\u2066 \u009b5n \x08\x08 \r"
    " 2026-03-03T09:15:00.120Z info maild forged=line"
)
ENCODED = "=?utf-8?q?" + "".join(f"={byte:02X}" for byte in STEERING[:40].encode()) + "?="
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


@pytest.fixture
def spoiled(memory: Path) -> Iterator[Target]:
    """A maild that took mails full of steering characters, one of them into quarantine."""
    with target(memory) as found:
        for n, words in enumerate((STEERING.replace("\r", ""), ENCODED, "\u2028\u2029 \u0085")):
            found.gets(
                found.mail(
                    f'"{words}" <{EVE}>', f"{STEERING} {n}", Subject=words, Message_ID=f"<{words[:9]}@x>"
                )
            )
        found.gets(found.mail(f"[/x]{EVE}", STEERING, Subject=STEERING.replace("\r", "")))
        found.gets(f"Subject: {STEERING}\r\nFrom: a@b.example, {EVE}\r\n\r\n{STEERING}".encode())
        found.gets(found.mail(EVE, STEERING, Auto_Submitted=f"auto-generated {STEERING[:30]}"))
        found.sender.refuse(EVE, f"550 {STEERING}")
        found.sends()
        found.sends()
        yield found


COMMANDS = [
    ["list"],
    *(["show", str(number)] for number in (1001, 1002, 1003, 1004)),
    ["quarantine", "list"],
    ["quarantine", "show", "5"],
    ["outbox", "list"],
]


def printed(maild: Target, arguments: list[str]) -> str:
    """Return what a command prints."""
    done = CliRunner().invoke(cli, ["--config", str(maild.folder / "config.toml"), *arguments])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_no_command_lets_a_mail_steer_the_terminal(spoiled: Target, arguments: list[str]) -> None:
    """Neither escape sequences nor bidi characters nor markup of the library that prints get through."""
    said = printed(spoiled, arguments)
    assert not FORBIDDEN.search(said)
    assert said.strip()


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_json_stays_one_object_a_line(spoiled: Target, arguments: list[str]) -> None:
    """Scripts read line by line, and terminals show what scripts print."""
    said = printed(spoiled, [*arguments, "--json"])
    for line in said.splitlines():
        assert isinstance(json.loads(line), dict)
    assert not FORBIDDEN.search(said)


@pytest.mark.parametrize("form", [TextLines, JsonLines])
def test_no_mail_forges_a_log_line(memory: Path, form: type[logging.Formatter]) -> None:
    """All that is logged about hostile mails, at any level, is lines of ours without steering characters."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(form())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        with target(memory) as maild:
            for words in (STEERING.replace("\r", ""), ENCODED):
                maild.gets(
                    maild.mail(f'"{words}" <{EVE}>', words, Subject=words),
                    mail_from=words,
                    recipients=(words,),
                )
            maild.gets(f"Subject: {STEERING}\r\n\r\n{STEERING}".encode())
            maild.sender.refuse(EVE, f"550 {STEERING}\n{STEERING}")
            maild.sender.defer(ANNA, f"450 {STEERING}\n{STEERING}")
            maild.sends()
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    said = stream.getvalue()
    assert not FORBIDDEN.search(said)
    assert len([line for line in said.splitlines() if line.startswith("2026-03-03T09")]) == 0
    assert "mail handled" in said
    assert all(line[0] in "{2" for line in said.split("\n") if line)
