"""The mail that was there before maild came is summed up to the staff, once a folder."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from maild.core.actions import Action, AddEntry, Dispose
from maild.store import backlog, mailboxes
from maild.store.database import Database
from maild.store.mailboxes import MailboxState
from maild.store.tables import outbox
from tests.parts import cases as c
from tests.parts.messages import ALICE, a_message
from tests.parts.records import LIMITS, NOW, WHY, a_delivery, came, opening

APPENDED: list[Action] = [Dispose("appended", (WHY,)), AddEntry("customer_message", ALICE, "More.", (WHY,))]
KEPT: list[Action] = [Dispose("kept", (WHY,))]


def folder(tx: Connection, account: str = "support") -> MailboxState:
    """Return the state of a folder that was just entered."""
    state = mailboxes.meet(tx, account, "INBOX", NOW)
    mailboxes.set_view(tx, state.id, uidvalidity=1, cursor=0, backlog_below=100)
    return mailboxes.meet(tx, account, "INBOX", NOW)


def takes(
    tx: Connection, state: MailboxState, uid: int, actions: list[Action], *, old: bool = True, **more: object
) -> None:
    """Let a mail of the folder come in."""
    delivery = a_delivery(
        mailbox=state.id, uidvalidity=state.uidvalidity, uid=uid, source=state.account, backlog=old
    )
    came(tx, actions, delivery=delivery, message=a_message(message_id=f"<{uid}@{state.account}>"), **more)  # type: ignore[arg-type]


def summaries(tx: Connection, state: MailboxState, **rules: object) -> list[dict[str, object]]:
    """Sum up, and return the facts of every summary in the outbox."""
    backlog.summarise(tx, state, c.rules(**rules), now=NOW, limits=LIMITS)
    query = select(outbox).where(outbox.c.kind == "backlog_summary").order_by(outbox.c.id)
    return [dict(row.facts) for row in tx.execute(query)]


def test_each_of_the_staff_gets_one_summary(database: Database) -> None:
    """How many mails opened an incident, went on with one, or were kept; and the incidents by name."""
    with database.begin() as tx:
        state = folder(tx)
        takes(tx, state, 1, opening(subject="One"))
        takes(tx, state, 2, opening(subject="Two"))
        takes(tx, state, 3, APPENDED, incident=1001)
        takes(tx, state, 4, KEPT)
        told = summaries(tx, state)
    assert len(told) == 2
    assert told[0] == {
        "mailbox": "support",
        "opened": 2,
        "appended": 1,
        "other": 1,
        "items": [{"number": "1001", "what": "One"}, {"number": "1002", "what": "Two"}],
        "more": 0,
    }


def test_what_came_later_is_no_backlog(database: Database) -> None:
    """It was told one by one."""
    with database.begin() as tx:
        state = folder(tx)
        takes(tx, state, 1, opening(subject="Old"))
        takes(tx, state, 101, opening(subject="New"), old=False)
        told = summaries(tx, state)[0]
    assert (told["opened"], told["items"]) == (1, [{"number": "1001", "what": "Old"}])


def test_each_folder_has_its_own(database: Database) -> None:
    """The orders' mailbox says nothing of the support's."""
    with database.begin() as tx:
        support, orders = folder(tx), folder(tx, "orders")
        takes(tx, support, 1, opening())
        takes(tx, orders, 1, opening(subject="An order"))
        told = summaries(tx, orders)
    assert [fact["mailbox"] for fact in told] == ["orders", "orders"]
    assert told[0]["opened"] == 1


def test_without_backlog_nothing_is_said(database: Database) -> None:
    """A mail that says that there was nothing helps nobody."""
    with database.begin() as tx:
        assert summaries(tx, folder(tx)) == []


def test_a_folder_is_summed_up_once(database: Database) -> None:
    """Asked again, even after its mails were numbered anew (rule 23): first contact is once."""
    with database.begin() as tx:
        state = folder(tx)
        takes(tx, state, 1, opening())
        summaries(tx, state)
        mailboxes.set_view(tx, state.id, uidvalidity=2, cursor=0, backlog_below=50)
        again = mailboxes.meet(tx, "support", "INBOX", NOW + timedelta(days=9))
        assert len(summaries(tx, again)) == 2


@pytest.mark.parametrize("count", [backlog.SHOWN, backlog.SHOWN + 7])
def test_a_long_list_is_cut_and_says_so(database: Database, count: int) -> None:
    """Fifty by name; the rest is a number."""
    with database.begin() as tx:
        state = folder(tx)
        for uid in range(1, count + 1):
            takes(tx, state, uid, opening())
        told = summaries(tx, state, staff=(c.ANNA,))[0]
    items = told["items"]
    assert isinstance(items, list)
    assert (len(items), told["more"], told["opened"]) == (backlog.SHOWN, count - backlog.SHOWN, count)
