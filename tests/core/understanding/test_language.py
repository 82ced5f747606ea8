"""The language of our mails."""

import pytest

from maild.core.understanding.language import language_of

GERMAN = "Guten Tag, unser Shop ist seit heute nicht mehr erreichbar, bitte helfen Sie uns."
RUSSIAN = "Здравствуйте, магазин не открывается со вчерашнего дня."


@pytest.mark.parametrize(("text", "language"), [(GERMAN, "de"), (RUSSIAN, "ru")])
def test_a_mail_is_answered_in_its_own_language(text: str, language: str) -> None:
    """Whatever is known of its writer, and whatever the service speaks."""
    assert language_of("", text, "fr", "en") == language


def test_the_subject_counts_too() -> None:
    """Some mails have nothing else."""
    assert language_of(GERMAN, "", "", "en") == "de"


def test_where_a_mail_does_not_tell_the_customer_does() -> None:
    """A subject of two words is in no language."""
    assert language_of("HotRush", "checkout error 500", "de", "en") == "de"


def test_where_nothing_is_known_the_service_speaks_its_own() -> None:
    """As [replies] says."""
    assert language_of("HotRush", "checkout error 500", "", "ru") == "ru"
