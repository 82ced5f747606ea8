"""An archive played from beginning to end: the daemon's own stories, with the clock jumping from event to event.

Next is whatever comes first: a mail of the archive, a clock or a mail of ours that falls due, the working day of
somebody, or something that a simulated person does. At each such instant all that is due is done, as the daemon's
threads and ticks would do it.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from maild.assign_queue import assign_waiting
from maild.config.settings import Config
from maild.core.deciding.assign import may_own
from maild.core.message import Delivery
from maild.core.simulating.next_morning import next_morning
from maild.core.simulating.record import Record
from maild.core.simulating.shifts import shifts_of
from maild.core.simulating.staff_model import StaffModel
from maild.fire_timers import fire_due
from maild.handle_message import take
from maild.send_digest import send_mornings
from maild.send_outbox import send_due
from maild.simulate.archive import Archive, Dated
from maild.simulate.crew import Crew, crew_of
from maild.simulate.letters import as_bytes
from maild.simulate.stage import Stage, stage
from maild.store import outbox, simulated, timers, workload

# The daemon ticks once a second (maild/daemon.py): what is due again at once waits for the next tick.
TICK = timedelta(seconds=1)
AFTERWARDS = timedelta(
    days=30
)  # time passes on after the last mail: clocks run out, incidents close by silence
Told = Callable[[int], None]
Prepare = Callable[[Connection], None]


def simulate(
    archive: Archive,
    config: Config,
    model: StaffModel | None = None,
    until: datetime | None = None,
    told: Told = lambda taken: None,
    prepare: Prepare = lambda tx: None,
) -> Record:
    """Play the archive under `config` and return all that happened.

    `told` hears how many mails were taken so far; `prepare` puts into the database what is there before the first mail.
    Without a model nobody answers. Time goes on until `until`, or for thirty days after the last mail; mails that
    came later than `until` are not played.
    """
    ends = until or archive.ends + AFTERWARDS
    with stage(config, archive.begins, model.people if model else 0) as at:
        with at.desk.database.begin() as tx:
            prepare(tx)
        crew = crew_of(model, at) if model else None
        Play(archive, at, crew, ends, told).run()
        return _record(archive, at, crew, ends)


@dataclass(slots=True)
class Play:
    """One run, from the first mail to `ends`."""

    archive: Archive
    stage: Stage
    crew: Crew | None
    ends: datetime
    told: Told
    _morning: datetime | None = None

    def run(self) -> None:
        """Let time pass, from one event to the next."""
        mails = deque(mail for mail in self.archive.mails if mail.at <= self.ends)
        total = len(mails)
        now: datetime | None = self.archive.begins
        self._morning = now
        while now is not None and now <= self.ends:
            self.stage.clock.set(now)
            self._take_archived(mails, now)
            self._settle(now)
            self.told(total - len(mails))
            now = self._next(mails, now)
        self.stage.clock.set(self.ends)

    def _take_archived(self, mails: "deque[Dated]", now: datetime) -> None:
        together = []
        while mails and mails[0].at <= now:
            together.append(self.archive.raw(mails.popleft()))
        self._take(together, now)

    def _settle(self, now: datetime) -> None:
        """Do all that is due at this instant, until nothing is; then let people take what waits."""
        given = 0
        while True:
            fire_due(self.stage.desk)
            given += assign_waiting(self.stage.desk)
            self._mornings(now)
            while send_due(self.stage.desk):
                pass
            written = list(self.crew.writes(now)) if self.crew else []
            if not written:
                break
            self._take([as_bytes(letter, self.stage.desk.config) for letter in written], now)
        if self.crew:
            self.crew.looks(owners_changed=given > 0)
            self.crew.works(now)

    def _mornings(self, now: datetime) -> None:
        """Write the mails of a morning that has begun, once: the daemon looks again and finds them written."""
        if self._morning is not None and self._morning <= now:
            send_mornings(self.stage.desk)
            rules = self.stage.desk.rules
            self._morning = next_morning(rules.staff, rules.mornings, now, rules.policy.calendar)

    def _take(self, mails: list[bytes], now: datetime) -> None:
        source = self.stage.desk.config.mailbox[0].name if self.stage.desk.config.mailbox else "smtp"
        if mails:
            take([Delivery(raw=raw, received_at=now, source=source) for raw in mails], self.stage.desk)

    def _next(self, mails: "deque[Dated]", now: datetime) -> datetime | None:
        """Return the instant of the next event, None where none is to come."""
        with self.stage.desk.database.read() as tx:
            due = [timers.next_due(tx), outbox.next_due(tx, now)]
            unowned = self.stage.desk.rules.assignment != "none" and workload.any_unowned(tx)
        due.append(self._morning)
        due += self._shifts_begin(now) if unowned else []
        due += [self.crew.next_at(now)] if self.crew else []
        soon = [max(at, now + TICK) for at in due if at is not None]
        return min([*soon, mails[0].at] if mails else soon, default=None)

    def _shifts_begin(self, now: datetime) -> list[datetime | None]:
        """Return when those of the staff who are not there come to work: what waits for an owner goes to them."""
        rules = self.stage.desk.rules
        shifts = [shifts_of(one, None, rules.policy.calendar) for one in rules.staff if may_own(one)]
        return [one.next_from(now) for one in shifts if not one.at_work(now)]


def _record(archive: Archive, at: Stage, crew: Crew | None, ends: datetime) -> Record:
    """Gather all that happened."""
    with at.desk.database.read() as tx:
        return Record(
            begins=archive.begins,
            last_mail=min(archive.ends, ends),
            ends=ends,
            zone=at.desk.rules.policy.calendar.zone,
            came=tuple(simulated.arrivals(tx)),
            incidents=tuple(simulated.opened(tx)),
            clocks=tuple(simulated.clocks(tx)),
            mails=tuple(simulated.mails(tx)),
            moves=tuple(simulated.moves(tx)),
            silent=dict(sorted(simulated.silences(tx).items())),
            jobs=tuple(crew.jobs) if crew else (),
            shifts=_shifts(crew, archive, ends) if crew else {},
            times_by=archive.times_by,
        )


def _shifts(crew: Crew, archive: Archive, ends: datetime) -> dict[str, float]:
    """Return for how many seconds each person was at work, until the last mail or the end of the last work."""
    until = max([min(archive.ends, ends), *(job.ended for job in crew.jobs)])
    return {one.member.name: one.shifts.seconds(archive.begins, until) for one in crew.people}
