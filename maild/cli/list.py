"""`maild list`: the queue, HotRush first, then by what is due."""

from collections.abc import Mapping
from typing import Any

import click

from maild.cli.common import Row, cut, emit_json, load, open_store, print_rows, short


@click.command(short_help="The incidents: HotRush first, then by due time.")
@click.option(
    "--state", type=click.Choice(["submitted", "in_progress", "waiting", "closed"]), help="Only these."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(ctx: click.Context, state: str | None, as_json: bool) -> None:
    """Show the incidents: open ones first, HotRush before all, then by due time."""
    from maild.store import incidents

    with open_store(load(ctx)) as database, database.read() as tx:
        rows = incidents.listing(tx, state=state)
    if as_json:
        for row in rows:
            emit_json(row)
        return
    if not rows:
        click.echo("No incidents yet." if state is None else f"No incident is {state}.")
        return
    print_rows(("number", "state", "priority", "due", "scope"), [as_row(row) for row in rows])


def as_row(row: Mapping[str, Any]) -> Row:
    """Return an incident as a row: whose it is and its subject stand below, where there is room."""
    cells = (f"#{row['number']}", row["state"], row["priority"], short(row["due_at"]), row["scope"])
    return Row(cells, f"{cut(row['requester'], 32)}: {row['subject'] or '(no subject)'}")
