"""The words of one language that facts become: days, months, numbers with their nouns, priorities and the like.

A value, one for each language in replies/languages.py; templates hold all other words.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

Forms = tuple[str, ...]  # of a noun behind a number, as many as the language has


@dataclass(frozen=True, slots=True)
class Language:
    """The words of a language.

    `form` says which of the forms of a noun stands behind a number. `day` and `moment` are patterns for dates and
    instants, `until` for the end of something; `zones` are names of zones that the language has its own letters for.
    `priorities`, `states` and `scopes` turn the ids that facts hold into words; `bought` has the English name of what
    can be bought, in the singular.
    """

    code: str
    weekdays: Forms
    months: Forms
    form: Callable[[int], int]
    day: str
    moment: str
    until: str
    zones: Mapping[str, str]
    units: Mapping[str, Forms]
    priorities: Mapping[str, str]
    states: Mapping[str, str]
    bought: Mapping[str, Forms]
    scopes: Mapping[str, str]

    def counted(self, count: int, forms: Forms) -> str:
        """Return a number with its noun, in the form that the language has for it; the last form is for all others."""
        return f"{count} {forms[min(self.form(abs(count)), len(forms) - 1)]}"
