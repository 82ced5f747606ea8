"""`maild quarantine`: mails that could not be handled; look at one, handle it again, let it through."""

import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from maild.cli.common import NUMBER, Row, clean, emit_json, load, open_store, print_rows, short
from maild.core.reading.salvage import salvage
from maild.errors import UserError

if TYPE_CHECKING:
    from maild.core.message import Delivery
    from maild.desk import Desk
    from maild.read_message import Reading

SHOWN_BYTES = 2_000


@click.group(short_help="Mails that a person must look at: list, show, replay, release.")
def command() -> None:
    """Look after the mails that could not be handled. Their bytes are kept."""


@command.command("list", short_help="The mails in quarantine, and why.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """Show the mails in quarantine, oldest first."""
    from maild.store import quarantine

    with open_store(load(ctx)) as database, database.read() as tx:
        rows = quarantine.listing(tx)
    if as_json:
        for row in rows:
            emit_json(row)
        return
    if not rows:
        click.echo("The quarantine is empty.")
        return
    print_rows(("arrival", "received", "source", "bytes"), [as_row(row) for row in rows])


def as_row(row: Mapping[str, Any]) -> Row:
    """Return a mail in quarantine as a row: what can be said of it, and why it is there."""
    cells = (str(row["arrival"]), short(row["received_at"]), row["source"], str(row["size"]))
    known = ": ".join(str(part) for part in (row["sender"], row["subject"]) if part)
    return Row(cells, known or "(neither sender nor subject can be read)", row["text"])


@command.command(short_help="One mail: how it came, why it is here, its first bytes.")
@click.argument("arrival", type=NUMBER)
@click.option("--raw", is_flag=True, help="Nothing but the mail itself, byte for byte.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def show(ctx: click.Context, arrival: int, raw: bool, as_json: bool) -> None:
    """Show the mail of ARRIVAL."""
    from maild.store import quarantine

    with open_store(load(ctx)) as database, database.read() as tx:
        row, content = quarantine.show(tx, arrival), quarantine.raw(tx, arrival)
    if raw:
        sys.stdout.buffer.write(content)
        return
    if as_json:
        emit_json(row)
        return
    for name, value in row.items():
        click.echo(f"{name:15} {clean(_said(value))}")
    click.echo("\n" + clean(content[:SHOWN_BYTES].decode("utf-8", "backslashreplace").replace("\r\n", "\n")))
    if len(content) > SHOWN_BYTES:
        click.echo(f"... {len(content) - SHOWN_BYTES} bytes more: maild quarantine show {arrival} --raw")


def _said(value: object) -> str:
    """Return a value for a person: a time as in lists, a list with commas, a dash for nothing."""
    if isinstance(value, datetime):
        return short(value)
    words = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return words if value not in (None, "", []) else "-"


@command.command(short_help="Handle a mail again, by today's config and program.")
@click.argument("arrival", type=NUMBER)
@click.pass_context
def replay(ctx: click.Context, arrival: int) -> None:
    """Handle the mail of ARRIVAL again as if it had just come."""
    from maild.read_message import read

    _again(ctx, arrival, read)


@command.command(short_help="Open an incident from a mail that cannot be read.")
@click.argument("arrival", type=NUMBER)
@click.option("--from", "sender", help="Whose request it is, where the mail does not say.")
@click.pass_context
def release(ctx: click.Context, arrival: int, sender: str | None) -> None:
    """Let the mail of ARRIVAL through: a request, with the mail attached whole."""
    from maild.config.kinds import is_address
    from maild.read_message import Reading

    if sender is not None and not is_address(sender):
        raise UserError(f"--from {sender!r}: must be a mail address such as anna@example.com")

    def saved(delivery: "Delivery", _: "Desk") -> Reading:
        message = salvage(delivery.raw, sender)
        if message.sender is None:
            raise UserError(
                f"arrival {arrival}: no sender can be read from it, nothing was done; "
                f"name one: maild quarantine release {arrival} --from ADDRESS"
            )
        return Reading(delivery, message)

    _again(ctx, arrival, saved)


def _again(ctx: click.Context, arrival: int, read: "Callable[[Delivery, Desk], Reading]") -> None:
    """Handle the mail once more and say what became of it."""
    from maild.daemon import desk_for
    from maild.handle_message import take_again
    from maild.store import quarantine

    with desk_for(load(ctx)) as desk:
        with desk.database.read() as tx:
            delivery = quarantine.delivery(tx, arrival)
        handled = take_again(arrival, read(delivery, desk), desk)
    where = f"incident {handled.incident}" if handled.incident else "no incident"
    click.echo(
        f"arrival {arrival}: {handled.disposition}, {where}; `maild quarantine list` shows what is left"
    )
