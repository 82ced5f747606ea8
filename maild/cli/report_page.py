"""A report as one HTML file to look at and to print: no script, nothing from elsewhere, private.

Every text of a mail goes through `clean` and through the escaping of the template engine.
"""

import os
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FunctionLoader, StrictUndefined

from maild.errors import UserError


def render_page(template: str, **facts: object) -> str:
    """Return the page that a template of this folder makes of the facts."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        loader=FunctionLoader(lambda name: (files("maild.cli") / name).read_text(encoding="utf-8")),
    )
    return environment.get_template(template).render(**facts)


def must_be_writable(path: Path) -> None:
    """Raise UserError where a page can't be written to `path`: better before an hour of work than after it."""
    place = path if path.exists() else path.absolute().parent
    if not place.exists():
        raise UserError(f"{path}: can't be written: there is no folder {path.parent}")
    if path.is_dir() or not os.access(place, os.W_OK):
        raise UserError(f"{path}: can't be written: {'it is a folder' if path.is_dir() else 'not allowed'}")


def write_private(path: Path, page: str) -> None:
    """Write a page, readable by us alone: it quotes people's mail. Raises UserError."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(page)
    except OSError as error:
        raise UserError(f"{path}: can't be written: {error.strerror}") from None
