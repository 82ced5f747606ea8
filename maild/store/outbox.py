"""Mails of ours on their way: claimed by one sender at a time, and what became of each.

A row is `queued` or `held` until its `not_before`, then `sending` while a lease lasts, then `sent`, `failed`
or back. A sender that died leaves a lease that runs out, and its row is claimed again. An attempt is counted
when a row is claimed, so that a mail which brings its sender down is counted too.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, null, or_, select, text, update
from sqlalchemy import Row as Found

from maild.core.reasons import Reason, because
from maild.store.outbox_row import Row as Row
from maild.store.outbox_row import rows_of
from maild.store.staff_lists import gather as gather
from maild.store.tables import OPEN, Audience, address, event, outbox
from maild.store.traffic import traffic as traffic

IN_DOUBT = because("may_have_arrived")
_OF_ROW = outbox.c.id == bindparam("row")
_DUE = (
    select(outbox.c.id)
    .where(
        text(OPEN),
        outbox.c.not_before <= bindparam("now"),
        or_(outbox.c.lease_until.is_(None), outbox.c.lease_until <= bindparam("now")),
    )
    # In the order of the index over open rows: however many wait, a claim reads no more than it takes.
    .order_by(outbox.c.not_before, outbox.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)
# However much was sent on an incident, no more rows than these are looked at.
NEWEST = 1_000
_NEWEST = (
    select(outbox.c.id, outbox.c.kind, outbox.c.cause, outbox.c.audience)
    .where(outbox.c.incident == bindparam("number"))
    .order_by(outbox.c.id.desc())
    .limit(NEWEST)
    .subquery()
)
# What all of the staff are told is a row for each of them, equal in kind, cause and facts.
_LAST = (
    select(func.max(_NEWEST.c.id).label("id"))
    .where(_NEWEST.c.audience == bindparam("audience"))
    .group_by(_NEWEST.c.kind, _NEWEST.c.cause)
    .order_by(func.max(_NEWEST.c.id).desc())
    .limit(bindparam("most"))
)
_TO_CUSTOMER = (outbox.c.incident == bindparam("number")) & (outbox.c.audience == "customer")
_NAMED = (
    select(outbox.c.kind)
    .where(_TO_CUSTOMER, outbox.c.message_id.in_(bindparam("ids", expanding=True)))
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_LAST_KIND = (
    select(outbox.c.kind)
    .where(_TO_CUSTOMER, outbox.c.sent_at.is_not(None))
    .order_by(outbox.c.id.desc())
    .limit(1)
)
_CLAIM = (
    update(outbox)
    .where(outbox.c.id.in_(_DUE))
    .values(
        state="sending",
        lease_until=bindparam("until"),
        attempts=outbox.c.attempts + 1,
        first_tried_at=func.coalesce(
            outbox.c.first_tried_at, bindparam("now", type_=outbox.c.first_tried_at.type)
        ),
        # Who had it last died or never heard the answer: the mail may have arrived.
        reason=case((outbox.c.state == "sending", IN_DOUBT.name), else_=null()),
        reason_text=case((outbox.c.state == "sending", IN_DOUBT.text), else_=null()),
    )
    .returning(outbox.c.id)
)
_SENT = (
    update(outbox)
    .where(_OF_ROW)
    .values(
        state="sent",
        sent_at=bindparam("at"),
        message_id=bindparam("as_sent"),
        lease_until=None,
        reason=None,
        reason_text=None,
    )
)
# Only who still has the row may put it back: a lease that ran out may have let another one send it.
_OURS = update(outbox).where(_OF_ROW, outbox.c.state == "sending")
_CERTAIN = {"reason": None, "reason_text": None}
_AGAIN = _OURS.values(
    state="queued",
    lease_until=None,
    not_before=bindparam("later"),
    last_error=bindparam("error"),
    **_CERTAIN,
)
_DOUBT = _OURS.values(lease_until=bindparam("later"), last_error=bindparam("error"))
# Nothing was tried: the attempt that the claim counted is given back.
_HELD = _OURS.values(
    state="held",
    lease_until=None,
    not_before=bindparam("later"),
    reason=bindparam("why"),
    reason_text=bindparam("why_text"),
    attempts=outbox.c.attempts - 1,
    first_tried_at=case((outbox.c.attempts == 1, null()), else_=outbox.c.first_tried_at),
)
_PUT_BACK = _OURS.values(
    state="queued",
    lease_until=None,
    attempts=outbox.c.attempts - 1,
    first_tried_at=case((outbox.c.attempts == 1, null()), else_=outbox.c.first_tried_at),
)
_FAILED = _OURS.values(state="failed", lease_until=None, last_error=bindparam("error"), **_CERTAIN)
_CANCEL = (
    update(outbox)
    .where(_OF_ROW, outbox.c.state.in_(bindparam("states", expanding=True)))
    .values(state="cancelled", lease_until=None, reason=bindparam("why"), reason_text=bindparam("why_text"))
    .returning(outbox.c.incident)
)
_RETRY = (
    update(outbox)
    .where(_OF_ROW, outbox.c.state.in_(("queued", "held", "failed")))
    .values(
        state="queued",
        not_before=bindparam("later"),
        attempts=0,
        first_tried_at=None,
        reason=None,
        reason_text=None,
        forced=True,
    )
    .returning(outbox.c.incident)
)
_NEXT = select(
    func.min(case((outbox.c.state == "sending", outbox.c.lease_until), else_=outbox.c.not_before))
).where(text(OPEN))
_LIST = (
    select(
        outbox.c.id,
        outbox.c.incident,
        outbox.c.kind,
        address.c.address.label("recipient"),
        outbox.c.state,
        outbox.c.created_at,
        outbox.c.not_before,
        outbox.c.attempts,
        outbox.c.sent_at,
        outbox.c.message_id,
        outbox.c.reason,
        outbox.c.reason_text.label("text"),
        outbox.c.last_error,
    )
    .join(address, address.c.id == outbox.c.address)
    .order_by(outbox.c.id)
)


def last_sent(tx: Connection, incident: int, audience: Audience, *, most: int) -> list[Row]:
    """Return the last `most` mails on an incident to its staff or customers, newest last; one of equal ones.

    Of very many (NEWEST) older ones are not looked for: an incident may have ten thousand.

    Those that did not leave are among them: nobody can quote what they never got.
    """
    found = tx.execute(_LAST, {"number": incident, "audience": audience, "most": most})
    return rows_of(tx, [one.id for one in found])


def kind_answered(tx: Connection, incident: int, message_ids: Sequence[str]) -> str:
    """Return the kind of our mail to the customer that a mail with these In-Reply-To answers, "" for none.

    Where a relay wrote other Message-IDs, or a mail program names none, it is the last one that they were sent.
    """
    named = tx.scalar(_NAMED, {"number": incident, "ids": list(message_ids)}) if message_ids else None
    return str(named or tx.scalar(_LAST_KIND, {"number": incident}) or "")


def claim(tx: Connection, now: datetime, *, limit: int, lease: timedelta) -> list[Row]:
    """Take up to `limit` mails that are due, oldest first; ours alone until `lease` is over."""
    taken = tx.execute(_CLAIM, {"now": now, "most": limit, "until": now + lease}).all()
    if not taken:
        return []
    return rows_of(tx, [one.id for one in taken])


def sent(tx: Connection, row: int, message_id: str, now: datetime) -> None:
    """Note that a mail left, under which Message-ID: answers to that one find the incident."""
    tx.execute(_SENT, {"row": row, "at": now, "as_sent": message_id})


def again(tx: Connection, row: int, not_before: datetime, error: str) -> None:
    """Put a mail that could not leave for now back, until `not_before`."""
    tx.execute(_AGAIN, {"row": row, "later": not_before, "error": error})


def in_doubt(tx: Connection, row: int, until: datetime, error: str) -> None:
    """Leave a mail that may have arrived claimed until `until`: whoever claims it next knows of the doubt."""
    tx.execute(_DOUBT, {"row": row, "later": until, "error": error})


def put_back(tx: Connection, row: int) -> None:
    """Put a claimed mail that was not tried at all back as it was; one in doubt stays with `in_doubt`."""
    tx.execute(_PUT_BACK, {"row": row})


def held(tx: Connection, row: int, until: datetime, reason: Reason) -> None:
    """Let a mail wait that was not tried at all, and say why."""
    tx.execute(_HELD, {"row": row, "later": until, "why": reason.name, "why_text": reason.text})


def failed(tx: Connection, row: int, error: str, now: datetime) -> None:
    """Give a mail up; a person may still `retry` it."""
    tx.execute(_FAILED, {"row": row, "error": error})


def retry(tx: Connection, row: int, now: datetime) -> bool:
    """Make a mail due now, as if it were new, and past every cap; False where there is none that waits or failed."""
    return _by_hand(tx, tx.execute(_RETRY, {"row": row, "later": now}).first(), f"outbox {row}: retry", now)


def cancel(tx: Connection, row: int, now: datetime) -> bool:
    """Never send a mail; False where there is none that waits or failed."""
    why = because("cancelled_by_hand")
    values = {"row": row, "why": why.name, "why_text": why.text, "states": ["queued", "held", "failed"]}
    return _by_hand(tx, tx.execute(_CANCEL, values).first(), f"outbox {row}: cancel", now)


def next_due(tx: Connection, now: datetime) -> datetime | None:
    """Return when the next mail can be claimed, `now` where one can be already, or None where none waits."""
    found: datetime | None = tx.scalar(_NEXT)
    return None if found is None else max(found, now)


def listing(tx: Connection, state: str | None) -> list[dict[str, Any]]:
    """Return the outbox as flat rows, oldest first; `state` chooses one, None is all.

    Columns: id, incident, kind, recipient (address), state, created_at, not_before, attempts, sent_at,
    message_id, reason (its name), text (its sentence), last_error.
    """
    query = _LIST if state is None else _LIST.where(outbox.c.state == state)
    return [dict(row._mapping) for row in tx.execute(query)]


def _by_hand(tx: Connection, found: Found[Any] | None, what: str, now: datetime) -> bool:
    if found is None:
        return False
    row = {"incident": found.incident, "at": now, "name": "by_hand", "text": what, "reasons": []}
    tx.execute(event.insert(), row)
    return True
