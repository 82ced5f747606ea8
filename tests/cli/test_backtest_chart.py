"""The heat map of a report: every pair has its cell and its number, whatever the labels are."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from maild.cli.backtest_chart import ANOTHER, MOST_LABELS, OTHERS, confusion_chart

PAIRS = st.dictionaries(
    st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")), st.integers(1, 99), max_size=12
)


def test_a_cell_says_what_is_true_what_was_said_and_how_often_before() -> None:
    """In words for who can't see it, and by its frame for who can't see the hue."""
    chart = confusion_chart(
        {("tax", "tax"): 3, ("tax", "offers"): 1}, {("tax", "tax"): 2, ("tax", "offers"): 2}
    )
    assert [cell.words for cell in chart.cells] == [
        "tax said rightly: 3, before 2",
        "tax taken for offers: 1, before 2",
    ]
    assert [cell.right for cell in chart.cells] == [True, False]


def test_what_happens_no_more_is_a_cell_too() -> None:
    """Its number is 0, and what it was stands below."""
    [cell] = confusion_chart({}, {("tax", "offers"): 2}).cells
    assert (cell.count, cell.was, cell.fill) == (0, 2, "#ffffff")


def test_dark_cells_have_white_numbers() -> None:
    """All of a row in one cell is the darkest."""
    light, dark = confusion_chart({("a", "a"): 9, ("a", "b"): 1, ("b", "b"): 9}, {}).cells[1:]
    assert (light.ink, dark.ink) == ("#111111", "#ffffff")


def test_labels_without_room_are_one_and_their_mistakes_stay_mistakes() -> None:
    """What is taken for another of the others is not said rightly."""
    many = {(f"label {at:02}", f"label {at:02}"): 100 - at for at in range(MOST_LABELS + 5)}
    rare, rarer = f"label {MOST_LABELS + 3:02}", f"label {MOST_LABELS + 4:02}"
    chart = confusion_chart({**many, (rare, rarer): 1}, {})
    assert len(chart.labels) == MOST_LABELS + 1
    words = {cell.words.partition(":")[0] for cell in chart.cells}
    assert {f"{OTHERS} said rightly", f"{OTHERS} taken for {ANOTHER}"} <= words
    assert sum(cell.count for cell in chart.cells) == sum(many.values()) + 1


def test_nothing_is_an_empty_chart() -> None:
    """No labels, no cells, no failure."""
    assert confusion_chart({}, {}).cells == ()


@given(PAIRS, PAIRS)
def test_every_number_is_in_one_cell_inside_the_picture(
    now: dict[tuple[str, str], int], before: dict[tuple[str, str], int]
) -> None:
    """Nothing is lost, nothing is drawn twice or outside."""
    chart = confusion_chart(now, before)
    assert sum(cell.count for cell in chart.cells) == Counter(now).total()
    assert sum(cell.was for cell in chart.cells) == Counter(before).total()
    assert len({(cell.x, cell.y) for cell in chart.cells}) == len(chart.cells)
    assert all(cell.x + chart.cell[0] <= chart.width for cell in chart.cells)
    assert all(cell.y + chart.cell[1] <= chart.height for cell in chart.cells)
