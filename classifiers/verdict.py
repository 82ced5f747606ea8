"""Subject and body in, verdict out: which problem, how soon, and every word that says so."""

from collections.abc import Iterable, Sequence
from itertools import combinations

from classifiers.hits import NOTHING_KNOWN, SEVERAL, Note, Reader, RuleHits
from classifiers.priority import choose_priority
from classifiers.scope import Claim, choose_scopes
from classifiers.settings import About, Evidence, ScopeRule, Settings, Verdict

UNKNOWN = "unknown"


class Classifier:
    """Classifies by one config; the index over its phrases is built once, here."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._reader = Reader(settings)

    def classify(self, subject: str, body: str, about: About = NOTHING_KNOWN) -> Verdict:
        """Return the verdict on a subject as received and a body without quotes; never raises.

        The offsets of the evidence count characters of the text as given.
        """
        found = self._reader.read(subject, body, about)
        scope = choose_scopes(self._settings.scopes, found, self._settings.lead)
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
            evidence=self._evidence(told, self._reader.texts(subject, body, about)),
            label=primary.label,
        )

    def _evidence(self, notes: Iterable[Note], texts: Sequence[str]) -> tuple[Evidence, ...]:
        """Return the notes as evidence: one for each place, whichever phrase found it first."""
        told = (
            Evidence(
                rule=note.rule,
                field=self._reader.fields[mark.place],
                text=texts[mark.place][mark.start : mark.end],
                start=mark.start,
                end=mark.end,
                effect=note.effect + _veto_words(note, texts),
                weight=note.hit.weight,
                phrase=note.hit.phrase,
            )
            for note in notes
            for mark in note.hit.marks
        )
        first: dict[tuple[object, ...], Evidence] = {}
        for each in told:
            first.setdefault((each.rule, each.field, each.start, each.end, each.effect, each.weight), each)
        return tuple(first.values())

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


def _veto_words(note: Note, texts: Sequence[str]) -> str:
    if note.veto is None:
        return ""
    mark = note.veto.first
    return f' by "{texts[mark.place][mark.start : mark.end]}"'
