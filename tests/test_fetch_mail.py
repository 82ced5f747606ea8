"""STORY 0: which mails are new, what is told to the server when, and what every interruption leaves behind."""

import contextlib
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from maild.config.mailbox import MailboxSettings
from maild.core.deciding.decide_withheld_mail import REMEDY
from maild.core.message import Delivery
from maild.errors import BrokenOver, LoginRefused, Overtaken, Unreachable
from maild.fetch_mail import (
    FIRST_WAIT,
    LEASE,
    LONGEST_WAIT,
    BackOff,
    Round,
    Watch,
    complain,
    fetch_new_mail,
    keep_fetching,
)
from maild.handle_message import take
from maild.log import TextLines
from maild.mail.interfaces import Fetched, Portion
from maild.mail.patience import Patience
from maild.store.tables import arrival, incident, timer
from maild.testing import FakeMailbox
from tests.faults.target import ANNA, JANE, NOW, Target, target

OLD = NOW - timedelta(days=3)
SETTINGS = MailboxSettings(name="support", host="localhost", user="support@example.com", since="all")


@dataclass
class Station:
    """A mailbox and a maild that reads it; `fetch` is one look into the folder, as one of its processes."""

    maild: Target
    settings: MailboxSettings = SETTINGS
    mailbox: FakeMailbox = field(default_factory=FakeMailbox)

    def arrives(self, text: str = "It shows a white page.\n", at: datetime | None = None) -> bytes:
        """Put a mail into the folder; return its bytes."""
        raw = self.maild.mail(JANE, text)
        self.mailbox.deliver(raw, at or self.maild.clock.now())
        return raw

    def fetch(
        self,
        mailbox: FakeMailbox | None = None,
        owner: str = "here:1",
        take: Callable[..., None] | None = None,
        patience: Patience | None = None,
    ) -> int:
        """Look once; return how many mails were taken."""
        mailbox = mailbox or self.mailbox
        look = Round(self.settings, mailbox.open(), owner, self.maild.desk, take or self.take)
        look = replace(look, patience=patience or Patience())
        return fetch_new_mail(mailbox, look)

    def take(self, deliveries: Sequence[Delivery]) -> None:
        """Handle the mails as the daemon does."""
        take(deliveries, self.maild.desk)

    def since(self, when: date | Literal["now", "all"]) -> None:
        """Take what of the old mail `when` says."""
        self.settings = replace(self.settings, since=when)

    @property
    def left(self) -> int:
        """How many mails still lie in the folder, not done."""
        self.mailbox.open()
        return len(self.mailbox.uids(0))


class DiesBeforeSettling(FakeMailbox):
    """A server that goes away when it is told that mail is done, as after a crash between commit and MOVE."""

    dies = False

    def settle(self, uids: Sequence[int]) -> None:
        """Go away instead, where it is to."""
        if self.dies and uids:
            raise Unreachable("connection reset")
        super().settle(uids)


