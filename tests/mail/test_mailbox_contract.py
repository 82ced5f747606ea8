"""Whatever stands behind it, a mailbox keeps its contract: the same claims over the fake and a real Dovecot."""

import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol

import pytest

from maild.core.limits import Limits
from maild.errors import BrokenOver, LoginRefused, Unreachable
from maild.mail.imap import ImapMailbox
from maild.mail.interfaces import Mailbox
from maild.testing import FakeMailbox
from tests.mail.conftest import MakeSettings
from tests.parts.dovecot import PrivateDovecot
from tests.parts.proxy import Proxy

NOON = datetime(2026, 3, 3, 12, 0, tzinfo=UTC)
PORTION = 10_000


def mail(subject: str, size: int = 0) -> bytes:
    """Return a small mail, or one of at least `size` bytes."""
    return f"From: anna@example.com\r\nSubject: {subject}\r\n\r\n{'x' * size}\r\n".encode()


class World(Protocol):
    """A mailbox, and the powers over its server that the claims need."""

    def mailbox(self, *, move: bool = True, password: str | None = None) -> Mailbox:
        """Return the mailbox under test, not yet open."""
        ...

    def deliver(self, raw: bytes, internal_date: datetime = NOON) -> int:
        """Put a mail into the folder."""
        ...

    def remove(self, uid: int) -> None:
        """Take a mail away, as a person might."""
        ...

    def withhold(self, uid: int) -> None:
        """List this mail and don't hand it over."""
        ...

    def processed(self) -> list[bytes]:
        """Return what has been moved."""
        ...

    def change_uidvalidity(self) -> None:
        """Number all mails anew."""
        ...

    def go_away(self) -> None:
        """Be unreachable."""
        ...

    def come_back(self) -> None:
        """Be reachable again."""
        ...


class FakeWorld:
    """The fake is its own server."""

    def __init__(self) -> None:
        self.fake = FakeMailbox("support", portion_bytes=PORTION)

    def mailbox(self, *, move: bool = True, password: str | None = None) -> FakeMailbox:
        """Return the mailbox under test, not yet open."""
        if not move:
            self.fake = FakeMailbox("support", processed=False, portion_bytes=PORTION)
        self.fake.refuse_login("fake refused user support" if password else None)
        return self.fake

    def deliver(self, raw: bytes, internal_date: datetime = NOON) -> int:
        """Put a mail into the folder."""
        return self.fake.deliver(raw, internal_date)

    def remove(self, uid: int) -> None:
        """Take a mail away, as a person might."""
        self.fake.remove(uid)

    def withhold(self, uid: int) -> None:
        """List this mail and don't hand it over."""
        self.fake.withhold(uid)

    def processed(self) -> list[bytes]:
        """Return what has been moved."""
        return [fetched.raw for fetched in self.fake.processed]

    def change_uidvalidity(self) -> None:
        """Number all mails anew."""
        self.fake.change_uidvalidity()

    def go_away(self) -> None:
        """Be unreachable."""
        self.fake.go_away()

    def come_back(self) -> None:
        """Be reachable again."""
        self.fake.come_back()


class BreakingWorld(FakeWorld):
    """A fake that ends the connection over a withheld mail."""

    def withhold(self, uid: int) -> None:
        """List this mail and end the connection over it."""
        self.fake.withhold(uid, breaks=True)


class DovecotWorld:
    """A folder on a real server, seen through a proxy that can be cut."""

    def __init__(self, server: PrivateDovecot, make_settings: MakeSettings) -> None:
        self.server = server
        self.make_settings = make_settings
        self.proxy = Proxy(server.port)
        self.settings = make_settings()

    def mailbox(self, *, move: bool = True, password: str | None = None) -> ImapMailbox:
        """Return the mailbox under test, not yet open."""
        changes = {"host": "127.0.0.1", "port": self.proxy.port, "tls": "none"}
        changes |= {} if move else {"processed_folder": ""}
        changes |= {"password": password} if password else {}
        return ImapMailbox(self.make_settings(**changes), Limits(message_bytes=PORTION))

    def deliver(self, raw: bytes, internal_date: datetime = NOON) -> int:
        """Put a mail into the folder."""
        return self.server.append(raw, self.settings.folder, internal_date)

    def remove(self, uid: int) -> None:
        """Take a mail away, as a person might."""
        self.server.delete(uid, self.settings.folder)

    def withhold(self, uid: int) -> None:
        """Make the file of this mail unreadable: Dovecot says that it failed, and ends the connection."""
        self.server.lock_away(uid, self.settings.folder)

    def processed(self) -> list[bytes]:
        """Return what has been moved."""
        return list(self.server.mails(self.settings.processed_folder).values())

    def change_uidvalidity(self) -> None:
        """Number all mails anew."""
        self.server.change_uidvalidity()

    def go_away(self) -> None:
        """Be unreachable."""
        self.proxy.cut(refuse=True)

    def come_back(self) -> None:
        """Be reachable again."""
        self.proxy.resume()


