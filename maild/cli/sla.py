"""`maild sla`: a clock, added up."""

from pathlib import Path

import click

from maild.cli.common import emit_json
from maild.cli.sla_batch import answers
from maild.errors import UserError


@click.command(short_help="A clock, added up line by line.")
@click.option(
    "--batch",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.jsonl",
    help="Many clocks at once, each with its own calendar and events, a JSON object a line.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a clock, on one line.")
@click.pass_context
def command(ctx: click.Context, batch: Path | None, as_json: bool) -> None:
    """Show how a clock came to its due time."""
    if batch:
        wrong = []
        for found in answers(batch):
            if isinstance(found, UserError):
                wrong.append(str(found))
            else:
                emit_json(found)
        if wrong:
            raise UserError("\n".join(wrong))
