"""A heat map of pairs, such as what is true against what was said: where each cell stands and how it is filled.

Right and wrong differ by hue (blue, orange: told apart by the colour-blind), by their frame, and each cell has its
number: in black and white nothing is lost.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

MOST_LABELS = 26
OTHERS = "others"
ANOTHER = "another of these"  # said where one of the others is true
CELL = 36
ROW = 34
CORNER = 110  # for the words in the corner
LETTER = 7  # how wide a letter of a label is at most
RIGHT_HUES = ("#e3eef9", "#b7d4ee", "#6ea8d8", "#2b78b8", "#0b4a85")
WRONG_HUES = ("#fdeadb", "#fbcda4", "#f5a55c", "#d9701a", "#9c4a08")
DARK_FROM = 3  # from this hue on, numbers are white

Pairs = Mapping[tuple[str, str], int]


@dataclass(frozen=True, slots=True)
class Cell:
    """One pair: its corner, its numbers now and before, its colours, and itself in words."""

    x: int
    y: int
    count: int
    was: int
    right: bool
    fill: str
    ink: str
    words: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A heat map laid out; `labels` are (name, middle of its row, of its column), `corner` is where cells begin."""

    labels: tuple[tuple[str, int, int], ...]
    corner: tuple[int, int]
    cell: tuple[int, int]
    cells: tuple[Cell, ...]
    width: int
    height: int


def confusion_chart(now: Pairs, before: Pairs) -> Chart:
    """Return the heat map of (true, said) pairs; a hue is the share of its row. Empty for no pairs."""
    shown = _names(now, before)
    now, before = _folded(now, shown), _folded(before, shown)
    crowded = any(said == ANOTHER for _, said in (*now, *before))
    names = (*shown, ANOTHER) if crowded else shown
    rows: Counter[str] = Counter()
    for (true, _), count in now.items():
        rows[true] += count
    longest = max(map(len, names), default=0)
    # Names stand aslant over their columns, so they take less room in height than in width.
    left, top = max(CORNER, 24 + LETTER * longest), 24 + LETTER * longest * 2 // 3
    cells = [
        _cell(
            (left + column * CELL, top + row * ROW),
            (true, said),
            (now[true, said], before[true, said]),
            rows[true],
        )
        for row, true in enumerate(names)
        for column, said in enumerate(names)
        if now[true, said] or before[true, said]
    ]
    labels = tuple(
        (name, top + at * ROW + ROW // 2, left + at * CELL + CELL // 2) for at, name in enumerate(names)
    )
    size = len(names)
    return Chart(
        labels, (left, top), (CELL, ROW), tuple(cells), left + size * CELL + top, top + size * ROW + 8
    )


def _names(*sides: Pairs) -> tuple[str, ...]:
    """Return the labels by how often they occur; those for which there is no room are one."""
    counts: Counter[str] = Counter()
    for pairs in sides:
        for (true, said), count in pairs.items():
            counts[true] += count
            counts[said] += count
    names = sorted(counts, key=lambda name: (-counts[name], name))
    return tuple(names if len(names) <= MOST_LABELS else [*names[: MOST_LABELS - 1], OTHERS])


def _folded(pairs: Pairs, names: tuple[str, ...]) -> Counter[tuple[str, str]]:
    folded: Counter[tuple[str, str]] = Counter()
    for (true, said), count in pairs.items():
        wrong_among_others = true != said and true not in names and said not in names
        column = ANOTHER if wrong_among_others else said if said in names else OTHERS
        folded[true if true in names else OTHERS, column] += count
    return folded


def _cell(place: tuple[int, int], pair: tuple[str, str], counts: tuple[int, int], of: int) -> Cell:
    count, was = counts
    right = pair[0] == pair[1]
    hues = RIGHT_HUES if right else WRONG_HUES
    depth = min(len(hues) - 1, count * len(hues) // of) if of else 0
    said = "said rightly" if right else f"taken for {pair[1]}"
    return Cell(
        x=place[0],
        y=place[1],
        count=count,
        was=was,
        right=right,
        fill=hues[depth] if count else "#ffffff",
        ink="#ffffff" if count and depth >= DARK_FROM else "#111111",
        words=f"{pair[0]} {said}: {count}, before {was}",
    )
