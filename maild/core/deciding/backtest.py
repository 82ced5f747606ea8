"""What another config would have made of a mail: both verdicts, the words that make the difference, both promises.

Whoever asks tries one mail after the other and adds each trial to a Tally, which keeps counts of all and no more
than so many trials as examples: an archive of any size fits.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from classifiers.evaluate import Evaluation, evaluate_counts
from classifiers.hits import NOTHING_KNOWN
from classifiers.settings import About, Evidence, Verdict
from classifiers.verdict import Classifier
from maild.core.promising import sla
from maild.core.reasons import Reason

Field = Literal["scope", "priority"]
Which = Literal["old", "new"]
FIELDS: tuple[Field, ...] = ("scope", "priority")
WHICH: tuple[Which, ...] = ("old", "new")
MOST_KEPT = 2_000  # examples of what differs; what comes after them is counted only

Key = tuple[str, str, int, int]


@dataclass(frozen=True, slots=True)
class Truth:
    """What a person said is right; None where nobody said anything."""

    scope: str | None = None
    priority: str | None = None

    def of(self, field: Field) -> str | None:
        """Return the label of one field."""
        return self.scope if field == "scope" else self.priority


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to try. `name` is what a person finds it by, `body` what was written now.

    `at` is when it came, None where nobody knows: then nothing is promised. `acknowledged`: its sender got, or
    would get, an acknowledgement.
    """

    name: str
    subject: str
    body: str
    at: datetime | None = None
    truth: Truth = Truth()
    acknowledged: bool = True
    incident: int | None = None
    about: About = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class NotTried:
    """A mail that opens no incident, or that nobody can read, and why."""

    name: str
    kind: Literal["unreadable", "machine", "further"]
    reason: Reason


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two configs: its file and version, its classifier, its promises."""

    name: str
    version: str
    classifier: Classifier
    policy: sla.Policy


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one config makes of a mail: the verdict, and when an answer is due (None: nobody can say)."""

    verdict: Verdict
    due: datetime | None

    def of(self, field: Field) -> str:
        """Return what the verdict says of one field."""
        return self.verdict.scope if field == "scope" else self.verdict.priority


@dataclass(frozen=True, slots=True)
class Change:
    """Words that count otherwise than before: `before` and `after` are their effect, "" where no rule finds them."""

    rule: str
    field: str
    text: str
    start: int
    end: int
    before: str
    after: str

    @property
    def decides(self) -> bool:
        """Whether one of the verdicts was chosen by these words."""
        return self.before.startswith("chosen") or self.after.startswith("chosen")


@dataclass(frozen=True, slots=True)
class Trial:
    """One mail under both configs."""

    mail: Mail
    old: Outcome
    new: Outcome

    def moves(self, field: Field) -> bool:
        """Say whether the two say different things of one field."""
        return self.old.of(field) != self.new.of(field)

    @property
    def moved(self) -> bool:
        """Whether scope or priority differ, or whether the same scope is in scope."""
        one, other = self.old.verdict, self.new.verdict
        return any(map(self.moves, FIELDS)) or one.in_scope != other.in_scope

    @property
    def unjudged(self) -> bool:
        """Whether something moved of which nobody said what is right."""
        return any(self.moves(field) and self.mail.truth.of(field) is None for field in FIELDS)

    @property
    def promise_differs(self) -> bool:
        """Whether the customer would read of another problem, priority or time."""
        return self.mail.acknowledged and _told(self.old) != _told(self.new)

    @property
    def shift(self) -> Literal["sooner", "later", "same"]:
        """Whether an answer would be due sooner or later than it was."""
        if self.old.due is None or self.new.due is None or self.old.due == self.new.due:
            return "same"
        return "sooner" if self.new.due < self.old.due else "later"

    def became(self, field: Field) -> Literal["fixed", "broken", "still wrong", "right", ""]:
        """Return what the move means where a person said what is right, "" where nobody did."""
        true = self.mail.truth.of(field)
        if true is None:
            return ""
        was, is_ = self.old.of(field) == true, self.new.of(field) == true
        if was == is_:
            return "right" if is_ else "still wrong"
        return "fixed" if is_ else "broken"

    def why(self) -> tuple[Change, ...]:
        """Return the words that count otherwise than before, those that decide first."""
        before, after = _effects(self.old.verdict), _effects(self.new.verdict)
        found = {_key(each): each for side in (self.new, self.old) for each in side.verdict.evidence}
        changed = (
            Change(
                each.rule,
                each.field,
                each.text,
                each.start,
                each.end,
                before.get(key, ""),
                after.get(key, ""),
            )
            for key, each in found.items()
        )
        return tuple(sorted(filter(_differs, changed), key=lambda one: not one.decides))


