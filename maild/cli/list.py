"""`maild list`: the queue, HotRush first, then by what is due."""

import click

from maild.cli.common import clean, console, emit_json, load, open_store, short, table


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
    shown = table("number", "state", "priority", "due", "scope", "requester", "subject")
    for row in rows:
        words = (
            row["state"],
            row["priority"],
            short(row["due_at"]),
            row["scope"],
            row["requester"],
            row["subject"],
        )
        shown.add_row(f"#{row['number']}", *(clean(str(word)) for word in words))
    console().print(shown)
