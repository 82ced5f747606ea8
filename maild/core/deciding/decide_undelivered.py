"""A mail of ours to a customer will not arrive: mark the address, let the clock run again, tell the staff.

Whether a relay refused it at our door or a report came back later, the customer now waits for nothing, and so
the same follows. What was promised was an answer, so an answer that did not arrive stops no clock.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from maild.core.actions import Action, ClockHappened, QueueReply, SetState, Suppress
from maild.core.deciding import reply_facts
from maild.core.deciding.case import Rules
from maild.core.deciding.who_is_told import everybody
from maild.core.incident import Cause, Incident, State, follow
from maild.core.promising.clock_event import ClockEvent, event_of
from maild.core.reasons import Reason, because
from maild.core.sent_mail import SentMail
from maild.core.understanding.bounce_fields import best_status
from maild.core.understanding.bounce_reason import failure_of, lasts
from maild.core.writing.time_words import instant

SAID_CHARS = 500
_SMTP_REPLY = re.compile(r"5\d\d[ -]")


@dataclass(frozen=True, slots=True)
class Loss:
    """A mail of ours that did not arrive: why, in the server's words too, and whether the address is at fault.

    `at` is when we heard of it.
    """

    sent: SentMail
    why: Reason
    said: str
    hard: bool
    at: datetime


def refused(sent: SentMail, error: str, now: datetime) -> Loss:
    """Return the loss of a mail that could not be handed over; only a server's word speaks of the address."""
    status = best_status("", error)
    reason = failure_of(status, error)
    hard = lasts(reason, status) and _SMTP_REPLY.match(error) is not None
    why = because(f"bounce_{reason}", address=sent.recipient.address)
    return Loss(sent, why, error[:SAID_CHARS], hard, now)


def decide_undelivered(loss: Loss, rules: Rules) -> list[Action]:
    """Return what follows for the address and the clocks, and word to each of the staff."""
    again = undo_stop(loss.sent, loss.at)
    due = due_again(loss.sent, again)
    facts = reply_facts.delivery_problem(loss.sent, loss.why, loss.said, marked=loss.hard, due=instant(due))
    mark = (Suppress(loss.sent.recipient, loss.why),) if loss.hard else ()
    return [*mark, *again, *tell(loss.sent, facts, rules, f"outbox:{loss.sent.id}")]


def undo_stop(sent: SentMail, at: datetime) -> list[Action]:
    """Return what a lost answer undoes: the stop of a clock, where no other answer is there, and the state.

    A clock that was stopped by closing stays so: that was a decision.
    """
    if sent.kind != "answer" or sent.incident is None:
        return []
    others = [answer for answer in sent.answers if answer.mail != sent.id and not answer.lost]
    cause: Cause = "answer_lost" if others else "unanswered"
    after = follow(sent.incident.state, cause)
    if after is None:
        return []
    event = loss_of_answer(sent, at)
    why = because("clock_again" if due_again(sent, [ClockHappened(event)]) else "answer_lost")
    return [
        ClockHappened(event, reason=why),
        *(SetState(state, why) for state in states_after(sent.incident, after)),
    ]


def states_after(incident: Incident, after: State) -> list[State]:
    """Return the states that follow the loss, each where it changes: whoever has taken the incident has it still."""
    states = [after] if after != incident.state else []
    taken = follow(after, "taken") if incident.owner else None
    return [*states, taken] if taken and taken != after else states


def loss_of_answer(sent: SentMail, at: datetime) -> ClockEvent:
    """Return the loss as the clocks see it: nothing stopped since the first answer after which all are lost.

    Where one arrived that was given later, only nobody waits for the customer any more.
    """
    given = sorted(sent.answers, key=lambda answer: answer.at)
    arrived = [answer.at for answer in given if answer.mail != sent.id and not answer.lost]
    lost = [
        answer.at for answer in given if answer.at > max(arrived, default=datetime.min.replace(tzinfo=UTC))
    ]
    if not lost:
        return ClockEvent("resumed", at)
    return ClockEvent("answer_lost", at, answered_at=lost[0])


def due_again(sent: SentMail, done: Sequence[Action]) -> datetime | None:
    """Return when an answer is due after what was `done`, where none was due before, or None."""
    clocks = sent.clocks
    if clocks is None or clocks.due() is not None:
        return None
    for action in done:
        clocks = clocks.after(action.event) if isinstance(action, ClockHappened) else clocks
    return clocks.due()


def left_after_all(sent: SentMail, rules: Rules, now: datetime) -> list[Action]:
    """Return what follows where an answer leaves that was given up before: what the loss of it undid is done again."""
    incident, clocks = sent.incident, sent.clocks
    if sent.kind != "answer" or incident is None or clocks is None or clocks.due() is None:
        return []
    why = because("left_after_all")
    after = follow(incident.state, "working" if rules.after_answer == "in_progress" else "answered")
    turned = event_of(incident.state, after, now) if after else None
    return [
        ClockHappened(ClockEvent("staff_reply", now), reason=why),
        *([SetState(after, why)] if after and after != incident.state else []),
        *([ClockHappened(turned, reason=why)] if turned else []),
    ]


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
