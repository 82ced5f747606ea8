"""Say whether a machine wrote a mail, which kind of machine, and whether an automatic answer is allowed.

Every marker that is found is a finding; each finding forbids an automatic answer, and those that name a
kind of machine compete: the most automatic wins. So a stranger's header can only silence us (rule 8),
and human is what shows no marker. The markers, of RFC 3834 and of programs that never read it, are data:
machine_marks.py.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from maild.core.message import Message
from maild.core.reading.encoded_words import decode_words
from maild.core.reasons import Reason, because
from maild.core.reply_token import Keys, is_our_loop, verify
from maild.core.understanding import machine_marks as marks
from maild.core.understanding.bounce import is_passed_on, read_bounce

Kind = Literal[
    "human",
    "auto_reply",
    "auto_generated",
    "bounce",
    "delay_notice",
    "delivery_receipt",
    "read_receipt",
    "feedback_report",
    "list",
    "loop",
    "calendar",
]


@dataclass(frozen=True, slots=True)
class OwnMail:
    """What is ours: our addresses, the keys of our loop mark, the senders that are forms (rule 35).

    Addresses are case-folded.
    """

    addresses: frozenset[str]
    loop_keys: Keys
    forms: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote: the kind, whether an automatic answer is allowed, and every finding that says so."""

    kind: Kind
    ack_allowed: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One marker: the kind of machine it tells of, or None where it only asks for silence."""

    kind: Kind | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Arrival:
    """The mail, the envelope sender that came with it ("" = null, None = not told), and what is ours."""

    message: Message
    mail_from: str | None
    own: OwnMail

    @property
    def sender(self) -> str:
        """The From address, case-folded, or ""."""
        return self.message.sender.key if self.message.sender else ""


# The most automatic first: where findings differ, the first of these wins.
_RANK: tuple[Kind, ...] = (
    *("loop", "feedback_report", "bounce", "delay_notice", "delivery_receipt", "read_receipt"),
    *("auto_reply", "calendar", "list", "auto_generated"),
)
_HOPS = 100  # RFC 5321 §6.3: more Received fields than this are a loop
_SHOWN = 60  # characters of a stranger's value that a reason repeats


def recognise(message: Message, mail_from: str | None, own: OwnMail) -> Writer:
    """Return who wrote the mail; never raises, whatever the fields hold.

    `mail_from` is the envelope sender ("" = null); None means that the transport did not tell it, then
    Return-Path is taken (RFC 5321 §4.4).
    """
    arrival = Arrival(message, mail_from, own)
    findings = [finding for rule in RULES for finding in rule(arrival)]
    findings += _telling_subject(arrival, findings)
    if arrival.sender in own.forms:
        kept = [finding for finding in findings if finding.kind not in {"auto_generated", "list"}]
        reasons = (because("form_sender", address=arrival.sender), *(finding.reason for finding in kept))
        return Writer(_most_automatic(kept), not kept, reasons)
    return Writer(_most_automatic(findings), not findings, tuple(finding.reason for finding in findings))


def _most_automatic(findings: list[Finding]) -> Kind:
    kinds = {finding.kind for finding in findings}
    return next((kind for kind in _RANK if kind in kinds), "human")


# --- ours, and reports ------------------------------------------------------------------------------------


def _ours(arrival: Arrival) -> Iterator[Finding]:
    """A mail of ours that came back, or one that never stops travelling."""
    message, own = arrival.message, arrival.own
    # Servers that write a header anew put what is long and has no blank into encoded words.
    if any(is_our_loop(own.loop_keys, decode_words(value)) for value in message.all("X-Maild-Loop")):
        yield Finding("loop", because("own_loop_mark"))
    elif verify(own.loop_keys, message.message_id or ""):
        # An answer of the staff bears no mark; forwarded back to us it must not pass for the customer's words.
        yield Finding("loop", because("own_message_id"))
    hops = len(message.all("Received"))
    if hops > _HOPS:
        yield Finding("loop", because("too_many_hops", count=hops))
    if arrival.sender in own.addresses:
        yield Finding(None, because("own_address"))


def _reports(arrival: Arrival) -> Iterator[Finding]:
    """A report about another mail: multipart/report (RFC 6522), or the prose of a mail server."""
    message = arrival.message
    reports = () if is_passed_on(message) else message.reports
    types = {report.content_type.rpartition("/")[2] for report in reports}
    declared = dict(message.content_params).get("report-type", "").casefold()
    if "feedback-report" in {declared, *types} or marks.COMPLAINT.fullmatch(message.subject.strip()):
        yield Finding("feedback_report", because("feedback_report"))
    elif "disposition-notification" in {declared, *types} or any(map(marks.RECEIPT_FIELD, _names(message))):
        yield Finding("read_receipt", because("read_receipt"))
    else:
        yield from _delivery_report(message)


def _delivery_report(message: Message) -> Iterator[Finding]:
    """A delivery report of any form; one that names nobody counts as a bounce."""
    bounce = read_bounce(message)
    if bounce is None:
        return
    actions = bounce.actions or {"failed"}
    if "failed" in actions:
        kind: Kind = "bounce"
    else:
        kind = "delay_notice" if "delayed" in actions else "delivery_receipt"
    yield Finding(kind, because("delivery_report", actions=", ".join(sorted(actions))))


# --- fields that name a machine ---------------------------------------------------------------------------


def _auto_submitted(arrival: Arrival) -> Iterator[Finding]:
    """RFC 3834 §5: any keyword but `no`; `auto-replied` is an answer, the rest was made by a program."""
    for value in arrival.message.all("Auto-Submitted"):
        keyword = _keyword(value)
        if keyword not in {"", "no"}:
            answer = keyword.replace("_", "-").startswith(("auto-repl", "auto-resp"))
            kind: Kind = "auto_reply" if answer else "auto_generated"
            yield Finding(kind, because("auto_submitted", value=value[:_SHOWN]))


def _responder_fields(arrival: Arrival) -> Iterator[Finding]:
    """Fields by which responders and programs gave themselves away before there was a standard."""
    message = arrival.message
    for field in marks.RESPONDER_FIELDS:
        for value in message.all(field):
            if _keyword(value) not in marks.NO:
                yield Finding("auto_reply", because("responder_field", field=field, value=value[:_SHOWN]))
    for field, wanted, answer in marks.VALUE_FIELDS:
        kind: Kind = "auto_reply" if answer else "auto_generated"
        for value in message.all(field):
            if _keyword(value) == wanted:
                yield Finding(kind, because("responder_field", field=field, value=value[:_SHOWN]))


def _precedence(arrival: Arrival) -> Iterator[Finding]:
    """Precedence, which no standard defines: bulk mail that answers is an old responder's (vacation)."""
    message = arrival.message
    answers = not message.is_first or bool(marks.RE.match(message.subject))
    for field in ("Precedence", "X-Precedence"):
        for value in message.all(field):
            keyword = _keyword(value).replace("-", "_")
            if keyword == "auto_reply" or (keyword in {"bulk", "junk"} and answers):
                yield Finding("auto_reply", because("precedence", field=field, value=value[:_SHOWN]))
            elif keyword in {"bulk", "junk", "list"}:
                yield Finding("list", because("precedence", field=field, value=value[:_SHOWN]))


