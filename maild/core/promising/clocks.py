"""All clocks of one incident, and what each event does to them: the only place that says so.

Decisions ask what a clock will be, the store carries it out on its rows, and `maild sla` adds it up: all by folding
events into `Clocks` (rules: The clock).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal, get_args

from maild.core.incident import Priority
from maild.core.promising import timer as one
from maild.core.promising.business_hours import Calendar
from maild.core.promising.clock_event import ClockEvent, ClockEventType
from maild.core.promising.sla import About, Policy, SlaKind, TimerKind, WaitKind
from maild.core.promising.timer import Promise, StoppedBy, Timer

# Whose turn it is: ours; the customer's; nobody's, unless one objects; or it is over.
Phase = Literal["open", "waiting", "pre_closed", "resolved"]

PHASES: tuple[Phase, ...] = get_args(Phase)
SLA_KINDS: tuple[SlaKind, ...] = get_args(SlaKind)
WAIT_KINDS: tuple[WaitKind, ...] = get_args(WaitKind)
PAUSING: tuple[SlaKind, ...] = ("update", "resolution")
ANSWERED: tuple[SlaKind, ...] = ("first_response", "next_response")


@dataclass(frozen=True, slots=True)
class Clocks:
    """The clocks of an incident by its policy, in the order in which they started; `answered` since we first spoke.

    Those that stopped stay: what was promised and kept can be looked up.
    """

    policy: Policy
    priority: Priority = "normal"
    about: About = field(default_factory=About)
    phase: Phase = "open"
    answered: bool = False
    timers: tuple[Timer, ...] = ()

    def after(self, event: ClockEvent) -> "Clocks":
        """Return the clocks as the event leaves them; raises ValueError for a calendar that never opens."""
        return _EFFECTS[event.type](self, event)

    def newest(self, kind: TimerKind) -> Timer | None:
        """Return the newest clock of that kind, running or not, or None."""
        return next((timer for timer in reversed(self.timers) if timer.kind == kind), None)

    def running(self, kind: TimerKind) -> Timer | None:
        """Return the clock of that kind that runs or is paused, or None."""
        return next((t for t in self.timers if t.kind == kind and t.stopped_at is None), None)

    def due(self) -> datetime | None:
        """Return by when we owe an answer, or None where none is due: the customer waits for nothing."""
        owed = (self.running(kind) for kind in ANSWERED)
        return min((timer.due_at for timer in owed if timer and timer.due_at), default=None)

    def hours(self, timer: Timer) -> Calendar:
        """Return the calendar by which one of these clocks counts."""
        return self.policy.hours(timer.kind, timer.rule)

    def promised(self, kind: TimerKind, priority: Priority) -> Promise | None:
        """Return what the policy promises this incident with that priority, or None where it promises nothing."""
        rule = self.policy.rule_for(priority, self.about)
        target = self.policy.target(kind, priority, rule)
        return Promise(priority, target, self.policy.hours(kind, rule), rule) if target else None

    def started(self, kind: TimerKind, at: datetime) -> "Clocks":
        """Return the clocks with a new one of that kind, where one is promised."""
        promised = self.promised(kind, self.priority)
        if promised is None:
            return self
        new = one.start(kind, self.priority, at, promised.target, promised.hours, promised.rule)
        before = self.newest(kind)
        return replace(self, timers=(*self.timers, replace(new, cycle=before.cycle + 1 if before else 1)))

    def stopped(self, kinds: tuple[TimerKind, ...], at: datetime, by: StoppedBy) -> "Clocks":
        """Return the clocks with those of these kinds stopped."""
        return self._each(kinds, lambda timer: one.stop(timer, at, by))

    def ours(self, at: datetime) -> "Clocks":
        """Return the clocks as it is our turn again: what stood still runs on, nobody waits for the customer."""
        if self.phase not in ("waiting", "pre_closed"):
            return self
        waited = self.stopped(WAIT_KINDS, at, "void")
        resumed = waited._each(PAUSING, lambda timer: one.resume(timer, at, self.hours(timer)))
        return replace(resumed, phase="open")

    def theirs(self, phase: Literal["waiting", "pre_closed"], wait: WaitKind, at: datetime) -> "Clocks":
        """Return the clocks as it is the customer's turn: ours stand still, `wait` runs."""
        others = tuple(kind for kind in WAIT_KINDS if kind != wait)
        paused = self._each(PAUSING, lambda timer: one.pause(timer, at, self.hours(timer)))
        return replace(paused, phase=phase).stopped(others, at, "restart").again(wait, at)

    def still_while_theirs(self, kinds: tuple[TimerKind, ...], at: datetime) -> "Clocks":
        """Return the clocks with those of these kinds standing still where it is the customer's turn."""
        if self.phase not in ("waiting", "pre_closed"):
            return self
        return self._each(kinds, lambda timer: one.pause(timer, at, self.hours(timer)))

    def again(self, kind: TimerKind, at: datetime) -> "Clocks":
        """Return the clocks with a new one of that kind in the place of the one that runs."""
        running = self.running(kind)
        if running and running.started_at == at:
            return self
        return self.stopped((kind,), at, "restart").started(kind, at)

    def under(self, policy: Policy, at: datetime) -> "Clocks":
        """Return the clocks under another policy, chosen by hand at `at`: what runs counts anew from its start.

        What stopped, or is late, stays as it was.
        """
        moved = replace(self, policy=policy)
        for timer in self.timers:
            new = moved.promised(timer.kind, timer.priority)
            kept = one.promise_anew(timer, new, at) if new and timer.kind in SLA_KINDS else timer
            moved = moved.put(replace(kept, rule=policy.rule_for(timer.priority, self.about)))
        return moved

    def put(self, timer: Timer) -> "Clocks":
        """Return the clocks with this one in the place of that of its kind and cycle."""
        same = (timer.kind, timer.cycle)
        return replace(self, timers=tuple(timer if (t.kind, t.cycle) == same else t for t in self.timers))

    def _each(self, kinds: tuple[TimerKind, ...], change: Callable[[Timer], Timer]) -> "Clocks":
        """Return the clocks with that of each of these kinds changed which runs, or else the newest."""
        clocks = self
        for kind in kinds:
            timer = self.running(kind) or self.newest(kind)
            clocks = clocks.put(change(timer)) if timer else clocks
        return clocks


