"""Apply what was decided: the one place that carries out actions, all of them in the transaction it is given.

Each action has one small function, found in a table by its type. What they have in common, the incident at
hand and the rows that are written at the end in one statement a table, is in recording.py; mails of ours in
record_replies.py.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, update

from classifiers.settings import Evidence, Verdict
from maild.core.actions import (
    Action,
    AddEntry,
    AddParty,
    AskConfirmation,
    ClockHappened,
    Correct,
    Dispose,
    FireStep,
    Flag,
    ForIncident,
    GiveBack,
    Grant,
    KeepSilent,
    LiftSuppression,
    MergeInto,
    MoveCharges,
    NoteBounce,
    NoteMorning,
    OpenIncident,
    QueueReply,
    Recompute,
    Release,
    ReleaseEntry,
    RememberThread,
    Reserve,
    SendGathered,
    SetHotrush,
    SetOwner,
    SetPriority,
    SetScope,
    SetState,
    Spend,
    Suppress,
    Unflag,
    UseConfirmation,
    WaitStep,
)
from maild.core.incident import ENDED_STATES
from maild.core.limits import Limits
from maild.core.message import Address
from maild.errors import Overtaken
from maild.store.columns import insert_or_skip
from maild.store.corrections import correct
from maild.store.customers import address_ids, lift, suppress
from maild.store.digest import note_morning
from maild.store.messages import usable_id
from maild.store.record_charges import give_back, grant, move_charges, release, reserve, set_hotrush, spend
from maild.store.record_clocks import clock_happened, fire_step, recompute, wait_step
from maild.store.record_life import flag, merge_into, set_owner, set_scope, unflag
from maild.store.record_replies import ask_confirmation, queue_reply
from maild.store.recording import MailCame, Occasion, PersonDid, Recording, Replayed, Row, TimeCame, plain
from maild.store.staff_lists import send_gathered
from maild.store.tables import ancestor, confirmation, entry, incident, outbox, verdict

__all__ = ["APPLY", "MailCame", "Occasion", "PersonDid", "Recorded", "Replayed", "TimeCame", "record"]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What came of it: the incident last at hand, the mail's arrival, how many mails were queued."""

    incident: int | None
    arrival: int | None
    queued: int


def record(
    tx: Connection,
    actions: Sequence[Action],
    occasion: Occasion,
    *,
    incident: int | None,
    now: datetime,
    limits: Limits,
) -> Recorded:
    """Apply what was decided at `now` because of `occasion`; `incident` is the one matched, if any.

    Raises Overtaken where another transaction changed meanwhile what the decision was made on: the caller
    undoes this one and decides again.
    """
    addresses = address_ids(tx, _addresses(actions), now)
    work = Recording(tx, occasion, now, limits, addresses, incident)
    for action in actions:
        APPLY[type(action)](work, action)
    work.finish()
    return Recorded(work.incident, work.arrival(), work.queued)


def _addresses(actions: Iterable[Action]) -> Iterator[Address]:
    """Yield every address that the actions name, so that all are looked up at once."""
    for action in actions:
        found = getattr(action, _NAMES_ADDRESS.get(type(action), ""), None)
        if found is not None:
            yield found


_NAMES_ADDRESS: Mapping[type, str] = {
    OpenIncident: "requester",
    AddParty: "address",
    AddEntry: "author",
    AskConfirmation: "to",
    Correct: "by",
    QueueReply: "to",
    SetOwner: "owner",
    NoteMorning: "person",
}


def _dispose(work: Recording, action: Dispose) -> None:
    work.disposed = action


def _open_incident(work: Recording, action: OpenIncident) -> None:
    row: Row = {
        "state": "submitted",
        "subject": action.subject,
        "priority": action.priority,
        "scope": action.verdict.scope,
        "language": action.language,
        "flags": list(action.flags),
        "linked_to": action.linked_to,
        "opened_at": work.said_at(),
    }
    work.incident = work.tx.execute(_NEW_INCIDENT, row).scalar_one()
    work.add_party(action.requester, "requester", proven=action.proven)
    work.tx.execute(
        _NEW_VERDICT,
        _verdict_row(action.verdict)
        | {"incident": work.incident, "config_version": work.config_version(), "at": work.now},
    )


def _for_incident(work: Recording, action: ForIncident) -> None:
    work.incident = action.number


def _add_party(work: Recording, action: AddParty) -> None:
    work.add_party(action.address, action.role, proven=action.proven)


def _remember_thread(work: Recording, action: RememberThread) -> None:
    number = work.at_hand()
    rows = [{"message_id": one, "incident": number} for one in action.message_ids if usable_id(one)]
    if rows:
        # Sorted, so that two transactions with the same ids wait for each other, and not in a circle.
        rows.sort(key=lambda row: str(row["message_id"]))
        work.tx.execute(insert_or_skip(work.tx, ancestor), rows)


