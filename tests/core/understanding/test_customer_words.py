"""A few exact words of a customer's: solved, thanks, yes, no, the second first; anything more is a letter."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.understanding.customer_words import (
    GREETINGS,
    NO,
    SOLVED,
    THANKS,
    YES,
    says_order,
    says_rating,
    says_solved,
    says_thanks,
    says_yes_or_no,
)

STAFF = frozenset({"Anna", "Ben Rivers"})


@pytest.mark.parametrize(
    "text",
    [
        *("solved", "Solved.", "SOLVED!!!", "  close\n", "Please close.", "You can close this ticket"),
        *("Solved, thank you!", "Hi Anna,\n\nsolved.\n\nThanks a lot,", "Thanks Ben, it's solved"),
        *("gelöst", "Geloest", "Erledigt, vielen Dank!", "Hallo Anna,\nhat sich erledigt.\nViele Grüße"),
        *("Das Ticket kann geschlossen werden.", "bitte schließen"),
        *("Решено", "решено, спасибо!", "Всё решено", "Здравствуйте!\nВопрос решён.", "можно закрывать"),
    ],
)
def test_the_word_alone_says_solved(text: str) -> None:
    """In three languages, with a greeting, with thanks, with the names of the staff."""
    assert says_solved(text, STAFF)


@pytest.mark.parametrize(
    "text",
    [
        *("", "thanks", "solved?", "not solved", "Is it solved?", "Solved, but now the cart is empty"),
        *("We are close to giving up", "close the shop", "> solved", "solved by restarting, is that right"),
        *("nicht gelöst", "Gelöst? Nein.", "не решено", "Решено, но теперь пустая корзина"),
        *("I solved a part of it", "Thanks Eve, solved"),
    ],
)
def test_a_word_among_others_closes_nothing(text: str) -> None:
    """Whoever writes more than the word wants it read by a person; nor is a stranger's name known."""
    assert not says_solved(text, STAFF)


@pytest.mark.parametrize(
    "text",
    [
        *("Thanks!", "thank you very much", "Thanks Anna", "Great, thanks a lot!\n\nBest regards", "OK"),
        *("It works now, thanks", "Danke schön!", "Vielen Dank für die schnelle Hilfe", "Es geht wieder."),
        *("Спасибо!", "Большое спасибо, Anna!", "Отлично, всё работает", "Solved, thanks"),
    ],
)
def test_short_thanks_are_told_from_a_request(text: str) -> None:
    """Rule 32: after closing they open nothing again."""
    assert says_thanks(text, STAFF)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "Hello",
            "Thanks, but it is back",
            "Thanks for nothing",
            "It works not",
            "Danke, aber",
            "works?",
        ),
        *("thank you for looking at the other thing", "Спасибо, но не работает", "no thanks needed " * 20),
    ],
)
def test_thanks_with_more_behind_them_are_a_letter(text: str) -> None:
    """Doubt reopens: a mail too much costs a glance, one too little a customer."""
    assert not says_thanks(text, STAFF)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        *(("yes", True), ("Yes, please.", True), ("Ja bitte", True), ("Ja, gerne!\n\nJane", True)),
        *(("Да, пожалуйста", True), ("Hello,\n\nyes", True), ("OK", True), ("> yes", None)),
        *(("no", False), ("No, thanks. We wait.", False), ("Nein danke", False), ("нет", False)),
        *(("Yesterday it broke", None), ("", None), ("yes?", None), ("What does it cost?", None)),
    ],
)
def test_yes_and_no_are_the_first_words(text: str, answer: bool | None) -> None:
    """A question of ours is answered on top; whatever else stands there is read by a person."""
    assert says_yes_or_no(text) is answer


LABELS = ({"a tax", "eine Steuer"}, {"special offers, coupons"}, {"an upgrade", "обновление"})


@pytest.mark.parametrize(
    ("text", "order"),
    [
        *(("2", (1,)), ("2, 1", (1, 0)), ("3 1 2", (2, 0, 1)), ("2 first", (1,)), ("#2", (1,)), ("2.", (1,))),
        *(
            ("2, then 1", (1, 0)),
            ("first 3 and then 1", (2, 0)),
            ("2 und dann 1", (1, 0)),
            ("сначала 2", (1,)),
        ),
        *(("\n\n2\n\nJane", (1,)), ("2, 2, 1", (1, 0)), ("An upgrade first, please", (2,))),
        *(
            ("Special offers, coupons", (1,)),
            ("A TAX!", (0,)),
            ("Eine Steuer zuerst", (0,)),
            ("обновление", (2,)),
        ),
    ],
)
def test_an_order_is_numbers_or_a_label(text: str, order: tuple[int, ...]) -> None:
    """On the first line, with the little words that people put between."""
    assert says_order(text, LABELS) == order


@pytest.mark.parametrize(
    "text",
    ["", "4", "0", "2 shops are down", "1.5", "> 2", "Since 2 days", "coupons", "first", "2 " * 200, "22"],
)
def test_other_numbers_are_no_order(text: str) -> None:
    """A number within a sentence, or one that is not in our list, changes nothing."""
    assert says_order(text, LABELS) == ()


@given(st.text(max_size=300), st.lists(st.sets(st.text(max_size=20), max_size=2), max_size=4))
def test_no_text_makes_it_raise(text: str, labels: list[set[str]]) -> None:
    """And what it finds is always one of what was asked."""
    assert says_solved(text) in {True, False}
    assert says_thanks(text) in {True, False}
    assert says_yes_or_no(text) in {True, False, None}
    assert says_rating(text) in {None, 1, 2, 3, 4, 5}
    assert set(says_order(text, labels)) <= set(range(len(labels)))


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        *(("5", 5), ("1.", 1), ("4, thanks!", 4), ("Hello,\n\n5\n\nBest regards", 5), ("  3  ", 3)),
        *(("6", None), ("0", None), ("55", None), ("5 orders are lost", None), ("thanks", None), ("", None)),
        *(("5, 4", None), ("> 5", None), ("5?", None)),
    ],
)
def test_a_rating_is_one_digit(text: str, rating: int | None) -> None:
    """With thanks or without; a digit within a sentence is a letter."""
    assert says_rating(text) == rating


def test_the_phrases_are_as_they_are_compared() -> None:
    """A phrase with a mark or an umlaut in it would never be found."""
    for phrases in (SOLVED, THANKS, YES, NO, GREETINGS):
        assert {phrase for phrase in phrases if phrase != " ".join(phrase.casefold().split())} == set()
        assert not [p for p in phrases if set(p) & set("äöüßё,.!?'")]


def test_no_phrase_says_both() -> None:
    """What closes is no mere thanks, and yes is not no."""
    assert set() == SOLVED & THANKS
    assert set() == YES & NO
