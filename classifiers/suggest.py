"""Corrections -> phrases worth adding, each with how often it would have been right; nothing is applied.

A run of words is proposed where it stands in several mails that were taken for something else, and seldom where it
would be wrong: its log-odds between the mails of the label and all others rank it. Then it is tried: what counts is
which mails the rules, with it added, would label rightly that they label wrongly now, and the other way round.
What nobody corrected counts as right as it is, unless nothing is known of it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from classifiers.candidates import (
    Candidate,
    Example,
    Field,
    Missed,
    Place,
    best_of,
    count,
    deciding_words,
    find_candidates,
    said_of,
    try_out,
)
from classifiers.settings import Settings, Verdict
from classifiers.verdict import Classifier

MOST_PROPOSED = 5
MOST_NAMES = 8


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A phrase for a rule, and what speaks for it.

    `support` counts the corrected mails that hold it and are taken for something else now; `right` and `wrong` count
    all mails in which it would have fired, rightly or not; `fixes` and `breaks` what the rules with it would change.
    """

    place: Place
    phrase: str
    support: int
    right: int
    wrong: int
    fixes: int
    breaks: int
    names: tuple[str, ...]

    @property
    def precision(self) -> float:
        """The share of the mails in which it would have fired rightly."""
        return self.right / (self.right + self.wrong) if self.right else 0.0


@dataclass(frozen=True, slots=True)
class Shortage:
    """A label for which too little is known: how many mails nothing here mends, and how many more would do.

    `more` is 0 where there are enough of them. Then `phrase` is what came nearest, and is "" where they share no
    words that others don't: it would mend so many (`fixes`) and spoil so many (`breaks`), too few and too many; `still`
    are the mails that hold it and that other rules win in any case, each with what it is taken for.
    """

    field: Field
    label: str
    mails: int
    more: int
    phrase: str = ""
    fixes: int = 0
    breaks: int = 0
    still: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Misfire:
    """Words of a rule that decided wrongly more often than rightly."""

    field: Field
    label: str
    words: str
    wrong: int
    right: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """All that the corrections of one field teach."""

    field: Field
    mails: int
    corrected: int
    still_wrong: int
    suggestions: tuple[Suggestion, ...]
    shortages: tuple[Shortage, ...]
    misfires: tuple[Misfire, ...]


def learn(examples: Iterable[Example], settings: Settings, field: Field, least: int) -> Lesson:
    """Return what the corrections of a field teach. `examples` is iterated three times, never kept.

    A phrase needs `least` corrected mails that hold it, of two senders at least.
    """
    now = Classifier(settings)
    survey = _Survey(field)
    for one in examples:
        survey.add(one, now.classify(one.subject, one.body, one.about))
    candidates = find_candidates(survey.missed, settings, field)
    count(examples, candidates)
    misfires = tuple(survey.misfires())
    best = best_of(candidates, survey.totals, least, {one.words for one in misfires})
    try_out(examples, best, now, settings)
    chosen = _chosen(best, least)
    return Lesson(
        field=field,
        mails=survey.mails,
        corrected=survey.corrected,
        still_wrong=len(survey.missed),
        suggestions=tuple(map(_suggestion, chosen)),
        shortages=tuple(_shortages(survey.missed, best, chosen, field, least)),
        misfires=misfires,
    )


class _Survey:
    """What the rules make of all mails: how many each label has, which are missed, which words decide rightly."""

    def __init__(self, field: Field) -> None:
        self._field: Field = field
        self.totals: Counter[str] = Counter()
        self.mails = self.corrected = 0
        self.missed: list[tuple[Example, Verdict]] = []
        self._fired: dict[tuple[str, str], Counter[bool]] = {}

    def add(self, one: Example, verdict: Verdict) -> None:
        """Look at one mail; kept is only what was corrected and is still taken for something else."""
        said = said_of(verdict, self._field)
        right = said == one.true
        if one.known:
            self.totals[one.true] += 1
        self.mails += 1
        self.corrected += one.corrected
        if one.corrected and not right:
            self.missed.append((one, verdict))
        for words in deciding_words(verdict, self._field):
            self._fired.setdefault((said, words), Counter())[right] += 1

    def misfires(self) -> Iterator[Misfire]:
        """Yield the words that decided wrongly more often than rightly, and more than once."""
        for (label, words), counts in sorted(self._fired.items()):
            if counts[False] > max(1, counts[True]):
                yield Misfire(self._field, label, words, counts[False], counts[True])


def _chosen(best: Sequence[Candidate], least: int) -> Sequence[Candidate]:
    """Return the candidates that do more good than harm, each for mails that none before it mends."""
    mended: set[str] = set()
    taken: Counter[Place] = Counter()
    chosen = []
    for candidate in sorted(best, key=_rank):
        news = candidate.fixed - mended
        worth = len(news) >= least and len(news) > candidate.broken
        if worth and taken[candidate.place] < MOST_PROPOSED:
            taken[candidate.place] += 1
            mended |= candidate.fixed
            chosen.append(candidate)
    return chosen


def _rank(one: Candidate) -> tuple[float, int, bool, int]:
    """Return what puts the surest first, then what does the most good, then what is rare in mail nobody judged.

    Of two that do the same good, the one that takes a misfire away leaves less to go wrong.
    """
    return -one.precision, -one.gain, one.place.key == "phrases", one.elsewhere


def _suggestion(candidate: Candidate) -> Suggestion:
    return Suggestion(
        candidate.place,
        candidate.phrase,
        len(candidate.missed),
        candidate.right,
        candidate.wrong,
        len(candidate.fixed),
        candidate.broken,
        tuple(candidate.missed[:MOST_NAMES]),
    )


def _shortages(
    missed: Missed, best: Sequence[Candidate], chosen: Sequence[Candidate], field: Field, least: int
) -> Iterator[Shortage]:
    """Yield the labels of which mails are taken for something else, whatever is proposed."""
    mended = {name for candidate in chosen for name in candidate.fixed}
    counts = Counter(one.true for one, _ in missed if one.name not in mended)
    for label, mails in sorted(counts.items()):
        short = Shortage(field, label, mails, max(0, least - mails))
        place = Place(field, label, "phrases")
        tried = (one for one in best if one.place == place and {*one.fixed, *one.still} - mended)
        nearest = min(tried, key=_rank, default=None)
        if short.more or nearest is None:
            yield short
        else:
            still = tuple(sorted((name, said) for name, said in nearest.still.items() if name not in mended))
            fixes = len(nearest.fixed - mended)
            yield replace(short, phrase=nearest.phrase, fixes=fixes, breaks=nearest.broken, still=still)
