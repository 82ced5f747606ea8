"""`maild suggest`: phrases worth adding to the rules, learned from what staff corrected; it changes nothing."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import click

from classifiers.candidates import Example, Field, Place
from classifiers.settings import About
from classifiers.suggest import MOST_NAMES, Lesson, Misfire, Shortage, Suggestion, learn
from maild.cli.common import SINCE, clean, config_path, counted, emit_json, load, wrapped
from maild.config.edit import add_phrases, toml_text
from maild.config.settings import Config
from maild.core.deciding.backtest import FIELDS
from maild.errors import UserError
from maild.store.database import Database
from maild.store.stored_mail import corrections, opened

LEAST = 3
BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@click.command(short_help="Phrases worth adding, learned from what staff corrected.")
@click.option("--since", type=SINCE, help="Only incidents of the last 90d, 12w, or since a date.")
@click.option(
    "--min-support",
    "least",
    type=click.IntRange(2, 1_000),
    default=LEAST,
    show_default=True,
    help="In how many corrected mails a phrase must stand.",
)
@click.option(
    "--write",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="NEW",
    help="Also write a copy of the config with the phrases in it, to be tried.",
)
@click.option("--json", "as_lines", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(
    ctx: click.Context, since: datetime | None, least: int, write: Path | None, as_lines: bool
) -> None:
    """Propose phrases from corrections, with all that speaks for each.

    Each is told with the incidents behind it, with how often it would have
    been right and wrong in all stored mail, and what it would mend and
    spoil. The lines can be pasted into config.toml; nothing is applied.
    """
    config = load(ctx)
    database = Database.look(config.database.url)
    try:
        lessons = [
            learn(StoredMail(database, since or BEGINNING, field), config.classifiers, field, least)
            for field in FIELDS
        ]
    finally:
        database.close()
    if as_lines:
        for line in objects(lessons):
            emit_json(line)
    else:
        click.echo("\n".join(page(lessons, least)))
    if write:
        _write(write, config, lessons, config_path(ctx))


class StoredMail:
    """The stored mails with what is right of them in one field; read anew each time it is iterated."""

    def __init__(self, database: Database, since: datetime, field: Field) -> None:
        self._database, self._since, self._field = database, since, field
        self._corrected = corrections(database)

    def __iter__(self) -> Iterator[Example]:
        """Yield them in the order of their incidents."""
        for one in opened(self._database, self._since):
            right = self._corrected.get(one.number, {}).get(self._field)
            taken_for = one.scope if self._field == "scope" else one.priority
            yield Example(
                name=f"#{one.number}",
                sender=one.sender,
                subject=one.subject,
                body=one.text,
                true=right or taken_for,
                corrected=right is not None,
                about=About(sender=one.sender, mailbox=one.source),
            )


# --- for scripts ----------------------------------------------------------------------------------------------


def objects(lessons: Sequence[Lesson]) -> Iterator[dict[str, Any]]:
    """Yield every suggestion, shortage and misfire, and a summary of each field: keys are stable."""
    for lesson in lessons:
        for one in lesson.suggestions:
            told = asdict(one)
            yield {"type": "suggestion", **told.pop("place"), **told, "precision": round(one.precision, 4)}
        yield from ({"type": "shortage", **asdict(one)} for one in lesson.shortages)
        yield from ({"type": "misfire", **asdict(one)} for one in lesson.misfires)
        yield {
            "type": "summary",
            "field": lesson.field,
            "mails": lesson.mails,
            "corrected": lesson.corrected,
            "still_wrong": lesson.still_wrong,
        }


# --- for people -----------------------------------------------------------------------------------------------


def page(lessons: Sequence[Lesson], least: int) -> Iterator[str]:
    """Yield the lines for a terminal of 80 columns: TOML to paste, and comments around it."""
    for lesson in lessons:
        yield from wrapped(
            f"{lesson.field}: {counted(lesson.mails, 'mail')}, {lesson.corrected} corrected, of which the rules"
            f" still take {lesson.still_wrong} for something else",
            "# ",
        )
        for place, alike in groupby(sorted(lesson.suggestions, key=_by_place), key=_by_place):
            yield ""
            yield from _block(place, list(alike))
        for misfire in lesson.misfires:
            yield from wrapped(_misfire_words(misfire), "# ")
        for shortage in lesson.shortages:
            yield from wrapped(_shortage_words(shortage, least), "# ")
        if not lesson.corrected:
            yield from wrapped(
                f"Nothing to learn from yet: no {lesson.field} was corrected. A phrase can be proposed once"
                f" {least} mails that share words were corrected alike.",
                "# ",
            )
        yield ""


def _by_place(one: Suggestion) -> tuple[str, str, str]:
    return one.place.field, one.place.label, one.place.key


def _block(place: tuple[str, str, str], alike: Sequence[Suggestion]) -> Iterator[str]:
    """Yield the lines to paste into one list of one rule."""
    field, label, key = place
    where = f'[[classifiers.scopes]] with id = "{label}"'
    if field == "priority":
        where = f'[[classifiers.priorities]] with level = "{label}"'
    yield from wrapped(f"Into `{key}` of {where}:", "# ")
    for one in alike:
        yield from wrapped(_evidence(one), "#   ")
        yield f"  {toml_text(one.phrase)},"


def _evidence(one: Suggestion) -> str:
    names = " ".join(one.names)
    more = f" and {one.support - len(one.names)} more" if one.support > len(one.names) else ""
    return clean(
        f"In {one.support} corrected mails: {names}{more}. Of all mails it is right in {one.right}, wrong in"
        f" {one.wrong} ({one.precision:.0%}); with it {one.fixes} more are right, {one.breaks} fewer."
    )


def _misfire_words(one: Misfire) -> str:
    return clean(
        f'"{one.words}" decided for {one.field} {one.label} wrongly {one.wrong} times, rightly {one.right}:'
        " better without it, or with an `unless`."
    )


def _shortage_words(one: Shortage, least: int) -> str:
    """Return what is missing before a phrase can be proposed."""
    if one.more:
        return (
            f"{one.label}: {counted(one.mails, 'corrected mail')} still taken for something else, too few to"
            f" learn from; {one.more} more that share words would do."
        )
    taken = f"{one.label}: {counted(one.mails, 'corrected mail')} still taken for something else, but"
    if not one.phrase:
        return f"{taken} no words stand in {least} of them, by different senders, and seldom in others."
    spoils = f" and spoil {one.breaks}" if one.breaks else ""
    winners = "; ".join(f"{scope} still wins in {name}" for name, scope in one.still[:MOST_NAMES])
    why = f": {winners}" if winners else ""
    return clean(f'{taken} "{one.phrase}" would mend only {one.fixes}{spoils}{why}.')


def _write(path: Path, config: Config, lessons: Sequence[Lesson], source: Path) -> None:
    """Write a copy of the config with every suggestion in it; raises UserError where the file is there already."""
    text = config.text
    suggestions = sorted((one for lesson in lessons for one in lesson.suggestions), key=_by_place)
    for _, alike in groupby(suggestions, key=_by_place):
        group = list(alike)
        text = add_phrases(text, _path(group[0].place, config), [one.phrase for one in group])
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise UserError(f"{path}: is there already; nothing was written") from None
    except OSError as error:
        raise UserError(f"{path}: can't be written: {error.strerror}") from None
    click.echo(
        f"{path} is {source} with {counted(len(suggestions), 'phrase')} more: maild backtest --config {path}",
        err=True,
    )


def _path(place: Place, config: Config) -> tuple[str | int, ...]:
    """Return where the list of a place is in the config."""
    rules = config.classifiers
    names: list[str] = [rule.id for rule in rules.scopes]
    if place.field == "priority":
        names = [rule.level for rule in rules.priorities]
    kind = "scopes" if place.field == "scope" else "priorities"
    return "classifiers", kind, names.index(place.label), place.key
