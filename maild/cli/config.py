"""`maild config`: which configs decided, and what differs between two of them; the database is only read."""

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from difflib import unified_diff
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.text import Text

from maild.cli.common import (
    Row,
    clean,
    config_path,
    console,
    emit_json,
    load,
    load_file,
    print_hanging,
    print_rows,
    short,
)
from maild.errors import MaildError, NotFound, UserError

if TYPE_CHECKING:
    from maild.config.compare import Change
    from maild.config.settings import Config
    from maild.store.config_versions import ConfigVersion

COLUMNS = ("version", "decides since", "verdicts", "corrected", "last verdict")


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two configs that are compared: what a person calls it, and its text."""

    name: str
    text: str


@click.group(short_help="Which configs decided, and what differs between two.")
def command() -> None:
    """Show which versions of the config decided, and compare two of them."""


@command.command(short_help="The versions that ever decided something.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a version, on one line.")
@click.pass_context
def versions(ctx: click.Context, as_json: bool) -> None:
    """List every config that was loaded: since when, and its verdicts."""
    config = load(ctx)
    found = _listed(config)
    if as_json:
        for one in found:
            emit_json(_as_json(one, config.version))
        return
    print_rows(COLUMNS, [_as_row(one, config.version, config_path(ctx)) for one in found])
    if config.version not in {one.version for one in found}:
        click.echo(f"\n{clean(str(config_path(ctx)))} as it is now ({config.version}) decided nothing yet")


@command.command(short_help="The text of one version.")
@click.argument("version")
@click.pass_context
def show(ctx: click.Context, version: str) -> None:
    """Print the text of VERSION, as it was loaded.

    A beginning that no other version has is enough. To go back to it,
    write it to another file first, then move that over the config.
    """
    found = _listed(load(ctx), version)
    if len(found) != 1:
        raise _no_version(version, found)
    click.echo(found[0].text, nl=False)


@command.command(short_help="What differs between two configs.")
@click.argument("names", metavar="[OLD] NEW", nargs=-1, required=True)
@click.option("--text", "as_text", is_flag=True, help="Then the lines that differ, as diff -u shows them.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a difference, on one line.")
@click.pass_context
def diff(ctx: click.Context, names: tuple[str, ...], as_text: bool, as_json: bool) -> None:
    """Tell what changes from OLD to NEW, section by section.

    Each is a version that `maild config versions` lists, or the beginning
    of one, or a file. OLD left out is the config file as it is now: what
    changes if NEW takes its place.
    """
    from maild.config.compare import compare

    if len(names) > 2:
        raise click.UsageError(f"two configs are compared, not {len(names)}")
    config = load(ctx)
    old, new = (str(config_path(ctx)), *names)[-2:]
    before, after = _side(config, old), _side(config, new)
    changes = list(compare(tomllib.loads(before.text), tomllib.loads(after.text)))
    if as_json:
        for change in changes:
            emit_json(_change_as_json(change))
        return
    _print_changes(before, after, changes)
    if as_text:
        _print_text(before, after)


def _listed(config: "Config", beginning: str = "") -> list["ConfigVersion"]:
    from maild.store import config_versions
    from maild.store.database import Database

    with closing(Database.look(config.database.url)) as database, database.read() as tx:
        return config_versions.listing(tx, beginning)


def _side(config: "Config", name: str) -> _Side:
    """Return the version of that name, else the file, for which a database need not be there.

    Raises UserError where it is neither, or not good.
    """
    try:
        found = _listed(config, name)
    except MaildError:
        if not Path(name).is_file():
            raise
        found = []
    if len(found) == 1:
        return _Side(f"{found[0].version} ({short(found[0].since)})", found[0].text)
    if not Path(name).is_file():
        raise _no_version(name, found)
    return _Side(name, load_file(Path(name)).text)


def _no_version(name: str, found: Iterable["ConfigVersion"]) -> UserError:
    if several := ", ".join(one.version for one in found):
        return UserError(f"{name!r} begins more than one version: {several}")
    return NotFound(f"{name!r} is no version and no file; `maild config versions` lists those that are")


def _as_json(one: "ConfigVersion", now: str) -> dict[str, Any]:
    return {
        "version": one.version,
        "since": one.since,
        "verdicts": one.verdicts,
        "corrected": one.corrected,
        "last_verdict_at": one.last_verdict_at,
        "is_file": one.version == now,
    }


def _as_row(one: "ConfigVersion", now: str, path: Path) -> Row:
    cells = (one.version, short(one.since), str(one.verdicts), str(one.corrected), short(one.last_verdict_at))
    return Row(cells, f"{path.name} as it is now" if one.version == now else "")


def _change_as_json(change: "Change") -> dict[str, Any]:
    """Return one difference for a script: its keys are stable."""
    return {name: getattr(change, name) for name in ("section", "name", "key", "change", "old", "new")}


def _print_changes(old: _Side, new: _Side, changes: Iterable["Change"]) -> None:
    """Print a heading for each table that differs, and below it a line for each of its keys."""
    page = console()
    print_hanging(page, Text(clean(f"from {old.name}")))
    print_hanging(page, Text(clean(f"to   {new.name}")))
    if not changes:
        page.print("they say the same")
    for (section, name), group in groupby(changes, key=lambda change: (change.section, change.name)):
        told = list(group)
        page.print()
        page.print(Text(clean(_heading(section, name, told)), style="bold"))
        for line in (line for change in told for line in _lines(change)):
            print_hanging(page, Text(clean(f"  {line}")), "      ")


def _heading(section: str, name: str, told: Iterable["Change"]) -> str:
    head = f'[[{section}]] "{name}"' if name else f"[{section}]"
    whole = {"added": " is new", "removed": " is gone"}
    return head + next((whole[change.change] for change in told if change.change in whole), "")


def _lines(change: "Change") -> Iterator[str]:
    """Yield what to say of one key; of a list what came and what went."""
    if change.change == "moved":
        yield f"{change.key or 'the tables'}: in another order"
    elif isinstance(change.old, list) and isinstance(change.new, list):
        for sign, values in (("+", change.new), ("-", change.old)):
            if values:
                yield f"{change.key} {sign} {', '.join(map(_shown, values))}"
    elif change.change == "changed":
        yield f"{change.key}: {_shown(change.old)} -> {_shown(change.new)}"


def _shown(value: Any) -> str:
    """Return a value as TOML writes it, on one line; an absent key has no value."""
    match value:
        case None:
            return "(left out)"
        case bool():
            return str(value).lower()
        case str():
            return f'"{" ".join(value.split())}"'
        case list():
            return f"[{', '.join(map(_shown, value))}]"
        case dict():
            return f"{{ {', '.join(f'{key} = {_shown(one)}' for key, one in value.items())} }}"
        case _:
            return str(value)


def _print_text(old: _Side, new: _Side) -> None:
    click.echo()
    before, after = old.text.splitlines(), new.text.splitlines()
    for line in unified_diff(before, after, old.name, new.name, lineterm=""):
        click.echo(clean(line))
