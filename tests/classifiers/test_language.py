"""guess_language: which language a mail is in, where its words tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.language import guess_language, written_in


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How can I change the colour of my shop?", "en"),
        ("Wie können wir die Versandkosten für Österreich einstellen?", "de"),
        ("Comment est-ce que je peux changer les frais de port ?", "fr"),
        ("Por favor, ¿cómo puedo cambiar los gastos de envío de mi tienda?", "es"),
        ("Vorrei cambiare il colore della pagina, grazie", "it"),
        ("Как настроить доставку?", "ru"),
        ("送料の設定を教えてください", "ja"),
        ("Hoe kan ik het logo van onze winkel wijzigen?", "nl"),
        ("coupon", ""),
        ("", ""),
        ("12345 !!!", ""),
    ],
)
def test_a_language_is_told_by_its_common_words(text: str, language: str) -> None:
    """One word that several languages have tells nothing."""
    assert guess_language(text) == language


SURE = [
    ("Our shop is down since the update and we have no idea what to do with it.", "en"),
    ("Unser Shop ist nicht erreichbar, bitte helfen Sie uns und sagen Sie, was wir tun können.", "de"),
    ("Guten Tag,\n\n1. Die Steuer wird falsch berechnet.\n2. Es kommen keine Mails an.\n\nKim", "de"),
    ("Здравствуйте, магазин не открывается, помогите, пожалуйста.", "ru"),
    ("Добрий день, магазин не відкривається, допоможіть, будь ласка, ми нічого не змінювали.", "uk"),
    ("Здравейте, магазинът не се отваря от вчера, моля помогнете, нищо не сме променяли.", "bg"),
    ("Добар дан, продавница не ради од јуче, молим вас помозите, ништа нисмо мењали.", "sr"),
    ("ショップが開きません。助けてください。", "ja"),
    ("Le panier est vide et nous ne savons pas comment le réparer, merci pour votre aide.", "fr"),
    ("server die, please help", ""),
    ("Mein Shop", ""),
    ("Привет", ""),
    ("coupon error 500", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "language"), SURE)
def test_what_a_mail_is_written_in_is_said_only_where_it_is_sure(text: str, language: str) -> None:
    """An answer in a language that somebody does not read is worse than one in ours."""
    assert written_in(text) == language


@given(st.text())
def test_no_text_is_too_odd_for_a_language(text: str) -> None:
    """It is a code of two letters or nothing."""
    assert len(written_in(text)) in (0, 2)
