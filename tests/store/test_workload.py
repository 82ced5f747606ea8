"""Who waits for an owner, and how much each of the staff has, asked of the database."""

from datetime import datetime

from sqlalchemy import Connection

from maild.core.actions import Action, KeepSilent, SetOwner, SetState
from maild.core.deciding.assign import Load, Unowned
from maild.core.reasons import because
from maild.core.staff import StaffMember
from maild.store import workload
from maild.store.database import Database
from tests.parts.records import ANNA, BEN, HOUR, NOW, WHY, a_clock, an_incident, did

STAFF = (StaffMember("Anna", ANNA.address), StaffMember("Ben", BEN.address))
CLOSED = because("not_assigned_closed", scope="checkout", name="Anna", when="Tuesday")


def owned(tx: Connection, *more: Action, now: datetime = NOW) -> int:
    """Open an incident that Anna gets at `now`."""
    number = an_incident(tx)
    did(tx, [SetOwner(ANNA, WHY), SetState("assigned", WHY), *more], number, now=now)
    return number


def test_what_is_submitted_and_nobodys_waits(database: Database) -> None:
    """With what it is dealt by; what has an owner, or was begun or ended, does not."""
    with database.begin() as tx:
        assert not workload.any_unowned(tx)
        first = an_incident(tx, a_clock())
        owned(tx)
        for state in ("in_progress", "waiting", "closed", "awaiting_entitlement"):
            did(tx, [SetState(state, WHY)], an_incident(tx))  # type: ignore[arg-type]
        last = an_incident(tx, priority="hotrush")
        assert workload.any_unowned(tx)
        assert [waits.incident for waits in workload.unowned(tx)] == [
            Unowned(first, "high", "checkout", NOW + 8 * HOUR),
            Unowned(last, "hotrush", "checkout", None),
        ]


def test_what_was_there_before_maild_came_is_given_to_nobody(database: Database) -> None:
    """A person looks through the backlog once."""
    with database.begin() as tx:
        an_incident(tx, flags=("backlog",))
        assert not workload.any_unowned(tx)
        assert workload.unowned(tx) == []


def test_the_newest_word_of_why_it_waits_is_known(database: Database) -> None:
    """So that it is not written again each second."""
    with database.begin() as tx:
        number = an_incident(tx)
        did(tx, [KeepSilent("acknowledgement", because("no_ack_staff"))], number)
        assert workload.unowned(tx)[0].told == ""
        did(tx, [KeepSilent("assigned", because("not_assigned_full", scope="checkout"))], number)
        did(tx, [KeepSilent("assigned", CLOSED)], number)
        assert workload.unowned(tx)[0].told == CLOSED.text


def test_a_load_is_what_is_open_and_our_turn_and_when_the_last_was_given(database: Database) -> None:
    """What waits for the customer or is over is no load; the turn remembers it all the same."""
    with database.begin() as tx:
        owned(tx)
        owned(tx, SetState("in_progress", WHY), now=NOW + HOUR)
        owned(tx, SetState("waiting", WHY), now=NOW + 2 * HOUR)
        owned(tx, SetState("closed", WHY), now=NOW + 3 * HOUR)
        assert workload.loads(tx, STAFF) == {STAFF[0].key: Load(2, NOW + 3 * HOUR)}


def test_who_gives_it_back_has_it_no_more(database: Database) -> None:
    """Neither as load nor as their last turn."""
    with database.begin() as tx:
        number = owned(tx)
        did(tx, [SetOwner(None, WHY)], number, now=NOW + HOUR)
        assert workload.loads(tx, STAFF)[STAFF[0].key] == Load()


def test_the_newest_text_is_the_customers_last(database: Database) -> None:
    """Which a new owner is shown; none is none."""
    with database.begin() as tx:
        assert workload.newest_text(tx, an_incident(tx)) == "It shows a white page.\n"
        assert workload.newest_text(tx, 4711) == ""