class Loses(FakeMailbox):
    """A folder that somebody else takes a mail out of between the list and the fetch."""

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Return all but the first."""
        return super().fetch(list(uids)[1:])


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    """A mailbox of which everything is taken."""
    with target(tmp_path, "\n[limits]\nbatch = 3\n") as maild:
        yield Station(maild)


# --- new mail ----------------------------------------------------------------------------------------------


def test_new_mail_is_taken_once_and_moved(station: Station) -> None:
    """Seen, committed, settled; the next look finds nothing."""
    station.fetch()
    station.arrives()
    assert station.fetch() == 1
    assert (station.left, len(station.mailbox.processed)) == (0, 1)
    assert station.fetch() == 0
    assert station.maild.dispositions() == ["opened"]


def test_where_mail_cannot_be_moved_the_ledger_knows_it(station: Station) -> None:
    """Rule 22: no processed folder: flagged at best, and never taken twice."""
    station.mailbox = FakeMailbox(processed=False)
    station.fetch()
    station.arrives()
    assert [station.fetch(), station.fetch()] == [1, 0]
    assert station.maild.dispositions() == ["opened"]


def test_mails_are_taken_in_their_order_over_several_batches(station: Station) -> None:
    """Seven mails, three at a time."""
    station.fetch()
    for n in range(7):
        station.arrives(f"Mail {n}\n")
    assert station.fetch() == 7
    uids = [row["uid"] for row in station.maild.rows(select(arrival).order_by(arrival.c.id))]
    assert uids == sorted(uids)
    assert len(station.mailbox.processed) == 7


def test_a_mail_counts_from_when_the_server_got_it_but_never_from_the_future(station: Station) -> None:
    """The promise began when the customer wrote; a clock that is wrong must not move it ahead."""
    station.fetch()
    station.maild.clock.advance(timedelta(hours=2))
    station.arrives(at=NOW + timedelta(hours=1))
    station.arrives(at=NOW + timedelta(days=9))
    station.fetch()
    wanted = [NOW + timedelta(hours=1), NOW + timedelta(hours=2)]
    opened = [row["opened_at"] for row in station.maild.rows(select(incident).order_by(incident.c.number))]
    assert opened == wanted
    assert [row["started_at"] for row in station.maild.rows(select(timer).order_by(timer.c.id))] == wanted
    assert [
        row["received_at"] for row in station.maild.rows(select(arrival).order_by(arrival.c.id))
    ] == wanted


def test_a_mail_that_is_gone_is_not_missed(tmp_path: Path) -> None:
    """Somebody moved it away in between: the others are taken."""
    with target(tmp_path, "") as maild:
        station = Station(maild, mailbox=Loses())
        station.arrives()
        station.arrives()
        assert station.fetch() == 1


def test_nothing_is_told_to_the_server_before_the_commit(station: Station) -> None:
    """When the database cannot take the mail, it stays where it is, and the next look takes it."""
    station.fetch()
    station.arrives()

    def no_database(_: Sequence[Delivery]) -> None:
        raise Unreachable("database is gone")

    with pytest.raises(Unreachable):
        station.fetch(take=no_database)
    assert (station.left, station.mailbox.processed) == (1, [])
    assert station.fetch() == 1


def test_a_crash_between_commit_and_move_makes_no_second_incident(tmp_path: Path) -> None:
    """The ledger knows the mail: it is moved now, and not handled again."""
    with target(tmp_path, "") as maild:
        box = DiesBeforeSettling()
        station = Station(maild, mailbox=box)
        station.fetch()
        station.arrives()
        box.dies = True
        with pytest.raises(Unreachable):
            station.fetch()
        box.dies = False
        assert station.fetch() == 0
        assert (station.left, len(box.processed)) == (0, 1)
        assert maild.dispositions() == ["opened"]
        assert len(maild.outbox("acknowledgement")) == 1


# --- mail that the server does not hand over -----------------------------------------------------------------


def look_again(station: Station, patience: Patience, times: int = 1) -> None:
    """Look as a reader does that is connected anew when the connection breaks."""
    for _ in range(times):
        with contextlib.suppress(BrokenOver):
            station.fetch(patience=patience)


@pytest.mark.parametrize("breaks", [False, True])
def test_a_withheld_mail_stops_no_other_mail(
    station: Station, caplog: pytest.LogCaptureFixture, breaks: bool
) -> None:
    """Refused, or the connection ended over it: one line names it and the remedy, and all others are taken."""
    patience = Patience()
    station.fetch(patience=patience)
    for n in range(4):
        station.arrives(f"Mail {n}\n")
    station.mailbox.withhold(2, breaks=breaks)
    with caplog.at_level(logging.ERROR, logger="maild"):
        look_again(station, patience, 5)
    station.arrives("Mail 4\n")
    look_again(station, patience)
    assert station.maild.dispositions() == ["opened"] * 4
    assert station.left == 1
    (line,) = [TextLines().format(record) for record in caplog.records if record.levelno >= logging.ERROR]
    assert "mail not handed over mailbox=support uid=2 error=" in line
    assert REMEDY in line


@pytest.mark.parametrize("breaks", [False, True])
def test_a_withheld_mail_is_told_to_the_staff_once(station: Station, breaks: bool) -> None:
    """When it is still withheld a minute later; a new reader of the folder tells nobody again."""
    patience = Patience()
    station.fetch(patience=patience)
    station.arrives()
    station.mailbox.withhold(1, breaks=breaks)
    look_again(station, patience, 3)
    assert station.maild.outbox("withheld_notice") == []
    for reader in (patience, patience, Patience()):
        for _ in range(9):
            station.maild.clock.advance(timedelta(minutes=30))
            look_again(station, reader)
    told = station.maild.outbox("withheld_notice")
    assert [(row["facts"]["uid"], row["incident"]) for row in told] == [(1, None)] * 2
    station.maild.sends()
    assert "UID" in station.maild.read(ANNA)[-1].text


@pytest.mark.parametrize("breaks", [False, True])
def test_a_withheld_mail_is_taken_when_it_is_handed_over_after_all(station: Station, breaks: bool) -> None:
    """Even by a reader that was started meanwhile, and even if later mail was taken before it."""
    patience = Patience()
    station.fetch(patience=patience)
    station.arrives("first\n")
    station.arrives("second\n")
    station.mailbox.withhold(1, breaks=breaks)
    look_again(station, patience, 5)
    assert station.maild.dispositions() == ["opened"]
    station.mailbox.hand_over(1)
    assert station.fetch() == 1
    assert (station.left, station.maild.dispositions()) == (0, ["opened"] * 2)


def test_a_withheld_mail_is_asked_for_at_growing_intervals(station: Station) -> None:
    """After one minute, then after twice the time; a look in between leaves the server alone."""
    patience, asked = Patience(), list[timedelta]()
    station.fetch(patience=patience)
    station.arrives()

    class Counts(FakeMailbox):
        def portions(self, uids: Sequence[int]) -> Iterator[Portion]:
            asked.append(station.maild.clock.now() - NOW)
            return super().portions(uids)

    station.mailbox = Counts()
    station.arrives()
    station.mailbox.withhold(1)
    for _ in range(20):
        look_again(station, patience)
        station.maild.clock.advance(timedelta(minutes=1))
    assert asked == [timedelta(minutes=n) for n in (0, 1, 3, 7, 15)]


def test_a_withheld_mail_that_a_person_takes_away_is_forgotten(station: Station) -> None:
    """The remedy works: what is gone is asked for no more, and the folder is read on."""
    patience = Patience()
    station.fetch(patience=patience)
    station.arrives()
    station.mailbox.withhold(1)
    look_again(station, patience)
    station.mailbox.remove(1)
    look_again(station, patience)
    assert patience.first_missing is None


def test_a_server_that_gives_nothing_at_all_is_asked_for_one_batch(station: Station) -> None:
    """Then it is hardly the mails' fault: the rest waits, and is taken when it can be."""
    patience = Patience()
    station.fetch(patience=patience)
    for n in range(9):
        station.arrives(f"Mail {n}\n")
        station.mailbox.withhold(n + 1)
    look_again(station, patience)
    assert patience.due(range(1, 10), station.maild.clock.now()) == [4, 5, 6, 7, 8, 9]
    for n in range(9):
        station.mailbox.hand_over(n + 1)
    look_again(station, patience)
    station.maild.clock.advance(timedelta(minutes=1))
    look_again(station, patience)
    assert station.maild.dispositions() == ["opened"] * 9


