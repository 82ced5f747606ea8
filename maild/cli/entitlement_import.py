"""`maild entitlement import`: the rows of a file with their lines, each added, known or refused as a whole."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from maild.cli.common import clean, counted, emit_json, open_store
from maild.cli.purchase import FIELDS, Habits, read_purchase, store_purchase
from maild.errors import UserError
from maild.store.entitlements import no_mail_meanwhile

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from maild.config.settings import Config
    from maild.store.organisations import Owner

    Pay = Callable[[Connection, Config, Mapping[Owner, int], datetime], list[int]]

MOST_BYTES = 100_000_000
DELIMITERS = ",;\t"
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one row: its place as FILE:LINE, its entitlement where there is one, and why it was refused."""

    place: str
    result: Literal["added", "there", "refused"]
    entitlement: int | None = None
    why: str = ""
    owner: "Owner | None" = None


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the rows of a file, and the incidents that had waited for what they brought."""

    lines: tuple[Line, ...]
    paid: tuple[int, ...]


def import_file(path: Path, config: "Config", habits: Habits, pay: "Pay", *, dry_run: bool) -> Report:
    """Add the rows of a file, all in one transaction, and return what became of each.

    What was added pays for what waits for it. A dry run does the same and undoes it. Raises UserError where the file
    as a whole can't be read.
    """
    rows = list(read_rows(path))
    with open_store(config) as database, database.begin() as tx:
        no_mail_meanwhile(tx)
        tried = tx.begin_nested()
        lines = tuple(add_rows(tx, rows, habits))
        bought = {line.owner: line.entitlement for line in lines if line.owner and line.entitlement}
        paid = tuple(pay(tx, config, bought, habits.now))
        if dry_run:
            tried.rollback()
    return Report(lines, paid)


def add_rows(tx: "Connection", rows: Iterable[tuple[str, Fields | str]], habits: Habits) -> list[Line]:
    """Add the rows, each as a whole or not at all, and return what became of each."""
    return [_one(tx, place, fields, habits) for place, fields in rows]


def _one(tx: "Connection", place: str, fields: Fields | str, habits: Habits) -> Line:
    """Add one row within a savepoint, so that nothing is left of one that is refused."""
    try:
        if isinstance(fields, str):
            return Line(place, "refused", why=fields)
        purchase = read_purchase(fields, habits, once=True)
        with tx.begin_nested():
            stored = store_purchase(tx, purchase, habits.now)
    except UserError as wrong:
        return Line(place, "refused", why=str(wrong))
    return Line(place, "there" if stored.id is None else "added", stored.id, owner=stored.owner)


def print_report(report: Report, *, as_json: bool, dry_run: bool) -> None:
    """Print how many rows were added, known and refused, what they paid for, and each refusal with its place."""
    if as_json:
        for line in report.lines:
            emit_json({name: getattr(line, name) for name in ("place", "result", "entitlement", "why")})
        for number in report.paid:
            emit_json({"result": "paid", "incident": number})
        return
    would = "would be " if dry_run else ""
    for result, words in (
        ("added", f"{would}added"),
        ("there", "there already"),
        ("refused", f"{would}refused"),
    ):
        number = sum(line.result == result for line in report.lines)
        if number or result == "added":
            click.echo(f"{counted(number, 'row')} {words}")
    if report.paid:
        click.echo(f"{counted(len(report.paid), 'incident')} {would}paid for, which waited")
    for line in report.lines:
        if line.result == "refused":
            click.echo(clean(f"{line.place}: {line.why}"), err=True)


def read_rows(path: Path) -> Iterator[tuple[str, Fields | str]]:
    """Yield each row as its place and its fields, or why it has none; raises UserError for the file as a whole."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(f"{path}: is larger than {MOST_BYTES} bytes; import it in parts")
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UserError(f"{path}: can't be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise UserError(f"{path}: must be UTF-8 text") from None
    start = text.lstrip()[:1]
    if start == "":
        raise UserError(f"{path}: is empty")
    yield from _of_json(text, path) if start in "[{" else _of_csv(text, path)


def _of_csv(text: str, path: Path) -> Iterator[tuple[str, Fields | str]]:
    heading = text.lstrip().split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    names: list[str] = []
    line = 1
    try:
        for cells in reader:
            place, line = f"{path}:{line}", reader.line_num + 1
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = _names([cell.strip().casefold() for cell in cells], place)
            elif len(cells) > len(names):
                yield place, f"has {len(cells)} cells, and there are {len(names)} columns"
            else:
                yield place, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise UserError(f"{path}:{line}: is no CSV: {error}") from None


def _names(names: list[str], place: str) -> list[str]:
    """Return the headings; raises UserError for one that is none of ours, or comes twice."""
    for name in names:
        _known(name, place)
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise UserError(f"{place}: the column {twice} is there twice")
    if missing := [name for name in ("owner", "kind") if name not in names]:
        raise UserError(f"{place}: the first line must name the columns; {' and '.join(missing)} missing")
    return names


def _known(name: str, place: str) -> None:
    if name in FIELDS:
        return
    near = get_close_matches(name, FIELDS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(FIELDS)}"
    raise UserError(f"{place}: unknown column {clean(name)[:40]!r}; {hint}")


def _of_json(text: str, path: Path) -> Iterator[tuple[str, Fields | str]]:
    """Yield the objects of a list, or of lines; each knows the line it begins on."""
    decoder = json.JSONDecoder()
    at, counted_to, line = _skip(text, 0), 0, 1
    in_list = text[at] == "["
    at += in_list
    while (at := _skip(text, at, " \t\r\n," if in_list else " \t\r\n")) < len(text):
        line, counted_to = line + text.count("\n", counted_to, at), at
        if in_list and text[at] == "]":
            if _skip(text, at + 1) < len(text):
                raise UserError(f"{path}:{line}: there is something behind the list")
            return
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            raise UserError(f"{path}:{line}: is no JSON from here on; nothing was imported") from None
        yield f"{path}:{line}", _fields(value)
    if in_list:
        raise UserError(f"{path}: the list is not closed; nothing was imported")


def _skip(text: str, at: int, blanks: str = " \t\r\n") -> int:
    while at < len(text) and text[at] in blanks:
        at += 1
    return at


def _fields(value: Any) -> Fields | str:
    """Return the fields of an object as texts, or what is wrong with it."""
    if not isinstance(value, dict):
        return "must be an object in braces"
    fields: dict[str, str] = {}
    for name, said in value.items():
        try:
            _known(name, "")
        except UserError as wrong:
            return str(wrong).removeprefix(": ")
        if said is None:
            continue
        if isinstance(said, bool) or not isinstance(said, str | int):
            return f"{name}: must be a text or a whole number"
        fields[name] = str(said)
    return fields
