"""The facts of each reply: what its template may say, and nothing else.

`service`, `address` and `number` are added when the mail is written; here stands what only the decision knows.
Facts for customers hold nothing internal; what is echoed to an unproven sender is nothing at all (ruling 4).
"""

from collections.abc import Iterable, Mapping
from datetime import tzinfo

from classifiers.settings import Verdict
from maild.core.actions import Fact
from maild.core.case import Case
from maild.core.clean_subject import clean_subject
from maild.core.incident import Incident, Priority, State
from maild.core.message import Address
from maild.core.new_text import ANSWER_ABOVE
from maild.core.reasons import Reason
from maild.core.sla import Plan, Timer
from maild.core.staff_commands import VERBS
from maild.core.time_words import minutes_words, say

Facts = Mapping[str, Fact]

CHOSEN = "chosen"  # how the effect of evidence begins that decided (classifiers/scope.py, priority.py)

PRIORITY_WORDS: dict[Priority, str] = {
    "hotrush": "HotRush (out of queue)",
    "high": "high",
    "normal": "normal",
    "low": "low",
}


def acknowledgement(case: Case, plan: Plan, zone: tzinfo, *, proven: bool) -> Facts:
    """Return what an acknowledgement says; the customer's subject only to a proven sender."""
    return {
        "subject": clean_subject(case.message.subject) if proven else "",
        "scope": case.verdict.label,
        "priority": PRIORITY_WORDS[case.verdict.priority],
        "hotrush": case.verdict.priority == "hotrush",
        "in_scope": case.verdict.in_scope,
        "reply_by": say(plan.due_at, zone),
    }


def staff_new_incident(case: Case, plan: Plan, zone: tzinfo, reasons: Iterable[Reason]) -> Facts:
    """Return what staff are told of a new incident."""
    return {
        "subject": clean_subject(case.message.subject) or "(no subject)",
        "customer": str(case.sender),
        "text": case.message.text,
        "scope": case.verdict.label,
        "priority": PRIORITY_WORDS[case.verdict.priority],
        "evidence": evidence_line(case.verdict),
        "due": say(plan.due_at, zone),
        "proof": case.proof.reason.text,
        "notes": [*case.message.notes, *_other_than(reasons, case.proof.reason)],
        "linked": case.found.linked_to or 0,
        "verbs": [{"name": f"#{name}", "what": verb.does} for name, verb in VERBS.items()],
        "answer_above": ANSWER_ABOVE,
    }


def staff_new_message(case: Case, incident: Incident, state: State, reasons: Iterable[Reason]) -> Facts:
    """Return what staff are told of a further mail of the customer's."""
    return {
        "subject": clean_subject(incident.subject) or "(no subject)",
        "customer": str(case.sender),
        "text": case.said,
        "state": state.replace("_", " "),
        "proof": case.proof.reason.text,
        "notes": [*case.message.notes, *_other_than(reasons, case.proof.reason)],
        "answer_above": ANSWER_ABOVE,
    }


def answer(incident: Incident, name: str, text: str) -> Facts:
    """Return what an answer is made of: the text as its author wrote it, and who that was."""
    return {"subject": clean_subject(incident.subject), "text": text, "author": name}


def closed(incident: Incident, reopen_days: int, *, proven: bool) -> Facts:
    """Return what the closing notice says; the customer's subject only to a proven requester."""
    return {"subject": clean_subject(incident.subject) if proven else "", "reopen_days": reopen_days}


def confirmation_item(
    incident: Incident, text: str, verbs: tuple[str, ...], files: bool
) -> Mapping[str, str]:
    """Return one item of a confirmation mail: who would be told, what would be done, and the whole text."""
    sends = bool(text or files) and "note" not in verbs
    what = ["send it to the customer"] if sends else []
    what += [VERBS[verb].asks for verb in verbs]
    to = str(Address(incident.requester.address, incident.requester.name))
    if not sends:
        to = f"{to}, told that it is closed" if "close" in verbs else "nobody (internal)"
    return {"number": str(incident.number), "to": to, "what": "; ".join(what), "text": text}


def receipt(incident: Incident, done: Iterable[str], problems: Iterable[str]) -> Facts:
    """Return what a receipt says: what was done with a mail of the staff's, or why nothing was."""
    return {
        "subject": clean_subject(incident.subject) or "(no subject)",
        "done": list(done),
        "problems": list(problems),
        "answer_above": ANSWER_ABOVE,
    }


def reminder(incident: Incident, timer: Timer, zone: tzinfo, open_minutes: int) -> Facts:
    """Return what a reminder says; `open_minutes` until the due time, negative once it has passed."""
    requester = incident.requester
    return {
        "subject": clean_subject(incident.subject) or "(no subject)",
        "customer": str(Address(requester.address, requester.name)),
        "priority": PRIORITY_WORDS[incident.priority],
        "due": say(timer.plan.due_at, zone),
        "late": open_minutes < 0,
        "remaining": minutes_words(abs(open_minutes)),
        "waiting_since": say(timer.plan.started_at, zone),
        "answer_above": ANSWER_ABOVE,
    }


def evidence_line(verdict: Verdict) -> str:
    """Return in one line which words decided: one piece of evidence for the scope, and one for the priority.

    It reads like `outage from "nobody can check out" (subject); HotRush from "HotRush" (subject)`.
    """
    decided: dict[str, str] = {}
    for found in verdict.evidence:
        if found.effect.startswith(CHOSEN):
            said = f'{_outcome(found.rule)} from "{" ".join(found.text.split())}" ({found.field})'
            decided.setdefault(found.rule, said)
    return "; ".join(decided.values()) or "no rule fired"


def _outcome(rule: str) -> str:
    """Return what a rule led to: of `scope minor_modification` the words, of `priority hotrush` its name."""
    kind, _, name = rule.partition(" ")
    return "HotRush" if (kind, name) == ("priority", "hotrush") else name.replace("_", " ")


def _other_than(reasons: Iterable[Reason], known: Reason) -> list[str]:
    return [reason.text for reason in reasons if reason != known]
