"""The mail that was there before maild came: one summary of it to the staff, once it is through (rule 23)."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from maild.core.actions import Fact, QueueReply
from maild.core.deciding.case import Rules
from maild.core.deciding.who_is_told import everybody
from maild.core.limits import Limits
from maild.store.mailboxes import MailboxState
from maild.store.record import TimeCame, record
from maild.store.tables import arrival, incident

SHOWN = 50

_OF_BACKLOG = (arrival.c.mailbox == bindparam("mailbox"), arrival.c.backlog)
_COUNTS = (
    select(arrival.c.disposition, func.count().label("mails"))
    .where(*_OF_BACKLOG)
    .group_by(arrival.c.disposition)
)
_OPENED = (
    select(incident.c.number, incident.c.subject)
    .join(arrival, arrival.c.incident == incident.c.number)
    .where(*_OF_BACKLOG, arrival.c.disposition == "opened")
    .order_by(incident.c.number)
    .limit(SHOWN)
)


def summarise(tx: Connection, state: MailboxState, rules: Rules, *, now: datetime, limits: Limits) -> None:
    """Queue the summary of a folder's backlog to each of the staff; nothing where there was no backlog.

    A folder has one backlog, so asked again, as after a change of UIDVALIDITY, it makes no second summary.
    """
    counts: dict[str, int] = {
        row.disposition: row.mails for row in tx.execute(_COUNTS, {"mailbox": state.id})
    }
    if not counts:
        return
    items = [
        {"number": str(row.number), "what": row.subject} for row in tx.execute(_OPENED, {"mailbox": state.id})
    ]
    opened, appended = counts.pop("opened", 0), counts.pop("appended", 0)
    facts: dict[str, Fact] = {
        "mailbox": state.account,
        "opened": opened,
        "appended": appended,
        "other": sum(counts.values()),
        "items": items,
        "more": max(opened - len(items), 0),
    }
    mails = [
        QueueReply("backlog_summary", member.to, facts, audience="staff", proven=True)
        for member in everybody(rules)
    ]
    occasion = TimeCame(f"backlog:{state.id}")
    record(tx, mails, occasion, incident=None, now=now, limits=limits)
