"""The words of a text as read: what counts as a word, and where a phrase can't go on.

Words are runs of letters and digits; a version number is one word, and so is each Chinese or Japanese
character (they are written without spaces). Between some words stands a border: a full stop, a comma, a dash
between spaces, a bracket, an empty line. No phrase reaches over it: "It's hot. Rush!" asks for no HotRush.
"""

import re
from typing import NamedTuple

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(
    rf"v?\d+(?:\.\d+)+|[{_CJK}]|(?:(?![{_CJK}])[^\W_])+(?:['\u2019](?:t|s|re|ve|ll|d|m)(?![^\W_]))?"
)
# Looked for at the start of each run of visible characters only, so that a long one is not read again and again.
_ADDRESS = re.compile(r"(?<!\S)(?=\S*(?:://|www\.|@))\S+")
_BORDER = re.compile(r"[,;:!?()\[\]{}\"“”„«»|/<>→。、]|\.\s|\s[-‐–—]+\s|\n\s*\n")


class Word(NamedTuple):
    """One word at [start, end) of the text as read; a border is the empty word."""

    text: str
    start: int
    end: int


def words_of(text: str) -> tuple[Word, ...]:
    """Return the words and borders of a normalised text in their order.

    Mail addresses and URLs are borders too: a name in one of them is no request.
    """
    text = _ADDRESS.sub(_hidden_address, text)
    apostrophes = "'" in text or "\u2019" in text
    words: list[Word] = []
    done = 0
    for match in _WORD.finditer(text):
        start, end = match.span()
        if text[done:start] != " " and _BORDER.search(text, done, start):
            words.append(Word("", done, start))
        word = match.group()
        words.append(Word(_without_apostrophes(word) if apostrophes else word, start, end))
        done = end
    return tuple(words)


def bare_words(text: str) -> tuple[str, ...]:
    """Return the words of a normalised text alone, without borders or places."""
    return tuple(_without_apostrophes(word) for word in _WORD.findall(text))


def _without_apostrophes(word: str) -> str:
    return word.replace("'", "").replace("\u2019", "")


def _hidden_address(chunk: re.Match[str]) -> str:
    """Return borders for a mail address or a URL, anything else as it is."""
    text = chunk.group()
    return "|" * len(text) if "://" in text or "www." in text or "@" in text[1:-1] else text
