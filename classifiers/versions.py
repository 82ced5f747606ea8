"""From which version to which: `4.5.1 to 4.5.4` stays in one branch, `4.2 -> 4.5` leaves it.

A branch is what the first two numbers of a version name. What looks like versions may be prices or sizes, so
two numbers need a sign between them that one leads to the other, and no unit after them.
"""

import re
from collections.abc import Iterator

SAME_BRANCH = "{same branch}"
OTHER_BRANCH = "{other branch}"
STEPS = (SAME_BRANCH, OTHER_BRANCH)

# 4.5 (but not 4.50, a price), 4.5.1, 5.4.1.3
_VERSION = r"v?(\d{1,2}\.(?:\d(?![\d.])|\d{1,3}(?:\.\d{1,3}){1,3}(?!\.?\d)))"
_TOWARDS = r"\s{0,3}([-=–—‐]{0,2}[>→]|[-–—‐]|から|(?<=\s)(?:up to|to|vers|auf|nach|bis|a|al|до|на)(?=\s))"
_NAME = r"\s{0,3}(?:(?:version|x-?cart|xc)\s{0,3})?"
_NO_UNIT = (
    r"(?!\s{0,2}(?:[%€$£]|(?:percent|prozent|eur|usd|gbp|k?g|lbs?|oz|px|mm|cm|hours?|days?)(?![^\W_])))"
)
_STEP = re.compile(rf"(?<![^\W_])(?<![.,$€£]){_VERSION}{_TOWARDS}{_NAME}{_VERSION}{_NO_UNIT}")


def version_steps(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield each step from version to version in a normalised text: one of STEPS, its start and end.

    A mere dash between two numbers with one point each is a range of anything (1.5-2.5), not a step.
    """
    for step in _STEP.finditer(text):
        old, sign, new = step[1].split("."), step[2], step[3].split(".")
        if sign not in "-–—‐" or len(old) > 2 or len(new) > 2:
            yield (SAME_BRANCH if old[:2] == new[:2] else OTHER_BRANCH), *step.span()
