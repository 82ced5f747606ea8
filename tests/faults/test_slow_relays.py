"""A relay that is slow, that cuts, that refuses: each mail of ours leaves once, or staff are told that it did not."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from maild.desk import Desk
from maild.errors import SendDeferred
from maild.send_outbox import send_due
from maild.testing import FakeSmtp, FixedClock
from tests.faults.outside_parser import read_outside
from tests.faults.target import ANNA, BEN, JANE, Target

MINUTE = timedelta(minutes=1)


class SlowRelay(FakeSmtp):
    """A relay that takes its time for each mail, during which another process looks for work."""

    def __init__(self, clock: FixedClock, takes: timedelta, colleague: list[Desk]) -> None:
        super().__init__()
        self._clock, self._takes, self._colleague = clock, takes, colleague

    def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
        """Keep the mail, late, and let the other process have a turn."""
        super().send(raw, mail_from, recipient, message_id)
        self._clock.advance(self._takes)
        for other in self._colleague:
            send_due(other)


@pytest.mark.parametrize("seconds", [1, 30, 59, 300, 590])
def test_two_processes_at_a_slow_relay_send_nothing_twice(maild: Target, seconds: int) -> None:
    """Twenty mails are claimed at once; none is taken for abandoned while its turn has not come (invariant I13)."""
    for number in range(25):
        maild.gets(maild.mail(f"c{number}@c{number}.example", proven=True))
    colleague = replace(maild.desk, sender=maild.sender)
    slow = replace(maild.desk, sender=SlowRelay(maild.clock, timedelta(seconds=seconds), [colleague]))
    for _ in range(60):
        send_due(slow)
        maild.clock.advance(MINUTE)
    assert isinstance(slow.sender, SlowRelay)
    left = Counter(read_outside(sent.raw)["Message-ID"] for sent in (*slow.sender.sent, *maild.sender.sent))
    assert set(left.values()) == {1}
    assert {row["state"] for row in maild.outbox()} <= {"sent", "cancelled"}


def test_a_relay_that_is_away_for_days_gets_every_mail(maild: Target) -> None:
    """Each address is tried again and again for five days; after four it comes back and nothing is missing."""
    for address in (JANE, ANNA, BEN):
        maild.sender.defer(address)
    maild.gets(maild.mail(JANE, proven=True))
    maild.works_for(timedelta(hours=4), 20)
    for address in (JANE, ANNA, BEN):
        maild.sender.accept(address)
    maild.works_for(timedelta(hours=4), 4)
    assert len(maild.to(JANE)) == 1
    assert any("We" in each.text or "customer" in each.text for each in maild.read(ANNA))


def test_a_refused_customer_is_told_to_staff_and_the_refusal_steers_nothing(maild: Target) -> None:
    """A hostile server's words go into the mail to staff as words, and no mail about a failed mail fails itself."""
    maild.sender.refuse(JANE, "550 no\r\nBcc: evil@example.net\r\n\r\n\x1b[2J" + "x" * 5000)
    maild.gets(maild.mail(JANE, proven=True))
    maild.works_for(MINUTE, 3)
    assert [each["Subject"] for each in maild.read(ANNA)][-1].count("Not delivered") == 1
    assert {row["state"] for row in maild.outbox("delivery_problem")} == {"sent"}


def test_a_sender_that_breaks_stops_only_its_own_mail(maild: Target) -> None:
    """An error that nobody foresaw, in one mail, is a trouble of that mail; the others leave (invariant I10)."""

    class Broken(FakeSmtp):
        def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
            if recipient == ANNA:
                raise ZeroDivisionError("a fault of ours")
            if recipient == BEN:
                raise SendDeferred("later")
            super().send(raw, mail_from, recipient, message_id)

    maild.gets(maild.mail(JANE, proven=True))
    broken = replace(maild.desk, sender=Broken())
    send_due(broken)
    assert {row["state"] for row in maild.outbox()} == {"sent", "queued"}
    maild.works_for(MINUTE, 3)
    assert {row["state"] for row in maild.outbox()} == {"sent"}
