"""What a list says in place of many notifications (rule 5): a line for each incident, the most urgent first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from maild.core.actions import Fact
from maild.core.incident import Priority
from maild.core.writing.time_words import instant

# The notifications that a list can stand for, and what it calls one and several of them. What a colleague wrote is
# none of them: it is written by a person, and takes no place from the mail of customers.
GATHERED: Mapping[str, tuple[str, str]] = {
    "staff_new_incident": ("new request", "new requests"),
    "staff_new_message": ("new mail", "new mails"),
    "assigned": ("given to you", "given to you"),
    "reminder": ("reminder", "reminders"),
    "withheld_notice": ("mail that can't be fetched", "mails that can't be fetched"),
}
WORDS = {**GATHERED, "late": ("answer is late", "reminders of a late answer")}
# Those that are of no use in a list where the incident is out of queue.
URGENT = ("staff_new_incident", "staff_new_message", "assigned")
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Gathered:
    """One notification that a list stands for: its row in the outbox, kind and facts, and how its incident is now.

    `number` is 0 where it is about no incident; `due_at` is None where no clock runs.
    """

    id: int
    number: int
    kind: str
    facts: Mapping[str, Fact]
    priority: Priority | None = None
    due_at: datetime | None = None


def list_items(gathered: Iterable[Gathered]) -> list[dict[str, str]]:
    """Return the lines of the list: HotRush first, then by due time; all of one incident is one line."""
    lines: dict[tuple[int, int], list[Gathered]] = {}
    for one in sorted(gathered, key=lambda one: one.id):
        lines.setdefault((one.number, 0 if one.number else one.id), []).append(one)
    return [_item(line) for line in sorted(lines.values(), key=_urgency)]


def _urgency(line: Sequence[Gathered]) -> tuple[bool, bool, datetime, int]:
    newest = line[-1]
    return (newest.priority != "hotrush", not newest.number, newest.due_at or _LAST, line[0].id)


def _item(line: Sequence[Gathered]) -> dict[str, str]:
    newest = line[-1]
    return {
        "number": str(newest.number),
        "what": _what(line),
        "priority": newest.priority or "",
        "due": instant(newest.due_at),
    }


def _what(line: Sequence[Gathered]) -> str:
    """Return what happened, in order, and the subject: `new request, 2 new mails: The checkout is down`."""
    counts: dict[str, int] = {}
    for one in line:
        kind = "late" if one.kind == "reminder" and one.facts.get("late") else one.kind
        counts[kind] = counts.get(kind, 0) + 1
    what = ", ".join(
        WORDS[kind][0] if count == 1 else f"{count} {WORDS[kind][1]}" for kind, count in counts.items()
    )
    facts = line[-1].facts
    subject = facts.get("subject") or (f"UID {facts['uid']} of {facts['mailbox']}" if "uid" in facts else "")
    return f"{what}: {subject}" if subject else what
