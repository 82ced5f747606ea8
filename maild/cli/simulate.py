"""`maild simulate --mbox FILE`: an archive of mail under a virtual clock, through the real path. It sends nothing."""

from pathlib import Path
from typing import Any

import click

from maild.cli.common import config_path

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(short_help="A whole archive of mail under a virtual clock; nothing is sent.")
@click.option(
    "--mbox",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE|FOLDER",
    help="The archive to play.",
)
@click.option("--config", "given", type=FILE, metavar="FILE", help="The config to play it under.")
@click.option("--against", type=FILE, metavar="FILE", help="Another config to compare with.")
@click.option(
    "--staff-model", type=FILE, metavar="MODEL.toml", help="How people work; without it nobody answers."
)
@click.option("--entitlements", type=FILE, metavar="FILE", help="What customers had bought, as for import.")
@click.option(
    "--until", metavar="TIME", help="Stop at 2026-03-31 or '2026-03-31 18:00', by the calendar's clock."
)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
@click.option("--html", type=FILE, metavar="FILE", help="Also write a report to look at in a browser.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Play an archive of mail as if it came in now, and say what would be.

    The archive is an mbox file, a maildir, or a folder of .eml files. Every
    mail takes the path that it takes in the daemon, at the time when it came,
    and clocks run out meanwhile; but time jumps from event to event.

    Nothing is sent, and nothing of the config's is touched: not its database,
    its folders, its mailboxes or its key. The same archive, config and model
    always give the same report, byte for byte.

    Without --config the config is that of `maild --config`.
    """
    from maild.cli.simulate_run import run_simulation

    run_simulation(given["given"] or config_path(ctx), given)