def _add_entry(work: Recording, action: AddEntry) -> None:
    row: Row = {
        "incident": work.at_hand(),
        "arrival": work.arrival(),
        "kind": action.kind,
        "state": action.state,
        "author": work.address(action.author) if action.author else None,
        "text": action.text,
        "commands": list(action.commands),
        "reasons": plain(action.reasons),
        "proven": action.proven,
        "at": work.said_at(),
        "message_id": action.message_id,
    }
    work.entry = work.tx.execute(_NEW_ENTRY, row).scalar_one()


def _release_entry(work: Recording, action: ReleaseEntry) -> None:
    released = work.tx.execute(_RELEASE, {"row": action.entry, "new_kind": action.kind})
    if released.rowcount != 1:
        raise Overtaken(f"entry {action.entry} is not held any more")
    work.entry = action.entry
    work.note("released", action.kind, action.reason)


def _use_confirmation(work: Recording, action: UseConfirmation) -> None:
    if work.tx.execute(_USE, {"row": action.confirmation, "at": work.now}).rowcount != 1:
        raise Overtaken(f"confirmation {action.confirmation} was used meanwhile")


def _set_state(work: Recording, action: SetState) -> None:
    closed_at = work.now if action.state in ENDED_STATES else None
    work.tx.execute(
        _SET_STATE, {"row": work.at_hand(), "new_state": action.state, "new_closed_at": closed_at}
    )
    work.note("state", action.state, action.reason)


def _set_priority(work: Recording, action: SetPriority) -> None:
    work.tx.execute(_SET_PRIORITY, {"row": work.at_hand(), "new_priority": action.priority})
    work.note("priority", action.priority, action.reason)


def _note_bounce(work: Recording, action: NoteBounce) -> None:
    why = action.reason
    if work.tx.execute(_CAME_BACK, {"row": action.mail, "why": why.name, "why_text": why.text}).rowcount != 1:
        raise Overtaken(f"that mail {action.mail} of ours came back was noted meanwhile")


def _suppress(work: Recording, action: Suppress) -> None:
    if suppress(work.tx, action.address.address, action.reason.name, work.now):
        work.note("suppressed", action.address.address, action.reason)


def _lift_suppression(work: Recording, action: LiftSuppression) -> None:
    if lift(work.tx, action.address.address):
        work.note("suppression_lifted", action.address.address, action.reason)


def _keep_silent(work: Recording, action: KeepSilent) -> None:
    work.note("silent", action.kind, action.reason)


def _verdict_row(verdict: Verdict) -> Row:
    return {
        "scope": verdict.scope,
        "scopes": list(verdict.scopes),
        "priority": verdict.priority,
        "in_scope": verdict.in_scope,
        "multi": verdict.multi,
        "evidence": [{name: getattr(one, name) for name in _OF_EVIDENCE} for one in verdict.evidence],
    }


APPLY: Mapping[type, Callable[[Recording, Any], None]] = MappingProxyType(
    {
        Dispose: _dispose,
        OpenIncident: _open_incident,
        ForIncident: _for_incident,
        AddParty: _add_party,
        RememberThread: _remember_thread,
        AddEntry: _add_entry,
        ReleaseEntry: _release_entry,
        UseConfirmation: _use_confirmation,
        AskConfirmation: ask_confirmation,
        SetState: _set_state,
        SetPriority: _set_priority,
        SetOwner: set_owner,
        SetScope: set_scope,
        Flag: flag,
        Unflag: unflag,
        MergeInto: merge_into,
        Correct: correct,
        ClockHappened: clock_happened,
        Recompute: recompute,
        NoteBounce: _note_bounce,
        Suppress: _suppress,
        LiftSuppression: _lift_suppression,
        FireStep: fire_step,
        WaitStep: wait_step,
        QueueReply: queue_reply,
        Reserve: reserve,
        Spend: spend,
        Release: release,
        GiveBack: give_back,
        MoveCharges: move_charges,
        Grant: grant,
        SetHotrush: set_hotrush,
        SendGathered: send_gathered,
        NoteMorning: note_morning,
        KeepSilent: _keep_silent,
    }
)

_OF_EVIDENCE = tuple(field.name for field in fields(Evidence))
_NEW_INCIDENT = incident.insert().returning(incident.c.number)
_NEW_ENTRY = entry.insert().returning(entry.c.id)
_NEW_VERDICT = verdict.insert()
_RELEASE = (
    update(entry)
    .where(entry.c.id == bindparam("row"), entry.c.state == "held")
    .values(state="released", kind=bindparam("new_kind"))
)
_USE = (
    update(confirmation)
    .where(confirmation.c.id == bindparam("row"), confirmation.c.used_at.is_(None))
    .values(used_at=bindparam("at"))
)
_SET_STATE = (
    update(incident)
    .where(incident.c.number == bindparam("row"))
    .values(state=bindparam("new_state"), closed_at=bindparam("new_closed_at"))
)
_SET_PRIORITY = (
    update(incident).where(incident.c.number == bindparam("row")).values(priority=bindparam("new_priority"))
)
_CAME_BACK = (
    update(outbox)
    .where(outbox.c.id == bindparam("row"), outbox.c.sent_at.is_not(None), outbox.c.reason.is_(None))
    .values(reason=bindparam("why"), reason_text=bindparam("why_text"))
)
