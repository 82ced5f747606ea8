"""[entitlements]: what it may say, and what is a mistake in it."""

from pathlib import Path

import pytest

from maild.core.entitlement import Terms
from tests.parts.configs import SHIPPED, SMALLEST, config_from, problems_of


def test_without_the_section_nothing_must_be_bought(tmp_path: Path) -> None:
    """And the shipped config says the same in as many words."""
    assert config_from(tmp_path, SMALLEST).entitlements.build() == Terms()
    assert config_from(tmp_path, SHIPPED).entitlements.build() == Terms()


def test_the_terms_are_what_the_section_says(tmp_path: Path) -> None:
    """The offer without the white space around it."""
    told = (
        '\n[entitlements]\nrequired = true\noffer = """\nBuy it:\nhttps://shop.example\n"""\nprice = 50\n'
        "prices = { configuration = 20 }\nhotrush_points = 0\nwithdrawals = 0\n"
        '[[classifiers.scopes]]\nid = "configuration"\nlabel = "a question"\nphrases = ["how"]\n'
    )
    assert config_from(tmp_path, SMALLEST + told).entitlements.build() == Terms(
        required=True,
        offer={"": "Buy it:\nhttps://shop.example"},
        price=50,
        prices=(("configuration", 20),),
        hotrush_points=0,
        withdrawals=0,
    )


def test_an_offer_may_have_many_languages(tmp_path: Path) -> None:
    """An empty one is none."""
    told = '\n[entitlements]\nrequired = true\noffer = { en = "Buy it", de = " Kaufen ", ru = "" }\n'
    offer = config_from(tmp_path, SMALLEST + told).entitlements.build().offer
    assert offer == {"en": "Buy it", "de": "Kaufen"}


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("required = true", "offer: is missing; with required = true customers must read how to buy"),
        ('required = true\noffer = " "', "offer: is missing"),
        ("price = -1", "price: must be a whole number from 0 to 1000000, not -1"),
        ("prices = { tax_simpel = 30 }", 'prices.tax_simpel: unknown scope; did you mean "tax_simple"?'),
        ("prices = { tax_simple = true }", "prices.tax_simple: must be a whole number"),
        ('offer = "a\\u0007b"', "offer: must be text of at most 2000 characters"),
        ("offer = 3", "offer: must be text of at most 2000 characters, or one for each language"),
        ('offer = { de = "a\\u0007b" }', "offer: must be text of at most 2000 characters, or one for each"),
        ("required = true\noffer = {}", "offer: is missing"),
        ("withdrawals = 101", "withdrawals: must be a whole number from 0 to 100, not 101"),
        ("points = 3", 'points: unknown key; did you mean "points_days"?'),
    ],
)
def test_a_mistake_names_its_place_and_what_is_allowed(tmp_path: Path, told: str, problem: str) -> None:
    """All of them with the line."""
    scope = '\n[[classifiers.scopes]]\nid = "tax_simple"\nlabel = "one tax"\nphrases = ["tax"]\n'
    (found,) = problems_of(tmp_path, f"{SMALLEST}\n[entitlements]\n{told}\n{scope}")
    line, _, said = found.partition(": ")
    assert line.isdecimal()
    assert said.startswith(f"entitlements.{problem}")
