"""How far each folder was read, and that one reader at a time reads it."""

from maild.store.database import Database
from maild.store.mailboxes import (
    MailboxState,
    drop_leases,
    known_uids,
    lease_owners,
    meet,
    set_view,
    take_lease,
)
from tests.parts.records import HOUR, MINUTE, NOW, a_delivery, came, opening


def test_a_folder_is_met_once(database: Database) -> None:
    """First contact is remembered; the same account and folder are the same row."""
    with database.begin() as tx:
        first = meet(tx, "support", "INBOX", NOW)
        assert first == MailboxState(first.id, "support", "INBOX", None, 0, NOW, None)
        assert meet(tx, "support", "INBOX", NOW + HOUR) == first
        assert meet(tx, "support", "Other", NOW).id != first.id


def test_a_new_uidvalidity_does_not_make_it_a_first_contact(database: Database) -> None:
    """The view changes, first contact stays (rule 23)."""
    with database.begin() as tx:
        row = meet(tx, "support", "INBOX", NOW).id
        set_view(tx, row, uidvalidity=7, cursor=41, backlog_below=40)
        set_view(tx, row, uidvalidity=2**32 - 1, cursor=0, backlog_below=12)
        found = meet(tx, "support", "INBOX", NOW + HOUR)
    assert found == MailboxState(row, "support", "INBOX", 2**32 - 1, 0, NOW, 12)


def test_known_uids_are_those_of_this_folder_and_uidvalidity(database: Database) -> None:
    """The ledger answers for one (mailbox, UIDVALIDITY) alone."""
    with database.begin() as tx:
        inbox, other = (meet(tx, "support", name, NOW).id for name in ("INBOX", "Other"))
        for mailbox, validity, uid in ((inbox, 1, 5), (inbox, 1, 6), (inbox, 2, 7), (other, 1, 8)):
            came(tx, opening(), delivery=a_delivery(mailbox=mailbox, uidvalidity=validity, uid=uid))
        assert known_uids(tx, inbox, 1, [4, 5, 6, 7, 8]) == {5, 6}
        assert known_uids(tx, inbox, 1, range(0)) == frozenset()


def test_a_lease_keeps_others_out_until_it_is_over(database: Database) -> None:
    """Free, ours or expired: taken; somebody else's: not."""
    until = NOW + MINUTE
    with database.begin() as tx:
        row = meet(tx, "support", "INBOX", NOW).id
        assert take_lease(tx, row, "one", NOW, until)
        assert take_lease(tx, row, "one", NOW, until)
        assert not take_lease(tx, row, "two", until - MINUTE / 60, until + HOUR)
        assert take_lease(tx, row, "two", until, until + MINUTE)
        assert not take_lease(tx, row, "one", until, until + MINUTE)


def test_leases_are_given_up_only_by_their_owner(database: Database) -> None:
    """A reader that was overtaken does not free the folder of the one who overtook it; who leaves frees all."""
    with database.begin() as tx:
        rows = [meet(tx, "support", name, NOW).id for name in ("INBOX", "Other")]
        assert lease_owners(tx) == []
        for row in rows:
            take_lease(tx, row, "one", NOW, NOW + MINUTE)
        drop_leases(tx, "two")
        assert lease_owners(tx) == ["one"]
        assert not take_lease(tx, rows[0], "two", NOW, NOW + MINUTE)
        drop_leases(tx, "one")
        assert lease_owners(tx) == []
        assert take_lease(tx, rows[0], "two", NOW, NOW + MINUTE)
