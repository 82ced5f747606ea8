"""What a decision asks for, as values; only store/record.py applies them, all in one transaction.

Actions speak of "the incident at hand": the one that the mail was matched to, the one that an `OpenIncident`
before them opened, or the one that the last `ForIncident` named.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from classifiers.settings import Verdict
from maild.core.clock_actions import ClockHappened as ClockHappened
from maild.core.clock_actions import FireStep as FireStep
from maild.core.clock_actions import Recompute as Recompute
from maild.core.clock_actions import WaitStep as WaitStep
from maild.core.customer import Role
from maild.core.entitlement import Kind, Option, Purpose
from maild.core.incident import HotRush, Priority, State
from maild.core.message import Address
from maild.core.reasons import Reason
from maild.core.reply_kind import ReplyKind as ReplyKind

Disposition = Literal["opened", "appended", "quiet", "kept", "quarantined", "duplicate"]
EntryKind = Literal["customer_message", "staff_answer", "internal_note", "machine_note", "unverified"]
EntryState = Literal["done", "held", "released"]
CorrectedField = Literal["scope", "priority"]
MorningKind = Literal["digest", "weekly_figures"]
Fact = str | int | bool | list[str] | list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Dispose:
    """Say what became of the mail (rule 18); every decision about a mail holds exactly one, first of all."""

    disposition: Disposition
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class OpenIncident:
    """Open a new incident of `requester`, and make it the incident at hand. `linked_to`: a number staff should see."""

    requester: Address
    proven: bool
    subject: str
    verdict: Verdict
    priority: Priority
    language: str
    flags: tuple[str, ...] = ()
    linked_to: int | None = None


@dataclass(frozen=True, slots=True)
class ForIncident:
    """Make incident `number` the one at hand; None: what follows is about no incident."""

    number: int | None


@dataclass(frozen=True, slots=True)
class AddParty:
    """Let `address` take part in the incident at hand; a party that is there already stays, proven if either is."""

    address: Address
    role: Role
    proven: bool


@dataclass(frozen=True, slots=True)
class RememberThread:
    """Keep ids of mails that we never saw and that the mail at hand refers to: a further one may refer to them too."""

    message_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AddEntry:
    """Add what was said to the incident at hand, with the attachments of the mail at hand.

    `text` is the new text (rule 7), for a staff mail without its command lines; `commands` are those, as words.
    `message_id` is that of what was said, where another mail brought it: "" if it has none, None is the mail at hand.
    """

    kind: EntryKind
    author: Address | None
    text: str
    reasons: tuple[Reason, ...]
    state: EntryState = "done"
    commands: tuple[str, ...] = ()
    proven: bool = False
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReleaseEntry:
    """Turn the held entry into one that counts, as `kind`; the confirmation that held it is used up."""

    entry: int
    kind: EntryKind
    reason: Reason


@dataclass(frozen=True, slots=True)
class UseConfirmation:
    """Mark the confirmation as used: its token works once."""

    confirmation: int


@dataclass(frozen=True, slots=True)
class AskConfirmation:
    """Ask a staff member to confirm the entry just added as held: one mail, or one more item in a waiting one.

    `item` holds what the mail shows of it: number, to, text, what. `why` is the sentence that says what is missing.
    """

    to: Address
    item: Mapping[str, str]
    why: str = ""


@dataclass(frozen=True, slots=True)
class SetState:
    """Move the incident at hand to `state`; one in which it is over also sets its time of closing."""

    state: State
    reason: Reason


@dataclass(frozen=True, slots=True)
class SetPriority:
    """Change the priority of the incident at hand."""

    priority: Priority
    reason: Reason


@dataclass(frozen=True, slots=True)
class SetOwner:
    """Let one of the staff own the incident at hand, or nobody (None)."""

    owner: Address | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class SetScope:
    """Let the incident at hand be about `scope`, as its customer wants: that corrects no verdict."""

    scope: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Flag:
    """Mark the incident at hand with a short word that staff see; one that it has already stays."""

    flag: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Unflag:
    """Take that word off the incident at hand, if it has it."""

    flag: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class MergeInto:
    """End the incident at hand as `merged`: its parties join incident `number`, and so do its mails from now on."""

    number: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Correct:
    """Change what the classifiers said of the incident at hand, and keep that as a label of their last verdict."""

    field: CorrectedField
    before: str
    after: str
    by: Address


@dataclass(frozen=True, slots=True)
class NoteBounce:
    """Write down at a mail of ours, by its row in the outbox, that it came back, and why."""

    mail: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Suppress:
    """Send no automatic mail to `address` any more; where it is marked already, the first reason stays."""

    address: Address
    reason: Reason


@dataclass(frozen=True, slots=True)
class LiftSuppression:
    """Let automatic mail to `address` leave again."""

    address: Address
    reason: Reason


@dataclass(frozen=True, slots=True)
class QueueReply:
    """Put one mail to one recipient into the outbox: composed from template `kind` and `facts` when it is due.

    `audience` is who reads it: caps hold for `customer`, grouping for `staff`. `automatic` is False only for an
    answer written by a person. `in_reply_to` is the Message-ID it answers. `with_attachments` sends those of the
    entry just added or released along. A second row with the same (incident, kind, cause, recipient) is not made;
    `cause` is what set it off, "" for the mail at hand.
    """

    kind: ReplyKind
    to: Address
    facts: Mapping[str, Fact] = field(default_factory=dict)
    audience: Literal["customer", "staff"] = "customer"
    automatic: bool = True
    in_reply_to: str | None = None
    with_attachments: bool = False
    proven: bool = False
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Reserve:
    """Reserve `units` of an entitlement for the incident at hand: 1 use, or points.

    `part` tells the rows of one price apart, where points come from several purchases.
    """

    entitlement: int
    purpose: Purpose
    units: int
    reason: Reason
    part: int = 1


@dataclass(frozen=True, slots=True)
class Spend:
    """Turn what is reserved for the incident at hand into spent; `purpose` None: for it and for its HotRush."""

    reason: Reason
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Give back what the incident at hand takes; `purpose` None: for it and for its HotRush.

    What was spent comes back too, unless `spent` is False.
    """

    reason: Reason
    purpose: Purpose | None = None
    spent: bool = True


