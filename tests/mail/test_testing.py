"""The fakes do what they are told to; that they keep their contracts is said by the suites over fake and real."""

import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest

from maild.errors import LoginRefused, SendDeferred, SendRefused
from maild.testing import FakeMailbox, FakeSmtp, FixedClock

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
MAIL = b"Subject: hello\r\n\r\nhello\r\n"


def test_a_fixed_clock_stands_still_until_it_is_moved() -> None:
    """And tells UTC, whatever zone it was set in."""
    clock = FixedClock(NOON.astimezone(timezone(timedelta(hours=5))))
    assert [clock.now(), clock.now()] == [NOON, NOON]
    assert clock.now().tzinfo is UTC
    assert clock.advance(timedelta(minutes=90)) == clock.now() == NOON + timedelta(minutes=90)


def test_a_fake_sender_refuses_and_defers_whom_it_is_told_to() -> None:
    """The others get their mail, and so do these again later."""
    sender = FakeSmtp()
    sender.refuse("gone@example.com", "550 gone")
    sender.defer("full@example.com", "452 full")
    for recipient, error in (("gone@example.com", SendRefused), ("full@example.com", SendDeferred)):
        with pytest.raises(error):
            sender.send(MAIL, "", recipient)
    sender.send(MAIL, "", "anna@example.com")
    sender.accept("full@example.com")
    sender.send(MAIL, "", "full@example.com")
    assert [each.recipient for each in sender.sent] == ["anna@example.com", "full@example.com"]


def test_a_fake_sender_can_be_waited_for() -> None:
    """A test need not sleep until another thread has sent."""
    sender = FakeSmtp()
    sending = threading.Timer(0.05, sender.send, (MAIL, "", "anna@example.com"))
    sending.start()
    assert sender.wait_for(1, seconds=20)
    assert not sender.wait_for(2, seconds=0.01)
    sending.join()


def test_a_fake_mailbox_takes_logins_again() -> None:
    """The password was mended."""
    mailbox = FakeMailbox("support")
    mailbox.refuse_login("refused user x")
    with pytest.raises(LoginRefused, match=r"^mailbox support: refused user x$"):
        mailbox.open()
    mailbox.refuse_login(None)
    assert mailbox.open().uidvalidity == 1


def test_a_fake_mailbox_numbers_anew_without_holes() -> None:
    """As a server does that lost its index."""
    mailbox = FakeMailbox()
    mailbox.open()
    first, second, third = (mailbox.deliver(b"%d" % number) for number in range(3))
    mailbox.remove(first)
    mailbox.settle([second])
    mailbox.change_uidvalidity()
    folder = mailbox.open()
    assert (folder.uidvalidity, folder.uidnext) == (2, 2)
    assert [(each.uid, each.raw) for each in mailbox.fetch([1, 2, 3])] == [(1, b"2")]
    assert third == 3
