"""`maild outbox`: our mails that wait, failed or left; try one again, or cancel it."""

import click

from maild.cli.common import clean, console, emit_json, load, open_store, short, table
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
    shown = table("id", "incident", "kind", "recipient", "state", "not before", "tries", "why")
    for row in rows:
        why = row["text"] or row["last_error"] or ""
        words = (
            row["incident"] or "-",
            row["kind"],
            row["recipient"],
            row["state"],
            short(row["not_before"]),
        )
        shown.add_row(str(row["id"]), *(clean(str(word)) for word in (*words, row["attempts"], why)))
    console().print(shown)


@command.command(short_help="Try a mail again now.")
@click.argument("outbox_id", type=int)
@click.pass_context
def retry(ctx: click.Context, outbox_id: int) -> None:
    """Send mail OUTBOX_ID at the next tick, whatever held it."""
    from maild.store import outbox

    with open_store(load(ctx)) as database, database.begin() as tx:
        done = outbox.retry(tx, outbox_id, SystemClock().now())
    if not done:
        raise UserError(
            f"outbox {outbox_id}: there is no such mail that waits or failed; see `maild outbox list`"
        )
    click.echo(f"outbox {outbox_id}: goes out at the next tick of a running daemon")


@command.command(short_help="Never send a mail that waits.")
@click.argument("outbox_id", type=int)
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
