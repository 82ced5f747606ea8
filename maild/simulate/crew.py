"""The people of a simulation: staff who take what waits and answer it, and customers who write back.

They touch the support as people do, by mail alone. What they do next is known beforehand, since nothing but their
model and the queue decides it; so the clock can jump from one deed to the next.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from maild.core.message import Address, fold
from maild.core.simulating.record import Job
from maild.core.simulating.staff_model import StaffModel
from maild.core.simulating.waiting import Waiting
from maild.core.staff import StaffMember
from maild.simulate.letters import Letter, confirmation, customer_answer, staff_answer
from maild.simulate.stage import Stage
from maild.store import simulated


@dataclass(frozen=True, slots=True)
class InHand:
    """What one person works on: the incident as they took it, since when, until when."""

    one: Waiting
    began: datetime
    ends: datetime
    seconds: float


@dataclass(slots=True)
class Crew:
    """Everybody who writes besides the archive; `jobs` are the pieces of work that are done."""

    model: StaffModel
    members: Sequence[StaffMember]
    stage: Stage
    jobs: list[Job] = field(default_factory=list)
    _queue: dict[int, Waiting] = field(default_factory=dict)
    _in_hand: dict[int, InHand] = field(default_factory=dict)
    _letters: list[tuple[datetime, int, Letter]] = field(default_factory=list)
    _ids: dict[str, int] = field(default_factory=dict)
    _serial: int = 0
    _seen: int = 0

    def looks(self) -> None:
        """See what the mails that were taken since the last look have changed in the queue."""
        with self.stage.desk.database.read() as tx:
            self._seen, numbers = simulated.touched(tx, self._seen)
            found = simulated.waiting(tx, numbers) if numbers else {}
        for number in numbers - found.keys():
            self._queue.pop(number, None)
        self._queue |= found

    def works(self, now: datetime) -> None:
        """Let whoever is free and at work take what stands first in the queue."""
        free = [person for person in range(self.model.people) if person not in self._in_hand]
        if not (self._queue and free and self.model.at_work(now)):
            return
        taken = {job.one.number for job in self._in_hand.values()}
        open_ones = [one for one in self._queue.values() if one.number not in taken]
        order = self.model.order
        first = heapq.nsmallest(len(free), open_ones, key=lambda one: one.place(order))
        for person, one in zip(free, first, strict=False):
            minutes = self._minutes(one)
            self._in_hand[person] = InHand(one, now, self.model.done_at(now, minutes), minutes * 60)

    def writes(self, now: datetime) -> Iterator[Letter]:
        """Yield what people have written by now: answers to confirm, answers that are done, customers' mails."""
        asked, self.stage.mail.asked = self.stage.mail.asked, []
        for one in asked:
            yield confirmation(one.recipient, one.message_id, now, self._next())
        for person in sorted(person for person, job in self._in_hand.items() if job.ends <= now):
            yield self._finishes(person, self._in_hand.pop(person))
        while self._letters and self._letters[0][0] <= now:
            yield heapq.heappop(self._letters)[2]

    def next_at(self, now: datetime) -> datetime | None:
        """Return when somebody does something next, None where nothing is left to do."""
        times = [job.ends for job in self._in_hand.values()]
        times += [self._letters[0][0]] if self._letters else []
        idle = len(self._in_hand) < min(self.model.people, len(self._queue))
        times += [self.model.next_shift(now)] if idle and not self.model.at_work(now) else []
        return min(times, default=None)

    def _minutes(self, one: Waiting) -> float:
        if not one.promised:
            return self.model.glance_minutes
        return self.model.minutes_for(one.scope, one.priority, one.name, one.answers)

    def _finishes(self, person: int, job: InHand) -> Letter:
        """Write the answer; where it leaves the incident open, the customer may write again."""
        one, member, turn = job.one, self.members[person], job.one.answers + 1
        self._queue.pop(one.number, None)
        self.jobs.append(Job(member.name, one.number, job.began, job.ends, job.seconds))
        glance = not one.promised
        closes = glance or self.model.does_close(one.name, turn)
        again = None if closes else self.model.writes_again(job.ends, turn, one.name)
        if again:
            letter = customer_answer(one, again, turn, self._next())
            heapq.heappush(self._letters, (again, letter.serial, letter))
        sender = Address(member.address, member.name)
        party = self._party(member)
        if glance:
            return staff_answer(sender, party, one, job.ends, self._next(), closes=True, says="")
        return staff_answer(sender, party, one, job.ends, self._next(), closes=closes)

    def _party(self, member: StaffMember) -> int:
        """Return the id of the address of one of the staff, by which their tokens know them."""
        key = fold(member.address)
        if key not in self._ids:
            with self.stage.desk.database.read() as tx:
                self._ids |= simulated.address_ids(tx, [fold(one.address) for one in self.members])
        return self._ids[key]

    def _next(self) -> int:
        self._serial += 1
        return self._serial
