"""A mail that bears a staff address: act on it, hold it until it is confirmed, or treat it as a stranger's.

Proof and token together act at once; one of the two holds the mail and asks its author by mail; neither makes it
a new incident that says so (rule 11). What is not proven is never relayed and stops no clock.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Literal

from maild.core.actions import (
    Action,
    AddEntry,
    AskConfirmation,
    ClockHappened,
    Dispose,
    QueueReply,
)
from maild.core.deciding import charge_orders, reply_facts, staff_orders
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.change_state import change_state
from maild.core.deciding.charge_orders import wrong_words
from maild.core.deciding.decide_assignment import unknown_names
from maild.core.deciding.decide_correction import correct, unknown_words
from maild.core.deciding.decide_forwarded_mail import (
    decide_forwarded_mail,
    is_customers,
    is_no_request,
    note_no_request,
)
from maild.core.deciding.open_incident import open_incident
from maild.core.deciding.order import Order
from maild.core.deciding.pay_again import goes_on
from maild.core.deciding.settle import honoured
from maild.core.deciding.staff_commands import (
    INTERNAL,
    Commands,
    is_only_send,
    out_of_place,
    read_commands,
)
from maild.core.deciding.tell_colleagues import tell_colleagues
from maild.core.incident import Cause, Incident
from maild.core.message import Address
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import Reason, because
from maild.core.staff import StaffMember
from maild.core.understanding.group_answer import is_own
from maild.core.understanding.new_text import ANSWER_ABOVE

NOT_SENT = (
    "Nothing of that mail was sent to the customer. To answer, write it again without this mistake, "
    "as a reply to this mail or to the one that you answered."
)
ANSWERS_AN_HOUR = 5  # of one person's on one incident; more of them wait for a person's word
_OUR_FIELD = re.compile(rb"^X-Maild-Loop[ \t]*:", re.IGNORECASE | re.MULTILINE)


def decide_staff_mail(case: Case, member: StaffMember, rules: Rules, now: datetime) -> list[Action]:
    """Return the actions for a mail whose From is `member`'s, by how much of it is proven."""
    incident = case.found.incident
    held = case.found.token
    token = held is not None and held.purpose == "staff"
    own = held is not None and incident is not None and is_own(held, incident, member)
    if case.forward is not None and not token and is_trusted(case, rules):
        if is_customers(case.forward, rules):
            return decide_forwarded_mail(case, case.forward, member, rules, now)
        if is_no_request(case.forward, rules):
            return note_no_request(case, case.forward, member, rules)
    if incident is None or not (token or case.proven):
        return open_from_staff(case, member, rules)
    commands = read_commands(case.split.new, case.message.html_text)
    trouble = trouble_of(case, commands, rules)
    if trouble:
        return refuse(case, incident, member, trouble)
    if acts_at_once(case, member, rules, token=token and own):
        order = Order(
            incident,
            member,
            signed(commands, case),
            commands.verbs,
            case.delivery.received_at,
            has_files(case),
            case.clocks,
            case.problems,
            case.other,
            case.payer,
        )
        what = "staff_answer" if order.kind == "staff_answer" else "staff_note"
        how = case.proof.by if case.proven else "its token"
        return act(case, order, rules, because(what, name=member.name, how=how))
    return hold(case, incident, member, commands, missing_of(case, member, token=token, own=own))


def acts_at_once(case: Case, member: StaffMember, rules: Rules, *, token: bool) -> bool:
    """Say whether it is sure who wrote, and what: proof and a token of their own, one person's address, no marker.

    Nor may it be the latest of many answers: two programs that answer each other, one on either side and both without
    any mark of a machine, would go on for ever (invariant I9).

    Where the config takes the token for proof, a From that the server calls forged still proves nothing.
    """
    calm = case.answered_lately < ANSWERS_AN_HOUR
    return token and is_trusted(case, rules) and calm and not member.group and not case.split.marker_found


def is_trusted(case: Case, rules: Rules) -> bool:
    """Say whether it is sure enough who wrote: proven, or the config wants no proof and nothing speaks against it."""
    return case.proven or (rules.staff_proof == "token" and case.proof.verdict != "failed")


def act(case: Case, order: Order, rules: Rules, why: Reason) -> list[Action]:
    """Return the entry of a proven staff mail, and what it does."""
    entry = AddEntry(
        order.kind, case.sender, order.text, (why, *case.found.reasons), commands=order.verbs, proven=True
    )
    corrected = correct(order, rules)
    done = carry_out(order, rules, corrected.actions)
    return [
        Dispose("appended", (why, *case.found.reasons)),
        entry,
        *corrected.actions,
        *done,
        *receipt(case, order, corrected.said, done),
    ]


