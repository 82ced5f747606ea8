"""`maild show N --mail M`: one mail of an incident as it came, and its files in a folder."""

import sys
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import click

from maild.cli.common import clean, open_store
from maild.core.message import Attachment
from maild.core.writing.attached_files import named
from maild.core.writing.write_mime import file_name
from maild.errors import Unreadable, UserError

if TYPE_CHECKING:
    from maild.config.settings import Config

SHOWN_FIELDS = ("From", "Reply-To", "To", "Cc", "Date", "Message-ID")
NAME_BYTES = 200  # of a file's name: file systems take 255, and a number may have to be added


def show_mail(config: "Config", number: int, mail: int, *, raw: bool, folder: Path | None) -> None:
    """Print mail `mail` of incident `number` and write its files to `folder`; raises NotFound or UserError."""
    from maild.store import messages

    with open_store(config) as database, database.read() as tx:
        content, files = messages.mail_of(tx, number, mail)
    if folder is not None:
        for file, path in save(files, folder):
            click.echo(f"{clean(str(path))} ({file.size} bytes)", err=raw)
        if not files:
            click.echo(f"mail {mail} has no files", err=raw)
    if raw:
        sys.stdout.buffer.write(content)
    elif folder is None:
        click.echo(clean(page(content, config, files)))


def page(content: bytes, config: "Config", files: Sequence[Attachment]) -> str:
    """Return a mail as text: who wrote to whom, and all of its words, quotes and signature too."""
    from maild.isolate import ReaderPool

    try:
        with ReaderPool(config.limits) as reader:
            message = reader.read(content)
    except Unreadable:
        return content.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    fields = [f"{name}: {value}" for name in SHOWN_FIELDS for value in message.all(name)]
    kept = [f"File: {named(file)}" for file in files]
    return "\n".join([*fields, f"Subject: {message.subject}", *kept, "", message.text.rstrip("\n")])


def save(files: Sequence[Attachment], folder: Path) -> Iterator[tuple[Attachment, Path]]:
    """Write each file under a harmless name that is free in `folder`; yield it and where it is."""
    try:
        folder.mkdir(exist_ok=True)
        for file in files:
            yield file, _write(file, folder)
    except OSError as error:
        raise UserError(f"--save-files {folder}: {error.strerror or error}") from error


def _write(file: Attachment, folder: Path) -> Path:
    """Write one file, which is never one that was there before, and never what a link points to."""
    for path in (folder / name for name in _names(file_name(file.name))):
        try:
            with path.open("xb") as new:
                new.write(file.content)
        except FileExistsError:
            continue
        return path
    raise AssertionError("numbers do not end")


def _names(name: str) -> Iterator[str]:
    """Yield a file's name, then the same with a number: `a.txt`, `a-2.txt`, `a-3.txt`."""
    stem, suffix = Path(name).stem, Path(name).suffix
    stem = stem.encode()[: NAME_BYTES - len(suffix.encode())].decode(errors="ignore")
    yield stem + suffix
    yield from (f"{stem}-{number}{suffix}" for number in count(2))
