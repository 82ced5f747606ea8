"""Staff correct what the classifiers made of a mail: the scope, the priority, and with it the promised time.

A correction is kept as a label, from which rules are tried and phrases are learned; the last one of a field counts.
The customer is not told: what they were promised holds, or an answer comes sooner.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import get_args

from maild.core.actions import Action, ClockHappened, Correct, CorrectedField
from maild.core.deciding.case import Rules
from maild.core.deciding.order import Order
from maild.core.deciding.staff_commands import VERBS, scope_id, verb_and_word
from maild.core.incident import Priority
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import Reason, because
from maild.core.writing.time_words import say

FIELDS: tuple[CorrectedField, ...] = get_args(CorrectedField)
LEVELS: dict[str, Priority] = {level: level for level in get_args(Priority)}
_SHOWN = 40  # characters of an unknown word that a receipt repeats


@dataclass(frozen=True, slots=True)
class Corrected:
    """What a mail's corrections ask for, and a line for the receipt of each, by its verb."""

    actions: tuple[Action, ...]
    said: Mapping[str, str]


def unknown_words(commands: Iterable[str], rules: Rules) -> Iterator[Reason]:
    """Yield each scope or priority that a command names and nobody knows, with the nearest that is known."""
    commands = tuple(commands)
    for field, word in (*wanted(commands).items(), *_split_off(commands)):
        known = _known(field, rules)
        if word and _meant(word, known) is None:
            nearest = get_close_matches(word[:_SHOWN].casefold(), known, n=1, cutoff=0.5)
            yield because(
                "word_unknown",
                verb=field,
                word=word[:_SHOWN],
                nearest=f"did you mean {nearest[0]}? " if nearest else "",
                known=", ".join(known),
            )


def correct(order: Order, rules: Rules) -> Corrected:
    """Return the corrections of an order; what is so already, or is not known any more, is said and changes nothing."""
    actions: list[Action] = []
    said: dict[str, str] = {}
    for field, word in wanted(order.verbs).items():
        before: str = getattr(order.incident, field)
        after = _meant(word, _known(field, rules))
        if after is None:
            said[field] = f"the {field} is still {before}: {word[:_SHOWN]} is not known any more"
        elif after == before:
            said[field] = f"the {field} was {before} already"
        else:
            actions.append(Correct(field, before, after, order.by))
            said[field] = f"{VERBS[field].did} from {before} to {after}"
            if field == "scope" and order.clocks and order.clocks.policy.rules:
                same = ClockEvent("priority_changed", order.at, order.incident.priority)
                actions.append(ClockHappened(same))  # another scope may have another promise
            if field == "priority":
                moved, due = _new_promise(order, LEVELS[after], rules)
                actions += moved
                said[field] += due
    return Corrected(tuple(actions), said)


def wanted(commands: Iterable[str]) -> dict[CorrectedField, str]:
    """Return the word for each field that the commands correct; of two for one field the last counts.

    `#decline ID` says as well what the incident is about.
    """
    words = dict(map(verb_and_word, commands))
    if words.get("decline"):
        words.setdefault("scope", words["decline"])
    return {field: words[field] for field in FIELDS if field in words}


def _split_off(commands: Iterable[str]) -> Iterator[tuple[CorrectedField, str]]:
    """Yield the scope that `#split` names: it corrects nothing, but must be one."""
    yield from (("scope", scope_id(word)) for verb, word in map(verb_and_word, commands) if verb == "split")


def _known(field: CorrectedField, rules: Rules) -> Sequence[str]:
    return tuple(rules.scopes) if field == "scope" else tuple(LEVELS)


def _meant(word: str, known: Sequence[str]) -> str | None:
    """Return the known word that is meant, however it is spelt: `Tax-Complex`, `Hot Rush`, `high!`."""
    same = [one for one in known if _key(one) == _key(word)]
    return word if word in same else next(iter(same), None)


def _key(word: str) -> str:
    return "".join(char for char in word.casefold() if char.isalnum())


def _new_promise(order: Order, priority: Priority, rules: Rules) -> tuple[list[Action], str]:
    """Return the change of the clocks, and the rest of a sentence about the answer that is owed, if one is."""
    event = ClockEvent("priority_changed", order.at, priority)
    before = order.clocks.due() if order.clocks else None
    after = order.clocks.after(event).due() if order.clocks else None
    if after is None or not order.owes:
        return [ClockHappened(event)], ""
    due = say(after, rules.policy.calendar.zone)
    words = "due as before:" if after == before else "now due"
    return [ClockHappened(event)], f"; an answer is {words} {due}"
