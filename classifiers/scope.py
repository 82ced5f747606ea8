"""Which problem the mail is about: the scope, the other scopes it names, and why."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from classifiers.hits import Hit, Mark, Note, RuleHits, RuleKey, apply_vetoes, score
from classifiers.settings import ScopeRule


@dataclass(frozen=True, slots=True)
class Claim:
    """A scope that some hits speak for; `vetoed` holds the hits that were taken away, each with its veto."""

    rule: ScopeRule
    hits: tuple[Hit, ...]
    vetoed: tuple[tuple[Hit, Hit], ...]
    by_hint: bool = False

    @property
    def first(self) -> Mark:
        """Where the scope is named first."""
        return min(hit.first for hit in self.hits)

    @property
    def score(self) -> int:
        """The sum of what speaks for it."""
        return score(self.hits)


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """The scopes of a mail, the primary one first; none where no rule fired."""

    chosen: tuple[Claim, ...]
    notes: tuple[Note, ...]

    @property
    def primary(self) -> str:
        """The id of the primary scope; empty where no rule fired."""
        return self.chosen[0].rule.id if self.chosen else ""


def choose_scopes(
    rules: Sequence[ScopeRule], found: Mapping[RuleKey, RuleHits], lead: int = 0
) -> ScopeChoice:
    """Return the scopes by the decision rules: phrases before hints, a decisive scope, else the first named.

    Among the scopes that are not decisive, one in scope goes before one out of scope: those are primary only
    where nothing else is asked. One whose sum is greater by `lead` than that of the first goes before it.
    """
    keys = ((rule, RuleKey("scope", number)) for number, rule in enumerate(rules))
    claims = [_claim(rule, found[key]) for rule, key in keys if key in found]
    alive = [claim for claim in claims if claim.score > 0]
    standing = _unbeaten([claim for claim in alive if not claim.by_hint] or alive)
    decisive = [claim for claim in standing if claim.rule.decisive][:1]
    named = sorted(standing, key=lambda claim: (not claim.rule.in_scope, claim.first))
    chosen = decisive or _heaviest_first(named, lead)
    return ScopeChoice(tuple(chosen), tuple(_notes(claims, chosen)))


def _heaviest_first(named: Sequence[Claim], lead: int) -> list[Claim]:
    """Return the claims, that with the greatest sum first if it leads the one named first by so much."""
    best = max(named, key=lambda claim: claim.score, default=None)
    if best is None or not lead or best.score < named[0].score + lead:
        return list(named)
    return [best, *(claim for claim in named if claim is not best)]


def _claim(rule: ScopeRule, found: RuleHits) -> Claim:
    """Return what speaks for a scope once its vetoes are applied; its hints only where no phrase is left."""
    phrases = apply_vetoes(found.phrase, found.unless)
    hints = apply_vetoes(found.hint, found.unless)
    by_hint = all(veto for _, veto in phrases)
    return Claim(
        rule,
        tuple(hit for hit, veto in (hints if by_hint else phrases) if veto is None),
        (*((hit, veto) for hit, veto in (*phrases, *hints) if veto is not None), *found.vetoed),
        by_hint,
    )


def _unbeaten(claims: Sequence[Claim]) -> list[Claim]:
    """Return the claims that yield to no other; all of them where each yields to one."""
    beaten = {loser for claim in claims for loser in claim.rule.beats}
    return [claim for claim in claims if claim.rule.id not in beaten] or list(claims)


def _notes(claims: Sequence[Claim], chosen: Sequence[Claim]) -> Iterator[Note]:
    """Yield what became of every hit: the primary scope first."""
    effects = {claim.rule.id: "chosen" if at == 0 else "also asked" for at, claim in enumerate(chosen)}
    others = [claim for claim in claims if claim not in chosen]
    for claim in (*chosen, *others):
        rule = f"scope {claim.rule.id}"
        effect = effects.get(claim.rule.id) or f"yields to {_winner(claim, chosen)}"
        if claim not in chosen and claim.score <= 0:
            effect = "outweighed"
        yield from (Note(rule, hit, effect + (" by a hint" if claim.by_hint else "")) for hit in claim.hits)
        yield from (Note(rule, hit, "vetoed", veto) for hit, veto in claim.vetoed)


def _winner(loser: Claim, chosen: Sequence[Claim]) -> str:
    """Return the id of the scope that a scope yields to: one that beats it by name, else the primary one."""
    beating = (claim.rule.id for claim in chosen if loser.rule.id in claim.rule.beats)
    return next(beating, chosen[0].rule.id if chosen else "")