def carry_out(order: Order, rules: Rules, corrected: Sequence[Action]) -> list[Action]:
    """Return what the order does beyond entry and corrections: answer, state, clock, notices to customer and staff.

    What opens the incident again comes first, so that its answer finds it open, and what ends it last. What was
    `corrected` is told to the colleagues with the rest.
    """
    owed, was = order.clocks.due() if order.clocks else None, order.incident
    order = order.carried_out(corrected)
    actions: list[Action] = []
    actions += staff_orders.accepted_by_scope(order, corrected, rules)
    actions += charge_orders.corrected(order.carried_out(actions), corrected, rules)
    for step in (_reopen, _answer, _turn, _going_on(was), _between, _end):
        actions += step(order.carried_out(actions), rules)
    wrote = reply_facts.Wrote(order.text, order.files, to_customer=order.kind == "staff_answer")
    due = order.clocks.due() if order.clocks and order.owes else None
    new_due = due if due != owed else None
    told = tell_colleagues(order.incident, order.author, wrote, [*corrected, *actions], rules, new_due)
    return [*actions, *told]


def _reopen(order: Order, rules: Rules) -> list[Action]:
    return staff_orders.obey(order, rules, staff_orders.FIRST)


def _going_on(was: Incident) -> Callable[[Order, Rules], list[Action]]:
    """Return the step that lets what was over before be paid for again."""
    return lambda order, rules: goes_on(was, order.incident, order.payer, order.clocks, rules, order.at)


def _between(order: Order, rules: Rules) -> list[Action]:
    return staff_orders.obey(order, rules, staff_orders.BETWEEN)


def _end(order: Order, rules: Rules) -> list[Action]:
    return staff_orders.obey(order, rules, staff_orders.LAST)


def _answer(order: Order, rules: Rules) -> list[Action]:
    """Return the answer to the customer, which stops the clock of our silence."""
    incident = order.incident
    if order.kind != "staff_answer":
        return []
    return [
        QueueReply(
            "answer",
            Address(incident.requester.address, incident.requester.name),
            reply_facts.answer(incident, order.name, order.text),
            automatic=False,
            in_reply_to=incident.last_message_id,
            with_attachments=True,
            proven=incident.requester.proven,
        ),
        ClockHappened(ClockEvent("staff_reply", order.at), reason=because("answered", name=order.name)),
        *honoured(incident),
    ]


def _turn(order: Order, rules: Rules) -> list[Action]:
    turn = whose_turn(order, rules)
    return change_state(order.incident, *turn, order.at) if turn else []


def whose_turn(order: Order, rules: Rules) -> tuple[Cause, Reason] | None:
    """Return what the order says about whose turn it is now (rule 31), or None where it says nothing.

    `#working` says that it is ours, with an answer or without; an answer alone, that it is the customer's.
    """
    if "working" in order.verbs:
        return "working", because("working", name=order.name)
    if order.kind != "staff_answer":
        return None
    answered = because("answered", name=order.name)
    ours = rules.after_answer == "in_progress" and order.incident.is_open
    return ("working" if ours else "answered"), answered


def receipt(case: Case, order: Order, corrected: Mapping[str, str], done: Sequence[Action]) -> list[Action]:
    """Return a receipt for a mail with commands."""
    if not order.verbs:
        return []
    facts = reply_facts.receipt(order.incident, *what_was_done(order, corrected, done))
    return [to_staff("receipt", case.sender, facts, case)]


def what_was_done(
    order: Order, corrected: Mapping[str, str], done: Sequence[Action]
) -> tuple[list[str], list[str]]:
    """Return the lines of a receipt: what was `done`, with what was so before, and what the incident does not allow."""
    did = staff_orders.said(order, done) | dict(corrected)
    answered = ["sent your answer to the customer"] if order.kind == "staff_answer" else []
    not_done = [line for verb, line in staff_orders.unsaid(order, done).items() if verb not in corrected]
    return [*answered, *did.values(), *staff_orders.untold(done)], not_done


def hold(
    case: Case, incident: Incident, member: StaffMember, commands: Commands, missing: str
) -> list[Action]:
    """Return the mail as a held entry, and the request to its author to confirm it."""
    why = because("staff_held", name=member.name, missing=missing)
    text = signed(commands, case)
    item = reply_facts.confirmation_item(incident, text, commands.verbs, case.message.attachments)
    entry = AddEntry(
        "unverified",
        case.sender,
        text,
        (why, *case.found.reasons),
        state="held",
        commands=commands.verbs,
    )
    to = Address(member.address, member.name)
    proof = () if case.proof.reason.text == missing else (case.proof.reason,)
    return [
        Dispose("appended", (why, *case.found.reasons, *proof)),
        entry,
        AskConfirmation(to, item, f"{missing[:1].upper()}{missing[1:]}."),
    ]


