"""`maild entitlement`: who bought what: add, import, list, revoke; and whether the ledger adds up."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from maild.cli.common import (
    NUMBER,
    Row,
    clean,
    counted,
    emit_json,
    load,
    open_store,
    print_rows,
    short,
    wrapped,
)
from maild.clock import SystemClock
from maild.core.entitlement import KIND_WORDS
from maild.errors import NotFound

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maild.cli.purchase import Habits
    from maild.config.settings import Config
    from maild.store.organisations import Owner

KINDS = ("incident", "hotrush", "subscription", "points", "free")


@click.group(short_help="Who bought what: add, import, list, revoke, audit.")
def command() -> None:
    """Look after what was bought: incidents, subscriptions, points.

    An OWNER is an address, `@shop.example` for all who write from there, or
    the name of an organisation or customer.
    """


@command.command(short_help="Give an owner one thing more.")
@click.argument("owner")
@click.argument("kind", type=click.Choice(KINDS), metavar="KIND")
@click.option("--option", type=click.Choice(("normal", "urgent")), help="Of an incident; urgent has HotRush.")
@click.option("--amount", metavar="N", help="How many, or how many points; else 1.")
@click.option("--store", metavar="HOST", help="The shop that a subscription is for.")
@click.option("--starts", metavar="DAY", help="The first day, or an instant; else now.")
@click.option("--ends", metavar="DAY", help="The last day, or the instant of the end.")
@click.option("--note", metavar="TEXT", help="Whatever the staff should read.")
@click.option("--id", metavar="ID", help="Its id where it was sold: it is not added twice.")
@click.option("--organisation", metavar="NAME", help="Whom the owner belongs to; made if new.")
@click.option("--domains", metavar="DOMAINS", help="Further mail domains of the organisation.")
@click.option("--language", metavar="CODE", help="The customer's language, as en or de.")
@click.option("--zone", metavar="ZONE", help="The customer's time zone.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def add(ctx: click.Context, /, as_json: bool, **fields: str | None) -> None:
    """Give OWNER one thing more.

    KIND is incident, hotrush, subscription, points or free.

    For example: `maild entitlement add jane@shop.example incident`, or
    `maild entitlement add @shop.example points --amount 300`.
    """
    from maild.cli.purchase import read_purchase, store_purchase
    from maild.store import entitlements

    config = load(ctx)
    given = {name: text for name, text in fields.items() if text is not None}
    habits = habits_of(config)
    purchase = read_purchase(given, habits, once=False)
    with open_store(config) as database, database.begin() as tx:
        entitlements.no_mail_meanwhile(tx)
        stored = store_purchase(tx, purchase, habits.now)
        paid = pay(tx, config, {stored.owner: stored.id} if stored.id else {}, habits.now)
        row = next((row for row in entitlements.listing(tx, stored.owner) if row["id"] == stored.id), None)
    if row is None:
        click.echo(f"{clean(given['id'])}: is there already; nothing was added")
    elif as_json:
        emit_json(row)
    else:
        said = f"entitlement {row['id']}: {in_words(row)}{pays_for(paid)}"
        click.echo("\n".join(wrapped(said, "")))


@command.command("list", short_help="What was bought, and what is left of it.")
@click.argument("owner", required=False)
@click.option("--all", "everything", is_flag=True, help="Also what is used up, over or revoked.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def list_(ctx: click.Context, owner: str | None, everything: bool, as_json: bool) -> None:
    """Show what was bought and what is left of it, of OWNER or of all."""
    from maild.store import entitlements, organisations

    now = SystemClock().now()
    with open_store(load(ctx)) as database, database.read() as tx:
        found = organisations.known_owner(tx, owner) if owner else None
        rows = entitlements.listing(tx, found)
    rows = [row for row in rows if everything or state_of(row, now) in ("in force", "later")]
    if as_json:
        for row in rows:
            emit_json(row)
    elif not rows:
        click.echo("Nothing that was bought is left." if not everything else "Nothing was bought yet.")
    else:
        columns = ("id", "what", "left", "from", "until", "now")
        print_rows(columns, [as_row(row, now) for row in rows])


@command.command("import", short_help="Add what a CSV or JSON file says, each row once.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would be added and refused; add nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each row.")
@click.pass_context
def import_(ctx: click.Context, file: Path, dry_run: bool, as_json: bool) -> None:
    """Add what FILE says, each row once.

    FILE is CSV with a line of headings, a JSON list, or one JSON object a
    line. A row that was added before is not added again. A row with a mistake is
    refused as a whole and told with its line; the others go in. Exit code 1
    where rows were refused.
    """
    from maild.cli.entitlement_import import import_file, print_report

    config = load(ctx)
    report = import_file(file, config, habits_of(config), pay, dry_run=dry_run)
    print_report(report, as_json=as_json, dry_run=dry_run)
    ctx.exit(1 if any(line.result == "refused" for line in report.lines) else 0)


@command.command(short_help="Let nothing more be taken of one.")
@click.argument("entitlement_id", type=NUMBER)
@click.pass_context
def revoke(ctx: click.Context, entitlement_id: int) -> None:
    """Let nothing more be taken of ENTITLEMENT_ID; it stays on record.

    An incident that has reserved something of it keeps that: its customer
    was told so. `#charge none` in a mail about it gives that back.
    """
    from maild.store import entitlements

    with open_store(load(ctx)) as database, database.begin() as tx:
        kept = entitlements.revoke(tx, entitlement_id, SystemClock().now())
    if kept is None:
        raise NotFound(f"there is no entitlement {entitlement_id} in force; see `maild entitlement list`")
    numbers = ", ".join(f"#{number}" for number in kept)
    more = f"; reserved by {numbers}, and kept there" if kept else ""
    click.echo("\n".join(wrapped(f"entitlement {entitlement_id}: nothing more is taken of it{more}", "")))


@command.command(short_help="Does the ledger add up? Names each row that does not.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each row that is wrong.")
@click.pass_context
def audit(ctx: click.Context, as_json: bool) -> None:
    """Add up the whole ledger: what was bought, and what incidents took.

    Exit code 1 where a row does not add up.
    """
    from maild.store import audit as ledger
    from maild.store import entitlements

    with open_store(load(ctx)) as database, database.read() as tx:
        problems = ledger.audit(tx)
        rows = entitlements.listing(tx)
    for problem in problems:
        if as_json:
            emit_json({"problem": problem})
        else:
            click.echo(problem)
    if not problems and not as_json:
        taken = sum(row["used"] for row in rows)
        click.echo(f"The ledger adds up: {counted(len(rows), 'entitlement')}, {taken} taken of them.")
    ctx.exit(1 if problems else 0)


def habits_of(config: "Config") -> "Habits":
    """Return what stands where a purchase does not say it."""
    from maild.cli.purchase import Habits

    days = config.entitlements.points_days
    return Habits(config.policy.calendar.zone, days, SystemClock().now())


def state_of(row: Mapping[str, Any], now: datetime) -> str:
    """Return in words whether something can be taken of it."""
    if row["revoked_at"]:
        return "revoked"
    if row["ends_at"] and row["ends_at"] <= now:
        return "over"
    if row["amount"] is not None and row["used"] >= row["amount"]:
        return "used up"
    return "later" if row["starts_at"] > now else "in force"


def as_row(row: Mapping[str, Any], now: datetime) -> Row:
    """Return what was bought as a row; whose it is stands below, with its store and note."""
    taken = (
        f"{row['used']} used" if row["amount"] is None else f"{row['amount'] - row['used']}/{row['amount']}"
    )
    day = len("2026-01-31")
    what = KIND_WORDS[row["kind"], row["option"]]
    days = short(row["starts_at"])[:day], last_day(row["ends_at"]) or "-"
    cells = (str(row["id"]), what, taken, *days, state_of(row, now))
    more = (f"store {row['store']}" if row["store"] else "", row["note"], bare(row["external"]))
    return Row(cells, "; ".join(filter(None, (row["owner"], *more))))


def last_day(ends_at: datetime | None) -> str:
    """Return the last day of something that ends, or "": an end at midnight belongs to the day before.

    >>> from datetime import UTC
    >>> last_day(datetime(2027, 2, 1, tzinfo=UTC))
    '2027-01-31'
    """
    return short(ends_at - timedelta(seconds=1)).partition(" ")[0] if ends_at else ""


def bare(external: str | None) -> str:
    """Return the id that something has where it was sold, or "" for none."""
    return external if external and external.startswith("id:") else ""


def pay(tx: "Connection", config: "Config", bought: Mapping["Owner", int], now: datetime) -> list[int]:
    """Let what was bought pay for what its owners have waiting; return the numbers of the incidents."""
    from maild.desk import rules_of
    from maild.pay_waiting import pay_waiting

    cause = f"bought:{max(bought.values(), default=0)}"
    return pay_waiting(tx, bought.keys(), rules_of(config), config.limits, now, cause)


def pays_for(numbers: Sequence[int]) -> str:
    """Return the end of a sentence: which incidents were waiting for it."""
    return f"; pays for {', '.join(f'#{number}' for number in numbers)}, which waited" if numbers else ""


def in_words(row: Mapping[str, Any]) -> str:
    """Return what was bought in a sentence."""
    what = KIND_WORDS[row["kind"], row["option"]]
    many = "a" if row["amount"] is None else str(row["amount"])
    many += "" if row["amount"] in (None, 1) or row["kind"] == "points" else " x"
    store = f" for {row['store']}" if row["store"] else ""
    ends = f", until {last_day(row['ends_at'])}" if row["ends_at"] else ""
    return f"{many} {what}{store}, of {clean(row['owner'])}{ends}"
