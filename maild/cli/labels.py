"""A file of labels: what is right, said by a person, of texts in the file itself, of incidents or of mails."""

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from classifiers.settings import About, Priority
from maild.cli.json_lines import Object, json_lines, sender_of, subject_and_body
from maild.core.deciding.backtest import Mail, Truth
from maild.core.understanding.new_text import split_text
from maild.errors import UserError

Names = Literal["subject", "incident", "message_id"]
NAMES: tuple[Names, ...] = get_args(Names)
PRIORITIES: tuple[str, ...] = get_args(Priority)


@dataclass(frozen=True, slots=True)
class Labels:
    """Where the labels are, what each line names its mail by, and the ids of all scopes that there are."""

    path: Path
    by: Names
    scopes: Container[str]

    def mails(self) -> Iterator[Mail]:
        """Yield the mails of a file of texts, as if each had opened an incident; raises UserError."""
        for place, given in _alike(self.path, "subject"):
            subject, body = subject_and_body(given, place)
            yield Mail(
                name=str(given.get("id", place)),
                subject=subject,
                body=split_text(body).new,
                at=_instant(given, place),
                truth=_truth(given, place, self.scopes),
                about=About(sender=sender_of(given, place)),
            )

    def truths(self) -> dict[str, Truth]:
        """Return what is right by the name of the mail: the number of its incident, or its Message-ID."""
        lines = _alike(self.path, self.by)
        return {str(given[self.by]): _truth(given, place, self.scopes) for place, given in lines}


def read_labels(path: Path, scopes: Container[str]) -> Labels:
    """Return the labels of a file, whose first line tells which kind it is; raises UserError."""
    place, first = next(json_lines(path), (str(path), {}))
    if not first:
        raise UserError(f"{place}: holds no labels")
    by = next((name for name in NAMES if name in first), None)
    if by is None:
        raise UserError(f'{place}: must say which mail it means, by "subject", "incident" or "message_id"')
    return Labels(path, by, scopes)


def _alike(path: Path, by: Names) -> Iterator[tuple[str, Object]]:
    """Yield the objects of the file, all of the kind of its first."""
    for place, given in json_lines(path):
        if by not in given:
            raise UserError(f'{place}: has no "{by}", by which the first line names its mail')
        yield place, given


def _truth(given: Object, place: str, scopes: Container[str]) -> Truth:
    """Return what a line says is right; a word that no rule knows is a slip of the pen."""
    scope, priority = given.get("scope"), given.get("priority")
    if scope is None and priority is None:
        raise UserError(f'{place}: says neither "scope" nor "priority"')
    if scope is not None and (not isinstance(scope, str) or scope not in scopes):
        raise UserError(f"{place}: neither config has a scope {scope!r}")
    if priority is not None and priority not in PRIORITIES:
        raise UserError(f"{place}: priority {priority!r} is none of {', '.join(PRIORITIES)}")
    return Truth(scope, priority)


def _instant(given: Object, place: str) -> datetime | None:
    at = given.get("at")
    if at is None:
        return None
    try:
        instant = datetime.fromisoformat(at)
    except (TypeError, ValueError):
        raise UserError(f'{place}: "at" must be a time such as 2026-03-02T09:00:00Z') from None
    if instant.tzinfo is None:
        raise UserError(f'{place}: "at" must name its zone: 2026-03-02T09:00:00Z')
    return instant
