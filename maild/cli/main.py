"""The command `maild`: finds the subcommand, and turns every error into one line and an exit code."""

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from maild import __version__
from maild.cli.common import DEFAULT_CONFIG, Given
from maild.errors import MaildError

# In the order a newcomer meets them; each is a file of this folder with a click command named `command`.
COMMANDS = (
    "run",
    "check",
    "demo",
    "list",
    "show",
    "explain",
    "sla",
    "config",
    "backtest",
    "suggest",
    "simulate",
    "parse",
    "reply",
    "quarantine",
    "outbox",
    "suppression",
    "entitlement",
)


class _Commands(click.Group):
    """Imports a subcommand when it is asked for, so that `maild parse` does not load the database."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of COMMANDS."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command called `cmd_name`, or None."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"maild.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command of `args`; raises click.UsageError that names all commands for an unknown one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            raise click.UsageError(f"no command {args[0]!r}; there are: {', '.join(COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80})
@click.version_option(__version__, prog_name="maild")
@click.option(
    "--config",
    "config_path",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEFAULT_CONFIG,
    envvar="MAILD_CONFIG",
    show_envvar=True,
    show_default=True,
    help="The config file.",
)
@click.pass_context
def cli(ctx: click.Context, config_path: Path) -> None:
    """Turn mail into incidents, answer it, and keep the promises made.

    Start with `maild check`, then `maild run`; in a second terminal
    `maild demo` plays a customer and a member of staff.

    Exit codes: 0 done, 2 a mistake you can mend, 3 a service that does
    not answer.
    """
    ctx.obj = Given(config_path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line, or `arguments`; never shows a traceback for an error that maild knows."""
    try:
        sys.exit(cli.main(arguments, prog_name="maild", standalone_mode=False))
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.exceptions.NoArgsIsHelpError as bare:
        bare.show()
        sys.exit(bare.exit_code)
    except click.ClickException as wrong:
        click.echo(in_one_line(wrong), err=True)
        sys.exit(wrong.exit_code)
    except MaildError as error:
        click.echo(str(error), err=True)
        sys.exit(error.exit_code)


def in_one_line(wrong: click.ClickException) -> str:
    """Return what is wrong with the command line, and whose help says what is right."""
    said = " ".join(wrong.format_message().split()).rstrip(".")
    context = wrong.ctx if isinstance(wrong, click.UsageError) else None
    if context and isinstance(wrong, click.NoSuchOption) and wrong.option_name == "--config":
        name, _, command = context.command_path.partition(" ")
        return f"{name}: --config stands before the command: `{name} --config FILE {command}`"
    return f"{context.command_path}: {said}; see `{context.command_path} --help`" if context else said


if __name__ == "__main__":
    main()
