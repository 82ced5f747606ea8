"""The fakes we ship, for the tests of maild and of whoever builds on it: a mailbox, a sender and a clock.

They keep the contracts of maild/mail/interfaces.py and maild/clock.py; tests/mail runs the same claims over
them and over the real ones. They may be told to fail in the ways that real servers do.
"""

import contextlib
import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from maild.errors import (
    BrokenOver,
    LoginRefused,
    SendDeferred,
    SendError,
    SendRefused,
    SendUncertain,
    Unreachable,
)
from maild.mail.interfaces import Fetched, Folder, Portion, Withheld
from maild.mail.safe_to_send import check_safe_to_send

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
# How long a stop may go unnoticed.
_SLICE_SECONDS = 0.05


class FixedClock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self._now = now.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant it stands at, in UTC."""
        return self._now

    def advance(self, delta: timedelta) -> datetime:
        """Move it on by `delta` and return the new instant."""
        self._now += delta
        return self._now


class FakeMailbox:
    """A mailbox in memory; `deliver`, `change_uidvalidity` and the rest play the server and other people.

    They may be called from another thread than the one that reads.
    """

    def __init__(
        self, name: str = "fake", *, processed: bool = True, portion_bytes: int = 33_554_432
    ) -> None:
        self.name = name
        self.processed: list[Fetched] = []
        self._moves = processed
        self._portion_bytes = portion_bytes
        self._changed = threading.Condition()
        self._mails: dict[int, Fetched] = {}
        self._done: set[int] = set()
        self._refused: dict[int, str] = {}
        self._breaking: set[int] = set()
        self._uidvalidity = 1
        self._uidnext = 1
        self._announced = False
        self._is_open = False
        self._away = False
        self._refusal: str | None = None

    def open(self) -> Folder:
        """Select the folder."""
        with self._changed:
            self._is_open = False
            if self._refusal is not None:
                raise LoginRefused(f"mailbox {self.name}: {self._refusal}")
            if self._away:
                raise Unreachable(f"mailbox {self.name}: connection refused")
            # SELECT tells how many mails there are: until they are looked at, that counts as news.
            self._is_open = self._announced = True
            return Folder(self._uidvalidity, self._uidnext, can_move=self._moves, can_idle=True)

    def uids(self, above: int, since: date | None = None) -> list[int]:
        """Return the UIDs above `above` that are not done."""
        with self._answering():
            self._announced = False
            return [
                uid
                for uid, mail in sorted(self._mails.items())
                if uid > above
                and uid not in self._done
                and (since is None or mail.internal_date.date() >= since)
            ]

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Return these mails, as far as they are there."""
        with self._answering():
            there = self._mails.keys() - self._refused
            return [self._mails[uid] for uid in sorted(there.intersection(uids))]

    def portions(self, uids: Sequence[int]) -> Iterator[Portion]:
        """Yield them in portions, what is withheld with the last of them."""
        breaking = self._breaking.intersection(uids, self._mails)
        if breaking:
            self._is_open = False
            raise BrokenOver(f"mailbox {self.name}: the connection was reset", uids)
        withheld = [
            Withheld(uid, self._refused[uid]) for uid in uids if uid in self._mails.keys() & self._refused
        ]
        portion: list[Fetched] = []
        for mail in self.fetch([uid for uid in uids if uid not in self._refused]):
            if portion and sum(len(m.raw) for m in (*portion, mail)) > self._portion_bytes:
                yield Portion(portion)
                portion = []
            portion.append(mail)
        if portion or withheld:
            yield Portion(portion, withheld)

    def settle(self, uids: Sequence[int]) -> None:
        """Move these mails to `processed`, or mark them as done."""
        with self._answering():
            for uid in uids:
                if not self._moves:
                    self._done.add(uid)
                elif uid in self._mails:
                    self.processed.append(self._mails.pop(uid))

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait for `deliver`."""
        while seconds > 0 and not stop.is_set():
            with self._answering():
                if self._changed.wait_for(self._has_news, min(seconds, _SLICE_SECONDS)):
                    self._must_answer()
                    self._announced = False
                    return True
            seconds -= _SLICE_SECONDS
        return False

    def close(self) -> None:
        """Disconnect."""
        self._is_open = False

    def deliver(self, raw: bytes, internal_date: datetime = _EPOCH) -> int:
        """Put a mail into the folder and return its UID."""
        with self._changed:
            uid, self._uidnext = self._uidnext, self._uidnext + 1
            self._mails[uid] = Fetched(uid, raw, internal_date.astimezone(UTC))
            self._announced = True
            self._changed.notify_all()
            return uid

    def remove(self, uid: int) -> None:
        """Take a mail away, as a person with another mail program may."""
        with self._changed:
            self._mails.pop(uid)

    def withhold(self, uid: int, *, breaks: bool = False) -> None:
        """List this mail and don't hand it over: refuse it, or end the connection over it."""
        if breaks:
            self._breaking.add(uid)
        else:
            self._refused[uid] = "fetch failed: [SERVERBUG] its file can't be read"

    def hand_over(self, uid: int) -> None:
        """Hand a withheld mail over after all."""
        self._breaking.discard(uid)
        self._refused.pop(uid, None)

    def change_uidvalidity(self) -> None:
        """Number all mails anew, as a server does that lost its index; connections end."""
        with self._changed:
            kept = [self._mails[uid] for uid in sorted(self._mails)]
            self._mails = {uid: Fetched(uid, m.raw, m.internal_date) for uid, m in enumerate(kept, 1)}
            self._uidnext = len(kept) + 1
            self._uidvalidity += 1
            self._done.clear()
            self._refused.clear()
            self._breaking.clear()
            self._is_open = False

    def go_away(self) -> None:
        """Be unreachable until `come_back`."""
        with self._changed:
            self._away = True
            self._changed.notify_all()

    def come_back(self) -> None:
        """Be reachable again; who was connected has to open anew."""
        with self._changed:
            self._away = self._is_open = False

    def refuse_login(self, text: str | None) -> None:
        """Refuse every login with this text; None takes logins again."""
        self._refusal = text

    @contextlib.contextmanager
    def _answering(self) -> Iterator[None]:
        with self._changed:
            self._must_answer()
            yield

    def _has_news(self) -> bool:
        return self._announced or self._away

    def _must_answer(self) -> None:
        if self._away or not self._is_open:
            self._is_open = False
            raise Unreachable(f"mailbox {self.name}: not connected")


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that left: its bytes and its envelope, "" the null sender."""

    raw: bytes = field(repr=False)
    mail_from: str
    recipient: str


class FakeSmtp:
    """A sender that keeps what it gets in `sent`, and refuses or defers the recipients it is told to.

    It may lose its answers (`lose_answers`), and knows afterwards what it took: it can stand for proof copies.
    """

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self._lost_answers = 0
        self._came = threading.Condition()
        self._answers: dict[str, SendError] = {}

    def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
        """Keep the mail, or raise what was set for its recipient."""
        check_safe_to_send(raw, mail_from, recipient)
        with self._came:
            if recipient in self._answers:
                raise self._answers[recipient]
            self.sent.append(Sent(raw, mail_from, recipient))
            self._came.notify_all()
            if self._lost_answers:
                self._lost_answers -= 1
                raise SendUncertain("the connection broke in the mail, which may have arrived")

    def holds(self, message_id: str) -> bool:
        """Say whether a mail with this Message-ID was taken."""
        field = re.compile(rb"^Message-ID:\s*" + re.escape(message_id.encode()), re.IGNORECASE | re.MULTILINE)
        return any(field.search(sent.raw) for sent in self.sent)

    def lose_answers(self, times: int) -> None:
        """Take the next mails, and break the connection instead of saying so."""
        self._lost_answers = times

    def close(self) -> None:
        """Do nothing: no connection is kept."""

    def refuse(self, recipient: str, text: str = "550 5.1.1 no such user") -> None:
        """Refuse this recipient for good."""
        self._answers[recipient] = SendRefused(text)

    def defer(self, recipient: str, text: str = "451 4.3.0 try again later") -> None:
        """Take no mail for this recipient for now."""
        self._answers[recipient] = SendDeferred(text)

    def accept(self, recipient: str) -> None:
        """Take mail for this recipient again."""
        self._answers.pop(recipient, None)

    def wait_for(self, count: int, seconds: float) -> bool:
        """Wait until `count` mails have come in all; say whether they did within `seconds`."""
        with self._came:
            return self._came.wait_for(lambda: len(self.sent) >= count, seconds)
