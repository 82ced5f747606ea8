"""A first line that is a command of the customer's is one, and no sentence about it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maild.core.understanding.service_words import BALANCE, WITHDRAW, balance_language, says_withdraw


@pytest.mark.parametrize(
    "text",
    [
        "withdraw HotRush",
        "Withdraw Hot-Rush, please!\n\nIt works again.",
        "\n  Without HotRush.\n",
        "Ohne HotRush\nMit freundlichen Grüßen",
        "Bitte HotRush zurückziehen.",
        "Снимите HotRush",
        "без хотраш",
        "#withdraw",
    ],
)
def test_the_first_line_withdraws(text: str) -> None:
    """In three languages, however it is dressed; what stands below it does not matter."""
    assert says_withdraw(text)


@pytest.mark.parametrize(
    "text",
    [
        "Can I withdraw HotRush later?",
        "Please do not withdraw HotRush",
        "> withdraw HotRush",
        "It is fixed.\nWithdraw HotRush",
        "withdraw HotRush " + "x" * 100,
        "",
    ],
)
def test_a_sentence_about_it_is_a_letter(text: str) -> None:
    """A question, a quote, a later line: a person reads those."""
    assert not says_withdraw(text)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        *(("Balance", "en"), ("my balance?", "en")),
        *(("Guthaben", "de"), ("Kontostand", "de")),
        *(("Баланс", "ru"), ("остаток", "ru")),
    ],
)
def test_the_balance_is_asked_for_in_three_languages(text: str, language: str) -> None:
    """One word is enough, and says which."""
    assert balance_language(text) == language


@pytest.mark.parametrize(
    "text", ["The balance of my cart is wrong", "balance sheet", "work-life balance", ""]
)
def test_other_balances_are_none_of_ours(text: str) -> None:
    """Shops have those too."""
    assert not balance_language(text)


@pytest.mark.parametrize("phrases", [WITHDRAW, *BALANCE.values()])
def test_the_words_are_written_as_they_are_compared(phrases: frozenset[str]) -> None:
    """In small letters, without marks; each is understood."""
    said = says_withdraw if phrases is WITHDRAW else balance_language
    assert all(phrase == phrase.casefold() and said(phrase) for phrase in phrases)


@given(st.text(max_size=300))
def test_no_text_makes_it_fall_over(text: str) -> None:
    """And what is more than a word or two is never both."""
    assert not (says_withdraw(text) and balance_language(text))
