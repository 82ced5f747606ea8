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
from maild.core.new_text import ANSWER_ABOVE
from maild.core.reasons import Reason
from maild.core.sla import Plan, Timer
from maild.core.staff_commands import VERBS
from maild.core.time_words import minutes_words, say

Facts = Mapping[str, Fact]

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
        "verbs": [{"name": f"#{name}", "what": what} for name, what in VERBS.items()],
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
    """Return one item of a confirmation mail: where the text would go, and the whole of it."""
    note = "note" in verbs or not (text or files)
    what = [] if note and not text else ["note it, for staff only" if note else "send it to the customer"]
    what += [VERBS[verb] for verb in verbs if verb != "note"]
    requester = incident.requester
    to = "nobody (internal)" if note else f"{requester.name} <{requester.address}>".strip()
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
        "customer": f"{requester.name} <{requester.address}>".strip(),
        "priority": PRIORITY_WORDS[incident.priority],
        "due": say(timer.plan.due_at, zone),
        "late": open_minutes < 0,
        "remaining": minutes_words(abs(open_minutes)),
        "waiting_since": say(timer.plan.started_at, zone),
        "answer_above": ANSWER_ABOVE,
    }


def evidence_line(verdict: Verdict) -> str:
    """Return in one short line which words led to the verdict."""
    fired = [f"{e.effect} from {e.text!r} in the {e.field}" for e in verdict.evidence if e.effect]
    return "; ".join(fired[:4]) or "no rule fired"


def _other_than(reasons: Iterable[Reason], known: Reason) -> list[str]:
    return [reason.text for reason in reasons if reason != known]