@pytest.fixture(params=["fake", "breaking", "dovecot"])
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The fake in its two tempers, and then a real server."""
    if request.param != "dovecot":
        yield FakeWorld() if request.param == "fake" else BreakingWorld()
        return
    made = DovecotWorld(request.getfixturevalue("dovecot"), request.getfixturevalue("make_settings"))
    yield made
    made.proxy.stop()


@pytest.fixture
def box(world: World) -> Iterator[Mailbox]:
    """An open mailbox with a processed folder."""
    mailbox = world.mailbox()
    mailbox.open()
    yield mailbox
    mailbox.close()


def after(seconds: float, work: object, *args: object) -> threading.Timer:
    """Do `work` in another thread, a moment from now."""
    assert callable(work)
    timer = threading.Timer(seconds, work, args)
    timer.start()
    return timer


def test_open_says_where_new_uids_begin(world: World) -> None:
    """`uidnext` is above every UID that is given out."""
    last = [world.deliver(mail(str(number))) for number in range(3)][-1]
    mailbox = world.mailbox()
    folder = mailbox.open()
    assert folder.uidnext == last + 1
    assert folder.uidvalidity > 0
    assert folder.can_idle
    mailbox.close()


def test_uids_are_those_above_in_order(world: World, box: Mailbox) -> None:
    """What was there and what came since is listed, from the asked UID on."""
    uids = [world.deliver(mail(str(number))) for number in range(4)]
    assert box.uids(0) == uids
    assert box.uids(uids[1]) == uids[2:]


def test_no_uid_above_the_last_is_an_empty_list(world: World, box: Mailbox) -> None:
    """`n:*` of IMAP always has the last mail in it; the list has not."""
    assert box.uids(0) == []
    last = world.deliver(mail("one"))
    assert box.uids(last) == []
    assert box.uids(last + 1000) == []


def test_since_leaves_out_what_came_before_that_day(world: World, box: Mailbox) -> None:
    """The day counts, not the hour."""
    world.deliver(mail("old"), NOON - timedelta(days=30))
    day = world.deliver(mail("that day"), NOON)
    later = world.deliver(mail("later"), NOON + timedelta(days=3))
    assert box.uids(0, since=NOON.date()) == [day, later]
    assert box.uids(day, since=date(2020, 1, 1)) == [later]


def test_fetch_gives_the_bytes_and_the_arrival_in_utc(world: World, box: Mailbox) -> None:
    """Bytes are as they were put there; the arrival is an instant, whatever zone the server writes."""
    raw = b"Subject: \xff\xfe\r\n\r\n.\r\n\x00 body \r\nno end"
    uid = world.deliver(
        raw.replace(b"\x00", b""), datetime(2026, 3, 3, 14, tzinfo=timezone(timedelta(hours=2)))
    )
    (fetched,) = box.fetch(box.uids(0))
    assert fetched.uid == uid
    assert fetched.raw == raw.replace(b"\x00", b"")
    assert fetched.internal_date == NOON
    assert fetched.internal_date.tzinfo is UTC


def test_a_batch_of_fifty_comes_in_order(world: World, box: Mailbox) -> None:
    """One batch has every mail once, by UID."""
    uids = [world.deliver(mail(str(number))) for number in range(50)]
    fetched = box.fetch(list(reversed(box.uids(0))))
    assert [each.uid for each in fetched] == uids
    assert [each.raw for each in fetched] == [mail(str(number)) for number in range(50)]


def test_a_mail_that_is_gone_is_left_out_of_a_batch(world: World, box: Mailbox) -> None:
    """Somebody deleted it between our look and our fetch."""
    uids = [world.deliver(mail(str(number))) for number in range(3)]
    assert box.uids(0) == uids
    world.remove(uids[1])
    assert [each.uid for each in box.fetch(uids)] == [uids[0], uids[2]]
    assert box.fetch([uids[1]]) == []


def test_a_mail_that_is_there_and_not_given_is_never_taken_for_gone(world: World, box: Mailbox) -> None:
    """It is named: as withheld, or as what the connection broke over; and the others are given all the same."""
    uids = [world.deliver(mail(str(number))) for number in range(3)]
    world.withhold(uids[1])
    assert box.uids(0) == uids
    try:
        named = {each.uid for portion in box.portions([uids[1]]) for each in portion.withheld}
    except BrokenOver as lost:
        named = set(lost.uids)
        box.open()
    assert named == {uids[1]}
    assert [each.uid for each in box.fetch([uids[0], uids[2]])] == [uids[0], uids[2]]
    assert box.uids(0) == uids


def test_portions_bound_the_bytes_in_hand(world: World, box: Mailbox) -> None:
    """No portion is above the limit, but one mail alone may be."""
    sizes = [4000, 4000, 4000, 50_000, 100]
    uids = [world.deliver(mail(str(number), size)) for number, size in enumerate(sizes)]
    portions = [[each.uid for each in portion.mails] for portion in box.portions(box.uids(0))]
    assert portions == [uids[:2], uids[2:3], uids[3:4], uids[4:]]


def test_settled_mails_are_in_the_processed_folder(world: World, box: Mailbox) -> None:
    """They leave the folder for the other, and are listed no more."""
    uids = [world.deliver(mail(str(number))) for number in range(3)]
    box.uids(0)
    box.settle(uids[:2])
    assert sorted(world.processed()) == [mail("0"), mail("1")]
    assert box.uids(0) == uids[2:]


def test_settling_what_is_gone_is_no_error(world: World, box: Mailbox) -> None:
    """After a crash mails are settled again."""
    uids = [world.deliver(mail(str(number))) for number in range(2)]
    box.uids(0)
    box.settle(uids[:1])
    box.settle(uids)
    box.settle(uids)
    box.settle([])
    assert sorted(world.processed()) == [mail("0"), mail("1")]


def test_without_a_processed_folder_mails_stay_and_are_listed_no_more(world: World) -> None:
    """The keyword tells what is done, and outlives the connection."""
    mailbox = world.mailbox(move=False)
    mailbox.open()
    uids = [world.deliver(mail(str(number))) for number in range(3)]
    assert mailbox.uids(0) == uids
    mailbox.settle(uids[:2])
    assert mailbox.uids(0) == uids[2:]
    mailbox.open()
    assert mailbox.uids(0) == uids[2:]
    assert [each.uid for each in mailbox.fetch(uids)] == uids
    mailbox.close()


def test_wait_wakes_up_for_new_mail(world: World, box: Mailbox) -> None:
    """A mail that comes while we wait ends the waiting, long before its time."""
    box.uids(0)
    timer = after(0.2, world.deliver, mail("wake up"))
    assert box.wait(60, threading.Event())
    timer.join()
    assert len(box.uids(0)) == 1


def test_wait_knows_of_mail_that_came_before_it(world: World, box: Mailbox) -> None:
    """Between the last look and the waiting no mail is lost."""
    assert box.uids(0) == []
    uid = world.deliver(mail("just now"))
    assert box.wait(60, threading.Event())
    assert box.uids(0) == [uid]


def test_wait_returns_at_once_before_the_first_look(box: Mailbox) -> None:
    """Whatever was there when the folder was opened has not been seen yet."""
    assert box.wait(60, threading.Event())


def test_wait_ends_in_time_and_says_that_nothing_came(box: Mailbox) -> None:
    """The safety net below every push."""
    box.uids(0)
    assert not box.wait(0.3, threading.Event())
    assert box.uids(0) == []


def test_wait_ends_when_told_to_stop(box: Mailbox) -> None:
    """A daemon that stops does not wait for mail."""
    stop = threading.Event()
    timer = after(0.2, stop.set)
    box.uids(0)
    assert not box.wait(600, stop)
    timer.join()


def test_the_mailbox_still_serves_after_waiting(world: World, box: Mailbox) -> None:
    """Waiting leaves the connection in step, again and again."""
    box.uids(0)
    for number in range(3):
        assert not box.wait(0.1, threading.Event())
        uid = world.deliver(mail(str(number)))
        assert box.uids(uid - 1) == [uid]


def test_open_sees_that_uidvalidity_changed(world: World, box: Mailbox) -> None:
    """All UIDs mean something else then; the mails are the same."""
    before = box.open()
    raws = [mail(str(number)) for number in range(2)]
    for raw in raws:
        world.deliver(raw)
    world.change_uidvalidity()
    changed = box.open()
    assert changed.uidvalidity != before.uidvalidity
    assert [each.raw for each in box.fetch(box.uids(0))] == raws


def test_a_server_that_went_away_is_unreachable_until_it_is_back(world: World, box: Mailbox) -> None:
    """Each call says so in one line; opening anew is the way back."""
    uid = world.deliver(mail("one"))
    assert box.uids(0) == [uid]
    world.go_away()
    for call in (lambda: box.uids(0), lambda: box.fetch([uid]), lambda: box.settle([uid]), box.open):
        with pytest.raises(Unreachable) as caught:
            call()
        assert "\n" not in str(caught.value)
        assert str(caught.value).startswith("mailbox support: ")
    world.come_back()
    box.open()
    assert box.uids(0) == [uid]


def test_a_server_that_goes_away_ends_the_waiting(world: World, box: Mailbox) -> None:
    """It raises soon instead of waiting for mail that can't come."""
    box.uids(0)
    timer = after(0.2, world.go_away)
    with pytest.raises(Unreachable):
        box.wait(60, threading.Event())
    timer.join()


def test_a_refused_login_is_told_from_a_server_that_is_gone(world: World) -> None:
    """The one is for a person to mend, the other mends itself."""
    mailbox = world.mailbox(password="wrong")
    with pytest.raises(LoginRefused, match=r"^mailbox support: .*refused user support"):
        mailbox.open()
    with pytest.raises(Unreachable):
        mailbox.uids(0)


def test_a_mailbox_that_is_not_open_is_unreachable(world: World) -> None:
    """Before open and after close nothing is answered, and close may come at any time."""
    mailbox = world.mailbox()
    mailbox.close()
    with pytest.raises(Unreachable):
        mailbox.uids(0)
    mailbox.open()
    mailbox.close()
    mailbox.close()
    with pytest.raises(Unreachable):
        mailbox.wait(1, threading.Event())
