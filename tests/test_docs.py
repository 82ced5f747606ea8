"""What the docs say is so: commands run and print what is shown, links lead somewhere, nothing is left out.

The commands run in a copy of one world: a daemon that was started by `maild run`, in which `maild demo` was
played, and to which a few people and a machine have written since.
"""

import ast
import calendar
import doctest
import json
import re
import shlex
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path
from typing import get_args

import click
import pytest
from click.testing import CliRunner, Result

from maild.cli.main import COMMANDS, cli
from maild.cli.players import Player, Stage
from maild.clock import SystemClock
from maild.config.load import load_config
from maild.core.actions import Disposition
from maild.core.deciding.staff_commands import VERBS
from maild.core.incident import State
from maild.core.reasons import SENTENCES
from maild.core.understanding.bounce_reason import LASTS
from maild.store.tables import OutboxState, metadata
from replies.catalogue import COMMON, REPLIES, Fact
from replies.filters import filters
from replies.languages import ENGLISH
from tests.parts.configs import SHIPPED
from tests.parts.pages import (
    PAGES,
    ROOT,
    Block,
    Shown,
    anchors,
    blocks,
    commands,
    links,
    paths,
    prose,
    shell_lines,
)
from tests.parts.reports import bounce_of

DOCS = ROOT / "docs"
BLOCKS = [block for page in PAGES for block in blocks(page)]
SHOWN = list(dict.fromkeys(shown for page in PAGES for shown in commands(page)))
STANDS_FOR = {
    "FILE": "config.toml",
    "OLD": "config.toml",
}  # words in capitals of the docs, and what a reader may put there

MAILS = (
    # Nobody's mail: it goes to quarantine.
    "To: support@example.com\nSubject: who am I?\nMessage-ID: <q1@shop.example>\n\nNo From field.\n",
    # A machine's mail that belongs to nothing: it is kept.
    "From: jane@customer.example\nTo: support@example.com\nAuto-Submitted: auto-replied\n\nI am away.\n",
    # One sender, nothing proven, three requests: the second and third acknowledgement wait.
    *(
        f"From: Ada <ada@shop.example>\nTo: support@example.com\nSubject: Question {n}\n"
        f"Message-ID: <a{n}@shop.example>\n\nWhere do I set the VAT rate of shop {n}?\n"
        for n in (1, 2, 3)
    ),
    # The tutorial of docs/classifiers.md: three customers with one problem, which no rule knows yet.
    *(
        f"From: {name}@{name}.example\nTo: support@example.com\nSubject: {subject}\n"
        f"Message-ID: <1@{name}.example>\n\nPlease help.\n"
        for name, subject in (
            ("carol", "The cart swaps what customers put in"),
            ("dave", "It swaps all options"),
            ("erin", "Our basket swaps everything over night"),
        )
    ),
)
LABELS = """\
{"subject": "The cart swaps what customers put in", "scope": "malfunction"}
{"subject": "HotRush: nobody can check out", "scope": "outage", "priority": "hotrush"}
"""


CLOCK = (
    '{"id": 1, "calendar": {"tz": "UTC", "weekly": {"mon": ["09:00-18:00"]}}, "timer": "resolution",'
    ' "targets": {"normal": 60}, "events": [{"at": "2026-03-02T09:00:00Z", "type": "created"}]}\n'
)
# The file of docs/entitlements.md.
BOUGHT = re.findall(r"(?ms)^```\n(id,owner.*?)^```", (DOCS / "entitlements.md").read_text(encoding="utf-8"))[
    0
]