def test_old_mail_behind_a_withheld_one_is_not_fetched_again_and_again(tmp_path: Path) -> None:
    """What `since = "now"` leaves alone in a folder that is numbered anew is looked at once."""
    with target(tmp_path, "") as maild:
        station, patience = Station(maild, mailbox=FakeMailbox(processed=False)), Patience()
        station.since("now")
        station.arrives("old\n", OLD)
        station.fetch(patience=patience)
        station.arrives("new\n")
        station.mailbox.change_uidvalidity()
        station.mailbox.withhold(2)
        look_again(station, patience)
        assert patience.due([1, 2], maild.clock.now()) == []
        assert maild.dispositions() == []


# --- what was there before ---------------------------------------------------------------------------------


def test_now_leaves_alone_what_was_there(station: Station) -> None:
    """Rule 23: not taken, not moved; what comes after it is."""
    station.since("now")
    station.arrives("old\n", OLD)
    assert station.fetch() == 0
    station.arrives("new\n")
    assert station.fetch() == 1
    assert station.left == 1
    assert station.maild.outbox("backlog_summary") == []


def test_all_takes_what_was_there_in_silence_and_sends_one_summary(station: Station) -> None:
    """Rule 23: incidents without acknowledgement or notification; one summary for each of the staff."""
    for n in range(5):
        station.arrives(f"old {n}\n", OLD)
    assert station.fetch() == 5
    assert station.maild.dispositions() == ["opened"] * 5
    assert {row["kind"] for row in station.maild.outbox()} == {"backlog_summary"}
    assert len(station.maild.outbox()) == 2
    assert station.maild.desk.mail_waits.is_set()


