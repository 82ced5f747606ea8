"""What the daemon may ask of a mailbox and of a sender, whatever stands behind them.

`imap.py` and `maildir.py`/`smtp.py` are the real ones, `maild/testing.py` has the fakes; one suite of tests
runs over both (tests/mail/test_mailbox_contract.py, test_sender_contract.py). An object belongs to the thread
that uses it: none of them may be shared between threads.
"""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Folder:
    """A selected folder: UIDs below `uidnext` are given out, and keep their meaning while `uidvalidity` stays."""

    uidvalidity: int
    uidnext: int
    can_move: bool
    can_idle: bool


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as the server keeps it; `internal_date` is when it arrived there, aware, in UTC."""

    uid: int
    raw: bytes = field(repr=False)
    internal_date: datetime


@dataclass(frozen=True, slots=True)
class Withheld:
    """One mail that the server lists and does not hand over, with what it says to that, on one line."""

    uid: int
    why: str


@dataclass(frozen=True, slots=True)
class Portion:
    """Mails in hand, ascending, and those that were asked for with them and are there, but were not given."""

    mails: Sequence[Fetched]
    withheld: Sequence[Withheld] = ()


class Mailbox(Protocol):
    """A folder of mail, read by UID; every method but `close` may raise Unreachable: then open it anew."""

    def open(self) -> Folder:
        """Connect, log in and select the folder; raise LoginRefused where name or password are not taken."""
        ...

    def uids(self, above: int, since: date | None = None) -> list[int]:
        """Return the UIDs above `above` that are not done yet, ascending.

        `since` leaves out what arrived before that day, in the calendar of the server.
        """
        ...

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """Return these mails, ascending; one that is gone from the folder or not given is left out."""
        ...

    def portions(self, uids: Sequence[int]) -> Iterator[Portion]:
        """Yield what `fetch` returns in portions of at most `message_bytes`, or of a single larger mail.

        A mail that is in none of them is gone from the folder: the server was asked. Raises BrokenOver where the
        connection ends while mails are asked for.
        """
        ...

    def settle(self, uids: Sequence[int]) -> None:
        """Mark these mails as done, on the server; one that is gone is done."""
        ...

    def wait(self, seconds: float, stop: threading.Event) -> bool:
        """Wait for new mail, `seconds` at most or until `stop` is set; True where some was announced."""
        ...

    def close(self) -> None:
        """Log out and disconnect; never raises, and may be called at any time and more than once."""
        ...


class Proofs(Protocol):
    """What can tell afterwards whether a mail was accepted."""

    def holds(self, message_id: str) -> bool:
        """Say whether the mail with this Message-ID was; raise Unreachable where nobody can tell now."""
        ...


class Sender(Protocol):
    """A way for a mail of ours to leave."""

    def send(self, raw: bytes, mail_from: str, recipient: str, message_id: str | None = None) -> None:
        """Hand over `raw` for one recipient: return when accepted, else raise SendRefused or SendDeferred.

        `mail_from` and `recipient` are bare addresses, "" the null sender (RFC 5321 §4.5.5). `message_id` is
        that of `raw`, for those who have it at hand.
        """
        ...

    def close(self) -> None:
        """Let go of connections; never raises, and `send` may be called again afterwards."""
        ...
