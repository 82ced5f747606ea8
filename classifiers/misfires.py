"""Which phrases of the rules fired wrongly more often than rightly, on mail of which staff said what it was."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from classifiers.examples import CHOSEN
from classifiers.lint import Finding, Path
from classifiers.settings import Evidence, Settings

FEWEST = 3  # times that a phrase must have fired: less is chance


@dataclass(frozen=True, slots=True)
class Judged:
    """The evidence of a verdict, and the scope and priority that staff say, or let stand, as right."""

    evidence: tuple[Evidence, ...]
    scope: str
    priority: str


def misfires(settings: Settings, judged: Iterable[Judged]) -> Iterator[Finding]:
    """Yield a note for each phrase that decided wrongly more often than rightly, where it stands in the config."""
    fired: Counter[tuple[str, str]] = Counter()
    right: Counter[tuple[str, str]] = Counter()
    for mail in judged:
        truth = (f"scope {mail.scope}", f"priority {mail.priority}")
        decided = {(e.rule, e.phrase) for e in mail.evidence if e.effect.startswith(CHOSEN) and e.phrase}
        fired.update(decided)
        right.update(one for one in decided if one[0] in truth)
    places = _places(settings)
    for one, count in fired.items():
        if count >= FEWEST and count - right[one] > right[one] and one in places:
            text = f'"{one[1]}" decided wrongly {count - right[one]} of {count} times on stored mail'
            yield Finding(places[one], text, wrong=False)


def _places(settings: Settings) -> Mapping[tuple[str, str], Path]:
    """Return where each phrase of each scope and priority stands."""
    found: dict[tuple[str, str], Path] = {}
    for number, scope in enumerate(settings.scopes):
        for key, phrases in (("phrases", scope.phrases), ("hints", scope.hints)):
            for place, text in enumerate(phrases):
                found.setdefault((f"scope {scope.id}", text), ("scopes", number, key, place))
    for number, priority in enumerate(settings.priorities):
        for place, text in enumerate(priority.phrases):
            found.setdefault((f"priority {priority.level}", text), ("priorities", number, "phrases", place))
    for number, rule in enumerate(settings.rules):
        name = f"scope {rule.scope}" if rule.scope else f"priority {rule.priority}"
        for place, text in enumerate(rule.phrases):
            found.setdefault((name, text), ("rules", number, "phrases", place))
    return found
