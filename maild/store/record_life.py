"""Apply what was decided about an incident's life beside its state: owner, scope, flags, what it was merged into."""

from collections.abc import Callable

from sqlalchemy import bindparam, literal, select, update

from maild.core.actions import Flag, MergeInto, SetOwner, SetScope, Unflag
from maild.core.reasons import Reason
from maild.errors import Overtaken
from maild.store.columns import insert_or_skip
from maild.store.recording import Recording
from maild.store.tables import incident, party


def set_owner(work: Recording, action: SetOwner) -> None:
    """Give the incident at hand its owner, or take it from them."""
    owner = work.address(action.owner) if action.owner else None
    work.tx.execute(
        _SET_OWNER, {"row": work.at_hand(), "new_owner": owner, "at": work.now if action.owner else None}
    )
    work.note("owner", action.owner.address if action.owner else "", action.reason)


def set_scope(work: Recording, action: SetScope) -> None:
    """Let the incident at hand be about another problem; its verdict stays what it was."""
    work.tx.execute(_SET_SCOPE, {"row": work.at_hand(), "new_scope": action.scope})
    work.note("scope", action.scope, action.reason)


def flag(work: Recording, action: Flag) -> None:
    """Mark the incident at hand, once."""
    _change_flags(work, lambda flags: list(dict.fromkeys((*flags, action.flag))), "flag", action)


def unflag(work: Recording, action: Unflag) -> None:
    """Take a mark off the incident at hand."""
    _change_flags(work, lambda flags: [one for one in flags if one != action.flag], "unflag", action)


def merge_into(work: Recording, action: MergeInto) -> None:
    """End the incident at hand as merged; who took part in it takes part in the other, and both say so.

    The roles of the elder hold: its requester stays the one that it has.
    """
    younger = work.at_hand()
    row = {"row": younger, "elder": action.number, "at": work.now}
    if work.tx.execute(_MERGE, row).rowcount != 1:
        raise Overtaken(f"incident {younger} was merged meanwhile, or {action.number} is not there")
    work.tx.execute(insert_or_skip(work.tx, party), _parties(work, younger, action.number))
    _note_on(work, younger, "state", "merged", action.reason)
    _note_on(work, action.number, "merged", f"#{younger}", action.reason)


def _parties(work: Recording, younger: int, elder: int) -> list[dict[str, object]]:
    """Return the parties of the younger as those of the elder, sorted so that two transactions wait in one order."""
    found = work.tx.execute(_PARTIES, {"younger": younger}).all()
    return [
        {
            "incident": elder,
            "address": one.address,
            "role": "cc" if one.role == "requester" else one.role,
            "proven": one.proven,
            "added_at": work.now,
        }
        for one in found
    ]


def _note_on(work: Recording, number: int, name: str, text: str, why: Reason) -> None:
    """Write down on one of two incidents what happened to both."""
    at_hand, work.incident = work.incident, number
    work.note(name, text, why)
    work.incident = at_hand


def _change_flags(
    work: Recording, change: Callable[[list[str]], list[str]], name: str, action: Flag | Unflag
) -> None:
    number = work.at_hand()
    before = list(work.tx.scalar(_FLAGS, {"row": number}) or ())
    after = change(before)
    if after != before:
        work.tx.execute(_SET_FLAGS, {"row": number, "new_flags": after})
        work.note(name, action.flag, action.reason)


_OF_INCIDENT = incident.c.number == bindparam("row")
_SET_OWNER = (
    update(incident).where(_OF_INCIDENT).values(owner=bindparam("new_owner"), owned_at=bindparam("at"))
)
_SET_SCOPE = update(incident).where(_OF_INCIDENT).values(scope=bindparam("new_scope"))
_FLAGS = select(incident.c.flags).where(_OF_INCIDENT)
_SET_FLAGS = (
    update(incident).where(_OF_INCIDENT).values(flags=bindparam("new_flags", type_=incident.c.flags.type))
)
_MERGE = (
    update(incident)
    .where(_OF_INCIDENT, incident.c.merged_into.is_(None))
    .values(state=literal("merged"), merged_into=bindparam("elder"), closed_at=bindparam("at"))
)
_PARTIES = select(party).where(party.c.incident == bindparam("younger")).order_by(party.c.address)
