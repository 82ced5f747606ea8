"""Whether the rules do with the examples of the config what the examples say, and if not, which words decided."""

from collections.abc import Iterator, Sequence

from classifiers.settings import About, Evidence, Example, Verdict
from classifiers.verdict import Classifier

CHOSEN = "chosen"  # how the effect of evidence begins that decided


def failures(classifier: Classifier, examples: Sequence[Example]) -> Iterator[tuple[int, str]]:
    """Yield the place of each example for which something else comes out, and what and why."""
    for place, example in enumerate(examples):
        about = About(sender=example.sender, mailbox=example.mailbox)
        verdict = classifier.classify(example.subject, example.body, about)
        for kind, wanted, got in _compared(example, verdict):
            if wanted != got:
                yield place, f'{kind} must be "{wanted}", but is "{got}": {_why(kind, wanted, got, verdict)}'


def _compared(example: Example, verdict: Verdict) -> Iterator[tuple[str, str, str]]:
    yield "scope", example.scope, verdict.scope
    if example.priority:
        yield "priority", example.priority, verdict.priority


def _why(kind: str, wanted: str, got: str, verdict: Verdict) -> str:
    """Return which words led to what came out, and what became of those for what should."""
    decided = [
        each for each in verdict.evidence if each.rule == f"{kind} {got}" and each.effect.startswith(CHOSEN)
    ]
    missed = [each for each in verdict.evidence if each.rule == f"{kind} {wanted}"]
    said = [f"{_words(each)} decided" for each in decided[:1]] or ["no words decided that"]
    return "; ".join([*said, *(f"{_words(each)} {each.effect}" for each in missed[:2])])


def _words(evidence: Evidence) -> str:
    return f'"{" ".join(evidence.text.split())}" ({evidence.field})'
