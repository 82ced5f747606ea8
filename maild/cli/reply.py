"""`maild reply`: the mails that maild writes; shown with examples, in any language, as text or HTML."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from zoneinfo import ZoneInfo, available_timezones

import click

from maild.cli.common import Row, clean, emit_json, load, print_rows
from maild.config.problems import nearest
from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.errors import UserError
from replies.catalogue import REPLIES, Fact, Value

if TYPE_CHECKING:
    from maild.config.settings import Config
    from replies.render import Rendered

HOTRUSH = frozenset({"acknowledgement_hotrush", "raised", "hotrush_refused"})
_KINDS = {"number": int, "duration": int, "yes or no": bool}  # of JSON; lists and strings beside these


@click.group(short_help="The mails that maild writes; preview one.")
def command() -> None:
    """Look at the mails that maild writes, before anybody gets them.

    The words are those of the templates that the config names.
    """


@command.command("list", short_help="Which there are, who reads them, in which languages.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def list_(ctx: click.Context, as_json: bool) -> None:
    """Show every kind of mail that maild writes, when it leaves, and its facts."""
    templates = load(ctx).templates
    for kind, reply in REPLIES.items() if as_json else ():
        told = {"reply": kind, "audience": reply.audience, "languages": list(templates.languages_of(kind))}
        emit_json({**told, "sentence": reply.sentence, "facts": list(reply.facts)})
    if not as_json:
        rows = [
            Row((kind, reply.audience, " ".join(templates.languages_of(kind))), "", reply.sentence)
            for kind, reply in REPLIES.items()
        ]
        print_rows(("reply", "to", "languages"), rows, margin=4)


@command.command(short_help="One of them, with examples or with facts of your own.")
@click.argument("name")
@click.option(
    "--lang", default="", help="The language of the reader, such as de; left out: that of the config."
)
@click.option(
    "--zone", default="", help="The zone of the reader, such as Europe/Berlin; left out: our calendar's."
)
@click.option("--html", "as_html", is_flag=True, help="The HTML of the mail, as a page.")
@click.option("--json", "as_json", is_flag=True, help="Subject, text and HTML as one JSON object.")
@click.option(
    "--facts",
    "facts_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A file with facts as one JSON object; those it lacks are examples.",
)
@click.pass_context
def preview(
    ctx: click.Context, name: str, lang: str, zone: str, as_html: bool, as_json: bool, facts_file: Path | None
) -> None:
    """Show the mail NAME as its reader would get it."""
    config = load(ctx)
    own = read_facts(facts_file, REPLIES[name].facts) if facts_file and name in REPLIES else {}
    mail = previewed(config, name, lang, zone, own)
    if as_json:
        emit_json({"reply": name, "subject": mail.subject, "text": mail.text, "html": mail.html})
    elif as_html:
        click.echo(clean(mail.html), nl=False)
    else:
        click.echo(clean(f"Subject: {mail.subject}\n\n{mail.text}"), nl=False)


def previewed(config: "Config", name: str, lang: str, zone: str, own: Mapping[str, Value]) -> "Rendered":
    """Return the mail with the facts `own`, and examples for the others.

    Raises UserError for a name, a language or a zone that is not known, and where the template fails.
    """
    from replies.render import ReplyError

    _known(name, list(REPLIES), "reply", "maild reply list")
    if lang:
        _known(lang, config.templates.languages, "language of the templates", "docs/templates.md")
    if zone:
        _known(zone, sorted(available_timezones()), "time zone", "its name in the tz database")
    facts: dict[str, Value] = {key: fact.example for key, fact in REPLIES[name].facts.items()}
    facts |= {"service": config.service.name, "address": config.service.address}
    facts |= {key: value for key, value in natural_facts(name, config).items() if key in facts}
    facts |= own
    clocks = ZoneInfo(zone or config.time_zone)
    try:
        return config.templates.render(name, facts, language=lang or config.language, zone=clocks)
    except ReplyError as error:
        raise UserError(f"the template fails on these facts: {clean(str(error))}") from None


def natural_facts(name: str, config: "Config") -> dict[str, Value]:
    """Return examples that go together, where those of the catalogue, which try every line of a template, do not."""
    inside = [scope.id for scope in config.classifiers.scopes if scope.in_scope] or ["unknown"]
    outside = [scope.id for scope in config.classifiers.scopes if not scope.in_scope] or inside
    one, other = inside[0], inside[len(inside) // 2]
    facts: dict[str, Value] = {"scope": one, "scope_label": "", "passed_on_by": ""}
    facts |= {"problem": other, "first": other, "others": [one]}
    facts["several"] = [one, other] if name == "several_problems" else []
    if name == "out_of_scope":
        facts |= {"scope": outside[len(outside) // 2], "in_scope": False}
    if name == "entitlement_offer":
        facts["balance"] = []
    if name in HOTRUSH:
        facts |= {"hotrush": True, "priority": "hotrush"}
    return facts if REPLIES[name].audience == "customer" else {"by": "", "answer_above": ANSWER_ABOVE}


def _known(name: str, known: "tuple[str, ...] | list[str]", what: str, remedy: str) -> None:
    if name in known:
        return
    near = nearest(name, known)
    hint = f"the nearest is {near}" if near else f"see {remedy}"
    raise UserError(f"{clean(name)} is no {what}; {hint}")


def read_facts(path: Path, known: Mapping[str, Fact]) -> dict[str, Value]:
    """Return the facts of a file, which must be ones that the reply knows, of their shapes; else raises UserError."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"{path}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: must be UTF-8 text") from None
    except (json.JSONDecodeError, RecursionError) as error:
        line = getattr(error, "lineno", 1)
        raise UserError(f"{path}:{line}: is no JSON: {getattr(error, 'msg', 'nested too deeply')}") from None
    if not isinstance(told, dict):
        raise UserError(f'{path}:1: must be one JSON object, such as {{"subject": "No stock"}}')
    for name, value in told.items():
        _known(name, list(known), "fact of this reply", "maild reply list --json")
        if not _fits(known[name], value):
            raise UserError(f"{path}: {name} must be a {known[name].shape}, such as {_as_json(known[name])}")
    return told


def _fits(fact: Fact, value: Any) -> bool:
    """Say whether a value of JSON has the form of a fact; instants and ids may be words already."""
    if fact.shape.startswith("list"):
        items = cast("list[object]", value) if isinstance(value, list) else [None]
        if fact.shape == "list of rows":
            return all(
                isinstance(row, dict) and all(isinstance(c, str) for c in row.values()) for row in items
            )
        return all(isinstance(item, str) for item in items)
    return type(value) is _KINDS.get(fact.shape, str)


def _as_json(fact: Fact) -> str:
    return json.dumps(fact.example, ensure_ascii=False)
