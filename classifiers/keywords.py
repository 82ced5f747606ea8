"""Which phrases stand in this text, and where: one pass over its words, however many phrases there are.

How a phrase is written in the config:

    sales tax          these words next to each other, in any case, with or without accents
    rabatt*            a word that begins so
    upgrade # to #     # is any number
    check-out          one word or two: checkout, check-out, check out
    hot-rush~          ... and the one word may have one slip of the pen, where it is 6 to 8 letters long
    nobody ... pay     up to three other words between them
    {shop} down        a word of the group `shop`, which the config names
    patch* + for us    both parts, anywhere in the mail
    {other branch}     two versions of different branches; {same branch}: of one (versions.py)
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Generic, NamedTuple, TypeVar

from classifiers.normalise import Normal, look_alikes, normalise
from classifiers.versions import STEPS, version_steps
from classifiers.words import bare_words, words_of

T = TypeVar("T")

SHORTEST_STEM = 2
NEAR_LENGTHS = range(6, 9)
KNOWN_WORDS = 4_096
GAP = "..."
WORDS_IN_GAP = 3


NO_GROUPS: Mapping[str, tuple[str, ...]] = {}
_BRACED = re.compile(r"\{[^{}]*\}")
_SIGN_OF_NO_PHRASE = re.compile(r"[()\[\]{}]")
_SIGN_WITHIN = re.compile(r"([*~])(?=\S)|(?<!\S)([*~])")
_GROUP = re.compile(r"\{[a-z0-9_-]+\}")


class Found(NamedTuple, Generic[T]):
    """A phrase part that stands at [start, end) of the text as read; `of` is what it was indexed for."""

    of: T
    start: int
    end: int


@dataclass(slots=True)
class _Node(Generic[T]):
    """One word of the phrases read so far: which words may follow, and what ends here."""

    words: dict[str, "_Node[T]"] = field(default_factory=dict)
    stems: dict[str, "_Node[T]"] = field(default_factory=dict)
    ends: list[T] = field(default_factory=list)
    gap: "_Node[T] | None" = None


class _Sense(NamedTuple, Generic[T]):
    """What a word is to phrases: the words of phrases that mean it, and the nodes of those that begin with it."""

    words: tuple[str, ...]
    nodes: tuple[_Node[T], ...]


class KeywordIndex(Generic[T]):
    """An index from words to phrases, built once: `find` costs the same with 100 phrases or 10,000."""

    def __init__(
        self, entries: Iterable[tuple[str, T]], groups: Mapping[str, Iterable[str]] = NO_GROUPS
    ) -> None:
        self._root: _Node[T] = _Node()
        self._steps: dict[str, list[T]] = {name: [] for name in STEPS}
        self._near: dict[str, set[str]] = {}
        self._groups: _Node[str] = _Node()
        for name, members in groups.items():
            for member in members:
                self._group_node(member).ends.append(f"{{{name}}}")
        for part, of in entries:
            self._add(part, of)
        # People write the same words again and again.
        self._sense = lru_cache(KNOWN_WORDS)(self._sense_of)

    def find(self, read: Normal, *, hide_addresses: bool = True) -> Iterator[Found[T]]:
        """Yield each part that stands in the text, once for each place where it does.

        Addresses and URLs are no words, unless they are what the text consists of.
        """
        # How far the phrases got that go on here, and where they began; and those that may pass over some words.
        begun: list[tuple[_Node[T], int]] = []
        waiting: list[tuple[_Node[T], int, int]] = []
        for word, start, end in words_of(read.text, hide_addresses=hide_addresses):
            senses, nodes = self._sense(word)
            if waiting:
                begun += [(node, begin) for node, begin, _ in waiting]
                waiting = [(node, begin, left - 1) for node, begin, left in waiting if left and word]
            if begun:
                begun = [(after, begin) for node, begin in begun for after in _following(node, word, senses)]
            begun += [(node, start) for node in nodes]
            for node, begin in begun:
                for of in node.ends:
                    yield Found(of, begin, end)
                if node.gap:
                    waiting.append((node.gap, begin, WORDS_IN_GAP))
        for name, start, end in version_steps(read.text):
            yield from (Found(of, start, end) for of in self._steps[name])

    def _add(self, part: str, of: T) -> None:
        if part in self._steps:
            self._steps[part].append(of)
            return
        for spelling in _spellings(part):
            node = self._root
            for word in spelling:
                node = self._step(node, word)
            node.ends.append(of)

    def _step(self, node: _Node[T], word: str) -> _Node[T]:
        if word == GAP:
            node.gap = node.gap or _Node()
            return node.gap
        if word.endswith("*"):
            return node.stems.setdefault(word[:-1], _Node())
        if word.endswith("~"):
            word = word[:-1]
            for shorter in _shortened(word):
                self._near.setdefault(shorter, set()).add(word)
        return node.words.setdefault(word, _Node())

    def _group_node(self, member: str) -> _Node[str]:
        """Return where the groups of a word are kept: the members are read as words of phrases are."""
        [[word]] = _spellings(member)
        known = self._groups.stems if word.endswith("*") else self._groups.words
        return known.setdefault(word.removesuffix("*"), _Node())

    def _sense_of(self, word: str) -> _Sense[T]:
        """Return what the word is: itself, what was meant, what it looks like, a number, one of a group."""
        words = dict.fromkeys((word, self._meant(word), *look_alikes(word)))
        if word[:1].isdigit():
            words["#"] = None
        for group in _following(self._groups, word, (word,)):
            words |= dict.fromkeys(group.ends)
        return _Sense(tuple(words), tuple(_following(self._root, word, tuple(words))))

    def _meant(self, word: str) -> str:
        """Return the `~` word that this one is a slip of, else the word itself."""
        if not self._near or len(word) not in NEAR_LENGTHS:
            return word
        near = {known for shorter in _shortened(word) for known in self._near.get(shorter, ())}
        return min((known for known in near if one_slip_apart(word, known)), default=word)


def parts_of(phrase: str) -> tuple[str, ...]:
    """Return the parts of a phrase that are looked for one by one (`a + b` has two)."""
    return tuple(part.strip() for part in phrase.split(" + "))


def problem_with(phrase: str, groups: Collection[str] = ()) -> str | None:
    """Return why a phrase can never fire as it is written, or None."""
    if phrase.startswith("/") and phrase.endswith("/"):
        return f"{phrase!r}: slashes stand around regular expressions, which belong into regexes"
    return next((why for part in parts_of(phrase) if (why := _problem_with_part(part, phrase, groups))), None)


def _problem_with_part(part: str, phrase: str, groups: Collection[str]) -> str | None:
    if part in STEPS:
        return None
    spelling = _spellings(part)[0]
    known = (*STEPS, *(f"{{{name}}}" for name in groups))
    for braced in _BRACED.findall(part):
        if braced not in known:
            return f"{braced} is none of {', '.join(known)}"
        if braced in STEPS:
            return f"{phrase!r}: {braced} stands alone, or joined by +"
    if found := _SIGN_OF_NO_PHRASE.search(_BRACED.sub("", part)):
        return f"{phrase!r}: a bracket parts words and is none: leave out the {found.group()}"
    if found := _SIGN_WITHIN.search(part):
        return f"{phrase!r}: a {found.group(1)} stands at the end of a word only"
    if not (spelling and all(spelling)):
        return f"{phrase!r}: a part without a letter or digit is no word"
    if GAP in (spelling[0], spelling[-1]):
        return f"{phrase!r}: {GAP} stands between words"
    if any(word.endswith("*") and len(word) <= SHORTEST_STEM for word in spelling):
        return f"{phrase!r}: at least {SHORTEST_STEM} letters must stand before the *"
    return None


def problem_with_member(member: str) -> str | None:
    """Return why a word cannot be one of a group, or None."""
    spellings = _spellings(member)
    if len(spellings) != 1 or len(spellings[0]) != 1 or spellings[0][0] in ("", "#", GAP):
        return f"{member!r}: a group consists of single words"
    return problem_with(member)


def one_slip_apart(word: str, other: str) -> bool:
    """Say whether one letter too few, too many or wrong, or two exchanged neighbours part the words.

    That is an optimal string alignment distance of at most 1.
    """
    short, long = sorted((word, other), key=len)
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    rest, longer_rest = short[start:], long[start:]
    if len(short) < len(long):
        return rest == longer_rest[1:]
    exchanged = longer_rest[1:2] + longer_rest[:1] + longer_rest[2:]
    return len(short) == len(long) and (rest[1:] == longer_rest[1:] or rest == exchanged)


def _shortened(word: str) -> set[str]:
    """Return the word, and it with each one letter left out: words one slip apart share one of these."""
    return {word, *(word[:i] + word[i + 1 :] for i in range(len(word)))}


def _following(node: _Node[T], word: str, senses: Iterable[str]) -> list[_Node[T]]:
    """Return where a word leads from `node`: by each of its senses, and by its stem."""
    known = node.words
    nodes = [known[sense] for sense in senses if sense in known]
    if stems := node.stems:
        lengths = range(SHORTEST_STEM, len(word) + 1)
        nodes += [stems[word[:length]] for length in lengths if word[:length] in stems]
    return nodes


def _spellings(part: str) -> list[tuple[str, ...]]:
    """Return every sequence of index words that spells the part."""
    pieces = (_piece_spellings(piece) for piece in normalise(part, subject=False).text.split())
    return [tuple(word for piece in choice for word in piece) for choice in product(*pieces)]


def _piece_spellings(piece: str) -> list[tuple[str, ...]]:
    """Return the ways to write one blank-free piece of a phrase: `e-mail*` is `email*` and `e mail*`."""
    if piece in ("#", GAP) or _GROUP.fullmatch(piece):
        return [(piece,)]
    sign = piece[-1] if piece[-1] in "*~" else ""
    apart = bare_words(piece)
    if len(apart) < 2 or not re.search(r"\w-\w", piece):
        return [_marked(apart, sign)]
    return [_marked(("".join(apart),), sign), _marked(apart, sign if sign == "*" else "")]


def _marked(words: tuple[str, ...], sign: str) -> tuple[str, ...]:
    return (*words[:-1], words[-1] + sign) if words else ("",)