def _created(clocks: Clocks, event: ClockEvent) -> Clocks:
    named = replace(clocks, priority=event.priority or clocks.priority)
    return named.started("first_response", event.at).started("resolution", event.at)


def _customer_message(clocks: Clocks, event: ClockEvent) -> Clocks:
    """The oldest message since our last answer counts; before the first answer its own clock does."""
    if clocks.phase == "resolved":
        return clocks
    ours = clocks.ours(event.at)
    return (
        ours
        if not ours.answered or ours.running("next_response")
        else ours.started("next_response", event.at)
    )


def _staff_reply(clocks: Clocks, event: ClockEvent) -> Clocks:
    answered = replace(clocks.stopped(ANSWERED, event.at, "answer"), answered=True)
    if clocks.phase == "resolved":
        return answered
    updated = answered.again("update", event.at).still_while_theirs(("update",), event.at)
    return updated.again("silence", event.at) if clocks.phase == "waiting" else updated


def _waiting(clocks: Clocks, event: ClockEvent) -> Clocks:
    return clocks.theirs("waiting", "silence", event.at) if clocks.phase in ("open", "pre_closed") else clocks


def _resumed(clocks: Clocks, event: ClockEvent) -> Clocks:
    return clocks.ours(event.at)


def _pre_closed(clocks: Clocks, event: ClockEvent) -> Clocks:
    return clocks.theirs("pre_closed", "closing", event.at) if clocks.phase in ("open", "waiting") else clocks


def _resolved(clocks: Clocks, event: ClockEvent) -> Clocks:
    if clocks.phase == "resolved":
        return clocks
    return replace(
        clocks.stopped((*SLA_KINDS, *WAIT_KINDS), event.at, "end"), phase="resolved", answered=True
    )


