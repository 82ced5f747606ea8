"""Apply what was decided about an incident's life, beside its state: who has taken it."""

from sqlalchemy import bindparam, update

from maild.core.actions import SetOwner
from maild.store.recording import Recording
from maild.store.tables import incident


def set_owner(work: Recording, action: SetOwner) -> None:
    """Give the incident at hand its owner, or take it from them."""
    owner = work.address(action.owner) if action.owner else None
    work.tx.execute(
        _SET_OWNER, {"row": work.at_hand(), "new_owner": owner, "at": work.now if action.owner else None}
    )
    work.note("owner", action.owner.address if action.owner else "", action.reason)


_SET_OWNER = (
    update(incident)
    .where(incident.c.number == bindparam("row"))
    .values(owner=bindparam("new_owner"), owned_at=bindparam("at"))
)
