"""[entitlements]: whether support must have been bought, how it is bought, and what it costs in points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from maild.config.kinds import Days, Reading, Rule, Slug
from maild.core.entitlement import Terms

LONGEST = 2000
_Points = Annotated[int, Rule("a whole number from 0 to 1000000", lambda count: 0 <= count <= 1_000_000)]
_Times = Annotated[int, Rule("a whole number from 0 to 100", lambda count: 0 <= count <= 100)]


def is_text(text: str) -> bool:
    """Say whether `text` can stand in a mail: lines of printable characters, at most 2000 in all."""
    return len(text) <= LONGEST and all(line.isprintable() for line in text.split("\n"))


def read_offer(written: Any) -> Mapping[str, str]:
    """Return an offer by language, without the white space around it; one for all has none. Raises ValueError.

    >>> read_offer("Buy it "), read_offer({"en": "Buy it", "de": "Bitte kaufen"})
    ({'': 'Buy it'}, {'en': 'Buy it', 'de': 'Bitte kaufen'})
    """
    offers = written if isinstance(written, Mapping) else {"": written}
    if not all(isinstance(text, str) and is_text(text) for text in offers.values()):
        raise ValueError(_OFFER)
    return {language: text.strip() for language, text in offers.items() if text.strip()}


_OFFER = f'text of at most {LONGEST} characters, or one for each language: {{ en = "...", de = "..." }}'
Offer = Annotated[Mapping[str, str], Reading(_OFFER, read_offer)]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementsSettings:
    """What [entitlements] says."""

    required: bool = False
    offer: Offer = field(default_factory=dict)
    price: _Points = 60
    prices: Mapping[Slug, _Points] = field(default_factory=dict)
    hotrush_points: _Points = 120
    points_days: Days = 730
    withdrawals: _Times = 3

    def build(self) -> Terms:
        """Return the terms that the core decides by."""
        return Terms(
            required=self.required,
            offer=self.offer,
            price=self.price,
            prices=tuple(self.prices.items()),
            hotrush_points=self.hotrush_points,
            withdrawals=self.withdrawals,
        )