@dataclass(frozen=True, slots=True)
class World:
    """A folder in which maild ran, and what the demo printed there."""

    folder: Path
    demo: str


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The world in which the commands of the docs run; its daemon is stopped again."""
    folder = tmp_path_factory.mktemp("world")
    config = SHIPPED.replace("127.0.0.1:2525", f"127.0.0.1:{free_port()}")
    for name in ("config.toml", "new.toml"):
        (folder / name).write_text(config)
    (folder / "mail.eml").write_text(MAILS[2])
    (folder / "bought.csv").write_text(BOUGHT)
    (folder / "labels.jsonl").write_text(LABELS)
    [model] = [block for block in BLOCKS if block.mark("file") == "model.toml"]
    (folder / "model.toml").write_text(model.text)
    (folder / "old.mbox").write_text(f"From - Mon Nov 23 09:00:00 2026\n{MAILS[-1]}\n")
    (folder / "clocks.jsonl").write_text(CLOCK)
    (folder / "mails.jsonl").write_text('{"id": 1, "subject": "Sales tax", "body": "Which rate?"}\n')
    daemon = subprocess.Popen(
        [sys.executable, "-m", "maild.cli.main", "run"], cwd=folder, stderr=subprocess.PIPE, text=True
    )
    assert daemon.stderr is not None
    try:
        wait_for(" started ", daemon.stderr)
        demo = run(folder, "maild demo")
        for mail in MAILS:
            send(mail, folder)
        wait_for(" held ", daemon.stderr, 2)
        staff_correct(folder)
        send(bounce_of(sent_to(folder, "ada@shop.example"), "ada@shop.example").decode(), folder)
        wait_for("delivery_problem", daemon.stderr)
    finally:
        daemon.send_signal(signal.SIGTERM)
        _, said = daemon.communicate(timeout=30)
    assert (daemon.returncode, "stopped" in said) == (0, True)
    return World(folder, demo.output)


def staff_correct(folder: Path) -> None:
    """Let the first of the staff say by mail what the three customers of the tutorial meant."""
    stage = Stage(load_config(folder / "config.toml", {}), SystemClock())
    member = stage.config.staff[0]
    staff = Player(member.name, member.address, stage)
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in stage.mails()]
    told = [mail for mail in mails if mail["X-Envelope-To"] == f"<{member.address}>"]
    for number in (1005, 1006, 1007):
        staff.reply(next(mail for mail in told if f"[#{number}]" in mail["Subject"]), "#scope malfunction")
        staff.reply(stage.wait_for(member.address, lambda _: None), "send")
        stage.wait_for(member.address, lambda _: None)  # the receipt


def free_port() -> int:
    """Return a port of loopback that nobody listens on just now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def wait_for(words: str, log: Iterator[str], times: int = 1) -> None:
    """Read the log of the daemon until a line with `words` came so often."""
    while times:
        line = next(log, None)
        assert line is not None, f"the daemon ended without {words!r}"
        times -= words in line


def sent_to(folder: Path, recipient: str) -> str:
    """Return the Message-ID of the mail that left for `recipient`, from the folder that stands for a relay."""
    texts = (path.read_text() for path in (folder / "var" / "outgoing").rglob("*") if path.is_file())
    text = next(text for text in texts if f"To: {recipient}\n" in text.replace("\r", ""))
    return re.findall(r"(?m)^Message-ID: (<\S+>)", text)[0]


def send(mail: str, folder: Path) -> None:
    """Hand a mail to the daemon of `folder`, which takes it or refuses it before this returns."""
    config = load_config(folder / "config.toml", {})
    host, port = config.listen.host_port or ("", 0)
    with smtplib.SMTP(host, port) as door:
        door.sendmail("someone@example.net", "support@example.com", re.sub(r"\r?\n", "\r\n", mail).encode())


def run(folder: Path, command: str) -> Result:
    """Run a command line of the docs in `folder`, in a terminal of 80 columns."""
    words = [STANDS_FOR.get(word, word) for word in shlex.split(command)[1:]]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("COLUMNS", "80")
        words = [first_version() if word == "VERSION" else word for word in words]
        return CliRunner().invoke(cli, words + (["--help"] if only_names(words) else []))


def first_version() -> str:
    """Return the version of the config that decided first here."""
    listed = CliRunner().invoke(cli, ["config", "versions", "--json"]).stdout
    return str(json.loads(listed.splitlines()[0])["version"])


def only_names(words: Sequence[str]) -> bool:
    """Say whether the words name a command that needs more to run: a page may speak of `maild show`."""
    found: click.Command | None = cli
    with click.Context(cli) as ctx:
        for word in words:
            found = found.get_command(ctx, word) if isinstance(found, click.Group) else None
    return isinstance(found, click.Group) or (found is not None and any(p.required for p in found.params))


def needs_batch_or_subject(words: str) -> bool:
    """Say whether the words are the bare name of a command that checks its arguments itself."""
    return words in {"maild explain", "maild sla"}


