"""What the sender meant to type, with the way back to what was typed.

A subject comes with reply prefixes and ticket tags, full-width or look-alike letters, zero-width characters,
letters spaced out one by one, capitals and accents. `normalise` takes all that away and remembers for each
character left where it came from, so that evidence can mark the words as they were written.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

_T = TypeVar("_T")

# Letters of other alphabets that are drawn like a Latin one. Capital eta looks like H, small eta like n.
_LOOKALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТХУасенвіјкморѕтхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεζηικμνορτυχ",
    "ABCEHIJKMOPSTXYacehbijkmopstxyABEZHIKMNOPTYXabeznikmvoptux",
)
# A word with a letter or digit that is not ASCII.
_FOREIGN_WORD = re.compile(r"(?<![^\W_])[a-zA-Z0-9]*[^\x00-\x7f\W_][^\W_]*")
_ZERO_IN_WORD = re.compile(r"(?<=[^\W\d_])0(?=[^\W\d_])")

_ALONE = r"[^\W\d_](?![^\W_])"
_BETWEEN = r"[\s._\-\u2010-\u2015\u00b7]{1,3}"
_SPACED = re.compile(rf"(?<![^\W_]){_ALONE}(?:{_BETWEEN}(?:{_ALONE}|0(?![^\W_]))){{2,}}")

# A tag of a ticket system: brackets, maybe one word, `#` and digits (rule 13). `[HotRush]` is no tag.
_TAG = re.compile(r"\[(?:[^\W\d_]{1,20} ?)?#\d{1,20}\]")
_PREFIXES = re.compile(
    r"(?:[\s;]*(?:re|fwd?|aw|wg|sv|vs|vb|antw(?:ort)?|rv|rif|r|i|tr|ref|odp|ynt|ответ|回复|转发|返信|転送)"
    r"\s{0,3}(?:\[\d{1,4}\]|\(\d{1,4}\)|\^\d{1,4})?\s{0,3}:)*[\s;]*"
)


@dataclass(frozen=True, slots=True)
class Normal:
    """A text as read: character i of `text` was made from [starts[i], ends[i]) of the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where the non-empty [start, end) of `text` stands in the original."""
        return self.starts[start], self.ends[end - 1]


def normalise(text: str, *, subject: bool = True) -> Normal:
    """Return `text` as it was meant; a subject also loses its reply prefixes and ticket tags.

    Linear in the length of the text. What it returns as text, it would return unchanged.
    """
    read = Normal(text, range(len(text)), range(1, len(text) + 1))
    # Most texts are ASCII, where each character stays, or becomes one of lower case.
    plain = text.isascii()
    read = _join_spaced_letters(read if plain else _each_character(read, _plain))
    one_alphabet = read.text if plain else _FOREIGN_WORD.sub(_in_one_alphabet, read.text)
    read = replace(read, text=_ZERO_IN_WORD.sub("o", one_alphabet))
    read = replace(read, text=read.text.lower()) if plain else _each_character(read, _folded)
    return _without_prefixes(_without_tags(read)) if subject else read


def _each_character(read: Normal, change: Callable[[str], str]) -> Normal:
    """Change each character on its own; what a dropped one covered falls to the character before it."""
    pieces = list(map(change, read.text))
    text = "".join(pieces)
    if len(text) == len(pieces) and all(pieces):
        return replace(read, text=text)
    odd = [at for at, piece in enumerate(pieces) if len(piece) != 1]
    starts: list[int] = []
    ends: list[int] = []
    done = 0
    for at in odd:
        starts += read.starts[done:at]
        ends += read.ends[done:at]
        starts += [read.starts[at]] * len(pieces[at])
        ends += [read.ends[at]] * len(pieces[at])
        if not pieces[at] and ends:
            ends[-1] = read.ends[at]
        done = at + 1
    return Normal(text, (*starts, *read.starts[done:]), (*ends, *read.ends[done:]))


@lru_cache(maxsize=4096)
def _plain(char: str) -> str:
    """Return the compatibility form (NFKC) of one character, without accents; "" for what can't be seen.

    Only the accents of U+0300 to U+036F go: in other scripts such marks make another letter (ガ is not カ).
    """
    if unicodedata.category(char) == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return ""
    letters = (each for each in unicodedata.normalize("NFKD", char) if not "\u0300" <= each <= "\u036f")
    return unicodedata.normalize("NFC", "".join(letters))


@lru_cache(maxsize=4096)
def _folded(char: str) -> str:
    """Return one plain character without case, in a form that folding again leaves alone."""
    folded = "".join(_plain(each) for each in char.casefold())
    return folded if folded == char else "".join(_folded(each) for each in folded)


def _join_spaced_letters(read: Normal) -> Normal:
    """Read `h o t r u s h` and `H-o-t R-u-s-h` as one word.

    Three letters are joined only where no space parts them (U.P.S.): "is a b" may well be three words.
    """
    gaps: list[tuple[int, int]] = []
    for run in _SPACED.finditer(read.text):
        alone = [i for i in range(*run.span()) if read.text[i].isalnum()]
        if len(alone) > 3 or not re.search(r"\s", run.group()):
            gaps.extend((left + 1, right) for left, right in pairwise(alone))
    return _cut(read, gaps)


def _in_one_alphabet(word: re.Match[str]) -> str:
    """Fold the look-alikes of a word that mixes scripts, where that makes it wholly Latin (rule 27)."""
    written = word.group()
    read = fold(written)
    if read.isascii() or not any(each.isascii() and each.isalpha() for each in read):
        return written
    latin = written.translate(_LOOKALIKES)
    return latin if fold(latin).isascii() else written


def look_alikes(word: str) -> tuple[str, ...]:
    """Return what a normalised word of another alphabet looks like in Latin letters, where all of it does.

    A small eta may have been a capital one: it is read as n and as h.

    >>> look_alikes("нот"), look_alikes("срочно")
    (('hot',), ())
    """
    if word.isascii():
        return ()
    readings = dict.fromkeys(text.translate(_LOOKALIKES) for text in (word, word.replace("\u03b7", "h")))
    return tuple(reading for reading in readings if reading.isascii())


def fold(text: str) -> str:
    """Return each character of the text without accents and case."""
    return "".join(map(_folded, text))


def _without_tags(read: Normal) -> Normal:
    """Put a border in the place of each ticket tag: the words around it are no phrase."""
    tags = [tag.span() for tag in _TAG.finditer(read.text)]
    bordered = list(read.text)
    for start, _ in tags:
        bordered[start] = ";"
    return _cut(replace(read, text="".join(bordered)), [(start + 1, end) for start, end in tags])


def _without_prefixes(read: Normal) -> Normal:
    """Take the chain of reply prefixes off the front."""
    prefixes = _PREFIXES.match(read.text)
    return _cut(read, [prefixes.span()] if prefixes else [])


def _cut(read: Normal, spans: Sequence[tuple[int, int]]) -> Normal:
    """Return `read` without the ascending, disjoint `spans`."""
    if not spans:
        return read
    borders = [0, *(border for span in spans for border in span), len(read.text)]
    kept = list(zip(borders[::2], borders[1::2], strict=True))
    return Normal(
        "".join(_kept(read.text, kept)), tuple(_kept(read.starts, kept)), tuple(_kept(read.ends, kept))
    )


def _kept(items: Sequence[_T], spans: Iterable[tuple[int, int]]) -> list[_T]:
    return [item for start, end in spans for item in items[start:end]]
