"""What the commands share: the config they were given, JSON lines, tables, a console that no mail can spoil."""

import json
import os
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from maild.clock import SystemClock
from maild.core.writing.time_words import stamp

if TYPE_CHECKING:
    from maild.config.settings import Config
    from maild.store.database import Database


HIGHEST = 2**63 - 1  # the largest number that a column of the database holds
GAP = "  "  # between the columns of a list


DEFAULT_CONFIG = Path("config.toml")


class Number(click.ParamType[int]):
    """The number of an incident or of a row, as a list shows it: `1003` or `#1003`."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number; fails for anything that cannot be one."""
        digits = str(value).removeprefix("#")
        if not (digits.isascii() and digits.isdecimal() and 0 < int(digits[:20]) <= HIGHEST):
            self.fail(f"{value!r} is no number that a list shows", param, ctx)
        return int(digits)


NUMBER = Number()


class Since(click.ParamType[datetime]):
    """How far back to look: `90d`, `12w`, or a date such as `2026-01-31`."""

    name = "since"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Return the instant; fails for anything that names none."""
        text = str(value)
        number, unit = text[:-1], text[-1:]
        try:
            if unit in DAYS_OF and number.isascii() and number.isdecimal():
                return SystemClock().now() - timedelta(days=int(number[:9]) * DAYS_OF[unit])
            return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            self.fail(f"{text!r} is neither 90d, 12w nor a date such as 2026-01-31", param, ctx)


DAYS_OF = {"d": 1, "w": 7}
SINCE = Since()


@dataclass(frozen=True, slots=True)
class Given:
    """What stood before the subcommand."""

    config_path: Path


def config_path(ctx: click.Context) -> Path:
    """Return the path of the config file that the command line names."""
    given = ctx.find_object(Given)
    return given.config_path if given else DEFAULT_CONFIG


def load(ctx: click.Context) -> "Config":
    """Return the config that the command line names; raises ConfigError with every problem at once."""
    return load_file(config_path(ctx))


def load_file(path: Path) -> "Config":
    """Return the config in the file at `path`; raises ConfigError with every problem at once."""
    from maild.config.load import load_config

    return load_config(path, os.environ)


@contextmanager
def open_store(config: "Config") -> Iterator["Database"]:
    """Open the database of `config`, upgraded to this version; raises Unreachable or UserError."""
    from maild.store.database import Database, upgrade

    database = Database.open(config.database.url)
    try:
        upgrade(database)
        yield database
    finally:
        database.close()


def clean(text: str) -> str:
    r"""Return `text` with every control and bidi character made visible: mail never steers a terminal.

    >>> clean("a\x1b[2Jb")
    'a\\x1b[2Jb'
    """
    return "".join(_visible(char) for char in text)


def _visible(char: str) -> str:
    if char in "\n\t" or not _steers(char):
        return char
    return char.encode("unicode_escape").decode("ascii")


def _steers(char: str) -> bool:
    """Say whether a character controls, hides, turns or breaks what is shown around it."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp")


def emit_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object on one line; times become RFC 3339 in UTC with a Z.

    JSON lets most steering characters stand as they are; here all are escaped, for terminals show JSON too.
    """
    line = json.dumps(value, ensure_ascii=False, default=_plain)
    click.echo("".join(json.dumps(char)[1:-1] if _steers(char) else char for char in line))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return rfc3339(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


def rfc3339(instant: datetime) -> str:
    """Return an aware instant as RFC 3339 in UTC, whole seconds.

    >>> rfc3339(datetime(2026, 3, 3, 9, 15, tzinfo=UTC))
    '2026-03-03T09:15:00Z'
    """
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def short(instant: datetime | None) -> str:
    """Return an instant for a list: `2026-03-03 09:15Z`, or a dash for None."""
    return stamp(instant) if instant else "-"


def console() -> Console:
    """Return a console for standard output, as wide as the terminal, 80 columns where there is none."""
    return Console(highlight=False, markup=False, soft_wrap=False, emoji=False)


def table(*columns: str) -> Table:
    """Return an empty table in the house's look."""
    made = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        made.add_column(name, overflow="fold")
    return made


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in a list: short `cells` under the columns; below them `line`, cut to fit, and `why`, in full."""

    cells: tuple[str, ...]
    line: str = ""
    why: str = ""


def print_rows(columns: Sequence[str], rows: Sequence[Row], margin: int | None = None) -> None:
    """Print a list that stays readable in 80 columns, however long the addresses and subjects are.

    What stands below the cells begins under the second column, or behind `margin` blanks.
    """
    page = console()
    lines = [tuple(columns), *(tuple(clean(cell) for cell in row.cells) for row in rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    below = " " * (widths[0] + len(GAP) if margin is None else margin)
    page.print(_fitted(_in_columns(lines[0], widths), page, "bold"))
    for row, cells in zip(rows, lines[1:], strict=True):
        page.print(_fitted(_in_columns(cells, widths), page))
        if row.line:
            page.print(below + cut(row.line, page.width - len(below)))
        print_indented(page, " ".join(row.why.split()), below, "italic")


def print_indented(page: Console, text: str, margin: str, style: str = "") -> None:
    """Print `text`, made harmless and wrapped to the page, each line behind `margin`; nothing for no text."""
    cleaned = Text(clean(text.strip("\n")).expandtabs(4), style=style)
    for line in cleaned.wrap(page, max(20, page.width - cell_len(margin))) if text.strip() else ():
        shown = Text.assemble(margin, line)
        shown.rstrip()
        page.print(shown)


def print_hanging(page: Console, text: Text, margin: str = "    ") -> None:
    """Print a line that may be too long; what wraps stands behind the margin."""
    first, *rest = text.wrap(page, max(20, page.width - cell_len(margin)))
    for before, line in [("", first), *((margin, line) for line in rest)]:
        line.rstrip()
        page.print(Text.assemble(before, line))


def wrapped(text: str, margin: str) -> list[str]:
    """Return a text in lines for a terminal of 80 columns, each behind the margin."""
    return textwrap.wrap(text, 79, initial_indent=margin, subsequent_indent=margin)


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one.

    >>> counted(1, "mail"), counted(2, "mail")
    ('1 mail', '2 mails')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def cut(text: str, width: int) -> str:
    """Return `text` on one line of at most `width` columns of a terminal; a cut shows as an ellipsis."""
    shown = Text(" ".join(clean(text).split()))
    shown.truncate(width, overflow="ellipsis")
    return shown.plain


def _in_columns(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = (cell + " " * (width - cell_len(cell)) for cell, width in zip(cells, widths, strict=True))
    return GAP.join(padded).rstrip()


def _fitted(line: str, page: Console, style: str = "") -> Text:
    text = Text(line, style=style)
    text.truncate(page.width, overflow="ellipsis")
    return text
