"""Facts in the words of their reader: ids and instants are said, what is words already stays."""

import pytest

from replies.facts import Fact, Shape, balance
from replies.languages import ENGLISH, LANGUAGES
from replies.say_facts import Reader, say_cell, say_charge, say_fact
from tests.parts.zones import BERLIN

DE = Reader(LANGUAGES["de"], BERLIN, {"outage": "ein Shop, der nicht läuft"})


@pytest.mark.parametrize(
    ("shape", "value", "words"),
    [
        ("priority", "high", "hoch"),
        ("priority", "HotRush (out of queue)", "HotRush (out of queue)"),
        ("state", "in_progress", "in Arbeit"),
        ("state", "in progress", "in Arbeit"),
        ("state", "elsewhere", "elsewhere"),
        ("scope", "outage", "ein Shop, der nicht läuft"),
        ("scope", "unknown", "eine Frage"),
        ("scope", "a shop that is down", "a shop that is down"),
        ("instant", "2026-11-23T11:00:00Z", "Montag, 23. November 2026, 12:00 Uhr MEZ (UTC+01:00)"),
        ("instant", "Monday", "Monday"),
        ("charge", "1 urgent incident", "1 dringende Anfrage"),
        ("charge", "60 points", "60 Punkte"),
        ("charge", "1 incident + 1 HotRush option", "1 Anfrage + 1 HotRush-Option"),
        ("charge", "1 incident, 1 HotRush option", "1 Anfrage + 1 HotRush-Option"),
        ("charge", "1 subscription", "Abonnement"),
        ("charge", "USD 99", "USD 99"),
        ("charge", "1 incident + USD 20", "1 incident + USD 20"),
        ("kind bought", "points", "Punkte"),
        ("kind bought", "urgent incident", "dringende Anfragen"),
        ("kind bought", "vouchers", "vouchers"),
        ("line", "a\r\nb\u202e", "a b"),
        ("text", "a\r\nb\u202e", "a\nb"),
    ],
)
def test_a_value_is_said_by_its_shape(shape: Shape, value: str, words: str) -> None:
    """In the language and by the clocks of the reader."""
    assert say_cell(value, shape, DE) == words


def test_a_duration_is_said_and_other_numbers_stay() -> None:
    """Minutes become hours and minutes; old rows have them in words."""
    duration = Fact("", "duration", 90)
    assert say_fact("x", duration, 90, DE) == "1 Stunde 30 Minuten"
    assert say_fact("x", duration, "2 hours", DE) == "2 hours"
    assert say_fact("x", Fact("", "number", 1), 90, DE) == 90
    assert say_fact("x", Fact("", "yes or no", example=True), True, DE) is True


def test_what_is_left_is_a_number_or_an_end() -> None:
    """A subscription lasts until a day, by the reader's calendar."""
    rows = [{"what": "points", "left": "120"}, {"what": "subscription", "left": "2026-12-31T23:30:00Z"}]
    assert say_fact("x", balance(""), rows, DE) == [
        {"what": "Punkte", "left": "120"},
        {"what": "Abonnement", "left": "bis 1. Januar 2027"},
    ]


def test_lists_are_said_item_by_item() -> None:
    """Scopes by their labels, lines cleaned."""
    assert say_fact("x", Fact("", "list of scopes", []), ["outage", "other"], DE) == [
        "ein Shop, der nicht läuft",
        "other",
    ]
    assert say_fact("x", Fact("", "list of lines", []), ["a\nb"], DE) == ["a b"]


@pytest.mark.parametrize("value", [None, 1.5, [1], [["a"]], {"a": "b"}])
def test_what_is_no_plain_value_is_named(value: object) -> None:
    """An object in place of words is a mistake of the caller."""
    with pytest.raises(ValueError, match="the fact due is no plain value"):
        say_fact("due", Fact("", "line", ""), value, DE)


def test_a_charge_without_a_number_is_one() -> None:
    """And of a word that nobody sells it is left as it is."""
    assert say_charge("incident", ENGLISH) == "incident"
    assert say_charge("", ENGLISH) == ""
