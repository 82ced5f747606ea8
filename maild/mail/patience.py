"""Mails that a server lists and does not hand over: which they are, and when to ask for each of them again.

A server may refuse one mail (its file is damaged, say), leave it out of its answer, or end the connection over it.
None of that may stop the mails behind it, nor make us take it for handled. What broke a connection is asked for
alone from then on, and counts as withheld when the connection breaks over it alone, twice.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from maild.mail.interfaces import Withheld

FIRST_AGAIN, LONGEST_AGAIN = timedelta(minutes=1), timedelta(hours=4)
BREAKS = 2  # connections that may end over one mail alone: the first may be chance
TELL_AT = (
    2  # failed attempts, a minute apart, before people are told: a server that was restarted wakes nobody
)


@dataclass(slots=True)
class Waiting:
    """One withheld mail: what the server said last, how often it did, when to ask again; `said`: it was logged."""

    why: str
    failures: int
    again_at: datetime
    logged: bool = False
    told: bool = False


@dataclass(slots=True)
class Patience:
    """What one reader of a folder knows of such mails; a new UIDVALIDITY and a restart begin anew."""

    uidvalidity: int = 0
    _waiting: dict[int, Waiting] = field(default_factory=dict)
    _suspects: dict[int, int] = field(default_factory=dict)
    _left_alone: set[int] = field(default_factory=set)

    def look_at(self, uidvalidity: int, listed: Sequence[int]) -> None:
        """Begin a look into the folder: what is no longer listed there is forgotten."""
        there = frozenset(listed) if uidvalidity == self.uidvalidity else frozenset[int]()
        self.uidvalidity = uidvalidity
        self._waiting = {uid: one for uid, one in self._waiting.items() if uid in there}
        self._suspects = {uid: breaks for uid, breaks in self._suspects.items() if uid in there}
        self._left_alone &= there

    def due(self, uids: Sequence[int], now: datetime) -> list[int]:
        """Return those of `uids` that are to be asked for now."""
        return [
            uid
            for uid in uids
            if uid not in self._left_alone
            and (uid not in self._waiting or self._waiting[uid].again_at <= now)
        ]

    def batches(self, uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
        """Yield `uids` in runs of at most `size`; those in doubt come last and alone, the most doubtful at the end."""
        doubtful = self._suspects.keys() | self._waiting.keys()
        sure = [uid for uid in uids if uid not in doubtful]
        for start in range(0, len(sure), size):
            yield sure[start : start + size]
        for uid in sorted(doubtful.intersection(uids), key=self._doubt):
            yield [uid]

    def given(self, uids: Sequence[int]) -> list[int]:
        """Note that these were handed over; return those that had been withheld."""
        for uid in uids:
            self._suspects.pop(uid, None)
        return [uid for uid in uids if self._waiting.pop(uid, None)]

    def leave_alone(self, uids: Sequence[int]) -> None:
        """Note that these are not wanted: they need not be fetched again to see that."""
        self._left_alone.update(uids)

    def refused(self, mails: Sequence[Withheld], now: datetime) -> None:
        """Note that these were not handed over, and ask for each again later and later."""
        for mail in mails:
            before = self._waiting.get(mail.uid)
            failures = before.failures + 1 if before else 1
            wait = min(FIRST_AGAIN * 2 ** min(failures - 1, 20), LONGEST_AGAIN)
            logged, told = (before.logged, before.told) if before else (False, False)
            self._waiting[mail.uid] = Waiting(mail.why, failures, now + wait, logged, told)

    def broke_over(self, uids: Sequence[int], why: str, now: datetime) -> None:
        """Note that the connection ended while these were asked for."""
        for uid in uids:
            self._suspects[uid] = self._suspects.get(uid, 0) + (1 if len(uids) == 1 else 0)
            if self._suspects[uid] >= BREAKS:
                self.refused([Withheld(uid, why)], now)

    def withholds_all(self, uids: Sequence[int]) -> bool:
        """Say whether none of several mails was handed over: then it is hardly the mails' fault."""
        return len(uids) > 1 and all(uid in self._waiting for uid in uids)

    def to_log(self) -> list[Withheld]:
        """Return what was not logged before."""
        found = [Withheld(uid, one.why) for uid, one in sorted(self._waiting.items()) if not one.logged]
        for mail in found:
            self._waiting[mail.uid].logged = True
        return found

    def to_tell(self) -> list[Withheld]:
        """Return what people were not told of and should be."""
        return [
            Withheld(uid, one.why)
            for uid, one in sorted(self._waiting.items())
            if one.failures >= TELL_AT and not one.told
        ]

    def were_told(self, mails: Sequence[Withheld]) -> None:
        """Note that people were told of these."""
        for mail in mails:
            self._waiting[mail.uid].told = True

    @property
    def first_missing(self) -> int | None:
        """The lowest UID that is there and was not handed over; None where all were."""
        return min(self._suspects.keys() | self._waiting.keys(), default=None)

    def _doubt(self, uid: int) -> tuple[int, int]:
        waiting = self._waiting.get(uid)
        return (self._suspects.get(uid, 0) + (waiting.failures if waiting else 0), uid)
