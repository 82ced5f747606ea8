"""Public holidays by country and region, where the package `holidays` is there to know them."""

import importlib.util
from difflib import get_close_matches

# A calendar is kept with each incident by its days, so they are written out once and for all.
YEARS = range(2020, 2051)
PACKAGE = "holidays"


def holidays_of(code: str) -> tuple[frozenset[str], str]:
    """Return the public holidays of `DE` or `DE-BE` as dates, or none of them and why not."""
    if importlib.util.find_spec(PACKAGE) is None:
        return frozenset(), (
            "needs the package holidays, in the same environment as maild: pip install holidays;"
            " or write the days into holidays"
        )
    import holidays

    country, _, region = code.upper().partition("-")
    known = holidays.list_supported_countries(include_aliases=False)
    if country not in known:
        return (
            frozenset(),
            f'there are no holidays of "{code}"; a country is written as DE, a region as DE-BE',
        )
    if region and region not in known[country]:
        near = get_close_matches(region, known[country], n=1, cutoff=0.5)
        there = ", ".join(known[country]) or "none"
        hint = f"did you mean {country}-{near[0]}? " if near else ""
        return frozenset(), f'"{code}" is no region that is known; {hint}{country} has {there}'
    found = holidays.country_holidays(country, subdiv=region or None, years=YEARS)
    return frozenset(day.isoformat() for day in found), ""
