"""`maild outbox`: our mails that wait, failed or left; try one again, or cancel it."""

from collections.abc import Mapping
from typing import Any

import click

from maild.cli.common import NUMBER, Row, emit_json, load, open_store, print_rows, short
from maild.clock import SystemClock
from maild.errors import UserError

STATES = ("queued", "sending", "sent", "held", "failed", "cancelled")


@click.group(short_help="Our mails: which wait, failed or left; retry, cancel.")
def command() -> None:
    """Look after the mails that maild writes."""


@command.command("list", short_help="Mails that have not left; --state sent for those that have.")
@click.option("--state", type=click.Choice(STATES), help="Only these; by default all that wait or failed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def list_(ctx: click.Context, state: str | None, as_json: bool) -> None:
    """Show our mails that wait or failed, and why."""
    from maild.store import outbox

    with open_store(load(ctx)) as database, database.read() as tx:
        rows = [
            row for row in outbox.listing(tx, state) if state or row["state"] not in ("sent", "cancelled")
        ]
    if as_json:
        for row in rows:
            emit_json(row)
        return
    if not rows:
        click.echo("Nothing waits: every mail has left." if state is None else f"No mail is {state}.")
        return
    print_rows(("id", "incident", "kind", "state", "when", "tries"), [as_row(row) for row in rows])


def as_row(row: Mapping[str, Any]) -> Row:
    """Return a mail of ours as a row: when it left or is tried next, and why it has not left, or came back."""
    left = row["sent_at"] is not None
    incident = f"#{row['incident']}" if row["incident"] else "-"
    when = short(row["sent_at"] if left else row["not_before"])
    cells = (str(row["id"]), incident, row["kind"], row["state"], when, str(row["attempts"]))
    why = row["text"] or ("" if left else row["last_error"]) or ""
    return Row(cells, f"to {row['recipient']}", why)


@command.command(short_help="Try a mail again now.")
@click.argument("outbox_id", type=NUMBER)
@click.pass_context
def retry(ctx: click.Context, outbox_id: int) -> None:
    """Send mail OUTBOX_ID at the next tick, whatever held it: no cap holds it again."""
    from maild.store import outbox

    with open_store(load(ctx)) as database, database.begin() as tx:
        done = outbox.retry(tx, outbox_id, SystemClock().now())
    if not done:
        raise UserError(
            f"outbox {outbox_id}: there is no such mail that waits or failed; see `maild outbox list`"
        )
    click.echo(f"outbox {outbox_id}: goes out at the next tick of a running daemon")


@command.command(short_help="Never send a mail that waits.")
@click.argument("outbox_id", type=NUMBER)
@click.pass_context
def cancel(ctx: click.Context, outbox_id: int) -> None:
    """Never send mail OUTBOX_ID; it stays on record."""
    from maild.store import outbox

    with open_store(load(ctx)) as database, database.begin() as tx:
        done = outbox.cancel(tx, outbox_id, SystemClock().now())
    if not done:
        raise UserError(
            f"outbox {outbox_id}: there is no such mail that waits or failed; see `maild outbox list`"
        )
    click.echo(f"outbox {outbox_id}: cancelled")
