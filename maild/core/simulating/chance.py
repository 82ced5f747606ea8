"""Chance that comes out the same each time: each draw is named, and its name decides it.

No draw depends on how many were made before it. So two configs are compared on the very same luck: the third answer
to one customer takes as long under either.
"""

from dataclasses import dataclass
from hashlib import sha256
from math import exp, log
from statistics import NormalDist

_STEPS = 2**53  # as fine as a float of 0 to 1 can be
_NORMAL = NormalDist()


@dataclass(frozen=True, slots=True)
class Chance:
    """All draws of one `seed`."""

    seed: int

    def share(self, *name: str | int) -> float:
        """Return the draw of this name: a number between 0 and 1, neither of them, evenly spread."""
        digest = sha256("\x1f".join(map(str, (self.seed, *name))).encode()).digest()
        return (int.from_bytes(digest[:8], "big") % _STEPS + 0.5) / _STEPS

    def happens(self, probability: float, *name: str | int) -> bool:
        """Say whether what has this probability happens this time."""
        return self.share(*name) < probability

    def around(self, median: float, spread: float, *name: str | int) -> float:
        """Return a positive number around `median`, of which two in three lie within the factor `spread`.

        The logarithm is normally distributed, as times of work and of waiting are; a spread of 1 is the median itself.
        """
        return median * exp(log(spread) * _NORMAL.inv_cdf(self.share(*name)))
