"""How good the rules are: labelled examples and what was said of them -> precision, recall, confusion."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figures:
    """How often a label was said rightly. `said` counts how often it was said, `true` how often it was right to."""

    label: str
    right: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        """Of the times it was said, the share that was right; 1.0 where it was never said."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Of the times it should be said, the share in which it was; 1.0 where it never should."""
        return self.right / self.true if self.true else 1.0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a set of labelled examples shows.

    `confusion` counts (true label, said label) pairs that differ, the most frequent first.
    """

    count: int
    right: int
    labels: tuple[Figures, ...]
    confusion: tuple[tuple[tuple[str, str], int], ...]

    @property
    def accuracy(self) -> float:
        """The share of the examples that were labelled rightly; 1.0 of none."""
        return self.right / self.count if self.count else 1.0

    def of(self, label: str) -> Figures:
        """Return the figures of one label; all zero for one that never occurred."""
        return next((each for each in self.labels if each.label == label), Figures(label, 0, 0, 0))


def evaluate(pairs: Iterable[tuple[str, str]]) -> Evaluation:
    """Return the evaluation of (true label, said label) pairs, the labels in alphabetical order."""
    return evaluate_counts(Counter(pairs))


def evaluate_counts(pairs: Mapping[tuple[str, str], int]) -> Evaluation:
    """Return the same for pairs that somebody counted: how many they are costs nothing."""
    counts = Counter(pairs)
    true: Counter[str] = Counter()
    said: Counter[str] = Counter()
    for (wanted, got), count in counts.items():
        true[wanted] += count
        said[got] += count
    labels = sorted({*true, *said})
    return Evaluation(
        count=counts.total(),
        right=sum(counts[label, label] for label in labels),
        labels=tuple(Figures(label, counts[label, label], said[label], true[label]) for label in labels),
        confusion=tuple((pair, count) for pair, count in counts.most_common() if pair[0] != pair[1]),
    )
