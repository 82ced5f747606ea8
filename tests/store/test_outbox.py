"""A mail of ours is claimed by one sender at a time, and never lost on the way."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import Connection, event, select

from maild.core.actions import QueueReply
from maild.core.limits import Limits
from maild.core.message import Address
from maild.core.reasons import because
from maild.store import outbox, tables
from maild.store.database import Database
from maild.store.outbox_row import rows_of
from tests.parts.messages import ALICE
from tests.parts.records import DAY, HOUR, MINUTE, NOW, an_incident, did, notification

LEASE = 2 * MINUTE
WHY = because("cap_total", count=60)


def queue(tx: Connection, count: int = 1) -> list[int]:
    """Queue mails to as many people; return their rows."""
    an_incident(tx, *(notification(Address(f"{n}@example.org")) for n in range(count)))
    return list(tx.scalars(select(tables.outbox.c.id).order_by(tables.outbox.c.id)))


def row_of(tx: Connection, row: int) -> Any:
    """Return the row as it stands in the table."""
    return tx.execute(select(tables.outbox).where(tables.outbox.c.id == row)).one()


def claim(tx: Connection, now: Any = NOW, limit: int = 50) -> list[int]:
    """Claim what is due; return the rows."""
    return [row.id for row in outbox.claim(tx, now, limit=limit, lease=LEASE)]


def test_a_claimed_mail_brings_what_it_takes_to_write_it(database: Database) -> None:
    """Everything the composer asks for, with the recipient by name."""
    reply = QueueReply("acknowledgement", ALICE, {"subject": "x"}, in_reply_to="<1@x>", proven=True)
    with database.begin() as tx:
        number = an_incident(tx, reply)
        (row,) = outbox.claim(tx, NOW, limit=5, lease=LEASE)
    assert (row.kind, row.incident, row.cause, row.proven) == ("acknowledgement", number, "opened", True)
    assert (row.recipient, row.facts, row.in_reply_to) == (ALICE, {"subject": "x"}, "<1@x>")
    assert (row.state, row.attempts, row.first_tried_at, row.lease_until) == ("sending", 1, NOW, NOW + LEASE)
    assert (row.audience, row.automatic, row.entry, row.confirmation) == ("customer", True, None, None)


def test_mails_are_claimed_oldest_first_and_so_many_at_a_time(database: Database) -> None:
    """The limit holds, and nothing is claimed twice."""
    with database.begin() as tx:
        rows = queue(tx, 5)
        assert claim(tx, limit=2) == rows[:2]
        assert claim(tx, limit=9) == rows[2:]
        assert claim(tx) == []


def test_mails_are_claimed_in_the_order_in_which_they_became_due(database: Database) -> None:
    """What was put off does not push in before what has been due for longer."""
    with database.begin() as tx:
        first, second, third = queue(tx, 3)
        claim(tx, limit=1)
        outbox.again(tx, first, NOW + HOUR, "later")
        assert claim(tx, NOW + 2 * HOUR, limit=2) == [second, third]
        assert claim(tx, NOW + 2 * HOUR) == [first]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_claim_reads_the_index_of_open_mails_in_its_order(database: Database) -> None:
    """However many mails wait, none is read only to be sorted."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    with database.begin() as tx:
        event.listen(tx, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
        claim(tx)
        query, values = asked[-1]
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
    assert "SEARCH outbox USING INDEX ix_outbox_open (not_before<?)" in plan
    assert not any("ORDER BY" in line for line in plan), plan


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_what_was_sent_last_is_found_without_reading_all_that_was(database: Database) -> None:
    """An incident may have ten thousand mails, and each answer to it asks for the last ten."""
    asked: list[tuple[str, tuple[object, ...]]] = []
    with database.begin() as tx:
        event.listen(tx, "before_cursor_execute", lambda *args: asked.append((args[2], args[3])))
        outbox.last_sent(tx, 1001, "staff", most=10)
        query, values = asked[0]
        plan = [row[3] for row in tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", values)]
    assert "SEARCH outbox USING INDEX ix_outbox_incident_id (incident=?)" in plan
    assert outbox.NEWEST in values


def test_a_lease_that_ran_out_gives_the_mail_to_another(database: Database) -> None:
    """The sender died: its attempt is counted, and the mail keeps its key and so its Message-ID."""
    with database.begin() as tx:
        queue(tx)
        (first,) = outbox.claim(tx, NOW, limit=1, lease=LEASE)
        assert claim(tx, NOW + LEASE - timedelta(seconds=1)) == []
        (second,) = outbox.claim(tx, NOW + LEASE, limit=1, lease=LEASE)
    assert (second.key, second.attempts, second.first_tried_at) == (first.key, 2, NOW)


def test_two_claimers_never_get_one_mail(database: Database) -> None:
    """Four threads, sixty mails, each claimed once."""
    got: list[int] = []
    together = threading.Barrier(4)
    with database.begin() as tx:
        rows = queue(tx, 60)

    def work() -> None:
        together.wait()
        while True:
            with database.begin() as tx:
                mine = claim(tx, limit=4)
            if not mine:
                return
            got.extend(mine)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == rows


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_on_postgres_claimers_do_not_wait_for_each_other(database: Database) -> None:
    """Rows that another transaction is claiming are skipped, so that senders work side by side."""
    with database.begin() as tx:
        rows = queue(tx, 4)
    with database.begin() as one, database.begin() as other:
        assert claim(one, limit=2) == rows[:2]
        assert claim(other, limit=9) == rows[2:]


def test_a_sent_mail_is_known_by_its_message_id(database: Database) -> None:
    """When, and as what: and it is never claimed again."""
    with database.begin() as tx:
        (row,) = queue(tx)
        claim(tx)
        outbox.sent(tx, row, "<maild.x@us>", NOW + MINUTE)
        found = row_of(tx, row)
        assert (found.state, found.sent_at, found.message_id) == ("sent", NOW + MINUTE, "<maild.x@us>")
        assert claim(tx, NOW + DAY) == []
        assert outbox.next_due(tx, NOW) is None


def test_the_last_mails_on_an_incident_are_those_to_its_customers_or_its_staff(database: Database) -> None:
    """The newest, in their order; what all of the staff were told is one mail, and no other incident is there."""
    with database.begin() as tx:
        number = an_incident(
            tx,
            QueueReply("acknowledgement", ALICE, {"subject": "first"}),
            *(notification(Address(f"{n}@example.org")) for n in range(3)),
            QueueReply("answer", ALICE, {"subject": "second"}),
            QueueReply("closed", ALICE, {"subject": "third"}),
        )
        queue(tx, 2)
        subjects = [row.facts["subject"] for row in outbox.last_sent(tx, number, "customer", most=2)]
        staff = outbox.last_sent(tx, number, "staff", most=9)
    assert subjects == ["second", "third"]
    assert [(row.incident, row.audience) for row in staff] == [(number, "staff")]


def test_a_deferred_mail_comes_back_when_it_may(database: Database) -> None:
    """Not before, with its error, and its attempts counted on."""
    with database.begin() as tx:
        (row,) = queue(tx)
        claim(tx)
        outbox.again(tx, row, NOW + HOUR, "451 later")
        assert claim(tx, NOW + HOUR - MINUTE) == []
        (again,) = outbox.claim(tx, NOW + HOUR, limit=1, lease=LEASE)
        assert (again.attempts, again.first_tried_at) == (2, NOW)
        assert row_of(tx, row).last_error == "451 later"


def test_a_mail_knows_when_its_incident_was_opened(database: Database) -> None:
    """Its token says so; a mail about no incident has no such time, and is there all the same."""
    with database.begin() as tx:
        queue(tx)
        (row,) = outbox.claim(tx, NOW, limit=1, lease=LEASE)
        assert (row.incident, row.opened_at) == (1001, tx.scalar(select(tables.incident.c.opened_at)))
        tx.execute(tables.outbox.update().values(incident=None))
        (row,) = rows_of(tx, [row.id])
        assert (row.incident, row.opened_at) == (None, None)


def test_a_held_mail_waits_with_its_reason_and_was_not_tried(database: Database) -> None:
    """The attempt that the claim counted is given back: five days run from the first real one."""
    with database.begin() as tx:
        (row,) = queue(tx)
        claim(tx)
        outbox.held(tx, row, NOW + HOUR, WHY)
        found = row_of(tx, row)
        assert (found.state, found.reason, found.reason_text) == ("held", WHY.name, WHY.text)
        assert (found.attempts, found.first_tried_at, found.not_before) == (0, None, NOW + HOUR)
        (again,) = outbox.claim(tx, NOW + HOUR, limit=1, lease=LEASE)
        assert (again.attempts, again.first_tried_at) == (1, NOW + HOUR)
        assert row_of(tx, row).reason is None


def test_holding_a_mail_that_was_tried_keeps_its_first_attempt(database: Database) -> None:
    """Tried, deferred, then held: it was still first tried at the first attempt."""
    with database.begin() as tx:
        (row,) = queue(tx)
        claim(tx)
        outbox.again(tx, row, NOW, "451 later")
        claim(tx)
        outbox.held(tx, row, NOW + HOUR, WHY)
        assert (row_of(tx, row).attempts, row_of(tx, row).first_tried_at) == (1, NOW)


def test_a_failed_mail_stays_until_a_person_retries_it(database: Database) -> None:
    """Then it is as new, due at once, and the history says who asked."""
    with database.begin() as tx:
        (row,) = queue(tx)
        claim(tx)
        outbox.failed(tx, row, "550 no such user", NOW)
        assert claim(tx, NOW + DAY) == []
        assert outbox.retry(tx, row, NOW + DAY)
        (again,) = outbox.claim(tx, NOW + DAY, limit=1, lease=LEASE)
        assert (again.attempts, again.first_tried_at) == (1, NOW + DAY)
        noted = tx.execute(select(tables.event)).one()
        assert (noted.incident, noted.name, noted.text) == (1001, "by_hand", f"outbox {row}: retry")


def test_a_mail_that_a_person_retries_is_past_every_cap(database: Database) -> None:
    """Who asked for it by hand gets it, alone: it is marked, and joins no list."""
    with database.begin() as tx:
        an_incident(tx, notification())
        (row,) = outbox.claim(tx, NOW, limit=1, lease=LEASE)
        assert not row.forced
        outbox.held(tx, row.id, NOW + HOUR, WHY)
        assert outbox.retry(tx, row.id, NOW)
        (again,) = outbox.claim(tx, NOW, limit=1, lease=LEASE)
        assert again.forced
        none_at_all = replace(Limits(), staff_notifications=0)
        assert outbox.gather(tx, [again], NOW, none_at_all) == [again]


def test_a_mail_put_back_was_not_tried(database: Database) -> None:
    """The sender stops with mails in hand: they are as they were, and due at once."""
    with database.begin() as tx:
        (row,) = queue(tx)
        before = row_of(tx, row)
        claim(tx)
        outbox.put_back(tx, row)
        assert row_of(tx, row) == before
        assert claim(tx) == [row]


def test_a_cancelled_mail_is_never_sent(database: Database) -> None:
    """It stays on record with its reason, and cannot be retried."""
    with database.begin() as tx:
        (row,) = queue(tx)
        assert outbox.cancel(tx, row, NOW)
        assert (row_of(tx, row).state, row_of(tx, row).reason) == ("cancelled", "cancelled_by_hand")
        assert claim(tx, NOW + DAY) == []
        assert not outbox.retry(tx, row, NOW)
        assert not outbox.cancel(tx, row, NOW)


@pytest.mark.parametrize("done", ["sending", "sent", "missing"])
def test_what_left_or_is_leaving_cannot_be_called_back(database: Database, done: str) -> None:
    """Neither retried nor cancelled, and nothing is noted as done by hand."""
    with database.begin() as tx:
        (row,) = queue(tx)
        claim(tx)
        if done == "sent":
            outbox.sent(tx, row, "<a@us>", NOW)
        asked = 4711 if done == "missing" else row
        assert not outbox.retry(tx, asked, NOW)
        assert not outbox.cancel(tx, asked, NOW)
        assert tx.execute(select(tables.event)).all() == []


def test_who_lost_the_mail_to_another_does_not_put_it_back(database: Database) -> None:
    """The lease ran out and another one sent it: the late loser changes nothing."""
    with database.begin() as tx:
        (row,) = queue(tx)
        claim(tx)
        claim(tx, NOW + LEASE)
        outbox.sent(tx, row, "<a@us>", NOW + LEASE)
        outbox.again(tx, row, NOW, "timed out")
        outbox.held(tx, row, NOW, WHY)
        outbox.failed(tx, row, "timed out", NOW)
        assert row_of(tx, row).state == "sent"


def test_the_next_due_instant_wakes_the_sender(database: Database) -> None:
    """Now where one is due, else the earliest wait or lease; None where nothing is on its way."""
    with database.begin() as tx:
        assert outbox.next_due(tx, NOW) is None
        first, second = queue(tx, 2)
        assert outbox.next_due(tx, NOW + MINUTE) == NOW + MINUTE
        claim(tx)
        assert outbox.next_due(tx, NOW) == NOW + LEASE
        outbox.held(tx, first, NOW + MINUTE, WHY)
        assert outbox.next_due(tx, NOW) == NOW + MINUTE
        outbox.sent(tx, second, "<a@us>", NOW)
        outbox.failed(tx, first, "", NOW)
        assert outbox.next_due(tx, NOW) == NOW + MINUTE


def test_the_list_shows_every_mail_as_a_flat_row(database: Database) -> None:
    """The columns that scripts rely on; a state chooses."""
    with database.begin() as tx:
        first, second = queue(tx, 2)
        claim(tx, limit=1)
        outbox.held(tx, first, NOW + HOUR, WHY)
        everything, held = outbox.listing(tx, None), outbox.listing(tx, "held")
    assert [row["id"] for row in everything] == [first, second]
    assert held == [
        {
            "id": first,
            "incident": 1001,
            "kind": "staff_new_incident",
            "recipient": "0@example.org",
            "state": "held",
            "created_at": NOW,
            "not_before": NOW + HOUR,
            "attempts": 0,
            "sent_at": None,
            "message_id": None,
            "reason": WHY.name,
            "text": WHY.text,
            "last_error": None,
        }
    ]


def test_no_mail_is_lost_or_sent_twice_whatever_happens(database: Database) -> None:
    """A machine of senders that send, defer, hold, give up and die, under a clock that only moves on."""

    class Senders(RuleBasedStateMachine):
        """Each row is counted when it is sent; the table must agree, and every row must end somewhere."""

        def __init__(self) -> None:
            super().__init__()
            self.now, self.sent, self.claimed = NOW, dict[int, int](), dict[int, int]()
            self.transaction = database.begin()
            self.tx = self.transaction.__enter__()
            self.undo = self.tx.begin_nested()
            self.rows: list[int] = []

        @rule()
        def queue(self) -> None:
            """One more mail."""
            did(self.tx, [notification(Address(f"{len(self.rows)}@x"))], None, self.now, "machine")
            self.rows = list(self.tx.scalars(select(tables.outbox.c.id)))

        @rule(limit=st.integers(1, 3))
        def claim(self, limit: int) -> None:
            """What is claimed was not sent, and nobody else's lease on it lasts."""
            for row in outbox.claim(self.tx, self.now, limit=limit, lease=LEASE):
                assert row.id not in self.sent
                assert row.id not in self.claimed
                self.claimed[row.id] = row.attempts

        @rule(how=st.sampled_from(["sent", "again", "held", "failed"]))
        def finish(self, how: str) -> None:
            """The oldest claim ends in one of four ways."""
            if not self.claimed:
                return
            row = min(self.claimed)
            del self.claimed[row]
            if how == "sent":
                outbox.sent(self.tx, row, f"<{row}@us>", self.now)
                self.sent[row] = self.sent.get(row, 0) + 1
            elif how == "again":
                outbox.again(self.tx, row, self.now + MINUTE, "451")
            elif how == "held":
                outbox.held(self.tx, row, self.now + MINUTE, WHY)
            else:
                outbox.failed(self.tx, row, "550", self.now)

        @rule()
        def die(self) -> None:
            """The sender is gone and its leases run out."""
            self.claimed.clear()
            self.now += LEASE

        @rule(row=st.integers(0, 5))
        def retry(self, row: int) -> None:
            """A person retries some mail."""
            if row < len(self.rows) and outbox.retry(self.tx, self.rows[row], self.now):
                assert self.rows[row] not in self.sent

        @invariant()
        def sent_once(self) -> None:
            """The table says `sent` of exactly those that were sent, each once."""
            query = select(tables.outbox.c.id).where(tables.outbox.c.state == "sent")
            assert set(self.tx.scalars(query)) == set(self.sent)
            assert set(self.sent.values()) <= {1}

        def teardown(self) -> None:
            """Everything that was not given up leaves in the end."""
            self.now += DAY
            left = {row.id for row in outbox.claim(self.tx, self.now, limit=99, lease=LEASE)}
            failed = select(tables.outbox.c.id).where(tables.outbox.c.state == "failed")
            assert left | set(self.sent) | set(self.tx.scalars(failed)) == set(self.rows)
            self.undo.rollback()
            self.transaction.__exit__(None, None, None)

    quick = settings(
        max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Senders, settings=quick)
