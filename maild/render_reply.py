"""A row of the outbox as words: the template of its kind, filled with its facts, in the language of its reader.

A row holds facts and no text, so the same words are made twice: when the mail leaves, and when an answer to it comes
and what it quotes of us must be known.
"""

from collections.abc import Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo

from maild.core.actions import Fact
from maild.desk import Desk
from maild.store.outbox_row import Row
from replies.render import Rendered


def render_reply(row: Row, desk: Desk) -> Rendered:
    """Return subject, text and HTML of the row; raises ReplyError where its template fails on its facts.

    Facts may name the `language` and the `zone` of the reader; else a customer is told in the language of the
    incident, and everybody by the clocks of the service.
    """
    facts = {**row.facts, **common_facts(row, desk)}
    language = str(row.facts.get("language", "")) or (row.language if row.audience == "customer" else "")
    return desk.config.templates.render(row.kind, facts, language=language, zone=zone_of(row, desk))


def zone_of(row: Row, desk: Desk) -> tzinfo:
    """Return the zone whose clocks the reader goes by: that of the facts, if there is one of that name."""
    name = str(row.facts.get("zone", ""))
    try:
        return ZoneInfo(name) if name else desk.rules.policy.calendar.zone
    except (KeyError, ValueError, OSError):  # this machine does not know it
        return desk.rules.policy.calendar.zone


def common_facts(row: Row, desk: Desk) -> Mapping[str, Fact]:
    """Return the facts that every reply may use; `arrival` is the mail that caused it, 0 where none did.

    `how` are the commands by which a person looks at that mail and has it handled again.
    """
    kind, _, number = row.cause.partition(":")
    return {
        "how": [f"maild quarantine {verb} {number}" for verb in ("show", "replay", "release")],
        "service": desk.config.service.name,
        "address": desk.config.service.address,
        "number": row.incident or 0,
        "arrival": int(number) if kind == "arrival" and number.isdigit() else 0,
    }