def _null_return_path(arrival: Arrival) -> Iterator[Finding]:
    """An empty envelope sender must never be answered (RFC 3834 §2), and no person's program writes one."""
    sender = arrival.mail_from
    if sender is None:
        returned = arrival.message.first("Return-Path")
        sender = "" if returned is not None and _keyword(returned) in {"<>", ""} else "unknown"
    if sender.strip() in {"", "<>"}:
        yield Finding("auto_reply", because("null_return_path"))


def _list_fields(arrival: Arrival) -> Iterator[Finding]:
    """Fields of RFC 2369 and RFC 2919; List-Unsubscribe alone may be a person writing through a service."""
    message = arrival.message
    found = next((field for field in marks.LIST_FIELDS if message.all(field)), "")
    if found:
        yield Finding("list", because("list_field", field=found))
    elif message.all("List-Unsubscribe"):
        yield Finding(None, because("list_unsubscribe"))


def _calendar(arrival: Arrival) -> Iterator[Finding]:
    """What a calendar sends (RFC 5546): an answer to an invitation, or an invitation, which may hold a request."""
    message = arrival.message
    main = message.content_type == "text/calendar"
    declared = dict(message.content_params).get("method", "").casefold()
    bodies = (part.content for part in message.attachments if part.content_type == "text/calendar")
    methods = {found[1].decode("ascii").casefold() for body in bodies for found in _METHOD.finditer(body)}
    methods |= {declared} - {""}
    if methods & marks.CALENDAR_ANSWERS or (main and not methods & marks.CALENDAR_REQUESTS):
        yield Finding("calendar", because("calendar_answer"))
    elif methods & marks.CALENDAR_REQUESTS:
        yield Finding(None, because("calendar_request"))


