"""The command `maild`: help that fits, one line for every mistake, exit codes that scripts can trust."""

import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from maild import __version__
from maild.cli.main import COMMANDS, cli, in_one_line, main
from tests.parts.command_line import COLUMNS, Said, Terminal
from tests.parts.configs import SMALLEST
from tests.parts.daemons import free_port

MAILD = str(Path(sys.executable).with_name("maild"))


@pytest.fixture
def terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """A terminal in front of a small config."""
    path = tmp_path / "config.toml"
    path.write_text(f'{SMALLEST}[database]\nurl = "sqlite:///maild.db"\n', encoding="utf-8")
    return Terminal(path, capsys, monkeypatch)


def every_command() -> list[tuple[str, ...]]:
    """Return every command and subcommand, `maild` itself first."""
    found: list[tuple[str, ...]] = [()]
    with click.Context(cli) as context:
        for name in COMMANDS:
            command = cli.get_command(context, name)
            found.append((name,))
            if isinstance(command, click.Group):
                found += [(name, sub) for sub in command.list_commands(context)]
    return found


EVERY = every_command()


def name_of(command: tuple[str, ...]) -> str:
    """Return how a person writes it."""
    return " ".join(("maild", *command))


@pytest.mark.parametrize("command", EVERY, ids=name_of)
def test_help_fits_a_terminal_and_says_what_the_command_does(
    terminal: Terminal, command: tuple[str, ...]
) -> None:
    """80 columns, a sentence, and every option explained."""
    said = terminal(*command, "--help")
    assert (said.code, said.err) == (0, "")
    assert said.lines[0].startswith(f"Usage: {name_of(command)} [OPTIONS]")
    assert said.widest <= COLUMNS
    assert re.match(r"  [A-Z]", said.lines[2])


@pytest.mark.parametrize("command", [one for one in EVERY if len(one) < 2], ids=name_of)
def test_every_subcommand_is_listed_with_a_whole_sentence(
    terminal: Terminal, command: tuple[str, ...]
) -> None:
    """Nothing is cut off with dots, nothing is missing."""
    said = terminal(*command, "--help")
    listed = said.out.partition("\nCommands:\n")[2]
    assert "..." not in listed
    subcommands = [one[-1] for one in EVERY if one[:-1] == command and one]
    for name in subcommands:
        assert re.search(rf"^  {name} +\S.*\.$", listed, re.MULTILINE)


def test_h_is_help(terminal: Terminal) -> None:
    """As people try it."""
    assert terminal("list", "-h").out == terminal("list", "--help").out


def test_the_bare_command_shows_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    """All of it, not just a scolding."""
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 2
    assert "Commands:" in capsys.readouterr().err


def test_the_version_is_told(terminal: Terminal) -> None:
    """On one line."""
    assert terminal("--version").out == f"maild, version {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("frobnicate",), "quarantine"),
        (("--frobnicate",), "--frobnicate"),
        (("show",), "NUMBER"),
        (("show", "x"), "'x'"),
        (("show", "99999999999999999999"), "99999999999999999999"),
        (("show", "0"), "'0'"),
        (("show", "1003"), "no incident 1003"),
        (("list", "--state", "ajar"), "submitted"),
        (("list", "more"), "more"),
        (("outbox", "retry", "7"), "outbox 7"),
        (("outbox", "cancel", "7"), "outbox 7"),
        (("outbox", "list", "--state", "lost"), "held"),
        (("quarantine", "show", "7"), "no mail 7 in quarantine"),
        (("quarantine", "replay", "7"), "no mail 7 in quarantine"),
        (("quarantine", "release", "7"), "no mail 7 in quarantine"),
        (("demo",), "maildir"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(
    terminal: Terminal, tmp_path: Path, arguments: tuple[str, ...], named: str
) -> None:
    """On standard error, naming what is wrong; no traceback, and nothing on standard output."""
    config = tmp_path / "config.toml"
    relay = '[outgoing]\ntransport = "smtp"\nhost = "localhost"\ntls = "none"\n'
    config.write_text(config.read_text(encoding="utf-8") + relay, encoding="utf-8")
    said = terminal(*arguments)
    assert (said.code, said.out) == (2, "")
    assert len(said.err.splitlines()) == 1
    assert named in said.err


def test_every_problem_of_the_config_is_one_line(terminal: Terminal, tmp_path: Path) -> None:
    """All at once, with the line of the file, whatever was asked for."""
    config = tmp_path / "config.toml"
    config.write_text(SMALLEST.replace("address", "adress", 1).replace('"UTC"', '"Utopia"'), encoding="utf-8")
    said = terminal("list")
    assert said.code == 2
    assert all(re.match(rf"{re.escape(str(config))}:\d+: ", line) for line in said.err.splitlines())
    assert len(said.err.splitlines()) >= 2


def test_a_config_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The path as it was given."""
    said = Terminal(tmp_path / "none.toml", capsys, monkeypatch)("list")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"{tmp_path}/none.toml: ")


def test_a_service_that_does_not_answer_is_exit_code_3(terminal: Terminal, tmp_path: Path) -> None:
    """Here a database that is down."""
    config = tmp_path / "config.toml"
    url = f"postgresql+psycopg://maild@127.0.0.1:{free_port()}/maild"
    text = config.read_text(encoding="utf-8").replace("sqlite:///maild.db", url)
    config.write_text(text, encoding="utf-8")
    said = terminal("list")
    assert (said.code, said.out, len(said.err.splitlines())) == (3, "", 1)
    assert "database" in said.err


def test_an_error_of_the_command_line_names_the_help_of_its_command() -> None:
    """So that the next step is clear."""
    with click.Context(click.Command("show"), info_name="maild show") as context:
        wrong = click.UsageError("Missing\n  argument 'NUMBER'.", context)
    assert in_one_line(wrong) == "maild show: Missing argument 'NUMBER'; see `maild show --help`"
    assert in_one_line(click.ClickException("No.")) == "No"


def test_the_config_is_named_before_the_command(terminal: Terminal) -> None:
    """Whoever puts it behind reads where it goes."""
    said = terminal("check", "--config", "new.toml")
    assert (said.code, said.err) == (
        2,
        "maild: --config stands before the command: `maild --config FILE check`\n",
    )


def test_commands_are_imported_when_they_are_asked_for() -> None:
    """Help is quick, and reading a mail loads no database."""
    script = (
        "import sys; from maild.cli.main import main\n"
        "try: main(['explain', '--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in ('sqlalchemy', 'apscheduler', 'aiosmtpd') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "[]"


def test_the_installed_command_does_the_same(tmp_path: Path) -> None:
    """From a shell: no traceback, the same code, the same line."""
    ran = subprocess.run(
        [MAILD, "--config", str(tmp_path / "none.toml"), "show", "1"], capture_output=True, text=True
    )
    said = Said(ran.returncode, ran.stdout, ran.stderr)
    assert (said.code, said.out, len(said.err.splitlines())) == (2, "", 1)


def test_the_config_may_be_named_by_the_environment(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On a machine where it is installed nobody types --config each time; --config wins."""
    monkeypatch.setenv("MAILD_CONFIG", "/no/such/config.toml")
    with pytest.raises(SystemExit) as ended:
        main(["check"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("/no/such/config.toml: can't be read")
    assert terminal("check").code == 0
