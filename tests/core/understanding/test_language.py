"""The language of our mails."""

from maild.core.understanding.language import language_of


def test_the_configured_language_answers_every_mail() -> None:
    """Replies exist in one language, so nobody is promised another."""
    assert language_of("Guten Tag, der Shop ist offline.", "en") == "en"
