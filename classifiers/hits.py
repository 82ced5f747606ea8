"""The phrases of all rules in one mail: where they stand, and which of them a veto takes away."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from classifiers.conditions import meets, shown_condition, stands_alone
from classifiers.keywords import KeywordIndex, parts_of
from classifiers.language import guess_language
from classifiers.normalise import normalise
from classifiers.regexes import Regexes, as_phrase
from classifiers.settings import FIELDS, HEADER, About, Rule, Settings

Role = Literal["phrase", "hint", "unless"]

# What stands below this in a mail is no longer what the sender asks first, and would only cost time.
SUBJECT_READ = 1_000
BODY_READ = 4_000
MOST_PLACES = 20

# Places of FIELDS.
SUBJECT, BODY = 0, 1
NOTHING_KNOWN = About()


class RuleKey(NamedTuple):
    """Which rule: the kind, and its place in the list of that kind."""

    kind: Literal["scope", "priority", "rule", "several"]
    number: int


SEVERAL = RuleKey("several", 0)


class _Phrase(NamedTuple):
    """One phrase or regex of one rule: the fields of the mail in which it counts, and how much."""

    rule: RuleKey
    role: Role
    text: str
    places: tuple[int, ...] = (SUBJECT, BODY)
    weight: int = 1


class _Use(NamedTuple):
    """Part number `part` of the `parts` of a phrase."""

    phrase: _Phrase
    part: int
    parts: int


class Mark(NamedTuple):
    """Words at [start, end) of a field as it was given. Marks sort by where they stand: the subject first."""

    place: int
    start: int
    end: int

    def covers(self, other: "Mark") -> bool:
        """Say whether these words hold all of the other's."""
        return self.place == other.place and self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase that stands in the mail; `marks` has one entry for each part of it."""

    phrase: str
    marks: tuple[Mark, ...]
    weight: int = 1

    @property
    def first(self) -> Mark:
        """Where it is named first."""
        return min(self.marks)

    @property
    def in_body(self) -> bool:
        """Whether it stands in the body wholly."""
        return self.first.place == BODY

    def covers(self, other: "Hit") -> bool:
        """Say whether one part of this phrase holds all words of a part of the other."""
        return any(mine.covers(its) for mine in self.marks for its in other.marks)


Vetoed = tuple[Hit, Hit]


@dataclass(slots=True)
class RuleHits:
    """What was found of one scope or priority, by role; `vetoed` by a rule of its own that speaks for it."""

    phrase: list[Hit] = field(default_factory=list)
    hint: list[Hit] = field(default_factory=list)
    unless: list[Hit] = field(default_factory=list)
    vetoed: list[Vetoed] = field(default_factory=list)

    def of(self, role: Role) -> list[Hit]:
        """Return the list of one role."""
        return {"phrase": self.phrase, "hint": self.hint, "unless": self.unless}[role]


class Note(NamedTuple):
    """What became of a hit: the rule it speaks for, its effect, and the hit that vetoed it."""

    rule: str
    hit: Hit
    effect: str
    veto: Hit | None = None


def score(hits: Iterable[Hit]) -> int:
    """Return the sum of the weights: a phrase counts once, and so do words that several phrases find."""
    once = {(hit.phrase, hit.weight): hit.marks for hit in hits}
    return sum(weight for weight, _ in {(weight, marks) for (_, weight), marks in once.items()})


class Reader:
    """Finds the phrases of all rules; built once for a config, then used for every mail."""

    def __init__(self, settings: Settings) -> None:
        headers = {field: None for rule in settings.rules for field in rule.fields if field not in FIELDS}
        self.fields = (*FIELDS, *headers)
        self._searched = {self.fields.index(field) for rule in settings.rules for field in rule.fields}
        self._rules = settings.rules
        self._targets = [_target(rule, settings) for rule in settings.rules]
        self._alone = [number for number, rule in enumerate(settings.rules) if stands_alone(rule)]
        self._guesses = any(rule.language for rule in settings.rules)
        # Many phrases share a part ("patch"): the text is searched for each once, whoever wants it.
        self._uses: dict[str, list[_Use]] = {}
        for phrase in (*_phrases(settings), *_phrases_of_rules(settings.rules, self.fields)):
            parts = parts_of(phrase.text)
            for at, part in enumerate(parts):
                self._uses.setdefault(part, []).append(_Use(phrase, at, len(parts)))
        self._index = KeywordIndex(((part, part) for part in self._uses), settings.groups)
        for phrase in _regexes_of_rules(settings.rules, self.fields):
            self._uses.setdefault(phrase.text, []).append(_Use(phrase, 0, 1))
        self._regexes = Regexes([regex for rule in settings.rules for regex in rule.regexes])

    def texts(self, subject: str, body: str, about: About) -> tuple[str, ...]:
        """Return the text of each of `fields`; a header field that stands there twice is one text."""
        headers = (
            "\n\n".join(value for name, value in about.fields if name.lower() == field[len(HEADER) :].lower())
            for field in self.fields[len(FIELDS) :]
        )
        return subject, body, about.sender, about.mailbox, *headers

    def read(self, subject: str, body: str, about: About = NOTHING_KNOWN) -> Mapping[RuleKey, RuleHits]:
        """Return the hits of every scope and priority that has any, from the top of each field."""
        places: dict[str, list[Mark]] = {}
        for place, text in enumerate(self.texts(subject, body, about)):
            if place in (SUBJECT, BODY) or place in self._searched:
                self._mark(text, place, places)
        phrases: dict[_Phrase, list[Sequence[Mark]]] = {}
        for part, marks in places.items():
            for use in self._uses[part]:
                there = [mark for mark in marks if mark.place in use.phrase.places]
                phrases.setdefault(use.phrase, [()] * use.parts)[use.part] = there
        hits: defaultdict[RuleKey, RuleHits] = defaultdict(RuleHits)
        for phrase, parts in phrases.items():
            if all(parts):
                hits[phrase.rule].of(phrase.role).extend(_hits(phrase, parts))
        return self._given_to_targets(hits, subject, body, about) if self._rules else hits

    def _mark(self, text: str, place: int, places: dict[str, list[Mark]]) -> None:
        """Add where each part and each regex stands in the field, for the first so many places."""
        read = normalise(text[: SUBJECT_READ if place == SUBJECT else BODY_READ], subject=place == SUBJECT)
        seen: Counter[str] = Counter()
        found = self._index.find(read, hide_addresses=place in (SUBJECT, BODY))
        for of, start, end in (*found, *self._regexes.find(read.text)):
            seen[of] += 1
            if seen[of] <= MOST_PLACES:
                places.setdefault(of, []).append(Mark(place, *read.original(start, end)))

    def _given_to_targets(
        self, found: defaultdict[RuleKey, RuleHits], subject: str, body: str, about: About
    ) -> Mapping[RuleKey, RuleHits]:
        """Give what each rule found, where its conditions are met, to its scope or priority."""
        language = about.language or (guess_language(f"{subject}\n{body}") if self._guesses else "")
        organisation = about.organisation or about.sender.rpartition("@")[2]
        about = replace(about, language=language, organisation=organisation)
        texts = self.texts(subject, body, about)
        for number in self._alone:
            found[RuleKey("rule", number)].phrase.append(self._hit_of_condition(self._rules[number], texts))
        for key in [key for key in found if key.kind == "rule"]:
            own, rule = found.pop(key), self._rules[key.number]
            if meets(about, rule):
                target = found[self._targets[key.number]]
                for hit, veto in apply_vetoes(own.phrase, own.unless):
                    if veto is None:
                        target.phrase.append(hit)
                    else:
                        target.vetoed.append((hit, veto))
        return found

    def _hit_of_condition(self, rule: Rule, texts: Sequence[str]) -> Hit:
        field, words = shown_condition(rule)
        place = self.fields.index(field)
        return Hit(words, (Mark(place, 0, len(texts[place]) if place != BODY else 0),), rule.weight)


def _target(rule: Rule, settings: Settings) -> RuleKey:
    """Return the scope or priority that a rule speaks for; raises ValueError where there is none."""
    for number, scope in enumerate(settings.scopes):
        if rule.scope and scope.id == rule.scope:
            return RuleKey("scope", number)
    for number, priority in enumerate(settings.priorities):
        if not rule.scope and priority.level == rule.priority:
            return RuleKey("priority", number)
    raise ValueError(f"a rule is for {rule.scope or rule.priority or 'nothing'}, which is not there")


def _phrases(settings: Settings) -> Iterator[_Phrase]:
    for number, scope in enumerate(settings.scopes):
        yield from (_Phrase(RuleKey("scope", number), "phrase", text) for text in scope.phrases)
        yield from (_Phrase(RuleKey("scope", number), "hint", text) for text in scope.hints)
        yield from (_Phrase(RuleKey("scope", number), "unless", text) for text in scope.unless)
    for number, priority in enumerate(settings.priorities):
        yield from (_Phrase(RuleKey("priority", number), "phrase", text) for text in priority.phrases)
        yield from (_Phrase(RuleKey("priority", number), "unless", text) for text in priority.unless)
    yield from (_Phrase(SEVERAL, "phrase", text) for text in settings.several)


def _phrases_of_rules(rules: Sequence[Rule], fields: Sequence[str]) -> Iterator[_Phrase]:
    """Yield the phrases of the rules; what vetoes them is looked for in subject and body too."""
    for number, rule in enumerate(rules):
        key, places = RuleKey("rule", number), tuple(map(fields.index, rule.fields))
        yield from (_Phrase(key, "phrase", text, places, rule.weight) for text in rule.phrases)
        yield from (_Phrase(key, "unless", text, (SUBJECT, BODY, *places)) for text in rule.unless)


def _regexes_of_rules(rules: Sequence[Rule], fields: Sequence[str]) -> Iterator[_Phrase]:
    for number, rule in enumerate(rules):
        key, places = RuleKey("rule", number), tuple(map(fields.index, rule.fields))
        yield from (_Phrase(key, "phrase", as_phrase(regex), places, rule.weight) for regex in rule.regexes)


def _hits(phrase: _Phrase, parts: Sequence[Sequence[Mark]]) -> Iterator[Hit]:
    """Yield a hit for each place of a phrase of one part, and one hit for several parts that were all found."""
    if len(parts) == 1:
        yield from (Hit(phrase.text, (mark,), phrase.weight) for mark in parts[0])
    else:
        yield Hit(phrase.text, tuple(min(marks) for marks in parts), phrase.weight)


def apply_vetoes(hits: Sequence[Hit], vetoes: Sequence[Hit]) -> list[tuple[Hit, Hit | None]]:
    """Return each hit of a rule with the `unless` hit that takes it away, or None where it stands.

    A veto around a hit (`no hotrush`, `drop down`) says that these words mean something else, and takes that
    hit alone. A veto that stands apart (`test shop`) says that the rule does not apply, and takes them all.
    """
    around = [(hit, next((veto for veto in vetoes if veto.covers(hit)), None)) for hit in hits]
    apart = [veto for veto in vetoes if not any(veto.covers(hit) for hit in hits)]
    return [(hit, apart[0]) for hit in hits] if apart else around