def copy_of(world: World, to: Path) -> Path:
    """Return a world of one's own: what a command does there is seen by no other."""
    return Path(shutil.copytree(world.folder, to / "world", ignore=shutil.ignore_patterns("outgoing")))


def prepared(folder: Path, before: str) -> None:
    """Do in `folder` what a comment says was done before: `phrases of "malfunction" get "forgets"`, or a command.

    With `new.toml: ` before it, a copy of that name is made and changed, and the config stays.
    """
    if not before:
        return
    if before.startswith("maild "):
        assert run(folder, before).exit_code == 0
        return
    scope, phrase = re.findall(r'"([^"]+)"', before)
    config = (folder / "config.toml").read_text()
    text, count = re.subn(rf'(?ms)(^id = "{scope}"$.*?^phrases = \[)', rf'\1\n  "{phrase}",', config, count=1)
    assert count == 1
    (folder / ("new.toml" if before.startswith("new.toml: ") else "config.toml")).write_text(text)


# --- commands -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown.place} {shown.command}")
def test_a_command_of_the_docs_runs_and_prints_what_they_show(
    shown: Shown, world: World, tmp_path: Path
) -> None:
    """Where a page shows output, each of its lines comes, in order; `...` stands for any others."""
    folder = copy_of(world, tmp_path)
    prepared(folder, shown.before)
    if shown.command in {"maild", "maild run"} or needs_batch_or_subject(shown.command):
        assert not shown.output
        return
    if shown.command == "maild demo":
        assert missing_from(world.demo, shown.output) is None
        return
    result = run(folder, shown.command)
    assert (result.exit_code, result.exception) in {(0, None)}, f"{result.output}\n{result.exception}"
    assert missing_from(result.output, shown.output) is None, result.output


def missing_from(actual: str, shown: str) -> str | None:
    """Return the first run of shown lines that the actual output does not hold in this order, or None."""
    lines = comparable(actual)
    at = 0
    for stretch in re.split(r"(?m)^\.\.\.$", shown):
        wanted = comparable(stretch)
        places = (i for i in range(at, len(lines) + 1) if lines[i : i + len(wanted)] == wanted)
        found = next(places, None)
        if found is None:
            return "\n".join(wanted)
        at = found + len(wanted)
    return None


def comparable(text: str) -> list[str]:
    """Return the lines that are not blank, without what differs from run to run."""
    for pattern, name in (
        (r"(\d{4}-\d\d-\d\d )?\d\d:\d\dZ", "INSTANT"),
        (r"\w+day \d+ \w+ \d{4}, \d\d:\d\d UTC *", "DAY "),
        (r"jane\.[0-9a-f]{6}", "JANE"),
        (r"\b[0-9a-f]{12}\b", "VERSION"),
    ):
        text = re.sub(pattern, name, text)
    return [" ".join(line.split()) for line in text.splitlines() if line.strip()]


def test_a_line_that_is_not_printed_is_noticed() -> None:
    """The comparison can fail: on other words, on another order, on a line left out without `...`."""
    actual = "one  1\n\ntwo\nthree 2026-11-22 21:15Z\nfour\n"
    assert missing_from(actual, "one 1\n...\nthree 2026-01-01 00:00Z\n") is None
    assert missing_from(actual, "one 1\nthree 2026-01-01 00:00Z\n") is not None
    assert missing_from(actual, "two\n...\none 1\n") is not None
    assert missing_from(actual, "five\n") == "five"


def test_the_pages_hold_the_commands_that_a_newcomer_needs() -> None:
    """If the reading of pages broke, the test above would have nothing to run."""
    found = {shown.command for shown in SHOWN}
    assert {"maild demo", "maild show 1001", "maild check --connect", "maild outbox list"} <= found
    assert sum(bool(shown.output) for shown in SHOWN) >= 5


def subcommands() -> Iterator[tuple[str, click.Command]]:
    """Yield every command and subcommand as (`maild ...`, itself)."""
    with click.Context(cli) as ctx:
        for name in COMMANDS:
            command = cli.get_command(ctx, name)
            assert command is not None
            yield f"maild {name}", command
            if isinstance(command, click.Group):
                yield from ((f"maild {name} {sub}", one) for sub, one in command.commands.items())


