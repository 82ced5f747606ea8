"""How soon the sender wants an answer: the priority, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from classifiers.hits import Hit, Note, RuleHits, RuleKey, apply_vetoes, score
from classifiers.scope import ScopeChoice
from classifiers.settings import Priority, PriorityRule

CALM: frozenset[Priority] = frozenset({"normal", "low"})


@dataclass(frozen=True, slots=True)
class _Asked:
    """A priority rule as this mail meets it: the hits that stand, and the vetoed ones with their vetoes."""

    rule: PriorityRule
    hits: tuple[Hit, ...]
    vetoed: tuple[tuple[Hit, Hit], ...]
    refused: bool
    always: bool

    @property
    def applies(self) -> bool:
        """Whether the words ask for it and the scope may have it."""
        return score(self.hits) > 0 and not self.refused


def choose_priority(
    rules: Sequence[PriorityRule], found: Mapping[RuleKey, RuleHits], scope: ScopeChoice
) -> tuple[Priority, tuple[Note, ...]]:
    """Return the priority of the first rule that applies, "normal" where none does, and what became of each hit.

    A body that calms down speaks against a subject that does not: it was written later (an answer keeps the
    subject). A scope that always has a priority has it whatever the words are, unless an earlier rule applies.
    """
    asked = [_asked(rule, found.get(RuleKey("priority", at)), scope) for at, rule in enumerate(rules)]
    spoken = _first_of([rule for rule in asked if rule.applies])
    latest = _first_of([rule for rule in asked if rule.applies and any(hit.in_body for hit in rule.hits)])
    if latest and latest.rule.level in CALM:
        spoken = latest
    chosen = _first_of([rule for rule in asked if rule is spoken or rule.always])
    level: Priority = chosen.rule.level if chosen else "normal"
    return level, tuple(_notes(asked, chosen, scope))


def _first_of(asked: Sequence[_Asked]) -> _Asked | None:
    return asked[0] if asked else None


def _asked(rule: PriorityRule, found: RuleHits | None, scope: ScopeChoice) -> _Asked:
    hits = apply_vetoes(found.phrase, found.unless) if found else []
    return _Asked(
        rule,
        tuple(hit for hit, veto in hits if veto is None),
        (*((hit, veto) for hit, veto in hits if veto is not None), *(found.vetoed if found else ())),
        scope.primary in rule.not_for,
        scope.primary in rule.always_for,
    )


def _notes(asked: Sequence[_Asked], chosen: _Asked | None, scope: ScopeChoice) -> Iterator[Note]:
    """Yield what became of every hit; a priority that comes with the scope is explained by the scope's words."""
    for each in asked:
        name = f"priority {each.rule.level}"
        if each is chosen and each.always and not each.applies and scope.chosen:
            yield Note(
                name,
                min(scope.chosen[0].hits, key=lambda hit: hit.first),
                f"chosen: {scope.primary} always has it",
            )
        yield from (Note(name, hit, _effect(each, chosen, scope)) for hit in each.hits)
        yield from (Note(name, hit, "vetoed", veto) for hit, veto in each.vetoed)


def _effect(asked: _Asked, chosen: _Asked | None, scope: ScopeChoice) -> str:
    if asked.refused:
        return f"not given to {scope.primary}"
    if asked is chosen:
        return "chosen"
    if score(asked.hits) <= 0:
        return "outweighed"
    return f"yields to {chosen.rule.level if chosen else 'normal'}"
