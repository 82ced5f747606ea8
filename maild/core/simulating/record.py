"""Everything that happened in a simulation, as plain values; what it comes to is in figures.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from maild.core.actions import Disposition
from maild.core.incident import Priority, State
from maild.core.promising.sla import SlaKind
from maild.core.promising.timer import StoppedBy


@dataclass(frozen=True, slots=True)
class Came:
    """A mail of the archive or of a simulated person (`played`): when it came, and what became of it."""

    at: datetime
    disposition: Disposition
    played: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """An incident as it is in the end."""

    number: int
    opened_at: datetime
    closed_at: datetime | None
    scope: str
    priority: Priority
    state: State
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A promise: of which kind and priority, when it was due, when and by what it was stopped.

    `stopped_at` is None for one that was not, until the end; `due_at` for one that stands still in the end.
    """

    incident: int
    kind: SlaKind
    cycle: int
    priority: Priority
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    stopped_by: StoppedBy | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail of ours: `sent_at` is None where it did not leave, and `reason` names what it waited for."""

    incident: int | None
    kind: str
    audience: str
    created_at: datetime
    sent_at: datetime | None
    state: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """An incident came into another state."""

    incident: int
    at: datetime
    state: State


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work of one person, from when it was taken to when the answer was written; `seconds` at work."""

    person: str
    incident: int
    began: datetime
    ended: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class Record:
    """All of it, each list in order of time.

    `silent` counts the acknowledgements that were not even written, by reason; `shifts` are the seconds for which each
    person was at work, empty where nobody is simulated; `times_by` says how the arrival times are known.
    """

    begins: datetime
    last_mail: datetime
    ends: datetime
    zone: tzinfo
    came: Sequence[Came]
    incidents: Sequence[Opened]
    clocks: Sequence[Clock]
    mails: Sequence[Mail]
    moves: Sequence[Moved]
    silent: Mapping[str, int]
    jobs: Sequence[Job] = ()
    shifts: Mapping[str, float] = field(default_factory=dict)
    times_by: Mapping[str, int] = field(default_factory=dict)