@pytest.mark.parametrize(("name", "command"), list(subcommands()), ids=lambda value: str(value))
def test_every_command_and_option_is_documented(name: str, command: click.Command) -> None:
    """A command that no page runs does not exist for a reader; nor does an option that no page names."""
    assert any(f"{shown.command} ".startswith(f"{name} ") for shown in SHOWN)
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    options = [opt for param in command.params for opt in param.opts if opt.startswith("--")]
    assert [option for option in options if option not in text] == []


def test_make_has_the_targets_that_the_docs_name() -> None:
    """`make run` and `make test` are the first words a newcomer reads."""
    made = set(re.findall(r"(?m)^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8")))
    named = {
        target for page in PAGES for target in re.findall(r"(?m)(?:^|`)make (\w+)", page.read_text("utf-8"))
    }
    assert {"run", "test", "check"} <= named <= made


# --- other blocks ---------------------------------------------------------------------------------------------


def of_language(language: str) -> list[Block]:
    """Return the blocks of one language."""
    return [block for block in BLOCKS if block.language == language]


@pytest.mark.parametrize("block", of_language("toml"), ids=lambda block: block.place)
def test_a_toml_snippet_is_good_in_the_place_of_its_sections(block: Block, tmp_path: Path) -> None:
    """Each section of a snippet replaces the one of the shipped config.toml, as a reader would do it."""
    for other in blocks(block.page):
        if name := other.mark("file"):
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(other.text)
    snippet = block.text.replace("/var/lib/maild", str(tmp_path)).replace("/etc/maild", str(tmp_path))
    for secret in re.findall(rf'_file = "{tmp_path}/([\w-]+)"', snippet):
        (tmp_path / secret).write_text("secret")
        (tmp_path / secret).chmod(0o600)
    text = "".join(part for part in sections(SHIPPED) if named(part) not in tomllib.loads(snippet))
    (tmp_path / "config.toml").write_text(text + snippet)
    config = load_config(
        tmp_path / "config.toml", dict.fromkeys(re.findall(r"\$\{(\w+)\}", snippet), "secret")
    )
    assert config.service.address


def sections(text: str) -> list[str]:
    """Return a TOML file cut before each of its tables."""
    return re.split(r"(?m)^(?=\[)", text)


def named(section: str) -> str:
    """Return the first name in the header of a table, "" for what stands above the first one."""
    found = re.match(r"\[+(\w+)", section)
    return found[1] if found else ""


def test_a_template_of_the_docs_is_used(tmp_path: Path) -> None:
    """The example is not only taken, it says what it says."""
    [block] = of_language("jinja")
    (tmp_path / "my-replies").mkdir()
    (tmp_path / block.mark("file")).write_text(block.text)
    (tmp_path / "config.toml").write_text(SHIPPED.replace('# folder = "my-', 'folder = "my-'))
    config = load_config(tmp_path / "config.toml", {})
    facts = {name: fact.example for name, fact in REPLIES["closed"].facts.items()}
    assert config.templates.render("closed", facts).subject == "[#1003] Done"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_python_say_what_comes_out(page: Path) -> None:
    """A library is used as its page shows it."""
    assert doctest.testfile(str(page), module_relative=False, encoding="utf-8").failed == 0


def test_there_are_examples_in_python() -> None:
    """Else the test above would try nothing."""
    assert sum(">>>" in block.text for block in of_language("python")) >= 1


@pytest.mark.skipif(shutil.which("sqlite3") is None, reason="there is no sqlite3 here")
def test_the_backup_of_the_docs_is_a_whole_database(world: World, tmp_path: Path) -> None:
    """A backup that was never restored is none."""
    folder = copy_of(world, tmp_path)
    lines = [
        line for block in of_language("sh") for line in shell_lines(block) if line.startswith("sqlite3 ")
    ]
    (tmp_path / "backups").mkdir()
    assert lines
    for line in lines:
        here = line.replace("/var/lib/maild", str(folder / "var")).replace(
            "/var/backups/maild", str(tmp_path / "backups")
        )
        subprocess.run(shlex.split(here), check=True)
    shutil.rmtree(folder / "var")
    (folder / "var").mkdir()
    shutil.move(tmp_path / "backups" / "maild.db", folder / "var" / "maild.db")
    assert "HotRush: nobody can check out" in run(folder, "maild show 1001").output


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
def test_systemd_knows_every_line_of_the_unit(tmp_path: Path) -> None:
    """What systemd does not know it ignores, and says so only to who asks."""
    [block] = of_language("ini")
    unit = tmp_path / "maild.service"
    unit.write_text(block.text.replace("/opt/maild/bin/maild", sys.executable))
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False
    )
    assert [line for line in verified.stderr.splitlines() if "maild.service" in line] == []
    assert verified.returncode == 0


