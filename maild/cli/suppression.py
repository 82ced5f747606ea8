"""`maild suppression`: the addresses that get no automatic mail; lift one by hand."""

from collections.abc import Mapping
from typing import Any

import click

from maild.cli.common import Row, clean, emit_json, load, open_store, print_rows, short
from maild.core.reasons import SENTENCES, because
from maild.errors import UserError


@click.group(short_help="Addresses that get no automatic mail; lift one.")
def command() -> None:
    """Look after the addresses that get no automatic mail.

    A report that a mail came back for good puts an address here, and so does
    a complaint. What your staff answer is sent all the same.
    """


@command.command("list", short_help="Which addresses, since when, and why.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """Show the addresses that get no automatic mail, and why."""
    from maild.store import customers

    with open_store(load(ctx)) as database, database.read() as tx:
        rows = customers.suppressions(tx)
    if as_json:
        for row in rows:
            emit_json(row)
        return
    if not rows:
        click.echo("No address is suppressed.")
        return
    print_rows(("since", "reason"), [_as_row(row) for row in rows], margin=4)


def _as_row(row: Mapping[str, Any]) -> Row:
    """Return an address with the reason in a word; below it in a sentence, as `maild show` says it."""
    reason, address = row["reason"], row["address"]
    word = reason.removeprefix("bounce_").replace("_", " ")
    why = because(reason, address=address).text.removeprefix(f"{address}: ") if reason in SENTENCES else ""
    return Row((short(row["since"]), word), f"to {address}", why)


@command.command(short_help="Let automatic mail to an address leave again.")
@click.argument("address")
@click.pass_context
def lift(ctx: click.Context, address: str) -> None:
    """Let automatic mail to ADDRESS leave again."""
    from maild.store import customers

    with open_store(load(ctx)) as database, database.begin() as tx:
        done = customers.lift(tx, address)
    if not done:
        raise UserError(f"{clean(address)} is not suppressed; see `maild suppression list`")
    click.echo(f"{clean(address)}: gets automatic mail again")
