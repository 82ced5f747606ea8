"""The people of a simulation: staff who take what waits and answer it, and customers who write back.

They touch the support as people do, by mail alone. What they do next is known beforehand, since nothing but their
model and the queue decides it; so the clock can jump from one deed to the next.
"""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from maild.core.simulating.record import Job
from maild.core.simulating.shifts import Shifts, shifts_of
from maild.core.simulating.staff_model import StaffModel
from maild.core.simulating.waiting import Waiting
from maild.core.staff import StaffMember
from maild.simulate.letters import Letter, confirmation, customer_answer, staff_answer
from maild.simulate.stage import Stage, members
from maild.store import simulated


@dataclass(frozen=True, slots=True)
class InHand:
    """What one person works on: the incident as they took it, since when, until when, and the seconds of work."""

    one: Waiting
    began: datetime
    ends: datetime
    seconds: float


@dataclass(slots=True)
class Person:
    """One of the staff who answers: the id of their address, their hours, and what they work on."""

    member: StaffMember
    party: int
    shifts: Shifts
    in_hand: InHand | None = None

    def is_free(self, now: datetime) -> bool:
        """Say whether they are there and have nothing to do."""
        return self.in_hand is None and self.shifts.at_work(now)


@dataclass(slots=True)
class Crew:
    """Everybody who writes besides the archive; `jobs` are the pieces of work that are done."""

    model: StaffModel
    people: Sequence[Person]
    stage: Stage
    jobs: list[Job] = field(default_factory=list)
    _queue: dict[int, Waiting] = field(default_factory=dict)
    _letters: list[tuple[datetime, int, Letter]] = field(default_factory=list)
    _serial: int = 0
    _seen: int = 0

    def looks(self, *, owners_changed: bool = False) -> None:
        """See what the mails that were taken since the last look have changed in the queue, and who owns what."""
        with self.stage.desk.database.read() as tx:
            self._seen, numbers = simulated.touched(tx, self._seen)
            if owners_changed:
                numbers |= {number for number, one in self._queue.items() if not one.owner}
            found = simulated.waiting(tx, numbers) if numbers else {}
        for number in numbers - found.keys():
            self._queue.pop(number, None)
        self._queue |= found

    def works(self, now: datetime) -> None:
        """Let whoever is free and at work take what stands first in the queue for them."""
        free = [person for person in self.people if person.is_free(now)] if self._queue else []
        if not free:
            return
        taken = {person.in_hand.one.number for person in self.people if person.in_hand}
        waits = [one for one in self._queue.values() if one.number not in taken]
        there = {person.member.key for person in self.people}
        for person in free:
            for_them = (one for one in waits if one.is_for(person.member.key, there))
            one = min(for_them, key=lambda one: one.place(self.model.order), default=None)
            if one is not None:
                waits.remove(one)
                self._takes(person, one, now)

    def writes(self, now: datetime) -> Iterator[Letter]:
        """Yield what people have written by now: answers to confirm, answers that are done, customers' mails."""
        asked, self.stage.mail.asked = self.stage.mail.asked, []
        for request in asked:
            yield confirmation(request.recipient, request.message_id, now, self._next())
        for person in self.people:
            if person.in_hand and person.in_hand.ends <= now:
                yield self._finishes(person, person.in_hand)
        while self._letters and self._letters[0][0] <= now:
            yield heapq.heappop(self._letters)[2]

    def next_at(self, now: datetime) -> datetime | None:
        """Return when somebody does something next, None where nothing is left to do."""
        busy = [person.in_hand for person in self.people if person.in_hand]
        times: list[datetime | None] = [job.ends for job in busy]
        times += [self._letters[0][0]] if self._letters else []
        if len(self._queue) > len(busy):
            idle = (person for person in self.people if not person.in_hand and not person.shifts.at_work(now))
            times += [person.shifts.next_from(now) for person in idle]
        return min((at for at in times if at is not None), default=None)

    def _takes(self, person: Person, one: Waiting, now: datetime) -> None:
        """Begin to work; who goes away for good before it is done does not begin."""
        seconds = 60 * self._minutes(one)
        ends = person.shifts.done_at(now, seconds)
        if ends is not None:
            person.in_hand = InHand(one, now, ends, seconds)

    def _minutes(self, one: Waiting) -> float:
        if not one.promised:
            return self.model.glance_minutes
        return self.model.minutes_for(one.scope, one.priority, one.name, one.answers)

    def _finishes(self, person: Person, job: InHand) -> Letter:
        """Write the answer; where it leaves the incident open, the customer may write again."""
        one, turn = job.one, job.one.answers + 1
        person.in_hand = None
        self._queue.pop(one.number, None)
        self.jobs.append(Job(person.member.name, one.number, job.began, job.ends, job.seconds))
        closes = not one.promised or self.model.does_close(one.name, turn)
        again = None if closes else self.model.writes_again(job.ends, turn, one.name)
        if again:
            letter = customer_answer(one, again, turn, self._next())
            heapq.heappush(self._letters, (again, letter.serial, letter))
        told = {"closes": closes} if one.promised else {"closes": True, "says": ""}
        return staff_answer(person.member.to, person.party, one, job.ends, self._next(), **told)

    def _next(self) -> int:
        self._serial += 1
        return self._serial


def crew_of(model: StaffModel, stage: Stage) -> Crew:
    """Return the people of a model: the first of the staff who work on incidents."""
    service = stage.desk.rules.policy.calendar
    chosen = members(stage.desk.config)[: model.people]
    with stage.desk.database.begin() as tx:
        rows = simulated.know(tx, [one.to for one in chosen], stage.clock.now())
    people = [Person(one, rows[one.key], shifts_of(one, model.hours, service)) for one in chosen]
    return Crew(model, people, stage)