def test_the_unit_asks_for_what_the_daemon_tells() -> None:
    """Readiness, watchdog and reload are promises of two sides."""
    [block] = of_language("ini")
    for line in ("Type=notify", "WatchdogSec=", "ExecReload=/bin/kill -HUP $MAINPID"):
        assert f"\n{line}" in block.text


# --- what pages name ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """To a file that is there, and in it to a heading that is there."""
    for target in links(page):
        path, _, anchor = target.partition("#")
        to = (page.parent / path).resolve() if path else page
        assert to.exists(), target
        assert not anchor or anchor in anchors(to), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_a_page_names_are_there(page: Path) -> None:
    """A file that is moved or renamed takes the docs along."""
    missing = [
        name for name in paths(page) if not ((ROOT / name).exists() if "/" in name else is_a_source(name))
    ]
    assert missing == []


def is_a_source(name: str) -> bool:
    """Say whether some file of ours has this name."""
    folders = ("maild", "classifiers", "replies", "tests", "benchmarks")
    return (ROOT / name).exists() or any(True for folder in folders for _ in (ROOT / folder).rglob(name))


def test_every_page_is_linked_from_the_readme() -> None:
    """A page that nobody finds is not read."""
    linked = {(ROOT / target.partition("#")[0]).resolve() for target in links(ROOT / "README.md")}
    assert {page for page in PAGES if page.name != "README.md"} <= linked


def test_every_reason_why_a_mail_failed_is_documented_with_its_weight() -> None:
    """The page says in the same words what the notices say, and which reasons mark an address."""
    text = (DOCS / "path-of-a-message.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| `(\w+)` \| ([^|]+) \| (yes|no) \|$", text)
    assert {(name, f"{{address}}: {said}", lasts == "yes") for name, said, lasts in rows} == {
        (name, SENTENCES[f"bounce_{name}"], does) for name, does in LASTS.items()
    }


def test_the_path_of_a_message_names_every_step_and_every_table() -> None:
    """The map shows the whole house: what the pages of a mail call, what decides, what is stored."""
    text = (DOCS / "path-of-a-message.md").read_text(encoding="utf-8")
    pages = [ROOT / "maild" / f"{name}_message.py" for name in ("handle", "read", "understand")]
    nodes = [node for page in pages for node in ast.walk(ast.parse(page.read_text(encoding="utf-8")))]
    imported = {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
    things = {"actions", "deciding.case", "message", "reasons"}
    modules = {module.removeprefix("maild.core.") for module in imported if module.startswith("maild.core.")}
    steps = {f"maild/core/{module.replace('.', '/')}.py" for module in modules - things}
    core = ROOT / "maild" / "core"
    deciding = {str(path.relative_to(ROOT)) for path in (core / "deciding").glob("decide_*.py")}
    assert {step for step in steps | deciding if f"`{step}`" not in text} == set()
    groups = {f"{path.name}/" for path in core.iterdir() if (path / "__init__.py").exists()}
    assert groups == rows_of(text, "folder of `maild/core/`")
    assert set(metadata.tables) == rows_of(text, "one row is")
    assert set(get_args(Disposition)) == rows_of(text, "disposition")
    assert set(get_args(State)) == rows_of(text, "state")
    assert {state for state in get_args(OutboxState) if f"`{state}`" not in text} == set()


def rows_of(text: str, column: str) -> set[str]:
    """Return the first cells of the table that has a column of this name, without their backticks."""
    found = re.search(rf"(?m)^\|(?: [^|\n]+ \|)*? {column} \|.*\n\|[-|]+\n((?:\|.*\n)+)", text)
    assert found is not None, column
    return set(re.findall(r"(?m)^\| `([^`]+)`", found[1]))


def test_the_events_of_the_log_are_those_that_are_logged() -> None:
    """People search for these words, and build alarms on them."""
    told = (
        (DOCS / "operations.md")
        .read_text(encoding="utf-8")
        .partition("| event | says |")[2]
        .partition("\n\n")[0]
    )
    events = [
        event for row in re.findall(r"(?m)^\| (`[^|]+) \|", told) for event in re.findall(r"`([^`]+)`", row)
    ]
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "maild").rglob("*.py"))
    assert len(events) >= 9
    assert [event for event in events if f'"{event}"' not in sources] == []