_METHOD = re.compile(rb"^METHOD:[ \t]*([A-Z-]{1,20})[ \t\r]*$", re.IGNORECASE | re.MULTILINE)


# --- fields and addresses that only ask for silence -------------------------------------------------------


def _asks_for_silence(arrival: Arrival) -> Iterator[Finding]:
    """Fields by which a sender asks for no automatic answer, or shows that nobody waits for one."""
    message = arrival.message
    for value in message.all("X-Auto-Response-Suppress"):
        if marks.SUPPRESS & {word.strip().casefold() for word in re.split(r"[,;\s]+", value[:1000])}:
            yield _silence("X-Auto-Response-Suppress", value)
    for field in (marks.NO_ACK_FIELD, *marks.SILENCE_FIELDS):
        for value in message.all(field):
            if (_keyword(value) in marks.NO) == (field == marks.NO_ACK_FIELD):
                yield _silence(field, value)
    mass = next(filter(marks.MASS_MAIL_FIELD, _names(message)), "")
    if mass:
        yield Finding(None, because("mass_mail_field", field=mass[:_SHOWN]))
    if any(map(marks.MASS_MAILER, message.all("X-Mailer"))):
        yield Finding(None, because("mass_mail_field", field="X-Mailer"))


def _spam(arrival: Arrival) -> Iterator[Finding]:
    """The verdict of a filter that the mail passed: such a mail is looked at by a person before it is a request."""
    for field, wanted in marks.SPAM_FIELDS:
        if any(_keyword(value) in wanted for value in arrival.message.all(field)):
            yield Finding(None, because("spam_flag", field=field))


def _silence(field: str, value: str) -> Finding:
    return Finding(None, because("asks_for_silence", field=field, value=value[:_SHOWN]))


def is_no_reply(address: str) -> bool:
    """Say whether an address is a machine's by its name: `no-reply@`, `mailer-daemon@`, `list-request@`."""
    local = address.casefold().rpartition("@")[0][:64]
    return marks.MACHINE_NAMES.fullmatch(local) is not None


def _machine_sender(arrival: Arrival) -> Iterator[Finding]:
    """A From that machines use; shops order from no-reply, so by itself it stays a request."""
    if arrival.sender and is_no_reply(arrival.sender):
        yield Finding(None, because("no_reply_sender", address=arrival.sender[:_SHOWN]))


# --- subjects ---------------------------------------------------------------------------------------------


def _telling_subject(arrival: Arrival, findings: list[Finding]) -> list[Finding]:
    """The subject of an absence note or a receipt: a machine's where another mark or an answered mail agrees.

    Behind `Re:` the words are those of the mail that is answered, be it a request about absence notes.
    """
    message = arrival.message
    answers = not message.is_first
    behind_re = marks.AWAY_BEHIND_RE.match(message.subject)
    if behind_re or marks.AWAY.match(message.subject):
        sure = findings or (answers and not behind_re)
        reason = because("away_subject", subject=message.subject[:_SHOWN])
        return [Finding("auto_reply" if sure else None, reason)]
    null_sender = any(finding.reason.name == "null_return_path" for finding in findings)
    if null_sender and marks.READ.match(message.subject):
        return [Finding("read_receipt", because("read_receipt"))]
    return []


def _names(message: Message) -> Iterator[str]:
    """Yield the name of each header field."""
    return (name for name, _ in message.fields)


def _keyword(value: str) -> str:
    """Return the first word of a value, in lower case, without comments, parameters and quotes (RFC 3834 §5.1)."""
    kept, depth, escaped = [], 0, False
    for char in value[:1000]:
        if escaped or (char == "\\" and depth):
            escaped = not escaped
            continue
        depth += (char == "(") - (char == ")" and depth > 0)
        kept.append(" " if depth or char == ")" else char)
    first = _FIRST_WORD.match("".join(kept))
    return first[1].strip("\"'").casefold() if first else ""


_FIRST_WORD = re.compile(r"[\s\"']*([^\s;,]*)")


# Every rule is asked of every mail; what a rule finds is told in the order of this list.
RULES: tuple[Callable[[Arrival], Iterator[Finding]], ...] = (
    _ours,
    _reports,
    _auto_submitted,
    _responder_fields,
    _precedence,
    _null_return_path,
    _list_fields,
    _calendar,
    _asks_for_silence,
    _spam,
    _machine_sender,
)
