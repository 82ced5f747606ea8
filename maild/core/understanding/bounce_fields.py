"""Read the fields of RFC 3464: groups between blank lines, one group a recipient."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Action = Literal["failed", "delayed", "delivered", "relayed", "expanded"]

FIELD_CHARS = 1_000
_MOST_GROUPS = 1_000


@dataclass(frozen=True, slots=True)
class Told:
    """What a report tells of one address, before it is judged: `original` is whom it was sent to, if told."""

    address: str
    original: str
    status: str
    action: Action
    said: str


def groups(text: str) -> Iterator[Mapping[str, str]]:
    """Yield the groups of fields between blank lines: lower-case names, unfolded values (RFC 3464 §2.1)."""
    for block in re.split(r"\n[ \t\r]*\n", text.replace("\r\n", "\n"))[:_MOST_GROUPS]:
        fields: dict[str, str] = {}
        last = ""
        for line in block.split("\n"):
            name, colon, value = line.partition(":")
            if line[:1] in " \t" and last:
                fields[last] = f"{fields[last]} {line.strip()}"[:FIELD_CHARS]
            elif colon and name.strip():
                last = name.strip().lower()[:100]
                fields.setdefault(last, value.strip()[:FIELD_CHARS])
        if fields:
            yield fields


def told_by(fields: Mapping[str, str]) -> Told | None:
    """Return what one group says of one recipient, or None where it speaks of the whole message."""
    final = typed(fields.get("final-recipient", ""))
    original = typed(fields.get("original-recipient", ""))
    named = [final, original, typed(fields.get("x-actual-recipient", ""))]
    address = next((one for one in named if "@" in one), final or original)
    if not address:
        return None
    diagnostic = fields.get("diagnostic-code", "")
    said = diagnostic.partition(";")[2].strip() if ";" in diagnostic[:40] else diagnostic
    given = _STATUS.search(fields.get("status", ""))
    status = best_status(given[0] if given else "", said)
    return Told(address, original, status, _action(_first_word(fields.get("action", "")), status), said)


def typed(value: str) -> str:
    """Return the address of `rfc822; someone@example.com` (RFC 3464 §2.3.2), without `<>`."""
    kind, semicolon, address = value.partition(";")
    return (address if semicolon else kind).strip().strip("<>").strip()


_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")
_FAILED_STATUS = re.compile(r"(?<![\d.])[45]\.\d{1,3}\.\d{1,3}(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])[0-5]\d(?![\d.])")


def best_status(given: str, said: str) -> str:
    """Return the most telling status: of the field if it has detail, else of the words, else a bare class."""
    if given and not given.endswith(".0.0"):
        return given
    told = _FAILED_STATUS.search(said)
    if told:
        return told[0]
    code = _REPLY_CODE.search(said)
    return given or (f"{code[1]}.0.0" if code else "")


def _first_word(value: str) -> str:
    return value.casefold().strip(" ;,.").partition(" ")[0].strip(";,.")


_ACTIONS: Mapping[str, Action] = {
    "failed": "failed",
    "delayed": "delayed",
    "delivered": "delivered",
    "relayed": "relayed",
    "expanded": "expanded",
}


def _action(said: str, status: str) -> Action:
    """Return one of the five actions (RFC 3464 §2.3.3); what is none of them is judged by its status."""
    found = _ACTIONS.get(said)
    if found is not None:
        return found
    return "delivered" if status.startswith("2.") and not said else "failed"
