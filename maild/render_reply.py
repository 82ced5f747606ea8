"""A row of the outbox as words: the template of its kind, filled with its facts, in the language of its reader.

A row holds facts and no text, so the same words are made twice: when the mail leaves, and when an answer to it comes
and what it quotes of us must be known.
"""

from collections.abc import Mapping
from datetime import tzinfo
from zoneinfo import ZoneInfo

from maild.core.actions import Fact
from maild.core.staff import staff_member, zone_of
from maild.desk import Desk
from maild.store.outbox_row import Row
from replies.render import Rendered


def render_reply(row: Row, desk: Desk) -> Rendered:
    """Return subject, text and HTML of the row; raises ReplyError where its template fails on its facts."""
    language, zone = reader_of(row, desk)
    facts = {**row.facts, **common_facts(row, desk)}
    return desk.config.templates.render(row.kind, facts, language=language, zone=zone)


def reader_of(row: Row, desk: Desk) -> tuple[str, tzinfo]:
    """Return the language of the mail and the zone whose clocks it goes by, "" for the language of the service.

    Facts may name both, as `language` and `zone`. Else staff have those of their [[staff]], and a customer the
    language of the incident; whoever's zone is not known has the clocks of the service.
    """
    service = desk.rules.policy.calendar
    language, zone = row.language, _zone_named(row.zone, service.zone)
    if row.audience == "staff":
        member = staff_member(desk.rules.staff, row.recipient.address)
        language, zone = (member.language, zone_of(member, service)) if member else ("", service.zone)
    return str(row.facts.get("language", "")) or language, _zone_named(row.facts.get("zone"), zone)


def _zone_named(name: Fact | None, else_: tzinfo) -> tzinfo:
    """Return the zone of that name, or `else_` where there is no name or this machine does not know it."""
    try:
        return ZoneInfo(str(name)) if name else else_
    except (KeyError, ValueError, OSError):
        return else_


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