def _reopened(clocks: Clocks, event: ClockEvent) -> Clocks:
    """Resolution goes on with what it had used; the customer who reopens wants an answer."""
    opened = clocks.ours(event.at)
    if clocks.phase == "resolved":
        carried = clocks._each(("resolution",), lambda t: one.carry_on(t, event.at, clocks.hours(t)))
        opened = replace(carried, phase="open")
    by_staff = event.by == "staff"
    return opened if by_staff or _is_owed(opened) else opened.started("next_response", event.at)


def _is_owed(clocks: Clocks) -> bool:
    return any(clocks.running(kind) for kind in ANSWERED)


def _priority_changed(clocks: Clocks, event: ClockEvent) -> Clocks:
    """Each clock that runs gets the promise of the new priority; what was not promised before is from now on."""
    priority = event.priority or clocks.priority
    changed = clocks
    for kind in SLA_KINDS:
        running, new = clocks.running(kind), clocks.promised(kind, priority)
        if running and new:
            changed = changed.put(_promised_again(clocks, running, new, event.at))
    named = replace(changed, priority=priority)
    if named.phase == "resolved":
        return named
    if named.newest("first_response") is None and not named.answered:
        named = named.started("first_response", event.at)
    if named.newest("resolution"):
        return named
    return named.started("resolution", event.at).still_while_theirs(("resolution",), event.at)


def _promised_again(clocks: Clocks, running: Timer, new: Promise, at: datetime) -> Timer:
    policy, was = clocks.policy, running.priority
    target = policy.target(running.kind, was, running.rule)
    if target is None:
        return running
    old = Promise(was, target, clocks.hours(running), running.rule)
    return one.promise_again(running, old, new, at, from_change=policy.priority_raise == "from_change")


def _answer_lost(clocks: Clocks, event: ClockEvent) -> Clocks:
    """What the answer did is undone: the clock it stopped runs as if it had not, nobody waits for the customer.

    An incident that is over stays so: that was decided, not answered.
    """
    given = event.answered_at or _last_answer(clocks)
    if clocks.phase == "resolved" or given is None:
        return clocks
    undone = clocks
    for kind in ANSWERED:
        undone = _unstopped(undone, kind, given, event.at)
    undone = _update_before(undone, given, event.at)
    waited = undone.stopped(WAIT_KINDS, event.at, "void")
    never = waited._each(PAUSING, lambda t: one.never_paused(t, given, waited.hours(t)))
    first = never.newest("first_response")
    return replace(
        never._each(PAUSING, lambda t: one.resume(t, event.at, never.hours(t))),
        phase="open",
        answered=never.answered and not (first and first.stopped_at is None),
    )


def _last_answer(clocks: Clocks) -> datetime | None:
    stops = (timer.stopped_at for timer in clocks.timers if timer.stopped_by == "answer" and timer.stopped_at)
    return max(stops, default=None)


def _unstopped(clocks: Clocks, kind: SlaKind, given: datetime, at: datetime) -> Clocks:
    """Return the clocks with the one that the lost answer stopped running on, in the place of any later one."""
    lost = [t for t in clocks.timers if t.kind == kind and t.stopped_by == "answer" and t.stopped_at]
    if not lost or (lost[-1].stopped_at or given) < given:
        return clocks
    later = ANSWERED if kind == "first_response" else (kind,)
    return clocks.stopped(later, at, "void").put(one.run_again(lost[-1]))


def _update_before(clocks: Clocks, given: datetime, at: datetime) -> Clocks:
    """Return the clocks without the promise of news that the lost answer began; the one before it runs on."""
    running = clocks.running("update")
    if running and running.started_at < given:
        return clocks
    voided = clocks.stopped(("update",), at, "void")
    for timer in clocks.timers:
        replaced = timer.kind == "update" and timer.stopped_by == "restart" and timer.started_at < given
        if replaced and timer.stopped_at and timer.stopped_at >= given:
            return voided.put(one.run_again(timer))
    return voided


_EFFECTS: Mapping[ClockEventType, Callable[[Clocks, ClockEvent], Clocks]] = {
    "created": _created,
    "customer_message": _customer_message,
    "staff_reply": _staff_reply,
    "waiting": _waiting,
    "resumed": _resumed,
    "pre_closed": _pre_closed,
    "resolved": _resolved,
    "reopened": _reopened,
    "priority_changed": _priority_changed,
    "answer_lost": _answer_lost,
}
