"""An incident gets an owner, by rule or by a colleague's word: who it is, its state, word to whoever has it now."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import get_close_matches

from maild.core.actions import Action, KeepSilent, QueueReply, SetOwner
from maild.core.deciding import team_facts
from maild.core.deciding.assign import Given, NotYet
from maild.core.deciding.case import Rules
from maild.core.deciding.change_state import change_state
from maild.core.deciding.order import Order
from maild.core.deciding.reply_facts import Facts
from maild.core.deciding.staff_commands import verb_and_word
from maild.core.incident import Incident
from maild.core.message import fold
from maild.core.reasons import Reason, because
from maild.core.staff import StaffMember

NOBODY = ("nobody", "none")  # who gives an incident back to the queue
ME = "me"
_SHOWN = 40  # characters of an unknown name that a receipt repeats


def decide_assignment(
    incident: Incident,
    choice: Given | NotYet,
    told: str,
    rules: Rules,
    now: datetime,
    *,
    due_at: datetime | None = None,
    text: str = "",
) -> list[Action]:
    """Return what a choice makes of an incident that waits; `told` is what was last said of why it does."""
    if not can_be_given(incident):
        return []
    if isinstance(choice, NotYet):
        return [] if choice.reason.text == told else [KeepSilent("assigned", choice.reason)]
    facts = team_facts.assigned(incident, rules, choice.reason, due_at=due_at, text=text)
    return [*own(incident, choice.member, choice.reason, now), word(choice.member, facts)]


def can_be_given(incident: Incident) -> bool:
    """Say whether the incident still waits for an owner: somebody may have taken it a moment ago."""
    return incident.state == "submitted" and not incident.owner


def own(incident: Incident, member: StaffMember, why: Reason, at: datetime) -> list[Action]:
    """Return that the incident is the member's from now on, and the state that follows."""
    return [SetOwner(member.to, why), *change_state(incident, "taken", why, at)]


def word(member: StaffMember, facts: Facts) -> QueueReply:
    """Return the mail to a new owner; a reply to it is their answer."""
    return QueueReply("assigned", member.to, facts, audience="staff", proven=True)


def unknown_names(commands: Iterable[str], rules: Rules) -> Iterator[Reason]:
    """Yield each name that `#assign` gives and that is nobody's, or several people's."""
    for verb, name in map(verb_and_word, commands):
        if verb == "assign" and name.casefold() not in (*NOBODY, ME):
            found = named(name, rules)
            if len(found) != 1:
                yield _not_one(name, found, rules)


def _not_one(name: str, found: list[StaffMember], rules: Rules) -> Reason:
    if found:
        known = ", ".join(f"{one.name} <{one.address}>" for one in found)
        return because("staff_ambiguous", word=name[:_SHOWN], known=known)
    names = [one.name for one in people(rules)]
    by_fold = {one.casefold(): one for one in names}
    close = get_close_matches(name[:_SHOWN].casefold(), by_fold, n=1, cutoff=0.5)
    nearest = f"did you mean {by_fold[close[0]]}? " if close else ""
    return because("staff_unknown", word=name[:_SHOWN], nearest=nearest, known=", ".join(names))


def named(name: str, rules: Rules) -> list[StaffMember]:
    """Return whom of the staff a name means: by address, else by the whole name, else by one word of it."""
    wanted = " ".join(name.casefold().split())
    for matches in (
        [one for one in people(rules) if fold(one.address) == fold(name.strip("<>"))],
        [one for one in people(rules) if " ".join(one.name.casefold().split()) == wanted],
        [one for one in people(rules) if wanted in one.name.casefold().split()],
    ):
        if matches:
            return matches
    return []


def people(rules: Rules) -> list[StaffMember]:
    """Return those of the staff who can own an incident: everybody but groups."""
    return [one for one in rules.staff if not one.group]


def assign(order: Order, rules: Rules) -> list[Action]:
    """Return what `#assign NAME` does: the incident is that person's, who is told unless they wrote it themselves."""
    name = dict(map(verb_and_word, order.verbs)).get("assign", "")
    if name.casefold() in NOBODY:
        return [SetOwner(None, because("assigned_to_nobody", by=order.name))] if order.incident.owner else []
    found = [order.author] if name.casefold() == ME else named(name, rules)
    if len(found) != 1 or found[0].key == fold(order.incident.owner):
        return []
    why = because("assigned_by_hand", by=order.name, name=found[0].name)
    done = own(order.incident, found[0], why, order.at)
    if found[0].key == order.author.key:
        return done
    due_at = order.clocks.due() if order.clocks and order.owes else None
    facts = team_facts.assigned(order.incident, rules, why, due_at=due_at, by=order.name)
    return [*done, word(found[0], facts)]
