"""Apply what was decided about what was bought: reserve, spend, release; each row of the ledger moves one way only.

The counter of the entitlement, the slot and the incident are each guarded by the database (account_tables.py), so
that a decision made on what is no longer so is overtaken, and made again.
"""

from collections.abc import Mapping, Sequence
from typing import Literal

from sqlalchemy import bindparam, or_, select, update

from maild.core.actions import GiveBack, Grant, MoveCharges, Release, Reserve, SetHotrush, Spend
from maild.core.message import Address
from maild.core.reasons import Reason
from maild.errors import Overtaken
from maild.store.account_tables import charge, entitlement
from maild.store.columns import insert_or_skip
from maild.store.entitlements import Bought, add
from maild.store.organisations import customer_of
from maild.store.recording import Recording, Row
from maild.store.tables import address, incident, party

NOTES: Mapping[str, str] = {"spent": "spent", "released": "released_charge"}  # what is noted of a new state
_TAKE = (
    update(entitlement)
    .where(
        entitlement.c.id == bindparam("row"),
        entitlement.c.revoked_at.is_(None),
        or_(entitlement.c.amount.is_(None), entitlement.c.used + bindparam("units") <= entitlement.c.amount),
    )
    .values(used=entitlement.c.used + bindparam("units"))
)
_GIVE_BACK = (
    update(entitlement)
    .where(entitlement.c.id == bindparam("row"))
    .values(used=entitlement.c.used - bindparam("units"))
)
_IS_LIVE = charge.c.state.in_(("reserved", "spent"))
_TAKEN_SLOTS = (
    select(charge.c.slot).where(charge.c.entitlement == bindparam("row"), _IS_LIVE).order_by(charge.c.slot)
)
# Locked by entitlement, in the order of their ids: whoever gives back several waits for others in that order too.
_OF_INCIDENT = (
    select(charge.c.id, charge.c.entitlement, charge.c.purpose, charge.c.part, charge.c.units, charge.c.state)
    .where(charge.c.incident == bindparam("number"), _IS_LIVE)
    .order_by(charge.c.entitlement, charge.c.id)
    .with_for_update()
)
_REQUESTER = (
    select(address.c.address, address.c.name)
    .join(party, party.c.address == address.c.id)
    .where(party.c.incident == bindparam("number"), party.c.role == "requester")
)
_SET_HOTRUSH = (
    update(incident)
    .where(incident.c.number == bindparam("row"))
    .values(hotrush=bindparam("new"), withdrawals=incident.c.withdrawals + bindparam("more"))
)
_TAKE_LESS = (
    update(charge).where(charge.c.id == bindparam("row")).values(units=charge.c.units - bindparam("units"))
)
_MOVE = (
    update(charge).where(charge.c.incident == bindparam("number"), _IS_LIVE).values(incident=bindparam("to"))
)
_SETTLE = (
    update(charge)
    .where(charge.c.id == bindparam("row"), charge.c.state == bindparam("was"))
    .values(state=bindparam("new_state"), settled_at=bindparam("at"), reason=bindparam("why"))
)


def reserve(work: Recording, action: Reserve) -> None:
    """Take what was chosen for the incident at hand; raises Overtaken where it is gone, or the incident has it."""
    number = work.at_hand()
    if work.tx.execute(_TAKE, {"row": action.entitlement, "units": action.units}).rowcount != 1:
        raise Overtaken(f"entitlement {action.entitlement} was used up or revoked meanwhile")
    row: Row = {
        "entitlement": action.entitlement,
        "slot": _free_slot(work.tx.scalars(_TAKEN_SLOTS, {"row": action.entitlement}).all()),
        "incident": number,
        "purpose": action.purpose,
        "part": action.part,
        "units": action.units,
        "state": "reserved",
        "reserved_at": work.now,
        "reason": action.reason.text,
    }
    if work.tx.scalar(insert_or_skip(work.tx, charge, charge.c.id), row) is None:
        raise Overtaken(f"something was reserved for incident {number} meanwhile")
    _note(work, "reserved", action.units, action.entitlement, action.purpose, action.reason)


