"""The room that templates run in: facts and a few filters, no attributes, no calls, no much out of little.

Templates are written by the people who run the service, mail enters them only as values. The sandbox is there
so that a slip (or a template copied from somewhere) costs an error message and not the memory of the daemon.
"""

from typing import Any

from jinja2 import StrictUndefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from replies.filters import filters
from replies.language import Language
from replies.languages import ENGLISH

TEXT_MAX = 1_000  # characters that `*` may make
NUMBER_MAX = 10**9
POWER_MAX = 16


class Sandbox(ImmutableSandboxedEnvironment):
    """A jinja2 environment without globals, attributes, calls, loaders; plain text, so nothing is escaped."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, language: Language = ENGLISH) -> None:
        super().__init__(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=False)
        self.globals.clear()
        self.filters = dict(filters(language))

    def is_safe_attribute(self, obj: object, attr: str, value: object) -> bool:
        """Only `loop.first` and its like: facts are plain values, and their methods are not for templates."""
        return isinstance(obj, LoopContext) and not attr.startswith("_")

    def is_safe_callable(self, obj: object) -> bool:
        """Nothing is: there is nothing to call that a filter does not do."""
        return False

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Compute `left operator right` where the result stays small; SecurityError otherwise."""
        if not _stays_small(operator, left, right):
            raise SecurityError(f"`{operator}` would make too much of {left!r:.20} and {right!r:.20}")
        return super().call_binop(context, operator, left, right)


def _stays_small(operator: str, left: object, right: object) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return abs(left) <= NUMBER_MAX and abs(right) <= (POWER_MAX if operator == "**" else NUMBER_MAX)
    if operator != "*":
        return False
    text, times = (left, right) if isinstance(left, str) else (right, left)
    return isinstance(text, str) and isinstance(times, int) and len(text) * times <= TEXT_MAX
