"""What the morning mail of one of the staff says: what is due today, what waits on whom, what came in."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from maild.core.deciding.bars import bar, chart
from maild.core.deciding.reply_facts import Facts
from maild.core.incident import Priority, State
from maild.core.message import fold
from maild.core.staff import StaffMember
from maild.core.understanding.clean_subject import clean_subject
from maild.core.writing.time_words import instant

SHOWN = 15  # rows of one list; how many there are is said beside it
FEWEST_BARS = 2  # hours below which a chart says no more than the list
CUSTOMERS_TURN: tuple[State, ...] = ("waiting", "pre_closed")
UNPAID: State = "awaiting_entitlement"
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """One open incident as a digest needs it: `due_at` is when an answer is due, `closes_at` when silence ends it.

    `owner` is the address of whoever has taken it, `owner_name` their name; both are "" where nobody has.
    """

    number: int
    subject: str
    priority: Priority
    state: State
    opened_at: datetime
    due_at: datetime | None = None
    closes_at: datetime | None = None
    owner: str = ""
    owner_name: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How everything stands: what is open, what came in since the last digest of its reader, what lies aside.

    `came_in` are the newest of the incidents opened since then, `came_in_count` all of them; `kept` are mails of
    machines since then that belong to no incident, `quarantined` all that a person must look at. `newest` is the
    highest number of an incident there is.
    """

    open: tuple[OpenIncident, ...]
    came_in: tuple[OpenIncident, ...] = ()
    came_in_count: int = 0
    kept: int = 0
    quarantined: int = 0
    newest: int = 0


@dataclass(frozen=True, slots=True)
class Sorted:
    """The open incidents that concern one reader, by what they wait for; `others` are those of colleagues."""

    due_today: tuple[OpenIncident, ...]
    on_us: tuple[OpenIncident, ...]
    on_customers: tuple[OpenIncident, ...]
    on_purchase: tuple[OpenIncident, ...]
    others: int

    @property
    def anything(self) -> bool:
        """Whether there is anything that concerns the reader."""
        return bool(self.due_today or self.on_us or self.on_customers or self.on_purchase)


def sort_for(reader: StaffMember, standing: Standing, day_ends: datetime, present: Collection[str]) -> Sorted:
    """Return what concerns the reader: what is theirs or nobody's; all of it, where they lead.

    `present` are the keys of the staff that are not away: what others have is nobody's meanwhile.
    """
    mine = [one for one in standing.open if _concerns(reader, one, present)]
    ours = [one for one in mine if one.state not in (*CUSTOMERS_TURN, UNPAID)]
    return Sorted(
        due_today=_queue(one for one in ours if one.due_at and one.due_at < day_ends),
        on_us=_queue(one for one in ours if not one.due_at or one.due_at >= day_ends),
        on_customers=_queue((one for one in mine if one.state in CUSTOMERS_TURN), lambda one: one.closes_at),
        on_purchase=_queue(one for one in mine if one.state == UNPAID),
        others=len(standing.open) - len(mine),
    )


def _concerns(reader: StaffMember, incident: OpenIncident, present: Collection[str]) -> bool:
    return reader.role != "staff" or fold(incident.owner) == reader.key or fold(incident.owner) not in present


def _queue(
    incidents: Iterable[OpenIncident],
    by: Callable[[OpenIncident], datetime | None] = lambda one: one.due_at,
) -> tuple[OpenIncident, ...]:
    """Return incidents as a queue: HotRush first, then by what ends first, then the oldest."""
    return tuple(sorted(incidents, key=lambda one: (one.priority != "hotrush", by(one) or _LAST, one.number)))


def worth_saying(found: Sorted, standing: Standing) -> bool:
    """Say whether a morning has anything to say; mails of machines alone are nothing."""
    return found.anything or bool(standing.came_in_count or standing.quarantined)


def digest(reader: StaffMember, found: Sorted, standing: Standing, zone: tzinfo, now: datetime) -> Facts:
    """Return the facts of the morning mail; of a long list the first rows, and how many there are."""
    counts = (len(found.on_us) + len(found.due_today), len(found.on_customers), len(found.on_purchase))
    most = max(counts)
    return {
        "name": reader.name,
        "today": instant(now),
        "due_today": _rows(found.due_today, reader, now),
        "due_count": len(found.due_today),
        "late_count": sum(1 for one in found.due_today if one.due_at and one.due_at < now),
        "on_us": _rows(found.on_us, reader, now),
        "us_count": len(found.on_us),
        "on_customers": _rows(found.on_customers, reader, now),
        "customers_count": len(found.on_customers),
        "on_purchase": _rows(found.on_purchase, reader, now),
        "purchase_count": len(found.on_purchase),
        "new": _rows(_queue(standing.came_in), reader, now),
        "new_count": standing.came_in_count,
        "others": found.others,
        "bars": [bar(count, most) for count in counts],
        "chart": _due_by_hour(found.due_today, zone, now),
        "kept": standing.kept,
        "quarantined": standing.quarantined,
    }


def _rows(incidents: Sequence[OpenIncident], reader: StaffMember, now: datetime) -> list[dict[str, str]]:
    return [_row(one, reader, now) for one in incidents[:SHOWN]]


def _row(one: OpenIncident, reader: StaffMember, now: datetime) -> dict[str, str]:
    """Return one line; `owner` is "" where it is the reader's or nobody's, and `whose` says which."""
    mine = fold(one.owner) == reader.key
    ends = one.closes_at if one.state in CUSTOMERS_TURN else one.due_at
    return {
        "number": str(one.number),
        "what": clean_subject(one.subject) or "(no subject)",
        "priority": one.priority,
        "due": instant(ends),
        "late": "yes" if one.due_at and one.due_at < now and one.state not in CUSTOMERS_TURN else "",
        "owner": "" if mine or not one.owner else one.owner_name or one.owner,
        "whose": "yours" if mine else "theirs" if one.owner else "nobodys",
    }


def _due_by_hour(due: Sequence[OpenIncident], zone: tzinfo, now: datetime) -> str:
    """Return how many are due in which hour of today, what is late with this one; "" where that says nothing."""
    hours = [max(one.due_at, now).astimezone(zone).hour for one in due if one.due_at]
    if len(set(hours)) < FEWEST_BARS:
        return ""
    return chart({f"{hour:02}:00": hours.count(hour) for hour in range(min(hours), max(hours) + 1)})
