"""The phrases of all rules in one mail: where they stand, and which of them a veto takes away."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from classifiers.keywords import KeywordIndex, parts_of
from classifiers.normalise import normalise
from classifiers.settings import Settings

Role = Literal["phrase", "hint", "unless"]

# What stands below this in a mail is no longer what the sender asks first, and would only cost time.
SUBJECT_READ = 1_000
BODY_READ = 4_000
MOST_PLACES = 20


class RuleKey(NamedTuple):
    """Which rule: the kind, and its place in the list of that kind."""

    kind: Literal["scope", "priority", "several"]
    number: int


SEVERAL = RuleKey("several", 0)


class _Phrase(NamedTuple):
    """One phrase of one rule."""

    rule: RuleKey
    role: Role
    text: str


class _Use(NamedTuple):
    """Part number `part` of the `parts` of a phrase."""

    phrase: _Phrase
    part: int
    parts: int


class Mark(NamedTuple):
    """Words at [start, end) of a field as it was given. Marks sort by where they stand: the subject first."""

    in_body: bool
    start: int
    end: int

    def covers(self, other: "Mark") -> bool:
        """Say whether these words hold all of the other's."""
        return self.in_body == other.in_body and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that stands in the mail; `marks` has one entry for each part of it."""

    phrase: str
    marks: tuple[Mark, ...]

    @property
    def first(self) -> Mark:
        """Where it is named first."""
        return min(self.marks)

    @property
    def in_body(self) -> bool:
        """Whether it stands in the body wholly."""
        return self.first.in_body

    def covers(self, other: "Hit") -> bool:
        """Say whether one part of this phrase holds all words of a part of the other."""
        return any(mine.covers(its) for mine in self.marks for its in other.marks)


@dataclass(slots=True)
class RuleHits:
    """What was found of one rule, by role."""

    phrase: list[Hit] = field(default_factory=list)
    hint: list[Hit] = field(default_factory=list)
    unless: list[Hit] = field(default_factory=list)

    def of(self, role: Role) -> list[Hit]:
        """Return the list of one role."""
        return {"phrase": self.phrase, "hint": self.hint, "unless": self.unless}[role]


class Note(NamedTuple):
    """What became of a hit: the rule it speaks for, its effect, and the hit that vetoed it."""

    rule: str
    hit: Hit
    effect: str
    veto: Hit | None = None


class Reader:
    """Finds the phrases of all rules; built once for a config, then used for every mail."""

    def __init__(self, settings: Settings) -> None:
        # Many phrases share a part ("patch"): the text is searched for each once, whoever wants it.
        self._uses: dict[str, list[_Use]] = {}
        for part, use in _entries(settings):
            self._uses.setdefault(part, []).append(use)
        self._index = KeywordIndex((part, part) for part in self._uses)

    def read(self, subject: str, body: str) -> Mapping[RuleKey, RuleHits]:
        """Return the hits of every rule that has any, from the subject and the top of the body."""
        places: dict[str, list[Mark]] = {}
        self._mark(subject[:SUBJECT_READ], False, places)
        self._mark(body[:BODY_READ], True, places)
        phrases: dict[_Phrase, list[Sequence[Mark]]] = {}
        for part, marks in places.items():
            for use in self._uses[part]:
                phrases.setdefault(use.phrase, [()] * use.parts)[use.part] = marks
        hits: defaultdict[RuleKey, RuleHits] = defaultdict(RuleHits)
        for phrase, parts in phrases.items():
            if all(parts):
                hits[phrase.rule].of(phrase.role).extend(_hits(phrase.text, parts))
        return hits

    def _mark(self, text: str, in_body: bool, places: dict[str, list[Mark]]) -> None:
        """Add where each part stands in the text, for the first so many places."""
        read = normalise(text, subject=not in_body)
        for found in self._index.find(read):
            marks = places.setdefault(found.of, [])
            if len(marks) < MOST_PLACES:
                marks.append(Mark(in_body, *read.original(found.start, found.end)))


def _entries(settings: Settings) -> Iterator[tuple[str, _Use]]:
    """Yield every part of every phrase with what it is used for."""
    for phrase in _phrases(settings):
        parts = parts_of(phrase.text)
        yield from ((part, _Use(phrase, at, len(parts))) for at, part in enumerate(parts))


def _phrases(settings: Settings) -> Iterator[_Phrase]:
    for number, scope in enumerate(settings.scopes):
        yield from (_Phrase(RuleKey("scope", number), "phrase", text) for text in scope.phrases)
        yield from (_Phrase(RuleKey("scope", number), "hint", text) for text in scope.hints)
        yield from (_Phrase(RuleKey("scope", number), "unless", text) for text in scope.unless)
    for number, priority in enumerate(settings.priorities):
        yield from (_Phrase(RuleKey("priority", number), "phrase", text) for text in priority.phrases)
        yield from (_Phrase(RuleKey("priority", number), "unless", text) for text in priority.unless)
    yield from (_Phrase(SEVERAL, "phrase", text) for text in settings.several)


def _hits(phrase: str, parts: Sequence[Sequence[Mark]]) -> Iterator[Hit]:
    """Yield a hit for each place of a phrase of one part, and one hit for several parts that were all found."""
    if len(parts) == 1:
        yield from (Hit(phrase, (mark,)) for mark in parts[0])
    else:
        yield Hit(phrase, tuple(min(marks) for marks in parts))


def apply_vetoes(hits: Sequence[Hit], vetoes: Sequence[Hit]) -> list[tuple[Hit, Hit | None]]:
    """Return each hit of a rule with the `unless` hit that takes it away, or None where it stands.

    A veto around a hit (`no hotrush`, `drop down`) says that these words mean something else, and takes that
    hit alone. A veto that stands apart (`test shop`) says that the rule does not apply, and takes them all.
    """
    around = [(hit, next((veto for veto in vetoes if veto.covers(hit)), None)) for hit in hits]
    apart = [veto for veto in vetoes if not any(veto.covers(hit) for hit in hits)]
    return [(hit, apart[0]) for hit in hits] if apart else around
