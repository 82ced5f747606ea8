"""Subject and body in, verdict out: which problem, how soon, and every word that says so."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from classifiers.hits import SEVERAL, Mark, Note, Reader, RuleHits
from classifiers.priority import choose_priority
from classifiers.scope import Claim, choose_scopes
from classifiers.settings import Evidence, ScopeRule, Settings, Verdict

UNKNOWN = "unknown"


class Classifier:
    """Classifies by one config; the index over its phrases is built once, here."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reader = Reader(settings)

    def classify(self, subject: str, body: str) -> Verdict:
        """Return the verdict on a subject as received and a body without quotes; never raises.

        The offsets of the evidence count characters of the text as given.
        """
        found = self._reader.read(subject, body)
        scope = choose_scopes(self._settings.scopes, found)
        priority, notes = choose_priority(self._settings.priorities, found, scope)
        several = found.get(SEVERAL, RuleHits()).phrase
        told = (*scope.notes, *notes, *(Note("several", hit, "more than one request") for hit in several))
        primary = scope.chosen[0].rule if scope.chosen else self._unknown()
        return Verdict(
            scope=primary.id,
            scopes=tuple(claim.rule.id for claim in scope.chosen) or (primary.id,),
            priority=priority,
            in_scope=primary.in_scope,
            multi=bool(several) or _asks_apart(scope.chosen),
            evidence=_evidence(told, subject, body),
            label=primary.label,
        )

    def _unknown(self) -> ScopeRule:
        known = (rule for rule in self._settings.scopes if rule.id == UNKNOWN)
        return next(known, ScopeRule(UNKNOWN, "a question"))


def classify(subject: str, body: str, settings: Settings) -> Verdict:
    """Return the verdict of a Classifier that is used once; whoever reads many mails keeps a Classifier."""
    return Classifier(settings).classify(subject, body)


def _asks_apart(claims: Sequence[Claim]) -> bool:
    """Say whether two of the scopes are problems of their own: no rule says that they are one incident."""
    pairs = combinations((claim.rule for claim in claims), 2)
    return any(one.id not in other.joins and other.id not in one.joins for one, other in pairs)


def _evidence(notes: Iterable[Note], subject: str, body: str) -> tuple[Evidence, ...]:
    """Return the notes as evidence: one for each place, none twice."""
    told = (
        _one_evidence(note, mark, body if mark.in_body else subject, _veto_words(note, subject, body))
        for note in notes
        for mark in note.hit.marks
    )
    return tuple(dict.fromkeys(told))


def _one_evidence(note: Note, mark: Mark, text: str, by: str) -> Evidence:
    words = text[mark.start : mark.end]
    return Evidence(
        note.rule, "body" if mark.in_body else "subject", words, mark.start, mark.end, note.effect + by
    )


def _veto_words(note: Note, subject: str, body: str) -> str:
    if note.veto is None:
        return ""
    mark = note.veto.first
    return f' by "{(body if mark.in_body else subject)[mark.start : mark.end]}"'
