"""A mail of ours to a customer will not arrive: mark the address, let the clock run again, tell the staff.

Whether a relay refused it at our door or a report came back later, the customer now waits for nothing, and so
the same follows. What was promised was an answer, so an answer that did not arrive stops no clock.
"""

import re
from dataclasses import dataclass
from datetime import datetime

from maild.core.actions import Action, QueueReply, RestartTimer, SetState, StopTimer, Suppress
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.who_is_told import everybody
from maild.core.incident import Cause, follow
from maild.core.promising.sla import Timer
from maild.core.reasons import Reason, because
from maild.core.sent_mail import SentMail
from maild.core.understanding.bounce_fields import best_status
from maild.core.understanding.bounce_reason import failure_of, lasts

SAID_CHARS = 500
_SMTP_REPLY = re.compile(r"5\d\d[ -]")


@dataclass(frozen=True, slots=True)
class Loss:
    """A mail of ours that did not arrive: why, in the server's words too, and whether the address is at fault."""

    sent: SentMail
    why: Reason
    said: str
    hard: bool


def refused(sent: SentMail, error: str) -> Loss:
    """Return the loss of a mail that could not be handed over; only a server's word speaks of the address."""
    status = best_status("", error)
    reason = failure_of(status, error)
    hard = lasts(reason, status) and _SMTP_REPLY.match(error) is not None
    why = because(f"bounce_{reason}", address=sent.recipient.address)
    return Loss(sent, why, error[:SAID_CHARS], hard)


def decide_undelivered(loss: Loss, rules: Rules) -> list[Action]:
    """Return what follows for the address and the clock, and word to each of the staff."""
    again = undo_stop(loss.sent)
    restarted = any(isinstance(action, RestartTimer) for action in again)
    facts = reply_facts.delivery_problem(
        loss.sent, loss.why, loss.said, marked=loss.hard, due=_due(loss.sent, rules) if restarted else ""
    )
    mark = (Suppress(loss.sent.recipient, loss.why),) if loss.hard else ()
    return [*mark, *again, *tell(loss.sent, facts, rules, f"outbox:{loss.sent.id}")]


def undo_stop(sent: SentMail) -> list[Action]:
    """Return what a lost answer undoes: the stop of the clock, where no other answer is there, and the state.

    The clock was stopped by an answer that is lost, or else by closing, which is a decision and stays.
    """
    if sent.kind != "answer" or sent.incident is None:
        return []
    others = [answer for answer in sent.answers if answer.mail != sent.id and not answer.lost]
    cause: Cause = "answer_lost" if others else "unanswered"
    after = follow(sent.incident.state, cause)
    if after is None:
        return []
    why = because("answer_lost" if others or not stopped_by_answer(sent) else "clock_again")
    clock = (RestartTimer("first_response", why),) if why.name == "clock_again" else ()
    return [*clock, *((SetState(after, why),) if after != sent.incident.state else ())]


def left_after_all(sent: SentMail, rules: Rules, now: datetime) -> list[Action]:
    """Return what follows where an answer leaves that was given up before: what the loss of it undid is done again."""
    clock = sent.clock
    if sent.kind != "answer" or sent.incident is None or clock is None or clock.stopped_at is not None:
        return []
    why = because("left_after_all")
    after = follow(sent.incident.state, "working" if rules.after_answer == "in_progress" else "answered")
    changed = after is not None and after != sent.incident.state
    return [StopTimer("first_response", now, why), *([SetState(after, why)] if after and changed else [])]


def stopped_by_answer(sent: SentMail) -> bool:
    """Say whether the clock stands still since the first of the lost answers, this one with them."""
    given = [answer.at for answer in sent.answers if answer.lost or answer.mail == sent.id]
    clock = sent.clock
    return (
        clock is not None and clock.stopped_at is not None and bool(given) and clock.stopped_at >= min(given)
    )


def tell(sent: SentMail, facts: reply_facts.Facts, rules: Rules, cause: str) -> list[Action]:
    """Return one mail to everybody but whom it is about, owner or not; for one cause there is never a second."""
    return [
        QueueReply(
            "delivery_problem",
            member.to,
            facts,
            audience="staff",
            proven=True,
            cause=cause,
        )
        for member in everybody(rules)
        if member.key != sent.recipient.key
    ]


def _due(sent: SentMail, rules: Rules) -> str:
    clock: Timer | None = sent.clock
    return reply_facts.due_words(clock.plan.due_at, rules.policy.calendar.zone) if clock else ""
