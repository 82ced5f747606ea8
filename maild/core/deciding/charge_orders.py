"""What staff order about money and HotRush: `#grant`, `#charge` and `#hotrush`, each with its words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import cast

from maild.core.actions import Action, ClockHappened, Correct, Grant, Release, SetHotrush, SetPriority, Unflag
from maild.core.deciding import hotrush
from maild.core.deciding.case import Rules
from maild.core.deciding.decide_purchase import told_of_payment
from maild.core.deciding.order import Order
from maild.core.deciding.pay_again import follows_scope
from maild.core.deciding.payment import grant_hotrush, hotrush_now, waits_no_more
from maild.core.deciding.staff_commands import ENDS, verb_and_word
from maild.core.entitlement import PAYS_INCIDENT, Option
from maild.core.incident import BUG, UNPAID
from maild.core.reasons import Reason, because

# The words that each of these verbs takes, "" where it may stand alone.
WORDS: Mapping[str, tuple[str, ...]] = {
    "grant": ("", "normal", "urgent", "hotrush"),
    "charge": ("none", "now"),
    "hotrush": ("grant", *(f"remove {reason}" for reason in hotrush.REMOVALS)),
}
_SHOWN = 40  # characters of an unknown word that a receipt repeats


def wrong_words(commands: Sequence[str]) -> Iterator[Reason]:
    """Yield each word that one of these verbs does not know, with those that it knows."""
    for verb, word in map(verb_and_word, commands):
        if word and verb in WORDS and plain(word) not in WORDS[verb]:
            known = [one for one in WORDS[verb] if one]
            near = get_close_matches(plain(word)[:_SHOWN], known, n=1, cutoff=0.5)
            yield because(
                "word_unknown",
                verb=verb,
                word=word[:_SHOWN],
                nearest=f"did you mean {near[0]}? " if near else "",
                known=", ".join(known),
            )


def plain(word: str) -> str:
    """Return the words behind a verb as WORDS has them.

    >>> plain("Remove  Bug."), plain("Hot-Rush")
    ('remove bug', 'hotrush')
    """
    letters = "".join(
        char if char.isalnum() else " " for char in word.casefold().replace("hot-rush", "hotrush")
    )
    return " ".join(letters.split())


def refused(verb: str, order: Order) -> Reason | None:
    """Return why the incident as it is does not allow the verb, or None where it does."""
    incident, word = order.incident, plain(order.word(verb) or "")
    if BUG in incident.flags and not word.startswith("remove"):
        return because("free_bug")
    if verb == "charge":
        if word == "none" and not incident.charges and UNPAID not in incident.flags:
            return because("charge_is_none")
        if word == "none":
            return None
        if incident.charges:
            return because("charge_is_there")
    if not incident.is_open:
        return because("is_over", state=incident.state.replace("_", " "))
    if verb == "charge":
        return None
    if word.startswith("remove"):
        wanted = hotrush.is_hotrush(incident) or incident.hotrush == "offered"
        return None if wanted else because("hotrush_is_none")
    gives = (verb, word) in (("grant", "hotrush"), ("hotrush", "grant"))
    return because("hotrush_is_granted") if gives and hotrush.is_hotrush(incident) else None


def obey_grant(order: Order, rules: Rules) -> list[Action]:
    """Return what `#grant` gives: the incident for nothing, as a normal or an urgent one, or HotRush."""
    word = plain(order.word("grant") or "") or "normal"
    why = because("goodwill", name=order.name, what="HotRush" if word == "hotrush" else f"a {word} incident")
    if word == "hotrush":
        return _give_hotrush(order, rules, why)
    incident = order.incident
    done: list[Action] = [Release(why)] if incident.charges else []
    done += [Grant("free", cast(Option, word), "incident", why), *waits_no_more(incident, why, order.at)]
    if word == "urgent" and incident.hotrush == "offered":
        return [*done, *_as_hotrush(order, why)]
    return [*done, *_told(order, done, rules)]


def obey_hotrush(order: Order, rules: Rules) -> list[Action]:
    """Return what `#hotrush` does: given from what the customer has, else for nothing; or removed for a reason."""
    word = plain(order.word("hotrush") or "")
    if word.startswith("remove"):
        reason = cast(hotrush.Removal, word.partition(" ")[2])
        return hotrush.remove(order.incident, reason, order.name, order.at, order.clocks, rules)
    why = because("hotrush_given", name=order.name)
    done = hotrush_now(order.incident, order.payer, rules, why, order.at)
    if not done:
        return _give_hotrush(order, rules, why)
    return [*done, *hotrush.told_of_grant(order.incident, done, order.clocks)]


def obey_charge(order: Order, rules: Rules) -> list[Action]:
    """Return what `#charge` does: it costs nothing, or is paid for now by what the customer has."""
    incident = order.incident
    if plain(order.word("charge") or "") == "now":
        why = because("charge_now", name=order.name)
        done = hotrush.pay_with_hotrush(incident, order.payer, order.clocks, rules, why, order.at)
    else:
        why = because("charge_none", name=order.name)
        done = [Release(why)] if incident.charges else []
        done += waits_no_more(incident, why, order.at)
    return [*done, *_told(order, done, rules)]


def _told(order: Order, done: Sequence[Action], rules: Rules) -> list[Action]:
    """Return word to who read that nothing pays for it, once that is over; an answer or an end is word enough."""
    if order.kind == "staff_answer" or any(order.word(verb) is not None for verb in ENDS):
        return []
    if not any(isinstance(action, Unflag) and action.flag == UNPAID for action in done):
        return []
    return told_of_payment(order.incident, order.payer, order.clocks, rules, done)


def corrected(order: Order, labels: Iterable[Action], rules: Rules) -> list[Action]:
    """Return what corrections do beside the label: the payment follows the scope, and HotRush is what is said.

    It is paid for by what the customer has, else given; the customer hears of no correction.
    """
    done: list[Action] = []
    for label in labels:
        order = order.carried_out(done)
        match label:
            case Correct("scope", before):
                done += follows_scope(order.incident, before, order.payer, rules, order.at)
            case Correct("priority", _, "hotrush") if order.incident.hotrush != "granted":
                done += _is_hotrush(order, rules, because("hotrush_corrected", name=order.name))
            case Correct("priority", "hotrush"):
                done += _is_none(order, because("hotrush_uncorrected", name=order.name))
    return done


def _is_hotrush(order: Order, rules: Rules, why: Reason) -> list[Action]:
    done = hotrush_now(order.incident, order.payer, rules, why, order.at)
    done = done or [*_gift(order, rules, why), SetHotrush("granted", why)]
    return [one for one in done if not isinstance(one, SetPriority | ClockHappened)]  # the label says these


def _is_none(order: Order, why: Reason) -> list[Action]:
    reserved = any((one.purpose, one.state) == ("hotrush", "reserved") for one in order.incident.charges)
    return [SetHotrush("none", why), *([Release(why, "hotrush", spent=False)] if reserved else [])]


def _give_hotrush(order: Order, rules: Rules, why: Reason) -> list[Action]:
    return [*_gift(order, rules, why), *_as_hotrush(order, why)]


def _gift(order: Order, rules: Rules, why: Reason) -> list[Action]:
    """Return HotRush for nothing: an option beside what pays, or all of it where nothing does and something must."""
    paid = order.incident.charges
    if any(one.kind in PAYS_INCIDENT for one in paid) and not any(one.has_hotrush for one in paid):
        return [Grant("hotrush", "", "hotrush", why)]
    if not paid and rules.terms.required and BUG not in order.incident.flags:
        return [Grant("free", "urgent", "incident", why), *waits_no_more(order.incident, why, order.at)]
    return []


def _as_hotrush(order: Order, why: Reason) -> list[Action]:
    done = grant_hotrush(why, order.at)
    return [*done, *hotrush.told_of_grant(order.incident, done, order.clocks)]
