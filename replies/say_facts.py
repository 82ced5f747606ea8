"""Facts in the words of a reader: ids, instants and durations said in a language, and every string cleaned.

Whatever has another form than its shape says is words already and stays, so that mails which an older maild queued
still leave.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from replies.clean import one_line, plain_text
from replies.facts import Fact, Shape, Value
from replies.language import Language
from replies.languages import ENGLISH
from replies.moments import minutes_words, moment, read_instant

_CHARGE = re.compile(r"(?:([0-9]{1,9}) )?([A-Za-z][A-Za-z ]{0,30}?)s?")


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a mail: the language, the zone of their clocks, and the labels of the scopes in that language."""

    language: Language = ENGLISH
    zone: tzinfo = UTC
    labels: Mapping[str, str] = field(default_factory=dict)


def say_fact(name: str, fact: Fact, value: object, reader: Reader) -> Value:
    """Return one fact as its template gets it; raises ValueError where it is no plain value."""
    if isinstance(value, str):
        return say_cell(value, fact.shape, reader)
    if isinstance(value, int):
        return minutes_words(value, reader.language) if fact.shape == "duration" else value
    if isinstance(value, list) and all(isinstance(item, dict) for item in value):
        return [_say_row(row, fact.columns, reader) for row in value]
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        shape: Shape = "scope" if fact.shape == "list of scopes" else "line"
        return [say_cell(item, shape, reader) for item in value]
    raise ValueError(f"the fact {name} is no plain value: {type(value).__name__}")


def _say_row(row: Mapping[str, object], columns: Mapping[str, Shape], reader: Reader) -> dict[str, str]:
    """Return a row with each column said by its shape; what a column `left` holds is the end of something."""
    said = {key: say_cell(str(cell), columns.get(key, "line"), reader) for key, cell in row.items()}
    if columns.get("left") == "instant" and (end := read_instant(str(row.get("left", "")))):
        local = end.astimezone(reader.zone)
        months = reader.language.months
        said["left"] = reader.language.until.format(
            day=local.day, month=months[local.month - 1], year=local.year
        )
    return said


def say_cell(value: str, shape: Shape, reader: Reader) -> str:
    """Return a string by its shape, clean: what is one line stays one, whatever a stranger wrote."""
    if shape in ("text", "words of ours"):
        return plain_text(value)
    line = one_line(value)
    language = reader.language
    match shape:
        case "instant":
            return moment(line, reader.zone, language)
        case "priority":
            return language.priorities.get(line, line)
        case "state":
            return language.states.get(line.replace(" ", "_"), line)
        case "scope":
            return one_line(reader.labels.get(line, language.scopes.get(line, line)))
        case "charge":
            return say_charge(line, language)
        case "kind bought":
            found = _CHARGE.fullmatch(line)
            forms = language.bought.get(found[2].casefold()) if found else None
            return forms[-1] if forms else line
        case _:
            return line


def say_charge(charge: str, language: Language) -> str:
    """Return what something costs, such as `1 urgent incident` or `60 points`, in the language.

    Several charges may stand behind each other with ` + ` or a comma; what is no charge stays as it is.
    """
    parts = re.split(r" \+ |, ", charge)
    said = [_one_charge(part, language) for part in parts]
    return charge if None in said else " + ".join(map(str, said))


def _one_charge(part: str, language: Language) -> str | None:
    found = _CHARGE.fullmatch(part)
    forms = language.bought.get(found[2].casefold()) if found else None
    if found is None or forms is None:
        return None
    return language.counted(int(found[1]), forms) if found[1] and len(forms) > 1 else forms[0]
