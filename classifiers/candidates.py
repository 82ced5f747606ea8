"""Runs of words that might be phrases: found in missed mails, counted in all mails, tried on those that hold them."""

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import log
from typing import Literal

from classifiers.hits import NOTHING_KNOWN
from classifiers.keywords import problem_with
from classifiers.settings import About, Settings, Verdict
from classifiers.verdict import UNKNOWN, Classifier
from classifiers.word_runs import both, phrases_in, runs, runs_around, words_read

Field = Literal["scope", "priority"]
Key = Literal["phrases", "unless"]

LEAST_PRECISION = 0.8
LEAST_SENDERS = 2
MOST_TRIED = 20  # candidates a rule, the best first: each is tried on all mails that hold it


@dataclass(frozen=True, slots=True)
class Example:
    """A mail and what is right of it; `corrected` where a person said so, else it is what it was taken for."""

    name: str
    sender: str
    subject: str
    body: str
    true: str
    corrected: bool
    about: About = NOTHING_KNOWN

    @property
    def known(self) -> bool:
        """Whether anything is known of it: `unknown`, and nobody corrected it, speaks for and against nothing."""
        return self.corrected or self.true != UNKNOWN


@dataclass(frozen=True, slots=True)
class Place:
    """Where a phrase belongs: which rule of which field, and under which key."""

    field: Field
    label: str
    key: Key


@dataclass(slots=True)
class Candidate:
    """A run of words that may be proposed for a place, and where it was seen.

    `elsewhere` counts the mails that hold it and of which nobody knows what is right; `still` are the mails of its
    label that it leaves wrong, with what they are taken for.
    """

    place: Place
    phrase: str
    missed: list[str] = field(default_factory=list)
    senders: set[str] = field(default_factory=set)
    right: int = 0
    wrong: int = 0
    fixed: set[str] = field(default_factory=set)
    broken: int = 0
    elsewhere: int = 0
    still: dict[str, str] = field(default_factory=dict)

    @property
    def precision(self) -> float:
        """The share of the mails in which it would have fired rightly."""
        return self.right / (self.right + self.wrong) if self.right else 0.0

    @property
    def gain(self) -> int:
        """How many more mails are right with it than without."""
        return len(self.fixed) - self.broken


Candidates = Mapping[str, Sequence[Candidate]]  # by their words
Missed = Sequence[tuple[Example, Verdict]]  # corrected mails that the rules take for something else


def with_phrase(settings: Settings, place: Place, phrase: str) -> Settings:
    """Return the settings with the phrase added to the rule that `place` names."""
    if place.field == "scope":
        scopes = list(settings.scopes)
        at = next(at for at, rule in enumerate(scopes) if rule.id == place.label)
        key = {place.key: (*getattr(scopes[at], place.key), phrase)}
        scopes[at] = replace(scopes[at], **key)  # type: ignore[arg-type]
        return replace(settings, scopes=tuple(scopes))
    priorities = list(settings.priorities)
    at = next(at for at, rule in enumerate(priorities) if rule.level == place.label)
    key = {place.key: (*getattr(priorities[at], place.key), phrase)}
    priorities[at] = replace(priorities[at], **key)  # type: ignore[arg-type]
    return replace(settings, priorities=tuple(priorities))


def said_of(verdict: Verdict, field: Field) -> str:
    """Return what a verdict says of one field."""
    return verdict.scope if field == "scope" else verdict.priority


def deciding_words(verdict: Verdict, field: Field) -> set[str]:
    """Return the words by which the verdict came about, as they are read."""
    rule = f"{field} {said_of(verdict, field)}"
    chosen = (one for one in verdict.evidence if one.rule == rule and one.effect.startswith("chosen"))
    return {" ".join(words_read(one.text, subject=False)) for one in chosen} - {""}


# --- which words could have told --------------------------------------------------------------------------------


def find_candidates(missed: Missed, settings: Settings, field: Field) -> Candidates:
    """Return the candidates by their words: for the right rule a phrase, for the one that misfired an `unless`."""
    found: dict[tuple[Place, str], Candidate] = {}
    known = _known_phrases(settings)
    for one, verdict in missed:
        for place, phrase in _could_help(one, verdict, settings, field):
            if phrase not in known and problem_with(phrase) is None:
                candidate = found.setdefault((place, phrase), Candidate(place, phrase))
                candidate.missed.append(one.name)
                candidate.senders.add(one.sender or one.name)
    by_words: dict[str, list[Candidate]] = {}
    for candidate in found.values():
        by_words.setdefault(candidate.phrase, []).append(candidate)
    return by_words


def _could_help(
    one: Example, verdict: Verdict, settings: Settings, field: Field
) -> Iterator[tuple[Place, str]]:
    labels = _labels(settings, field)
    if one.true in labels:
        place = Place(field, one.true, "phrases")
        yield from ((place, run) for run in phrases_in(one.subject, one.body))
    said = said_of(verdict, field)
    if said in labels:
        place = Place(field, said, "unless")
        yield from ((place, run) for run in _around_misfires(one, verdict, field))


