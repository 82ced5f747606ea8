"""The folders we read: how far we are in each, and who reads it now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from maild.store.columns import insert_or_skip
from maild.store.tables import arrival, mailbox

# Databases take only so many values in one statement (PostgreSQL 65,535, older SQLite 999).
ASKED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class MailboxState:
    """One folder of one account: its UIDVALIDITY (RFC 9051 §2.3.1.1) and the highest UID that is dealt with.

    `backlog_below`: mail with a lower UID was there before us; None until that is settled.
    """

    id: int
    account: str
    folder: str
    uidvalidity: int | None
    cursor: int
    first_contact_at: datetime
    backlog_below: int | None


_STATE = select(
    mailbox.c.id,
    mailbox.c.account,
    mailbox.c.folder,
    mailbox.c.uidvalidity,
    mailbox.c.cursor,
    mailbox.c.first_contact_at,
    mailbox.c.backlog_below,
)
_KNOWN = select(arrival.c.uid).where(
    arrival.c.mailbox == bindparam("row"),
    arrival.c.uidvalidity == bindparam("validity"),
    arrival.c.uid.in_(bindparam("uids", expanding=True)),
)
_TAKE = (
    update(mailbox)
    .where(
        mailbox.c.id == bindparam("row"),
        or_(
            mailbox.c.lease_owner.is_(None),
            mailbox.c.lease_owner == bindparam("owner"),
            mailbox.c.lease_until <= bindparam("now"),
        ),
    )
    .values(lease_owner=bindparam("owner"), lease_until=bindparam("until"))
)
_OWNERS = select(mailbox.c.lease_owner).where(mailbox.c.lease_owner.is_not(None)).distinct()
_DROP = (
    update(mailbox)
    .where(mailbox.c.lease_owner == bindparam("owner"))
    .values(lease_owner=None, lease_until=None)
)
_VIEW = (
    update(mailbox)
    .where(mailbox.c.id == bindparam("row"))
    .values(uidvalidity=bindparam("validity"), cursor=bindparam("at_uid"), backlog_below=bindparam("backlog"))
)


def meet(tx: Connection, account: str, folder: str, now: datetime) -> MailboxState:
    """Return the state of a folder; at first contact it has no UIDVALIDITY and cursor 0.

    First contact is per account and folder, and survives a change of UIDVALIDITY (rule 23).
    """
    row = {"account": account, "folder": folder, "cursor": 0, "first_contact_at": now}
    tx.execute(insert_or_skip(tx, mailbox), row)
    found = tx.execute(_STATE.where(mailbox.c.account == account, mailbox.c.folder == folder)).one()
    return MailboxState(*found)


def set_view(tx: Connection, row: int, *, uidvalidity: int, cursor: int, backlog_below: int | None) -> None:
    """Note what the server said, and how far we are."""
    view = {"validity": uidvalidity, "at_uid": cursor, "backlog": backlog_below}
    tx.execute(_VIEW, {"row": row} | view)


def known_uids(tx: Connection, row: int, uidvalidity: int, uids: Iterable[int]) -> frozenset[int]:
    """Return those of `uids` that were taken in already."""
    asked = list(uids)
    known: set[int] = set()
    for start in range(0, len(asked), ASKED_AT_ONCE):
        some = asked[start : start + ASKED_AT_ONCE]
        known.update(tx.scalars(_KNOWN, {"row": row, "validity": uidvalidity, "uids": some}))
    return frozenset(known)


def take_lease(tx: Connection, row: int, owner: str, now: datetime, until: datetime) -> bool:
    """Make the folder ours until `until` and say True; False while another one's lease lasts.

    Called again before each portion of mail: a reader that was away for too long finds its folder taken, and
    takes nothing. The unique key of the ledger stands behind it.
    """
    taken = tx.execute(_TAKE, {"row": row, "owner": owner, "now": now, "until": until})
    return taken.rowcount == 1


def lease_owners(tx: Connection) -> list[str]:
    """Return everyone who holds the lease of some folder, or held it last."""
    return list(tx.scalars(_OWNERS))


def drop_leases(tx: Connection, owner: str) -> None:
    """Give up all folders of `owner`, so that another one need not wait for its leases to run out."""
    tx.execute(_DROP, {"owner": owner})
