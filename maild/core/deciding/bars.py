"""Bars made of letters: a chart that every mail program shows, in plain text."""

from collections.abc import Mapping

WIDEST = 24  # columns of the longest bar, so that label, bar and number fit a phone
BLOCK = "\N{FULL BLOCK}"


def bar(count: int, most: int) -> str:
    """Return a bar for `count`, as long as the widest for `most`, with the number behind it; none for nothing.

    >>> bar(3, 12), bar(1, 1000), bar(0, 5)
    ('██████ 3', '█ 1', '0')
    """
    blocks = BLOCK * max(1, round(WIDEST * count / max(most, 1))) if count else ""
    return f"{blocks} {count}".lstrip()


def chart(counts: Mapping[str, int]) -> str:
    r"""Return one line for each label, in order, the bars below each other.

    >>> chart({"09:00": 2, "10:00": 1})
    '09:00  ████████████████████████ 2\n10:00  ████████████ 1'
    """
    width, most = max(map(len, counts), default=0), max(counts.values(), default=0)
    return "\n".join(f"{label:<{width}}  {bar(count, most)}" for label, count in counts.items())
