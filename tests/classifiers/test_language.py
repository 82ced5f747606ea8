"""guess_language: which language a mail is in, where its words tell."""

import pytest

from classifiers.language import guess_language


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
