"""`maild backtest --config NEW`: what another config would have done with mail of the past. It changes nothing."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from classifiers.verdict import UNKNOWN, Classifier
from maild.cli import backtest_mail as mail
from maild.cli.backtest_html import write_html
from maild.cli.backtest_words import Report, Sides, as_json, print_report, summary
from maild.cli.common import SINCE, config_path, emit_json, load_file
from maild.cli.labels import read_labels
from maild.config.settings import Config
from maild.core.deciding.backtest import FIELDS, Mail, NotTried, Side, Tally, Trial, try_mail
from maild.errors import UserError

FILE = click.Path(path_type=Path, dir_okay=False)
WORSE = 1


@click.command(short_help="What another config would have done with old mail, and why.")
@click.option("--config", "new", type=FILE, required=True, metavar="NEW", help="The config to try.")
@click.option("--old", type=FILE, metavar="FILE", help="Against this config, not the running one.")
@click.option(
    "--since", type=SINCE, help="Incidents of the last 90d, 12w, or since a date such as 2026-01-31."
)
@click.option("--mbox", type=FILE, metavar="FILE", help="The mails of an mbox file, not stored ones.")
@click.option("--labels", type=FILE, metavar="FILE.jsonl", help="What is right: see below.")
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a mail, on one line; then a summary.")
@click.option("--html", type=FILE, metavar="FILE", help="Also write a report to look at in a browser.")
@click.option("--fail-if-worse", is_flag=True, help="Exit with 1 if less is right than before.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Try another config on mail of the past, beside the one that runs.

    It shows which mails become another thing, which words do that, and what
    their senders would have read. Nothing is sent and nothing is changed.

    The running config is that of `maild --config`; the one to try stands
    behind `backtest --config`. What staff corrected counts as right. So does
    a line of --labels, in JSON: {"incident": 1004, "scope": "outage"}, with
    "message_id" for a mail of an mbox, or with "subject" and "body" for a
    text that is tried itself.

    Exit codes: 0, 1 with --fail-if-worse, 2 a mistake you can mend.
    """
    old_path = given["old"] or config_path(ctx)
    old, new = load_file(old_path), load_file(given["new"])
    sides = Sides(_side(old_path, old), _side(given["new"], new), old.policy.calendar.zone)
    with _source(old, new, given) as source:
        title = source.title
        tally = _tried(source, sides, as_json if given["as_lines"] else None)
    report = Report(sides, title, tally)
    if given["as_lines"]:
        emit_json(summary(report))
    else:
        print_report(report)
    if given["html"]:
        write_html(given["html"], report)
    if given["fail_if_worse"]:
        ctx.exit(_verdict_of(tally))


def _source(old: Config, new: Config, given: Mapping[str, Any]) -> AbstractContextManager[mail.Source]:
    """Return where the mail comes from; raises UserError where the command line asks for two places."""
    labels = read_labels(given["labels"], _scopes(old, new)) if given["labels"] else None
    if given["mbox"] and given["since"]:
        raise UserError("--mbox reads a file whole, and --since chooses incidents: give one of the two")
    if labels and labels.by == "subject":
        if given["mbox"] or given["since"]:
            raise UserError(f"{labels.path}: its texts are tried themselves; leave out --mbox and --since")
        return nullcontext(mail.Source(f"texts of {labels.path.name}", labels.mails()))
    wanted = "message_id" if given["mbox"] else "incident"
    if labels and labels.by != wanted:
        raise UserError(f'{labels.path}: names its mails by "{labels.by}", here it must be "{wanted}"')
    if given["mbox"]:
        return mail.from_mbox(given["mbox"], old, labels)
    header = any(mail.asks_for_header(config.classifiers) for config in (old, new))
    return mail.stored(old, given["since"], labels, header)


def _scopes(*configs: Config) -> frozenset[str]:
    return frozenset({UNKNOWN, *(scope.id for config in configs for scope in config.classifiers.scopes)})


def _side(path: Path, config: Config) -> Side:
    return Side(str(path), config.version, Classifier(config.classifiers), config.policy)


def _tried(source: mail.Source, sides: Sides, told: Callable[..., dict[str, Any]] | None) -> Tally:
    """Try every mail of the source and return what it comes to; `told` makes a line of each."""
    tally = Tally()
    for one in _watched(source):
        if isinstance(one, NotTried):
            tally.add_not_tried(one)
            result: Trial | NotTried = one
        else:
            result = try_mail(one, sides.old, sides.new)
            tally.add(result)
        if told:
            emit_json(told(result))
    return tally


def _watched(source: mail.Source) -> Iterator[Mail | NotTried]:
    """Yield the mails; a bar on the terminal shows how far they are, where there is one and it takes long."""
    terminal = Console(stderr=True)
    if not (terminal.is_terminal and source.total):
        yield from source.mails
        return
    with Progress(console=terminal, transient=True) as progress:
        task = progress.add_task(source.title, total=source.total)
        for number, one in enumerate(source.mails, start=1):
            progress.update(task, completed=source.done() if source.done else number)
            yield one


def _verdict_of(tally: Tally) -> int:
    """Return the exit code of --fail-if-worse; raises UserError where nobody said what is right."""
    if not any(map(tally.labelled, FIELDS)):
        raise UserError("--fail-if-worse: no correction and no label says what is right")
    return WORSE if tally.worse else 0
