"""What a simulation asks of its database: whose turn it is, and what happened."""

from datetime import timedelta

from sqlalchemy import Connection

from maild.core.actions import AddEntry, AddParty, Dispose, QueueReply, SetState
from maild.core.message import Address
from maild.core.reasons import because
from maild.core.simulating.record import Mail, Moved
from maild.store import simulated
from maild.store.database import Database
from tests.parts.messages import ALICE, a_message
from tests.parts.records import ANNA, NOW, a_delivery, an_incident, came, did

WHY = because("appended")
MINUTE = timedelta(minutes=1)


def says(tx: Connection, number: int, kind: str, author: Address, n: int) -> None:
    """Add a mail of that kind to the incident."""
    entry = AddEntry(kind, author, f"Mail {n}.\n", (WHY,))  # type: ignore[arg-type]
    came(
        tx,
        [Dispose("appended", (WHY,)), entry],
        message=a_message(message_id=f"<{n}@x.example>", body_hash=str(n)),
        delivery=a_delivery(b"mail %d" % n),
        incident=number,
    )


def waits(tx: Connection, *numbers: int) -> list[int]:
    """Return which of the incidents wait for the staff."""
    return sorted(simulated.waiting(tx, numbers))


def test_an_incident_waits_until_the_staff_have_the_last_word(database: Database) -> None:
    """Whatever its state says of it; a held answer is one, too: its author has written it."""
    with database.begin() as tx:
        number = an_incident(tx, AddParty(ANNA, "staff", proven=False))
        assert waits(tx, number) == [number]
        says(tx, number, "staff_answer", ANNA, 1)
        assert waits(tx, number) == []
        says(tx, number, "customer_message", ALICE, 2)
        assert waits(tx, number) == [number]
        did(tx, [SetState("waiting", WHY)], number)
        assert waits(tx, number) == []


def test_what_people_must_know_of_it_comes_along(database: Database) -> None:
    """By whom, how urgent, how often it was answered; its name is the hash of the mail that opened it."""
    with database.begin() as tx:
        number = an_incident(tx)
        says(tx, number, "staff_answer", ANNA, 1)
        says(tx, number, "customer_message", ALICE, 2)
        one = simulated.waiting(tx, [number])[number]
        assert (one.requester, one.priority, one.answers) == (ALICE, "high", 1)
        assert (one.promised, one.due_at, len(one.name)) == (False, None, 64)
        assert simulated.know(tx, [ALICE], NOW) == {ALICE.key: one.party}


def test_a_look_sees_what_came_since_the_last_one(database: Database) -> None:
    """The incidents of new arrivals, each time from where the last look ended."""
    with database.begin() as tx:
        first, second = an_incident(tx), an_incident(tx)
        last, numbers = simulated.touched(tx, 0)
        assert numbers == {first, second}
        assert simulated.touched(tx, last) == (last, set())
        says(tx, first, "customer_message", ALICE, 1)
        assert simulated.touched(tx, last)[1] == {first}


def test_all_that_happened_can_be_told(database: Database) -> None:
    """Arrivals, incidents, mails, moves, and why what was not written."""
    with database.begin() as tx:
        number = an_incident(tx, QueueReply("acknowledgement", ALICE, {}))
        did(tx, [SetState("waiting", WHY)], number, NOW + MINUTE)
        (arrived,) = simulated.arrivals(tx)
        assert (arrived.at, arrived.disposition, arrived.played) == (NOW, "opened", False)
        (opened,) = simulated.opened(tx)
        assert (opened.number, opened.scope, opened.state) == (number, "checkout", "waiting")
        assert list(simulated.mails(tx)) == [
            Mail(number, "acknowledgement", "customer", NOW, None, "queued", None)
        ]
        assert list(simulated.moves(tx)) == [Moved(number, NOW + MINUTE, "waiting")]
        assert list(simulated.clocks(tx)) == []
        assert simulated.silences(tx) == {}


def test_what_simulated_people_wrote_is_known_by_its_domain(database: Database) -> None:
    """Nobody can have it: RFC 6761 §6.4 keeps it free."""
    with database.begin() as tx:
        number = an_incident(tx)
        came(
            tx,
            [Dispose("appended", (WHY,))],
            message=a_message(message_id=f"<1@{simulated.DOMAIN}>"),
            incident=number,
        )
        assert [one.played for one in simulated.arrivals(tx)] == [False, True]


def test_people_are_known_before_anybody_writes_to_them(database: Database) -> None:
    """Each once, however often they are named: by that number their tokens know them."""
    with database.begin() as tx:
        rows = simulated.know(tx, [ALICE, ANNA], NOW)
        assert len(set(rows.values())) == 2
        assert simulated.know(tx, [ANNA, ALICE], NOW + MINUTE) == rows
        assert simulated.know(tx, [], NOW) == {}