def test_a_date_takes_what_came_since(station: Station) -> None:
    """Rule 23: by the day of the server's calendar."""
    station.since((NOW - timedelta(days=1)).date())
    station.arrives("older\n", OLD)
    station.arrives("newer\n", NOW - timedelta(hours=20))
    assert station.fetch() == 1
    assert station.maild.rows(select(arrival))[0]["backlog"]


def test_backlog_ends_with_the_first_contact(station: Station) -> None:
    """What comes after it is acknowledged like any mail."""
    station.arrives("old\n", OLD)
    station.fetch()
    station.arrives("new\n")
    station.fetch()
    assert [row["backlog"] for row in station.maild.rows(select(arrival))] == [True, False]
    assert len(station.maild.outbox("acknowledgement")) == 1


def test_backlog_is_acknowledged_where_the_config_says_so(tmp_path: Path) -> None:
    """Rule 23: by the mailbox it came through."""
    more = """
[[mailbox]]
name = "support"
host = "localhost"
tls = "none"
user = "support@example.com"
password_file = "password"
since = "all"
ack_backlog = true
"""
    (tmp_path / "password").write_text("x\n")
    (tmp_path / "password").chmod(0o600)
    with target(tmp_path, more) as maild:
        station = Station(maild, maild.desk.config.mailbox[0])
        station.arrives("old\n", OLD)
        station.fetch()
        assert len(maild.outbox("acknowledgement")) == 1
        assert maild.outbox("staff_new_incident") == []


# --- UIDVALIDITY --------------------------------------------------------------------------------------------


def test_a_folder_numbered_anew_brings_no_mail_twice(tmp_path: Path) -> None:
    """The same mails under other UIDs are duplicates; what is new among them is taken; no second summary."""
    with target(tmp_path, "") as maild:
        station = Station(maild, mailbox=FakeMailbox(processed=False))
        station.arrives("old\n", OLD)
        station.fetch()
        maild.clock.advance(timedelta(hours=1))
        station.arrives("new\n")
        station.fetch()
        station.mailbox.change_uidvalidity()
        station.arrives("after\n")
        assert station.fetch() == 3
        assert maild.dispositions() == ["opened", "opened", "duplicate", "duplicate", "opened"]
        assert len(maild.outbox("backlog_summary")) == 2
        assert len(maild.outbox("acknowledgement")) == 2


def test_a_folder_numbered_anew_shows_no_old_mail_as_new(tmp_path: Path) -> None:
    """Rule 23: what `since = "now"` left alone stays alone; what came since is taken, if it was not."""
    with target(tmp_path, "") as maild:
        station = Station(maild, mailbox=FakeMailbox(processed=False))
        station.since("now")
        station.arrives("old\n", OLD)
        station.fetch()
        maild.clock.advance(timedelta(hours=1))
        station.arrives("missed\n")
        station.mailbox.change_uidvalidity()
        assert station.fetch() == 1
        assert maild.dispositions() == ["opened"]
        assert not maild.rows(select(arrival))[0]["backlog"]


def test_a_mail_without_message_id_is_known_again_by_its_bytes(tmp_path: Path) -> None:
    """Rule 17: only where a folder is read anew."""
    with target(tmp_path, "") as maild:
        station = Station(maild, mailbox=FakeMailbox(processed=False))
        raw = maild.mail(JANE, Message_ID="")
        station.mailbox.deliver(raw, OLD)
        station.fetch()
        station.mailbox.change_uidvalidity()
        station.fetch()
        assert maild.dispositions() == ["opened", "duplicate"]


# --- several processes --------------------------------------------------------------------------------------


