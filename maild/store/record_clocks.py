"""Apply what was decided about clocks: an event is folded into those of the incident, and what changed is written.

The rows are the incident's own, and the incident is ours until the end of the transaction, so that two events are
folded one after the other (maild/store/incidents.py).
"""

from collections.abc import Collection, Iterator
from datetime import timedelta

from sqlalchemy import bindparam, delete, select, update

from maild.core.actions import ClockHappened, FireStep, Recompute, WaitStep
from maild.core.promising.clocks import Clocks
from maild.core.promising.sla import Policy
from maild.core.promising.steps import coming, lay_out
from maild.core.promising.timer import Timer
from maild.core.reasons import because
from maild.core.writing.time_words import stamp
from maild.errors import Overtaken
from maild.store import policies, timers
from maild.store.clock_tables import clocks, pause, step, timer
from maild.store.columns import insert_or_skip
from maild.store.recording import Recording, Row

MICROSECOND = timedelta(microseconds=1)


def clock_happened(work: Recording, action: ClockHappened) -> None:
    """Let the clocks of the incident at hand go on after the event; one without a policy has none."""
    number = work.at_hand()
    before = (
        timers.load(work.tx, number) if action.policy is None else _begun(work, number, action.policy, action)
    )
    if before.policy is timers.NO_PROMISES:
        return
    after = before.after(action.event)
    _write(work, number, before, after)
    if (after.phase, after.answered) != (before.phase, before.answered):
        together = {"row": number, "new_phase": after.phase, "new_answered": after.answered}
        work.tx.execute(_SET_TOGETHER, together)
    for name, text in happened(before, after):
        work.note(name, text, *((action.reason,) if action.reason else ()))


def recompute(work: Recording, action: Recompute) -> None:
    """Keep another policy with the incident at hand, and let its running clocks count by it."""
    number = work.at_hand()
    work.tx.execute(insert_or_skip(work.tx, clocks), _first_row(work, number, action.policy))
    before = timers.load(work.tx, number)
    after = before.under(action.policy, work.now)
    work.tx.execute(_SET_POLICY, {"row": number, "new_policy": policies.keep(work.tx, action.policy)})
    _write(work, number, before, after)
    work.note("policy_changed", "the promises of today's config", because("recomputed"))
    for name, text in happened(before, after):
        work.note(name, text, because("recomputed"))


def fire_step(work: Recording, action: FireStep) -> None:
    """Note that a step fired, once; raises Overtaken where it did before, or its clock was stopped."""
    fired: Row = {"timer": action.timer, "step": action.step, "fired_at": work.now}
    looked_at: Row = {"row": action.timer, "new_next_at": action.next_at}
    once = work.tx.scalar(insert_or_skip(work.tx, step, step.c.step), fired)
    if once is None or work.tx.execute(_LOOK_AGAIN, looked_at).rowcount != 1:
        raise Overtaken(f"step {action.step} of timer {action.timer} fired already, or its clock was stopped")
    work.note("step_fired", action.step)


def wait_step(work: Recording, action: WaitStep) -> None:
    """Look at a clock again later."""
    work.tx.execute(_LOOK_AGAIN, {"row": action.timer, "new_next_at": action.next_at})


def happened(before: Clocks, after: Clocks) -> Iterator[tuple[str, str]]:
    """Yield what became of each clock that changed, as the name of an event and a text, for `maild show`."""
    for now in _changed(before, after):
        was = _same(before, now)
        due = f", due {stamp(now.due_at)}" if now.due_at else ""
        if was is None and now.stopped_at is None:
            yield "clock_started", f"{now.kind}{due}"
        elif was is not None and was.stopped_at is None and now.stopped_at:
            yield "clock_stopped", now.kind
        elif was is not None and was.stopped_at and now.stopped_at is None:
            yield "clock_restarted", f"{now.kind}{due}"
        elif was is not None and was.due_at and now.due_at is None:
            yield "clock_paused", now.kind
        elif was is not None and was.due_at is None and now.due_at:
            yield "clock_resumed", f"{now.kind}{due}"
        elif was is not None and (was.due_at, was.budget) != (now.due_at, now.budget):
            now_due = f"{due.removeprefix(',')}:" if due else ""  # while it stands still it is not due
            yield "clock_changed", f"{now.kind}, now{now_due} {_minutes(now)} minutes in all"


