"""`maild list`: the queue, HotRush first, then by what is due; or the mails that came in, by what became of them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

import click

from maild.cli.common import Row, cut, emit_json, load, open_store, print_rows, short
from maild.core.incident import OPEN_STATES, UNPAID
from maild.errors import UserError

if TYPE_CHECKING:
    from maild.core.actions import Disposition


STATES = (
    *("open", "submitted", "awaiting_entitlement", "assigned", "in_progress", "waiting", "pre_closed"),
    *("closed", "declined", "merged", "spam"),
)
DISPOSITIONS = ("opened", "appended", "quiet", "kept", "quarantined", "duplicate")


@click.command(short_help="The incidents: HotRush first, then by due time.")
@click.option(
    "--state",
    type=click.Choice(STATES),
    metavar="STATE",
    help="Only these: open, or of one state, as waiting.",
)
@click.option("--mails", type=click.Choice(DISPOSITIONS), help="The newest mails that became this, and why.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(ctx: click.Context, state: str | None, mails: str | None, as_json: bool) -> None:
    """Show the incidents: open ones first, HotRush before all, then by due time.

    In brackets stands who of the staff has taken it.

    With --mails, show mails instead: `--mails kept` are those that belong to
    no incident, most of machines, `--mails duplicate` those that came twice.
    """
    if state and mails:
        raise UserError("--state chooses incidents and --mails shows mails: give one of the two")
    rows = fetch(ctx, state, mails)
    if as_json:
        for row in rows:
            emit_json(row)
    elif not rows:
        chosen = mails or state
        click.echo(f"Nothing is {chosen.replace('_', ' ')}." if chosen else "No incidents yet.")
    elif mails:
        print_rows(("arrival", "received", "source", "incident"), [as_mail(row) for row in rows])
    else:
        names = {member.key: member.name for member in load(ctx).staff}
        print_rows(("number", "state", "priority", "due", "scope"), [as_row(row, names) for row in rows])


def fetch(ctx: click.Context, state: str | None, mails: str | None) -> list[dict[str, Any]]:
    """Return the rows to show: mails by disposition, else incidents by state."""
    from maild.store import arrivals, incidents

    with open_store(load(ctx)) as database, database.read() as tx:
        if mails:
            return arrivals.listing(tx, cast("Disposition", mails))
        return incidents.listing(tx, state=state)


def as_mail(row: Mapping[str, Any]) -> Row:
    """Return a mail as a row: whose it is, its subject, and below them the reason."""
    number = f"#{row['incident']}" if row["incident"] else "-"
    cells = (str(row["arrival"]), short(row["received_at"]), row["source"], number)
    subject = f"{cut(row['sender'] or '?', 32)}: {row['subject'] or '(no subject)'}"
    return Row(cells, subject, row["text"])


def as_row(row: Mapping[str, Any], names: Mapping[str, str]) -> Row:
    """Return an incident as a row: who has taken it, whose it is, and its subject stand below, where there is room."""
    cells = (f"#{row['number']}", row["state"], row["priority"], short(row["due_at"]), row["scope"])
    owner = f"[{cut(named(row['owner'], names), 20)}] " if row["owner"] else ""
    subject = f"{owner}{cut(row['requester'], 32)}: {row['subject'] or '(no subject)'}"
    return Row(cells, subject, waits_for(row))


def named(address: str, names: Mapping[str, str]) -> str:
    """Return the name of one of the staff, or the address of somebody who was."""
    return names.get(address.casefold(), address)


def waits_for(row: Mapping[str, Any]) -> str:
    """Return what its customer is to buy for an incident that is open, or ""."""
    if row["state"] not in OPEN_STATES:
        return ""
    unpaid = "nothing that was bought pays for it yet" if UNPAID in row["flags"] else ""
    offers = row["hotrush"] == "offered" and row["state"] in OPEN_STATES
    offered = "HotRush was offered" if offers else ""
    return "; ".join(filter(None, (unpaid, offered)))
