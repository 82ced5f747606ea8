"""`maild show N`: one incident, its history in order of time, and the reason for every step."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.text import Text

from maild.cli.common import (
    NUMBER,
    clean,
    console,
    emit_json,
    load,
    open_store,
    print_hanging,
    print_indented,
    short,
)
from maild.cli.show_mail import show_mail
from maild.core.entitlement import KIND_WORDS
from maild.errors import NotFound, UserError

if TYPE_CHECKING:
    from maild.store.history import HistoryLine

NO_ACK = "no acknowledgement: "  # how reasons for one kind of silence begin
MARGIN, QUOTE = "    ", "    | "
# What happened, where the stored word alone would not say it.
WORDS = {
    "silent": "not sent",
    "released_charge": "given back",
    "charges_moved": "what pays for it moved",
    "confirmation": "request to confirm",
    "closed": "notice of closing",
    "raised": "word of the raised priority",
    "staff_new_incident": "notification",
    "staff_new_message": "notification",
    "colleague_wrote": "colleague's word",
}


@click.command(short_help="One incident, with the reason for every step.")
@click.argument("number", type=NUMBER)
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object a line: the incident, then its history."
)
@click.option("--mail", type=NUMBER, help="One mail of it as it came, by the number that the history names.")
@click.option("--raw", is_flag=True, help="With --mail: nothing but the mail itself, byte for byte.")
@click.option(
    "--save-files",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="With --mail: write its files to a folder.",
)
@click.pass_context
def command(
    ctx: click.Context, number: int, as_json: bool, mail: int | None, raw: bool, save_files: Path | None
) -> None:
    """Show incident NUMBER: what happened when, who did it, and why; or one of its mails."""
    if mail is not None:
        show_mail(load(ctx), number, mail, raw=raw, folder=save_files)
        return
    if raw or save_files:
        raise UserError("--raw and --save-files need --mail N, the number of a mail of the incident")
    show_incident(ctx, number, as_json)


def show_incident(ctx: click.Context, number: int, as_json: bool) -> None:
    """Print the incident and its history; raises NotFound."""
    from maild.store import entitlements, history, incidents

    with open_store(load(ctx)) as database, database.read() as tx:
        rows = incidents.listing(tx, state=None, number=number)
        lines = history.history(tx, number) if rows else []
        charges = entitlements.charges_of(tx, number)
    if not rows:
        raise NotFound(f"there is no incident {number}; `maild list` shows those that are")
    if as_json:
        emit_json(rows[0])
        for line in lines:
            emit_json(as_object(line))
        return
    page = console()
    print_head(page, rows[0])
    print_charges(page, rows[0], charges)
    for line in as_story(lines):
        print_step(page, line)
        if line.arrival is not None:
            print_hanging(page, Text(f"{MARGIN}as it came: maild show {number} --mail {line.arrival}", "dim"))


def as_object(line: "HistoryLine") -> dict[str, Any]:
    """Return one step for a script: its keys are stable."""
    return {
        "at": line.at,
        "table": line.table,
        "kind": line.kind,
        "who": line.who,
        "text": line.text,
        "reasons": [{"name": reason.name, "text": reason.text} for reason in line.reasons],
        "files": list(line.files),
        "mail": line.arrival,
    }


def print_head(page: Console, row: dict[str, Any]) -> None:
    """Print what the incident is now."""
    due = f"answer due {short(row['due_at'])}" if row["due_at"] else "no answer is due"
    now = ", ".join((words(row["state"]), row["priority"], row["scope"]))
    print_hanging(page, Text(f"#{row['number']}  {clean(row['subject'] or '(no subject)')}", style="bold"))
    print_hanging(page, Text(f"{now}; opened {short(row['opened_at'])}; {due}"))
    owner = f"; {clean(row['owner'])} has it" if row["owner"] else ""
    print_hanging(page, Text(f"from {clean(row['requester'])}{owner}"))


def print_charges(page: Console, row: dict[str, Any], charges: Sequence[dict[str, Any]]) -> None:
    """Print what it takes of what was bought, and what became of its HotRush."""
    for charge in charges:
        what = KIND_WORDS[charge["kind"], charge["option"]]
        many = f"{charge['units']} {what}"
        purpose = " for HotRush" if charge["purpose"] == "hotrush" else ""
        line = f"{charge['state']}{purpose}: {many} of entitlement {charge['entitlement']}"
        print_hanging(page, Text(line))
    if row["hotrush"] != "none":
        counted = f", {row['withdrawals']} withdrawals counted" if row["withdrawals"] else ""
        print_hanging(page, Text(f"HotRush {row['hotrush']}{counted}"))


def as_story(lines: Sequence["HistoryLine"]) -> list["HistoryLine"]:
    """Return the steps with each mail told once: where it made an entry, that says what the mail said, and why."""
    mails = {line.arrival: line for line in lines if line.table == "arrival"}
    told = {line.arrival for line in lines if line.table == "entry"}
    story = []
    for line in lines:
        if line.table == "arrival" and line.arrival in told:
            continue
        mail = mails.get(line.arrival) if line.table == "entry" else None
        story.append(with_mail(line, mail) if mail else line)
    return story


def with_mail(entry: "HistoryLine", mail: "HistoryLine") -> "HistoryLine":
    """Return the entry with what only its mail tells: its disposition, its sender in full, its further reasons."""
    return replace(
        entry,
        kind=entry.kind if mail.kind == "appended" else f"{entry.kind} ({mail.kind})",
        # What staff forward is said by somebody else than whoever sent the mail.
        who=mail.who or entry.who if entry.author.casefold() in mail.who.casefold() else entry.who,
        reasons=tuple(dict.fromkeys((*entry.reasons, *mail.reasons))),
    )


def print_step(page: Console, line: "HistoryLine") -> None:
    """Print one step: time, what, who; why; what was said. A mail that came begins a new scene."""
    what, said = headline(line)
    came = line.table in ("arrival", "entry")
    if came:
        page.print()
    print_hanging(page, Text.assemble((short(line.at), "dim"), "  ", (clean(what), "bold"), clean(said)))
    for reason in line.reasons:
        # "not sent: acknowledgement" stands above it already.
        why = reason.text.removeprefix(NO_ACK) if line.kind == "silent" else reason.text
        print_indented(page, f"because {why}", MARGIN, "italic")
    if came:
        print_indented(page, line.text, QUOTE)
    if line.files:
        print_hanging(page, Text(clean(f"{MARGIN}files: {', '.join(line.files)}")))


def headline(line: "HistoryLine") -> tuple[str, str]:
    """Return what happened in a word or two, and the rest of its line: by whom or to whom, and what came of it."""
    what = WORDS.get(line.kind, words(line.kind))
    if line.table in ("arrival", "entry"):
        what = f"mail {what}" if line.table == "arrival" else what
        return what, f" by {line.who}" if line.who else ""
    if line.table == "correction":
        return what, f" by {line.who}: {line.text}"
    if line.table == "outbox":
        today = f"{line.at:%Y-%m-%d} "
        return what, f" to {line.who}: {line.text.replace(today, '')}"
    if line.kind == "silent":
        return what, f": {WORDS.get(line.text, words(line.text))}"
    return what, f": {words(line.text) if line.table == 'event' else line.text}"


def words(name: str) -> str:
    """Return a stored name as words.

    >>> words("in_progress")
    'in progress'
    """
    return name.replace("_", " ")