@dataclass(frozen=True, slots=True)
class GiveBack:
    """Give back `units` of the points that are reserved for `purpose`, those that were taken last first."""

    purpose: Purpose
    units: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class MoveCharges:
    """Let what the incident at hand takes be taken by incident `number`, for which nothing pays yet."""

    number: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Grant:
    """Give the requester of the incident at hand something that was not bought, and reserve it for the incident."""

    kind: Kind
    option: Option
    purpose: Purpose
    reason: Reason


@dataclass(frozen=True, slots=True)
class SetHotrush:
    """Say what became of the HotRush of the incident at hand; `counted`: one more withdrawal of those that count."""

    hotrush: HotRush
    reason: Reason
    counted: bool = False


@dataclass(frozen=True, slots=True)
class SendGathered:
    """Send the notifications of incident `number` for which a list went to `person`, an address id, after all."""

    number: int
    person: int


@dataclass(frozen=True, slots=True)
class NoteMorning:
    """Note that the morning of `day` was looked at for one of the staff, whether it has a mail or not; once.

    `newest` is the highest number of an incident that it knew of: the next one tells of those above it.
    """

    person: Address
    kind: MorningKind
    day: str
    newest: int = 0


@dataclass(frozen=True, slots=True)
class KeepSilent:
    """Say why a mail that one could expect was not sent; `maild show` prints it."""

    kind: ReplyKind
    reason: Reason


Action = (
    Dispose
    | OpenIncident
    | ForIncident
    | AddParty
    | RememberThread
    | AddEntry
    | ReleaseEntry
    | UseConfirmation
    | AskConfirmation
    | SetState
    | SetPriority
    | SetOwner
    | SetScope
    | Flag
    | Unflag
    | MergeInto
    | Correct
    | ClockHappened
    | Recompute
    | NoteBounce
    | Suppress
    | LiftSuppression
    | FireStep
    | WaitStep
    | QueueReply
    | Reserve
    | Spend
    | Release
    | GiveBack
    | MoveCharges
    | Grant
    | SetHotrush
    | SendGathered
    | NoteMorning
    | KeepSilent
)
