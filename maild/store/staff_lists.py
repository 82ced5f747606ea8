"""Many notifications to one of the staff become one list (rule 5): nobody reads the fortieth of forty mails."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, or_, select, update

from maild.core.deciding.caps import Window
from maild.core.limits import Limits
from maild.core.reasons import because
from maild.store.outbox_row import Row, rows_of
from maild.store.recording import unguessable
from maild.store.tables import outbox

# The notifications that a list can stand for, and what it calls them.
GATHERED = {
    "staff_new_incident": "new request",
    "staff_new_message": "new mail",
    "colleague_wrote": "a colleague wrote",
    "reminder": "reminder",
    "withheld_notice": "mail that can't be fetched",
}

_RECENT = (
    select(outbox.c.address, func.count().label("mails"), func.min(outbox.c.sent_at).label("oldest"))
    .where(
        outbox.c.address.in_(bindparam("people", expanding=True)),
        outbox.c.sent_at > bindparam("since"),
        outbox.c.kind.in_((*GATHERED, "staff_list")),
    )
    .group_by(outbox.c.address)
)
_GATHER = (
    update(outbox)
    .where(
        outbox.c.address == bindparam("person"),
        outbox.c.kind.in_(tuple(GATHERED)),
        ~outbox.c.forced,
        or_(
            outbox.c.id.in_(bindparam("claimed", expanding=True)),
            outbox.c.state.in_(("queued", "held")),
        ),
    )
    .values(state="cancelled", lease_until=None, reason=bindparam("why"), reason_text=bindparam("why_text"))
    .returning(outbox.c.id, outbox.c.incident, outbox.c.kind, outbox.c.facts)
)
_WAIT = (
    update(outbox)
    .where(outbox.c.id.in_(bindparam("claimed", expanding=True)))
    .values(
        state="held",
        lease_until=None,
        not_before=bindparam("until"),
        attempts=outbox.c.attempts - 1,
        reason=bindparam("why"),
        reason_text=bindparam("why_text"),
    )
)


def gather(tx: Connection, claimed: Sequence[Row], now: datetime, limits: Limits) -> list[Row]:
    """Return the claimed mails that may leave now, a list in the place of notifications that are too many.

    A person who would get more than so many in so many minutes gets one list of them and of all that wait. Who has
    got that many already gets nothing until the oldest is old enough; then what has gathered becomes one list.
    What a person wants sent (`forced`) leaves as it is.
    """
    people: dict[int, list[Row]] = {}
    for row in claimed:
        if row.kind in GATHERED and not row.forced and not row.in_doubt:
            people.setdefault(row.address_id, []).append(row)
    span = timedelta(minutes=limits.staff_notifications_minutes)
    recent = _recent(tx, people, now - span) if people else {}
    leave = {row.id: row for row in claimed}
    for person, rows in people.items():
        got = recent.get(person, Window())
        if got.count + len(rows) <= limits.staff_notifications:
            continue
        for row in rows:
            del leave[row.id]
        if got.oldest is not None and got.count >= limits.staff_notifications:
            _wait(tx, rows, got.oldest + span, limits)
        else:
            listed = _list(tx, rows, now)
            leave[listed.id] = listed
    return list(leave.values())


def _recent(tx: Connection, people: Mapping[int, object], since: datetime) -> dict[int, Window]:
    """Return how many notifications each person got since then, and when the oldest of those left."""
    rows = tx.execute(_RECENT, {"people": list(people), "since": since})
    return {row.address: Window(row.mails, row.oldest) for row in rows}


def _wait(tx: Connection, rows: Sequence[Row], until: datetime, limits: Limits) -> None:
    why = because("cap_staff", count=limits.staff_notifications, minutes=limits.staff_notifications_minutes)
    ids = [row.id for row in rows]
    tx.execute(_WAIT, {"claimed": ids, "until": until, "why": why.name, "why_text": why.text})


def _list(tx: Connection, rows: Sequence[Row], now: datetime) -> Row:
    """Cancel what waits for the person of `rows`, and return one list of it, claimed as they were."""
    first, why = rows[0], because("in_list")
    gathered = tx.execute(
        _GATHER,
        {
            "person": first.address_id,
            "claimed": [row.id for row in rows],
            "why": why.name,
            "why_text": why.text,
        },
    ).all()
    items = [
        {"number": str(one.incident or 0), "what": _what(one.kind, one.facts)}
        for one in sorted(gathered, key=lambda one: one.id)
    ]
    new = tx.execute(outbox.insert().returning(outbox.c.id), _row(first, items, now)).scalar_one()
    return rows_of(tx, [new])[0]


def _row(first: Row, items: list[dict[str, str]], now: datetime) -> dict[str, object]:
    return {
        "key": unguessable(),
        "kind": "staff_list",
        "cause": f"list:{first.id}",
        "address": first.address_id,
        "domain": first.recipient.domain,
        "audience": "staff",
        "automatic": True,
        "proven": first.proven,
        "facts": {"items": items},
        "state": "sending",
        "created_at": now,
        "not_before": now,
        "lease_until": first.lease_until,
        "attempts": 1,
        "first_tried_at": now,
    }


def _what(kind: str, facts: Mapping[str, object]) -> str:
    subject = facts.get("subject") or (f"UID {facts['uid']} of {facts['mailbox']}" if "uid" in facts else "")
    return f"{GATHERED[kind]}: {subject}" if subject else GATHERED[kind]
