"""A second problem of an incident becomes one of its own: staff order it, its customer is asked first.

The new incident needs something that pays for it, so only its requester's plain yes opens it. It is linked to the
first, and holds what was first written; the first goes on as if nothing had been asked.
"""

from collections.abc import Sequence
from dataclasses import replace

from classifiers.settings import Verdict
from maild.core.actions import Action, AddEntry, Dispose, Flag, KeepSilent, Unflag
from maild.core.deciding import life_facts
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.open_incident import open_incident
from maild.core.deciding.several import is_requester, labels_of
from maild.core.deciding.tell_requester import tell_requester
from maild.core.incident import Incident
from maild.core.reasons import because
from maild.core.understanding.customer_words import says_only_yes_or_no

ASKED, DONE = "split_asked:", "split_off:"  # flags of the first incident, each before the scope of the second


def ask_split(incident: Incident, problem: str, name: str, rules: Rules) -> list[Action]:
    """Return the question to the customer whether `problem` may become an incident of its own.

    Who is sent nothing automatic can't be asked, and so can't have agreed.
    """
    (label,) = labels_of([problem], rules)
    why = because("split_asked", name=name, label=label)
    facts = life_facts.split_asked(incident, problem)
    told = tell_requester(incident, "split_asked", facts)
    return [told] if isinstance(told, KeepSilent) else [Flag(f"{ASKED}{problem}", why), told]


def next_problem(incident: Incident, problems: Sequence[str], word: str = "") -> str:
    """Return which problem `#split` means: the one it names, else the next that is neither first nor asked; or ""."""
    past = {flag.partition(":")[2] for flag in incident.flags if flag.startswith((ASKED, DONE))}
    past.add(incident.scope)
    return next((one for one in ((word,) if word else problems) if one and one not in past), "")


def asked_problem(incident: Incident) -> str:
    """Return the problem that the customer was last asked about and has not answered, or ""."""
    asked = [flag.removeprefix(ASKED) for flag in incident.flags if flag.startswith(ASKED)]
    return asked[-1] if asked else ""


def decide_split_answer(case: Case, incident: Incident, rules: Rules) -> list[Action]:
    """Return what the requester's yes or no to our question does; nothing where the mail is neither, or says more.

    A person may have asked something since: a yes to them is none to us.
    """
    problem = asked_problem(incident) if case.answers == "split_asked" else ""
    answer = says_only_yes_or_no(case.split.new) if problem else None
    if answer is None or not case.vouched or not is_requester(case, incident) or incident.state == "spam":
        return []
    (label,) = labels_of([problem], rules)
    why = because("split_agreed" if answer else "split_refused", label=label)
    noted: list[Action] = [
        Dispose("appended", (why, *case.found.reasons, case.proof.reason)),
        AddEntry("customer_message", case.sender, case.said, (why,), proven=case.vouched),
        Unflag(f"{ASKED}{problem}", why),
    ]
    if not answer:
        return noted
    new = open_incident(as_its_own(case, incident, problem, rules), rules, (why,))
    return [*noted, Flag(f"{DONE}{problem}", why), *new[1:]]


def as_its_own(case: Case, incident: Incident, problem: str, rules: Rules) -> Case:
    """Return the case of a new incident about `problem`, told in the words that the first one began with.

    HotRush was asked for one problem, and the first one has it.
    """
    verdict = Verdict(
        scope=problem,
        scopes=(problem,),
        priority="normal" if incident.priority == "hotrush" else incident.priority,
        in_scope=problem not in rules.outside,
        multi=False,
        evidence=(),
        label=labels_of([problem], rules)[0],
    )
    return replace(
        case,
        language=incident.language,  # a bare yes tells none
        message=replace(case.message, subject=incident.subject, text=case.began, attachments=()),
        found=replace(case.found, incident=None, linked_to=incident.number, unseen=()),
        verdict=verdict,
        as_first=None,
        problems=(),
    )
