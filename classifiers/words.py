"""The words of a text as read: what counts as a word, and where a phrase can't go on.

Words are runs of letters and digits; a version number is one word, and so is each Chinese or Japanese
character (they are written without spaces). Between some words stands a border: a full stop, a comma, a dash
between spaces, a bracket, an empty line. No phrase reaches over it: "It's hot. Rush!" asks for no HotRush.
"""

import re
from collections.abc import Iterator

# One word at [start, end) of the text as read; a border is the empty word.
Word = tuple[str, int, int]

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_VERSION = r"v?\d+(?:\.\d+)+"
_CONTRACTED = r"(?:['\u2019](?:t|s|re|ve|ll|d|m)(?![^\W_]))?"
_WORD = re.compile(rf"({_VERSION}|[{_CJK}]|(?:(?![{_CJK}])[^\W_])+{_CONTRACTED})")
# The same for a text without such characters, where it need not be asked at each letter.
_SPACED_WORD = re.compile(rf"({_VERSION}|[^\W_]+{_CONTRACTED})")
_ANY_CJK = re.compile(f"[{_CJK}]")
# Looked for at the start of each run of visible characters only, so that a long one is not read again and again.
_ADDRESS = re.compile(r"(?<!\S)(?=\S*(?:://|www\.|@))\S+")
_BORDER = re.compile(r"[,;:!?()\[\]{}\"“”„«»|/<>→。、]|\.\s|\s[-‐–—]+\s|\n\s*\n")


def words_of(text: str, *, hide_addresses: bool = True) -> Iterator[Word]:
    """Yield the words and borders of a normalised text in their order.

    Mail addresses and URLs are borders too if they are to be hidden: a name in one of them is no request.
    """
    if hide_addresses and ("@" in text or "://" in text or "www." in text):
        text = _ADDRESS.sub(_hidden_address, text)
    apostrophes = "'" in text or "\u2019" in text
    # Signs and words in turn, the first and the last are signs.
    pieces = _word_pattern(text).split(text)
    start = 0
    for signs, word in zip(pieces[::2], pieces[1::2], strict=False):
        after = start + len(signs)
        if signs != " " and _BORDER.search(signs):
            yield "", start, after
        start = after + len(word)
        yield (_without_apostrophes(word) if apostrophes else word), after, start


def bare_words(text: str) -> tuple[str, ...]:
    """Return the words of a normalised text alone, without borders or places."""
    return tuple(map(_without_apostrophes, _word_pattern(text).findall(text)))


def _word_pattern(text: str) -> re.Pattern[str]:
    return _WORD if not text.isascii() and _ANY_CJK.search(text) else _SPACED_WORD


def _without_apostrophes(word: str) -> str:
    return word.replace("'", "").replace("\u2019", "")


def _hidden_address(chunk: re.Match[str]) -> str:
    """Return borders for a mail address or a URL, anything else as it is."""
    text = chunk.group()
    return "|" * len(text) if "://" in text or "www." in text or "@" in text[1:-1] else text
