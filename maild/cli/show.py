"""`maild show N`: one incident, its history in order of time, and the reason for every step."""

import click
from rich.padding import Padding
from rich.text import Text

from maild.cli.common import clean, console, emit_json, load, open_store, short
from maild.errors import UserError


@click.command(short_help="One incident, with the reason for every step.")
@click.argument("number", type=int)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a line: the incident, then its history."
)
@click.pass_context
def command(ctx: click.Context, number: int, as_json: bool) -> None:
    """Show incident NUMBER: who takes part, what happened when, and why."""
    from maild.store import history, incidents

    with open_store(load(ctx)) as database, database.read() as tx:
        rows = [row for row in incidents.listing(tx, state=None) if row["number"] == number]
        lines = history.history(tx, number)
    if not rows:
        raise UserError(f"there is no incident {number}; `maild list` shows those that are")
    if as_json:
        emit_json(rows[0])
        for line in lines:
            reasons = [{"name": reason.name, "text": reason.text} for reason in line.reasons]
            emit_json(
                {"at": line.at, "kind": line.kind, "who": line.who, "text": line.text, "reasons": reasons}
            )
        return
    head = rows[0]
    page = console()
    page.print(Text(f"#{number}  {clean(head['subject'])}", style="bold"))
    page.print(f"{head['state']}, {head['priority']}, {head['scope']}, from {clean(head['requester'])}")
    page.print(f"opened {short(head['opened_at'])}, answer due {short(head['due_at'])}\n")
    for line in lines:
        page.print(Text.assemble((short(line.at), "dim"), "  ", (line.kind, "bold"), "  ", clean(line.who)))
        for reason in line.reasons:
            page.print(Padding(Text(f"because {clean(reason.text)}", style="italic"), (0, 0, 0, 13)))
        if line.text.strip():
            page.print(Padding(Text(clean(line.text.strip())), (0, 0, 0, 13)))