def _minutes(one: Timer) -> int:
    return int(one.budget / timedelta(minutes=1))


def _changed(before: Clocks, after: Clocks) -> list[Timer]:
    return [one for one in after.timers if one not in before.timers]


def _same(clocks: Clocks, one: Timer) -> Timer | None:
    return next((was for was in clocks.timers if (was.kind, was.cycle) == (one.kind, one.cycle)), None)


def _begun(work: Recording, number: int, policy: Policy, action: ClockHappened) -> Clocks:
    """Keep the policy with the incident that was just opened; return its clocks, of which none has started."""
    work.tx.execute(clocks.insert(), _first_row(work, number, policy, action.about.organisation))
    return Clocks(policy, action.event.priority or "normal", action.about)


def _first_row(work: Recording, number: int, policy: Policy, organisation: str = "") -> Row:
    return {
        "incident": number,
        "policy": policies.keep(work.tx, policy),
        "organisation": organisation,
        "phase": "open",
        "answered": False,
    }


def _write(work: Recording, number: int, before: Clocks, after: Clocks) -> None:
    """Write the clocks that changed: first those that stopped, for only one of a kind runs, then those that are new."""
    changed = _changed(before, after)
    for one in sorted(changed, key=lambda one: one.stopped_at is None):
        if was := _same(before, one):
            _change(work, number, was, one, after.policy)
    new = [one for one in changed if _same(before, one) is None]
    if new:
        work.tx.execute(timer.insert(), [_row(one, after.policy, ()) | {"incident": number} for one in new])
    for one in new:
        if one.pauses:  # what starts while it is the customer's turn stands still from its first instant
            _write_pauses(work, work.tx.scalar(_KNOWN, _key(number, one)), one)


def _change(work: Recording, number: int, was: Timer, one: Timer, policy: Policy) -> None:
    """Write what became of a clock; the steps of one that stopped stay as they were laid out."""
    known = work.tx.execute(_KNOWN, _key(number, one)).scalar_one()
    row = _row(one, policy, set(work.tx.scalars(_FIRED, {"of_timer": known})))
    if one.stopped_at:
        del row["steps"]
    work.tx.execute(update(timer).where(timer.c.id == known), row)
    if one.pauses != was.pauses:
        work.tx.execute(_FORGET_PAUSES, {"of_timer": known})
        _write_pauses(work, known, one)


def _write_pauses(work: Recording, known: int | None, one: Timer) -> None:
    rows = [
        {"timer": known, "position": place, "since": stood.since, "until": stood.until}
        for place, stood in enumerate(one.pauses)
    ]
    if rows:
        work.tx.execute(pause.insert(), rows)


def _key(number: int, one: Timer) -> Row:
    return {"number": number, "of_kind": one.kind, "of_cycle": one.cycle}


def _row(one: Timer, policy: Policy, fired: Collection[str]) -> Row:
    steps = lay_out(one, policy)
    return {
        "kind": one.kind,
        "cycle": one.cycle,
        "priority": one.priority,
        "rule": one.rule,
        "started_at": one.started_at,
        "budget_us": one.budget // MICROSECOND,
        "due_at": one.due_at,
        "steps": [{"name": step.name, "at": step.at.isoformat()} for step in steps],
        "next_at": None if one.stopped_at else coming(steps, fired),
        "stopped_at": one.stopped_at,
        "stopped_by": one.stopped_by,
    }


_SET_POLICY = (
    update(clocks).where(clocks.c.incident == bindparam("row")).values(policy=bindparam("new_policy"))
)
_SET_TOGETHER = (
    update(clocks)
    .where(clocks.c.incident == bindparam("row"))
    .values(phase=bindparam("new_phase"), answered=bindparam("new_answered"))
)
_KNOWN = select(timer.c.id).where(
    timer.c.incident == bindparam("number"),
    timer.c.kind == bindparam("of_kind"),
    timer.c.cycle == bindparam("of_cycle"),
)
_FIRED = select(step.c.step).where(step.c.timer == bindparam("of_timer"))
_FORGET_PAUSES = delete(pause).where(pause.c.timer == bindparam("of_timer"))
_LOOK_AGAIN = (
    update(timer)
    .where(timer.c.id == bindparam("row"), timer.c.stopped_at.is_(None))
    .values(next_at=bindparam("new_next_at"))
)
