"""`maild sla N`: the clocks of an incident, each added up so that it can be checked by hand."""

from datetime import datetime
from pathlib import Path

import click
from rich.text import Text

from maild.cli.common import NUMBER, clean, console, emit_json, load, open_store
from maild.cli.sla_batch import answers
from maild.cli.sla_sum import Sum, as_object, print_sum
from maild.clock import SystemClock
from maild.core.promising.clocks import WAIT_KINDS, Clocks
from maild.core.promising.sla import TimerKind
from maild.core.promising.timer import Timer
from maild.errors import NotFound, UserError

KINDS: tuple[TimerKind, ...] = ("first_response", "next_response", "update", "resolution", *WAIT_KINDS)


@click.command(short_help="The clocks of an incident, added up line by line.")
@click.argument("number", type=NUMBER, required=False)
@click.option("--all", "every", is_flag=True, help="Earlier clocks of the same kind, too.")
@click.option("--recompute", is_flag=True, help="First give the incident the promises of today's config.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.jsonl",
    help="Many clocks at once, each with its own calendar and events, a JSON object a line.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a clock, on one line.")
@click.pass_context
def command(
    ctx: click.Context, number: int | None, every: bool, recompute: bool, batch: Path | None, as_json: bool
) -> None:
    """Show how each clock of incident NUMBER came to its due time.

    Every stretch of open time has a line, in the time of the calendar: its
    length, and the total so far. What is shown is what was promised when
    the incident was opened; --recompute has what runs count by today's
    config instead, from its start. What is late or has stopped stays.
    """
    if (number is None) == (batch is None):
        raise click.UsageError("give the NUMBER of an incident, or --batch FILE.jsonl", ctx)
    if batch:
        show_batch(batch, as_json)
        return
    assert number is not None
    if recompute:
        recompute_incident(ctx, number)
    show_incident(ctx, number, every=every, as_json=as_json)


def show_batch(batch: Path, as_json: bool) -> None:
    """Print the answer to each line of the file; raises UserError with all that could not be read, at the end."""
    wrong = []
    for found in answers(batch):
        if isinstance(found, UserError):
            wrong.append(str(found))
        elif as_json:
            emit_json(found)
        else:
            due = found["due"].isoformat() if found["due"] else "-"
            click.echo(f"{clean(str(found['id']))}\t{found['state']}\t{due}\t{found['elapsed_minutes']}")
    if wrong:
        raise UserError("\n".join(wrong))


def show_incident(ctx: click.Context, number: int, *, every: bool, as_json: bool) -> None:
    """Print the clocks of an incident; raises NotFound."""
    from maild.store import incidents, timers

    with open_store(load(ctx)) as database, database.read() as tx:
        rows = incidents.listing(tx, state=None, number=number)
        clocks = timers.load(tx, number) if rows else None
        changes = timers.changes(tx, number) if rows else {}
    if clocks is None:
        raise NotFound(f"there is no incident {number}; `maild list` shows those that are")
    now = SystemClock().now()
    sums = [Sum(clocks, timer, _changes_of(changes, timer.kind)) for timer in chosen(clocks, every=every)]
    if as_json:
        for found in sums:
            emit_json(as_object(number, found, now))
        return
    page = console()
    page.print(Text.assemble((f"#{number}", "bold"), f"  {clean(rows[0]['subject'])}"))
    state = rows[0]["state"].replace("_", " ")
    page.print(Text(f"{state}, {rows[0]['priority']}; {hours_words(clocks)}"))
    for found in sums:
        print_sum(found, now)
    if not sums:
        page.print("No clock ever ran here: nothing was promised on it.")


def chosen(clocks: Clocks, *, every: bool) -> list[Timer]:
    """Return the clocks to show: the newest of each kind, or all."""
    newest = [clocks.newest(kind) for kind in KINDS]
    if every:
        return sorted(clocks.timers, key=lambda timer: (KINDS.index(timer.kind), timer.cycle))
    return [timer for timer in newest if timer and timer.stopped_by not in ("restart", "void")]


def recompute_incident(ctx: click.Context, number: int) -> None:
    """Give an incident the promises of today's config; raises NotFound."""
    from maild.core.actions import Recompute
    from maild.store import incidents
    from maild.store.record import PersonDid, record

    config = load(ctx)
    with open_store(config) as database, database.begin() as tx:
        if incidents.load(tx, number) is None:
            raise NotFound(f"there is no incident {number}; `maild list` shows those that are")
        now = SystemClock().now()
        did = [Recompute(config.policy)]
        record(tx, did, PersonDid("sla"), incident=number, now=now, limits=config.limits)


def hours_words(clocks: Clocks) -> str:
    """Return whose time the lines are in."""
    return f"times are those of {clocks.policy.calendar.zone}"


def _changes_of(changes: dict[str, list[tuple[datetime, str]]], kind: str) -> list[tuple[datetime, str]]:
    return changes.get(kind, [])