def test_one_process_reads_a_folder_at_a_time(station: Station) -> None:
    """The other waits until the lease is given up or has run out."""
    station.fetch(owner="here:1")
    station.arrives()
    assert station.fetch(owner="there:2") == 0
    station.maild.clock.advance(LEASE + timedelta(seconds=1))
    assert station.fetch(owner="there:2") == 1
    assert station.fetch(owner="here:1") == 0


def test_who_was_too_slow_takes_nothing_more(tmp_path: Path) -> None:
    """Between two portions another process got the folder: the rest is theirs."""
    with target(tmp_path, "\n[limits]\nbatch = 1\n") as maild:
        station = Station(maild, mailbox=FakeMailbox(processed=False))
        station.arrives("one\n")
        station.arrives("two\n")

        tried = list[int | None]()

        def slowly(deliveries: Sequence[Delivery]) -> None:
            tried.extend(delivery.uid for delivery in deliveries)
            take(deliveries, maild.desk)
            maild.clock.advance(LEASE + timedelta(seconds=1))
            station.fetch(owner="there:2")

        with pytest.raises(Overtaken):
            station.fetch(owner="here:1", take=slowly)
        assert maild.dispositions() == ["opened", "opened"]
        assert tried == [1]


# --- the thread of a mailbox ---------------------------------------------------------------------------------


def test_a_watch_reads_until_it_is_stopped(station: Station) -> None:
    """New mail is taken as it comes, over one connection."""
    came = threading.Event()

    def taken(deliveries: Sequence[Delivery]) -> None:
        station.take(deliveries)
        came.set()

    watch = Watch(station.settings, "here:1", lambda: station.maild.desk, taken, lambda: station.mailbox)
    thread = threading.Thread(target=keep_fetching, args=(watch,))
    thread.start()
    try:
        station.arrives()
        assert came.wait(10)
    finally:
        watch.stop.set()
        thread.join(10)
    assert not thread.is_alive()
    assert station.maild.dispositions() == ["opened"]


def test_a_watch_outlives_every_trouble(station: Station, caplog: pytest.LogCaptureFixture) -> None:
    """Refused, unreachable, a fault of ours: each said once, tried again, and that it works again is said, too."""
    troubles: list[Exception] = [
        LoginRefused("mailbox support: wrong password"),
        LoginRefused("mailbox support: wrong password"),
        Unreachable("mailbox support: connection refused"),
        KeyError("a fault of ours"),
    ]
    watch = Watch(station.settings, "here:1", lambda: station.maild.desk, station.take, lambda: box)
    watch.back_off = Impatient()

    class Troubled(FakeMailbox):
        def uids(self, above: int, since: date | None = None) -> list[int]:
            if troubles:
                raise troubles.pop(0)
            watch.stop.set()
            return super().uids(above, since)

    box = Troubled()
    with caplog.at_level(logging.INFO, logger="maild"):
        keep_fetching(watch)
    said = [record.getMessage() for record in caplog.records if "mailbox" in record.getMessage()]
    assert said == ["mailbox refuses us", "mailbox trouble", "mailbox trouble", "mailbox works again"]


class Impatient(BackOff):
    """Waits for nothing."""

    def next(self) -> float:
        """Return no time at all."""
        return 0.0


def test_the_same_complaint_is_made_once(station: Station, caplog: pytest.LogCaptureFixture) -> None:
    """A server that is down all night fills no log; another reason is news."""
    watch = Watch(station.settings, "here:1", lambda: station.maild.desk, station.take, FakeMailbox)
    with caplog.at_level(logging.INFO, logger="maild"):
        for error in (Unreachable("down"), Unreachable("down"), Unreachable("away"), Unreachable("down")):
            complain(watch, error)
    assert len(caplog.records) == 3


@given(st.integers(1, 40))
def test_waits_grow_to_five_minutes_and_are_never_all_alike(failures: int) -> None:
    """Doubled each time, with jitter, so that a hundred daemons do not come back at one instant."""
    back_off = BackOff()
    for n in range(failures):
        longest = min(FIRST_WAIT * 2**n, LONGEST_WAIT)
        assert longest / 2 <= back_off.next() <= longest
    back_off.worked()
    assert back_off.next() <= FIRST_WAIT
