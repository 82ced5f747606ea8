"""The dataclasses that [classifiers] in config.toml becomes, what is told of a mail, and the verdict that comes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Priority = Literal["hotrush", "high", "normal", "low"]

TEXT = ("subject", "body")
# Where phrases may be looked for besides; a header field is written `header:List-Id`.
FIELDS = (*TEXT, "sender", "mailbox")
HEADER = "header:"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a mail besides its text; all of it may be left out, and none of it is proof.

    `sender` is an address, `organisation` its mail domain unless given, `mailbox` the name of where the mail came
    in. `fields` are header fields as (name, value), `language` is a code like `de`; left out, it is guessed.
    """

    sender: str = ""
    mailbox: str = ""
    organisation: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    language: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One rule that fired: where its words stand in which text, and what it did.

    `field` is one of FIELDS or a header field. `phrase` is what the config says, and `weight` what it adds to the
    sum of its scope or priority, once, however often it stands in the mail.
    """

    rule: str
    field: str
    text: str
    start: int
    end: int
    effect: str
    weight: int = 1
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was asked and read (rule 25): the scope, all scopes, the priority, and every rule that fired."""

    scope: str
    scopes: tuple[str, ...]
    priority: Priority
    in_scope: bool
    multi: bool
    evidence: tuple[Evidence, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """One scope: its id, the label a customer reads, the phrases that show it, those that veto it.

    `labels` are that label in other languages, by their codes.

    `hints` are phrases too weak to speak against another scope: they count only where no phrase was found.
    `beats` names the scopes that yield where both are found (broken beats set-up, complex beats simple).
    `joins` names the scopes that make one incident together with this one. A `decisive` scope wins wherever
    it is found, in the order of the list; of all others the one named first does, subject before body.
    """

    id: str
    label: str
    labels: Mapping[str, str] = field(default_factory=dict)
    in_scope: bool = True
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    beats: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    decisive: bool = False
    alternatives: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PriorityRule:
    """One way to a priority: the phrases that ask for it, those that veto it, the scopes that can't have it.

    Scopes in `always_for` have the priority without a word, unless an earlier rule gives another.
    """

    level: Priority
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()
    always_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """More phrases for one scope or one priority, where and when they count, and how much.

    They are looked for in `fields`, and count only in mail that meets each condition given: from one of `senders`,
    from one of `organisations` (a mail domain with all below it), to one of `mailboxes`, in that `language`. A rule
    without phrases and regexes counts wherever its conditions are met. Its own `unless` vetoes this rule alone;
    that of its scope or priority vetoes it too.
    """

    scope: str = ""
    priority: Literal["", "hotrush", "high", "normal", "low"] = ""
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    regexes: tuple[str, ...] = ()
    fields: tuple[str, ...] = TEXT
    weight: int = 1
    language: str = ""
    senders: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    mailboxes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Example:
    """A mail, and what must come out for it; an empty `priority` is not compared."""

    subject: str
    scope: str
    priority: Literal["", "hotrush", "high", "normal", "low"] = ""
    body: str = ""
    sender: str = ""
    mailbox: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything [classifiers] in config.toml says; scopes and priorities are tried in their order.

    `several` holds the phrases by which a mail says itself that it asks for more than one thing. A scope goes before
    one that is named earlier where its sum of weights is greater by `lead`; 0 leaves it to the order alone. A word of
    the group `shop` may stand where a phrase says `{shop}`.
    """

    scopes: tuple[ScopeRule, ...] = ()
    priorities: tuple[PriorityRule, ...] = ()
    rules: tuple[Rule, ...] = ()
    examples: tuple[Example, ...] = ()
    several: tuple[str, ...] = ()
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    lead: int = 0
