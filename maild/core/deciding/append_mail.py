"""A further mail of a customer's on an incident: an entry, what it does to the incident, word to the staff."""

from dataclasses import replace
from datetime import datetime

from maild.core.actions import (
    Action,
    AddEntry,
    ClockHappened,
    Dispose,
    Flag,
    KeepSilent,
    OpenIncident,
    QueueReply,
    Reserve,
    SetPriority,
    SetScope,
)
from maild.core.deciding import life_facts, reply_facts
from maild.core.deciding.case import Case, Rules
from maild.core.deciding.change_state import after_all, change_state
from maild.core.deciding.decide_balance import balance_on, tell_low
from maild.core.deciding.decide_split import decide_split_answer
from maild.core.deciding.entitlement import accounted, drawn
from maild.core.deciding.hotrush import ask_hotrush, decide_withdrawal
from maild.core.deciding.open_incident import (
    remember_thread,
    tell,
    why_no_acknowledgement,
)
from maild.core.deciding.pay_again import follows_scope, goes_on
from maild.core.deciding.promised import move_priority
from maild.core.deciding.several import decide_order, is_requester
from maild.core.deciding.tell_requester import tell_requester
from maild.core.deciding.who_is_told import who_is_told
from maild.core.incident import OUT_OF_SCOPE, RANK, Cause, Incident, Priority
from maild.core.message import fold
from maild.core.promising.clock_event import ClockEvent
from maild.core.reasons import Reason, because
from maild.core.understanding.clean_subject import clean_subject, same_topic
from maild.core.understanding.customer_words import says_rating, says_solved, says_thanks

SUBJECT_SHOWN = 80  # characters of another subject that a reason repeats
RATED = "rated:"  # the flag of what the customer thought of us, before a digit


def append_mail(case: Case, incident: Incident, rules: Rules) -> list[Action]:
    """Return what a further mail of the customer does: an entry, the state that follows, word to those concerned."""
    cause, why = what_it_means(case, incident, rules)
    rated = rating(case, incident)
    answered = decide_split_answer(case, incident, rules)
    if answered:
        return [*answered, *told_of_answer(case, incident, answered, rules)]
    less = (because("quote_left_out", count=case.left_out),) if case.left_out else ()
    reasons = (why, *case.found.reasons, *subject_changed(case, incident), *less, case.proof.reason)
    moved = change_state(incident, cause, why, case.delivery.received_at, by="customer") if cause else []
    moved = without_promise(moved) if case.delivery.backlog else moved
    after = after_all(incident, moved)
    paid = what_pays(case, incident, after, rules)
    after = accounted(after, paid, case.payer)
    case = replace(case, payer=drawn(case.payer, paid))
    ordered = decide_order(case, incident, rules) if after.is_open else []
    ordered += priced(case, after, ordered, rules)
    withdrawn = decide_withdrawal(case, after, rules)
    raised = raised_priority(case, after, rules) if after.is_open and not withdrawn else []
    return [
        Dispose("appended", reasons),
        what_was_said(case, reasons),
        *remember_thread(case),
        *moved,
        *paid,
        *((Flag(f"{RATED}{rated}", why),) if rated else ()),
        *ordered,
        *withdrawn,
        *raised,
        *word_of_raise(case, incident, [*moved, *raised], rules),
        *word_of_change(case, (incident, after), cause, [*moved, *paid], rules),
        *balance_on(case, incident, rules),
        *staff_told_of_more(
            case,
            after_all(after, ordered),
            [*moved, *withdrawn, *raised],
            rules,
            (*reasons, *in_doubt(incident), *(one.reason for one in ordered if isinstance(one, SetScope))),
        ),
    ]


def what_was_said(case: Case, reasons: tuple[Reason, ...]) -> AddEntry:
    """Return the entry of the mail."""
    return AddEntry(
        "customer_message",
        case.sender,
        case.said,
        reasons,
        proven=case.vouched,
        message_id=case.original_id,
    )


def what_pays(case: Case, incident: Incident, after: Incident, rules: Rules) -> list[Action]:
    """Return what pays for an incident that the mail opened again; what lay there before maild came, spends nothing."""
    at = case.delivery.received_at
    return [] if case.delivery.backlog else goes_on(incident, after, case.payer, case.clocks, rules, at)


def priced(case: Case, incident: Incident, ordered: list[Action], rules: Rules) -> list[Action]:
    """Return what another problem as the first one does to the price."""
    after = after_all(incident, ordered)
    return follows_scope(after, incident.scope, case.payer, rules, case.delivery.received_at)


def without_promise(moved: list[Action]) -> list[Action]:
    """Return the change that a mail made which lay there before maild came: nobody is promised an answer to it."""
    return [
        replace(action, event=ClockEvent("reopened", action.event.at, by="staff"))
        if isinstance(action, ClockHappened) and action.event.type in ("customer_message", "reopened")
        else action
        for action in moved
    ]


def due_after(case: Case, done: list[Action]) -> datetime | None:
    """Return when an answer is due after what was `done`, or None where none is."""
    clocks = case.clocks
    for change in done:
        clocks = clocks.after(change.event) if clocks and isinstance(change, ClockHappened) else clocks
    return clocks.due() if clocks else None