def test_every_verb_is_documented_and_no_other() -> None:
    """Staff learn the verbs from this page, or from a receipt."""
    assert rows_of((DOCS / "staff-commands.md").read_text(encoding="utf-8"), "command") == {
        f"#{verb}" for verb in VERBS
    }


def facts_in(section: str) -> set[tuple[str, str, str]]:
    """Return the facts of a section of templates.md as (name, shape, sentence)."""
    return set(re.findall(r"(?m)^\| `(\w+)` \| ([a-z ]+) \| (.+) \|$", section))


def as_documented(facts: dict[str, Fact]) -> set[tuple[str, str, str]]:
    """Return the facts of the catalogue in the same form."""
    return {(name, fact.shape, fact.sentence) for name, fact in facts.items()}


def test_every_reply_and_fact_is_documented_and_no_other() -> None:
    """The page says of each what the catalogue says."""
    text = (DOCS / "templates.md").read_text(encoding="utf-8")
    common, *replies = re.split(r"(?m)^### (?=\w+$)", text)
    assert facts_in(common.partition("\n## The replies")[2]) == as_documented(dict(COMMON))
    told = {section.partition("\n")[0]: section for section in replies}
    assert set(told) == set(REPLIES)
    for kind, reply in REPLIES.items():
        own = {name: fact for name, fact in reply.facts.items() if name not in COMMON}
        assert facts_in(told[kind]) == as_documented(own), kind
        assert reply.sentence in told[kind]


def test_every_filter_is_documented_and_no_other() -> None:
    """A template can do nothing else."""
    text = (DOCS / "templates.md").read_text(encoding="utf-8")
    assert rows_of(text, "filter") == set(filters(ENGLISH))


def test_each_habit_of_a_mail_program_has_a_month_and_a_test_that_holds_it() -> None:
    """What is said to be handled is tried: the file is there, and defines the test that is named."""
    lines = (DOCS / "compatibility.md").read_text(encoding="utf-8").splitlines()
    head, _, *rows = [re.split(r" \| ", line.strip("| ")) for line in lines if line.startswith("|")]
    assert head == ["program", "what it does", "what maild does", "where", "seen", "test"]
    assert len(rows) > 40
    for program, does, _, _, seen, test in rows:
        assert re.fullmatch(rf"({'|'.join(calendar.month_name[1:])}) 20\d\d", seen), (program, does)
        assert missing_test(test.strip("`")) == "", (program, does)


def missing_test(named_test: str) -> str:
    """Return what is not there of `tests/.../test_x.py::test_y`: the file, the test, or nothing."""
    file, _, name = named_test.partition("::")
    if not (file.startswith("tests/") and (ROOT / file).is_file()):
        return file or "a test"
    defined = re.findall(r"(?m)^def (test_\w+)", (ROOT / file).read_text(encoding="utf-8"))
    return "" if not name or name in defined else name


def test_a_test_that_is_not_there_is_noticed() -> None:
    """The comparison can fail: on the file, on the test in it, on none at all."""
    here = "tests/test_docs.py"
    assert missing_test(f"{here}::test_a_test_that_is_not_there_is_noticed") == missing_test(here) == ""
    assert missing_test(f"{here}::test_nothing_of_this_name") == "test_nothing_of_this_name"
    assert missing_test("tests/test_none.py::test_a") == "tests/test_none.py"
    assert missing_test("") == "a test"


def test_the_changelog_keeps_its_form() -> None:
    """Unreleased comes first, and its parts have the names that Keep a Changelog gives them."""
    text = prose(ROOT / "CHANGELOG.md")
    assert re.findall(r"(?m)^## (.+)$", text)[0] == "[Unreleased]"
    parts = set(re.findall(r"(?m)^### (.+)$", text))
    assert parts <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
