"""All that is known about a mail when it is decided what to do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from classifiers.settings import Verdict
from maild.core.deciding.assign import Method
from maild.core.deciding.mornings import Mornings
from maild.core.entitlement import Account, Terms
from maild.core.incident import Incident, Priority
from maild.core.message import Address, Delivery, Message
from maild.core.promising.clocks import Clocks
from maild.core.promising.sla import Policy
from maild.core.sent_mail import SentMail
from maild.core.staff import StaffMember, staff_of
from maild.core.understanding.authenticate import Proof
from maild.core.understanding.automatic import Writer
from maild.core.understanding.bounce import Bounce
from maild.core.understanding.find_incident import Found
from maild.core.understanding.new_text import Split


@dataclass(frozen=True, slots=True)
class HeldEntry:
    """A staff mail that waits for its confirmation, with the incident it stands on and the clocks there.

    `problems` are those that the incident began with, `other` is the one that it is to be merged with, and `payer` is
    what its customer has.
    """

    entry: int
    incident: Incident
    text: str
    commands: tuple[str, ...]
    files: bool
    clocks: Clocks | None = None
    problems: tuple[str, ...] = ()
    other: Incident | None = None
    payer: Account = field(default_factory=Account)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What one confirmation mail asked for: whose it is, whether it was used, and the mails it covers."""

    id: int
    address_id: int
    address: str
    used_at: datetime | None
    entries: tuple[HeldEntry, ...]


@dataclass(frozen=True, slots=True)
class Rules:
    """What the config says about deciding, as values of the core.

    `scopes` has the label of each id, `all_labels` those in other languages; `at_least` is the priority that some of
    them have without a word; `outside` are those that the service does not cover, and `alternatives` what can be done
    instead, by scope and language, for those of which its customers are told so.
    """

    policy: Policy
    staff: tuple[StaffMember, ...]
    own_addresses: frozenset[str]
    staff_proof: Literal["verdict", "token"] = "verdict"
    reopen_days: int = 14
    after_answer: Literal["waiting", "in_progress"] = "waiting"
    tell_colleagues: Literal["all", "answers", "none"] = "all"
    language: str = "en"
    staff_attachment_bytes: int = 10_000_000
    scopes: Mapping[str, str] = field(default_factory=dict)
    assignment: Method = "none"
    mornings: Mornings = field(default_factory=Mornings)
    terms: Terms = field(default_factory=Terms)
    all_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    at_least: Mapping[str, Priority] = field(default_factory=dict)
    alternatives: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    def labels(self, scope: str) -> frozenset[str]:
        """Return what a scope is called, in every language that the config has words in."""
        return frozenset((*self.all_labels.get(scope, ()), self.scopes.get(scope, "")))

    @property
    def staff_names(self) -> frozenset[str]:
        """The names that a customer may thank or greet."""
        return frozenset(member.name for member in self.staff)


@dataclass(frozen=True, slots=True)
class Case:
    """One mail with everything that was read from it and found for it.

    `split` tells the new text from the quoted; `verdict` reads the subject and text of a first mail, the new text
    alone of a further one (rule 28), and `as_first` the subject too, should that open an incident after all; `clocks`
    are those of its incident; `suppressed` says why automatic mail to the sender is not wanted, or is "", and
    `language` is what is known to be theirs, or "";
    `answered_lately` counts the sender's answers on the incident within the last hour; `returned` is the mail of ours
    that a report says came back; `by_hand` says that a person has looked at the mail in quarantine and wants it
    handled; `account` is what the sender has, who may open an incident, and `payer` what the customer of the incident
    at hand has; `problems` are those that the first mail of the incident asked for, `began` is its text, and `answers`
    the kind of our mail that this one answers, where a question of ours is open; `other` is the incident that staff
    want merged with it; `listed` are the incidents whose mails an answer to a list asks for and can have. `forward` is
    the case of the mail that one of the staff forwards with this one; there, `forwarded_by` is their name.
    """

    delivery: Delivery
    message: Message
    writer: Writer
    bounce: Bounce | None
    proof: Proof
    split: Split
    found: Found
    verdict: Verdict
    as_first: Verdict | None = None
    confirmation: Confirmation | None = None
    clocks: Clocks | None = None
    suppressed: str = ""
    language: str = ""
    ack_backlog: bool = False
    answered_lately: int = 0
    returned: SentMail | None = None
    by_hand: bool = False
    listed: frozenset[int] = frozenset()
    problems: tuple[str, ...] = ()
    began: str = ""
    answers: str = ""
    other: Incident | None = None
    account: Account = field(default_factory=Account)
    payer: Account = field(default_factory=Account)
    forwarded_by: str = ""
    forward: "ForwardCase | None" = None

    @property
    def sender(self) -> Address:
        """The one From address; to be asked only where the mail has one."""
        if self.message.sender is None:
            raise ValueError("this mail has no single sender")
        return self.message.sender

    @property
    def proven(self) -> bool:
        """Whether the mail server vouches for the From address (rule 10)."""
        return self.proof.verdict == "proven"

    @property
    def forwarded(self) -> bool:
        """Whether another mail, of one of the staff, brought this one."""
        return bool(self.forwarded_by)

    @property
    def vouched(self) -> bool:
        """Whether a token or the server vouches for a further mail, and no server calls its From forged."""
        return self.found.proven_join and self.proof.verdict != "failed"

    @property
    def said(self) -> str:
        """What the sender says with a further mail, with the mails they forward; or all, where nothing looks new.

        What was sent again is kept whole, so that the next copy is known too.
        """
        if self.found.how == "same" or not self.split.new:
            return self.message.text
        return self.split.shown

    @property
    def left_out(self) -> int:
        """How many lines `said` goes without because they look like a quote, though of no mail that we know."""
        return 0 if self.found.how == "same" or not self.split.new else self.split.left_out

    @property
    def original_id(self) -> str | None:
        """The Message-ID of what is said where another mail brought it, "" for none; None is the mail's own."""
        return self.message.message_id or "" if self.forwarded else None

    def from_staff(self, rules: Rules) -> StaffMember | None:
        """Return the staff member whose address the mail bears, which by itself proves nothing."""
        return staff_of(self.message, rules.staff)


@dataclass(frozen=True, slots=True)
class ForwardCase:
    """A mail that one of the staff forwards, as a case of its own, and the `note` that stands above it.

    Where its `case.message` has no sender, nobody can tell whose mail it is.
    """

    case: Case
    note: str
