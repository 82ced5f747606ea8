"""A received subject as we may repeat it: without reply prefixes and our own tags, short, on one line."""

import re

# What mail clients put before a subject, alone or counted; a tag with a number is ours.
_PREFIX = re.compile(
    r"(?:re|fwd|fw|aw|wg|sv|vs|vb|antw|antwort|rv|rif|r|i|tr|réf|ref|odp|ynt|ответ|回复|转发)"
    r"\s?(?:\[\d{1,3}\]|\(\d{1,3}\))?\s?[:：]\s*",
    re.IGNORECASE,
)
_TAG = re.compile(r"\[#[0-9]{1,10}\]\s*")


def clean_subject(subject: str, longest: int = 200) -> str:
    """Return `subject` without `Re:` in any language and without `[#n]`, at most `longest` characters.

    >>> clean_subject("AW: Re[2]: [#1003] Tax rates [HotRush]")
    'Tax rates [HotRush]'
    """
    rest = subject.strip()[:2000]
    while True:
        shorter = _TAG.sub("", rest)
        match = _PREFIX.match(shorter)
        shorter = shorter[match.end() :] if match else shorter
        if shorter == rest:
            return rest[:longest].rstrip()
        rest = shorter


def same_topic(subject: str, other: str) -> bool:
    """Say whether two subjects are the same but for reply prefixes, our tags, case and white space.

    >>> same_topic("RE: tax  rates [#1003]", "Tax rates"), same_topic("The cart", "Tax rates")
    (True, False)
    """
    return _topic(subject) == _topic(other)


def _topic(subject: str) -> str:
    return " ".join(clean_subject(subject).casefold().split())
