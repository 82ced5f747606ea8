"""`maild explain SUBJECT`: which problem a text is about, how soon, and every word that says so."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from classifiers.settings import About, Verdict
from classifiers.verdict import Classifier
from maild.cli.common import clean, emit_json, load
from maild.cli.json_lines import json_lines, sender_of, subject_and_body
from maild.cli.verdict_page import Promise, print_verdict
from maild.clock import SystemClock
from maild.config.settings import Config
from maild.core.limits import Limits
from maild.core.promising import sla
from maild.core.promising.target import BusinessDays, Minutes
from maild.core.understanding.about import about
from maild.core.understanding.new_text import split_text
from maild.errors import Unreadable, UserError
from maild.isolate import ReaderPool


@dataclass(frozen=True, slots=True)
class _Asked:
    """One text to classify, and what is known besides; `body` is as given, with quotes and signature blanked out."""

    id: Any
    subject: str
    body: str
    about: About


@click.command(short_help="The verdict on a subject or a mail, and why.")
@click.argument("what", metavar="SUBJECT|FILE.eml", required=False)
@click.option(
    "--batch",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.jsonl",
    help='Many at once: a JSON object a line, {"id", "subject", "body", "from"}.',
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a verdict, on one line.")
@click.option(
    "--at",
    metavar="TIME",
    help="When the mail came, for the promise: 2026-11-23 09:00, by the clock of the calendar. Left out: now.",
)
@click.pass_context
def command(ctx: click.Context, what: str | None, batch: Path | None, as_json: bool, at: str | None) -> None:
    """Show what the rules in [classifiers] make of a text, and why.

    SUBJECT is taken as the subject of a mail without a body; a name that
    ends in .eml is read as a mail, with its sender and header fields; where
    it came in is not known. The answer is promised as [sla] and
    its calendar say. Nothing is stored and nothing is sent.
    """
    if (what is None) == (batch is None):
        raise click.UsageError("give one SUBJECT or FILE.eml, or --batch FILE.jsonl", ctx)
    config = load(ctx)
    classifier, since = Classifier(config.classifiers), _instant(at, config)
    for asked in _lines_of(batch) if batch else [_one(what or "", config.limits)]:
        verdict = classifier.classify(asked.subject, asked.body, asked.about)
        if as_json:
            emit_json(
                _as_json(asked, verdict, config) | {"promise": _plain(_promise(verdict, since, config))}
            )
        elif batch:
            _print_line(asked, verdict)
        else:
            print_verdict(asked.subject, asked.body, verdict, _promise(verdict, since, config))


def _instant(at: str | None, config: Config) -> datetime:
    """Return the instant that is meant, or now, by the calendar's clock; raises UserError."""
    zone = config.policy.calendar.zone
    if at is None:
        return SystemClock().now().astimezone(zone)
    try:
        given = datetime.fromisoformat(at)
        return given.astimezone(zone) if given.tzinfo else given.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        raise UserError(f"--at {at}: is no time such as 2026-11-23 09:00 or 2026-11-23T09:00:00Z") from None


def _promise(verdict: Verdict, since: datetime, config: Config) -> Promise:
    """Return what [sla] promises to a mail that comes at `since`; raises UserError where no calendar reaches."""
    policy, about = config.policy, sla.About(scope=verdict.scope)
    try:
        due = sla.due(policy, verdict.priority, since, about)
    except (ValueError, OverflowError):
        raise UserError(f"--at {since:%Y-%m-%d %H:%M}: the calendar promises nothing then") from None
    rule = policy.rule_for(verdict.priority, about)
    return Promise(since, policy.target("first_response", verdict.priority, rule), due)


def _plain(promise: Promise) -> dict[str, Any]:
    """Return a promise for a script; its target is as `[sla]` writes it."""
    target: Any = promise.target
    match promise.target:
        case Minutes(minutes):
            target = minutes
        case BusinessDays(days):
            target = {"bd": days}
    return {"since": promise.since, "target": target, "due": promise.due}


def _one(what: str, limits: Limits) -> _Asked:
    """Return the subject as it stands, or what the mail of that name says; raises UserError."""
    if not what.casefold().endswith(".eml"):
        return _Asked(what, what, "", About())
    try:
        with ReaderPool(limits) as reader:
            message = reader.read(Path(what).read_bytes())
    except Unreadable as refused:
        raise UserError(f"{what}: {refused}") from None
    except OSError as error:
        raise UserError(f"{what}: can't be read: {error.strerror}") from None
    return _Asked(what, message.subject, _new_text(message.text, first=message.is_first), about(message))


def _lines_of(path: Path) -> Iterator[_Asked]:
    """Yield what each line of a JSONL file asks; raises UserError that names the line."""
    for place, given in json_lines(path):
        subject, body = subject_and_body(given, place)
        known = About(sender=sender_of(given, place))
        yield _Asked(given.get("id"), subject, _new_text(body, first=False), known)


def _new_text(text: str, *, first: bool) -> str:
    """Return what was written now; the rest is blank, so that the offsets of the evidence stay true."""
    spans = split_text(text, first=first).spans
    return "".join(
        text[span.start : span.end] if span.kind == "new" else "\n" * (span.end - span.start)
        for span in spans
    )


def _as_json(asked: _Asked, verdict: Verdict, config: Config) -> dict[str, Any]:
    """Return the object that scripts know: its keys are stable."""
    return {
        "id": asked.id,
        "scope": verdict.scope,
        "scopes": list(verdict.scopes),
        "priority": verdict.priority,
        "in_scope": verdict.in_scope,
        "multi": verdict.multi,
        "evidence": [asdict(evidence) for evidence in verdict.evidence],
        "config_version": config.version,
    }


def _print_line(asked: _Asked, verdict: Verdict) -> None:
    name = "-" if asked.id is None else str(asked.id)
    click.echo(f"{clean(name)}\t{verdict.priority}\t{verdict.scope}\t{clean(asked.subject)}")
