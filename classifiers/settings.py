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
    """What was asked and read (ruling 25): the scope, all scopes, the priority, and every rule that fired."""

    scope: str
    scopes: tuple[str, ...]
    priority: Priority
    in_scope: bool
    multi: bool
    evidence: tuple[Evidence, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class ScopeRule:
    """One scope: its id, the label a customer reads, the phrases that show it, and those that veto it."""

    id: str
    label: str
    in_scope: bool = True
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriorityRule:
    """One way to a priority: the phrases that ask for it, those that veto it, the scopes it is not given to."""

    level: Priority
    phrases: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    not_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything [classifiers] in config.toml says; the order of the scopes is the order they are tried in."""

    scopes: tuple[ScopeRule, ...] = ()
    priorities: tuple[PriorityRule, ...] = ()