def _around_misfires(one: Example, verdict: Verdict, field: Field) -> set[str]:
    """Return the words that decided wrongly with one or two of their neighbours: `drop down`."""
    return {
        run
        for decisive in deciding_words(verdict, field)
        for words in both(one.subject, one.body)
        for run in runs_around(words, decisive.split(" "))
    }


def _labels(settings: Settings, field: Field) -> set[str]:
    if field == "scope":
        return {rule.id for rule in settings.scopes}
    return {rule.level for rule in settings.priorities}


def _known_phrases(settings: Settings) -> set[str]:
    phrases = (phrase for rule in settings.scopes for phrase in (*rule.phrases, *rule.unless))
    others = (rule for rules in (settings.priorities, settings.rules) for rule in rules)
    return {*phrases, *(phrase for rule in others for phrase in (*rule.phrases, *rule.unless))}


def count(examples: Iterable[Example], candidates: Candidates) -> None:
    """Count in which mails each candidate stands, rightly or not."""
    if not candidates:
        return
    for one in examples:
        for candidate in (each for phrase in _standing(one, candidates) for each in candidates[phrase]):
            if not one.known:
                candidate.elsewhere += 1
            else:
                candidate.right += _speaks_truly(candidate.place, one)
                candidate.wrong += not _speaks_truly(candidate.place, one)


def _known(one: Example) -> bool:
    return one.known


def _standing(one: Example, wanted: Mapping[str, object]) -> set[str]:
    """Return which of the wanted phrases stand in a mail."""
    longest = max(phrase.count(" ") + 1 for phrase in wanted)
    found = (" ".join(run) for words in both(one.subject, one.body) for run in runs(words, longest))
    return {run for run in found if run in wanted}


def _speaks_truly(place: Place, one: Example) -> bool:
    """Say whether words under that key are right of this mail: a veto is right where the label is wrong."""
    return (one.true == place.label) == (place.key == "phrases")


def best_of(
    candidates: Candidates, totals: Counter[str], least: int, misleading: Container[str] = ()
) -> list[Candidate]:
    """Return the candidates worth trying, at most so many of a place, the most telling first.

    Words that mislead by themselves are not tried: they would mislead again under another label.
    """
    every = [each for group in candidates.values() for each in group if each.phrase not in misleading]
    worth = [candidate for candidate in every if _is_worth_it(candidate, least)]
    worth.sort(key=lambda one: (-_log_odds(one, totals), *_plainness(one)))
    taken: Counter[Place] = Counter()
    alike: set[tuple[object, ...]] = set()
    best = []
    for candidate in worth:
        # Words that always stand together say the same: the shortest run of them is tried.
        sign = (candidate.place, tuple(candidate.missed), candidate.right, candidate.wrong)
        if sign not in alike and taken[candidate.place] < MOST_TRIED:
            alike.add(sign)
            taken[candidate.place] += 1
            best.append(candidate)
    return best


def _plainness(one: Candidate) -> tuple[int, int, int, str]:
    """Return what puts the shortest run first, then what is rare in mail nobody judged, then the longest word."""
    return one.phrase.count(" "), one.elsewhere, -len(one.phrase), one.phrase


def _is_worth_it(candidate: Candidate, least: int) -> bool:
    return (
        len(candidate.missed) >= least
        and len(candidate.senders) >= min(least, LEAST_SENDERS)
        and candidate.precision >= LEAST_PRECISION
    )


def _log_odds(candidate: Candidate, totals: Counter[str]) -> float:
    """Return how much more the words belong to the mails they are right of than to others (Haldane: halves added)."""
    of_label = totals[candidate.place.label]
    rest = totals.total() - of_label
    ours, others = (of_label, rest) if candidate.place.key == "phrases" else (rest, of_label)
    return _odds(candidate.right, ours) - _odds(candidate.wrong, others)


def _odds(count: int, of: int) -> float:
    return log((count + 0.5) / (of - count + 0.5))


# --- what they would do -----------------------------------------------------------------------------------------


def try_out(
    examples: Iterable[Example], best: Sequence[Candidate], now: Classifier, settings: Settings
) -> None:
    """Run the rules with each candidate added over the mails that hold it, beside the rules as they are."""
    if not best:
        return
    trials: dict[str, list[tuple[Candidate, Classifier]]] = {}
    for candidate in best:
        changed = Classifier(with_phrase(settings, candidate.place, candidate.phrase))
        trials.setdefault(candidate.phrase, []).append((candidate, changed))
    for one in filter(_known, examples):
        standing = _standing(one, trials)
        before = now.classify(one.subject, one.body, one.about) if standing else None
        for candidate, changed in (each for phrase in standing for each in trials[phrase]):
            assert before is not None
            was = said_of(before, candidate.place.field) == one.true
            after = changed.classify(one.subject, one.body, one.about)
            is_ = said_of(after, candidate.place.field) == one.true
            if is_ and not was:
                candidate.fixed.add(one.name)
            elif (
                one.corrected
                and not is_
                and candidate.place == Place(candidate.place.field, one.true, "phrases")
            ):
                candidate.still[one.name] = said_of(after, candidate.place.field)
            candidate.broken += was and not is_
