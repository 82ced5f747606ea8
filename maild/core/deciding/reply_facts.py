"""The facts of each reply: what its template may say, and nothing else.

`service`, `address` and `number` are added when the mail is written; here stands what only the decision knows.
Facts for customers hold nothing internal; what is echoed to an unproven sender is nothing at all (rule 4).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from classifiers.settings import Verdict
from maild.core.actions import Fact
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.staff_commands import INTERNAL, VERBS, asked
from maild.core.incident import Incident, Priority, State
from maild.core.message import Address, Attachment
from maild.core.promising.sla import TimerKind
from maild.core.promising.timer import Timer
from maild.core.reasons import Reason
from maild.core.sent_mail import SentMail
from maild.core.understanding.clean_subject import clean_subject
from maild.core.understanding.language import language_of
from maild.core.understanding.new_text import ANSWER_ABOVE
from maild.core.writing.attached_files import file_lines, named
from maild.core.writing.time_words import instant

Facts = Mapping[str, Fact]
Words = TypeVar("Words", str, tuple[str, ...])

# Reasons that a notification goes without: they say what staff see anyway.
EXPECTED = frozenset(
    {
        "opened",
        "new",
        "appended",
        "appended_unproven",
        "token",
        "known_message_id",
        "number",
        "quote_left_out",
    }
)
# How the effect of evidence begins (classifiers/scope.py, priority.py, verdict.py): it decided, was asked for too, or
# was taken away.
CHOSEN, ALSO, VETOED = "chosen", "also asked", "vetoed by "
MOST_WORDS = 60  # characters of a customer's words in a line of ours
MOST_VETOED = 2


def acknowledgement(case: Case, due: datetime | None, rules: Rules, *, proven: bool) -> Facts:
    """Return what the mail after an opening says, whichever it is; the customer's subject only to a proven sender.

    Scopes and priority are ids, and the time is an instant: their words are the reader's.
    """
    verdict = case.verdict
    known = rules.alternatives.get(verdict.scope)
    return {
        "subject": clean_subject(case.message.subject) if proven else "",
        "scope": verdict.scope,
        "scope_label": verdict.scope if verdict.scope in rules.scopes else verdict.label,
        "priority": verdict.priority,
        "hotrush": verdict.priority == "hotrush",
        "in_scope": verdict.in_scope,
        "several": list(verdict.scopes) if verdict.multi else [],
        "passed_on_by": case.forwarded_by,
        "reply_by": instant(due),
        "alternatives": list(in_language(known, opening_language(case, rules), rules.language, ()))
        if known
        else [],
    }


def opening_language(case: Case, rules: Rules) -> str:
    """Return the language of an incident that the mail opens: that of the mail, the customer, or the service."""
    return language_of(case.message.subject, case.split.new, case.language, rules.language)


def in_language(words: Mapping[str, Words], language: str, default: str, none: Words) -> Words:
    """Return what the config says in the reader's language, else in that of the service, else in any."""
    return words.get(language) or words.get(default) or next(iter(words.values()), none)


def staff_new_incident(case: Case, due: datetime | None, rules: Rules, reasons: Iterable[Reason]) -> Facts:
    """Return what staff are told of a new incident; `due` is None where no answer is due."""
    return {
        "files": file_lines(case.message.attachments, rules.staff_attachment_bytes),
        "subject": clean_subject(case.message.subject) or "(no subject)",
        "customer": str(case.sender),
        "text": case.message.text,
        # The id is what `#scope` takes; customers are told the label alone.
        "scope": f"{case.verdict.label} ({case.verdict.scope})",
        "priority": case.verdict.priority,
        "evidence": evidence_line(case.verdict),
        "due": instant(due),
        "proof": sentence(case.proof.reason),
        "notes": notes(case, reasons),
        "linked": case.found.linked_to or 0,
        "verbs": [{"name": f"#{name}", "what": verb.does} for name, verb in VERBS.items() if verb.daily],
        "answer_above": ANSWER_ABOVE,
    }


