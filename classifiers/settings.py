"""The dataclasses that [classifiers] in config.toml becomes, and the verdict that comes out."""

from dataclasses import dataclass
from typing import Literal

Priority = Literal["hotrush", "high", "normal", "low"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One rule that fired: where its words stand in which text, and what it did."""

    rule: str
    field: Literal["subject", "body"]
    text: str
    start: int
    end: int
    effect: str


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

    `hints` are phrases too weak to speak against another scope: they count only where no phrase was found.
    `beats` names the scopes that yield where both are found (broken beats set-up, complex beats simple).
    `joins` names the scopes that make one incident together with this one. A `decisive` scope wins wherever
    it is found, in the order of the list; of all others the one named first does, subject before body.
    """

    id: str
    label: str
    in_scope: bool = True
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    beats: tuple[str, ...] = ()
    joins: tuple[str, ...] = ()
    decisive: bool = False


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
class Settings:
    """Everything [classifiers] in config.toml says; scopes and priorities are tried in their order.

    `several` holds the phrases by which a mail says itself that it asks for more than one thing.
    """

    scopes: tuple[ScopeRule, ...] = ()
    priorities: tuple[PriorityRule, ...] = ()
    several: tuple[str, ...] = ()