def what_it_means(case: Case, incident: Incident, rules: Rules) -> tuple[Cause | None, Reason]:
    """Return what the mail causes by the state that its incident is in (None: nothing), and why."""
    state = incident.state
    if not incident.is_open and says_thanks(case.split.new, rules.staff_names):
        return None, because("thanks_when_over", state=state)
    if rated := rating(case, incident):
        return None, because("rated", rating=rated)
    match state:
        case "closed":
            return "reopened", because("reopened", days=rules.reopen_days)
        case "declined":
            return "objected", because("objected")
        case "spam":
            return None, because("wrote_on_spam")
        case "merged":
            return None, because("is_merged", number=incident.merged_into or 0)
    if case.vouched and is_requester(case, incident) and says_solved(case.split.new, rules.staff_names):
        return "closed_by_customer", because("closed_by_customer")
    return "customer_wrote", because("appended" if case.vouched else "appended_unproven")


def rating(case: Case, incident: Incident) -> int | None:
    """Return how well we did in the words of the requester, whom the closing notice asks; None where they say more."""
    asked = incident.state == "closed" and case.vouched and is_requester(case, incident)
    return says_rating(case.split.new) if asked else None


def word_of_change(
    case: Case, change: tuple[Incident, Incident], cause: Cause | None, done: list[Action], rules: Rules
) -> list[Action]:
    """Return word to the requester who closed or reopened it with this mail: for how long, or by when we answer.

    `change` is the incident before it and after.
    """
    incident, after = change
    if not case.vouched or not is_requester(case, incident) or why_no_acknowledgement(case):
        return []
    match cause:
        case "closed_by_customer":
            facts = life_facts.closed(incident, rules, case.delivery.received_at)
            low = tell_low(incident, case.payer, rules)
            return [tell_requester(incident, "closed", facts), *low]
        case "reopened" | "objected":
            again = any(isinstance(one, Reserve | Flag) for one in done)
            facts = life_facts.reopened(after, due_after(case, done), again=again)
            return [tell_requester(incident, "reopened", facts)]
    return []


def told_of_answer(case: Case, incident: Incident, answered: list[Action], rules: Rules) -> list[Action]:
    """Return word to the staff that the customer refused a second incident; of one that is new they hear anyway."""
    if any(isinstance(action, OpenIncident) for action in answered):
        return []
    reasons = next(action.reasons for action in answered if isinstance(action, Dispose))
    return staff_told_of_more(case, incident, [], rules, reasons)


def in_doubt(incident: Incident) -> list[Reason]:
    """Return word that the customer was told of a doubt: whoever writes then may want to object."""
    return [because("may_object")] if OUT_OF_SCOPE in incident.flags else []


def subject_changed(case: Case, incident: Incident) -> list[Reason]:
    """Return word of another subject, for staff to see: perhaps it is another problem.

    Each mail of ours bears the number in its subject, so who merely answered has it too.
    """
    subject = case.message.subject
    if (
        not clean_subject(subject)
        or f"[#{incident.number}]" in subject
        or same_topic(subject, incident.subject)
    ):
        return []
    return [because("subject_changed", subject=clean_subject(subject, SUBJECT_SHOWN))]


def staff_told_of_more(
    case: Case, incident: Incident, done: list[Action], rules: Rules, reasons: tuple[Reason, ...]
) -> list[Action]:
    """Return one notification of a further mail for each who is told; it tells the priority and due time now."""
    if case.delivery.backlog:
        return []
    for change in done:
        if isinstance(change, SetPriority):
            incident = replace(incident, priority=change.priority)
            reasons = (*reasons, change.reason)
    facts = reply_facts.staff_new_message(case, incident, due_after(case, done), rules, reasons)
    told = who_is_told(incident, rules, case.delivery.received_at)
    return [tell(member, "staff_new_message", facts) for member in told]


def raised_priority(case: Case, incident: Incident, rules: Rules) -> list[Action]:
    """Return a higher priority where the new text of a proven party asks for one (rule 28); never a lower one."""
    wanted: Priority = case.verdict.priority
    if not case.vouched or RANK[wanted] <= RANK[incident.priority]:
        return []
    why = because("raised", wanted=wanted, evidence=reply_facts.evidence_line(case.verdict))
    if wanted == "hotrush":
        return ask_hotrush(case, incident, rules, why)
    return move_priority(wanted, why, case.delivery.received_at)


def word_of_raise(case: Case, incident: Incident, done: list[Action], rules: Rules) -> list[Action]:
    """Return word to the requester that the priority is raised, once for each level, or why there is none.

    Our acknowledgement invites to ask for a HotRush, and who did wants to know the new time. The subject goes to a
    proven sender only (rule 4); what the requester's own mail did not raise is told to the staff alone.
    """
    levels = [change.priority for change in done if isinstance(change, SetPriority)]
    if not levels or case.forwarded or case.sender.key != fold(incident.requester.address):
        return []
    if silence := incident.silence or why_no_acknowledgement(case):
        return [KeepSilent("raised", silence)]
    due = due_after(case, done)
    coming = due if due and due > case.delivery.received_at else None
    facts = reply_facts.raised(incident, levels[0], coming, rules, proven=case.proven)
    reply_to = case.message.message_id
    return [
        QueueReply(
            "raised",
            case.sender,
            facts,
            in_reply_to=reply_to,
            proven=case.proven,
            # Who withdrew it and asks again is told again.
            cause="" if incident.hotrush == "withdrawn" else f"raised:{levels[0]}",
        )
    ]
