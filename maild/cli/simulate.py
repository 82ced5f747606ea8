"""`maild simulate --mbox FILE`: an archive of mail under a virtual clock, through the real path. It sends nothing."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress

from maild.cli.common import config_path, emit_json, load_file
from maild.cli.report_page import must_be_writable
from maild.cli.simulate_html import write_html
from maild.cli.simulate_json import objects
from maild.cli.simulate_words import Run, print_comparison, print_run
from maild.config.settings import Config
from maild.config.staff_model import read_staff_model
from maild.core.simulating.staff_model import StaffModel
from maild.errors import UserError
from maild.simulate.archive import Archive, open_archive
from maild.simulate.play import simulate

if TYPE_CHECKING:
    from sqlalchemy import Connection

FILE = click.Path(path_type=Path, dir_okay=False)
MANY = 500  # mails: fewer are done before a bar is seen


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
    if given["html"]:
        must_be_writable(given["html"])
    path = given["given"] or config_path(ctx)
    config = load_file(path)
    other = load_file(given["against"]) if given["against"] else None
    archive = open_archive(given["mbox"], config.limits.message_bytes)
    run = _played(path, config, archive, given)
    against = _played(given["against"], other, archive, given) if other else None
    if given["as_lines"]:
        for one in objects(run, against):
            emit_json(one)
    elif against:
        print_comparison(run, against)
    else:
        print_run(run)
    if given["html"]:
        write_html(given["html"], run, against)


def _played(path: Path, config: Config, archive: Archive, given: dict[str, Any]) -> Run:
    """Play the archive under one config."""
    until = _instant(given["until"], config, archive) if given["until"] else None
    model = _model(given["staff_model"], config) if given["staff_model"] else None
    bought = _bought(given["entitlements"], config, archive) if given["entitlements"] else lambda tx: None
    with _watched(f"mails under {path.name}", len(archive.mails)) as told:
        record = simulate(archive, config, model, until, told, bought)
    labels = {scope.id: scope.label for scope in config.classifiers.scopes}
    return Run(str(path), config.version, archive.path.name, config.time_zone, labels, record, model)


def _model(path: Path, config: Config) -> StaffModel:
    scopes = [scope.id for scope in config.classifiers.scopes]
    return read_staff_model(path, scopes)


def _bought(path: Path, config: Config, archive: Archive) -> Callable[["Connection"], None]:
    """Return what stores the purchases of a file; it raises UserError with the place of each row that is refused."""
    from maild.cli.entitlement_import import add_rows, read_rows
    from maild.cli.purchase import Habits

    habits = Habits(config.policy.calendar.zone, config.entitlements.points_days, archive.begins)
    rows = list(read_rows(path))

    def store(tx: "Connection") -> None:
        report = add_rows(tx, rows, habits)
        refused = [f"{line.place}: {line.why}" for line in report if line.result == "refused"]
        if refused:
            raise UserError("\n".join(refused))

    return store


def _instant(text: str, config: Config, archive: Archive) -> datetime:
    """Return the instant that is meant; a date alone is the end of that day. Raises UserError."""
    try:
        local = datetime.fromisoformat(text)
    except ValueError:
        raise UserError(
            f"--until {text!r} is neither a date such as 2026-03-31 nor '2026-03-31 18:00'"
        ) from None
    if len(text) == len("2026-03-31"):
        local = local.replace(hour=23, minute=59, second=59)
    instant = local if local.tzinfo else local.replace(tzinfo=config.policy.calendar.zone)
    try:
        instant = instant.astimezone(UTC)
    except OverflowError:
        raise UserError(f"--until {text!r} is beyond the calendar") from None
    if instant < archive.begins:
        raise UserError(
            f"--until {text!r} is before the first mail of the archive, {archive.begins:%Y-%m-%d %H:%MZ}"
        )
    return instant


@contextmanager
def _watched(title: str, total: int) -> Iterator[Callable[[int], None]]:
    """Give what shows how far the archive is, on a terminal and where it takes long."""
    terminal = Console(stderr=True)
    if not (terminal.is_terminal and total >= MANY):
        yield lambda taken: None
        return
    with Progress(console=terminal, transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda taken: progress.update(task, completed=taken)
