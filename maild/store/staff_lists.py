"""Many notifications to one of the staff become one list (rule 5): nobody reads the fortieth of forty mails."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, bindparam, func, or_, select, text, update

from maild.core.actions import SendGathered
from maild.core.deciding.list_items import GATHERED, URGENT, Gathered, list_items
from maild.core.limits import Limits
from maild.core.reasons import because
from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.core.writing.compose import OVERVIEWS
from maild.store.outbox_row import Row, rows_of
from maild.store.recording import Recording, unguessable
from maild.store.tables import OPEN, address, incident, outbox
from maild.store.timers import DUE_NEXT

REMINDER = "reminder"
MOST_OF_ONE = 10  # mails about one incident that follow when they are asked for: the newest

_OUT_OF_QUEUE = and_(outbox.c.kind.in_(URGENT), func.coalesce(incident.c.priority, "") == "hotrush")
_RECENT = (
    select(
        outbox.c.address,
        func.count().filter(~_OUT_OF_QUEUE).label("mails"),
        func.min(outbox.c.sent_at).filter(~_OUT_OF_QUEUE).label("oldest"),
        func.count().filter(_OUT_OF_QUEUE).label("urgent"),
    )
    .select_from(outbox.outerjoin(incident, incident.c.number == outbox.c.incident))
    .where(
        outbox.c.address.in_(bindparam("people", expanding=True)),
        outbox.c.sent_at > bindparam("since"),
        ~outbox.c.forced,
        outbox.c.kind.in_((*GATHERED, "staff_list")),
    )
    .group_by(outbox.c.address)
)
_ABOUT_HOTRUSH = (
    select(incident.c.number)
    .where(incident.c.number == outbox.c.incident, incident.c.priority == "hotrush")
    .correlate(outbox)
    .exists()
)
_GATHER = (
    update(outbox)
    .where(
        outbox.c.address == bindparam("person"),
        outbox.c.kind.in_(bindparam("kinds", expanding=True)),
        ~outbox.c.forced,
        or_(
            outbox.c.id.in_(bindparam("claimed", expanding=True)),
            and_(
                outbox.c.state.in_(("queued", "held")),
                ~and_(outbox.c.kind.in_(URGENT), _ABOUT_HOTRUSH),
            ),
        ),
    )
    .values(state="cancelled", lease_until=None, reason=bindparam("why"), reason_text=bindparam("why_text"))
    .returning(outbox.c.id, outbox.c.incident, outbox.c.kind, outbox.c.facts)
)
_INCIDENTS = select(incident.c.number, incident.c.priority, DUE_NEXT).where(
    incident.c.number.in_(bindparam("numbers", expanding=True))
)
_NOT_SENT = and_(
    outbox.c.address == bindparam("person"), outbox.c.state == "cancelled", outbox.c.reason == "in_list"
)
# About how many incidents somebody would be reminded at once.
_REMINDED = (
    select(outbox.c.address, func.count(outbox.c.incident.distinct()).label("incidents"))
    .where(
        outbox.c.address.in_(bindparam("people", expanding=True)),
        outbox.c.kind == REMINDER,
        ~outbox.c.forced,
        or_(
            outbox.c.id.in_(bindparam("claimed", expanding=True)),
            and_(text(OPEN), outbox.c.state == "queued", outbox.c.not_before <= bindparam("now")),
        ),
    )
    .group_by(outbox.c.address)
)
_LISTED = (
    select(outbox.c.incident, address.c.address)
    .join(address, address.c.id == outbox.c.address)
    .where(_NOT_SENT, outbox.c.incident.in_(bindparam("numbers", expanding=True)))
    .distinct()
)
_SEND = (
    update(outbox)
    .where(
        outbox.c.id.in_(
            select(outbox.c.id)
            .where(_NOT_SENT, outbox.c.incident == bindparam("number"))
            .order_by(outbox.c.id.desc())
            .limit(MOST_OF_ONE)
        )
    )
    .values(
        state="queued",
        not_before=bindparam("at"),
        attempts=0,
        first_tried_at=None,
        reason=None,
        reason_text=None,
        forced=True,
    )
)
_LAST_LISTS = (
    select(outbox.c.id)
    .where(
        outbox.c.address == bindparam("person"),
        outbox.c.sent_at.is_not(None),
        outbox.c.kind.in_((*OVERVIEWS, "receipt")),
        outbox.c.incident.is_(None),
    )
    .order_by(outbox.c.sent_at.desc())
    .limit(bindparam("most"))
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


@dataclass(frozen=True, slots=True)
class _Got:
    """What one person got lately: notifications, when the oldest of them left, and HotRush ones beside them."""

    count: int = 0
    oldest: datetime | None = None
    urgent: int = 0


def gather(tx: Connection, claimed: Sequence[Row], now: datetime, limits: Limits) -> list[Row]:
    """Return the claimed mails that may leave now, a list in the place of notifications that are too many.

    A person who would get more than so many in so many minutes gets one list of them and of all that wait. Who has
    got that many already gets nothing until the oldest is old enough; then what has gathered becomes one list. What
    is HotRush has as many places of its own. Reminders of several incidents that are due at once are one list, however
    few they are. What a person wants sent (`forced`) leaves as it is.
    """
    people: dict[int, list[Row]] = {}
    for row in claimed:
        if row.kind in GATHERED and not row.forced and not row.in_doubt:
            people.setdefault(row.address_id, []).append(row)
    span = timedelta(minutes=limits.staff_notifications_minutes)
    recent = _recent(tx, people, now - span) if people else {}
    leave = {row.id: row for row in claimed}
    crowded = _reminded_of_several(tx, claimed, now)
    for person, all_rows in people.items():
        got = recent.get(person, _Got())
        rows = _in_queue(all_rows, limits.staff_notifications - got.urgent)
        if not rows or got.count + len(rows) <= limits.staff_notifications:
            reminders = [row for row in all_rows if row.kind == REMINDER and person in crowded]
            _put_list(leave, reminders, _list(tx, reminders, now, [REMINDER]) if reminders else None)
            continue
        full = got.oldest is not None and got.count >= limits.staff_notifications
        if full and got.oldest:
            _wait(tx, rows, got.oldest + span, limits)
        _put_list(leave, rows, None if full else _list(tx, rows, now, GATHERED))
    return list(leave.values())


def _put_list(leave: dict[int, Row], rows: Sequence[Row], listed: Row | None) -> None:
    """Let a list leave in the place of `rows`, or nothing."""
    for row in rows:
        del leave[row.id]
    if listed is not None:
        leave[listed.id] = listed


def _reminded_of_several(tx: Connection, claimed: Sequence[Row], now: datetime) -> set[int]:
    """Return who would be reminded of more than one incident at once, what waits unclaimed counted too."""
    reminders = [row for row in claimed if row.kind == REMINDER and not row.forced and not row.in_doubt]
    if not reminders:
        return set()
    asked = {"people": [row.address_id for row in reminders], "claimed": [row.id for row in reminders]}
    return {row.address for row in tx.execute(_REMINDED, asked | {"now": now}) if row.incidents > 1}


def listed(tx: Connection, person: int, numbers: Sequence[int]) -> dict[int, str]:
    """Return those of the incidents whose notifications were left to a list, each with the address of its reader."""
    if not numbers:
        return {}
    rows = tx.execute(_LISTED, {"person": person, "numbers": list(numbers)})
    return {row.incident: row.address for row in rows}


def last_lists(tx: Connection, person: int, *, most: int) -> list[Row]:
    """Return the last `most` lists and digests that a person got, and the receipts of what they answered to those."""
    return rows_of(tx, tx.scalars(_LAST_LISTS, {"person": person, "most": most}).all())


def send_gathered(work: Recording, action: SendGathered) -> None:
    """Queue what a list stands for after all, past every cap: somebody asked for it."""
    asked = {"person": action.person, "number": action.number, "at": work.now}
    work.queued += work.tx.execute(_SEND, asked).rowcount


def _in_queue(rows: Sequence[Row], places: int) -> list[Row]:
    """Return the rows without those that are HotRush, as far as there are places for these."""
    urgent = [row.id for row in rows if row.kind in URGENT and row.priority == "hotrush"]
    at_once = set(urgent[: max(0, places)])
    return [row for row in rows if row.id not in at_once]


def _recent(tx: Connection, people: Mapping[int, object], since: datetime) -> dict[int, _Got]:
    """Return what each person got since then."""
    rows = tx.execute(_RECENT, {"people": list(people), "since": since})
    return {row.address: _Got(row.mails, row.oldest, row.urgent) for row in rows}


def _wait(tx: Connection, rows: Sequence[Row], until: datetime, limits: Limits) -> None:
    why = because("cap_staff", count=limits.staff_notifications, minutes=limits.staff_notifications_minutes)
    ids = [row.id for row in rows]
    tx.execute(_WAIT, {"claimed": ids, "until": until, "why": why.name, "why_text": why.text})


def _list(tx: Connection, rows: Sequence[Row], now: datetime, kinds: Collection[str]) -> Row:
    """Cancel what waits of these kinds for the person of `rows`, and return one list of it, claimed as they were."""
    first, why = rows[0], because("in_list")
    gathered = tx.execute(
        _GATHER,
        {
            "person": first.address_id,
            "kinds": list(kinds),
            "claimed": [row.id for row in rows],
            "why": why.name,
            "why_text": why.text,
        },
    ).all()
    numbers = list({one.incident for one in gathered if one.incident})
    known = {one.number: one for one in tx.execute(_INCIDENTS, {"numbers": numbers})}
    now_at = {number: {"priority": one.priority, "due_at": one.due_at} for number, one in known.items()}
    items = list_items(
        (
            Gathered(one.id, one.incident or 0, one.kind, one.facts, **now_at.get(one.incident, {}))
            for one in gathered
        ),
    )
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
        "facts": {"items": items, "answer_above": ANSWER_ABOVE},
        "state": "sending",
        "created_at": now,
        "not_before": now,
        "lease_until": first.lease_until,
        "attempts": 1,
        "first_tried_at": now,
    }