def refuse(case: Case, incident: Incident, member: StaffMember, trouble: tuple[Reason, ...]) -> list[Action]:
    """Return the mail as a held note and a receipt that says what was wrong: nothing reached the customer."""
    problems = [reply_facts.sentence(reason) for reason in trouble]
    facts = reply_facts.receipt(incident, [], problems, NOT_SENT, again=True)
    to = Address(member.address, member.name)
    return [
        Dispose("appended", (*trouble, *case.found.reasons)),
        AddEntry("unverified", case.sender, case.split.new, trouble, state="held"),
        to_staff("receipt", to, facts, case),
    ]


def open_from_staff(case: Case, member: StaffMember, rules: Rules) -> list[Action]:
    """Return a new incident for a mail that acts on none: proven it is a request, unproven it says so."""
    silence = because("no_ack_staff")
    if case.proven:
        why = (because("staff_mail", name=member.name), *unclear_forward(case))
        return open_incident(case, rules, why, silence=silence)
    known = case.found.incident
    found = replace(case.found, incident=None, linked_to=known.number if known else case.found.linked_to)
    why = (because("unverified_staff", name=member.name), *unproven_forward(case, member, rules))
    return open_incident(replace(case, found=found), rules, why, ("unverified_staff",), silence)


def unclear_forward(case: Case) -> tuple[Reason, ...]:
    """Return word of a forwarded mail that names no single sender, so that staff know why the incident is theirs."""
    unclear = case.forward is not None and case.forward.case.message.sender is None
    return (because("forward_unclear"),) if unclear else ()


def unproven_forward(case: Case, member: StaffMember, rules: Rules) -> tuple[Reason, ...]:
    """Return what to do about a customer's mail whose forwarding nothing proves: else its customer waits for nothing.

    It can't be confirmed like an answer: what is held stands on an incident, and this mail has none yet.
    """
    customers = case.forward is not None and is_customers(case.forward, rules)
    return (because("forward_unproven", name=member.name), because("forward_again")) if customers else ()


def trouble_of(case: Case, commands: Commands, rules: Rules) -> tuple[Reason, ...]:
    """Return why the mail can't be carried out as it is: commands nobody knows, nothing said, a stray `send`."""
    if is_only_send(case.split.new):
        return (because("send_not_here"),)
    misplaced = out_of_place(commands, "answer")
    verbs = commands.verbs
    unknown = (*unknown_words(verbs, rules), *unknown_names(verbs, rules), *wrong_words(verbs))
    if problems := (*commands.problems, *misplaced, *unknown):
        return problems
    if not commands.text and not commands.verbs and not has_files(case):
        return (because("empty_answer"),)
    return () if INTERNAL & set(commands.verbs) else tuple(_internal_files(case))


def signed(commands: Commands, case: Case) -> str:
    """Return the text with its author's signature (rule 7); a signature under nothing says nothing."""
    signature = case.split.signature.strip("\n")
    return f"{commands.text}\n\n{signature}" if commands.text and signature else commands.text


def has_files(case: Case) -> bool:
    """Say whether the mail brings files of its own, not just the pictures of a signature."""
    return any(not attachment.inline for attachment in case.message.attachments)


def missing_of(case: Case, member: StaffMember, *, token: bool, own: bool) -> str:
    """Return in words what keeps a staff mail from acting at once; the token is their `own`, or a group's."""
    if case.split.marker_found:
        return because("marker_unquoted").text
    if token and case.proven and member.group:
        return because("group_address").text
    if token and not own and not member.group:
        return because("group_token_only").text
    if token and case.proven and case.answered_lately >= ANSWERS_AN_HOUR:
        return because("answered_often", count=case.answered_lately).text
    return case.proof.reason.text if token else because("no_staff_token").text


def _internal_files(case: Case) -> Iterator[Reason]:
    """Yield each attached file that is a mail of ours: mail programs attach what they answer (invariant I5)."""
    for file in case.message.attachments:
        if _OUR_FIELD.search(file.content) or ANSWER_ABOVE.encode() in file.content:
            yield because("internal_file", name=file.name)


def to_staff(kind: Literal["receipt"], to: Address, facts: reply_facts.Facts, case: Case) -> QueueReply:
    """Return a mail to one of the staff that answers the mail at hand."""
    return QueueReply(kind, to, facts, audience="staff", in_reply_to=case.message.message_id, proven=True)
