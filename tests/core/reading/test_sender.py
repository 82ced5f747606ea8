"""Claims about the From field: when it may be believed, and when it may not."""

import pytest

from maild.core.message import Address
from maild.core.reading.sender import judge_sender, salvage_addresses

ANN = Address("ann@shop.example", "Ann")


@pytest.mark.parametrize(
    "value",
    [
        "ann@shop.example",
        "<ann@shop.example>",
        "Ann <ann@shop.example>",
        '"Smith, Ann (Sales)" <ann@shop.example>',
        '"ann@shop.example" <ann@shop.example>',
        "=?utf-8?Q?J=C3=B6rg?= <ann@shop.example>",
        "Jörg <ann@shop.example>",
    ],
)
def test_a_plain_from_field_is_without_doubt(value: str) -> None:
    """What ordinary mailers write is believed as far as a From field can be."""
    assert judge_sender([value], [ANN]) == (ANN, "")


@pytest.mark.parametrize(
    "value",
    [
        "staff@example.com <ann@shop.example>",
        "<staff@example.com> <ann@shop.example>",
        "<ann@shop.example> <staff@example.com>",
        "ann@shop.example (Ann)",
        "staff@example.com(<ann@shop.example>",
        "Group: ann@shop.example;",
        "staff@example.com, <ann@shop.example>",
        "<@relay.example:ann@shop.example>",
        '"never closed <ann@shop.example>',
        "ann@shop.example@example.com",
        "Ann <other@shop.example>",
        "Staff staff＠example.com <ann@shop.example>",
        "Ann <ann@shop.example> x",
        "a" * 300 + " <ann@shop.example",
    ],
)
def test_a_field_that_two_parsers_could_read_differently_is_doubted(value: str) -> None:
    """The sender is kept, and never proven."""
    sender, doubt = judge_sender([value], [ANN])
    assert sender == ANN
    assert doubt


@pytest.mark.parametrize("address", ["jörg@shop.example", "ann@exämple.example", "a" * 250 + "@x.example"])
def test_an_unusual_address_is_doubted(address: str) -> None:
    """Look-alike letters and endless names are no ground to act on."""
    assert judge_sender([f"<{address}>"], [Address(address)])[1]


@pytest.mark.parametrize(
    ("values", "found", "doubt"),
    [
        ([], [], "there is no From field"),
        (["a", "b"], [ANN], "there are 2 From fields"),
        ([""], [], "the From field names no address"),
        (["x"], [ANN, ANN], "the From field names 2 addresses"),
    ],
)
def test_without_exactly_one_address_there_is_no_sender(
    values: list[str], found: list[Address], doubt: str
) -> None:
    """None of several is picked."""
    assert judge_sender(values, found) == (None, doubt)


def test_a_hostile_field_is_judged_in_one_pass() -> None:
    """Long runs of every delimiter come to an end (the patterns have no nested repetition)."""
    for mark in ("a.", "<", '"', "\\", "a@", " ", '"\\', "@a."):
        assert judge_sender([mark * 50_000], [ANN])[1]


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("Ann <ann@shop.example", [ANN]),
        ("Ann ann@shop.example>", [ANN]),
        ("Ann <<ann@shop.example>>;", [ANN]),
        ("Ann [mailto:ann@shop.example]", [ANN]),
        ("=?utf-8?B?QW5uIDxhbm5Ac2hvcC5leGFtcGxlPg==?=", [ANN]),
        ("ann@shop.example <ann@shop.example", [Address("ann@shop.example")]),
        ("a..b.@phone.example", [Address("a..b.@phone.example")]),
        ("Ann <ann>", [Address("ann", "Ann")]),
        ("root (Cron Daemon)", [Address("root", "Cron Daemon")]),
        ("root", [Address("root")]),
        ("ann@shop.example bob@shop.example", []),
        ("two words", []),
        ("undisclosed-recipients:;", []),
        ("<>", []),
        ("", []),
    ],
)
def test_what_no_grammar_allows_is_read_where_it_names_one(value: str, found: list[Address]) -> None:
    """One address is one address; of two, none is picked; a user of some machine has no domain."""
    assert salvage_addresses(value) == found


def test_what_was_salvaged_is_never_believed() -> None:
    """It has a sender, and the doubt says why not."""
    for value in ("Ann <ann@shop.example", "Ann <ann>", "a..b@shop.example"):
        assert judge_sender([value], salvage_addresses(value))[1]


def test_a_hostile_field_is_salvaged_in_one_pass() -> None:
    """What is looked at is bounded."""
    for mark in ("a", "<", "@", "a@", " ", '"', "=?utf-8?Q?"):
        assert len(salvage_addresses(mark * 50_000)) <= 1
