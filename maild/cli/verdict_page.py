"""A verdict for a person: the text with its words marked, each rule that fired, and what the customer is promised.

Nothing needs colour: the words that decided have a line of `^` below them, those that did not `~`, vetoed ones `-`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len
from rich.text import Text

from classifiers.normalise import normalise
from classifiers.settings import Evidence, Verdict
from maild.cli.common import clean, console, table
from maild.core.promising.target import Minutes, Target
from maild.core.writing.time_words import minutes_words, say

MARGIN = " " * 9
MOST_OF_BODY_SHOWN = 1_200
# What stands below a word, weakest first: where two rules found the same word, the stronger sign is shown.
VETOED, YIELDED, DECIDED = "-", "~", "^"
SIGNS = f" {VETOED}{YIELDED}{DECIDED}"
STYLES = {" ": "", VETOED: "strike", YIELDED: "underline", DECIDED: "bold underline"}


@dataclass(frozen=True, slots=True)
class Promise:
    """By when a mail that comes at `since` has its first answer, and by which target; times are aware."""

    since: datetime
    target: Target | None
    due: datetime | None

    @property
    def words(self) -> str:
        """The target in words."""
        if self.target is None:
            return "no time that is promised"
        if isinstance(self.target, Minutes):
            return f"{minutes_words(self.target.minutes)} of opening time"
        return f"{self.target.days} business day{'' if self.target.days == 1 else 's'}"


def print_verdict(subject: str, body: str, verdict: Verdict, promise: Promise) -> None:
    """Print the page: what was read, what it was taken for, which rules fired, and what follows."""
    _print_text(subject, body, verdict.evidence)
    console().print()
    _print_outcome(verdict, promise)
    console().print()
    _print_rules(verdict.evidence)


def _print_text(subject: str, body: str, evidence: Sequence[Evidence]) -> None:
    _print_marked("subject", subject, signs_of(subject, "subject", evidence))
    print_fact("read as", normalise(subject).text)
    signs = signs_of(body, "body", evidence)
    shown = len(body) if len(body.strip()) <= MOST_OF_BODY_SHOWN else MOST_OF_BODY_SHOWN
    name, at, left_out = "body", 0, False
    for line in body.splitlines(keepends=True):
        said, marked = line.rstrip(), signs[at : at + len(line)]
        hidden = at >= shown and not marked.strip()
        if said and hidden and not left_out:
            console().print(f"{MARGIN}...")
        if said and not hidden:
            _print_marked(name, said, marked)
            name = ""
        at, left_out = at + len(line), hidden


def _print_outcome(verdict: Verdict, promise: Promise) -> None:
    """Print what the mail was taken for, and what its sender is told."""
    zone = promise.since.tzinfo
    assert zone is not None, "times are aware"
    where = "in scope" if verdict.in_scope else "out of scope: a person confirms"
    print_fact("scope", f"{verdict.scope}  {verdict.label} ({where})", bold=verdict.scope)
    if verdict.multi:
        print_fact("several", f"asks for more than one thing: {', '.join(verdict.scopes)}")
    print_fact("priority", verdict.priority, bold=verdict.priority)
    print_fact("answer", f"by {say(promise.due, zone)}" if promise.due else "none is promised")
    if promise.due:
        print_fact("", f"within {promise.words}, for a mail of {say(promise.since, zone)}")
    print_fact("we say", acknowledgement_words(verdict))


def acknowledgement_words(verdict: Verdict) -> str:
    """Return what is particular about the acknowledgement that such a mail gets, if it gets one."""
    said = [] if verdict.in_scope else ["it may lie outside the service; a person will tell"]
    said += ["it asks for more than one thing; we begin with the first"] if verdict.multi else []
    return f"acknowledged, with a note: {'; '.join(said)}" if said else "acknowledged, as in scope"


def _print_rules(evidence: Sequence[Evidence]) -> None:
    """Print a row for each rule and its words, and what the words of each rule weigh together."""
    page = console()
    if not evidence:
        page.print(Text("no rule fired", style="dim"))
        return
    weighed = any(found.weight != 1 for found in evidence)
    rules = table("rule", "in", "words", *(["weight"] if weighed else []), "effect")
    for found in evidence:
        weight = [str(weight_of(found))] if weighed else []
        rules.add_row(found.rule, found.field, clean(found.text), *weight, clean(found.effect))
    page.print(rules)
    page.print()
    for at, (kind, weights) in enumerate(sums(evidence).items()):
        said = ", ".join(f"{name} {weight}".lstrip() for name, weight in weights.items())
        print_fact("" if at else "sum", f"{kind}: {said}")


def sums(evidence: Iterable[Evidence]) -> dict[str, dict[str, int]]:
    """Return, for each kind of rule, what the words of each rule weigh together."""
    found: dict[str, dict[str, int]] = {}
    for one in evidence:
        kind, _, name = one.rule.partition(" ")
        of_kind = found.setdefault(kind, {})
        of_kind[name] = of_kind.get(name, 0) + weight_of(one)
    return found


def weight_of(found: Evidence) -> int:
    """Return what the words weigh; what was vetoed weighs nothing."""
    return 0 if _sign(found) == VETOED else found.weight


def signs_of(text: str, field: str, evidence: Iterable[Evidence]) -> str:
    """Return the sign that stands below each character of the text."""
    signs = [" "] * len(text)
    for found in evidence:
        if found.field == field:
            sign = _sign(found)
            for at in range(found.start, min(found.end, len(text))):
                signs[at] = max(signs[at], sign, key=SIGNS.index)
    return "".join(signs)


def _sign(found: Evidence) -> str:
    if found.effect.startswith("vetoed"):
        return VETOED
    return DECIDED if found.effect.startswith(("chosen", "also asked")) else YIELDED


def print_fact(name: str, value: str, bold: str = "") -> None:
    """Print a named value; what wraps stands below its beginning."""
    shown = Text(clean(" ".join(value.splitlines())))
    shown.highlight_words([bold] if bold else [], "bold")
    lines = shown.wrap(console(), max(20, console().width - len(MARGIN)))
    for at, line in enumerate(lines):
        line.rstrip()
        console().print(Text.assemble((f"{name if at == 0 else '':9}", "dim"), line))


def _print_marked(name: str, text: str, signs: str) -> None:
    """Print a text, cut into lines that fit, each with the signs of its words below it."""
    for at, (line, below) in enumerate(_fitting(text, signs, console().width - len(MARGIN))):
        line.rstrip()
        console().print(Text.assemble((f"{name if at == 0 else '':9}", "dim"), line), soft_wrap=True)
        if below.strip():
            console().print(Text.assemble(MARGIN, below.rstrip()), soft_wrap=True)


def _fitting(text: str, signs: str, width: int) -> Iterator[tuple[Text, str]]:
    """Yield the text in lines of at most `width` columns, cut at blanks, and the signs that stand below each."""
    line, below, used = Text(), "", 0
    for word in re.findall(r"\s+|\S+", text):
        shown = [clean(char) if char.isprintable() or not char.isspace() else " " for char in word]
        columns = [cell_len(char) for char in shown]
        if below and len(below) + sum(columns) > width and not word.isspace():
            yield line, below
            line, below = Text(), ""
        for at, char in enumerate(shown):
            if len(below) + columns[at] > width:
                yield line, below
                line, below = Text(), ""
            line.append(char, STYLES[signs[used + at]])
            below += signs[used + at] * columns[at]
        used += len(word)
    yield line, below