def staff_new_message(
    case: Case, incident: Incident, due: datetime | None, rules: Rules, reasons: Iterable[Reason]
) -> Facts:
    """Return what staff are told of a further mail; `incident` and `due` (None: no answer is) are as it left them."""
    return {
        "files": file_lines(case.message.attachments, rules.staff_attachment_bytes),
        "priority": incident.priority,
        "hotrush": incident.priority == "hotrush",
        "due": instant(due),
        "subject": clean_subject(incident.subject) or "(no subject)",
        "customer": str(case.sender),
        "text": case.said,
        "left_out": case.left_out,
        "state": incident.state,
        "proof": sentence(case.proof.reason),
        "notes": notes(case, reasons),
        "answer_above": ANSWER_ABOVE,
    }


@dataclass(frozen=True, slots=True)
class Wrote:
    """What one of the staff wrote, for the customer or for the staff alone, and whether files came with it."""

    text: str
    files: bool
    to_customer: bool


def colleague_wrote(
    incident: Incident, state: State, author: str, did: Sequence[str], wrote: Wrote, due: str = ""
) -> Facts:
    """Return what the staff are told of a colleague's mail; `state` is the incident's now, `due` a new due time."""
    requester = incident.requester
    return {
        "subject": clean_subject(incident.subject) or "(no subject)",
        "author": author,
        "did": " and ".join(filter(None, (", ".join(did[:-1]), did[-1]))),
        "customer": str(Address(requester.address, requester.name)),
        "state": state,
        "due": due,
        "internal": not wrote.to_customer,
        "text": wrote.text,
        "files": wrote.files,
        "answer_above": ANSWER_ABOVE,
    }


def answer(incident: Incident, name: str, text: str) -> Facts:
    """Return what an answer is made of: the text as its author wrote it, and who that was."""
    return {"subject": clean_subject(incident.subject), "text": text, "author": name}


def raised(
    incident: Incident, priority: Priority, due: datetime | None, rules: Rules, *, proven: bool
) -> Facts:
    """Return what a customer is told who raised the priority; `due` is when an answer is due now, if one is."""
    return {
        "subject": clean_subject(incident.subject) if proven else "",
        "priority": priority,
        "hotrush": priority == "hotrush",
        "reply_by": instant(due),
    }


def confirmation_item(
    incident: Incident, text: str, verbs: tuple[str, ...], files: Sequence[Attachment]
) -> Mapping[str, str]:
    """Return one item of a confirmation mail: who would be told, what would be done, the whole text, all files."""
    own = any(not file.inline for file in files)
    sends = bool(text or own) and not INTERNAL & set(verbs)
    what = ["send it to the customer"] if sends else []
    what += map(asked, verbs)
    to = str(Address(incident.requester.address, incident.requester.name))
    if not sends:
        told = "close" in verbs and incident.silence is None
        to = f"{to}, told that it is closed" if told else "nobody (internal)"
    return {
        "number": str(incident.number),
        "to": to,
        "what": "; ".join(what),
        "text": text,
        "files": ", ".join(map(named, files)),
    }


def receipt(
    incident: Incident, done: Iterable[str], problems: Iterable[str], advice: str = "", *, again: bool = False
) -> Facts:
    """Return what a receipt says: what was done with a mail of the staff's, or why nothing was and what to do now.

    `again` = an answer may be written as a reply to it; else it asks for none.
    """
    return {
        "subject": clean_subject(incident.subject) or "(no subject)",
        "done": list(done),
        "problems": list(problems),
        "advice": advice,
        "answer_above": ANSWER_ABOVE if again else "",
    }


def list_receipt(done: Iterable[str], problems: Iterable[str], advice: str) -> Facts:
    """Return what a receipt says of an answer to a list, which is about no incident."""
    subject = "your answer to a list of notifications"
    return {"subject": subject, "done": list(done), "problems": list(problems), "advice": advice}


OWED: Mapping[TimerKind, str] = {"update": "news", "resolution": "solution"}


