"""`maild check`: is config.toml good, do its rules do what its examples say; on demand, do servers answer."""

import os
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from maild.cli.common import Given, clean, config_path, emit_json
from maild.clock import SystemClock
from maild.config.calendar import WEEKDAYS
from maild.errors import ConfigError, MaildError, Unreachable

if TYPE_CHECKING:
    from maild.config.settings import Config

_HALF_A_YEAR = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one service said to --connect; `text` is one line."""

    service: str
    ok: bool
    text: str


@click.command("check", short_help="Every mistake in the config, each with its line.")
@click.option("--connect", is_flag=True, help="Also try every mailbox, the outgoing server and the database.")
@click.option("--stored", is_flag=True, help="Also name the phrases that misfire on stored mail.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def command(ctx: click.Context, connect: bool, stored: bool, as_json: bool) -> None:
    """Say every mistake in the config file at once, each with its line.

    The examples of [classifiers] are run, and its rules looked over for
    phrases that can never fire. With --stored, they are tried on the mail
    in the database too, which is only read: a phrase that decided wrongly
    more often than rightly, by what staff corrected, is noted.

    Exit codes: 0 all is good, 2 there are mistakes, 3 a service does not
    answer (only with --connect or --stored).
    """
    from maild.config.prove import load_linted

    try:
        config, odd = load_linted(config_path(ctx), os.environ)
    except ConfigError as error:
        if as_json:
            emit_json({"ok": False, "problems": list(error.problems)})
            ctx.exit(error.exit_code)
        raise
    if stored:
        from maild.cli.check_stored import misfires_on_stored_mail

        odd += misfires_on_stored_mail(config, str(config_path(ctx)))
    answers = list(try_services(config)) if connect else []
    if as_json:
        emit_json(report(config, answers, odd))
    else:
        click.echo(f"{ctx.find_object(Given).config_path} is good: ", nl=False)  # type: ignore[union-attr]
        click.echo(clean("\n".join(lines(config, answers, odd))))
    if not all(answer.ok for answer in answers):
        ctx.exit(Unreachable.exit_code)


def report(config: "Config", answers: list[Answer], odd: Iterable[str] = ()) -> dict[str, Any]:
    """Return what --json prints for a good config."""
    return {
        "ok": all(answer.ok for answer in answers),
        "problems": [],
        "config_version": config.version,
        "mailboxes": [mailbox.name for mailbox in config.mailbox],
        "staff": [member.address for member in config.staff],
        "calendar": config.calendar,
        "time_zone": config.time_zone,
        "notes": [*notes(config), *odd],
        "services": [asdict(answer) for answer in answers],
    }


def lines(config: "Config", answers: list[Answer], odd: Iterable[str] = ()) -> Iterator[str]:
    """Yield the lines for a person: what the config amounts to, what to know, and who answered."""
    yield f"{config.service.name} <{config.service.address}>, version {config.version}"
    for name, text in summary(config):
        yield f"  {name:<10} {text}"
    for note in notes(config):
        yield textwrap.fill(f"note: {note}", 80, subsequent_indent=" " * 6)
    for note in odd:  # FILE:LINE: is for programs too, so it stays on one line
        yield f"note: {note}"
    for answer in answers:
        yield f"{'ok' if answer.ok else 'FAILED':<6} {answer.service}: {answer.text}"


def summary(config: "Config") -> Iterator[tuple[str, str]]:
    """Yield what the main sections amount to, as (name, one line)."""
    for mailbox in config.mailbox:
        yield "mailbox", f"{mailbox.name}: {mailbox.user} at {mailbox.host}, folder {mailbox.folder}"
    if config.listen.enabled:
        yield "listen", f"{config.listen.protocol} on {config.listen.address}"
    outgoing = config.outgoing
    to_folder = outgoing.transport == "maildir"
    yield "outgoing", f"into {outgoing.folder}" if to_folder else f"by {outgoing.host}:{outgoing.port}"
    yield "database", config.database.shown
    examples = len(config.classifiers.examples)  # a good config is one whose rules get all of them right
    yield "examples", f"{examples} of [classifiers], all right" if examples else "none in [classifiers]"
    yield "staff", ", ".join(f"{member.name} <{member.address}>" for member in config.staff)
    yield "calendar", f"{config.calendar} ({config.time_zone}): {opening_hours(config)}"


def opening_hours(config: "Config") -> str:
    """Return the week in words: `mon-fri 09:00-18:00, sat ...`; closed days are left out."""
    week = zip(WEEKDAYS, config.policy.calendar.weekly, strict=True)
    runs = ((hours, [day for day, _ in same]) for hours, same in groupby(week, key=lambda one: one[1]))
    return ", ".join(f"{_days(days)} {'+'.join(map(_span, hours))}" for hours, days in runs if hours)


def _days(days: Sequence[str]) -> str:
    """Return days that follow each other, two or more as a span."""
    return days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"


def _span(interval: tuple[int, int]) -> str:
    return "-".join(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in interval)


def notes(config: "Config") -> Iterator[str]:
    """Yield what is no mistake, but may not be what was meant."""
    if not config.mailbox and not config.listen.enabled:
        yield "no mail comes in: there is no [[mailbox]], and [listen] is not enabled"
    if not config.proof.authserv_ids:
        yield (
            "[proof] names no server: nobody is proven, what staff send is held until they confirm it;"
            " docs/operations.md says how to end that"
        )
    if config.proof.staff_proof == "token":
        yield 'staff_proof = "token": whoever reads mail to staff can act as staff'
    zone = config.policy.calendar.zone
    if differs_from_system(zone, SystemClock().now()):
        yield f"opening hours are in {config.time_zone}, and this machine's clock shows another zone"


def differs_from_system(
    zone: tzinfo, now: datetime, system: Callable[[datetime], datetime] = datetime.astimezone
) -> bool:
    """Say whether the system's local time differs from that of `zone`, now or in the other half of a year."""
    moments = (now, now + _HALF_A_YEAR)
    return any(system(moment).utcoffset() != moment.astimezone(zone).utcoffset() for moment in moments)


def try_services(config: "Config") -> Iterator[Answer]:
    """Connect to everything the config names, and yield what each said; raises nothing."""
    from maild.daemon import imap_mailbox

    for settings in config.mailbox:
        mailbox = imap_mailbox(settings, config)
        yield _tried(f"mailbox {settings.name}", mailbox.open, mailbox.close)
    if config.outgoing.transport == "smtp":
        yield _try_outgoing(config)
    yield _tried("database", lambda: _open_database(config), lambda: None)


def _try_outgoing(config: "Config") -> Answer:
    from maild.daemon import sender_of
    from maild.mail.smtp import SmtpSender

    sender = sender_of(config)
    assert isinstance(sender, SmtpSender)
    return _tried("outgoing", sender.probe, sender.close)


def _open_database(config: "Config") -> None:
    from maild.store.database import Database, is_current

    database = Database.open(config.database.url)
    try:
        is_current(database)
    finally:
        database.close()


def _tried(service: str, attempt: Callable[[], object], close: Callable[[], None]) -> Answer:
    try:
        attempt()
    except MaildError as error:
        return Answer(service, ok=False, text=str(error))
    else:
        return Answer(service, ok=True, text="answers")
    finally:
        close()
