"""`maild run`: the daemon in the foreground, and what to try next."""

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maild.cli.common import DEFAULT_CONFIG, config_path, load
from maild.errors import UserError

if TYPE_CHECKING:
    from maild.daemon import Daemon

TRY_NEXT = """
maild takes mail.{listen}{outgoing}

Try next, in a second terminal:
  {maild} demo         a customer and a member of staff play a conversation
  {maild} list         the incidents
  {maild} show 1001    one of them, with the reason for every step
  {maild} explain "HotRush: checkout down"

{config} explains every key. Ctrl-C stops the daemon.
"""


@click.command(short_help="The daemon: take mail, answer it, keep the clocks.")
@click.pass_context
def command(ctx: click.Context) -> None:
    """Take mail, answer it, keep the clocks, until stopped.

    SIGTERM or Ctrl-C finishes what is in hand; SIGHUP reloads the config,
    whole or not at all. Logs go to standard error.
    """
    from maild.daemon import Daemon
    from maild.log import set_up_logging

    config = load(ctx)
    if not config.listen.enabled and not config.mailbox:
        raise UserError(f"{config_path(ctx)}: nothing to read: enable [listen] or add a [[mailbox]]")
    set_up_logging(config.service.log_format, config.service.log_level)
    Daemon(config_path(ctx), os.environ).run(lambda daemon: greet(daemon, config_path(ctx)))


def greet(daemon: "Daemon", path: Path) -> None:
    """Print what to do next; under systemd nobody reads it."""
    if "NOTIFY_SOCKET" in os.environ:
        return
    config = daemon.desk.config
    listen = (
        f"\n  in:  {config.listen.protocol.upper()} on {daemon.listening_on}" if daemon.listening_on else ""
    )
    mailboxes = "".join(f"\n  in:  IMAP {m.user} at {m.host}" for m in config.mailbox)
    out = config.outgoing
    where = str(shown(out.folder)) if out.transport == "maildir" else f"SMTP {out.host}:{out.port}"
    click.echo(
        TRY_NEXT.format(
            listen=listen + mailboxes, outgoing=f"\n  out: {where}", maild=how_called(path), config=path
        )
    )


def shown(path: Path) -> Path:
    """Return a path as short as it can be said from here."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def how_called(config: Path) -> str:
    """Return the command by which a person in this folder starts maild with that config."""
    called = Path(sys.argv[0])
    named = "" if config == DEFAULT_CONFIG else f" --config {shlex.quote(str(config))}"
    if shutil.which("maild") == str(called):
        return f"maild{named}"
    return (str(shown(called)) if called.is_absolute() else sys.argv[0]) + named