def spend(work: Recording, action: Spend) -> None:
    """Turn what is reserved for the incident at hand into spent."""
    for one in _live(work, action.purpose):
        if one["state"] == "reserved":
            _settle(work, one, "spent", action.reason)


def release(work: Recording, action: Release) -> None:
    """Give back what the incident at hand takes."""
    for one in _live(work, action.purpose):
        if one["state"] == "reserved" or action.spent:
            _settle(work, one, "released", action.reason)
            work.tx.execute(_GIVE_BACK, {"row": one["entitlement"], "units": one["units"]})


def give_back(work: Recording, action: GiveBack) -> None:
    """Give back so many of the points that are reserved, the last part first; Overtaken where there are fewer."""
    left = action.units
    reserved = [one for one in _live(work, action.purpose) if one["state"] == "reserved"]
    for one in sorted(reserved, key=lambda row: -int(row["part"])):
        units = min(left, one["units"])
        left -= units
        if units == one["units"]:
            _settle(work, one, "released", action.reason)
        elif units:
            work.tx.execute(_TAKE_LESS, {"row": one["id"], "units": units})
            _note(work, "released_charge", units, one["entitlement"], action.purpose, action.reason)
        work.tx.execute(_GIVE_BACK, {"row": one["entitlement"], "units": units})
    if left:
        raise Overtaken(f"what was reserved for incident {work.at_hand()} was settled meanwhile")


def move_charges(work: Recording, action: MoveCharges) -> None:
    """Let another incident take what the one at hand does; nothing may pay for that one yet."""
    number = work.at_hand()
    work.tx.execute(_MOVE, {"number": number, "to": action.number})
    work.note("charges_moved", f"to #{action.number}", action.reason)
    work.incident = action.number
    work.note("charges_moved", f"from #{number}", action.reason)
    work.incident = number


def grant(work: Recording, action: Grant) -> None:
    """Give the requester of the incident at hand one thing more, and reserve it for the incident."""
    number = work.at_hand()
    who = work.tx.execute(_REQUESTER, {"number": number}).one()
    owner = customer_of(work.tx, Address(who.address, who.name), work.now)
    given = Bought(action.kind, work.now, option=action.option, note=f"#{number}: {action.reason.text}")
    row = add(work.tx, owner, given, work.now)
    assert row is not None, "what has no id elsewhere is always new"
    reserve(work, Reserve(row, action.purpose, 1, action.reason))


def set_hotrush(work: Recording, action: SetHotrush) -> None:
    """Write down what became of the HotRush of the incident at hand."""
    change = {"row": work.at_hand(), "new": action.hotrush, "more": int(action.counted)}
    work.tx.execute(_SET_HOTRUSH, change)
    work.note("hotrush", action.hotrush, action.reason)


def _live(work: Recording, purpose: str | None) -> list[Row]:
    found = work.tx.execute(_OF_INCIDENT, {"number": work.at_hand()})
    return [dict(row._mapping) for row in found if purpose in (None, row.purpose)]


def _settle(work: Recording, one: Row, state: Literal["spent", "released"], why: Reason) -> None:
    change = {"row": one["id"], "was": one["state"], "new_state": state, "at": work.now, "why": why.text}
    if work.tx.execute(_SETTLE, change).rowcount != 1:
        raise Overtaken(f"charge {one['id']} was settled meanwhile")
    _note(work, NOTES[state], one["units"], one["entitlement"], one["purpose"], why)


def _note(work: Recording, name: str, units: int, row: int, purpose: str, why: Reason) -> None:
    what = "1" if units == 1 else f"{units} points"
    work.note(name, f"{what} of entitlement {row}{', for HotRush' if purpose == 'hotrush' else ''}", why)


def _free_slot(taken: Sequence[int]) -> int:
    """Return the lowest number that is not among `taken`, which are sorted.

    >>> _free_slot([]), _free_slot([1, 2, 4]), _free_slot([2])
    (1, 3, 1)
    """
    return next((slot for slot, used in enumerate(taken, 1) if slot != used), len(taken) + 1)
