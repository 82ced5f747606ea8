"""Mails of ours that a decision asks for: rows in the outbox, and requests to confirm, many in one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row as Found
from sqlalchemy import bindparam, select, update

from maild.core.actions import AskConfirmation, QueueReply
from maild.core.reasons import because
from maild.store.recording import Recording
from maild.store.tables import confirmation, entry, outbox

HOUR = timedelta(hours=1)
_OF_AN_ENTRY = frozenset({"answer", "colleague_wrote"})

# Those not used yet: who confirms promptly is never slowed down. The newest first, and locked, so that the mail we
# add a line to does not leave between reading and writing.
_ASKED = (
    select(confirmation.c.id, confirmation.c.created_at, outbox.c.id.label("mail"))
    .add_columns(outbox.c.state, outbox.c.cause, outbox.c.facts)
    .join(outbox, outbox.c.confirmation == confirmation.c.id)
    .where(confirmation.c.address == bindparam("person"), confirmation.c.used_at.is_(None))
    .order_by(confirmation.c.id.desc())
    .limit(bindparam("most"))
    .with_for_update(of=outbox)
)
_NEW = confirmation.insert().returning(confirmation.c.id)
_ADD_ITEM = (
    update(outbox)
    .where(outbox.c.id == bindparam("mail"))
    .values(facts=bindparam("new_facts", type_=outbox.c.facts.type))
)
_ATTACH = update(entry).where(entry.c.id == bindparam("row")).values(confirmation=bindparam("asked"))


def queue_reply(work: Recording, action: QueueReply) -> None:
    """Queue one mail to one recipient; asked for again for the same cause, it is not made twice.

    An acknowledgement has the same cause whatever brought it, so that an incident gets one; an answer is caused
    by its entry, and so is word of it to the colleagues, for one confirmation may release several.
    """
    if action.audience == "staff" and work.incident is not None:
        # Who joined the staff later is told as well, and may answer what they are told (rule 11).
        work.add_party(action.to, "staff", proven=False)
    cause = "opened" if action.kind == "acknowledgement" else work.cause()
    if action.kind in _OF_AN_ENTRY and work.entry is not None:
        cause = f"entry:{work.entry}"
    if action.cause:
        cause = action.cause
    work.add_mail(
        action.to,
        cause,
        {
            "incident": work.incident,
            "kind": action.kind,
            "audience": action.audience,
            "automatic": action.automatic,
            "proven": action.proven,
            "facts": dict(action.facts),
            "in_reply_to": action.in_reply_to,
            "entry": work.entry if action.with_attachments else None,
        },
    )


def ask_confirmation(work: Recording, action: AskConfirmation) -> None:
    """Ask for the entry just added: in a mail of its own, or as one more item of one that has not left yet.

    A person gets so many of these mails an hour and leaves them unused; what is more waits, and grows into one list
    (rule 11).
    """
    if work.entry is None:
        raise ValueError("a confirmation is about an entry, and none was added")
    person, most = work.address(action.to), max(1, work.limits.confirmations_per_hour)
    asked = work.tx.execute(_ASKED, {"person": person, "most": most}).all()
    waiting = next((one for one in asked if _still_grows(one, work)), None)
    if waiting is not None:
        items = [*waiting.facts["items"], dict(action.item)]
        work.tx.execute(_ADD_ITEM, {"mail": waiting.mail, "new_facts": waiting.facts | {"items": items}})
        number = waiting.id
    else:
        number = work.tx.execute(_NEW, {"address": person, "created_at": work.now}).scalar_one()
        _queue_request(work, action, number, _hold_until(asked, most, work.now))
    work.tx.execute(_ATTACH, {"row": work.entry, "asked": number})


def _still_grows(asked: Found[*tuple[Any, ...]], work: Recording) -> bool:
    """Say whether a request can take one more item: it waits, or this same mail asked for it."""
    held: bool = asked.state == "held"
    return held or (asked.state == "queued" and work.cause() == asked.cause)


def _hold_until(asked: Sequence[Found[*tuple[Any, ...]]], most: int, now: datetime) -> datetime | None:
    """Return when the hour frees a place, or None where one is free now."""
    recent = [one.created_at for one in asked if one.created_at > now - HOUR]
    oldest: datetime | None = recent[-1] if len(recent) >= most else None
    return oldest + HOUR if oldest is not None else None


def _queue_request(work: Recording, action: AskConfirmation, number: int, until: datetime | None) -> None:
    row = {
        "facts": {"items": [dict(action.item)], "why": action.why},
        "audience": "staff",
        "proven": True,
        "confirmation": number,
    }
    if until is not None:
        why = because("cap_confirmations", count=work.limits.confirmations_per_hour)
        row |= {"state": "held", "not_before": until, "reason": why.name, "reason_text": why.text}
    # It is about a person, not an incident: its items may be of several.
    row |= {"incident": None, "kind": "confirmation", "in_reply_to": work.message_id()}
    work.add_mail(action.to, work.cause(), row)
    work.queue()