def reminder(incident: Incident, timer: Timer, open_minutes: int) -> Facts:
    """Return what a reminder says; `open_minutes` until the due time, negative once it has passed."""
    requester = incident.requester
    return {
        "subject": clean_subject(incident.subject) or "(no subject)",
        "customer": str(Address(requester.address, requester.name)),
        "priority": incident.priority,
        "due": instant(timer.due_at),
        "late": open_minutes < 0,
        "remaining": abs(open_minutes),
        "waiting_since": instant(timer.started_at),
        "owed": OWED.get(timer.kind, "answer"),
        "answer_above": ANSWER_ABOVE,
    }


def delivery_problem(
    sent: SentMail, why: Reason, said: str, *, complaint: bool = False, marked: bool = False, due: str = ""
) -> Facts:
    """Return what staff are told of a mail that did not arrive.

    `due` where the clock runs again because of it: then, and only then, another answer is wanted.
    """
    return {
        "subject": sent.subject,
        "recipient": str(sent.recipient),
        "kind": sent.kind.replace("_", " "),
        "reason": "" if complaint else why.text.removeprefix(f"{sent.recipient.address}: "),
        "error": said,
        "complaint": complaint,
        "marked": marked,
        "due": due,
        "answer_above": ANSWER_ABOVE if due else "",
    }


def evidence_line(verdict: Verdict) -> str:
    """Return in one line which words decided: one piece of evidence for the scope, and one for the priority.

    It reads like `outage from "nobody can check out" (subject); not HotRush: "no HotRush"`. What else was asked, and
    what would have been decided but for a veto, is there too, as far as a line goes.
    """
    decided: dict[str, str] = {}
    for found in verdict.evidence:
        if found.effect.startswith(CHOSEN):
            said = f'{_outcome(found.rule)} from "{short_words(found.text)}" ({found.field})'
            decided.setdefault(found.rule, said)
    parts = [*decided.values()] or ["no rule fired"]
    return "; ".join([*parts, *_asked_too(verdict), *list(_vetoed(verdict))[:MOST_VETOED]])


def short_words(text: str) -> str:
    """Return words of a mail on one line, cut where they are long: a letter can be followed by a thousand accents."""
    line = " ".join(text.split())
    return line if len(line) <= MOST_WORDS else f"{line[: MOST_WORDS - 1]}…"


def _asked_too(verdict: Verdict) -> list[str]:
    """Return what the mail asks for beside its scope, and whether that is more than one incident."""
    rules = (found.rule for found in verdict.evidence if found.effect.startswith(ALSO))
    also = [f"also {_outcome(rule)}" for rule in dict.fromkeys(rules)][:MOST_VETOED]
    return [*also, "asks for more than one thing"] if verdict.multi else also


def _vetoed(verdict: Verdict) -> Iterator[str]:
    """Yield each rule that a veto took all words from, and the words of the veto."""
    stand = {found.rule for found in verdict.evidence if not found.effect.startswith(VETOED)}
    vetoed = {found.rule: found for found in reversed(verdict.evidence) if found.rule not in stand}
    for rule, found in reversed(vetoed.items()):
        yield f'not {_outcome(rule)}: "{short_words(found.effect.removeprefix(VETOED).strip(chr(34)))}"'


def _outcome(rule: str) -> str:
    """Return what a rule led to: of `scope minor_modification` the words, of `priority hotrush` its name."""
    kind, _, name = rule.partition(" ")
    return "HotRush" if (kind, name) == ("priority", "hotrush") else name.replace("_", " ")


def notes(case: Case, reasons: Iterable[Reason]) -> list[str]:
    """Return what staff should know beside the rest: notes of the reading, and the reasons they do not expect."""
    said = [reason for reason in reasons if reason.name not in EXPECTED and reason != case.proof.reason]
    silent = " ".join(reason.text for reason in said if reason.name.startswith("no_ack"))
    once = (
        reason
        for reason in dict.fromkeys(said)
        if reason not in case.writer.reasons or reason.text not in silent
    )
    return [*case.message.notes, *map(sentence, once)]


def sentence(reason: Reason) -> str:
    """Return a reason as the beginning of a sentence; one that begins with a name or an address stays as it is."""
    first = reason.text.partition(" ")[0]
    return reason.text[:1].upper() + reason.text[1:] if first.isalpha() else reason.text