def try_mail(mail: Mail, old: Side, new: Side) -> Trial:
    """Return what both configs make of a mail; never raises."""
    return Trial(mail, _outcome(mail, old), _outcome(mail, new))


@dataclass(slots=True)
class Tally:
    """What all trials come to: counts, and the first trials that differ in anything as examples."""

    tried: int = 0
    moved: int = 0
    unjudged: int = 0
    promises: int = 0
    shifts: Counter[str] = field(default_factory=Counter)
    moves: dict[Field, Counter[tuple[str, str]]] = field(
        default_factory=lambda: {f: Counter() for f in FIELDS}
    )
    became: dict[Field, Counter[str]] = field(default_factory=lambda: {f: Counter() for f in FIELDS})
    not_tried: Counter[str] = field(default_factory=Counter)
    examples: list[Trial] = field(default_factory=list)
    unreadable: list[NotTried] = field(default_factory=list)
    _pairs: dict[tuple[Which, Field], Counter[tuple[str, str]]] = field(
        default_factory=lambda: {(which, f): Counter() for which in WHICH for f in FIELDS}
    )

    def add(self, trial: Trial) -> None:
        """Count one trial."""
        self.tried += 1
        self.moved += trial.moved
        self.unjudged += trial.unjudged
        self.promises += trial.promise_differs
        self.shifts[trial.shift] += 1
        for each in FIELDS:
            self._add_field(trial, each)
        if (trial.moved or trial.promise_differs) and len(self.examples) < MOST_KEPT:
            self.examples.append(trial)

    def add_not_tried(self, mail: NotTried) -> None:
        """Count one mail that was not tried."""
        self.not_tried[mail.kind] += 1
        if mail.kind == "unreadable" and len(self.unreadable) < MOST_KEPT:
            self.unreadable.append(mail)

    def evaluation(self, which: Which, field: Field) -> Evaluation:
        """Return how good one config is where a person said what is right."""
        return evaluate_counts(self._pairs[which, field])

    def labelled(self, field: Field) -> int:
        """Return of how many mails a person said what is right."""
        return self._pairs["new", field].total()

    def pairs(self, which: Which, field: Field) -> Counter[tuple[str, str]]:
        """Return how often each (true, said) pair came, right ones too."""
        return self._pairs[which, field]

    @property
    def worse(self) -> tuple[Field, ...]:
        """The fields of which the new config says the truth less often than the old one."""
        return tuple(
            each
            for each in FIELDS
            if self.evaluation("new", each).accuracy < self.evaluation("old", each).accuracy
        )

    def _add_field(self, trial: Trial, field: Field) -> None:
        if trial.moves(field):
            self.moves[field][trial.old.of(field), trial.new.of(field)] += 1
        true = trial.mail.truth.of(field)
        if true is not None:
            self.became[field][trial.became(field)] += 1
            self._pairs["old", field][true, trial.old.of(field)] += 1
            self._pairs["new", field][true, trial.new.of(field)] += 1


def _outcome(mail: Mail, side: Side) -> Outcome:
    verdict = side.classifier.classify(mail.subject, mail.body, mail.about)
    return Outcome(verdict, _due(verdict, mail, side.policy))


def _due(verdict: Verdict, mail: Mail, policy: sla.Policy) -> datetime | None:
    """Return when an answer is due; None for a mail of no known time, or of one that no calendar reaches."""
    if mail.at is None:
        return None
    try:
        return sla.due(policy, verdict.priority, mail.at, sla.About(scope=verdict.scope))
    except (ValueError, OverflowError):
        return None


def _told(outcome: Outcome) -> tuple[str, bool, str, datetime | None]:
    """Return what an acknowledgement says that a config decides."""
    verdict = outcome.verdict
    return verdict.label, verdict.in_scope, verdict.priority, outcome.due


def _key(evidence: Evidence) -> Key:
    return evidence.rule, evidence.field, evidence.start, evidence.end


def _effects(verdict: Verdict) -> dict[Key, str]:
    effects: dict[Key, list[str]] = {}
    for each in verdict.evidence:
        effects.setdefault(_key(each), []).append(each.effect)
    return {key: ", ".join(dict.fromkeys(each)) for key, each in effects.items()}


def _differs(change: Change) -> bool:
    return change.before != change.after
