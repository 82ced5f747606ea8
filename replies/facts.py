"""What a fact of a reply is: its sentence, its shape, an example; and short ways to write these down.

A fact is a plain value, for it is stored with the mail until the mail leaves. What depends on the reader's language
is stored as an id or an instant and becomes words when the mail is written; a value that is no such id is taken as
words already, which is how rows of an older maild still leave.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

Value = str | int | bool | list[str] | list[dict[str, str]]
Shape = Literal[
    "line",
    "text",
    "words of ours",
    "number",
    "yes or no",
    "instant",
    "duration",
    "priority",
    "state",
    "scope",
    "charge",
    "kind bought",
    "list of lines",
    "list of scopes",
    "list of rows",
]
Audience = Literal["customer", "staff"]


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact: what it says, its shape, an example; of rows, the shapes of columns that are not lines.

    A fact with a `default` may be left out by whoever asks for the reply: mails that were queued before a
    fact was thought of must still leave.
    """

    sentence: str
    shape: Shape
    example: Value
    default: Value | None = None
    columns: Mapping[str, Shape] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """One kind of mail that we write: when it leaves, who reads it, the facts its template may use."""

    sentence: str
    audience: Audience
    facts: Mapping[str, Fact] = field(default_factory=dict)


def line(sentence: str, example: str, default: str | None = None) -> Fact:
    """Return a fact of one line."""
    return Fact(sentence, "line", example, default)


def text(sentence: str, example: str, default: str | None = None) -> Fact:
    """Return a fact of many lines, written by somebody else: shown as it was typed."""
    return Fact(sentence, "text", example, default)


def own_words(sentence: str, example: str) -> Fact:
    """Return a fact that the people who run the service wrote: paragraphs, whose web addresses become links."""
    return Fact(sentence, "words of ours", example, default="")


def number(sentence: str, example: int, default: int | None = None) -> Fact:
    """Return a fact that is a number."""
    return Fact(sentence, "number", example, default)


def yes_no(sentence: str, *, example: bool, default: bool | None = None) -> Fact:
    """Return a fact that is true or false."""
    return Fact(sentence, "yes or no", example, default)


def instant(sentence: str, default: str | None = None) -> Fact:
    """Return a fact that is an instant."""
    return Fact(sentence, "instant", EXAMPLE_INSTANT, default)


def lines(sentence: str, *example: str, default: list[str] | None = None) -> Fact:
    """Return a fact that is a list of lines."""
    return Fact(sentence, "list of lines", list(example), default)


def rows(sentence: str, **example: str) -> Fact:
    """Return a fact that is a list of rows with these columns."""
    return Fact(sentence, "list of rows", [example], columns=_COLUMNS)


def rows_or_none(sentence: str, **example: str) -> Fact:
    """Return a fact that is a list of rows, and is empty where it is left out."""
    return Fact(sentence, "list of rows", [example], [], _COLUMNS)


def balance(sentence: str) -> Fact:
    """Return a fact that says what somebody has left, in rows."""
    example = [{"what": "points", "left": "120"}, {"what": "subscription", "left": EXAMPLE_INSTANT}]
    return Fact(sentence, "list of rows", example, [], {"what": "kind bought", "left": "instant"})


_COLUMNS: Mapping[str, Shape] = MappingProxyType({"text": "text", "due": "instant", "priority": "priority"})
EXAMPLE_INSTANT = "2026-11-23T11:00:00Z"

COMMON: Mapping[str, Fact] = MappingProxyType(
    {
        "service": line("The name of the service, as configured.", "Example Support"),
        "address": line("The support address that customers write to.", "support@example.com"),
        "number": number("The number of the incident; 0 where the mail is about none.", 1003),
    }
)


def reply(sentence: str, audience: Audience, **facts: Fact) -> Reply:
    """Return a reply with its facts and the common ones."""
    return Reply(sentence, audience, MappingProxyType({**COMMON, **facts}))
