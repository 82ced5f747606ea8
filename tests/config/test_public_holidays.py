"""Public holidays by country and region, and what is said where they can't be known."""

import pytest

from maild.config.public_holidays import holidays_of


def test_a_country_and_a_region_have_their_holidays() -> None:
    """8 March is one in Berlin alone; Easter moves."""
    germany, why = holidays_of("DE")
    berlin, _ = holidays_of("de-be")
    assert why == ""
    assert {"2026-12-25", "2026-04-03", "2050-12-25"} <= germany < berlin
    assert "2026-03-08" in berlin - germany


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("XX", 'there are no holidays of "XX"; a country is written as DE'),
        ("Germany", 'there are no holidays of "Germany"'),
        ("DE-BX", "is no region that is known; did you mean DE-"),
    ],
)
def test_who_is_not_known_is_told_what_is(code: str, says: str) -> None:
    """With the nearest, where there is one."""
    days, why = holidays_of(code)
    assert days == frozenset()
    assert says in why
