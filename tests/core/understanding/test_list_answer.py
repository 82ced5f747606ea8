"""Which incidents an answer to a list asks for: numbers on lines of their own, and nothing that only looks like one."""

import pytest

from maild.core.understanding.list_answer import MOST_ASKED, asked_numbers


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("#1015", (1015,)),
        ("1015", (1015,)),
        ("# 1015.", (1015,)),
        ("*#1015*\n\n#1016", (1015, 1016)),
        ("#1015 #1016, #1015", (1015, 1016)),
        ("\uff031015", (1015,)),
        ("#1015\n-- \n", (1015,)),
        ("", ()),
    ],
)
def test_numbers_on_lines_of_their_own_are_asked_for(text: str, numbers: tuple[int, ...]) -> None:
    """As people and programs write them; each once."""
    assert asked_numbers(text) == (numbers, False)


@pytest.mark.parametrize(
    "text",
    [
        "#1015 please restart it",
        "Please restart #1015",
        "> #1015",
        "+44 20 7946 0958",
        "2026-11-26",
        "#" * 5000 + "1015",
        "#99999999999",
    ],
)
def test_a_line_with_anything_else_is_more_than_a_number(text: str) -> None:
    """Words for a customer must not pass as a number, whose mail follows in silence."""
    assert asked_numbers(text) == ((), True)


def test_a_mail_asks_for_so_many() -> None:
    """The rest is said not to be done."""
    numbers, more = asked_numbers("\n".join(f"#{number}" for number in range(1, MOST_ASKED + 2)))
    assert (len(numbers), more) == (MOST_ASKED, True)
    assert asked_numbers("#9999999999") == ((), False)  # more than the store can hold
