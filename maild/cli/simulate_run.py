"""What `maild simulate` does: open the archive, play it under one config or two, print or write the report."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import Progress

from maild.cli.common import emit_json, load_file
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

MANY = 500  # mails: fewer are done before a bar is seen


def run_simulation(path: Path, given: Mapping[str, Any]) -> None:
    """Play what the options of the command ask for under the config at `path`; raises UserError."""
    if given["html"]:
        must_be_writable(given["html"])
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


def _played(path: Path, config: Config, archive: Archive, given: Mapping[str, Any]) -> Run:
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
