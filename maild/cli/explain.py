"""`maild explain SUBJECT`: which problem a text is about, how soon, and every word that says so."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from classifiers.normalise import normalise
from classifiers.settings import Evidence, Verdict
from classifiers.verdict import Classifier
from maild.cli.common import clean, console, emit_json, load, table
from maild.config.settings import Config
from maild.core.limits import Limits
from maild.core.new_text import split_text
from maild.errors import Unreadable, UserError
from maild.isolate import ReaderPool

MOST_OF_BODY_SHOWN = 1_200


@dataclass(frozen=True, slots=True)
class _Asked:
    """One text to classify; `body` is as given, with quotes and signature blanked out."""

    id: Any
    subject: str
    body: str


@click.command(short_help="The verdict on a subject or a mail, and why.")
@click.argument("what", metavar="SUBJECT|FILE.eml", required=False)
@click.option(
    "--batch",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.jsonl",
    help='Many at once: a JSON object a line, {"id", "subject", "body"}.',
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a verdict, on one line.")
@click.pass_context
def command(ctx: click.Context, what: str | None, batch: Path | None, as_json: bool) -> None:
    """Show what the rules in [classifiers] make of a text, and why.

    SUBJECT is taken as the subject of a mail without a body; a name that
    ends in .eml is read as a mail. Nothing is stored and nothing is sent.
    """
    if (what is None) == (batch is None):
        raise click.UsageError("give one SUBJECT or FILE.eml, or --batch FILE.jsonl", ctx)
    config = load(ctx)
    classifier = Classifier(config.classifiers)
    for asked in _lines_of(batch) if batch else [_one(what or "", config.limits)]:
        verdict = classifier.classify(asked.subject, asked.body)
        if as_json:
            emit_json(_as_json(asked, verdict, config))
        elif batch:
            _print_line(asked, verdict)
        else:
            _print_page(asked, verdict)


def _one(what: str, limits: Limits) -> _Asked:
    """Return the subject as it stands, or what the mail of that name says; raises UserError."""
    if not what.casefold().endswith(".eml"):
        return _Asked(what, what, "")
    try:
        with ReaderPool(limits) as reader:
            message = reader.read(Path(what).read_bytes())
    except Unreadable as refused:
        raise UserError(f"{what}: {refused}") from None
    except OSError as error:
        raise UserError(f"{what}: can't be read: {error.strerror}") from None
    first = not (message.in_reply_to or message.references)
    return _Asked(what, message.subject, _new_text(message.text, first=first))


def _lines_of(path: Path) -> Iterator[_Asked]:
    """Yield what each line of a JSONL file asks; raises UserError that names the line."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _line(line, f"{path}:{number}")
    except OSError as error:
        raise UserError(f"{path}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: must be UTF-8 text") from None


def _line(line: str, place: str) -> _Asked:
    try:
        given = json.loads(line)
    except ValueError:
        raise UserError(f"{place}: is not JSON") from None
    except RecursionError:
        raise UserError(f"{place}: is nested too deeply") from None
    if not isinstance(given, dict) or not isinstance(given.get("subject"), str):
        raise UserError(f'{place}: must be an object with a text called "subject"')
    body = given.get("body") or ""
    if not isinstance(body, str):
        raise UserError(f'{place}: "body" must be a text')
    return _Asked(given.get("id"), given["subject"], _new_text(body, first=False))


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


def _print_page(asked: _Asked, verdict: Verdict) -> None:
    """Print the text with its words marked, the verdict, and a table of the rules that fired."""
    page = console()
    _print_fact("subject", _marked(asked.subject, "subject", verdict.evidence))
    _print_fact("read as", Text(clean(normalise(asked.subject).text)))
    if body := asked.body.strip():
        page.print(Text.assemble(("body", "dim")))
        shown = (
            asked.body[:MOST_OF_BODY_SHOWN].rstrip()
            if len(body) > MOST_OF_BODY_SHOWN
            else asked.body.rstrip()
        )
        page.print(_marked(shown, "body", verdict.evidence))
    page.print()
    where = "in scope" if verdict.in_scope else "out of scope: a person confirms"
    _print_fact("scope", Text.assemble((verdict.scope, "bold"), f"  {verdict.label} ({where})"))
    if verdict.multi:
        _print_fact("several", Text(f"asks for more than one thing: {', '.join(verdict.scopes)}"))
    _print_fact("priority", Text(verdict.priority, style="bold"))
    page.print()
    if not verdict.evidence:
        page.print(Text("no rule fired", style="dim"))
        return
    rules = table("rule", "in", "words", "effect")
    for evidence in verdict.evidence:
        rules.add_row(evidence.rule, evidence.field, clean(evidence.text), clean(evidence.effect))
    page.print(rules)


def _print_fact(name: str, value: Text) -> None:
    console().print(Text.assemble((f"{name:9}", "dim"), value))


def _marked(text: str, field: str, evidence: tuple[Evidence, ...]) -> Text:
    """Return the text with the words that a rule found set off: bold where the rule was followed."""
    styles = [""] * len(text)
    for found in evidence:
        if found.field == field:
            style = "bold underline" if found.effect.startswith("chosen") else "underline"
            span = range(found.start, min(found.end, len(text)))
            for at in span:
                styles[at] = style if not styles[at].startswith("bold") else styles[at]
    return Text.assemble(*((clean(char), style) for char, style in zip(text, styles, strict=True)))
